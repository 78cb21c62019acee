"""What a person looks up: runs, hosts, the log, and one request from its sentence to its output.

Sheets are lists and details, as cards are speech: neutral values that a surface draws. Text in
them is data, as in `bot.domain.cards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cards import ThreadItem, Tone


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """A plan in a list. `state`, `tone` and `standing` are those of its card.

    `thread` is the key of the conversation in which the card stands.
    """

    plan: int
    title: str
    requester: str
    at: datetime
    state: str
    tone: Tone
    standing: str = ""
    hosts: tuple[str, ...] = ()
    changes: bool = True
    reason: str = ""
    thread: str = ""


@dataclass(frozen=True, kw_only=True)
class RunList:
    """What moves or waits, and a page of what has ended. `older` begins the next page."""

    open: tuple[RunLine, ...]
    ended: tuple[RunLine, ...]
    older: int | None = None


@dataclass(frozen=True, kw_only=True)
class TargetSheet:
    """A step on one host. `printed` says that it has output to show; `tail` is its newest."""

    host: str
    state: str
    tone: Tone
    note: str = ""
    took_s: float | None = None
    attempt: int = 0
    printed: bool = False
    tail: str = ""


@dataclass(frozen=True, kw_only=True)
class StepSheet:
    """A step of the graph: `needs` are the ids of the steps before it."""

    id: str
    number: int
    title: str
    state: str
    tone: Tone
    needs: tuple[str, ...] = ()
    done: int = 0
    targets: tuple[TargetSheet, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that happened, in words.

    `exact` is monospace: commands (`prompt`) or what they printed. `aside` is quiet.
    """

    at: datetime
    who: str = ""
    text: str
    tone: Tone = Tone.NEUTRAL
    plan: int | None = None
    aside: str = ""
    exact: tuple[str, ...] = ()
    prompt: bool = False


@dataclass(frozen=True, kw_only=True)
class RunSheet:
    """One request, whole: its card, its graph and its story."""

    item: ThreadItem
    steps: tuple[StepSheet, ...]
    story: tuple[Told, ...]
    cut: bool = False
    """The story is longer than what is told: its middle is left out."""


@dataclass(frozen=True, kw_only=True)
class HostLine:
    """A host as the inventory has it, and what is open there.

    `held_by` is the plan that changes it now, or whose run is `halted`; `leftovers`
    are commands that may still run.
    """

    name: str
    environment: str
    groups: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    address: str = ""
    held_by: int | None = None
    halted: bool = False
    leftovers: int = 0
    last: RunLine | None = None


@dataclass(frozen=True, kw_only=True)
class Log:
    """A page of what happened, newest first. `older` begins the next page."""

    lines: tuple[Told, ...]
    older: int | None = None
    everything: bool = True
    """False: only what concerns the reader's own requests."""
