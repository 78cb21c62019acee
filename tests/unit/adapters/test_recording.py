"""What a command may have recorded: few kinds, and of each its declared keys alone."""

import pytest

from bot.cli.recording import KINDS, event_of
from bot.domain.events import EVENTS
from bot.errors import RequestError
from tests.rigs.stores import START


@pytest.mark.parametrize("kind", ["run.started", "vote.cast", "login.made", "", None, 3, ["x"]])
def test_other_kinds_are_refused(kind):
    with pytest.raises(RequestError, match="may have recorded"):
        event_of({"kind": kind, "said": {}}, by="ana", at=START)


def test_only_the_declared_keys_are_taken_and_by_is_who_asks():
    said = {
        "fingerprint": "SHA256:x", "host": "web-1", "by": "max", "value": "hunter2",
        "person": "max",
    }  # fmt: skip
    event = event_of({"kind": "host.trusted", "said": said, "by": "max"}, by="ana", at=START)
    assert (event.person, event.host) == ("ana", "web-1")
    assert event.data == {"fingerprint": "SHA256:x", "by": "ana"}
    args = {"kind": "secret.set", "said": {"name": "n" * 999, "value": "v"}}
    secret = event_of(args, by="a", at=START)
    assert secret.data == {"name": "n" * 200}


@pytest.mark.parametrize("said", [None, "name", ["name"]])
def test_what_is_no_mapping_is_refused(said):
    with pytest.raises(RequestError):
        event_of({"kind": "secret.set", "said": said}, by="ana", at=START)


def test_every_key_is_declared():
    for kind, keys in KINDS.items():
        assert all(key in EVENTS[kind] for key in keys)
