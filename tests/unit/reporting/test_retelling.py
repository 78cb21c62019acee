"""Events told as sentences."""

from datetime import UTC, datetime

import pytest

from bot.domain.events import EVENTS, Event
from bot.reporting.reader import Reader
from bot.reporting.retelling import UNTOLD, told

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
READER = Reader(now=AT, zone=UTC, names={"ana": "Ana", "ben": "Ben"})


def say(kind, **more):
    line = told(Event(kind=kind, at=AT, **more), READER)
    return f"{line.who} {line.text} [{line.aside}]".strip()


@pytest.mark.parametrize("kind", sorted(set(EVENTS) - UNTOLD))
def test_every_kind_is_told_also_with_nothing_in_it(kind):
    """A log that an older or newer version wrote is told as far as it goes."""
    assert say(kind, person="ana", host="web-1")
    line = told(Event(kind=kind, at=AT, person="ana", host="web-1"), READER)
    assert line.text != kind  # each has a sentence of its own


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        ("request.heard", {"person": "ben", "data": {"text": "hi", "surface": "web"}}, "Ben “hi” [web]"),
        ("vote.cast", {"person": "ana", "data": {"ballot": "approve"}}, "Ana voted to approve []"),
        ("vote.cast", {"person": "ana", "data": {"ballot": "deny", "reason": "no"}}, "Ana denied: no []"),
        ("plan.approved", {"person": "ana", "data": {"by": ["ana", "ben"]}}, "approved by Ana and Ben []"),
        ("plan.approved", {"data": {"by": []}}, "allowed unasked []"),
        ("plan.denied", {"data": {"reason": "mass"}}, "refused by policy: mass []"),
        ("plan.denied", {"person": "ana", "data": {"reason": "no"}}, "Ana denied: no []"),
        ("run.moved", {"person": "ana", "data": {"to": "needs_decision", "decide_by": "2026-03-01T12:30:00+00:00"}}, "the run: NEEDS A DECISION [until 12:30 UTC]"),
        ("run.moved", {"data": {"to": "cancelled", "why": "stopped"}}, "the run: STOPPED []"),
        ("run.decided", {"person": "ana", "data": {"button": "handover", "to": "ben"}}, "Ana chose Hand over to Ben []"),
        ("run.decided", {"person": "ana", "data": {"button": "handover", "to": ""}}, "Ana took the decision back []"),
        ("run.decided", {"person": "ana", "host": "web-2", "data": {"button": "retry"}}, "Ana chose Retry for web-2 []"),
        ("attempt.ended", {"host": "web-2", "data": {"state": "failed", "note": "exit 1", "duration_s": 3.2}}, "web-2: FAILED, exit 1 [3 s]"),
        ("attempt.started", {"host": "web-2", "data": {"number": 2}}, "web-2: begins, attempt 2 []"),
        ("plan.judged", {"data": {"decision": "deny", "reasons": [{"id": "mass", "text": "Too many."}]}}, "refused: Too many. [policy: mass]"),
        ("secret.set", {"person": "ana", "data": {"name": "db"}}, "Ana set the secret db []"),
        ("freeze.changed", {"person": "ana", "data": {"frozen": True}}, "Ana stopped everything: nothing new starts []"),
    ],
)  # fmt: skip
def test_the_sentence(kind, more, sentence):
    assert say(kind, **more) == sentence


def test_what_is_only_written_down_again_is_not_told():
    assert told(Event(kind="step.moved", at=AT, data={"to": "running"}), READER) is None
    again = Event(kind="attempt.ended", at=AT, host="a", data={"state": "ready"})
    assert told(again, READER) is None
