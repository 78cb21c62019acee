"""What a question's option says of how a plan runs is read again when it is said anew."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain import ways
from bot.domain.intents import Intent, OnFailure, ParseContext, PlanOptions
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

ZONES = ("Europe/Berlin", "UTC")
TOMORROW = datetime(2026, 1, 15, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "options",
    [
        PlanOptions(start=TOMORROW),
        PlanOptions(start=TOMORROW, batch=1),
        PlanOptions(batch=2, on_failure=OnFailure.ROLLBACK),
        PlanOptions(on_failure=OnFailure.ASK, start=TOMORROW),
        PlanOptions(on_failure=OnFailure.STOP, stop_at_first_failure=True),
        PlanOptions(on_failure=OnFailure.CONTINUE, stop_at_first_failure=False, start=TOMORROW),
        PlanOptions(step_timeout_s=30.0),
        PlanOptions(parallel_steps=2),
        PlanOptions(batch=ways.ALL, force_production=True),
    ],
)
def test_every_way_and_every_start_is_understood_as_it_was_told(zone, options):
    now = ParseContext(now=datetime(2026, 1, 14, 13, 0, tzinfo=UTC), zone=zone)
    told = ", ".join(ways.spoken(options, ZoneInfo(zone)))
    found = understand(f"restart caddy on app-1 and app-2, {told}", own(), now)
    assert isinstance(found, Intent), (told, found)
    assert found.options == options
    assert found.wishes[0].params == {"service": "caddy", "hosts": ["app-1", "app-2"]}
