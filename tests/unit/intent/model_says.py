"""What comes of a model's answer: the outcome, or what is wrong with it."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    ParseContext,
    PlanOptions,
    Wish,
)
from bot.intent.model.checking import WrongAnswerError, checked
from bot.testing.scripted_models import act
from tests.unit.intent.grounds import grounds

RESTART = "restart nginx on web-1"


EVENING = ParseContext(now=datetime(2026, 3, 1, 9, 0, tzinfo=UTC), zone="Europe/Berlin")


def outcome(said, text=RESTART, context=None):
    return checked(said, grounds(text, context)).outcome


def faults(said, text=RESTART, context=None):
    with pytest.raises(WrongAnswerError) as wrong:
        outcome(said, text, context)
    return " | ".join(wrong.value.faults)


def restart(words=RESTART, service="nginx", hosts=("web-1",), **more):
    return act(
        "service.restart",
        words,
        service=service,
        hosts=list(hosts) if isinstance(hosts, tuple) else hosts,
        **more,
    )


def open_plan(*, mine=True):
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1", "web-2"]})
    return OpenPlan(
        number=7, revision=2, title="restart nginx", request="restart nginx on web-1 and web-2",
        intent=Intent(wishes=(wish,), options=PlanOptions(batch=1, force_production=True), reason="new certificate"),
        owner="ana", mine=mine, newest=True, waits=True,
    )  # fmt: skip
