"""What was heard and is no plan yet, by whose it is and where it was said."""

from bot.conversation.unread import Unread, Whose
from bot.domain.messages import ThreadRef

HERE = ThreadRef(surface="slack", channel="C1", thread="17.1")
THERE = ThreadRef(surface="slack", channel="C1", thread="17.2")


class Name(str):
    """Knows how often a name was compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Name.compared += 1
        return str.__eq__(self, other)


def test_what_a_person_said_here_is_read_until_its_end_or_its_stop():
    unread = Unread()
    assert not unread.is_reading("ana", HERE)
    for event in ("1", "2", "2"):
        unread.begin(event, "ana", HERE)
    assert unread.is_reading("ana", HERE)
    assert not unread.is_reading("ana", THERE)
    assert not unread.is_reading("ben", HERE)
    unread.end("1")
    assert unread.is_reading("ana", HERE)
    assert unread.drop(Whose(person="ana")) == {"2": "ana"}
    assert not unread.is_reading("ana", HERE)
    for event in ("2", "2", "3"):
        unread.end(event)
    unread.begin("4", "ana", HERE)
    assert unread.is_reading("ana", HERE)


def test_a_message_looks_at_nobody_elses_however_many_are_read():
    unread = Unread()
    for number in range(1000):
        unread.begin(str(number), Name(f"p{number}"), HERE)
    Name.compared = 0
    assert unread.is_reading(Name("p7"), HERE)
    assert not unread.is_reading(Name("ana"), HERE)
    assert Name.compared < 10
