"""What a clause owes to its neighbours: a topic, a thanks, a doubt or a service spoken of.

Each takes findings as they were read alone, and none makes a change out of anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.intent.patterns import compiled
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding, Spoken
from bot.intent.rules.lexicon import NEGATIONS
from bot.intent.rules.reading import THANKING
from bot.intent.rules.verbs import doing

_NEEDED = frozenset("need needed want wanted require required necessary".split())
_BESIDE = compiled(r"\b(?:and|or|nor|plus)\W+(?:also )?(?:the |an? )?$|^\W*&\W*$")


def drawn_in(finding: Finding, before: Finding | None, text: str) -> bool:
    """ "thanks for restarting nginx and rebooting web-1": the second is no order either."""
    if before is None or before.kind not in {"contrary", "statement"} or finding.kind != "wish":
        return False
    first = next((x.low for x in finding.clause.items if x.kind == "word"), "")
    between = text[before.clause.end : finding.clause.start].casefold()
    thanked = before.kind == "contrary" or before.clause.items[0].low in THANKING
    return (
        thanked
        and finding.clause.joined == "soft"
        and (doing(first) or bool(_BESIDE.search(between)))
    )


def pondered_too(finding: Finding, before: Finding | None, request: Request) -> bool:
    """ "is it safe to stop nginx on web-1 and reboot it?": the second is asked about, too."""
    if before is None or before.kind != "pondered" or not finding.clause.asked:
        return False
    between = request.text[before.clause.end : finding.clause.start].casefold()
    beside = finding.clause.joined == "soft" and bool(_BESIDE.search(between))
    return beside and finding.kind == "wish" and changes(finding, request.vocabulary)


def of_service(
    finding: Finding, before: Finding | None, spoken: Spoken, earlier: Sequence[Finding]
) -> Finding:
    """ "restart redis … and check its status": the service's, when no host is named."""
    named = any(i.kind == "service" for f in earlier for i in f.clause.items)
    if before is None and not any(i.kind == "it" for i in finding.clause.items):
        named = False
    if (
        (before.services if before is not None else named)
        and finding.kind == "wish"
        and finding.action == "host.status"
        and finding.selection is None
    ):
        return replace(finding, action="service.status", params={}, services=spoken.services)
    return finding


_OF_A_HOST = frozenset(
    "memory ram swap cpu cpus load uptime disk disks space slow rebooted reboot booted reachable "
    "ping online temperature processes host machine server box node".split()
)


def of_the_service(finding: Finding, spoken: Spoken) -> Finding:
    """ "is it up?" after a restart of nginx: nginx, and not the host on which it runs.

    Only where the conversation was about one service, and nothing was named since.
    """
    pronouns = [i.text.casefold().split() for i in finding.clause.items if i.kind == "it"]
    look = finding.kind == "wish" and finding.action == "host.status" and not finding.selection
    if not look or not pronouns or spoken.here or len(spoken.services) != 1 or not spoken.hosts:
        return finding
    said = {i.low for i in finding.clause.items}.union(*pronouns)
    if said & _OF_A_HOST:
        return finding
    return replace(finding, action="service.status", params={}, services=spoken.services)


def topics(findings: list[Finding]) -> list[Finding]:
    """ "redis on db-2: restart", "cron on nas - is it up?": what is spoken of, then the wish."""
    for at, (topic, wanted) in enumerate(pairwise(tuple(findings))):
        items = [i for i in topic.clause.items if i.kind != "punct"]
        named = tuple(n for i in items if i.kind == "service" for n in i.names)
        bare = all(i.kind in {"service", "hosts"} for i in items) and not topic.clause.asked
        placed = topic.selection is None or topic.selection.trouble is None
        placed = placed and "listed" not in topic.clause.marks
        if not (bare and placed and named and topic.kind in {"unknown", "none", "statement"}):
            continue
        own = any(i.kind == "service" for i in wanted.clause.items)
        own = own or (wanted.selection is not None) is (topic.selection is not None)
        if wanted.kind == "wish" and not own and wanted.action == "host.status":
            wanted = replace(wanted, action="service.status", params={}, services=named)
            findings[at + 1] = wanted
        if wanted.kind == "wish" and not own and wanted.services == named:
            findings[at] = replace(topic, kind="topic")
    return findings


def unneeded(findings: Sequence[Finding]) -> list[Finding]:
    """ "plan 12 is no longer needed, reboot web-1": shall it be cancelled, or is that a remark?"""
    wishes = [f for f in findings if f.kind == "wish"]
    gone = {str(f.params.get("plan")) for f in wishes if f.action == "plan.cancel"}
    found = list(findings)
    for at, finding in enumerate(findings):
        items = finding.clause.items
        plans = {str(n) for i in items if i.kind == "plan" for n in i.names}
        said = finding.kind in {"statement", "negated"} and NEGATIONS & {i.low for i in items}
        if said and wishes and _NEEDED & {i.low for i in items} and plans - gone:
            found[at] = replace(finding, kind="unknown")
    return found


def halted(findings: list[Finding]) -> list[Finding]:
    """ "stop! don't reboot web-1": the first is an outcry, no order."""
    if len(findings) > 1 and findings[1].kind in {"negated", "spared"}:
        words = findings[0].clause.words()
        if words in {("stop",), ("halt",), ("wait",), ("hold",), ("hold", "on")}:
            findings[0] = replace(findings[0], kind="negated", missing=())
    return findings
