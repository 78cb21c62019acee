"""Slack takes or tells nothing until somebody mends it: nothing is lost, and the status says what."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest
from aiohttp import web

from tests.rigs.slack_fixtures import emulator, side, stage_of  # noqa: F401
from tests.rigs.test_slack_jobs import message_with, seen
from tests.rigs.test_slack_missed import ask

pytestmark = pytest.mark.slack
ASKED = "restart nginx on web-1 because new certificate"


def refusing(word, *methods):
    def fault(method, form):
        if method.startswith(methods):
            return web.json_response({"ok": False, "error": word})
        return None

    return fault


@pytest.mark.parametrize("word", ["token_revoked", "not_in_channel", "channel_not_found"])
async def test_a_plan_and_its_sign_are_there_once_it_is_mended(side, stage_of, word):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        barred = refusing(word, "chat.", "reactions.")
        side.faults.append(barred)
        asked = ask(side, "ben", ASKED)
        await side.deliver(side.mention("ben", ASKED, ts=asked))
        await seen(lambda: side.sent("reactions.add"), "a try")

        async def line():
            return (await stage.ears.status()).chats[0]

        for _ in range(200):
            if "once this is mended" in await line():
                break
            await stage.settle()
        assert "once this is mended" in await line()
        assert not await stage.app.store.read(lambda u: u.given_up("slack"))
        side.faults.remove(barred)
        side.calls.clear()
        await stage.app.reload(by="ana")
        await seen(message_with(side, asked, "approve"), "the plan")
        await seen(lambda: side.sent("reactions.add"), "the sign")
