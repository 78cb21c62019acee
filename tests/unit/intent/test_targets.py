"""A phrase that may mean several sets of hosts is asked about; one that is clear is not."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on the staging one",
        "restart caddy on app-1 besides app-2",
        "reboot app-1 apart from app-2",
        "reboot app-3 aside from app-4",
    ],
)
def test_what_may_mean_more_or_fewer_is_asked_about(text):
    assert isinstance(understand(text, own(), NOTHING), Question)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("reboot the app hosts apart from app-2", ["app-1", "app-3", "app-4"]),
        ("restart redis on the staging cache one", ["cache-2"]),
        ("restart caddy on app-1 not app-2", ["app-1"]),
    ],
)
def test_what_is_clear_is_planned(text, hosts):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [w.params["hosts"] for w in outcome.wishes] == [hosts]
