"""What happens in a chat, apart from how it is drawn: what is settled, live, typed, pressed.

Keys and words share one line. A key acts when it is the whole line: a digit or a sign at
once, a letter with Enter, because a sentence may begin with that letter ("a" approves, "are
you there?" must not). The hint line says what Enter would do.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.terminal.client import Link
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.following import Following, wants
from bot.adapters.terminal.keys import keys_of, pressed
from bot.adapters.terminal.layout import Line, Piece, dim, wrap
from bot.adapters.terminal.outcomes import CALLS_YOU, CHOICES, OPEN
from bot.adapters.terminal.picking import in_full
from bot.adapters.terminal.render import card_lines, header_lines, item_lines, whole_card
from bot.adapters.terminal.screen import clipped
from bot.domain.cards import Button, Card, ThreadItem, Tone
from bot.errors import OverseerError

HELP = (
    "Say what you want done. /new starts a new conversation, /90 opens plan 90, /waiting "
    "lists what waits for you, v shows the whole card, Ctrl-C leaves (nothing is stopped)."
)


@dataclass
class Asked:
    """A button that wants words first."""

    card: Card
    button: Button
    prompt: str


class Talk:
    """One chat: lines to print for good come out of `settled`, the rest is `live`."""

    def __init__(self, link: Link, console: Console, *, thread: str = "") -> None:
        """Begin, or go on with a thread."""
        self.link = link
        self.console = console
        self.asked: Asked | None = None
        self.over = False
        self._said: list[Line] = []
        self._printed: set[int] = set()
        self._whole: set[tuple[object, ...]] = set()
        self.following = Following(link, thread or link.new_thread())
        self._welcome = self._greeting()
        link.notices()

    def _open(self, thread: str) -> None:
        """Go over to another conversation."""
        calls = self.following.calls
        self.link.unfollow(self.following.thread)
        self.following = Following(self.link, thread or self.link.new_thread())
        self.following.calls = calls
        self._printed.clear()
        self._welcome = self._greeting()

    def _greeting(self) -> Card | None:
        self.following.step(0.0)
        return None if self.following.items else self.link.welcome()

    # -- what is shown --------------------------------------------------------------------------

    @property
    def card(self) -> Card | None:
        """The card that keys act on."""
        if not self.following.items:
            return self._welcome
        focus = self._focus()
        return focus.card if focus else None

    def _focus(self) -> ThreadItem | None:
        """The newest card that still waits or moves; the newest of all when none does."""
        newest = self.following.item
        alive = [
            seq
            for seq, item in self.following.items.items()
            if item.card and _alive(item.card, item is newest)
        ]
        return self.following.items[max(alive)] if alive else newest

    @property
    def has_said(self) -> bool:
        """Whether there is something new for `settled`."""
        return bool(self._said)

    def settled(self) -> list[Line]:
        """What has come to stay since the last call, to be printed above."""
        frame = self.console.frame(keys=False)
        out, self._said = self._said, []
        newest = self.following.item
        for seq in sorted(self.following.items):
            item = self.following.items[seq]
            if seq in self._printed or (item.card and _alive(item.card, item is newest)):
                continue
            self._printed.add(seq)
            out += [*item_lines(item, frame, me=self.link.person.name), ()]
        return out

    @property
    def moving(self) -> bool:
        """Whether `live` has anything to show."""
        items = self.following.items
        if not items:
            return self._welcome is not None
        return any(item.card and seq not in self._printed for seq, item in items.items())

    def live(self, rows: int) -> list[Line]:
        """What is still moving: older cards as one line, the newest whole, in `rows` lines."""
        frame = self.console.frame(keys=True)
        if self._welcome is not None and not self.following.items:
            return clipped(card_lines(self._welcome, frame), rows, frame.signs.more)
        focus = self._focus()
        out: list[Line] = []
        for seq in sorted(self.following.items):
            card = self.following.items[seq].card
            if card and seq not in self._printed and self.following.items[seq] is not focus:
                out += header_lines(card, frame)
        if focus is None or focus.card is None or focus.seq in self._printed:
            return out
        lines = card_lines(focus.card, frame)
        room = max(rows - len(out), 4)
        if (len(lines) > room or focus.card.attachments) and focus.card.state == "WAITING":
            self._show_whole(focus.card)
        return [*out, *clipped(lines, room, frame.signs.more)]

    def _show_whole(self, card: Card) -> None:
        """Print all of a card that isn't all in sight, once, before it can be approved."""
        shape = (card.id, card.revision, card.digest)
        if shape in self._whole:
            return
        self._whole.add(shape)
        self._all_of(card)

    def _all_of(self, card: Card) -> None:
        self._said += [*whole_card(card, self.console.frame(keys=False)), ()]

    def hint(self, typed: str) -> Line:
        """What the line under the input says."""
        frame = self.console.frame()
        if self.asked:
            return (Piece(frame.one(self.asked.prompt)), dim("  Enter: send   Esc: no"))
        button = self._button(typed.strip())
        if button:
            act = Piece(f"Enter: {frame.one(button.label)}", Tone.WAITING, strong=True)
            return (act, dim("   Esc: no, or go on typing"))
        calls = [
            f"#{item.card.plan} {item.card.state.lower()}: /{item.card.plan}"
            for item in self.following.calls.values()
            if item.card
            and item.card.plan
            and item.thread != self.following.thread
            and item.card.state in CALLS_YOU
        ]
        if calls:
            return (Piece(frame.one(" · ".join(calls[:3])), Tone.WAITING),)
        return (dim(frame.one("Ctrl-C leaves · /help")),)

    # -- what is done ---------------------------------------------------------------------------

    def quick(self, key: str) -> bool:
        """Whether this key acts at once on an empty line: digits and signs of the card."""
        card = self.card
        return card is not None and any(k.key == key and k.quick for k in keys_of(card))

    def entered(self, typed: str) -> None:
        """Do what a line means: words for a button, a key, a command, or a sentence.

        Raises:
            OverseerError: the server is gone; anything else becomes a line in the chat.
        """
        text = typed.strip()
        try:
            if self.asked:
                self._answered(text)
            elif not text:
                return
            elif button := self._button(text):
                self._press(button)
            elif text == "v" and self.card:
                self._all_of(self.card)
            elif text.startswith("/"):
                self._command(text[1:].strip())
            else:
                self._heard(self.following.say(text).text)
        except OverseerError as error:
            if self.link.closed:
                raise
            self._heard(str(error))
        self.following.step(0.0)

    def no(self) -> None:
        """Escape: leave a question of one's own."""
        self.asked = None

    def _button(self, text: str) -> Button | None:
        card = self.card
        return pressed(card, text) if card is not None and len(text) == 1 else None

    def _press(self, button: Button) -> None:
        card = self.card
        if card is None:
            return
        button = self.following.offered(card, button)
        ask = wants(button)
        if ask:
            self._heard(in_full(button, self.console.frame().width))
            self.asked = Asked(card, button, ask)
            return
        self._heard(self.following.press(card, button).text)

    def _answered(self, text: str) -> None:
        asked, self.asked = self.asked, None
        if asked is None:
            return
        if not text:
            self._heard(f"{asked.button.label.rstrip('…')}: not done, nothing was typed.")
            return
        self._heard(self.following.press(asked.card, asked.button, text).text)

    def _command(self, name: str) -> None:
        if name in ("quit", "exit", "q"):
            self.over = True
        elif name == "new":
            self._open("")
        elif name.lstrip("#").isdigit():
            item = self.link.card(int(name.lstrip("#")))
            if item is None:
                self._heard(f"There is no plan #{name.lstrip('#')}.")
                return
            if item.card:
                self.following.calls.pop(item.card.id, None)
            self._open(item.thread)
        elif name == "waiting":
            found = [item.card for item in self.link.waiting() if item.card]
            said = [f"/{card.plan}  {card.state} {card.standing}  {card.title}" for card in found]
            self._heard("\n".join(said) or "Nothing waits for you.")
        else:
            self._heard(HELP)

    def _heard(self, text: str) -> None:
        """A sentence for this person alone."""
        frame = self.console.frame()
        if not text:
            return
        for part in text.rstrip().split("\n"):
            self._said += wrap(frame.words(part, Tone.DIM), frame.width)
        self._said.append(())


def _alive(card: Card, newest: bool) -> bool:
    """Whether a card still changes or waits: it stays in the live region."""
    if card.busy or card.state in OPEN:
        return True
    return newest and card.state in CHOICES and bool(card.buttons)
