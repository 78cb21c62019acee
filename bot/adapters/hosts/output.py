"""What a command prints: kept within bounds, hashed whole, and heard line by line.

Secrets are masked in everything that leaves here; only the hash is over what was printed.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Sequence

from bot.domain.redaction import Redactor, masked, spans
from bot.ports import Hear

_HEARD_LINE = 4096
"""A line longer than this is passed on in pieces."""

_AROUND = 4096
"""So much is kept beyond a cut, to know a secret that lies across it."""


class Capture:
    """One stream: its head and tail within `cap` bytes, its length, its SHA-256."""

    def __init__(self, cap: int, literals: Sequence[str] = ()) -> None:
        """Keep at most `cap` bytes, half from the head and half from the tail."""
        self.total = 0
        self._sha = hashlib.sha256()
        self._head = bytearray()
        self._tail = bytearray()
        self._cap = cap
        self._for_head = cap // 2 + _AROUND
        self._for_tail = cap - cap // 2 + _AROUND
        self._literals = literals

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
        return max(0, self.total - self._cap)

    @property
    def digest(self) -> str:
        """SHA-256 over everything, in hexadecimal."""
        return self._sha.hexdigest()

    def text(self) -> str:
        """What was kept, with a line that says how much was not."""
        head, tail = bytes(self._head), bytes(self._tail)
        return kept(head, tail, self.total, cap=self._cap, literals=self._literals)


def kept(head: bytes, tail: bytes, total: int, *, cap: int, literals: Sequence[str] = ()) -> str:
    """A stream of `total` bytes within `cap`, secrets masked; a line says how much is missing.

    `head` and `tail` are what is there of it: where they are longer than what is kept, a
    secret that lies across the cut is masked as well.
    """
    if not total:
        return ""
    hidden = [literal.encode().decode("latin-1") for literal in literals]
    if total <= len(head) + len(tail):
        head = tail = head + tail if total > len(head) else head
    begin, end = _latin(head), _latin(tail)
    found = spans(begin, hidden)
    if total <= cap:
        return text_of(_bytes(masked(begin, found)))
    first = masked(begin, found, 0, cap // 2)
    found = found if head is tail else spans(end, hidden)
    last = masked(end, found, max(0, len(end) - (cap - cap // 2)))
    said = f"\n[… {total - cap} bytes left out …]\n"
    return text_of(_bytes(first)) + said + text_of(_bytes(last))


def _latin(data: bytes) -> str:
    """One character per byte: places in it are places in the bytes."""
    return data.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")


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

    def __init__(self, hear: Hear | None, cap: int, literals: Sequence[str] = ()) -> None:
        """Tell `hear`, when there is somebody to tell."""
        self._hear = hear
        self._literals = literals
        self._redactor: Redactor | None = None  # most streams are empty
        self._left = cap
        self._line = ""

    def feed(self, data: bytes) -> None:
        """Take what was printed next."""
        if self._hear is None or self._left <= 0:
            return
        if self._redactor is None:
            self._redactor = Redactor(self._literals)
            self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        data = data[: self._left]
        self._left -= len(data)
        self._pass_on(self._redactor.feed(self._decode(data)))

    def _pass_on(self, said: str) -> None:
        if self._hear is None:
            return
        text = self._line + said.replace("\0", "\u2400")
        lines, newline, self._line = text.rpartition("\n")
        if len(self._line) > _HEARD_LINE:
            lines, newline, self._line = text, "\n", ""
        if newline:
            self._hear(lines + newline)

    def end(self) -> None:
        """Pass on what has no newline at its end."""
        if self._redactor is None:
            return
        self._pass_on(self._redactor.end(broken=self._left <= 0))
        if self._hear is not None and self._line:
            self._hear(self._line + "\n")
            self._line = ""
