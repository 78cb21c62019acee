"""Slack takes or tells nothing until somebody mends it: nothing is lost, and the status says what."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest
from aiohttp import web

from tests.rigs.slack_fixtures import emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_missed import ask
from tests.rigs.test_slack_jobs import message_with, seen

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


async def test_how_it_stands_says_that_it_is_deaf_why_and_the_cure(side, stage_of):
    async with stage_of() as stage:

        async def line():
            return (await stage.ears.status()).chats[0]

        assert await line() == "slack on"
        side.faults.append(refused := refusing("invalid_auth", "apps.connections.open"))
        await side.cut()
        await seen(stage.platform.deaf, "that it is deaf")
        assert (await line()).startswith("slack can't hear: Slack opens no socket: invalid auth.")
        assert "./overseer secret set slack-app" in await line()
        side.faults.remove(refused)


async def test_what_broke_inside_is_told_too(side, stage_of, monkeypatch):
    async with stage_of() as stage:

        async def breaks():
            raise RuntimeError("odd")

        monkeypatch.setattr(stage.platform._socket, "_once", breaks)
        await side.cut()
        await seen(lambda: "It broke inside" in stage.platform.deaf(), "that it has ended")
        assert "slack can't hear" in (await stage.ears.status()).chats[0]
