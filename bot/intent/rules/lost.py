"""What a request names and no step takes: a host, an upgrade, a stop said as a participle.

"reboot nas, redis stopped first" wants redis stopped, and a look at it is not that. A clause
that may be such a loss is found here, and asked about.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.intent.patterns import compiled
from bot.intent.rules.finding import Finding
from bot.intent.rules.verbs import DONE

_TOO = compiled(r"\b(?:too|also|as well)\b")
_BACK_IN = compiled(
    r"\bnot\b[^;.]*?(?:,\s*(?:(?:and|also|but|plus)\s+)*(?:on|in|for|also|but|plus)\s+(?!not\b)"
    r"|\b(?:also|too|as well|plus)\b)"
)
_IT = compiled(r"\b(?:upgrade|update|patch)\s+(?:it|them|that|those)\b")
_UPGRADES = frozenset(("upgrade", "update", "patch"))
_STATES = DONE.keys() | {"down", "offline"}


def lost(said: Sequence[Finding], changing: Sequence[Finding], text: str) -> Finding | None:
    """The first clause of which a part would be dropped, or None."""
    low = text.casefold()
    taken = {h for f in said if f.kind in {"wish", "again"} for h in _hosts(f)}
    for at, finding in enumerate(said):
        later = any(f.clause.start < finding.clause.start for f in changing)
        earlier = any(done(f) for f in said[:at])
        if done(finding) and (later or (earlier and finding.kind == "wish")):
            return finding
        others = [f for f in changing if not set(f.services) & set(finding.services)]
        if done(finding) and finding.kind == "wish" and others:
            return finding  # "redis stopped on nas, reboot nas": told, or wanted?
        if not changing:
            continue
        if _names_it(finding, said[:at], low):
            return said[at - 1]
        raw = low[finding.clause.start : finding.clause.end + len(" as well")]
        if _dropped(finding, taken, later=later) or _excluded_too(finding, raw):
            return finding
    return None


def _names_it(finding: Finding, before: Sequence[Finding], low: str) -> bool:
    """ "there's a new openssl out, upgrade it on web-1": not all that is installed there."""
    if finding.action != "package.upgrade" or finding.params.get("packages") or not before:
        return False
    told = before[-1].kind == "statement" and not _hosts(before[-1])
    return told and bool(_IT.search(low[finding.clause.start : finding.clause.end]))


def done(finding: Finding) -> bool:
    """ "redis stopped first": the state that a service shall be in, or is in."""
    if finding.clause.asked or finding.kind not in {"wish", "statement"}:
        return False
    if finding.kind == "wish" and finding.action != "service.status":
        return False
    items = [i for i in finding.clause.items if i.kind != "punct"]
    at = next((k for k, i in enumerate(items[:-1]) if i.kind == "service"), None)
    if at is None:
        return False
    follows = items[at + 2].low if at + 2 < len(items) else ""
    return items[at + 1].low in _STATES and not follows.endswith("ing")


def _hosts(finding: Finding) -> tuple[str, ...]:
    named = finding.selection.hosts if finding.selection and finding.kind == "again" else ()
    return (*finding.hosts, *named)


def _dropped(finding: Finding, taken: set[str], *, later: bool) -> bool:
    """ "restart nginx on web-1; web-2 too; …", "reboot web-3; db-2 only upgrade"."""
    selection = finding.selection
    if finding.kind == "place" and selection and not selection.back and later:
        return finding.clause.joined != "then" and not set(selection.hosts) <= taken
    if finding.kind != "wish" or finding.action != "package.check_updates":
        return False
    lows = [i.low for i in finding.clause.items if i.kind not in {"punct", "its"}]
    return lows[:1] == ["qhosts"] and lows[-1] in _UPGRADES and not finding.clause.asked


def _excluded_too(finding: Finding, raw: str) -> bool:
    """ "web-2 too, web-3 not", "on web-1, not on web-2, and on web-3"."""
    selection = finding.selection
    if selection is None:
        return False
    if finding.kind == "spared":
        return len(selection.hosts) > 1 and bool(_TOO.search(raw))
    return len(selection.out) > 1 and bool(_BACK_IN.search(raw))
