"""The window of a button in Slack, filled in: what is written there is pressed, once, if anything."""

# ruff: noqa: F811 - fixtures are imported, and asked for by their names

import json

import pytest

from bot.adapters.slack.hearing import NO_TEXT
from bot.domain.messages import Reply
from bot.errors import StoreBusyError
from tests.rigs.slack_fixtures import ears, emulator, platform, side  # noqa: F401
from tests.rigs.test_slack_clicks import act, click, of_plan, told  # noqa: F401
from tests.rigs.test_slack_hearing import until

pytestmark = pytest.mark.slack


@pytest.fixture
async def window(platform, side, of_plan):
    await act(side, click(side, "deny", asks=True))
    (opened,) = await until(lambda: side.sent("views.open"))
    view = opened["view"]
    return json.loads(view) if isinstance(view, str) else view


async def test_what_is_written_is_pressed_on_the_plan_that_the_card_showed(side, of_plan, window):
    await act(side, side.submission("ben", window, " not on a Friday \n"))
    (press,) = of_plan.pressed
    assert (press.button, press.text) == ("deny", "not on a Friday")
    assert (press.plan, press.revision, press.digest) == (7, 1, "0a")


@pytest.mark.parametrize("blank", ["", " ", "\n \t", "\u00a0\u2003", "\u200b", " \u202e\u200b "])
async def test_what_nobody_can_see_is_no_reason_and_its_field_says_so(side, of_plan, window, blank):
    answer = await act(side, side.submission("ben", window, blank))
    field = window["blocks"][0]["block_id"]
    assert answer == {"response_action": "errors", "errors": {field: NO_TEXT}}
    assert told(side) == []
    assert of_plan.pressed == []
    assert await act(side, side.submission("ben", window, "\u202eno")) is None
    assert len(of_plan.pressed) == 1


async def test_a_window_that_comes_twice_has_one_id(side, of_plan, window):
    sent = side.submission("ben", window, "no")
    await act(side, sent)
    await act(side, sent)
    assert len({press.event_id for press in of_plan.pressed}) == 1


async def test_one_that_is_not_written_down_is_not_acknowledged_and_said(side, of_plan, window):
    of_plan.error = StoreBusyError("The database is busy.")
    with pytest.raises(AssertionError, match="never acknowledged"):
        await act(side, side.submission("ben", window, "no"), tries=1)
    (whisper,) = await until(lambda: told(side))
    assert "The database is busy." in whisper["text"]


async def test_the_windows_answer_is_for_who_wrote_alone(side, of_plan, window):
    of_plan.reply = Reply(accepted=False, text="#7 has been denied already.")
    await act(side, side.submission("ben", window, "no"))
    (whisper,) = await until(lambda: told(side))
    assert whisper["user"] == side.emulator.users["ben"]
    assert whisper["text"] == "#7 has been denied already."
