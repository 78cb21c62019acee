"""Accounts are added to people.yaml and taken away, and everything else stays as it is."""

import pytest

from bot.adapters.files.identity_file import (
    identity_of,
    link_identity,
    must_be_an_id,
    unlink_identity,
)
from bot.adapters.files.people_file import load_people
from bot.domain.messages import Identity
from bot.errors import ConfigError, RequestError

NEW = Identity(surface="slack", account="U024BE7LH")
HEAD = "# who may do what\npeople:\n"
TAIL = "  # the others\n  ben: {roles: [operator], identities: ['web:ben']}   # Ben\n"
ANAS = {
    "flow": "  ana:\n    roles: [admin]   # all\n    identities: ['os:ana', 'web:ana']  # hers\n",
    "flow on lines": "  ana:\n    identities: [\n      'os:ana',  # laptop\n      web:ana,\n    ]\n    roles: [admin]\n",
    "block": "  ana:\n    roles: [admin]\n    identities:\n      - os:ana   # laptop\n      - 'web:ana'\n\n    # no zone\n",
    "block, not indented": "  ana:\n    identities:\n    - os:ana\n    - web:ana\n    roles: [admin]\n",
    "one": '  ana: {roles: [admin], identities: ["os:ana"]}\n',
    "one in a block": "  ana:\n    identities:\n      - os:ana\n    # hers\n    roles: [admin]\n",
    "empty": "  ana:\n    roles: [admin]\n    identities: []\n",
    "none": "  ana:\n    roles: [admin]\n",
    "none, in braces": "  ana: {roles: [admin]}\n",
    "braces": "  ana: {}\n",
    "name alone": "  ana:\n",
    "null": "  ana: null\n",
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "people.yaml"


@pytest.mark.parametrize("ana", ANAS.values(), ids=ANAS)
@pytest.mark.parametrize("tail", ["", TAIL], ids=["last", "first"])
def test_an_account_is_added_and_taken_away_again(path, ana, tail):
    text = HEAD + ana + tail
    path.write_text(text)
    before = load_people(path)
    link_identity(path, "ana", NEW)
    linked = load_people(path)
    assert linked.owner(NEW).name == "ana"
    assert linked.named("ana").roles == before.named("ana").roles
    assert linked.named("ben") == before.named("ben")
    comments = [line[line.index("#") :] for line in text.splitlines() if "#" in line]
    for comment in comments:
        assert comment in path.read_text()
    for identity in linked.named("ana").identities:
        unlink_identity(path, "ana", identity)
    after = load_people(path)
    assert after.named("ana").identities == ()
    assert after.named("ben") == before.named("ben")


def test_a_file_without_a_last_line_break(path):
    path.write_text(HEAD + "  ana:\n    identities:\n      - os:ana")
    link_identity(path, "ana", NEW)
    assert len(load_people(path).named("ana").identities) == 2
    unlink_identity(path, "ana", NEW)
    assert len(load_people(path).named("ana").identities) == 1


def test_what_is_somebodys_stays_theirs(path):
    path.write_text(HEAD + ANAS["flow"] + TAIL)
    with pytest.raises(RequestError, match="web:ben is ben's already"):
        link_identity(path, "ana", Identity(surface="web", account="ben"))
    with pytest.raises(RequestError, match="Nobody is called eva"):
        link_identity(path, "eva", NEW)
    with pytest.raises(RequestError, match="not ana's"):
        unlink_identity(path, "ana", NEW)
    assert path.read_text() == HEAD + ANAS["flow"] + TAIL


def test_what_can_not_be_changed_safely_is_left_to_its_author(path):
    shared = "people:\n  ana: {identities: &both ['web:x']}\n"
    aliased = f"x: &who {{roles: [admin]}}\n{HEAD}  ana: *who\n  ben: *who\n"
    path.write_text(aliased)
    with pytest.raises(ConfigError, match="yourself"):
        link_identity(path, "ana", NEW)
    assert path.read_text() == aliased
    path.write_text(shared)
    link_identity(path, "ana", NEW)
    assert load_people(path).owner(NEW).name == "ana"


def test_a_broken_file_is_not_touched(path):
    path.write_text("people: [")
    with pytest.raises(ConfigError):
        link_identity(path, "ana", NEW)
    assert path.read_text() == "people: ["


@pytest.mark.parametrize("text", ["slack", "slack:", "irc:ana", "slack:U 1", "slack:Ü", "x\ny:z"])
def test_what_is_no_identity(text):
    with pytest.raises(RequestError, match="no identity"):
        identity_of(text)


@pytest.mark.parametrize(
    "account",
    ["slack:bla", "slack:u024be7lh", "slack:C024BE91L", "discord:bla", "discord:ben.1"],
)
def test_what_can_be_no_account_of_its_platform_is_refused(account):
    with pytest.raises(RequestError, match=r"is no id of an account in (Slack|Discord)\. In "):
        must_be_an_id(identity_of(account))


@pytest.mark.parametrize(
    "account", ["slack:U024BE7LH", "slack:W012A3CDE", "discord:81384788765712384", "web:bla"]
)
def test_what_may_be_one_is_taken(account):
    must_be_an_id(identity_of(account))
