"""What a chat shows of what was printed: few lines that help, and how many are left out."""

import pytest

from bot.domain.cards import (
    Button,
    Card,
    Exact,
    Output,
    Paragraph,
    StepRow,
    TargetRow,
    Tone,
)
from bot.domain.excerpts import END, MOST, excerpted
from bot.reporting.whole_card import whole_card


def lines(number, first=0):
    return "\n".join(f"line {n}" for n in range(first, number))


def card(*body, buttons=(), **more):
    made = (Button(id=name, label=name) for name in buttons)
    return Card(id="c", title="t", body=body, buttons=tuple(made), **more)


def outputs(shown):
    return [(b.title, b.text, b.hidden_lines) for b in shown.body if isinstance(b, Output)]


@pytest.mark.parametrize("text", ["", lines(MOST), lines(MOST) + "\n\n", "x" * 50_000])
def test_what_is_short_is_left_as_it_is(text):
    whole = card(Output(text=text, title="web-1"), Paragraph(text=lines(99)))
    assert excerpted(whole) is whole


def test_a_long_one_is_its_beginning_and_its_end():
    assert outputs(excerpted(card(Output(text=lines(40) + "\n", title="web-1")))) == [
        ("web-1", lines(4), 0),
        ("… 28 more lines in the file", lines(40, 32), 0),
    ]


@pytest.mark.parametrize(
    ("more", "before"),
    [({"tone": Tone.BAD}, 0), ({"tone": Tone.WARNING}, 0), ({"hidden_lines": 35}, 35)],
)
def test_what_went_wrong_or_has_no_beginning_is_its_end(more, before):
    (shown,) = outputs(excerpted(card(Output(text=lines(40), title="web-1", **more))))
    assert shown == ("web-1", lines(40, 40 - END), before + 40 - END)


@pytest.mark.parametrize("head", ["x" * 601, "\n \n\n"])
def test_a_beginning_that_tells_little_is_left_out(head):
    (shown,) = outputs(excerpted(card(Output(text=f"{head}\n\n\n\n{lines(40)}"))))
    assert shown[1] == lines(40, 40 - END)


def test_lines_are_counted_as_they_are_drawn():
    said = "\r".join(f"{n} %" for n in range(101))
    assert [text.count("\n") + 1 for _, text, _ in outputs(excerpted(card(Output(text=said))))] == [
        4, 8,
    ]  # fmt: skip


def test_what_a_target_printed_is_shortened_too():
    printed = TargetRow(
        hosts=("a",), state="done", tone=Tone.GOOD, blocks=(Output(text=lines(40)),)
    )
    other = printed.model_copy(update={"blocks": (Output(text="active"),)})
    step = StepRow(number=1, state="done", tone=Tone.GOOD, title="t", targets=(printed, other))
    shown = excerpted(card(step)).body[0]
    assert [b.text for b in shown.targets[0].blocks] == [lines(4), lines(40, 32)]
    assert shown.targets[1] == other


def test_of_what_runs_no_line_is_left_out():
    run = Exact(label="run", text=lines(99))
    target = TargetRow(hosts=("a",), state="FAILED", tone=Tone.BAD, blocks=(run,))
    step = StepRow(number=1, state="FAILED", tone=Tone.BAD, title="t", targets=(target,))
    whole = card(run, step)
    assert excerpted(whole) is whole


@pytest.mark.parametrize("button", ["approve", "begin", "change"])
def test_where_something_may_still_be_let_run_nothing_is_left_out(button):
    waits = card(Output(text=lines(40)), buttons=("deny", button))
    assert excerpted(waits) is waits


def test_where_no_file_can_have_all_of_it_nothing_is_left_out():
    head = card(Exact(label="run", text="df", more="2 more lines"), Output(text=lines(40)))
    assert whole_card(head) is None
    assert excerpted(head) is head


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, " in the file"),
        ({"busy": True}, ""),
        ({"busy": True, "buttons": ("output",)}, ", press Output for all"),
        ({"buttons": ("stop", "output")}, ", press Output for all"),
    ],
)
def test_it_says_where_all_of_it_is_as_no_file_goes_with_what_is_on_its_way(given, where):
    shown = outputs(excerpted(card(Output(text=lines(40)), **given)))
    assert shown[1][0] == f"… 28 more lines{where}"
