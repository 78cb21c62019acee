"""`ask` and `plan`: one sentence, its card, and an exit status.

In a terminal the card is live and keys press its buttons; in a pipe the final card is
printed once. `--json` prints one document and nothing else on standard output.
"""

from __future__ import annotations

import json as json_
from typing import Any

from bot.adapters.terminal.client import Link
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.following import Following, must_be_read, unvoted
from bot.adapters.terminal.live import APPROVE, Live, drop, left
from bot.adapters.terminal.outcomes import (
    HALTED,
    ON_ITS_OWN,
    OPEN,
    Exit,
    exit_of,
    exit_of_error,
    over,
)
from bot.adapters.terminal.render import card_lines, whole_card
from bot.adapters.terminal.typed import approve_command
from bot.adapters.terminal.wire import LinkError
from bot.domain.cards import Card
from bot.domain.messages import Reply
from bot.errors import OverseerError


def run_ask(
    link: Link,
    console: Console,
    text: str,
    *,
    yes: bool = False,
    json: bool = False,
    wait: bool = True,
    plan_only: bool = False,
    tier: str = "",
) -> int:
    """Ask, and follow it to its end.

    `yes` casts one's own vote, once, on the plan as it first comes; `wait` is False to
    leave as soon as others must vote, or something else must end first (status 6), or somebody
    must decide (status 4). What nobody may vote for is left at once (status 3). `plan_only` makes a
    card and runs nothing. `tier` is the only tier of models that may read it.
    """
    if not text.strip():
        console.say('Say what you want done: ./overseer ask "how is localhost?"', aside=True)
        return Exit.USAGE
    console.use_zone(link.person.timezone)
    try:
        following = Following(link, link.new_thread())
        reply = following.say(text, plan_only=plan_only, tier=tier)
        if not reply.accepted:
            return _refused(console, reply, json=json, thread=following.thread)
        return follow(console, following, reply, yes=yes, json=json, wait=wait, plan_only=plan_only)
    except OverseerError as error:
        return failed(console, error, json=json)


def follow(
    console: Console,
    following: Following,
    reply: Reply | None,
    *,
    yes: bool = False,
    json: bool = False,
    wait: bool = True,
    plan_only: bool = False,
) -> int:
    """Follow a conversation to its end: live in a terminal, silently elsewhere.

    A server that goes away takes nothing along: then this is detached, and says how to return.
    """
    try:
        return _followed(
            console, following, reply, yes=yes, json=json, wait=wait, plan_only=plan_only
        )
    except LinkError as error:
        return _cut_off(console, following.card, error, json=json, thread=following.thread)


def _cut_off(
    console: Console, card: Card | None, error: OverseerError, *, json: bool, thread: str
) -> Exit:
    if json:
        content = document(card, Exit.DETACHED, thread=thread)
        content["error"] = {"sentence": error.sentence, "cure": error.cure}
        show_json(console, content)
        return Exit.DETACHED
    plan = f" {card.plan}" if card is not None and card.plan is not None else ""
    console.say(str(error), aside=True)
    console.say(f"Then return: ./overseer chat{plan}", aside=True)
    return Exit.DETACHED


def _followed(
    console: Console,
    following: Following,
    reply: Reply | None,
    *,
    yes: bool,
    json: bool,
    wait: bool,
    plan_only: bool,
) -> int:
    if console.live and not json:
        live = Live(console, following, yes=yes, leave_waiting=not wait, plan_only=plan_only)
        return live.run(reply)
    try:
        status = _silently(console, following, yes=yes, wait=wait, plan_only=plan_only)
    except KeyboardInterrupt:
        status = Exit.DETACHED
        if not json and drop(console, following):
            return Exit.CANCELLED
        if json and following.drop():
            status = Exit.CANCELLED
    _print(console, following, status, reply, json=json)
    if status is Exit.DETACHED and not json:
        return left(console, following.card, alone=following.link.alone)
    return status


def _silently(
    console: Console, following: Following, *, yes: bool, wait: bool, plan_only: bool
) -> Exit:
    told: set[str] = set()
    while (status := _ended(following, votes=yes, wait=wait, plan_only=plan_only)) is None:
        card = following.card
        if yes and card is not None and card.state == "WAITING":
            yes = False  # once
            if must_be_read(card):
                console.say(unvoted(card), aside=True)
                continue
            reply = following.press(card, APPROVE)
            if not reply.accepted:
                console.say(reply.text, aside=True)
            continue
        if card is not None and following.still and card.state in STANDS and card.state not in told:
            told.add(card.state)
            _wanted(console, card)
        following.step(None)
    return status


STANDS = frozenset({"WAITING"}) | ON_ITS_OWN
"""It goes on when others do something, which may take half an hour."""


def _ended(following: Following, *, votes: bool, wait: bool, plan_only: bool) -> Exit | None:
    """The status, once there is nothing to wait for: nobody can press a button here."""
    card, still = following.card, following.still
    if card is None:
        return Exit.DONE if still else None
    if plan_only:
        if card.busy or not still:
            return None
        return Exit.DONE if card.state in OPEN else exit_of(card)
    if over(card):
        return exit_of(card) if still or card.plan is not None else None
    if card.state == "WAITING" and not following.votable:
        return Exit.DENIED  # waiting would be for nobody; the card says what would help
    leaves = card.state in HALTED or (card.state in STANDS and not wait)
    if not still or not leaves or (votes and card.state == "WAITING"):
        return None
    return Exit.WAITING if card.state in STANDS else exit_of(card)


def _wanted(console: Console, card: Card) -> None:
    """Beside the result: what would run, and whom this waits for."""
    console.show(whole_card(card, console.frame(keys=False)), aside=True)
    name = f"#{card.plan}" if card.plan is not None else card.title
    if card.state == "WAITING":
        console.say(f"{name} waits for votes: {approve_command(card)}", aside=True)
    elif card.state in ON_ITS_OWN:
        console.say(f"{name} may run and waits, as it says. Ctrl-C leaves it to it.", aside=True)
    else:
        console.say(f"{name} needs a decision: ./overseer chat {card.plan}", aside=True)


def _print(
    console: Console, following: Following, status: Exit, reply: Reply | None, *, json: bool
) -> None:
    card = following.card
    if json:
        show_json(console, document(card, status, thread=following.thread, reply=reply))
        return
    if card is not None:
        # whoever approves from here has seen all of it
        draw = whole_card if card.state == "WAITING" else card_lines
        console.show(draw(card, console.frame(keys=False)))
    elif reply and reply.text:
        console.say(reply.text)


def _refused(console: Console, reply: Reply, *, json: bool, thread: str) -> int:
    if json:
        show_json(console, document(None, Exit.DENIED, thread=thread, reply=reply))
    else:
        console.say(reply.text, aside=True)
    return Exit.DENIED


def document(
    card: Card | None, status: Exit, *, thread: str = "", reply: Reply | None = None
) -> dict[str, Any]:
    """What `--json` prints: the card as data, and what the status means."""
    return {
        "version": 1,
        "outcome": status.meaning,
        "exit": int(status),
        "state": card.state if card else "",
        "plan": card.plan if card else None,
        "thread": thread,
        "text": reply.text if reply else "",
        "card": card.model_dump(mode="json") if card else None,
    }


def show_json(console: Console, content: dict[str, Any]) -> None:
    """One document on standard output, in ASCII, so that any pipe can carry it."""
    console.write(json_.dumps(content, indent=2) + "\n")


def failed(console: Console, error: OverseerError, *, json: bool = False) -> int:
    """Say an error; its exit status."""
    status = exit_of_error(error)
    if json:
        content = document(None, status)
        content["error"] = {"sentence": error.sentence, "cure": error.cure}
        show_json(console, content)
    else:
        console.say(str(error), aside=True)
    return status
