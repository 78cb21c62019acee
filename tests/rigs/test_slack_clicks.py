"""Clicks in Slack: acknowledged when they are durable, refused before anything is shown."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json
import threading

import pytest

from bot.adapters.slack import outputs
from bot.adapters.slack.buttons import carried
from bot.domain.cards import Button, Card, Choice, ThreadItem
from bot.domain.messages import Outside, Reply
from bot.errors import ConflictError, StoreBusyError
from skills.service.facts import unit
from tests.rigs.slack_fixtures import ears, emulator, platform, side, stage_of  # noqa: F401
from tests.rigs.slack_side import buttons_of
from tests.rigs.test_slack_hearing import changed, until
from tests.rigs.test_slack_jobs import message_with, seen, texts

pytestmark = pytest.mark.slack
PLAN = Card(
    id="plan-7", title="restart nginx", plan=7, revision=1, digest="0a",
    buttons=(
        Button(id="deny", label="Deny…", asks="Why not?"),
        Button(id="output", label="Output of…", value="web-1"),
        Button(id="option", label="Output of…", value="web-1"),
    ),
)  # fmt: skip


def click(side, button, *, asks=False, value="", who="ben", ts="1700000000.000100"):
    """A press of a button of a card, whatever that card has now."""
    pressed = Button(id=button, label="x", value=value, asks="Why?" if asks else "")
    action = {
        "type": "button",
        "action_id": f"overseer:{button}:0",
        "value": carried(PLAN, pressed),
    }
    return side.click(who, {"ts": ts, "thread_ts": ts}, action)


async def act(side, payload, **more):
    return await side.deliver(payload, "interactive", **more)


def told(side):
    return side.sent("chat.postEphemeral")


async def test_a_click_is_acknowledged_once_it_is_durable(platform, side, ears):
    ears.clicking, ears.reply = asyncio.Event(), Reply(accepted=True, text="It looks again.")
    await act(side, click(side, "again"), tries=1, wait_s=3)
    assert len(ears.pressed) == 1
    assert told(side) == []
    ears.clicking.set()
    (whisper,) = await until(lambda: told(side))
    assert whisper["text"] == "It looks again."
    assert whisper["user"] == side.emulator.users["ben"]


async def test_what_fails_after_that_is_whispered_too(platform, side, ears):
    ears.clicking = asyncio.Event()
    await act(side, click(side, "again"), tries=1, wait_s=3)
    ears.error = ConflictError("#7 has run already.")
    ears.clicking.set()
    (whisper,) = await until(lambda: told(side))
    assert whisper["text"] == "#7 has run already."


async def test_a_click_that_is_not_durable_is_not_acknowledged(platform, side, ears):
    ears.error = StoreBusyError("The database is busy.")
    with pytest.raises(AssertionError, match="never acknowledged"):
        await act(side, click(side, "again"), tries=2, wait_s=0.2)
    assert await until(lambda: told(side))
    ears.error = None
    await act(side, click(side, "again"), tries=1, wait_s=3)


async def test_asking_again_waits_for_no_host(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        event = side.mention("ben", "restart nginx on web-1 because new certificate")
        await side.deliver(event)
        ts = event["event"]["ts"]
        await seen(message_with(side, ts, "approve"), "the plan")
        await stage.clock.advance(7200)
        await stage.app.pipeline.tick()
        card = await seen(message_with(side, ts, "again"), "the button")
        probe = ("sh", "-c", unit("nginx").command.text)
        stage.hosts.hang(probe)
        stage._ticking.cancel()  # the time for which a host is waited for never passes
        await act(side, side.click("ben", card, buttons_of(card)["again"]), tries=1, wait_s=3)
        stage.release(probe)
        stage._ticking = asyncio.ensure_future(stage._tick())
        await seen(lambda: any("NOT READ" in t for t in texts(side, ts)), "the plan, asked anew")


@pytest.mark.parametrize("by", ["talk among people", "a reaction", "a message that was edited"])
async def test_a_channel_that_any_event_says_is_shared_is_so_for_clicks_and_commands(
    platform, side, ears, by
):
    event = side.mention("ben", "how is web-1?")
    del event["is_ext_shared_channel"]
    await side.deliver(event)  # looked up, and kept for minutes
    await act(side, click(side, "again"))
    said = {
        "talk among people": side.said("ana", "good morning"),
        "a reaction": side.reaction("ana", "1700000000.000100"),
        "a message that was edited": changed(side.said("ana", "good morning")),
    }[by]
    await side.deliver({**said, "is_ext_shared_channel": True})
    await act(side, click(side, "queue"))
    assert [press.outside for press in ears.pressed] == [None, Outside.SHARED]
    await side.deliver(side.command("ben", "how is web-1?"), "slash_commands")
    assert ears.asked_of[-1].outside is Outside.SHARED


# -- what stands on the card ----------------------------------------------------------------------


@pytest.fixture
def of_plan(ears):
    async def card(plan):
        return ThreadItem(seq=1, thread="x", at=0, kind="card", card=PLAN)

    ears.card = card
    return ears


async def test_a_window_opens_for_a_button_that_the_card_has(platform, side, of_plan):
    await act(side, click(side, "deny", asks=True))
    await until(lambda: side.sent("views.open"))
    assert of_plan.pressed == []


async def test_of_which_host_output_is_shown_is_chosen(platform, side, of_plan):
    of_plan.listed = (Choice(value="web-1", label="web-1"), Choice(value="web-2", label="web-2"))
    await act(side, click(side, "output", asks=True, value="web-1"))
    (opened,) = await until(lambda: side.sent("views.open"))
    element = json.loads(opened["view"])["blocks"][0]["element"] if isinstance(
        opened["view"], str
    ) else opened["view"]["blocks"][0]["element"]  # fmt: skip
    assert [o["value"] for o in element["options"]] == ["web-1", "web-2"]


async def test_a_button_that_the_card_has_no_more_opens_nothing(platform, side, of_plan):
    """Its ears are told of it, who say why: a window would be of another thing than was pressed."""
    await act(side, click(side, "output", asks=True, value="web-9"))
    await until(lambda: of_plan.pressed)
    assert side.sent("views.open") == []
    assert of_plan.pressed[0].value == "web-9"


async def test_who_is_not_heard_is_told_so_before_any_window(platform, side, of_plan):
    of_plan.away = Reply(accepted=False, text="I don't act for guests here.")
    await act(side, click(side, "deny", asks=True))
    (whisper,) = await until(lambda: told(side))
    assert whisper["text"] == "I don't act for guests here."
    assert (side.sent("views.open"), of_plan.pressed) == ([], [])


def guest(side, who, **more):
    user = {"id": side.emulator.users[who], "team_id": side.emulator.me["team_id"], **more}
    side.answers["users.info", "*"] = {"ok": True, "user": user}


async def test_a_guest_reads_nothing_and_opens_nothing(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        event = side.mention("ben", "restart nginx on web-1 because new certificate")
        await side.deliver(event)
        card = await seen(message_with(side, event["event"]["ts"], "deny"), "the plan")
        guest(side, "vera", is_restricted=True)
        opened = side.said("vera", "", kind="app_home_opened", tab="home")
        await side.deliver(opened)
        (home,) = await seen(lambda: side.sent("views.publish"), "the home")
        helped = await side.deliver(side.command("vera", "help"), "slash_commands")
        await act(side, side.click("vera", card, buttons_of(card)["deny"]))
        await seen(lambda: told(side), "the refusal")
        assert side.sent("views.open") == []
        for shown in (home, helped, told(side)[0]):
            said = json.dumps(shown)
            assert "guests here" in said
            assert "web-1" not in said


async def test_who_may_not_deny_is_told_so_and_types_nothing(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        event = side.mention("ben", "restart nginx on web-1 because new certificate")
        await side.deliver(event)
        card = await seen(message_with(side, event["event"]["ts"], "deny"), "the plan")
        await act(side, side.click("vera", card, buttons_of(card)["deny"]))
        (whisper,) = await seen(lambda: told(side), "the refusal")
        assert "you are a viewer" in whisper["text"]
        assert side.sent("views.open") == []
        await act(side, side.click("chris", card, buttons_of(card)["deny"]))
        await seen(lambda: side.sent("views.open"), "the form of whoever may")


# -- what was printed -----------------------------------------------------------------------------

PRINTED = "".join(f"{n:>4} *bold* ~x~ `code` <@U0ABC> :fire: _a_ &amp;\n" for n in range(90))


def preformatted(shown):
    return [
        "".join(run["text"] for run in part["elements"])
        for block in shown["blocks"] if block["type"] == "rich_text"
        for part in block["elements"] if part["type"] == "rich_text_preformatted"
    ]  # fmt: skip


async def test_output_is_shown_whole_and_to_the_letter(platform, side, ears):
    ears.reply = Reply(accepted=True, text=PRINTED)
    assert len(PRINTED) > 4_000
    await act(side, click(side, "output", value="web-1"))
    (shown,) = await until(lambda: told(side))
    assert "\n".join(preformatted(shown)) == PRINTED.rstrip("\n")
    assert (
        json.dumps(shown["blocks"]).index("Output of #7 on web-1") < 200
    )  # bare lines tell nothing
    assert side.sent("files.completeUploadExternal") == []


@pytest.mark.parametrize("printed", ["<!channel> <@U0ABC> & <https://x.example|y>", "", " \n"])
async def test_the_line_of_its_notification_pings_nobody(platform, side, ears, printed):
    ears.reply = Reply(accepted=True, text=printed)
    await act(side, click(side, "output", value="web-1"))
    (shown,) = await until(lambda: told(side))
    expected = "&lt;!channel&gt; &lt;@U0ABC&gt; &amp; &lt;https://x.example|y&gt;"
    assert shown["text"] == (expected if "U0ABC" in printed else SILENT)


SILENT = "(printed nothing)"


async def test_long_output_is_a_file_in_the_direct_messages(platform, side, ears):
    ears.reply = Reply(accepted=True, text=PRINTED * 10)
    await act(side, click(side, "output", value="web-1/s2"))
    (shown,) = await until(lambda: told(side))
    (head,) = preformatted(shown)
    assert PRINTED.startswith(head)
    (file,) = side.sent("files.completeUploadExternal")
    assert file["files"][0]["title"] == "output-7-web-1-s2.txt"
    (opened,) = side.sent("conversations.open")
    assert opened["users"] == side.emulator.users["ben"]
    assert file["channel_id"].startswith("D")
    assert head.count("\n") < 40
    assert file["initial_comment"] == "Output of #7 on web-1, step s2"
    assert "Output of #7 on web-1, step s2" in json.dumps(shown["blocks"])
    hidden = 900 - 1 - head.count("\n")
    assert f"{hidden} more lines: all of it is a file" in json.dumps(shown)


async def test_output_is_drawn_beside_the_event_loop(platform, side, ears, monkeypatch):
    threads = []
    draw = outputs.texts.printed

    def printed(text):
        threads.append(threading.current_thread())
        return draw(text)

    monkeypatch.setattr(outputs.texts, "printed", printed)
    ears.reply = Reply(accepted=True, text=PRINTED * 10)
    await act(side, click(side, "output", value="web-1"))
    await until(lambda: told(side))
    assert threads
    assert threading.main_thread() not in threads


async def test_of_a_line_that_goes_on_it_does_not_say_that_none_follows(platform, side, ears):
    ears.reply = Reply(accepted=True, text="x" * 50_000)
    await act(side, click(side, "output", value="web-1"))
    (shown,) = await until(lambda: told(side))
    assert "The line goes on: all of it is a file" in json.dumps(shown)


async def test_where_no_files_are_it_says_what_prints_the_rest(platform, side, ears):
    side.answers["files.getUploadURLExternal", "*"] = {
        "ok": False,
        "error": "file_uploads_disabled",
    }
    ears.reply = Reply(accepted=True, text=PRINTED * 10)
    await act(side, click(side, "output", value="web-1/s2"))
    (shown,) = await until(lambda: told(side))
    assert "./overseer output 7 web-1 --step s2" in json.dumps(shown)


async def test_why_there_is_no_output_is_a_sentence(platform, side, ears):
    ears.reply = Reply(accepted=False, text="#7 has run nothing on `web-1`.")
    await act(side, click(side, "output", value="web-1"))
    (shown,) = await until(lambda: told(side))
    assert preformatted(shown) == []
    assert shown["text"] == "#7 has run nothing on `web-1`."
