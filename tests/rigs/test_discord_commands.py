"""The slash commands in a simulated Discord: what each begins, lists and leaves behind."""

import asyncio

import pytest

from bot.domain.messages import ThreadRef
from tests.rigs.discord_sim import buttons_of, privately, sim, text_of
from tests.scenario.stage import RESTART

pytestmark = pytest.mark.asyncio


class Deaf:
    """Ears that break down before they take a message in."""

    def __init__(self, ears):
        self.ears = ears

    async def on_message(self, message):
        raise RuntimeError("as if the process had died here")

    def __getattr__(self, name):
        return getattr(self.ears, name)


async def asked_on_the_page(desk):
    page = ThreadRef(surface="web", channel="ben", thread="x1")
    await desk.stage.say("ben", "restart nginx on web-1", thread=page)
    await desk.rest_a_while()


async def unlinked_then_asked(desk):
    """Chris is linked here after it was asked, and so was sent no card."""
    people = desk.stage.home.people.read_text()
    desk.stage.home.people.write_text(people.replace(f"discord:{desk.chris.id}", "web:chris"))
    await desk.stage.app.reload(by="ana")
    await asked_on_the_page(desk)
    desk.stage.home.people.write_text(people)
    await desk.stage.app.reload(by="ana")


class TestCommands:
    async def test_ask_begins_a_thread_of_its_own(self, tmp_path):
        async with sim(tmp_path) as desk:
            result = await desk.ben.slash(desk.channel, "ask", request="restart nginx on web-1")
            await desk.rest_a_while()
            assert "Asked" in privately(result)
            root = next(m for m in desk.channel.history() if text_of(m))
            assert text_of(root) == "**Ben** asks: restart nginx on web-1"
            assert [t.id for t in desk.threads] == [root.id]
            assert "**WAITING**" in text_of(await desk.message())

    async def test_ask_over_a_crash_still_gets_its_thread_and_its_card(self, tmp_path):
        async with sim(tmp_path) as desk:
            ears = desk.outside.ears
            desk.outside.ears = Deaf(ears)  # it dies between the root and the message
            await desk.ben.slash(desk.channel, "ask", request="restart nginx on web-1")
            assert len(await ears.calls("discord")) == 1
            assert desk.threads == []
            await desk.restart()
            await asyncio.create_task(desk.platform.client.listeners.commands.take_up())
            await desk.rest_a_while()
            (root,) = [m for m in desk.channel.history() if text_of(m)]
            assert text_of(root) == "**Ben** asks: restart nginx on web-1"
            assert [t.id for t in desk.threads] == [root.id]
            assert "**WAITING**" in text_of(await desk.message())
            assert await desk.stage.ears.calls("discord") == ()

    async def test_ask_repeats_no_secret_in_the_channel(self, tmp_path):
        async with sim(tmp_path) as desk:
            secret = "AKIAIOSFODNN7EXAMPLE"
            await desk.ben.slash(desk.channel, "ask", request=f"is nginx up on web-1? key {secret}")
            await desk.rest_a_while()
            everything = [text_of(m) for m in desk.channel.history()]
            everything += [t.name for t in desk.threads]
            everything += [
                str(body) for _, path, body in desk.rest.asked if "interactions" not in path
            ]
            assert everything
            assert not any(secret in said for said in everything)

    async def test_a_stranger_who_asks_leaves_nothing_behind(self, tmp_path):
        async with sim(tmp_path) as desk:
            stranger = desk.guild.add_member(desk.env.create_user("stranger"))
            result = await desk.slash_as(stranger, "ask", request="restart nginx on web-1")
            assert "I don't know whose account discord:" in privately(result).replace("\\", "")
            assert desk.channel.history() == []
            posted = [path for how, path, _ in desk.rest.asked if how in ("POST", "DELETE")]
            assert [path for path in posted if path.startswith("/channels/")] == []
            assert await desk.stage.app.store.read(lambda u: u.kept_keys("calls")) == ()

    async def test_a_stop_waits_for_no_message_to_be_posted(self, tmp_path):
        async with sim(tmp_path) as desk:
            asked = len(desk.rest.asked)
            result = await desk.slash_as(desk.chris, "ask", request="stop everything")
            assert "I have it" in privately(result)
            await desk.rest_a_while()
            assert (await desk.stage.ears.status()).frozen
            posted = [path for how, path, _ in desk.rest.asked[asked:] if how == "POST"]
            here = f"/channels/{desk.channel.id}/messages"
            assert here not in posted
            assert "/users/@me/channels" in posted

    async def test_approvals_lists_what_waits_with_links(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            result = await desk.slash_as(desk.chris, "approvals")
            assert "**#1** restart nginx on web-1" in privately(result)
            assert f"<#{desk.threads[0].id}>" in privately(result)
            await desk.write(desk.ben, "restart nginx on web-2")
            assert "2 wait for you" in privately(await desk.slash_as(desk.chris, "approvals"))
            assert "Nothing waits" in privately(await desk.slash_as(desk.vera, "approvals"))

    async def test_what_was_asked_elsewhere_is_sent_and_approved_here(self, tmp_path):
        async with sim(tmp_path) as desk:
            await unlinked_then_asked(desk)
            result = await desk.slash_as(desk.chris, "approvals")
            assert "**#1** restart nginx on web-1" in privately(result)
            (send,) = buttons_of(result.response)
            assert send["label"] == "Send me #1"
            sent = await desk.chris.click(result.response, custom_id=send["custom_id"])
            await desk.rest_a_while()
            assert "on its way to your direct messages" in privately(sent)
            (card,) = desk.said(desk.chris.user.dm_channel)
            await desk.click(desk.chris.user, "Approve", card)
            assert desk.stage.changes() == [("web-1", RESTART)]
            (card,) = desk.said(desk.chris.user.dm_channel)
            assert "**DONE**" in text_of(card)

    async def test_of_what_stands_in_direct_messages_it_gives_the_link(self, tmp_path):
        async with sim(tmp_path) as desk:
            await asked_on_the_page(desk)
            (card,) = desk.said(desk.chris.user.dm_channel)
            desk.platform._store = desk.stage.app.store
            result = await desk.slash_as(desk.chris, "approvals")
            link = f"https://discord.com/channels/@me/{card.channel.id}/{card.id}"
            assert f"on the page · [its card]({link})" in privately(result)
            assert buttons_of(result.response) == []

    async def test_runs_sends_what_is_open_elsewhere_and_then_leads_there(self, tmp_path):
        async with sim(tmp_path) as desk:
            await unlinked_then_asked(desk)
            desk.platform._store = desk.stage.app.store
            result = await desk.slash_as(desk.chris, "runs")
            assert "**#1** restart nginx on web-1" in privately(result)
            (send,) = buttons_of(result.response)
            assert send["label"] == "Send me #1"
            await desk.chris.click(result.response, custom_id=send["custom_id"])
            await desk.rest_a_while()
            (card,) = desk.said(desk.chris.user.dm_channel)
            link = f"https://discord.com/channels/@me/{card.channel.id}/{card.id}"
            await desk.click(desk.chris.user, "Approve", card)
            for who in (desk.chris, desk.vera):
                result = await desk.slash_as(who, "runs")
                assert "1 ended" in privately(result)
                assert (f"on the page · [its card]({link})" in privately(result)) == (
                    who is desk.chris
                )
                assert buttons_of(result.response) == []  # of what has ended no card is sent

    async def test_the_answer_to_show_plan_sends_it_too(self, tmp_path):
        async with sim(tmp_path) as desk:
            await unlinked_then_asked(desk)
            await desk.write(desk.chris, "show plan 1")
            await desk.click(desk.chris, "Send me the card of #1")
            (card,) = desk.said(desk.chris.user.dm_channel)
            assert "**WAITING**" in text_of(card)

    async def test_runs_lists_what_is_open_and_what_ended(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            await desk.click(desk.chris, "Approve")
            await desk.write(desk.ben, "restart nginx on web-2")
            said = privately(await desk.slash_as(desk.vera, "runs"))
            assert "1 open" in said
            assert "1 ended" in said
            assert f"<#{desk.threads[1].id}>" in said

    @pytest.mark.parametrize("command", ["approvals", "runs"])
    async def test_a_stranger_is_told_there_what_they_are_told_everywhere(self, tmp_path, command):
        async with sim(tmp_path) as desk:
            stranger = desk.guild.add_member(desk.env.create_user("stranger"))
            said = privately(await desk.slash_as(stranger, command)).replace("\\", "")
            assert "I don't know whose account discord:" in said
            assert "`link discord`" in said

    async def test_a_stranger_who_may_look_sees_the_lists(self, tmp_path):
        async with sim(tmp_path) as desk:
            settings = desk.stage.home.settings
            settings.write_text(settings.read_text() + "chat: {unlinked: reads}\n")
            await desk.stage.app.reload(by="ana")
            await desk.write(desk.ben, "restart nginx on web-1")
            stranger = desk.guild.add_member(desk.env.create_user("stranger"))
            assert "Nothing waits" in privately(await desk.slash_as(stranger, "approvals"))
            assert "restart nginx on web-1" in privately(await desk.slash_as(stranger, "runs"))
            await asked_on_the_page(desk)
            result = await desk.slash_as(stranger, "runs")
            assert "on the page" in privately(result)
            assert buttons_of(result.response) == []
