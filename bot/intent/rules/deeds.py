"""Orders that no action carries out: "back up db-1", "clear the logs", "move the load".

Their nouns are those of reads (the disk, the logs, the load), so a read would fit, and a
safeguard would be dropped in silence. Such a clause is asked about; what stands beside it is
not planned either.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.intents import Question
from bot.intent.patterns import compiled
from bot.intent.rules import questions
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding
from bot.intent.rules.tagging import Item

_ORDERS = frozenset(
    "back backup move shift migrate free clear empty truncate archive compress save mount unmount umount grow extend "
    "expand shrink resize purge chmod chown set unset change modify alter adjust tune optimize optimise add allocate "
    "swap export import email mail forward send copy download upload format defragment defrag repair fix rebalance "
    "balance lower raise increase decrease reduce limit throttle encrypt rename replace swapoff attach detach plug "
    "rotate vacuum flush drain delete remove wipe erase clean reset restore snapshot clone sync configure reconfigure "
    "install uninstall enable disable mask freeze lock unlock open close block allow ban prune drop store dump mirror "
    "improve boost relocate transfer evacuate redirect route archive tar zip gzip trim cap bump double half halve fill".split()
)
"""Verbs that no action has as its own; some of them have a meaning of their own in a phrase."""
_UNSURE = {
    "host.status": frozenset("free swap clear empty".split()),
    "host.disk": frozenset("free clear empty mount".split()),
    "package.check_updates": frozenset("get fetch pull grab updates patches upgrades update upgrade patch".split()),
}  # fmt: skip
"""Nouns and adjectives of a look, that are orders beside a change: "free memory, then restart …"."""
_BY_MAIL = compiled(
    r"\b(?:by|via|per|through|in an?|to my|as an?) (?:e-?mail|mail|slack|discord|chat|sms|attachment|pdf|file)\b"
)
_ASSURED = compiled(
    r"^\W*(?:please )?(?:ensure|make sure|make certain|see to it)\b.*\b(?:stopped|down|off|disabled|dead|inactive|gone)\b"
)


def ordered(items: Sequence[Item]) -> bool:
    """Whether the clause begins with a verb that is no action's own."""
    first = next((i for i in items if i.kind != "punct"), None)
    return first is not None and first.kind == "word" and first.low in _ORDERS


def not_carried_out(findings: Sequence[Finding], request: Request) -> list[Finding]:
    """The findings, with each look that stands in for an order marked as what it is."""
    changing = any(f.kind == "wish" and changes(f, request.vocabulary) for f in findings)
    return [
        replace(f, kind="unknown", missing=(), word="") if _stands_in(f, request, changing=changing) else f
        for f in findings
    ]  # fmt: skip


def _stands_in(finding: Finding, request: Request, *, changing: bool) -> bool:
    if finding.kind != "wish" or changes(finding, request.vocabulary):
        return False
    raw = request.text[finding.clause.start : finding.clause.end].casefold()
    if _BY_MAIL.search(raw) or _ASSURED.match(raw) or (changing and finding.guessed):
        return True
    items = [i for i in finding.clause.items if i.kind != "punct"]
    first = items[0].low if items else ""
    if first == "mount" and items[1:] and items[1].kind == "path":
        return True
    unsure = first in _UNSURE.get(finding.action, ())
    return changing and unsure and not finding.clause.asked and not _noun(finding)


def _noun(finding: Finding) -> bool:
    """ "update status", "free memory of": hardly an order with a noun of its own behind it."""
    lows = [i.low for i in finding.clause.items if i.kind != "punct"]
    return len(lows) > 1 and lows[1] in {"status", "level", "usage", "check"}


def beyond_me(findings: Sequence[Finding], request: Request) -> Question | None:
    """The question that names the order that nothing carries out and what is near, or None."""
    if any(f.kind == "foreign" for f in findings):
        return None
    finding = next((f for f in findings if f.kind == "unknown"), None)
    if finding is None or (finding.selection and finding.selection.trouble):
        return None
    raw = request.text[finding.clause.start : finding.clause.end]
    low = raw.casefold()
    if not (ordered(finding.clause.items) or _BY_MAIL.search(low) or _ASSURED.match(low)):
        return None
    near = questions.unclear(finding, request.text, request.vocabulary).options
    return Question(
        about="request",
        text=f"“{raw}” is nothing that I can plan, so nothing ran. The nearest that I can do:",
        options=near,
    )
