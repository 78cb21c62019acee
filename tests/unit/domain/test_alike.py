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
    assert beside(shape("fl-1 is off; try `ssh fl-1`", "fl-1"), ["fl-1", "fl-2"]) == (
        "each is off; try `ssh fl-1`"
    )
    assert beside(shape("fl-1 is off", "fl-1"), ["fl-1"]) == "fl-1 is off"


def test_a_longer_name_that_holds_a_hosts_name_is_another_word():
    said = [("web-1", "ask web-10 of web-1"), ("web-2", "ask web-10 of web-2")]
    ((shaped, hosts),) = together(said).items()
    assert told(shaped, hosts) == "ask web-10 of each of web-1 and web-2"


def test_what_is_not_the_same_is_not_put_together():
    assert len(together([("a", "a said 1"), ("b", "b said 2"), ("c", "b said 1")])) == 3


@pytest.mark.parametrize(
    "sentence",
    [
        "{0} is 3 GB short on /srv/{0}", "{0}/data is full", "see https://{0}:8080 for {0}",
        "{0} is read as HOST={0}", "root@{0} may not log in on {0}", "{0}:22 is closed on {0}",
        "the address of {0} is {0}.example.org", "db:{0} is no address of {0}",
        "{0}-old is the former {0}",
        "{0} has no `/srv/{0}`", "{0} has no `{0}`", "`ping {0}` failed on {0}",
        "{0} calls itself “{0}”", '{0} calls itself "{0}"', "{0} calls itself '{0}'",
        "“/srv/”{0} is not there", "`hosts=`{0}`.org` is not there",
        "the name is „old {0} I“", "the name is « {0} »",
        "the name is “old {0} I”", 'the name is "old {0} I"', "see {0}`.org`",
        "try `ssh {0} now", "try “{0} I”", "‘I don’t know {0} here’",
        "it said 'I don't know {0} here'", "only\n{0} has it",
        "{0} calls itself ‘{0}’", "{0} said: `unknown host {0}", '"a ` b" `{0}` is of {0}',
        "try `ssh root@{0}`", "I did try `ping {0}` and it failed",
        "only {0} has it", "it is only so on {0}", "Only {0} has it", "all but {0} are up",
        "without {0} nothing works", "unlike {0} they are up", "{0} alone has it",
        "nginx is not installed on {0}, as {0} is small", "{0} is not installed on {0}",
    ],
)  # fmt: skip
def test_what_may_be_of_one_host_alone_is_said_of_it_alone(sentence):
    """A name that may be a part of something else, or behind “only”, stays what it was."""
    said = [(name, sentence.format(name)) for name in ("web-1", "db")]
    found = together(said)
    assert [told(shaped, hosts) for shaped, hosts in found.items()] == [text for _, text in said]
    assert [beside(shaped, hosts) for shaped, hosts in found.items()] == [text for _, text in said]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("I cannot reach {0}", "I cannot reach web-1 or db"),
        ("I can not reach {0}", "I can not reach web-1 or db"),
        ("I can’t reach {0}", "I can’t reach web-1 or db"),
        ("neither apt nor dnf is on {0}", "neither apt nor dnf is on web-1 or db"),
        ("there is no nginx 1.1 on {0}", "there is no nginx 1.1 on web-1 or db"),
        ("nothing answers (on {0}).", "nothing answers (on web-1 or db)."),
        ("`df -h` failed on {0}: “no disk”", "`df -h` failed on each of web-1 and db: “no disk”"),
        ('"a ` b" of {0} is not "c ` d"', '"a ` b" of each of web-1 and db is not "c ` d"'),
        ("{0}'s disk is full, Ben's said", "each of web-1 and db's disk is full, Ben's said"),
        (
            "{0}'s disk is full; look at {0} in the hosts' logs",
            "each of web-1 and db's disk is full; look at it in the hosts' logs",
        ),
        ("{0} has only 2 cores", "each of web-1 and db has only 2 cores"),
    ],
)
def test_of_how_many_it_is_denied_and_what_else_stands_there(sentence, said):
    assert of(sentence, ["web-1", "db"]) == said


def test_a_sentence_that_names_its_host_nowhere_is_led_by_it():
    assert told(shape("the door is off", "do"), ["do"]) == "do: the door is off"


def test_a_sentence_that_still_holds_its_own_hosts_name_is_not_put_to_anothers():
    said = [("web", "web is short on /srv/web"), ("db", "db is short on /srv/web")]
    assert [told(*each) for each in together(said).items()] == [text for _, text in said]


def test_a_host_of_which_the_same_is_said_twice_is_told_once():
    assert together([("a", "it is off"), ("b", "it is off"), ("a", "it is off")]) == {
        "it is off": ("a", "b")
    }


def test_a_very_long_text_stands_alone_and_takes_no_time():
    text = f"a is off; {'so it goes ' * 200}"
    assert shape(text, "a") is text
