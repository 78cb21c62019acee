"""Who is outside is worked out once, and anew where people or their accounts change."""

import pytest

from bot.domain.messages import Identity, Outside, People, Person
from bot.pipeline import called, outsiders
from bot.pipeline.called import Called

ANA = Person(
    name="ana", display="Ana", roles=frozenset(),
    identities=(Identity(surface="slack", account="U1"), Identity(surface="web", account="ana")),
)  # fmt: skip
PEOPLE = People(persons=(ANA,))


class Looks:
    """Counts how often an account is looked at."""

    def __init__(self, known):
        self.known, self.count, self._outside = known, 0, known.outside
        known.outside = self.outside

    def outside(self, key):
        self.count += 1
        return self._outside(key)


@pytest.fixture
def known():
    return Called(None)


def test_the_next_card_looks_at_nobody_again(known):
    looks, apart = Looks(known), outsiders.Apart(known)
    assert apart.of(PEOPLE) == {}
    found = looks.count
    known.learn("slack:U2", "Otto")
    assert apart.of(PEOPLE) is apart.of(PEOPLE)
    assert looks.count - found <= 1, "as it is learnt, and no more"


def test_who_becomes_a_guest_and_who_is_one_no_longer_is_seen(known):
    apart = outsiders.Apart(known)
    assert apart.of(PEOPLE) == {}
    known.learn("slack:U1", "Ana", outside=Outside.GUEST)
    assert set(apart.of(PEOPLE)) == {"ana"}
    known.learn("slack:U1", "Ana")
    assert apart.of(PEOPLE) == {}


def test_other_people_are_looked_at_anew(known):
    apart = outsiders.Apart(known)
    known.learn("slack:U1", "Ana", outside=Outside.GUEST)
    assert apart.of(People()) == {}
    assert set(apart.of(PEOPLE)) == {"ana"}


def test_who_is_forgotten_is_no_guest_any_more(known, monkeypatch):
    monkeypatch.setattr(called, "MOST", 1)
    apart = outsiders.Apart(known)
    known.learn("slack:U1", "Ana", outside=Outside.GUEST)
    assert set(apart.of(PEOPLE)) == {"ana"}
    known.learn("slack:U9", "Vera")
    assert apart.of(PEOPLE) == {}
