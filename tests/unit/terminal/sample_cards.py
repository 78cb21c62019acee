"""Cards as the builders make them: the four of the style guide, and the everyday ones."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    Card,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    Table,
    Tone,
    plain,
)
from bot.testing import example_cards

NOW = datetime(2026, 3, 5, 14, 4, tzinfo=UTC)


def row(label: str, text: str, aside: str = "", **more: object) -> Row:
    return Row(label=label, spans=plain(text), aside=aside, **more)


WAITING = example_cards.waiting(NOW)
RUNNING = example_cards.running()
DECIDE = example_cards.needs_decision(NOW)
QUESTION = example_cards.question()

ANSWER = Card(
    id="answer-7",
    title="localhost is well",
    state="ANSWER",
    tone=Tone.GOOD,
    lines=("Ana, 14:04 · read by rules · 0.3 s",),
    body=(
        row("up", "41 d 3 h", "Debian GNU/Linux 12"),
        Bar(label="load", share=0.21, text="0.42 on 2 cores", tone=Tone.GOOD),
        Bar(label="memory", share=0.41, text="6.4 of 15.6 GiB", tone=Tone.GOOD),
        Bar(label="/", share=0.93, text="93 of 100 GiB · 7 GiB free", tone=Tone.WARNING),
        Heading(text="Eats most memory", aside="resident"),
        Table(
            columns=("process", "pid", "memory", "user"),
            rows=(
                ("postgres: writer", "812", "1.9 GiB", "postgres"),
                ("/usr/bin/python3 -m bot run", "4021", "312 MiB", "ana"),
            ),
            right=(1, 2),
            code=(0,),
        ),
        Output(title="uptime", text=" 14:04:01 up 41 days\n load average: 0.42", hidden_lines=3),
    ),
    attachments=(Attachment(name="facts.txt", text="a\nb\n"),),
)

REFUSED = Card(
    id="refusal-1",
    title="destroy everything",
    state="REFUSED",
    tone=Tone.BAD,
    body=(
        Paragraph(
            text=(
                "I won't: this stops nginx on every production web host at once (no-mass-stop); "
                'name fewer hosts, or say "one at a time".'
            )
        ),
    ),
)

LONG = Card(
    id="plan-93",
    plan=93,
    title="run a very long command on every host of the bench environment, ten at a time",
    state="WAITING",
    standing="0 of 2 votes",
    tone=Tone.WAITING,
    body=(
        Row(
            label="run",
            spans=(
                Span(text="sudo sh -c ", code=True),
                Span(text="'" + "x" * 90 + "' --flag\u202e /tmp/a\x1b[2Jb", code=True),
            ),
            aside="same on all 40",
        ),
        row("hosts", " ".join(f"ci-{n}" for n in range(40))),
    ),
    buttons=(Button(id="approve", label="Approve", key="a"),),
)

ALL = {
    "waiting": WAITING,
    "running": RUNNING,
    "decide": DECIDE,
    "question": QUESTION,
    "answer": ANSWER,
    "refused": REFUSED,
    "long": LONG,
}
