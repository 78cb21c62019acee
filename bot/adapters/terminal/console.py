"""The terminal at hand: what it can show, how wide it is, and where its text goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TextIO

from bot.adapters.terminal.frame import Frame
from bot.adapters.terminal.layout import Line
from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import frame_of

COLUMNS = 80
ROWS = 24


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Console:
    """Streams, environment and time of one command.

    Colour is off with NO_COLOR, with TERM=dumb and in a pipe; `CLICOLOR_FORCE` turns it on.
    Signs beyond ASCII are used when the stream's encoding is UTF-8 and the locale does not
    say otherwise. Live redrawing and keys need a terminal on both sides that can move its
    cursor.
    """

    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: Callable[[], datetime] = _utc_now
    zone: tzinfo | None = None

    @property
    def tty(self) -> bool:
        """Whether a person sits in front of it."""
        return self.stdin.isatty() and self.stdout.isatty()

    @property
    def dumb(self) -> bool:
        """Whether the cursor can't be moved."""
        return self.environ.get("TERM", "dumb") in ("dumb", "")

    @property
    def live(self) -> bool:
        """Whether cards may redraw in place and keys be read one by one."""
        return self.tty and not self.dumb

    @property
    def colour(self) -> bool:
        """Whether to write colours."""
        if self.environ.get("NO_COLOR"):
            return False
        if self.environ.get("CLICOLOR_FORCE", "0") != "0":
            return True
        return self.stdout.isatty() and not self.dumb

    @property
    def unicode(self) -> bool:
        """Whether signs beyond ASCII can be shown."""
        encoding = (getattr(self.stdout, "encoding", None) or "ascii").lower()
        if encoding.replace("-", "") not in ("utf8", "utf8sig"):
            return False
        # Python coerces a C locale to UTF-8; the terminal behind it was never asked.
        said = next(
            (v for k in ("LC_ALL", "LC_CTYPE", "LANG") if (v := self.environ.get(k))), ""
        ).lower()
        return "utf-8" in said or "utf8" in said or (not self.stdout.isatty() and said != "c")

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows; in a pipe $COLUMNS or 80."""
        try:
            columns, rows = os.get_terminal_size(self.stdout.fileno())
        except (OSError, ValueError):
            columns = rows = 0
        said = self.environ.get("COLUMNS", "")
        if not columns:
            columns = int(said) if said.isdigit() and int(said) else COLUMNS
        return columns, rows or ROWS

    @property
    def tz(self) -> tzinfo:
        """The reader's zone."""
        return self.zone or self.now().astimezone().tzinfo or UTC

    def use_zone(self, name: str) -> None:
        """Show times in a person's zone; an unknown name leaves the machine's own."""
        if name and self.zone is None:
            from zoneinfo import ZoneInfo

            try:
                self.zone = ZoneInfo(name)
            except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
                self.zone = None

    def frame(self, *, keys: bool | None = None) -> Frame:
        """Where to draw now."""
        return frame_of(
            self.size[0],
            self.unicode,
            self.tz,
            self.now(),
            keys=self.live if keys is None else keys,
            colour=self.colour,
        )

    def text(self, lines: Sequence[Line]) -> list[str]:
        """Lines as this terminal shows them."""
        return painted(lines, colour=self.colour)

    def show(self, lines: Sequence[Line], *, aside: bool = False) -> None:
        """Write lines to standard output, or beside the result to standard error."""
        texts = painted(lines, colour=self.colour and not aside)
        _write(self.stderr if aside else self.stdout, "".join(f"{text}\n" for text in texts))

    def say(self, text: str, *, aside: bool = False) -> None:
        """Write a sentence, wrapped: to standard error when it is beside the result."""
        from bot.adapters.terminal.layout import Piece, wrap

        frame = self.frame()
        out = "".join(
            f"{line}\n"
            for part in text.split("\n")
            for line in painted(wrap((Piece(frame.one(part)),), frame.width), colour=False)
        )
        stream = self.stderr if aside else self.stdout
        _write(stream, out)

    def write(self, text: str) -> None:
        """Write finished text to standard output."""
        _write(self.stdout, text)


def _write(stream: TextIO, text: str) -> None:
    """Write what the stream's encoding can hold; signs that it can't become `?`."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
