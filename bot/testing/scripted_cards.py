"""The cards of the scenes in `scripted_ears`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    ButtonStyle,
    Card,
    Exact,
    Output,
    Paragraph,
    Row,
    StepRow,
    Table,
    TargetRow,
    Tone,
    plain,
)

DIGEST = "7f3ac21e" * 8


def refused(name: str, text: str, why: str) -> Card:
    """A refusal."""
    return Card(id=name, title=text, state="REFUSED", tone=Tone.BAD, body=(Paragraph(text=why),))


def question(name: str, text: str) -> Card:
    """Which host?"""
    hosts: Sequence[str] = ("web-1", "web-2", "web-3")
    return Card(
        id=name,
        title=f'"{text}"',
        state="QUESTION",
        tone=Tone.WAITING,
        body=(Paragraph(text="There is no web-9. Which host do you mean?"),),
        buttons=(
            *(Button(id="option", label=h, says=text.replace("web-9", h)) for h in hosts),
            Button(id="dismiss", label="never mind", key="x"),
        ),
    )


def answer(name: str) -> Card:
    """A host that is well."""
    return Card(
        id=name,
        title="localhost is well",
        state="ANSWER",
        tone=Tone.GOOD,
        body=(
            Row(label="up", spans=plain("41 d 3 h"), aside="Debian GNU/Linux 12"),
            Bar(label="memory", share=0.41, text="6.4 of 15.6 GiB", tone=Tone.GOOD),
            Bar(label="/", share=0.93, text="93 of 100 GiB", tone=Tone.WARNING),
            Table(columns=("process", "memory"), rows=(("postgres", "1.9 GiB"),), right=(1,)),
        ),
    )


WHOLE = "\n".join(f"      | df {number}" for number in range(900))
"""A long script, as an attached file has it."""


def waiting(name: str, plan: int | None, text: str, votes: int) -> Card:
    """A plan that asks."""
    return Card(
        id=name,
        plan=plan,
        revision=1,
        digest=DIGEST,
        title=text,
        state="WAITING",
        standing=f"0 of {votes} vote{'s' if votes > 1 else ''}",
        tone=Tone.WAITING,
        lines=("Ana · read by rules",),
        body=(
            Row(label="CHANGES", spans=plain("service.restart cron · 2 hosts, 1 at a time")),
            Exact(label="run", text="sudo systemctl restart -- cron.service"),
            Row(label="undo", spans=plain("none: a restart cannot be taken back")),
        ),
        buttons=(
            Button(id="approve", label="Approve restart", key="a", style=ButtonStyle.PRIMARY),
            Button(id="deny", label="Deny", key="d", style=ButtonStyle.DANGER, asks="Why not?"),
            Button(id="why", label="Why", key="?"),
        ),
        attachments=(Attachment(name="plan.txt", text=WHOLE),) if "attached" in text else (),
    )


def running(card: Card, done: int, total: int) -> Card:
    """A run in the middle."""
    rows = tuple(
        TargetRow(
            hosts=(f"web-{n + 1}",),
            state="done" if n < done else "running" if n == done else "waiting",
            tone=Tone.GOOD if n < done else Tone.BUSY if n == done else Tone.DIM,
            elapsed_s=11 if n < done else None,
        )
        for n in range(total)
    )
    step = StepRow(
        number=1,
        state="running",
        tone=Tone.BUSY,
        title="service.restart cron",
        done=done,
        total=total,
        targets=rows,
    )
    return card.model_copy(
        update={
            "state": "RUNNING",
            "standing": f"{done} of {total}",
            "tone": Tone.BUSY,
            "busy": True,
            "body": (step,),
            "buttons": (
                Button(id="stop", label="Stop: start nothing more", key="s"),
                Button(id="kill", label="Stop and end what runs", key="k"),
            ),
        }
    )


def broken(card: Card) -> Card:
    """A run that needs a decision."""
    row = TargetRow(
        hosts=("web-2",),
        state="FAILED",
        tone=Tone.BAD,
        elapsed_s=3,
        text="exit 1",
        blocks=(Output(text="Job for cron.service failed"),),
    )
    others = tuple(f"web-{number}" for number in (1, 3, 4, 5, 6, 7, 8))
    good = TargetRow(hosts=others, state="done", tone=Tone.GOOD, elapsed_s=2)
    step = StepRow(
        number=1, state="failed", tone=Tone.BAD, title="restart", total=8, targets=(row, good)
    )
    return card.model_copy(
        update={
            "state": "NEEDS A DECISION",
            "standing": "7 of 8 done",
            "tone": Tone.BAD,
            "body": (step,),
            "buttons": (
                Button(id="retry", label="Retry web-2", key="r"),
                Button(id="end", label="Stop here", key="x"),
                Button(id="output", label="Output of…", key="o", asks="Of which host?"),
            ),
        }
    )


def ended(card: Card, state: str, tone: Tone, why: str = "") -> Card:
    """The end of it."""
    return card.model_copy(
        update={
            "state": state,
            "standing": "",
            "tone": tone,
            "busy": False,
            "buttons": (),
            "footer": (why,) if why else (),
        }
    )
