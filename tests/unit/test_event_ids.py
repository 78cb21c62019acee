"""The ids that chat platforms give: none of one can be one of the other."""

import re

import pytest

from bot.adapters.slack import events
from bot.domain.messages import told_apart

DISCORD = re.compile(r"(press-)?\d+(/\d+)?")
"""A message (`channel/message`), a command or a press, and the words of one."""
CHANNELS = ("C024BE91L", "D024BE91L", "G024BE91L")
CLICK = {
    "actions": [{"value": "{}", "action_ts": "1712345678.123456"}],
    "container": {"channel_id": "C024BE91L", "message_ts": "1712345678.000100"},
    "user": {"id": "U024BE7LH"},
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
}


def of_slack():
    """As its adapter makes them: messages, presses, forms and commands."""
    yield from (events.event_id(channel, "1712345678.000100") for channel in CHANNELS)
    yield events.click(CLICK).event_id
    yield from ("view/V024BE91L", f"command/{CLICK['trigger_id']}", "look/U024BE7LH")


@pytest.mark.parametrize("event", list(of_slack()))
def test_none_of_slacks_is_one_of_discords(event):
    for each in (event, f"press-{event}"):
        assert DISCORD.fullmatch(told_apart("slack", each)) is None
