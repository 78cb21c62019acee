"""The window of a button that asks, and the App Home: within the limits, and only their own."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform, modal
from bot.adapters.slack.blocks import draw
from bot.adapters.slack.buttons import pressed
from bot.adapters.slack.home import home, permalink, stranger
from bot.domain.cards import Button, Card, Choice, ThreadItem, Tone
from bot.domain.messages import People, ThreadRef
from bot.domain.sheets import HostLine, RunLine
from bot.ports import Platform
from bot.settings.chat import SlackSettings
from tests.rigs.block_kit import check_blocks, check_view
from tests.unit.slack.preview import preview

AT = datetime(2026, 3, 1, 14, 2, tzinfo=UTC)
ASKED = modal.Asked(
    press='{"b": "deny"}',
    thread=ThreadRef(surface="slack", channel="C1", thread="1.1"),
    within=True,
)
words = st.text(max_size=300)


def filled(view, **field):
    block = view["blocks"][0]
    state = {"values": {block["block_id"]: {block["element"]["action_id"]: field}}}
    return {**view, "state": state}


@given(words, words, st.lists(st.builds(Choice, value=words, label=words), max_size=120))
@settings(max_examples=50)
def test_no_window_breaks_a_limit(label, asks, choices):
    button = Button(id="deny", label=label, asks=asks or "Why?", choices=tuple(choices))
    view = modal.window(button, ASKED)
    if button.asks.strip():
        check_view(view)


def test_what_is_written_comes_back_with_what_it_was_asked_for():
    view = modal.window(Button(id="deny", label="Deny…", asks="Why not?"), ASKED)
    assert view["title"]["text"] == "Deny"
    assert modal.answered(filled(view, value="  not now ")) == (ASKED, "not now")


def test_where_the_answers_are_known_they_are_chosen_from():
    choices = (Choice(value="chris", label="Chris"), Choice(value="dana", label="Dana"))
    button = Button(id="handover", label="Hand over…", asks="To whom?", choices=choices)
    view = modal.window(button, ASKED)
    element = view["blocks"][0]["element"]
    assert [o["value"] for o in element["options"]] == ["chris", "dana"]
    assert modal.answered(filled(view, selected_option={"value": "dana"})) == (ASKED, "dana")


@pytest.mark.parametrize(
    "broken",
    [
        {"callback_id": "other"},
        {"private_metadata": ""},
        {"private_metadata": "[]"},
        {"state": None},
    ],
)
def test_a_window_that_is_not_overseers_is_no_answer(broken):
    view = {
        **filled(modal.window(Button(id="deny", label="d", asks="Why?"), ASKED), value="x"),
        **broken,
    }
    found = modal.answered(view)
    assert found is None or found[1] == ""


def test_a_button_that_slack_can_not_carry_is_left_out():
    buttons = (
        Button(id="option", label="long", value="v" * 2000),
        Button(id="dismiss", label="no"),
    )
    drawn = draw(Card(id="q", title="t", buttons=buttons))
    check_blocks(drawn.blocks)
    found = [
        pressed(e["value"]).button
        for b in drawn.blocks
        if b["type"] == "actions"
        for e in b["elements"]
    ]
    assert found == ["dismiss"]


def item(number):
    card = Card(id=f"plan-{number}", plan=number, title="restart *all* <!here>", state="WAITING")
    return ThreadItem(seq=number, thread="slack/C1/1.2", at=AT, kind="card", card=card)


def ran(number, **more):
    given = {"title": "restart nginx", "thread": f"slack/C1/{number}.1", "standing": "1 of 1 done"}
    return RunLine(
        plan=number, requester="ben", at=AT, state="DONE", tone=Tone.GOOD, **given | more
    )  # fmt: skip


def way(thread):
    return f"https://e.slack.com/{thread}" if thread.startswith("slack/") else ""


def test_the_home_numbers_what_somebody_asked_and_leads_there():
    runs = [ran(9), ran(8, thread="web/ben/x"), ran(7, thread="discord/1/2")]
    view = home([], runs, [], way)
    check_view(view)
    shown = preview(view["blocks"])
    assert "Your runs*  3" in shown
    for part in ("#9 restart nginx", "1 of 1 done", "on the page", "in Discord", "show plan 8`"):
        assert part in shown
    assert json.dumps(view).count("https://e.slack.com/slack/C1/9.1") == 1
    assert "show plan" not in preview(home([], [ran(9)], [], way)["blocks"])


def test_the_home_says_where_what_was_asked_elsewhere_can_be_decided_here():
    card = item(7).card
    waits = item(7).model_copy(update={"thread": "discord/1/2"})
    shown = preview(home([waits], [], [], way, {card.id})["blocks"])
    assert "in Discord, and its card under Messages" in shown
    without = preview(home([waits], [], [], way)["blocks"])
    assert "in Discord, write me “show plan 7” to have its card" in without
    assert "Messages" not in without
    assert "show plan" not in preview(home([item(7)], [], [], way)["blocks"])
    assert "Messages" not in preview(home([item(7)], [], [], way, {card.id})["blocks"])


def test_the_home_tells_who_asked_and_until_when_it_waits():
    waits = item(7)
    ends = AT.replace(hour=15)
    card = waits.card.model_copy(update={"ends": ends, "standing": "0 of 1 vote"})
    view = home([waits.model_copy(update={"card": card})], [], [], way, asked={7: "Ben"})
    check_view(view)
    assert "asked by Ben" in preview(view["blocks"])
    assert "until" in preview(view["blocks"])
    assert str(int(ends.timestamp())) in json.dumps(view)
    other = home([item(7)], [], [], way)
    assert "asked by" not in preview(other["blocks"])
    assert "until" not in preview(other["blocks"])


@pytest.mark.parametrize(
    ("thread", "said"),
    [("slack/D9/1.2", "in a direct message"), ("slack/C9/1.2", "that not all may open")],
)
def test_where_a_link_would_not_open_the_home_says_where_it_is(thread, said):
    waits = item(7).model_copy(update={"thread": thread})
    view = home([waits], [], [], lambda _: "", {waits.card.id})
    assert f"{said}, and its card under Messages" in preview(view["blocks"])


def test_the_home_keeps_the_limits_however_much_there_is():
    many = [
        HostLine(name=f"host{n}x", environment=f"env-{n % 30}", held_by=n if n % 7 == 0 else None)
        for n in range(3000)
    ]
    runs = [ran(n, title="t" * 500) for n in range(200)]
    view = home([item(n) for n in range(100)], runs, many, lambda _: "https://example.slack.com/x")
    check_view(view)
    assert "and 80 more" in preview(view["blocks"])


@pytest.mark.parametrize(
    ("halted", "said"),
    [(False, "is being changed by #8"), (True, "is held by #8 until somebody decides about it")],
)
def test_the_home_tells_what_is_changed_and_what_is_only_held(halted, said):
    held = HostLine(name="web-1", environment="e", held_by=8, halted=halted)
    assert f"web-1 {said}" in preview(home([], [], [held], lambda _: "")["blocks"])


def test_the_home_leads_to_each_conversation_and_pings_nobody():
    view = home([item(7)], [], [], lambda thread: f"https://e.slack.com/{thread}")
    check_view(view)
    links = [
        part["url"] for block in view["blocks"] for element in block.get("elements", ())
        for part in element.get("elements", ()) if part["type"] == "link"
    ]  # fmt: skip
    assert links == ["https://e.slack.com/slack/C1/1.2"]
    assert {"rich_text", "divider"} == {block["type"] for block in view["blocks"]}
    assert "user" not in json.dumps([b["type"] for b in view["blocks"]])


def test_slack_is_a_platform():
    made = SlackPlatform(SlackSettings(), None, SystemClock(), People, ids=RandomIds())
    assert isinstance(made, Platform)


def test_a_stranger_is_told_how_to_be_known():
    view = stranger()
    check_view(view)
    assert "say `link slack` there" in preview(view["blocks"])


def test_a_thread_has_an_address():
    ref = ThreadRef(surface="slack", channel="C1", thread="1700000000.000100")
    address = "https://example.slack.com/archives/C1/p1700000000000100"
    assert permalink("https://example.slack.com/", ref) == address
