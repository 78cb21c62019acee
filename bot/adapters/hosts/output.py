"""What a command prints: kept within bounds, hashed whole, and heard line by line."""

from __future__ import annotations

import codecs
import hashlib

from bot.ports import Hear

_HEARD_LINE = 4096
"""A line longer than this is passed on in pieces."""


class Capture:
    """One stream: its head and tail within `cap` bytes, its length, its SHA-256."""

    def __init__(self, cap: int) -> None:
        """Keep at most `cap` bytes, half from the head and half from the tail."""
        self.total = 0
        self._sha = hashlib.sha256()
        self._head = bytearray()
        self._tail = bytearray()
        self._for_head = cap // 2
        self._for_tail = cap - cap // 2

    def feed(self, data: bytes) -> None:
        """Take what was printed next."""
        self.total += len(data)
        self._sha.update(data)
        room = self._for_head - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail += data[-self._for_tail :]
            if len(self._tail) > 2 * self._for_tail:
                del self._tail[: -self._for_tail]

    @property
    def dropped(self) -> int:
        """Bytes that were not kept."""
        return max(0, self.total - self._for_head - self._for_tail)

    @property
    def digest(self) -> str:
        """SHA-256 over everything, in hexadecimal."""
        return self._sha.hexdigest()

    def text(self) -> str:
        """What was kept, with a line that says how much was not."""
        return joined(bytes(self._head), bytes(self._tail[-self._for_tail :]), self.dropped)


def joined(head: bytes, tail: bytes, dropped: int) -> str:
    """Head and tail as text; where bytes are missing a line says so."""
    if not dropped:
        return text_of(head + tail)
    return f"{text_of(head)}\n[… {dropped} bytes left out …]\n{text_of(tail)}"


def text_of(data: bytes) -> str:
    """UTF-8 with replacement; NUL, which no database or card takes, is shown as ␀."""
    return data.decode("utf-8", "replace").replace("\0", "\u2400")


def digest_of(out: str, err: str, *, err_bytes: int) -> str:
    """One SHA-256 for two streams: that of stdout, and with stderr that over both digests."""
    if not err_bytes:
        return out
    return hashlib.sha256(f"{out}\n{err}\n".encode()).hexdigest()


class Listening:
    """Passes a stream on in whole lines while it runs, until `cap` bytes were passed on."""

    def __init__(self, hear: Hear | None, cap: int) -> None:
        """Tell `hear`, when there is somebody to tell."""
        self._hear = hear
        self._left = cap
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._line = ""

    def feed(self, data: bytes) -> None:
        """Take what was printed next."""
        if self._hear is None or self._left <= 0:
            return
        data = data[: self._left]
        self._left -= len(data)
        text = self._line + self._decode(data).replace("\0", "\u2400")
        lines, newline, self._line = text.rpartition("\n")
        if len(self._line) > _HEARD_LINE:
            lines, newline, self._line = text, "\n", ""
        if newline:
            self._hear(lines + newline)

    def end(self) -> None:
        """Pass on what has no newline at its end."""
        if self._hear is not None and self._line:
            self._hear(self._line + "\n")
            self._line = ""
