"""What is said without a plan, and the answers of reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.cards import Bar, Card, Heading, Table, Tone
from bot.domain.intents import Correction, Option, Question, Refusal
from bot.domain.inventory import Host, Inventory, Service
from bot.domain.messages import Person, Role
from bot.domain.plans import Decision
from bot.domain.sheets import RunLine
from bot.errors import RequestError
from bot.reporting.answer_card import (
    answer_card,
    answered,
    error_card,
    question_card,
    refusal_card,
    talk_card,
    welcome_card,
)  # fmt: skip
from bot.reporting.explaining import explained
from bot.reporting.gallery.plans import READING
from bot.reporting.gallery.scenes import (
    STARTED,
    at,
    began,
    ended,
    moved,
    plan,
    read_step,
    reader,
    result,
    stored,
    verdict,
    vote,
)  # fmt: skip
from bot.reporting.how_read import told_how
from bot.reporting.progress import fold_all, view_of_plan
from bot.reporting.state_card import listing, waits
from bot.skillkit.contract import Report

WORST_FIRST = Report(
    says="web-1 needs a look, web-2 is fine.",
    blocks=(
        Table(
            columns=("host", "up", "load", "CPUs", "memory", "fullest disk", "remarks"),
            rows=(
                ("web-1", "41 d", "3.20", "2", "91 %", "97 % /var/lib/postgresql",
                 "disk 97 % full, memory 91 % used, load 3.20 on 2 CPUs"),
                ("web-2", "12 d", "0.31", "4", "39 %", "60 % /", ""),
            ),
            right=(2, 3, 4),
        ),
    ),
)  # fmt: skip


def answer_cards() -> Iterator[tuple[str, Card]]:
    """By name."""
    read = plan(
        read_step(("web-1", "web-2")),
        title="check load, memory and disks on web",
        verdict=verdict(decision=Decision.ALLOW, votes=0, reasons=(), approvers=()),
        reason="",
    )
    events = [STARTED, began("web-1", 5), ended("web-1", 5, 1, results=[result()])]
    events += [began("web-2", 5), ended("web-2", 5, 10, state="failed", note="no way to the host")]
    view = fold_all(view_of_plan(read), [*events, moved("failed", 5, 10)])
    report = Report(
        says="web-1 is fine: up 12 d.",
        blocks=(Heading(text="web-1"), Bar(label="memory", share=0.4, text="40 %")),
    )
    well = [began("web-2", 5), ended("web-2", 5, 1, results=[result()])]
    whole = fold_all(view_of_plan(read), [*events[:3], *well, moved("succeeded", 5, 1)])
    fine = replace(report, says="web-1 and web-2 are fine.")
    yield "answer-whole", answer_card(read, whole, {"s1": fine}, reader(6))
    yield "answer", answer_card(read, view, {"s1": report}, reader(6))
    yield "answer-wide-table", answer_card(read, whole, {"s1": WORST_FIRST}, reader(6))
    asked = Question(
        about="hosts",
        text="There is no web-9. Which host do you mean?",
        options=(
            Option(label="web-1", says="restart nginx on web-1", aside="production"),
            Option(label="all of group web (4 hosts)", says="restart nginx on group web"),
        ),
        corrections=(Correction(said="restrat", read="restart"),),
    )
    card = question_card(
        "q-1", asked, reader(), request="restrat ngnix on web-9", by="ben", closes=at(70)
    )
    yield "question", card
    yield "question-answered", answered(card, "web-1", reader(5))
    doubt = Question(
        about="request",
        text="Soll nginx auf allen vier Webservern neu starten, oder nur auf web-2?",
        options=(
            Option(label="restart nginx on web-2", says="restart nginx on web-2"),
            Option(label="restart nginx on web", says="restart nginx on web"),
        ),
        by="claude-haiku-4-5",
    )
    card = question_card(
        "q-2", doubt, reader(), request="nginx spinnt auf den webservern", by="ben"
    )
    yield "question-of-a-model", told_how(card, READING)
    yield (
        "refusal",
        refusal_card(
            "r-1",
            Refusal(code="mass-destruction", text="I won't destroy everything; name one host."),
        ),
    )
    yield "talk", talk_card("t-1", "You're welcome.")
    lines = [
        RunLine(plan=90, title="restart nginx on web", requester="ben", at=at(2), state="WAITING",
                tone=Tone.WAITING, standing="1 of 2 votes"),
        RunLine(plan=91, title="reboot db-1", requester="ana", at=at(3), state="SCHEDULED",
                tone=Tone.WAITING, standing="starts 22:00 CEST"),
    ]  # fmt: skip
    yield "what-waits", listing("s-1", waits(lines), lines, reader())
    why = explained(stored(), (vote(),), None, reader())
    yield "why", talk_card("s-2", why)
    error = RequestError("There is no action host.fly.", cure="Known here: host.status.")
    yield "error", error_card("e-1", error, title="fly web-1", plan=91)
    person = Person(name="ben", display="Ben", roles=frozenset({Role.OPERATOR}))
    inventory = Inventory(
        hosts=(Host(name="localhost", environment="local"),), services=(Service(name="cron"),)
    )
    yield "welcome", welcome_card(person, inventory, {"localhost": ("cron",)})
