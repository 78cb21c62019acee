"""Cards as messages: within every limit, whole or with a file, and Approve only on what is read."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord import custom_ids
from bot.adapters.discord.render import NOT_YET, draw, fits
from bot.domain.buttons import BUTTONS
from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    Card,
    Choice,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    StepRow,
    Table,
    TargetRow,
    Tone,
    plain,
)
from bot.domain.messages import Person, Role
from bot.reporting.gallery import gallery
from bot.reporting.gallery.scenes import plan as scenes_plan
from bot.reporting.gallery.scenes import reader, restart_part, restart_step, stored
from bot.reporting.plan_card import plan_card

CARDS = [pytest.param(card, id=name) for room in gallery().values() for name, card in room.items()]
words = st.text(max_size=40)
tones = st.sampled_from(Tone)
blocks = st.one_of(
    st.builds(Row, label=words, spans=st.lists(st.builds(Span, text=words, code=st.booleans()), max_size=3).map(tuple), tone=tones),
    st.builds(Paragraph, text=st.text(max_size=1500), tone=tones),
    st.builds(Heading, text=words, aside=words),
    st.builds(Bar, label=words, share=st.floats(), text=words),
    st.builds(Table, columns=st.lists(words, max_size=4).map(tuple), rows=st.lists(st.lists(words, max_size=5).map(tuple), max_size=5).map(tuple)),
    st.builds(Exact, label=words, text=st.text(max_size=1500), more=words),
    st.builds(Output, text=st.text(max_size=3000), title=words, hidden_lines=st.integers(0, 3)),
    st.builds(StepRow, number=st.integers(1, 9), state=words, tone=tones, title=words, done=st.integers(0, 5), total=st.integers(0, 5),
              targets=st.lists(st.builds(TargetRow, hosts=st.lists(words, min_size=1, max_size=4).map(tuple), state=words, tone=tones, text=words), max_size=4).map(tuple)),
    st.just(Divider()),
)  # fmt: skip
buttons = st.builds(
    Button, id=st.sampled_from(sorted(BUTTONS)), label=st.text(max_size=120), value=st.text(max_size=150),
    asks=words, choices=st.lists(st.builds(Choice, value=words, label=words), max_size=3).map(tuple),
)  # fmt: skip
cards = st.builds(
    Card, id=st.just("c"), plan=st.none() | st.integers(1, 10**6), revision=st.integers(1, 99), title=words, state=words,
    tone=tones, lines=st.lists(words, max_size=3).map(tuple), body=st.lists(blocks, max_size=14).map(tuple),
    buttons=st.lists(buttons, max_size=30).map(tuple), footer=st.lists(words, max_size=3).map(tuple),
    attachments=st.lists(st.builds(Attachment, name=words, text=words), max_size=2).map(tuple),
)  # fmt: skip


def walked(parts):
    for part in parts:
        yield part
        yield from walked(part.get("components") or ())


def said(card, **given):
    parts = list(walked(draw(card, **given).components))
    return "\n".join(part["content"] for part in parts if part["type"] == 10)


def labels(card, **given):
    return [p["label"] for p in walked(draw(card, **given).components) if p["type"] == 2]


def check_limits(drawn):
    """What Discord refuses: see its reference of components."""
    parts = list(walked(drawn.components))
    assert len(parts) <= 40
    units = [
        len(p["content"].encode("utf-16-le", "surrogatepass")) // 2
        for p in parts
        if p["type"] == 10
    ]
    assert all(units)
    assert sum(units) <= 4000
    ids = [p["custom_id"] for p in parts if "custom_id" in p]
    assert len(ids) == len(set(ids))
    assert all(0 < len(each) <= 100 for each in ids)
    for part in parts:
        if part["type"] == 1:
            assert 1 <= len(part["components"]) <= 5
        if part["type"] == 2:
            assert 0 < len(part["label"]) <= 80
        if part["type"] == 3:
            assert 1 <= len(part["options"]) <= 25
            values = [option["value"] for option in part["options"]]
            assert len(values) == len(set(values))
            for option in part["options"]:
                assert 0 < len(option["label"]) <= 100
                assert 0 < len(option["value"]) <= 100
                assert 0 < len(option.get("description", "x")) <= 100


@given(cards)
@settings(max_examples=150, deadline=None)
def test_every_card_is_within_every_limit(card):
    check_limits(draw(card, marks=(5, 6), answer="Press one."))
    check_limits(draw(card, files={each.name: "" for each in card.attachments}))


@pytest.mark.parametrize("card", CARDS)
def test_every_card_of_the_gallery_is_whole(card):
    drawn = draw(card)
    check_limits(drawn)
    assert drawn.whole
    assert fits(card)
    text = said(card)
    for block in card.body:
        if isinstance(block, Exact):
            assert block.text in text


def plan(body, **more):
    approve = Button(id="approve", label="Approve")
    return Card(
        id="plan-1", plan=1, revision=1, title="restart", state="WAITING", tone=Tone.WAITING,
        body=tuple(body), buttons=(approve, Button(id="deny", label="Deny…", asks="Why not?")), **more,
    )  # fmt: skip


FILE = Attachment(name="plan-1-1.txt", text="all of it")


def test_a_plan_of_500_hosts_is_one_short_message():
    hosts = tuple(f"web-{n}" for n in range(1, 501))
    target = TargetRow(hosts=hosts, state="waiting", tone=Tone.DIM)
    step = StepRow(
        number=1, state="waiting", tone=Tone.DIM, title="x", total=500, targets=(target,)
    )
    card = plan([Row(label="CHANGES", spans=plain("500 hosts")), step], attachments=(FILE,))
    assert draw(card).whole
    assert "web-1…web-500 (500 hosts)" in said(card)
    assert len(said(card)) < 600


def test_a_plan_of_500_hosts_is_told_by_its_groups():
    parts = tuple(restart_part(f"web-{n}") for n in range(1, 501))
    card = plan_card(stored(the_plan=scenes_plan(restart_step(targets=parts))), (), reader())
    assert fits(card)
    assert "web-1…web-500" in said(card)
    assert "`sudo systemctl restart -- nginx.service` · same on all 500" in said(card)
    (file,) = card.attachments
    assert labels(card, files={file.name: ""})[0].startswith("Approve")


def test_what_fits_is_whole_for_every_reader_with_every_link():
    """What only some readers are told, and the links of its files, push nothing out of it."""
    body = [Exact(label="run", text="x" * 102) for _ in range(30)]
    others = "Only Chris or Dana may do that, and both were told at two o'clock. " * 3
    more = (Button(id="unvote", label="Withdraw", only=("ana",), others=others),)
    card = plan(body, attachments=(FILE,))
    card = card.model_copy(update={"buttons": (*card.buttons, *more)})
    ben = Person(name="ben", display="Ben", roles=frozenset())
    assert draw(card).whole
    assert not draw(card, reader=ben, files={FILE.name: "https://x/" + "y" * 120}).whole
    assert not fits(card)


def test_what_does_not_fit_is_counted_and_is_not_whole():
    card = plan([Exact(label="run", text=f"echo {n} " + "x" * 300) for n in range(40)], attachments=(FILE,))  # fmt: skip
    drawn = draw(card)
    check_limits(drawn)
    assert not drawn.whole
    assert "more parts: `plan-1-1.txt` has the whole plan" in said(card)


def test_the_file_of_the_plan_has_no_results_and_is_not_said_to_have_them():
    rows = [Exact(label="run", text=f"echo {n} " + "x" * 300) for n in range(40)]
    card = plan(rows, attachments=(FILE,)).model_copy(update={"buttons": (), "state": "FAILED"})
    there = {FILE.name: "", "plan-1-1-failed.txt": ""}
    drawn = said(card, files=there)
    assert "more parts; the whole comes as a file" in drawn
    assert "`plan-1-1.txt` has the whole plan" in drawn
    assert "`plan-1-1-failed.txt` has all of it" in drawn
    assert drawn.count("has all of it") == 1


def test_approve_is_offered_once_what_is_cut_can_be_read():
    card = plan([Exact(label="run", text="echo " + "x" * 5000)], attachments=(FILE,))
    assert labels(card) == ["Deny…"]
    assert NOT_YET in said(card)
    assert labels(card, files={"another.txt": ""}) == ["Deny…"]
    assert labels(card, files={FILE.name: ""}) == ["Approve", "Deny…"]
    assert NOT_YET not in said(card, files={FILE.name: ""})


@pytest.mark.parametrize("button", ["approve", "begin"])
def test_nothing_by_which_it_runs_is_offered_before_it_can_be_read(button):
    card = plan([Exact(label="run", text="echo " + "x" * 5000)], attachments=(FILE,))
    card = card.model_copy(update={"buttons": (Button(id=button, label="Go"),)})
    assert labels(card) == []
    assert labels(card, files={FILE.name: ""}) == ["Go"]


def test_a_plan_whose_whole_stands_in_a_file_waits_for_that_file_too():
    card = plan([Row(label="run", spans=plain("24 more sets of commands: in the file"))], attachments=(FILE,))  # fmt: skip
    assert draw(card).whole
    assert labels(card) == ["Deny…"]
    assert labels(card, files={FILE.name: "https://discord.com/x"}) == ["Approve", "Deny…"]
    assert "[plan-1-1.txt](https://discord.com/x)" in said(card, files={FILE.name: "https://discord.com/x"})  # fmt: skip


@pytest.mark.parametrize(
    "link", ["javascript:x", "https://x/) @everyone", "http://x/y", "https://x/ y"]
)
def test_a_link_that_could_be_read_otherwise_is_none(link):
    card = plan([Exact(label="run", text="df")], attachments=(FILE,))
    assert link not in said(card, files={FILE.name: link})
    assert "`plan-1-1.txt` has the whole plan" in said(card, files={FILE.name: link})


def test_the_head_tells_until_when_it_can_be_decided_and_not_when_something_begins():
    cards = {name: card for room in gallery().values() for name, card in room.items()}
    head = said(cards["waiting"]).splitlines()[1]
    assert re.fullmatch(r"\*\*WAITING\*\* · 1 of 2 votes · until <t:\d+:t>", head)
    begins = said(cards["scheduled"]).splitlines()[1]
    assert re.fullmatch(r"\*\*SCHEDULED\*\* · starts <t:\d+:t>", begins)


def test_a_copy_leads_to_the_conversation_it_is_of():
    card = plan([Paragraph(text="x")])
    link = "https://discord.com/channels/1/2/3"
    drawn = json.dumps(draw(card, origin=link).components)
    assert f"[open the conversation]({link})" in drawn
    for other in ("", "javascript:x", "https://x/) @everyone"):
        assert "open the conversation" not in json.dumps(draw(card, origin=other).components)


def test_hosts_are_counted_once():
    hosts = tuple(f"ci-{n}" for n in range(19, 28))
    for text, counted in (("9 hosts, longest 22 s", False), ("longest 22 s", True)):
        target = TargetRow(hosts=hosts, state="running", tone=Tone.BUSY, text=text)
        step = StepRow(number=1, state="running", tone=Tone.BUSY, title="t", targets=(target,))
        assert ("(9 hosts)" in said(plan([step]))) is counted


def test_a_whole_plan_without_a_file_can_be_approved_at_once():
    assert labels(plan([Exact(label="run", text="df -h")])) == ["Approve", "Deny…"]


def test_a_cut_plan_without_any_file_can_never_be_approved():
    card = plan([Exact(label="run", text="x" * 5000)])
    assert labels(card) == labels(card, files={}) == ["Deny…"]
    assert labels(card, files={"card.txt": ""}) == ["Approve", "Deny…"]


def test_long_output_keeps_its_end():
    text = "\n".join(f"line {n} " + "x" * 400 for n in range(12))
    answer = Card(id="a", title="log", body=(Output(text=text),))
    drawn = draw(answer)
    check_limits(drawn)
    assert not drawn.whole
    assert "line 11" in said(answer)
    assert "more lines before these" not in said(answer)
    assert "lines before these" in said(answer)
    shortened = Card(id="a", title="log", body=(Output(text=text, hidden_lines=100),))
    assert draw(shortened).whole  # it was a tail already, and its button shows all


def test_a_reader_sees_their_own_buttons_and_nobodys_are_drawn_for_nobody():
    approve = Button(id="approve", label="Approve", only=("chris",), others="Chris may approve.")
    nobody = Button(id="why", label="Why", only=(), others="Nobody may.")
    card = Card(id="c", title="t", buttons=(approve, nobody))
    ben, chris = (Person(name=n, display=n, roles=frozenset({Role.APPROVER})) for n in ("ben", "chris"))  # fmt: skip
    assert labels(card) == ["Approve"]
    assert "Nobody may." in said(card)
    assert labels(card, reader=chris) == ["Approve"]
    assert labels(card, reader=ben) == []
    assert "Chris may approve." in said(card, reader=ben)


def test_many_options_are_a_menu_with_what_is_known_of_each():
    options = tuple(
        Button(id="option", label=f"web-{n}\tproduction", value=f"{n}@q-1") for n in range(1, 8)
    )
    card = Card(id="q-1", title="Which?", buttons=(*options, Button(id="dismiss", label="never mind")))  # fmt: skip
    (menu,) = [p for p in walked(draw(card).components) if p["type"] == 3]
    assert menu["options"][0] == {"label": "web-1", "value": "=1@q-1", "description": "production"}
    assert labels(card) == ["never mind"]
    few = Card(id="q-1", title="Which?", buttons=options[:3])
    assert labels(few) == ["web-1 · production", "web-2 · production", "web-3 · production"]


@pytest.mark.parametrize("number", [25, 26, 90])
def test_no_option_is_left_out_of_the_menus(number):
    options = tuple(
        Button(id="option", label=f"web-{n}", value=f"{n}@q-1") for n in range(1, number + 1)
    )
    drawn = draw(Card(id="q-1", title="Which?", buttons=options))
    check_limits(drawn)
    menus = [p for p in walked(drawn.components) if p["type"] == 3]
    assert len({m["custom_id"] for m in menus}) == len(menus) == -(-number // 25)
    sent = [custom_ids.read(m["custom_id"]) for m in menus for _ in m["options"]]
    assert {p.button for p in sent} == {"option"}
    assert [o["value"] for m in menus for o in m["options"]] == [b.value and f"={b.value}" for b in options]  # fmt: skip


def test_more_buttons_than_discord_takes_are_cut_and_the_message_still_stands():
    many = tuple(Button(id="say", label=str(n), says=str(n)) for n in range(60))
    check_limits(draw(Card(id="c", title="t", body=(Divider(), Paragraph(text="x")), buttons=many)))


def test_six_buttons_are_three_and_three():
    card = Card(id="c", title="t", buttons=tuple(Button(id="say", label=str(n), says=str(n)) for n in range(6)))  # fmt: skip
    rows = [p for p in walked(draw(card).components) if p["type"] == 1]
    assert [len(row["components"]) for row in rows] == [3, 3]


def test_no_head_and_no_foot_is_too_long():
    long = ("*" * 500,) * 200
    card = Card(id="c", title="_" * 5000, state="|" * 500, standing="x" * 500, lines=long, footer=long, body=(Paragraph(text="kept"),))  # fmt: skip
    drawn = draw(card, marks=(5, 6))
    check_limits(drawn)
    assert not drawn.whole
    check_limits(draw(card.model_copy(update={"attachments": (Attachment(name="n" * 3000, text="x"),) * 9})))  # fmt: skip


def test_a_state_is_a_word_and_a_colour():
    for tone in Tone:
        card = Card(id="c", title="t", state="DONE", tone=tone)
        assert "**DONE**" in said(card)
        assert draw(card).components[0]["accent_color"] >= 0


def test_a_file_that_never_comes_is_not_announced():
    card = plan([Exact(label="run", text="df")], attachments=(FILE,))
    assert f"`{FILE.name}` follows" in str(draw(card).components)
    lost = card.model_copy(update={"attachments": (FILE.model_copy(update={"lost": True}),)})
    assert FILE.name not in str(draw(lost).components)
