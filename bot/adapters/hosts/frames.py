"""The frames in which the host's scripts answer, and the result that they add up to.

o N, e N   N bytes of stdout or stderr follow, after those that were told before
O N, E N   N bytes follow: the last ones of a stream that was longer than its file
f …        finished: status, uptime at start and end, count and SHA-256 of each stream,
           the signal that Overseer sent, and the streams whose file could not take all (o, e)
           or whose end was not waited for (O, E)
           (`-` for what is not known; a stream within its file is not counted there)
r          it runs            l   it is gone and left no status
a TOKEN    it never started and never will, unless a start brings this token
k N        killed, N processes survive
x WHY      the script refuses
h          still there
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bot.adapters.hosts.output import Listening, digest_of, kept
from bot.domain.commands import CommandResult
from bot.domain.redaction import holds
from bot.ports import Cut, Hear

NOT_SHOWN = "[not shown: the secret that it was given can't be had any more, so nothing masks it]"

_WITH_BYTES = frozenset("oeOE")
_SIGNALS = {2: "INT", 4: "ILL", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE"}
_SIGNALS |= {14: "ALRM", 15: "TERM"}


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The host's last word on an attempt; -1 and "" where it could not tell."""

    status: int
    seconds: float
    out_bytes: int
    out_sha: str
    err_bytes: int
    err_sha: str
    killed: str
    incomplete: str


class Frames:
    """Puts an attempt's frames together, over as many connections as it takes."""

    def __init__(self, cap: int, hear: Hear | None = None, *, blind: bool = False) -> None:
        """Keep what the host keeps: `cap` bytes of each stream's head, as many of its tail.

        When `blind` nothing of it is told: it may hold what nobody can mask.
        """
        self._blind = blind
        hear = None if blind else hear
        self._cap = cap
        self._buffer = bytearray()
        self._tag = ""
        self._left = 0
        self._streams: dict[str, bytearray] = {tag: bytearray() for tag in _WITH_BYTES}
        self._literals: list[str] = []
        self._listen = {tag: Listening(hear, cap, self._literals) for tag in "oe"}
        self.word = ""
        """The last frame that says how it stands: one of `f r l a k x`, or nothing yet."""
        self.said = ""
        """What came with it."""
        self.count = 0
        """Frames so far: progress."""
        self._back: Cut | None = None

    @property
    def offsets(self) -> tuple[int, int]:
        """How many bytes of stdout and stderr are here already."""
        return len(self._streams["o"]), len(self._streams["e"])

    def hide(self, secret: str) -> None:
        """Mask this value wherever the command prints it."""
        holds(self._literals, secret)

    def again(self, back: Cut | None = None) -> None:
        """A new connection goes on: what was cut off in the middle is told again.

        `back` is called with "" once the host has said something on it.
        """
        self._back = back
        self._buffer.clear()
        self._left = 0
        self.word = ""
        self._streams["O"].clear()
        self._streams["E"].clear()

    def feed(self, data: bytes) -> None:
        """Take what the host said next."""
        self._buffer += data
        while self._buffer:
            if self._left:
                part = bytes(self._buffer[: self._left])
                del self._buffer[: len(part)]
                self._left -= len(part)
                self._take(self._tag, part)
                continue
            line, newline, _ = self._buffer.partition(b"\n")
            if not newline:
                return
            del self._buffer[: len(line) + 1]
            self._frame(line.decode("utf-8", "replace"))

    def _take(self, tag: str, part: bytes) -> None:
        stream = self._streams[tag]
        stream += part[: max(0, self._cap + 512 - len(stream))]
        if tag in self._listen:
            self._listen[tag].feed(part)

    def _frame(self, line: str) -> None:
        tag, _, rest = line.partition(" ")
        self.count += 1
        if self._back is not None:
            self._back("")
            self._back = None
        if tag in _WITH_BYTES and rest.isdigit():
            self._tag, self._left = tag, int(rest)
        elif tag in {"f", "r", "l", "a", "k", "x"}:
            self.word, self.said = tag, rest

    def finished(self) -> Finished | None:
        """The last word, if it is `f`."""
        parts = self.said.split()
        if self.word != "f" or len(parts) != 9:
            return None
        status, begin, end, out, out_sha, err, err_sha, killed, incomplete = parts
        return Finished(
            status=_number(status),
            seconds=max(0.0, _float(end) - _float(begin)),
            out_bytes=_number(out),
            out_sha=out_sha.strip("-"),
            err_bytes=_number(err),
            err_sha=err_sha.strip("-"),
            killed=killed.strip("-"),
            incomplete=incomplete.strip("-"),
        )

    def result(self, *, timed_out: bool = False) -> CommandResult:
        """The result; where there is no last word, what is known so far."""
        for listen in self._listen.values():
            listen.end()
        last = self.finished()
        out, out_dropped = self._stream("o", "O", last.out_bytes if last else -1)
        err, err_dropped = self._stream("e", "E", last.err_bytes if last else -1)
        if last is None:
            never = self.word in {"a", "x"}
            return CommandResult(
                exit_status=None, stdout=out, stderr=err, timed_out=timed_out,
                error="it was ended before it began" if never else "it left no exit status",
            )  # fmt: skip
        signal = _SIGNALS.get(last.status - 128, "")
        sha = digest_of(
            last.out_sha or hashlib.sha256(self._streams["o"]).hexdigest(),
            last.err_sha or hashlib.sha256(self._streams["e"]).hexdigest(),
            err_bytes=last.err_bytes if last.err_bytes >= 0 else len(self._streams["e"]),
        )
        return CommandResult(
            exit_status=None if signal or timed_out else last.status,
            stdout=out,
            stderr=err,
            duration_s=last.seconds,
            signal=signal,
            timed_out=timed_out,
            dropped_bytes=out_dropped + err_dropped,
            sha256=sha,
            error=self._lost(last),
        )

    def _stream(self, head_tag: str, tail_tag: str, total: int) -> tuple[str, int]:
        head, tail = bytes(self._streams[head_tag]), bytes(self._streams[tail_tag])
        if self._blind and head:
            return NOT_SHOWN, 0
        if total <= len(head):  # also where nobody knows how long it was: what is here is all
            return kept(head, b"", len(head), cap=len(head), literals=self._literals), 0
        there = min(self._cap // 2, len(head)) + min(self._cap - self._cap // 2, len(tail))
        text = kept(head, tail, total, cap=self._cap, literals=self._literals)
        return text, max(0, total - there)

    def _lost(self, last: Finished) -> str:
        """Why a file is shorter than it should be."""
        if any(len(self._streams[t]) < self._cap for t in last.incomplete if t in "oe"):
            return "the disk there was full: part of its output is lost"
        if any(len(self._streams[t.lower()]) >= self._cap for t in last.incomplete if t in "OE"):
            return "something that it left running holds its output open: only its begin is here"
        return ""


def _number(text: str) -> int:
    return int(text) if text.isdigit() else -1


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@dataclass
class Tokens:
    """Which attempts this process heard to be absent, and the token that lets each start."""

    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, host: str, attempt: str, token: str) -> None:
        """Remember the token of an *absent*."""
        self._known[host, attempt] = token

    def use(self, host: str, attempt: str) -> str:
        """The token to start with; a start without one meets only what was never declared."""
        return self._known.pop((host, attempt), "-")
