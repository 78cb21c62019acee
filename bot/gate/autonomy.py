"""What the autonomy settings say about a step. Pure.

A level belongs to a group (an environment counts as one, and so does `all`); a host without
an override has the general level. The strictest of a step's targets wins. The levels are
*facts* for the policy, which decides what each lets run unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.inventory import Host
from bot.domain.naming import service_name
from bot.settings import AutonomyLevel, AutonomySettings, PreApproved

STRICTEST_FIRST = (AutonomyLevel.CAUTIOUS, AutonomyLevel.PROACTIVE, AutonomyLevel.SCHEDULED)


def strictest(levels: Iterable[AutonomyLevel]) -> AutonomyLevel:
    """The strictest of some levels; *cautious* when there is none."""
    return min(levels, key=STRICTEST_FIRST.index, default=AutonomyLevel.CAUTIOUS)


def level_of(host: Host, settings: AutonomySettings) -> AutonomyLevel:
    """The level of one host: the strictest override of its groups, else the general one."""
    names = {*host.groups, host.environment, "all"}
    overrides = [level for name, level in settings.groups.items() if name in names]
    return strictest(overrides) if overrides else settings.level


def level_for(hosts: Sequence[Host], settings: AutonomySettings) -> AutonomyLevel:
    """The level of a step on these hosts; a step without hosts has the general one."""
    if not hosts:
        return settings.level
    if not settings.groups:
        return settings.level
    return strictest(level_of(host, settings) for host in hosts)


def is_pre_approved(
    action: str, hosts: Sequence[Host], service: str, settings: AutonomySettings
) -> bool:
    """Whether the pre-approved list covers the step: each target by one of its entries.

    `service` is its one name; the list may spell it otherwise.
    """
    entries = [
        e
        for e in settings.pre_approved
        if e.action == action and (not e.services or service in map(service_name, e.services))
    ]
    if not hosts:
        return any(not e.hosts and not e.groups for e in entries)
    return all(any(_covers(entry, host) for entry in entries) for host in hosts)


def _covers(entry: PreApproved, host: Host) -> bool:
    """An entry that names hosts and groups wants both."""
    in_hosts = not entry.hosts or host.name in entry.hosts
    in_groups = not entry.groups or not {*host.groups, host.environment}.isdisjoint(entry.groups)
    return in_hosts and in_groups
