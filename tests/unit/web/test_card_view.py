"""A card's HTML: what it must carry, and pages kept as they were looked at."""

import os
from pathlib import Path

import pytest

from bot.adapters.web.card_view import block_html, card_html, elapsed, folded, percent
from bot.domain.cards import Bar, Button, Card, Output, Row, StepRow, Table, Tone, plain
from bot.testing import example_cards
from tests.unit.web.shapes import NOON

GOLDEN = Path(__file__).parent / "golden"
CARDS = {
    "welcome": example_cards.welcome(),
    "health": example_cards.health(),
    "memory": example_cards.memory(),
    "waiting": example_cards.waiting(NOON),
    "running": example_cards.running(),
    "needs_decision": example_cards.needs_decision(NOON),
    "question": example_cards.question(),
}


def readable(markup):
    """One tag's content to a line, so that a difference can be read."""
    return markup.replace("><", ">\n<") + "\n"


@pytest.mark.parametrize("name", CARDS)
def test_cards_look_as_they_were_looked_at(name):
    """Set GOLDEN=write to keep a new look, after looking at it."""
    found = readable(card_html(CARDS[name], thread="web/ana/x"))
    path = GOLDEN / f"{name}.html"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_the_card_carries_what_a_press_sends():
    card = Card(
        id="plan-9",
        serial=4,
        plan=9,
        revision=2,
        digest="abc",
        title="#9 stop",
        buttons=(Button(id="approve", label="Approve", key="a", value="v", asks="Why?"),),
    )
    found = card_html(card, thread="web/ana/x")
    for part in (
        'data-serial="4" data-plan="9" data-revision="2" data-digest="abc"',
        'data-thread="web/ana/x"',
        'data-button="approve" data-value="v" data-asks="Why?" data-key="a"',
    ):
        assert part in found
    assert found.count(">#9<") == 1
    assert "#9 stop</h2>" not in found


def test_state_is_a_word_as_well_as_a_tone():
    found = card_html(Card(id="c", title="t", state="FAILED", tone=Tone.BAD))
    assert '<span class="o-chip o-tone-bad">FAILED</span>' in found


def test_long_output_is_folded_and_short_is_not():
    assert "show all 13 lines" in block_html(Output(text="x\n" * 13))
    assert "data-fold" not in block_html(Output(text="x\n" * 12))
    assert "printed nothing" in block_html(Output(text=""))
    assert "1 more line not shown" in block_html(Output(text="x", hidden_lines=1))


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.5, 50), (-1, 0), (7, 100), (float("nan"), 0), (float("inf"), 100), (0.004, 0)],
)
def test_a_share_stays_within_its_bar(share, shown):
    assert percent(share) == shown
    assert f'width:{shown}%"' in block_html(Bar(label="disk", share=share))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.44, "0.4 s"),
        (4, "4 s"),
        (9.96, "10 s"),
        (61, "1 min 1 s"),
        (120, "2 min"),
        (7500, "2 h 5 min"),
        (-1, "0 s"),
    ],
)
def test_durations_read_as_people_say_them(seconds, said):
    assert elapsed(seconds) == said


def test_capital_labels_are_set_strong():
    assert "o-loud" in block_html(Row(label="ASKED", spans=plain("x")))
    assert "o-loud" not in block_html(Row(label="$", spans=plain("x")))


def test_a_table_without_headings_has_no_head():
    assert "<thead" not in block_html(Table(columns=("", ""), rows=(("a", "b"),)))


def test_a_step_without_total_shows_no_gauge():
    found = block_html(StepRow(number=1, state="done", tone=Tone.GOOD, title="x"))
    assert "o-gauge" not in found


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        (["ci-1", "ci-2", "ci-3", "ci-5"], "ci-1…ci-3 ci-5"),
        (["web-1", "web-2", "web-4"], "web-1 web-2 web-4"),
        (["ci-9", "ci-10", "ci-11"], "ci-9…ci-11"),
        (["ci-09", "ci-10", "ci-11"], "ci-09 ci-10 ci-11"),
        (["a", "b1", "a2", "a3"], "a b1 a2 a3"),
        (["3", "2", "1"], "3 2 1"),
        ([], ""),
    ],
)
def test_only_consecutive_names_are_folded(hosts, said):
    assert folded(hosts) == said


def test_a_mark_is_read_where_no_word_stands_beside_it():
    silent = block_html(StepRow(number=1, state="", tone=Tone.BAD, title="x"))
    assert '<span class="o-mark" role="img" aria-label="failed">✗' in silent
    told = block_html(StepRow(number=1, state="FAILED", tone=Tone.BAD, title="x"))
    assert '<span class="o-mark" aria-hidden="true">✗' in told
