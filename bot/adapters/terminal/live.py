"""A card that is live: it redraws in place, and keys press its buttons.

A card that is taller than the window, or has more in an attached file, is printed whole, once,
before anybody can approve it; the live region then shows its head and its keys. A key that
decides is not taken in the moment after what it would decide has changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.adapters.terminal.console import Console
from bot.adapters.terminal.following import Following, must_be_read, unvoted, wants
from bot.adapters.terminal.keys import pressed
from bot.adapters.terminal.layout import Line, dim, wrap
from bot.adapters.terminal.outcomes import CHOICES, ON_ITS_OWN, OPEN, Exit, exit_of, over
from bot.adapters.terminal.picking import in_full
from bot.adapters.terminal.render import card_lines, whole_card
from bot.adapters.terminal.screen import (
    Screen,
    clipped,
    key_pressed,
    single_keys,
    waiting,
    whole_lines,
)
from bot.domain.cards import Button, Card, Tone
from bot.domain.messages import Reply
from bot.errors import OverseerError

BLINK = 0.5
"""Seconds after a change of the plan in which a deciding key is not taken."""
DECIDES = frozenset({"approve", "retry", "rollback", "mark_done", "skip", "end", "kill", "queue"})
TICK = 1.0
APPROVE = Button(id="approve", label="Approve", key="a")


class Live:
    """Follow one conversation until it ends, is left, or waits where nobody wants to wait."""

    def __init__(
        self,
        console: Console,
        following: Following,
        *,
        yes: bool = False,
        leave_waiting: bool = False,
        plan_only: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Draw nothing yet."""
        self._console = console
        self._following = following
        self._vote = yes
        self._leave_waiting = leave_waiting
        self._plan_only = plan_only
        self._monotonic = monotonic
        self._screen = Screen(console)
        self._shape: tuple[object, ...] = ()
        self._changed_at = 0.0
        self._printed: set[tuple[object, ...]] = set()
        self._left = False

    def run(self, first: Reply | None = None) -> Exit:
        """Draw, listen, act; the exit status.

        Raises:
            OverseerError: the server is gone.
        """
        if first and first.text:
            self._tell(first.text)
        try:
            with single_keys(self._console):
                while not self._done():
                    self._turn()
        except KeyboardInterrupt:
            self._left = True
        return self._end()

    def _turn(self) -> None:
        self._following.step(0.0)
        self._draw()
        card = self._following.card
        if self._vote and card is not None and card.state == "WAITING":
            self._vote = False  # one's own vote, once, on the plan as it first came
            if must_be_read(card):
                self._tell(unvoted(card))
            elif any(button.id == APPROVE.id for button in card.buttons):
                self._press(card, APPROVE, "")
                return
        if self._done():
            return
        key = key_pressed(self._console.stdin.fileno(), self._following.link.fileno(), TICK)
        if key in ("\x03", "\x04", "q"):
            self._left = True
        elif key:
            self._key(key)

    def _done(self) -> bool:
        card = self._following.card
        if self._left:
            return True
        if card is None:
            return self._following.still
        if card.state in CHOICES and card.buttons:
            return False
        if self._plan_only:
            return self._following.still and not card.busy
        if self._leave_waiting and card.state in ("WAITING", *ON_ITS_OWN):
            return self._following.still
        return over(card) and (self._following.still or card.plan is not None)

    def _draw(self) -> None:
        card = self._following.card
        if card is None:
            self._screen.draw(wrap((dim(f"{self._console.frame().signs.more} thinking"),), 80))
            return
        shape = (card.id, card.revision, card.digest, card.state)
        if shape != self._shape:
            self._shape, self._changed_at = shape, self._monotonic()
        lines = card_lines(card, self._console.frame())
        room = self._console.size[1] - 2
        is_part = len(lines) > room or card.attachments
        if is_part and card.state == "WAITING" and shape not in self._printed:
            self._printed.add(shape)
            self._whole(card)
        self._screen.draw(clipped(lines, room, self._console.frame().signs.more))

    def _whole(self, card: Card) -> None:
        """Everything that will run, where it can be read."""
        self._screen.above([*whole_card(card, self._console.frame(keys=False)), ()])

    def _key(self, key: str) -> None:
        card = self._following.card
        if card is None:
            return
        fresh = self._monotonic() - self._changed_at < BLINK
        entered = card.state == "QUESTION" and not fresh and key.endswith("\n")
        button = pressed(card, key.strip() if entered and len(key.strip()) == 1 else key)
        if button is None:
            if card.state == "QUESTION" and (all(map(_is_text, key)) or key == "\n"):
                self._answer(key, entered=entered)
            elif key == "v":
                self._whole(card)
            return
        if button.id in DECIDES and fresh:
            self._tell("The card has just changed: have a look first.")
            return
        text = ""
        button = self._offered(card, button)
        ask = wants(button)
        if ask:
            if listed := in_full(button, self._console.frame().width):
                self._tell(listed)
            text = self._typed(ask)
            if not (text := text.strip()):
                return
        self._press(card, button, text)

    def _answer(self, begun: str, *, entered: bool) -> None:
        """A question may be answered in words: the first key has begun them, or a paste.

        A line that came with its end is `entered`; several stand as one, until Enter.
        """
        text = " ".join(begun.split("\n")).lstrip()
        if not entered or begun.count("\n") != 1 or not text.strip():
            said = self._console.frame().signs.said
            text += self._typed(f"{said} {text}", gap="")
        if len(text := text.strip()) > 1:
            self._try(lambda: self._following.say(text, plan_only=self._plan_only))

    def _offered(self, card: Card, button: Button) -> Button:
        """With its choices, if they can be had: without them it is typed what is meant."""
        try:
            return self._following.offered(card, button)
        except OverseerError:
            if self._following.link.closed:
                raise
            return button

    def _press(self, card: Card, button: Button, text: str) -> None:
        self._try(lambda: self._following.press(card, button, text))

    def _try(self, act: Callable[[], Reply]) -> None:
        try:
            reply = act()
        except OverseerError as error:
            if self._following.link.closed:
                raise
            self._tell(str(error))
            return
        if reply.text:
            self._tell(reply.text)

    def _typed(self, ask: str, gap: str = " ") -> str:
        """A line that is typed; more that was pasted with it is part of it, and no keys."""
        self._console.write(f"{self._console.frame().one(ask)}{gap}")
        try:
            with whole_lines(self._console):
                text = self._console.stdin.readline()
        except KeyboardInterrupt:
            text = ""
        more = waiting(self._console.stdin.fileno()) or ""
        self._console.write("\x1b[A\r\x1b[J" if text.endswith("\n") else "\r\x1b[J")
        pasted = more.split() if text.strip() and all(map(_is_text, more)) else []
        return " ".join([text.rstrip("\n"), *pasted])

    def _tell(self, text: str) -> None:
        frame = self._console.frame()
        lines: list[Line] = []
        for part in text.split("\n"):
            lines += wrap(frame.words(part, Tone.DIM), frame.width)
        self._screen.above(lines)

    def _end(self) -> Exit:
        """Leave the whole card behind, and say how to come back when it isn't over."""
        self._screen.clear()
        if self._left and drop(self._console, self._following):
            return Exit.CANCELLED
        card = self._following.card
        if card is None:
            return Exit.DETACHED if self._left else Exit.DONE
        shown = bare(card) if self._left else card
        self._console.show(card_lines(shown, self._console.frame(keys=False)))
        if self._left:
            return left(self._console, card, alone=self._following.link.alone)
        if card.state in ON_ITS_OWN and self._leave_waiting:
            return Exit.WAITING
        return Exit.DONE if self._plan_only and card.state in OPEN else exit_of(card)


def _is_text(sign: str) -> bool:
    """Whether it is typed or pasted text, and no key that does something."""
    return sign.isprintable() or sign in "\n\t"


def drop(console: Console, following: Following) -> bool:
    """Take back what is no plan yet, and say so; False where one is, which goes on without us."""
    said = following.drop()
    if said:
        console.say(f"{said} Nothing of it ran.")
    return bool(said)


def bare(card: Card) -> Card:
    """A card without its buttons, for where a sentence says what can be done."""
    return card.model_copy(update={"buttons": ()})


def left(console: Console, card: Card | None, *, alone: bool) -> Exit:
    """Say what goes on without its watcher, how to return, and how to stop it."""
    if card is None or over(card):
        return exit_of(card) if card else Exit.DETACHED
    again = f"./overseer chat {card.plan}" if card.plan is not None else "./overseer chat"
    stop = f"./overseer stop {card.plan}" if card.plan is not None else "./overseer stop"
    name = f"#{card.plan}" if card.plan is not None else "it"
    if alone:
        console.say(
            f"Left. No server runs, so nobody follows {name} now: ./overseer run picks it up."
        )
    elif card.state == "WAITING":
        console.say(f"Left: {name} still waits for votes. Return: {again}")
        console.say(f"Stop: {stop}")
    else:
        console.say(f"Left: {name} goes on. Return: {again}   Stop: {stop}")
    return Exit.DETACHED
