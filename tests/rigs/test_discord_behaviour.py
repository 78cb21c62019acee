"""Asking, approving and running in a simulated Discord, with Overseer's own pipeline behind it."""

import pytest

from tests.rigs.discord_sim import buttons_of, sim, text_of

pytestmark = pytest.mark.asyncio


async def test_a_mention_asks_in_a_thread_of_its_own_and_an_approval_runs_it(tmp_path):
    async with sim(tmp_path) as desk:
        said = await desk.write(desk.ben, "restart nginx on web-1")
        (thread,) = desk.threads
        assert thread.id == said.id
        assert thread.name == "restart nginx on web-1"
        card = await desk.message()
        assert "**WAITING**" in text_of(card)
        assert "`sudo systemctl restart -- nginx.service`" in text_of(card)
        await desk.click(desk.chris, "Approve")
        assert desk.stage.changes("web-1")
        again = await desk.message()
        assert again.id == card.id
        assert "**DONE**" in text_of(again)
        assert not any(b["label"].startswith("Approve") for b in buttons_of(again))
