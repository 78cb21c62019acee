"""A planner that anybody may own: what it smuggles into a command is refused, or is in plain sight."""

from datetime import UTC, datetime

import pytest

from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import frame_of, whole_card
from bot.adapters.web.card_view import card_html
from bot.domain.intents import Intent, Understanding, Wish
from tests.scenario.stage import Stage, keys

RUIN = "rm -rf /srv/shop"
FRAME = frame_of(80, True, UTC, datetime(2026, 3, 1, tzinfo=UTC))


class Owned:
    """A parser that says what it likes, whatever was asked."""

    def __init__(self, command):
        self.command = command

    def wants_reading(self, text):
        return True

    async def parse(self, text, context):
        wish = Wish(action="host.run", params={"hosts": ["web-3"], "command": self.command})
        return Understanding(outcome=Intent(wishes=(wish,)), read_by="model")

    async def read(self, text, context, **_):
        return await self.parse(text, context)


async def asked(stage, command):
    stage.app.pipeline._hearing._parser = Owned(command)
    await stage.say("ana", "how is web-3?")
    return await stage.card()


@pytest.mark.parametrize(
    "command",
    [
        f"df -h\necho ok \x90; {RUIN}; \x9c",
        "df -h " + "x" * 240 + f" \x90; {RUIN}; \x9c",
        f"echo \u202e{RUIN}",
        f"df\u200b; {RUIN}",
    ],
)
async def test_a_command_with_signs_that_nobody_sees_is_never_up_for_approval(tmp_path, command):
    async with Stage(tmp_path) as stage:
        card = await asked(stage, command)
        assert "approve" not in keys(card)
        assert not stage.machines


@pytest.mark.parametrize(
    "command",
    [
        f"{RUIN}\n" + "\n".join(f"df {number}" for number in range(600)),
        "df -h\n" * 300 + RUIN + "\ndf" * 300,
        "df -h" + " " * 300 + f"; {RUIN}",
    ],
    ids=["first", "middle", "far right"],
)
async def test_what_is_up_for_approval_is_in_plain_sight(tmp_path, command):
    async with Stage(tmp_path) as stage:
        card = await asked(stage, command)
        assert "approve" in keys(card)
        assert RUIN in "\n".join(painted(whole_card(card, FRAME), colour=False))
        assert RUIN in card_html(card) + "".join(file.text for file in card.attachments)
