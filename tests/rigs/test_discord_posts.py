"""What Overseer posts, edits and finds again in a simulated Discord, and what its faults mean."""

import json

import discord
import pytest

from bot.adapters.discord.faults import RestError
from bot.domain.cards import Attachment
from bot.domain.posts import MarkState, Notice, PostKind, direct
from bot.errors import (
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatRefusedError,
)
from bot.ports import Speech
from tests.rigs.discord_sim import buttons_of, dms, sim

pytestmark = pytest.mark.asyncio


def fault(status, body):
    return RestError.of(status, json.dumps(body), {})


class TestPosts:
    async def test_only_those_whom_a_notice_concerns_are_mentioned(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            notice = Notice(
                text=f"@everyone #1 needs a vote <@{desk.vera.id}>", concerns=("chris",)
            )
            pings = (str(desk.chris.id), "@everyone", "not an id")
            await desk.platform.post(desk.place(), Speech(notice, pings=pings), nonce="n1")
            body = desk.rest.asked[-1][2]
            assert body["allowed_mentions"] == {
                "parse": [], "users": [str(desk.chris.id)], "replied_user": False,
            }  # fmt: skip
            said = desk.said()[-1]
            assert [user.id for user in said.mentions] == [desk.chris.id]
            assert not said.mention_everyone

    async def test_every_body_forbids_mentions(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            await desk.slash_as(desk.chris, "approvals")
            await desk.click(desk.vera, "Approve")
            for method, path, body in desk.rest.asked:
                data = (body or {}).get("data", body) if isinstance(body, dict) else None
                if data and ({"content", "components"} & set(data)) and "title" not in data:
                    assert data["allowed_mentions"]["parse"] == [], (method, path)

    async def test_a_file_is_an_attachment(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            file = Attachment(name="plan-1-1.txt", text="all of it\n")
            made = await desk.platform.post(desk.place(), Speech(file), nonce="n-file")
            said = await desk.message()
            assert said.attachments[0].filename == "plan-1-1.txt"
            assert str(said.id) == made

    async def test_a_post_whose_outcome_is_unknown_is_found_or_not(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            _, card = await desk.stage.app.store.read(lambda u: u.card("plan-1"))
            since = desk.env.now()
            for said in (card, Notice(text="it needs a vote")):
                nonce = f"n-{type(said).__name__}-0123456789abcdef0123456789"
                made = await desk.platform.post(desk.place(), Speech(said), nonce=nonce)
                assert await desk.platform.find(desk.place(), nonce, since=since) == made
                assert await desk.platform.find(desk.place(), nonce + "x", since=since) is None

    async def test_a_direct_message_that_overseer_begins(self, tmp_path):
        async with sim(tmp_path) as desk:
            place = direct("discord", str(desk.chris.id))
            await desk.platform.post(place, Speech(Notice(text="#1 needs you")), nonce="n")
            await desk.platform.post(place, Speech(Notice(text="still")), nonce="m")
            assert dms(desk.chris) == ["#1 needs you", "still"]
            assert sum(path == "/users/@me/channels" for _, path, _ in desk.rest.asked) == 1

    async def test_the_request_shows_its_state(self, tmp_path):
        async with sim(tmp_path) as desk:
            said = await desk.write(desk.ben, "restart nginx on web-1")
            place, message = desk.place(), str(said.id)

            def signs():
                now = next(m for m in desk.channel.history() if m.id == said.id)
                return [str(r.emoji) for r in now.reactions]

            await desk.platform.mark(place, message, MarkState.WAITING, None)
            assert signs() == ["⏳"]
            await desk.platform.mark(place, message, MarkState.DONE, MarkState.WAITING)
            assert signs() == ["✅"]
            await desk.platform.mark(place, message, MarkState.DONE, MarkState.WAITING)  # again
            assert signs() == ["✅"]

    async def test_a_card_that_somebody_deletes_goes_up_again_once(self, tmp_path):
        async with sim(tmp_path) as desk:
            all_rights = desk.guild.create_role("mods", permissions=discord.Permissions.all())
            mod = desk.guild.add_member(desk.env.create_user("mod"), roles=[all_rights])
            await desk.write(desk.ben, "restart nginx on web-1")
            for left in (1, 0):
                (card,) = [m for m in desk.said() if buttons_of(m)]
                await mod.delete(card)
                await desk.rest_a_while()
                assert len([m for m in desk.said() if buttons_of(m)]) == left
            (post,) = await desk.stage.app.store.read(lambda u: u.given_up("discord"))
            assert post.kind is PostKind.CARD

    async def test_faults_are_told_as_what_may_be_done_about_them(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            of, speech = fault, Speech(Notice(text="x"))
            for refused, kind, says in (
                (of(429, {"retry_after": 7.5}), ChatBusyError, "pause of 7.5 s"),
                (of(502, {}), ChatDoubtError, "no answer"),
                (of(403, {"code": 50013}), ChatBarredError, "lacks a permission"),
                (of(403, {"code": 50001}), ChatBarredError, "can't see"),
                (of(400, {"code": 160002}), ChatBarredError, "can't read the history"),
                (of(404, {"code": 10003}), ChatRefusedError, "no longer there"),
                (of(400, {"code": 50035, "message": "Invalid Form Body"}), ChatRefusedError, "badly"),
                (of(401, {"code": 0}), ChatBarredError, "token"),
            ):  # fmt: skip
                await desk.platform._places.spot(desk.place())
                desk.rest.faults = [refused]
                with pytest.raises(kind, match=says):
                    await desk.platform.post(desk.place(), speech, nonce="n")
