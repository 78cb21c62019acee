"""Cards that run nothing: an answer, a question, a refusal, small talk, trouble, welcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.alike import together
from bot.domain.cards import (
    Block,
    Button,
    ButtonStyle,
    Card,
    Heading,
    Output,
    Paragraph,
    Row,
    Tone,
    plain,
)
from bot.domain.intents import Correction, Intent, Option, Question, Refusal, Revision
from bot.domain.inventory import ConnectionKind, Inventory
from bot.domain.marked import literal
from bot.domain.messages import Person, Role
from bot.domain.plans import Plan, Step
from bot.domain.runs import RunState, StepState
from bot.domain.usage import RULES
from bot.domain.wording import count, duration, folded, shortened
from bot.errors import OverseerError
from bot.reporting.hosts_said import MOST_ROWS, said_rows
from bot.reporting.how_read import attributed
from bot.reporting.plan_frame import asked_lines
from bot.reporting.plan_rows import left_out
from bot.reporting.progress import RunView, StepView
from bot.reporting.reader import Reader
from bot.reporting.target_rows import failure
from bot.skillkit.contract import Report

NEVER_MIND = Button(id="dismiss", label="never mind", key="x")
MOST_OPTIONS = 9


def answer_card(plan: Plan, view: RunView, reports: Mapping[str, Report], reader: Reader) -> Card:
    """What a plan of reads found out; `reports` by step id.

    Targets that gave no answer are named with their reason; a report does the same for what
    it could not understand.
    """
    body: list[Block] = []
    sends: list[int] = []
    rest = f"`show plan {plan.id}` has them all"
    for step in plan.steps:
        if len(plan.steps) > 1:
            body.append(Heading(text=step.title))
        found = view.steps.get(step.id, StepView())
        failed = found.of(StepState.FAILED, StepState.INTERRUPTED)
        body += left_out(step, but=failed, rest=rest)
        body += _failed(step, found, failed, rest)
        report = reports.get(step.id)
        if report is not None:
            body += [Paragraph(text=report.says)] if report.says else []
            body += report.blocks
            sends += [] if report.sends is None else [report.sends]
    bad = len(view.bad())
    done, total = view.tally.done, view.tally.total
    tone = Tone.BAD if bad and not done else Tone.WARNING if bad else Tone.NEUTRAL
    took = f"{duration(_took(view))}" if view.started_at else ""
    first, *more = asked_lines(plan, reader)
    return Card(
        id=f"plan-{plan.id}",
        plan=plan.id,
        revision=plan.revision,
        digest=plan.digest,
        title=plan.title,
        state="NOT READ" if bad and not done else "PARTLY ANSWERED" if bad else "ANSWER",
        standing=f"{done} of {total}" if bad and total > 1 else "",
        tone=tone,
        lines=(" · ".join(part for part in (first, took) if part), *more),
        body=tuple(body),
        buttons=_sent(sends) if plan.thread.is_room else (),
        busy=view.state is RunState.RUNNING,
    )


def _sent(plans: Sequence[int]) -> tuple[Button, ...]:
    """Where there are direct messages, the cards of these plans are to be had in one."""
    return tuple(
        Button(id="here", label=f"Send me the card of #{number}", value=str(number))
        for number in dict.fromkeys(plans)
    )


def _took(view: RunView) -> float:
    end = view.ended_at or view.last_change or view.started_at
    begin = view.started_at
    return max(0.0, (end - begin).total_seconds()) if end and begin else 0.0


def _failed(step: Step, found: StepView, failed: Sequence[str], rest: str) -> list[Block]:
    """Hosts whose read failed, those with the same reason together."""
    said = [(host, found.targets[host].note or "no answer") for host in failed]
    alike = list(together(said).values())
    blocks: list[Block] = []
    for number, row in enumerate(said_rows(said, "NOT READ", Tone.BAD, rest=rest)):
        blocks.append(row)
        first = alike[number][0]
        tails = [b for b in failure(step, first, found.targets[first]) if isinstance(b, Output)]
        blocks += tails[:1] if number < MOST_ROWS else []
    return blocks


def _reader(option: Option, question: Question) -> str:
    """Who has to read an option that is typed anew: what the rules read, a model may doubt."""
    by_rules = option.read_by == RULES and isinstance(option.means, Intent)
    return RULES if by_rules and question.own is not None else ""


def question_card(
    card_id: str,
    question: Question,
    reader: Reader,
    *,
    request: str,
    by: str,
    closes: datetime | None = None,
    beside_run: bool = False,
) -> Card:
    """Something is missing or ambiguous: options on keys 1 to 9, or never mind.

    `beside_run`: a run of its conversation goes on, so it is not said that nothing has run.
    """
    options = tuple(
        Button(
            id="option",
            label=f"{option.label}\t{option.aside}" if option.aside else option.label,
            key=str(number),
            value=f"{number}@{card_id}",
            says=option.says,
            tier=_reader(option, question),
            change=option.means.plan if isinstance(option.means, Revision) else None,
        )
        for number, option in enumerate(question.options[:MOST_OPTIONS], 1)
    )
    how = "Press a key, type the answer, or say it differently."
    if not options:
        how = "Type the answer, or say it differently."
    rest = [option.label.partition("\t")[0] for option in question.options[MOST_OPTIONS:]]
    more = [Paragraph(text=f"{len(rest)} more fit: {_named(rest)}. Say which.")] if rest else []
    said = ([] if beside_run else ["nothing has run"]) + _corrected(question.corrections)
    late = [Paragraph(text=not_counted(question))] if question.late else []
    return Card(
        id=card_id,
        title=f'"{_short(request)}"',
        state="QUESTION",
        standing=_for(by, reader),
        tone=Tone.WAITING,
        moments=reader.moments(closes),
        lines=(" · ".join(said),) if said else (),
        body=(*late, Paragraph(text=attributed(question)), *more),
        buttons=(*options, NEVER_MIND.model_copy(update={"value": f"@{card_id}"})),
        hint=how,
        footer=(f"Closes {reader.clock(closes)}.",) if closes else (),
        ends=closes,
    )


MOST_NAMED = 60


def _named(labels: Sequence[str]) -> str:
    """What has no button can be typed: it is named, runs of numbers counted once."""
    return literal(folded(labels, most=MOST_NAMED))


def asked_of(card: Card, person: str, reader: Reader) -> Card:
    """A question after it was handed over: it is for somebody else."""
    return card.model_copy(update={"standing": _for(person, reader)})


def _for(person: str, reader: Reader) -> str:
    return f"for {reader.who(person)}"


def not_counted(question: Question) -> str:
    """That what was said before it was asked is no answer to it."""
    return (
        f"You said “{literal(question.late)}” before I asked this, so it counts for nothing here."
    )


def asked_again(card: Card) -> Card:
    """A question that stands on a newer card: no buttons any more."""
    return _closed(card, "Asked again below.")


def replaced(card: Card) -> Card:
    """A question that another one takes the place of, and that nobody has answered."""
    return _closed(card, "Another question stands below; say it again.")


def followed(card: Card) -> Card:
    """A question to which something was said that led to another one."""
    return _closed(card, "Another question stands below.")


def passed_over(card: Card) -> Card:
    """A question to which something was said that is no answer to it."""
    return _closed(card, "What was said next was read by itself.")


def outlived(card: Card) -> Card:
    """A question whether a plan shall be changed or ended, and the plan can't be any more."""
    return _closed(card, "That is settled: the plan is ended, or can't be changed any more.")


def taken_back(card: Card) -> Card:
    """A question about a request that was deleted."""
    return _closed(card, "The request that led to this was deleted.")


def _closed(card: Card, why: str) -> Card:
    closed = {"state": "CLOSED", "tone": Tone.DIM, "buttons": (), "hint": "", "ends": None}
    return card.model_copy(update={**closed, "footer": (why,)})


def answered(card: Card, answer: str, reader: Reader) -> Card:
    """A question after it was answered or dropped: no buttons any more."""
    text = (
        f"Answered {reader.clock(reader.now)}: {literal(answer)}" if answer else "Never mind, then."
    )
    return card.model_copy(
        update={
            "state": "ANSWERED" if answer else "CLOSED",
            "tone": Tone.DIM,
            "buttons": (),
            "hint": "",
            "footer": (text,),
            "ends": None,
        }
    )


def _corrected(corrections: Sequence[Correction]) -> list[str]:
    said = ", ".join(f'"{c.said}" read as {c.read}' for c in corrections)
    return [said] if said else []


def _short(text: str, most: int = 60) -> str:
    return shortened(" ".join(text.split()), most)


def refusal_card(card_id: str, refusal: Refusal) -> Card:
    """Overseer won't, whoever asks, or a model would not read it; the sentence has the way out."""
    return Card(
        id=card_id,
        title="No plan was made" if refusal.by else "I won't do that",
        state="REFUSED",
        tone=Tone.BAD,
        lines=("nothing has run",),
        body=(Paragraph(text=attributed(refusal)), Row(label="rule", spans=plain(refusal.code))),
    )


def talk_card(card_id: str, text: str) -> Card:
    """A sentence, and nothing else."""
    return Card(id=card_id, title="", body=(Paragraph(text=text),))


def overtaken_card(card_id: str, text: str) -> Card:
    """Of a request that a stop came before: the sentence, and the word that a script goes by."""
    return talk_card(card_id, text).model_copy(update={"state": "DROPPED", "tone": Tone.DIM})


def error_card(
    card_id: str, error: OverseerError, *, title: str = "", plan: int | None = None
) -> Card:
    """What went wrong and what to do about it."""
    body: list[Block] = [Paragraph(text=error.sentence, tone=Tone.BAD)]
    if error.cure:
        body.append(Paragraph(text=error.cure))
    return Card(
        id=card_id,
        plan=plan,
        title=_short(title) if title else "That did not work",
        state="NOT POSSIBLE",
        tone=Tone.BAD,
        lines=("nothing has run",),
        body=tuple(body),
    )


_USUAL = ("cron", "crond", "nginx", "chrony", "rsyslog")
"""Services that a first restart may well be tried on; of what else is found none is proposed."""


def examples(
    inventory: Inventory,
    units: Mapping[str, Sequence[str]],
    *,
    changes: bool,
    everywhere: bool = True,
) -> tuple[str, ...]:
    """Requests that work on this inventory: reads, then a change if one can be done here.

    `units` are the services of the hosts that were read, none where systemd does not run. Without
    `everywhere` there are others, of which nothing may be asked.
    """
    names = inventory.names()
    host = "localhost" if "localhost" in names else (names[0] if names else "localhost")
    every = "on all hosts" if everywhere else f"in {next(iter(inventory.environments()), '')}"
    wide = f"how full are the disks {every}?" if len(names) > 1 else "what's eating memory?"
    service = _service(host, inventory, units)
    is_up = f"is {service} up on {host}?" if service else f"which updates are there on {host}?"
    said = (f"how is {host}?", wide, is_up)
    restart = _restart(inventory, units) if changes else ""
    return (*said, restart or "what was done today?", "what can you do?")


def _service(host: str, inventory: Inventory, units: Mapping[str, Sequence[str]]) -> str:
    """A service of this host that is known by its name, ssh before others; empty: none is."""
    if inventory.services:
        known = [s.name for s in inventory.services if not s.hosts or host in s.hosts]
        known = [name for name in known if name in units.get(host, known)]
    else:
        known = [name for name in ("ssh", *_USUAL) if name in units.get(host, ())]
    return "ssh" if "ssh" in known else next(iter(known), "")


def _restart(inventory: Inventory, units: Mapping[str, Sequence[str]]) -> str:
    """A restart that can be done, or the empty string; this machine before the others."""
    for host in sorted(inventory.hosts, key=lambda h: h.name != "localhost"):
        seen = units.get(host.name)
        if seen is None and host.connection.kind is ConnectionKind.LOCAL:
            continue
        here = [s.name for s in inventory.services if not s.hosts or host.name in s.hosts]
        if seen is not None:  # what the inventory does not list is not known by its name then
            here = [name for name in (here if inventory.services else _USUAL) if name in seen]
        if here:
            return f"restart {here[0]} on {host.name}"
    return ""


def welcome_card(
    person: Person, inventory: Inventory, units: Mapping[str, Sequence[str]], *, here: str = ""
) -> Card:
    """The first card of an empty conversation: example requests as buttons.

    `here` says what may be spoken of there, and `inventory` is that.
    """
    number = len(inventory.hosts)
    may = "You may also approve." if person.roles & {Role.APPROVER, Role.ADMIN} else ""
    operates = bool(person.roles & {Role.APPROVER, Role.ADMIN, Role.OPERATOR})
    if not operates:
        may = "You may look at everything; changes are for operators."
    text = (
        "Say what you want done. I show exactly what will run, and nothing changes before "
        "it is approved."
    )
    known = " ".join(filter(None, (f"I know {count(number, 'host')}.", here, may)))
    return Card(
        id="welcome",
        title=f"Hello {person.display}",
        body=(Paragraph(text=text), Paragraph(text=known, tone=Tone.DIM)),
        buttons=tuple(
            Button(
                id="say",
                label=request,
                key=str(key),
                says=request,
                style=ButtonStyle.PRIMARY if key == 1 else ButtonStyle.PLAIN,
            )
            for key, request in enumerate(
                examples(inventory, units, changes=operates, everywhere=not here), 1
            )
        ),
        hint="Press one, or type your own.",
    )
