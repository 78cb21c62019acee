"""A linking code that is said among people in Discord is void, though nobody spoke to Overseer."""

import pytest

from bot.domain.messages import Identity
from bot.errors import StoreBusyError
from tests.rigs.discord_guild import BEN
from tests.rigs.discord_parts import Quick, platform_on
from tests.rigs.discord_sim import dms, privately, sim, text_of

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("form", ["link {}", "my code is {}, what now?"])
async def test_a_code_that_is_said_among_people_is_void(tmp_path, form):
    async with sim(tmp_path) as desk:
        code = await desk.stage.app.pipeline.linking.code(desk.stage.app.world.people.named("ben"))
        said = form.format(code.replace("-", ""))
        await desk.write(desk.vera, said, mention=False)
        assert "void" in dms(desk.vera)[-1]
        assert await desk.stage.app.store.read(lambda u: u.login_hashes("code")) == frozenset()
        assert desk.threads == []


@pytest.mark.parametrize("where", ["channel", "direct", "a thread of ours"])
async def test_a_code_that_is_edited_into_a_message_is_void_and_links_nobody(tmp_path, where):
    async with sim(tmp_path) as desk:
        code = await desk.stage.app.pipeline.linking.code(desk.stage.app.world.people.named("ben"))
        stranger = desk.guild.add_member(desk.env.create_user("stranger"))
        if where == "direct":
            said = await stranger.send_dm("hello")
            await stranger.user.edit(said, f"link {code}")
        else:
            if where != "channel":
                await desk.write(desk.ben, "how is web-1?")
            channel = desk.channel if where == "channel" else desk.threads[-1]
            said = await desk.write(stranger, "hello", channel, mention=False)
            await stranger.edit(said, f"link {code}")
        await desk.rest_a_while()
        assert "That code is void now" in dms(stranger)[-1]
        assert "nothing was linked" in dms(stranger)[-1]
        account = Identity(surface="discord", account=str(stranger.id))
        assert desk.stage.app.world.people.owner(account) is None
        assert await desk.stage.app.store.read(lambda u: u.login_hashes("code")) == frozenset()


async def test_what_is_edited_asks_for_nothing(tmp_path):
    async with sim(tmp_path) as desk:
        said = await desk.write(desk.ben, "hello there", mention=False)
        await desk.ben.edit(said, f"{desk.mention} restart nginx on web-1")
        await desk.rest_a_while()
        assert desk.threads == []


async def test_only_what_may_hold_a_code_is_overheard_until_it_can_be(wire, ears):
    tries, on_overheard = [], ears.on_overheard

    async def busy(message):
        tries.append(message)
        if len(tries) < 3:
            raise StoreBusyError("The database is busy.")
        return await on_overheard(message)

    ears.on_overheard = busy
    platform = platform_on(wire, clock=Quick())
    await platform.start(ears)
    await wire.until(lambda: wire.identified)
    for text in ("is web-1 up?", "lgtm", "restart nginx on web-1", "K7QF-2M9X-PD4T"):
        wire.says(BEN, text, mention=False)
    await wire.until(lambda: ears.overheard)
    await platform.stop()
    assert [(m.text, m.addressed) for m in ears.overheard] == [("K7QF-2M9X-PD4T", False)]
    assert len(tries) == 3
    assert ears.heard == []


async def test_a_deletion_that_meets_a_busy_database_is_tried_again(wire, ears):
    tries, on_deleted = [], ears.on_deleted

    async def busy(thread, event_id):
        tries.append(event_id)
        if len(tries) < 3:
            raise StoreBusyError("The database is busy.")
        await on_deleted(thread, event_id)

    ears.on_deleted = busy
    platform = platform_on(wire, clock=Quick())
    await platform.start(ears)
    await wire.until(lambda: wire.identified)
    said = wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: ears.heard)
    wire.deletes(said)
    await wire.until(lambda: ears.gone)
    await platform.stop()
    assert [each.rpartition("/")[2] for each in ears.gone] == [said]
    assert len(tries) == 3


async def test_a_code_that_is_used_up_is_answered_for_who_typed_the_command_alone(tmp_path):
    async with sim(tmp_path) as desk:
        linking = desk.stage.app.pipeline.linking
        person = desk.stage.app.world.people.named("ben")
        code = await linking.code(person)
        await linking.code(person)  # the newer one counts
        result = await desk.ben.slash(desk.channel, "ask", request=f"link {code}")
        await desk.rest_a_while()
        assert "That is no code of mine, or it is used up" in privately(result)
        assert desk.threads == []
        assert code not in "".join(text_of(m) for m in desk.channel.history())
