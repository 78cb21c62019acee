"""A region at the bottom of the terminal that is drawn again and again, and single keys.

What is above it scrolls away as usual; nothing takes the whole screen.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import tty
from collections.abc import Iterator, Sequence

from bot.adapters.terminal.console import Console
from bot.adapters.terminal.layout import Line, dim, text_of

_MOST = 65_536
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def clipped(lines: Sequence[Line], height: int, more: str) -> list[Line]:
    """What fits: the head and the keys stay, the middle says how much is left out."""
    if len(lines) <= height:
        return list(lines)
    rules = [n for n, line in enumerate(lines) if len(set(text_of(line))) == 1 and n]
    tail = len(lines) - rules[-1] if len(rules) > 1 else 1
    tail = min(tail, max(height // 2, 1))
    head = max(height - tail - 1, 1)
    hidden = len(lines) - head - tail
    if hidden <= 0 or height < 3:
        return list(lines[: max(height, 1)])
    return [
        *lines[:head],
        (dim(f"{more} {hidden} more lines: [v] shows all of it"),),
        *lines[len(lines) - tail :],
    ]


class Screen:
    """The live region of one command."""

    def __init__(self, console: Console) -> None:
        """Nothing is drawn yet."""
        self._console = console
        self._drawn: list[str] = []
        self._width = 0

    def draw(self, lines: Sequence[Line]) -> None:
        """Replace what was drawn; nothing is written when it is the same."""
        texts = self._console.text(lines)
        width = self._console.size[0]
        if texts == self._drawn and width == self._width:
            return
        body = "".join(f"{text}\r\n" for text in texts)
        self._console.write(self._erased() + body)
        self._drawn, self._width = texts, width

    def above(self, lines: Sequence[Line]) -> None:
        """Write lines that stay, and what was drawn under them."""
        drawn = self._drawn
        body = "".join(f"{text}\r\n" for text in self._console.text(lines))
        self._console.write(self._erased() + body + "".join(f"{text}\r\n" for text in drawn))

    def clear(self) -> None:
        """Take the region away."""
        self._console.write(self._erased())
        self._drawn = []

    def _erased(self) -> str:
        if not self._drawn:
            return ""
        return f"\x1b[{len(self._drawn)}A\r\x1b[J"


@contextlib.contextmanager
def single_keys(console: Console) -> Iterator[None]:
    """Keys arrive one by one and are not echoed; Ctrl-C stays what it is."""
    fd = console.stdin.fileno()
    before = termios.tcgetattr(fd)
    console.write(HIDE)
    try:
        tty.setcbreak(fd)
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
        console.write(SHOW)


@contextlib.contextmanager
def whole_lines(console: Console) -> Iterator[None]:
    """Inside `single_keys`: let a person type a line for a moment."""
    fd = console.stdin.fileno()
    before = termios.tcgetattr(fd)
    cooked = termios.tcgetattr(fd)
    cooked[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(fd, termios.TCSADRAIN, cooked)
    console.write(SHOW)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
        console.write(HIDE)


def key_pressed(fd: int, other: int, timeout: float) -> str:
    """The next key, or empty when `other` has something to read or the time is over.

    Several at once (a paste, or typed ahead) come as one: no part of them is a key by itself. An
    escape sequence (an arrow, a paste's bracket) is swallowed as one and means nothing. A closed
    terminal is Ctrl-D.
    """
    ready, _, _ = select.select([fd, other], [], [], timeout)
    if fd not in ready:
        return ""
    text = waiting(fd)
    if text is None:
        return "\x04"
    return text if text[:1] != "\x1b" or len(text) == 1 else ""


def waiting(fd: int) -> str | None:
    """All that is there to be read now, of a terminal that gives single keys; None: it is closed.

    At most `_MOST` bytes are kept, and whatever else came with them is dropped.
    """
    data = b""
    while select.select([fd], [], [], 0.0)[0]:
        part = os.read(fd, 4096)
        if not part:
            return data.decode("utf-8", "ignore") if data else None
        data = (data + part)[:_MOST]
    return data.decode("utf-8", "ignore")
