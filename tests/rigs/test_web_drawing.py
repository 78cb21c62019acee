"""A card that many pages show is drawn once for each reader, and anew whenever it changes."""

from datetime import UTC, datetime

import pytest

from bot.adapters.web.surface import KEPT_HTMLS
from bot.domain.cards import Button, Card, ThreadItem

pytest_plugins = ("tests.rigs.web_fixtures",)
pytestmark = pytest.mark.asyncio


def item(serial=1, plan=9, **more):
    card = Card(
        id=f"plan-{plan}", plan=plan, serial=serial, title=f"#{plan} number {serial}",
        buttons=(Button(id="approve", label="Approve", only=("ana",), others="Ana may."),),
    )  # fmt: skip
    return ThreadItem(
        seq=1, thread="web/ana/t", at=datetime(2026, 3, 1, tzinfo=UTC), kind="card", card=card,
        **more,
    )  # fmt: skip


async def test_an_older_drawing_is_never_shown_and_none_for_another_reader(surface):
    people = surface.ears.people()
    first = surface.item_html(item(), people, "ana")
    assert surface.item_html(item(), people, "ana") is first
    assert "number 2" in surface.item_html(item(serial=2), people, "ana")
    other = surface.item_html(item(), people, "ben")
    assert ("data-button" in first, "data-button" in other) == (True, False)


async def test_only_so_many_drawings_are_kept(surface):
    people = surface.ears.people()
    for plan in range(1, KEPT_HTMLS + 20):
        surface.item_html(item(plan=plan), people, "ana")
    assert len(surface._htmls) == KEPT_HTMLS
