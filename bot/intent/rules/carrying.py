"""Where a step goes that names no host: to the hosts where its service was spoken of.

"stop redis on db-2, reboot ci-1, start redis" starts it on db-2, not on the host that was named
last. Where the services of a step were named on different hosts, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules.finding import Finding, Spoken
from bot.intent.rules.tagging import Item

_SEVERAL = frozenset(("them", "those", "these", "both", "both of them", "all of them"))


def remember(services: Sequence[str], hosts: tuple[str, ...], spoken: Spoken) -> None:
    """Note that these services were spoken of on these hosts."""
    together = hosts == spoken.company_at
    spoken.company = tuple(dict.fromkeys([*(spoken.company if together else ()), *services]))
    spoken.company_at = hosts
    spoken.near = frozenset(services)
    for name in services:
        spoken.where.setdefault(name, []).append(hosts)


def whereabouts(
    services: Sequence[str], spoken: Spoken, *, there: bool, pronoun: bool, changes: bool
) -> tuple[tuple[str, ...], bool]:
    """The hosts of a step with these services, and whether that is only a guess."""
    named = [spoken.where[name] for name in services if name in spoken.where]
    if not named:
        return spoken.hosts, False
    places = {where[-1] for where in named}
    if len(named) < len(services):
        places.add(spoken.hosts)
    moved = changes and any(len(set(where)) > 1 for where in named)
    told = pronoun and spoken.near >= set(services)
    doubtful = len(places) > 1 or (moved and not told) or (there and places != {spoken.hosts})
    return named[-1][-1], doubtful


def several(items: Sequence[Item]) -> bool:
    """Whether "them" or "both" stands for what a step is about."""
    return any(i.kind == "it" and i.text.casefold() in _SEVERAL for i in items)


def between(here: Finding, after: Finding) -> bool:
    """ "restart redis on db-2, stop nginx and start cron on web-3": nginx may be on either."""
    selection = after.selection
    if not here.carried or after.clause.joined != "soft" or after.kind != "wish":
        return False
    if selection is None or selection.back or not after.adjunct or not after.services:
        return False
    return selection.trouble is None and selection.hosts != here.hosts


def upgraded(here: Finding, after: Finding) -> Finding:
    """ "upgrade and restart nginx on web-1": what the bare verb is about is said behind it."""
    selection = after.selection
    if after.kind != "wish" or after.clause.joined not in {"soft", "then"}:
        return here
    named = any(i.kind == "service" for i in after.clause.items)
    if named and (after.clause.joined == "then" or "hosts" not in here.missing):
        return replace(here, missing=("packages",))  # nginx, or all of the host?
    if "hosts" not in here.missing or selection is None or selection.back or selection.trouble:
        return here
    if after.services and not named:
        return here
    params = {**here.params, "packages": sorted(after.services)} if named else here.params
    missing = tuple(m for m in here.missing if m != "hosts")
    return replace(here, params=params, hosts=selection.hosts, missing=missing)


_LIKEWISE = frozenset("do same thing with for to exactly please also too".split())


def elided(finding: Finding, before: Finding | None, spoken: Spoken) -> Finding:
    """ "restart nginx on web-1 and redis on db-1": the verb holds for the second part too."""
    items = [i for i in finding.clause.items if i.kind != "punct"]
    if any(i.low == "same" for i in items):  # "… then do the same with redis"
        items = [i for i in items if i.low not in _LIKEWISE]
    items = [i for i in items if i.low not in {"one", "ones"}]  # "…, and the redis ones"
    kinds = {i.kind for i in items}
    if before is None or not kinds or not kinds <= {"service", "hosts"} or "service" not in kinds:
        return finding
    if finding.kind == "wish" and finding.action != before.action and finding.clause.asked:
        return finding
    if "service" not in before.params and not before.services:
        return finding
    selection = finding.selection
    names = tuple(n for i in items if i.kind == "service" for n in i.names)
    hosts, doubtful = whereabouts(
        names, spoken, there=selection is not None, pronoun=False, changes=True
    )
    if selection and not selection.back:
        hosts, doubtful = selection.hosts, False
    missing = tuple(m for m in before.missing if m == "hosts" and not hosts)
    missing += ("hosts",) if doubtful and not missing else ()
    return replace(
        finding, kind="wish", action=before.action, params=before.params, services=names,
        hosts=hosts, missing=missing, word="",
    )  # fmt: skip
