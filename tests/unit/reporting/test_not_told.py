"""Whom nothing gets to is named on a card, on each surface, and of many some."""

import json
from datetime import UTC

import pytest

from bot.adapters.discord.render import draw as in_discord
from bot.adapters.slack.blocks import draw as in_slack
from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import lines
from bot.adapters.web.card_view import card_html
from bot.domain.runs import PlanState
from bot.reporting.gallery.scenes import plan, reader, stored, verdict, vote
from bot.reporting.plan_card import plan_card
from tests.unit.reporting.drawing import draw


def waits(approvers, nowhere, *votes):
    able = plan(verdict=verdict(approvers=approvers))
    return plan_card(stored(PlanState.WAITING, able, nowhere=nowhere), votes, reader())


def test_they_are_named_on_a_line_of_its_own_unless_they_have_voted():
    able, away = ("ana", "chris", "dana"), ("chris", "dana")
    assert "not told  Chris and Dana: page only" in draw(waits(able, away))
    assert "not told  Dana: page only" in draw(waits(able, away, vote("chris")))
    assert "not told" not in draw(waits(able, away, vote("chris"), vote("dana")))
    assert "not told" not in draw(waits(able, ()))


def in_terminal(card):
    drawn = painted(lines(card, 80, True, UTC, reader().now), colour=False)
    return " ".join("\n".join(drawn).split())


MANY = tuple(f"guard-{n}" for n in range(200))
SURFACES = {
    "discord": lambda card: json.dumps(in_discord(card).components, ensure_ascii=False),
    "slack": lambda card: json.dumps(in_slack(card).blocks, ensure_ascii=False),
    "terminal": in_terminal,
    "page": card_html,
}


@pytest.mark.parametrize("surface", SURFACES)
def test_of_many_some_are_named_on_every_surface(surface):
    said = SURFACES[surface](waits(MANY[:9], MANY[:9]))
    assert f"{', '.join(MANY[:8])} and 1 more: page only" in said


def test_a_line_stays_a_line_however_many_they_are():
    (row,) = [b for b in waits(MANY, MANY).body if getattr(b, "label", "") == "not told"]
    assert row.spans[0].text == f"{', '.join(MANY[:8])} and 192 more: page only"
