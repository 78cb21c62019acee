"""`approve`, `deny`, `stop`, `resume`, `status` and `output`, each with its exit status."""

from __future__ import annotations

from dataclasses import asdict

from bot.adapters.terminal import untrusted
from bot.adapters.terminal.ask import document, failed, follow, show_json
from bot.adapters.terminal.client import Link
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.following import Following
from bot.adapters.terminal.layout import Line, Piece, hang, wrap
from bot.adapters.terminal.live import APPROVE, bare
from bot.adapters.terminal.outcomes import HALTED, MOVING, Exit, exit_of
from bot.adapters.terminal.render import whole_card
from bot.adapters.terminal.rows import label_piece
from bot.adapters.terminal.typed import approve_command
from bot.domain.cards import Button, Card, ThreadItem, Tone, card_for
from bot.domain.messages import Reply
from bot.domain.plans import short
from bot.errors import OverseerError, RequestError
from bot.ports import Status

LEAST_DIGEST = 8
"""Signs of a digest that must be said: as many as a card shows."""

DENY = Button(id="deny", label="Deny", key="d")


def run_approve(
    link: Link,
    console: Console,
    plan: int,
    *,
    digest: str = "",
    json: bool = False,
    wait: bool = True,
) -> int:
    """Vote for a plan that the person has seen, and follow it when that starts it.

    In a terminal the card is shown, whole, and asked about. Elsewhere `digest` must say which
    revision was read: its first signs, as a card shows them. The vote names the digest that was
    shown or said, so a plan that has changed meanwhile gets none. Status 6 when others must
    vote, too, or when the person thinks better of it.
    """
    console.use_zone(link.person.timezone)
    try:
        item = _card(link, plan)
        card = item.card
        if card is None:
            raise RequestError(f"#{plan} has no card.")
        card = card_for(card, link.person.name)
        if digest:
            _same(card, digest)
        elif card.state == "WAITING" and not _agreed(console, card, asks=not json):
            console.say(f"No vote was cast; #{plan} still waits.")
            return Exit.WAITING
        following = Following(link, item.thread)
        reply = following.press(card, APPROVE)
        if not reply.accepted:
            return _told(console, reply, json=json, refused=_refused(card))
        if not wait:
            while not following.still and not _begun(following):
                following.step(None)
            waits = following.card is not None and following.card.state == "WAITING"
            return _told(console, reply, json=json, status=Exit.WAITING if waits else Exit.DONE)
        if not json and reply.text and not console.live:
            console.say(reply.text, aside=True)
        return follow(console, following, reply, json=json, wait=False)
    except OverseerError as error:
        return failed(console, error, json=json)


def _same(card: Card, digest: str) -> None:
    """Make sure that this is what the person has read.

    Raises:
        RequestError: it is not, or too little of the digest is given to tell.
    """
    want = digest.replace(" ", "").lower()
    if len(want) < LEAST_DIGEST:
        raise RequestError(
            f"{digest!r} is too short to tell one plan from another.",
            cure=f"Give at least {LEAST_DIGEST} signs of the digest; the card shows them.",
        )
    if not card.digest.startswith(want):
        raise RequestError(
            f"#{card.plan} has changed since: its digest is {short(card.digest)}.",
            cure=f"Look at it with ./overseer show {card.plan}, then approve that.",
        )


def _agreed(console: Console, card: Card, *, asks: bool) -> bool:
    """Show all of it, and ask.

    Raises:
        RequestError: nobody is there to be asked.
    """
    if not (asks and console.tty):
        console.show(whole_card(card, console.frame(keys=False)), aside=True)
        raise RequestError(
            f"Which #{card.plan} have you read? A plan may change, and a vote is for one digest.",
            cure=f"As it stands now: {approve_command(card)}",
        )
    console.show([*whole_card(bare(card), console.frame(keys=False)), ()])
    button = next((b for b in card.buttons if b.id == APPROVE.id), None)
    if button is None:
        return False
    console.write(f"{console.frame().one(button.label)}? Type yes: ")
    return console.stdin.readline().strip().lower() in {"y", "yes"}


def _refused(card: Card) -> Exit:
    """The status of a vote that did not count: 5 when the plan had ended without one."""
    return Exit.CANCELLED if exit_of(card) is Exit.CANCELLED else Exit.DENIED


def _begun(following: Following) -> bool:
    return bool(following.card and following.card.state in MOVING)


def run_deny(
    link: Link, console: Console, plan: int, *, reason: str = "", json: bool = False
) -> int:
    """End a plan, with a reason."""
    try:
        item = _card(link, plan)
        if item.card is None:
            raise RequestError(f"#{plan} has no card.")
        reply = link.press(item.thread, item.card, DENY, reason)
        return _told(console, reply, json=json, refused=_refused(item.card))
    except OverseerError as error:
        return failed(console, error, json=json)


def run_stop(
    link: Link,
    console: Console,
    plan: int | None = None,
    *,
    everything: bool = False,
    kill: bool = False,
    json: bool = False,
) -> int:
    """Start nothing more of a plan, or of anything; `kill` ends what runs, too.

    Without a plan: what one has said and is still read, whatever it was, and the one of one's own
    that runs, when there is exactly one.
    """
    try:
        if plan is None and not everything:
            dropped = link.drop().text
            if dropped:
                console.say(dropped)
            plan = _only_running(link, console)
            if plan is None:
                return Exit.USAGE
            if plan == 0:
                if not dropped:
                    console.say("Nothing of yours is running.")
                return Exit.DONE
        return _told(console, link.stop(plan, everything=everything, kill=kill), json=json)
    except OverseerError as error:
        return failed(console, error, json=json)


def _only_running(link: Link, console: Console) -> int | None:
    """The plan that runs; 0 when none does, None when there are several (they are named)."""
    running: list[ThreadItem] = []
    for summary in link.threads():
        running += [
            item
            for item in link.thread(summary.thread)
            if item.card and item.card.plan and item.card.state in MOVING | HALTED
        ]
    if not running:
        return 0
    if len(running) == 1 and running[0].card:
        return running[0].card.plan
    frame = console.frame()
    console.say("Several are running; say which, or --all:", aside=True)
    for item in running:
        if item.card:
            console.say(f"  #{item.card.plan}  {frame.one(item.card.title)}", aside=True)
    return None


def run_resume(link: Link, console: Console, *, json: bool = False) -> int:
    """Let new runs begin again after `stop --all`."""
    try:
        return _told(console, link.resume(), json=json)
    except OverseerError as error:
        return failed(console, error, json=json)


def run_status(link: Link, console: Console, *, json: bool = False) -> int:
    """How Overseer stands, and what waits for this person."""
    console.use_zone(link.person.timezone)
    try:
        status = link.status()
        waiting = link.waiting()
    except OverseerError as error:
        return failed(console, error, json=json)
    if json:
        cards = [item.card.model_dump(mode="json") for item in waiting if item.card]
        show_json(console, {"version": 1, "status": asdict(status), "waiting_for_you": cards})
        return Exit.DONE
    console.show(status_lines(status, waiting, console))
    return Exit.DONE


def status_lines(status: Status, waiting: tuple[ThreadItem, ...], console: Console) -> list[Line]:
    """One line each, then a line per card that waits for the reader."""
    frame = console.frame()
    rows = [
        ("version", status.version),
        ("address", status.address),
        ("parser", status.parser),
        *[("models" if not number else " ", line) for number, line in enumerate(status.models)],
        *[("chats" if not number else " ", line) for number, line in enumerate(status.chats)],
        ("hosts", status.hosts),
        ("policy", status.policy),
        ("database", status.database),
        ("plans", f"{status.running} running, {status.waiting} waiting for votes"),
    ]
    out: list[Line] = []
    if status.frozen:
        text = "stopped by `stop --all`: nothing new starts until ./overseer resume"
        out += hang(
            (Piece("FROZEN", Tone.BAD, strong=True),),
            wrap(frame.words(text, Tone.BAD), frame.width - frame.label),
            frame.label,
        )
    for label, text in rows:
        if text:
            lines = wrap(frame.words(text), frame.width - frame.label)
            out += hang((label_piece(label),), lines, frame.label)
    if waiting:
        out += [(), (Piece("WAITS FOR YOU", strong=True),)]
    for item in waiting:
        if item.card:
            head = f"#{item.card.plan}" if item.card.plan else ""
            lead = (Piece(f"{head:<6}", strong=True),)
            state = f"{item.card.state} {item.card.standing}".strip()
            words = (
                Piece(f"{frame.one(state)}  ", item.card.tone),
                Piece(frame.one(item.card.title)),
            )
            out += hang(lead, wrap(words, frame.width - 6), 6)
    return out


def run_output(link: Link, console: Console, plan: int, host: str, *, step: str = "") -> int:
    """Everything that a target printed: as it was in a pipe, made harmless in a terminal."""
    try:
        text = link.output(plan, host, step)
    except OverseerError as error:
        return failed(console, error)
    if not text:
        console.say(f"Nothing was printed on {host} by #{plan}.", aside=True)
        return Exit.DONE
    if console.stdout.isatty():
        text = "".join(f"{line}\n" for line in untrusted.output(text, unicode=console.unicode))
    console.write(text)
    return Exit.DONE


def run_show(link: Link, console: Console, plan: int, *, json: bool = False) -> int:
    """A plan's card as it stands."""
    console.use_zone(link.person.timezone)
    try:
        item = _card(link, plan)
    except OverseerError as error:
        return failed(console, error, json=json)
    if json:
        show_json(console, document(item.card, Exit.DONE, thread=item.thread))
    elif item.card:
        own = card_for(item.card, link.person.name)
        console.show(whole_card(own, console.frame(keys=False)))
    return Exit.DONE


def _card(link: Link, plan: int) -> ThreadItem:
    item = link.card(plan)
    if item is None:
        raise RequestError(f"There is no plan #{plan}.", cure="./overseer status lists them.")
    return item


def _told(
    console: Console,
    reply: Reply,
    *,
    json: bool,
    status: Exit = Exit.DONE,
    refused: Exit = Exit.DENIED,
) -> int:
    """Print a reply; accepted is status 0 unless told otherwise, anything else 3."""
    status = status if reply.accepted else refused
    if json:
        show_json(console, document(None, status, reply=reply))
    elif reply.text:
        console.say(reply.text, aside=not reply.accepted)
    return status
