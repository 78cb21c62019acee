"""Reactions in a simulated Discord: no vote, and one private hint."""

import pytest

from tests.rigs.discord_sim import dms, sim, text_of

pytestmark = pytest.mark.asyncio


class TestReactions:
    async def test_a_sign_is_no_vote_and_gets_one_private_hint(self, tmp_path):
        async with sim(tmp_path) as desk:
            said = await desk.write(desk.ben, "restart nginx on web-1")
            card = await desk.message()
            before = len(dms(desk.chris))
            for message, sign in ((card, "👍"), (said, "✅"), (card, "❤️")):
                await desk.chris.react(message, sign)
                await desk.rest_a_while()
            (hint,) = dms(desk.chris)[before:]
            assert hint.startswith("A reaction is no vote on #1 restart nginx on web-1: press")
            assert "**WAITING**" in text_of(await desk.message())
            assert not desk.stage.changes()

    async def test_a_sign_on_the_copy_in_a_direct_message_gets_it_too(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            (copy,) = [m for m in desk.chris.user.dm_channel.history() if "WAITING" in text_of(m)]
            await desk.chris.user.set_reaction(copy, "👍", reacted=True)
            await desk.rest_a_while()
            assert "no vote on #1" in dms(desk.chris)[-1]

    async def test_nobody_else_and_no_sign_of_its_own_is_told(self, tmp_path):
        async with sim(tmp_path) as desk:
            stranger = desk.guild.add_member(desk.env.create_user("stranger"))
            await desk.write(desk.ben, "restart nginx on web-1")
            card = await desk.message()
            await stranger.react(card, "👍")
            await desk.rest_a_while()
            everyone = [*dms(desk.ben), *dms(desk.chris), *dms(desk.ana)]
            assert stranger.user.dm_channel is None or dms(stranger) == []
            assert not any("no vote" in said for said in everyone)
