"""Asking, approving and running in a simulated Discord, with Overseer's own pipeline behind it."""

import asyncio

import discord
import pytest

from bot.errors import StoreBusyError
from tests.rigs.discord_sim import NAMES, Desk, buttons_of, dms, privately, sim, text_of

pytestmark = pytest.mark.asyncio


def labels(message):
    return [button["label"] for button in buttons_of(message)]


class TestAsking:
    async def test_a_mention_asks_in_a_thread_of_its_own_and_an_approval_runs_it(self, tmp_path):
        async with sim(tmp_path) as desk:
            said = await desk.write(desk.ben, "restart nginx on web-1")
            (thread,) = desk.threads
            assert (thread.id, thread.name) == (said.id, "restart nginx on web-1")
            card = await desk.message()
            assert "**WAITING**" in text_of(card)
            assert "`sudo systemctl restart -- nginx.service`" in text_of(card)
            assert f", <#{desk.channel.id}> · " in text_of(card)
            assert privately(await desk.click(desk.chris, "Approve"))
            assert desk.stage.changes("web-1")
            again = await desk.message()
            assert again.id == card.id
            assert "**DONE**" in text_of(again)
            assert not any(label.startswith("Approve") for label in labels(again))

    async def test_a_read_is_answered_in_its_thread(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.vera, "is nginx up on web-1?")
            assert "nginx" in text_of(await desk.message())

    async def test_each_mention_in_the_channel_has_its_thread_and_words_stay_in_theirs(
        self, tmp_path
    ):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            await desk.write(desk.ben, "restart nginx on web-2")
            first, second = desk.threads
            await desk.write(desk.ben, "make that web-3", channel=first, mention=False)
            assert "web-3" in text_of(await desk.message(channel=first))
            assert "web-3" not in text_of(await desk.message(channel=second))

    async def test_a_direct_message_asks_without_a_mention(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.ben.send_dm("restart nginx on web-1")
            await desk.rest_a_while()
            assert any("**WAITING**" in said for said in dms(desk.ben))
            assert desk.threads == []

    async def test_a_file_without_words_is_not_read_and_that_is_said(self, tmp_path):
        async with sim(tmp_path) as desk:
            url = "https://cdn.discordapp.com/notes.txt"
            file = {"id": "5", "filename": "notes.txt", "size": 3, "url": url, "proxy_url": url}
            await desk.ben.send_dm("", attachments=[file])
            await desk.rest_a_while()
            assert sum("neither files nor what is forwarded" in said for said in dms(desk.ben)) == 1
            await desk.ben.send(desk.channel, "", attachments=[("notes.txt", b"x")])
            await desk.rest_a_while()
            assert len(dms(desk.ben)) == 2  # his own and the answer: in a channel it is not for us

    async def test_words_that_nobody_said_to_it_meet_silence(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1", mention=False)
            assert desk.threads == []
            assert not [m for m in desk.channel.history() if m.author.id == desk.me]

    async def test_bots_webhooks_and_edits_are_not_heard(self, tmp_path):
        async with sim(tmp_path) as desk:
            robot = desk.guild.add_member(desk.env.create_user("robot", bot=True))
            await desk.write(robot, "restart nginx on web-1")
            hook = desk.guild.create_webhook(desk.channel)
            await hook.send(f"{desk.mention} restart nginx on web-1")
            said = await desk.write(desk.ben, "hello", mention=False)
            await desk.ben.edit(said, f"{desk.mention} restart nginx on web-1")
            await desk.rest_a_while()
            assert "on_message" not in desk.outside.asked

    async def test_an_empty_mention_is_a_question_for_help(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "")
            assert "restart" in text_of(await desk.message())

    async def test_an_unlinked_account_is_told_privately_and_has_no_thread(self, tmp_path):
        async with sim(tmp_path) as desk:
            stranger = desk.guild.add_member(desk.env.create_user("stranger"))
            await desk.write(stranger, "restart nginx on web-1")
            assert desk.threads == []
            assert f"discord:{stranger.id}" in dms(stranger)[-1].replace("\\", "")

    async def test_people_are_called_by_their_names(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, f"tell {desk.chris.mention} about nginx on web-1")
            items = await desk.stage.app.store.read(lambda u: u.thread(desk.place()))
            assert items[0].text == "tell Chris about nginx on web-1"

    async def test_what_is_set_off_is_read_as_its_words(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart **nginx** on __web-1__ <:please:123456>")
            assert "**WAITING**" in text_of(await desk.message())
            (thread,) = desk.threads
            assert thread.name == "restart nginx on web-1"


class TestQuestions:
    async def test_an_option_answers_and_the_answer_goes_on(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-9")
            asked = await desk.message()
            assert "**QUESTION**" in text_of(asked)
            assert "Press one, or answer in your own words." in text_of(asked)
            await desk.click(desk.ben, "web-1", asked)
            assert "**WAITING**" in text_of(await desk.message())

    async def test_somebody_else_is_refused_privately(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-9")
            result = await desk.click(desk.chris, "web-1")
            assert "That question is for Ben." in privately(result)


class TestPressing:
    async def test_a_refused_click_is_told_privately_why(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            result = await desk.click(desk.vera, "Approve")
            assert privately(result)
            assert "0 of" in text_of(await desk.message())
            assert not desk.stage.changes()

    async def test_a_late_click_gets_one_sentence(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            old = await desk.message()
            approve = next(b for b in buttons_of(old) if b["label"].startswith("Approve"))
            other = approve["custom_id"].replace("|1|1|", "|1|9|")  # of another revision
            desk.env.backend.messages[old.channel.id][old.id].components = [
                {"type": 1, "components": [{**approve, "custom_id": other}]}
            ]
            result = await desk.chris.click(old, custom_id=other)
            assert "older revision" in privately(result)
            assert not desk.stage.changes()

    async def test_a_button_of_another_version_says_so(self, tmp_path):
        async with sim(tmp_path) as desk:
            made = await desk.env.bot.http.request(
                discord.http.Route("POST", f"/channels/{desk.channel.id}/messages"),
                json={"content": "x", "components": [{"type": 1, "components": [
                    {"type": 2, "style": 2, "label": "Old", "custom_id": "o0|approve|1|1||=x"}]}]},
            )  # fmt: skip
            message = next(m for m in desk.channel.history() if m.id == int(made["id"]))
            result = await desk.chris.click(message, label="Old")
            assert "another version" in privately(result)

    async def test_buttons_work_after_a_restart(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            card = await desk.message()
            await desk.restart()
            assert await desk.click(desk.chris, "Approve", card)
            assert desk.stage.changes("web-1")
            (again,) = [m for m in desk.threads[0].history() if m.id == card.id]
            assert "**DONE**" in text_of(again)

    async def test_an_answer_that_takes_long_is_acknowledged_first(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            inner, stage = desk.outside.ears, desk.stage

            class Slow:
                async def on_button(self, press, taken):
                    taken()
                    await stage.clock.sleep(2.5)
                    return await inner.on_button(press, taken)

                def __getattr__(self, name):
                    return getattr(inner, name)

            desk.outside.ears = Slow()

            async def tick():
                for _ in range(400):
                    await asyncio.sleep(0.005)
                    await stage.clock.advance(0.05)

            ticking = asyncio.create_task(tick())
            result = await desk.click(desk.vera, "Approve")
            ticking.cancel()
            assert result.deferred
            assert privately(result)


class TestDeletion:
    async def test_a_deleted_request_takes_back_what_nobody_approved(self, tmp_path):
        async with sim(tmp_path) as desk:
            said = await desk.write(desk.ben, "restart nginx on web-1")
            await desk.ben.delete(said)
            await desk.rest_a_while()
            card = text_of(await desk.message())
            assert "**CANCELLED**" in card
            assert "its request was deleted" in card

    async def test_a_deleted_word_in_the_thread_is_found_as_well(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.write(desk.ben, "restart nginx on web-9")
            said = await desk.write(desk.ben, "web-1", channel=desk.threads[0], mention=False)
            assert "**WAITING**" in text_of(await desk.message())
            await desk.ben.delete(said)
            await desk.rest_a_while()
            assert "**CANCELLED**" in text_of(await desk.message())

    async def test_what_a_command_asked_for_goes_with_what_stands_above_it(self, tmp_path):
        async with sim(tmp_path) as desk:
            await desk.slash_as(desk.ben, "ask", request="restart nginx on web-1")
            assert "**WAITING**" in text_of(await desk.message())
            root = next(m for m in desk.said(desk.channel) if "asks:" in text_of(m))
            await desk.rest.ask("DELETE", f"/channels/{desk.channel.id}/messages/{root.id}")
            await desk.rest_a_while()
            assert "**CANCELLED**" in text_of(await desk.message())


class TestWithoutMessageContent:
    async def test_mentions_and_buttons_do_all_and_the_rest_is_said_once(self, tmp_path):
        async with sim(tmp_path, message_content=False) as desk:
            assert not desk.env.bot.intents.message_content
            await desk.write(desk.ben, "restart nginx on web-9")
            assert "mention me with your answer" in text_of(await desk.message())
            (thread,) = desk.threads
            for _ in range(2):
                await desk.write(desk.ben, "web-1", channel=thread, mention=False)
            assert sum("don't mention me" in said for said in dms(desk.ben)) == 1
            await desk.write(desk.ben, "web-1", channel=thread)
            assert "**WAITING**" in text_of(await desk.message())
            await desk.click(desk.chris, "Approve")
            assert desk.stage.changes("web-1")


class NoThreads(Desk):
    """A channel in which Overseer may make no threads."""

    def channel_args(self):
        deny = discord.PermissionOverwrite(create_public_threads=False)
        return {"overwrites": {self.guild.default_role: deny}}


class Hidden(Desk):
    """A channel that only its members see, of whom nobody is told by its name elsewhere."""

    def channel_args(self):
        none = discord.PermissionOverwrite(view_channel=False)
        members = [getattr(self, name) for name in NAMES] + [self.guild.me]
        some = dict.fromkeys(members, discord.PermissionOverwrite(view_channel=True))
        return {"overwrites": {self.guild.default_role: none, **some}}


class TestHidden:
    async def test_a_channel_that_only_some_may_see_is_named_on_no_card(self, tmp_path):
        async with sim(tmp_path, kind=Hidden) as desk:
            await desk.write(desk.ben, "restart nginx on web-1")
            card = text_of(await desk.message())
            assert ", a channel on Discord · " in card
            assert str(desk.channel.id) not in card
            copies = dms(desk.chris)
            assert copies
            assert not any("#ops" in each or f"<#{desk.channel.id}>" in each for each in copies)


class TestWithoutThreads:
    async def test_it_answers_in_the_channel_and_says_so_once(self, tmp_path):
        async with sim(tmp_path, kind=NoThreads) as desk:
            said = await desk.write(desk.ben, "restart nginx on web-1")
            await desk.write(desk.ben, "is nginx up on web-2?")
            assert desk.threads == []
            ours = [m for m in desk.channel.history() if m.author.id == desk.me]
            assert sum("No thread can be made" in text_of(m) for m in ours) == 1
            card = next(m for m in ours if "WAITING" in text_of(m))
            assert card.reference.message_id == said.id
            await desk.click(desk.chris, "Approve", card)
            assert desk.stage.changes("web-1")

    async def test_an_answer_to_its_card_goes_on_with_that_request(self, tmp_path):
        async with sim(tmp_path, kind=NoThreads) as desk:
            await desk.write(desk.ben, "restart nginx on web-9")
            asked = next(m for m in desk.channel.history() if "QUESTION" in text_of(m))
            await desk.write(desk.ben, "web-1", mention=False, reply_to=asked)
            assert any("**WAITING**" in text_of(m) for m in desk.channel.history())

    @pytest.mark.parametrize("restarted", [False, True])
    async def test_a_plan_is_changed_by_a_reply_and_everything_says_so(self, tmp_path, restarted):
        async with sim(tmp_path, kind=NoThreads) as desk:
            said = await desk.write(desk.ben, "restart nginx on web-1")
            if restarted:
                await desk.restart()
            runs = privately(await desk.slash_as(desk.vera, "runs"))
            link = f"https://discord.com/channels/{desk.guild.id}/{desk.channel.id}/{said.id}"
            assert f"[its request]({link})" in runs
            assert "<#" not in runs
            assert link in privately(await desk.slash_as(desk.chris, "approvals"))
            card = next(m for m in desk.channel.history() if "WAITING" in text_of(m))
            form = await desk.click(desk.ben, "Change…", card)
            await desk.ben.submit_modal(form, {"text": "web-3 instead"})
            await desk.rest_a_while()
            card = next(m for m in desk.channel.history() if "WAITING" in text_of(m))
            assert "web-3" in text_of(card)
            await desk.write(desk.ben, "web-2 instead", mention=False, reply_to=card)
            card = next(m for m in desk.channel.history() if "WAITING" in text_of(m))
            assert "web-2" in text_of(card)
            await desk.write(desk.ben, "web-1 instead")
            assert any(
                "To change #1, reply to its card, here above." in text_of(m)
                for m in desk.channel.history()
            )

    async def test_what_is_asked_by_command_is_answered_below(self, tmp_path):
        async with sim(tmp_path, kind=NoThreads) as desk:
            result = await desk.slash_as(desk.ben, "ask", request="restart nginx on web-1")
            assert "my reply to it has the rest" in privately(result)


class TestBusy:
    async def test_a_message_waits_for_a_database_that_is_busy(self, tmp_path):
        async with sim(tmp_path) as desk:
            inner, tries = desk.outside.ears, []

            class Busy:
                async def on_message(self, message):
                    tries.append(message.event_id)
                    if len(tries) < 3:
                        raise StoreBusyError("locked")
                    return await inner.on_message(message)

                def __getattr__(self, name):
                    return getattr(inner, name)

            desk.outside.ears = Busy()
            desk.env.backend.create_message(
                desk.channel.id, desk.ben.id, f"{desk.mention} restart nginx on web-1"
            )
            await desk.stage.until(lambda: len(tries) == 1)
            for _ in range(3):
                await desk.stage.clock.advance(1.0)
            await desk.stage.until(lambda: len(tries) == 3)
            await desk.rest_a_while()
            assert len(set(tries)) == 1
            assert "**WAITING**" in text_of(await desk.message())
