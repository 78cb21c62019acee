"""An order that is corrected in the middle is offered both ways, and never answered with a denial."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from bot.intent.rules import corrected
from bot.intent.rules.combining import LEFT_AS_IT_IS
from tests.unit.intent.vocabularies import own

NOW = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC")


def read(text):
    return understand(text, own(), NOW)


def offered(text):
    outcome = read(text)
    assert isinstance(outcome, Question), outcome
    assert outcome.about == "correction"
    return [option.says for option in outcome.options]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("restart caddy on app-1, no, app-2", "restart caddy on app-2"),
        ("restart caddy on app-1, sorry, app-2", "restart caddy on app-2"),
        ("restart caddy on app-1 no wait app-2 please", "restart caddy on app-2"),
        ("restart caddy on app-1, I mean app-3", "restart caddy on app-3"),
        ("restart caddy on app-1, actually redis", "restart redis on app-1"),
        ("restart caddy on app-1, no, redis on cache-2", "restart redis on cache-2"),
        ("restart caddy on app-1 and app-2, sorry, app-3", "restart caddy on app-3"),
        ("restart caddy on app-1 at 22:00, no, 23:00", "restart caddy on app-1 at 23:00"),
        ("restart caddy on app-1 at 22:00, sorry, tomorrow at 6", "restart caddy on app-1 tomorrow at 6"),
        ("stop caddy on app-1, I mean restart", "restart caddy on app-1"),
        ("upgrade openssl on app-1, no, curl", "upgrade curl on app-1"),
        ("stop caddy on app-1, no, restart caddy on app-2", "restart caddy on app-2"),
        ("restart caddy on the app hosts, no, not app-1", "restart caddy on the app hosts, not app-1"),
    ],
)  # fmt: skip
def test_what_was_meant_comes_first_and_what_was_begun_is_there_too(text, meant):
    ways = offered(text)
    assert ways[0] == meant
    assert len(ways) == 2
    assert text.startswith(ways[1])
    assert all(isinstance(read(way), Intent) for way in ways)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("restart caddy not on app-1 but on app-2", "restart caddy on app-2"),
        ("restart redis not caddy on cache-2", "restart redis on cache-2"),
        ("restart caddy on app-1 tomorrow not today at 9", "restart caddy on app-1 tomorrow at 9"),
    ],
)
def test_what_is_ruled_out_beside_what_is_meant_is_left_out(text, meant):
    assert offered(text) == [meant]


def test_no_order_is_offered_that_holds_what_was_ruled_out():
    text = "restart caddy on the app hosts not app-1"
    found = corrected.offered(text, LEFT_AS_IT_IS, own(), NOW, read)
    assert found is None


@pytest.mark.parametrize(
    "text", ["restart caddy on app-1, no, don't", "restart caddy on app-1, no", "don't restart caddy"]
)  # fmt: skip
def test_an_order_that_is_taken_back_is_left(text):
    assert read(text) == LEFT_AS_IT_IS


def test_a_bound_in_an_order_is_no_denial_of_it():
    few = read("restart caddy on the app hosts no more than two at a time")
    assert isinstance(few, Intent)
    assert few.options.batch == 2
    late = read("restart caddy on app-1 no earlier than 22:00")
    assert isinstance(late, Intent)
    assert late.options.start == datetime(2026, 3, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on app-1 no later than 10",
        "restart caddy on app-1 no later than 22:00",
        "restart caddy on app-1 no matter what",
    ],
)
def test_a_bound_that_cannot_be_promised_is_asked_about(text):
    outcome = read(text)
    assert isinstance(outcome, Question)
    assert outcome.about in {"when", "request"}


LONG = "restart caddy on app-1, app-2, app-3, app-4, cache-1, cache-2 and mail-1 one at a time"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (f"{LONG} at 22:00, no, 23:00", ["23:00", "as it was begun: 22:00"]),
        (f"{LONG}, I mean reload", ["reload", "as it was begun: restart"]),
        (f"{LONG}, no, not app-1", ["time, not app-1", "as it was begun: time"]),
    ],
)
def test_what_a_button_can_not_hold_is_told_by_what_differs(text, labels):
    outcome = read(text)
    assert isinstance(outcome, Question)
    assert [option.label for option in outcome.options] == labels
    for number, option in enumerate(outcome.options, 1):
        assert f"{number}: “{option.says}”." in outcome.text


def test_a_single_way_is_told_whole_as_well():
    text = "restart redis not caddy on cache-1, cache-2, app-1, app-2, app-3, app-4 and mail-1"
    (says,) = offered(text)
    outcome = read(text)
    assert isinstance(outcome, Question)
    assert outcome.options[0].label == "yes, that"
    assert f"“{says}”." in outcome.text
