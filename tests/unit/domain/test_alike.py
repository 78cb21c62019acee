"""What is said of many hosts in the same words is one sentence, and of which it is true is told."""

import pytest

from bot.domain.alike import beside, shape, together, told

NO_SYSTEMD = "{} doesn't run systemd, but `how is {}?` works"


def of(sentence, names):
    ((shaped, hosts),) = together((name, sentence.format(name, name)) for name in names).items()
    return told(shaped, hosts)


@pytest.mark.parametrize(
    ("sentence", "names", "said"),
    [
        (NO_SYSTEMD, ["a"], "a doesn't run systemd, but `how is a?` works"),
        (
            NO_SYSTEMD, ["web-1", "db-1"],
            "each of web-1 and db-1 doesn't run systemd, but `how is web-1?` works",
        ),
        (
            NO_SYSTEMD, [f"fl-{n:03}" for n in range(1, 501)],
            "each of 500 hosts (fl-001…fl-500) doesn't run systemd, but `how is fl-001?` works",
        ),
        ("there is no nginx on {0}", ["web-1", "db-1"], "there is no nginx on web-1 or db-1"),
        (
            "there is no nginx on {0}", [f"fl-{n}" for n in range(1, 8)],
            "there is no nginx on any of 7 hosts (fl-1…fl-7)",
        ),
        (
            "nothing ran: {0} is full", ["web-1", "db-1"],
            "nothing ran: each of web-1 and db-1 is full",
        ),
        ("restart redis can't be done first", ["web-1", "web-2", "web-3"],
         "web-1…web-3: restart redis can't be done first"),
        ("try `ssh {0}`", ["web-1", "web-2", "web-3"], "web-1…web-3: try `ssh web-1`"),
        ("{0} is off; look at {0}", ["web-1", "db-1"],
         "each of web-1 and db-1 is off; look at it"),
    ],
)  # fmt: skip
def test_sentences_that_differ_in_their_host_alone_are_one(sentence, names, said):
    assert of(sentence, names) == said


def test_where_the_hosts_stand_beside_it_they_are_not_named_again():
    assert beside(shape("fl-1 is off: `ssh fl-1`", "fl-1"), ["fl-1", "fl-2"]) == (
        "each is off: `ssh fl-1`"
    )
    assert beside(shape("fl-1 is off", "fl-1"), ["fl-1"]) == "fl-1 is off"


def test_a_longer_name_that_holds_a_hosts_name_is_another_word():
    said = [("web-1", "ask web-10 of web-1"), ("web-2", "ask web-10 of web-2")]
    ((shaped, hosts),) = together(said).items()
    assert told(shaped, hosts) == "ask web-10 of each of web-1 and web-2"


def test_what_is_not_the_same_is_not_put_together():
    assert len(together([("a", "a said 1"), ("b", "b said 2"), ("c", "b said 1")])) == 3
