"""Buttons, forms and slash commands over Discord's wire: written down, then answered in time."""

import asyncio
import threading

import pytest
import structlog

from bot.adapters.discord import bodies
from bot.adapters.discord.pressing import CHOOSE_ONE, NO_TEXT, OLD
from bot.domain.cards import Button, Choice, ThreadItem
from bot.domain.messages import Reply
from bot.domain.posts import direct
from bot.errors import StoreBusyError
from bot.ports import Speech
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, VERA
from tests.rigs.discord_parts import CARD, Quick, asked, custom_id, place, platform_on

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


async def form_of(wire, ears, platform, number):
    """A card and the form of its button that shows output of one of so many hosts."""
    ears.listed = tuple(Choice(value=f"h{n}", label=f"Host {n}") for n in range(number))
    button = Button(id="output", label="Output of…", asks="Of which host?")
    shown = CARD.model_copy(update={"buttons": (button,)})
    ears.shown = shown
    where = await asked(wire, ears)
    card = await platform.post(where, Speech(shown), nonce="n")
    return card, (await wire.answered(wire.presses(BEN, card, custom_id(wire, "Output"))))["data"]


class TestPressing:
    async def test_a_press_is_written_down_and_then_answered(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
        assert (await wire.answered(event))["type"] == 6
        (press,) = ears.pressed
        assert (press.event_id, press.thread, press.person) == (event, where, "chris")
        assert (press.button, press.plan, press.revision, press.digest) == (
            "approve", 7, 2, "ab" * 32,
        )  # fmt: skip

    async def test_a_sentence_is_for_the_one_who_pressed(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.told = "You may not: @everyone"
        event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
        body = await wire.answered(event)
        assert body["type"] == 4
        assert body["data"]["flags"] & 64
        assert "@everyone" not in str(body)

    async def test_a_form_is_asked_for_and_taken_in(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        deny = custom_id(wire, "Deny")
        form = (await wire.answered(wire.presses(CHRIS, card, deny)))["data"]
        assert form["components"][0]["label"] == "Why not?"
        typed = [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": "no"}}]  # fmt: skip
        event = wire.presses(CHRIS, card, form["custom_id"], kind=5, components=typed)
        assert (await wire.answered(event))["type"] == 6
        assert (ears.pressed[0].button, ears.pressed[0].text) == ("deny", "no")

    @pytest.mark.parametrize("blank", ["  ", "\u200b \u202e"])
    async def test_what_nobody_can_see_is_no_reason(self, wire, ears, platform, blank):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        form = (await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Deny"))))["data"]
        typed = [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": blank}}]  # fmt: skip
        event = wire.presses(CHRIS, card, form["custom_id"], kind=5, components=typed)
        body = await wire.answered(event)
        assert (body["type"], body["data"]["flags"] & 64) == (4, 64)
        assert NO_TEXT in str(body)
        assert ears.pressed == []

    async def test_a_choice_of_a_form_is_its_value(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        form = (await wire.answered(wire.presses(BEN, card, custom_id(wire, "Hand"))))["data"]
        option = form["components"][0]["component"]["options"][0]
        typed = [{"type": 18, "id": 1, "component": {"type": 3, "id": 2, "custom_id": "text", "values": [option["value"]]}}]  # fmt: skip
        await wire.answered(wire.presses(BEN, card, form["custom_id"], kind=5, components=typed))
        assert ears.pressed[0].text == "chris"

    @pytest.mark.parametrize("label", ["Deny", "Hand"])
    async def test_a_button_that_its_card_has_no_more_opens_no_form(
        self, wire, ears, platform, label
    ):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.shown = CARD.model_copy(update={"buttons": CARD.buttons[:1]})
        body = await wire.answered(wire.presses(BEN, card, custom_id(wire, label)))
        assert (body["type"], body["data"]["flags"] & 64) == (4, 64)
        assert OLD in str(body)
        assert ears.pressed == []

    async def test_whose_output_may_be_asked_by_an_older_card_as_long_as_there_is_some(
        self, wire, ears, platform
    ):
        card, _ = await form_of(wire, ears, platform, 2)
        ears.shown = CARD.model_copy(update={"buttons": ()})
        form = (await wire.answered(wire.presses(BEN, card, custom_id(wire, "Output"))))["data"]
        assert form["title"] == "Output of… #7"
        (label,) = form["components"]
        assert [o["value"] for o in label["component"]["options"]] == ["=h0", "=h1"]
        typed = [{"type": 18, "id": 1, "component": {"type": 3, "id": 2, "custom_id": "text", "values": ["=h1"]}}]  # fmt: skip
        await wire.answered(wire.presses(BEN, card, form["custom_id"], kind=5, components=typed))
        assert (ears.pressed[-1].button, ears.pressed[-1].text) == ("output", "h1")
        ears.listed = ()
        body = await wire.answered(wire.presses(BEN, card, custom_id(wire, "Output")))
        assert OLD in str(body)

    @pytest.mark.parametrize("number", [1, 25, 26, 125])
    async def test_every_choice_stands_in_a_menu(self, wire, ears, platform, number):
        card, form = await form_of(wire, ears, platform, number)
        menus = [part["component"] for part in form["components"]]
        assert [m["type"] for m in menus] == [3] * -(-number // 25)
        assert all(len(m["options"]) <= 25 for m in menus)
        sent = [o["value"] for m in menus for o in m["options"]]
        assert sent == [f"=h{n}" for n in range(number)]
        chosen = [
            {"type": 18, "id": n, "component": {"type": 3, "id": 90 + n, "custom_id": m["custom_id"],
             "values": sent[-1:] if m is menus[-1] else []}}
            for n, m in enumerate(menus)
        ]  # fmt: skip
        event = wire.presses(BEN, card, form["custom_id"], kind=5, components=chosen)
        await wire.answered(event)
        assert ears.pressed[-1].text == f"h{number - 1}"
        for part, menu in zip(chosen, menus, strict=True):
            part["component"]["values"] = [menu["options"][0]["value"]]
        if number > 25:
            event = wire.presses(BEN, card, form["custom_id"], kind=5, components=chosen)
            assert CHOOSE_ONE in str(await wire.answered(event))
            assert len(ears.pressed) == 1

    async def test_of_more_choices_than_menus_take_one_is_looked_for(self, wire, ears, platform):
        card, form = await form_of(wire, ears, platform, 126)
        (label,) = form["components"]
        assert label["component"]["type"] == 4
        assert "There are 126" in label["description"]

        async def typed(text):
            given = [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": text}}]  # fmt: skip
            event = wire.presses(BEN, card, form["custom_id"], kind=5, components=given)
            return str(await wire.answered(event))

        for text, sent in (("h24", "h24"), (" HOST 25 ", "h25"), ("125", "h125"), ("nn", "nn")):
            await typed(text)
            assert ears.pressed[-1].text == sent
        before = len(ears.pressed)
        assert "Several fit: Host 10, Host 100" in await typed("10")
        assert len(ears.pressed) == before

    @pytest.mark.parametrize("kind", [3, 5])
    async def test_of_a_database_that_is_busy_who_asks_for_a_form_is_told(
        self, wire, ears, platform, kind
    ):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")

        async def busy(plan):
            raise StoreBusyError("The database is busy: try again.")

        ears.card = busy
        typed = [{"type": 18, "id": 1, "component": {"type": 3, "id": 2, "custom_id": "text", "values": ["#x"]}}]  # fmt: skip
        more = {"components": typed} if kind == 5 else {}
        event = wire.presses(CHRIS, card, custom_id(wire, "Hand"), kind=kind, **more)
        body = await wire.answered(event)
        assert (body["type"], body["data"]["flags"] & 64) == (4, 64)
        assert "The database is busy: try again." in str(body)
        assert ears.pressed == []

    async def test_who_is_not_heard_is_told_so_before_a_form(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.away = Reply(accepted=False, text="I don't know whose account that is.")
        body = await wire.answered(wire.presses(VERA, card, custom_id(wire, "Deny")))
        assert (body["type"], body["data"]["flags"] & 64) == (4, 64)
        assert "I don't know whose account that is." in str(body)

    async def test_a_value_that_is_too_long_is_looked_up_and_a_long_reply_is_a_file(
        self, wire, ears, platform
    ):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.told = "line\n" * 2000
        event = wire.presses(BEN, card, custom_id(wire, "Output"))
        body = await wire.answered(event)
        assert ears.pressed[0].value == "x" * 90
        assert body["data"]["attachments"][0]["filename"] == "output.txt"

    @pytest.mark.parametrize("nothing", ["", " \n"])
    async def test_that_nothing_was_printed_is_said_to_the_one_who_pressed(
        self, wire, ears, platform, nothing
    ):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.told = nothing
        event = wire.presses(BEN, card, custom_id(wire, "Output"))
        body = await wire.answered(event)
        assert (body["type"], body["data"]["flags"] & 64) == (4, 64)
        assert "printed nothing" in str(body)

    async def test_a_long_reply_is_drawn_beside_the_event_loop(
        self, wire, ears, platform, monkeypatch
    ):
        threads, draw = [], bodies.private

        def private(said, **how):
            threads.append(threading.current_thread())
            return draw(said, **how)

        monkeypatch.setattr(bodies, "private", private)
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.told = "line\n" * 20_000
        await wire.answered(wire.presses(BEN, card, custom_id(wire, "Output")))
        assert threads
        assert threading.main_thread() not in threads

    async def test_what_the_card_has_no_more_does_nothing(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        now = CARD.model_copy(update={"buttons": (Button(id="output", label="Output", value="y"),)})

        async def changed(plan):
            return ThreadItem(seq=1, thread="x", at=0, kind="card", card=now)

        ears.card = changed
        event = wire.presses(BEN, card, custom_id(wire, "Output"))
        assert OLD in str((await wire.answered(event))["data"])
        assert ears.pressed == []

    async def test_an_answer_survives_a_429(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        wire.faults = [(429, {"message": "slow", "retry_after": 0.5}, {})]
        event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
        assert (await wire.answered(event))["type"] == 6
        assert len(ears.pressed) == 1

    @pytest.mark.parametrize("status", [404, 500])
    async def test_an_answer_that_does_not_get_there_harms_nothing(self, wire, slow, status):
        platform, ears = slow
        ears.let.set()
        card = await platform.post(direct("discord", CHRIS), Speech(CARD), nonce="n")
        failed = (status, {"code": 10062, "message": "Unknown interaction"}, {})
        wire.faults = [failed] * (3 if status == 500 else 1)
        with structlog.testing.capture_logs() as logged:
            wire.presses(CHRIS, card, custom_id(wire, "Approve"))
            await wire.until(
                lambda: any("could not be answered" in each["event"] for each in logged)
            )
        assert [each["log_level"] for each in logged] == ["info"]
        assert wire.answers == {}

    async def test_a_broken_ear_is_told_and_the_connection_goes_on(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        good = ears.on_button

        async def bad(press, taken):
            raise RuntimeError("no")

        ears.on_button = bad
        body = await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Approve")))
        assert "Something went wrong" in str(body)
        ears.on_button = good
        assert await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Approve")))

    async def test_ask_posts_a_root_and_begins_its_thread(self, wire, ears, platform):
        event = wire.calls(BEN, "ask", request="restart nginx on web-1", plan_only=True)
        body = await wire.answered(event)
        assert body["data"]["flags"] & 64
        (heard,) = ears.heard
        assert (heard.event_id, heard.plan_only) == (event, True)
        (root,) = wire.posted(CHANNEL)
        assert heard.remote == heard.thread.thread == root["id"]
        assert root["id"] in wire.threads
        assert "restart nginx on web-1" in str(root["components"])

    async def test_lists_are_private(self, wire, ears, platform):
        for name in ("approvals", "runs"):
            body = await wire.answered(wire.calls(CHRIS, name))
            assert body["data"]["flags"] & 64
            assert "Nothing waits for you" in str(body)


class Slow:
    """Ears that answer when they are let."""

    def __init__(self, ears):
        self.ears, self.let, self.is_taken = ears, asyncio.Event(), True
        self.said = "too late"

    async def on_button(self, press, taken):
        if self.is_taken:
            taken()
        await self.let.wait()
        return Reply(accepted=not self.said, text=self.said)

    async def card(self, plan):
        await self.let.wait()
        return await self.ears.card(plan)

    async def on_message(self, message):
        await self.let.wait()
        return await self.ears.on_message(message)

    def __getattr__(self, name):
        return getattr(self.ears, name)


@pytest.fixture
async def slow(wire, ears):
    """A platform that waits no two seconds, and its slow ears."""
    made, heard = platform_on(wire, clock=Quick()), Slow(ears)
    await made.start(heard)
    await wire.until(lambda: wire.identified)
    yield made, heard
    await made.stop()


async def test_a_press_that_takes_long_is_acknowledged_and_answered_later(wire, slow):
    platform, ears = slow
    root = wire.says(BEN, "x", mention=False)
    card = await platform.post(place(root), Speech(CARD), nonce="n")
    event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
    assert (await wire.answered(event))["type"] == 6
    ears.let.set()
    later = await wire.answered(f"token-{event}/follow")
    assert later["flags"] & 64
    assert "too late" in str(later)


@pytest.mark.parametrize(("said", "answer"), [("too late", "too late"), ("", "Heard.")])
async def test_a_press_that_is_not_even_written_down_is_not_taken_for_done(
    wire, slow, said, answer
):
    platform, ears = slow
    ears.is_taken, ears.said = False, said
    root = wire.says(BEN, "x", mention=False)
    card = await platform.post(place(root), Speech(CARD), nonce="n")
    event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
    assert await wire.answered(event) == {"type": 5, "data": {"flags": 64}}
    ears.let.set()
    assert answer in str(await wire.answered(f"token-{event}/follow"))


async def test_a_form_that_takes_long_is_refused_in_time(wire, slow):
    platform, ears = slow
    root = wire.says(BEN, "x", mention=False)
    card = await platform.post(place(root), Speech(CARD), nonce="n")
    body = await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Deny")))
    assert (body["type"], body["data"]["flags"] & 64) == (4, 64)
    assert "press it again" in str(body)
    ears.let.set()
    body = await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Deny")))
    assert body["type"] == 9


async def test_a_command_that_takes_long_is_too(wire, slow):
    _, ears = slow
    event = wire.calls(BEN, "ask", request="restart nginx on web-1")
    assert await wire.answered(event) == {"type": 5, "data": {"flags": 64}}
    ears.let.set()
    assert "Asked" in str(await wire.answered(f"token-{event}/follow"))
