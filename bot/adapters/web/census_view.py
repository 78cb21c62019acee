"""Hosts and people as HTML: what exists, and who may do what. Pure, as `card_view`."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot.adapters.web.books_view import bare, chip, section, sheet
from bot.adapters.web.text import attributes, prose, words
from bot.adapters.web.thread_view import moment, roles
from bot.domain.messages import People, Person, Role
from bot.domain.sheets import HostLine
from bot.domain.wording import count


def hosts_html(hosts: Sequence[HostLine]) -> str:
    """The inventory, by environment."""
    if not hosts:
        return sheet("Hosts", '<p class="o-none">The inventory is empty: '
                      "<code>./overseer hosts import</code> fills it.</p>")  # fmt: skip
    parts = []
    for environment in dict.fromkeys(host.environment for host in hosts):
        those = [host for host in hosts if host.environment == environment]
        rows = "".join(_host(host) for host in those)
        parts.append(section(environment, len(those), f'<ul class="o-list">{rows}</ul>'))
    return sheet("Hosts", *parts)


def _host(host: HostLine) -> str:
    ask = f"how is {host.name}?"
    name = attributes(class_="o-host-name", href="/", data_go=True, data_draft=ask, title=ask)
    about = [prose(part) for part in (host.address, " ".join(host.groups), *host.labels) if part]
    state = ""
    if host.held_by is not None:
        way = attributes(href=f"/runs/{host.held_by}", data_go=True)
        state = f"<a{way}>{chip(f'BUSY WITH #{host.held_by}', 'busy')}</a>"
    if host.leftovers:
        left = count(host.leftovers, "command") + " may still run"
        state += f' <span class="o-ink-warning">{left}</span>'
    last = ""
    if host.last is not None:
        address = attributes(href=f"/runs/{host.last.plan}", data_go=True)
        last = f"<a{address}>#{host.last.plan} {words(bare(host.last))}</a> {moment(host.last.at)}"
    return (
        f'<li class="o-entry o-host"><a{name}>{prose(host.name)}</a>'
        f'<span class="o-entry-title o-quiet">{" · ".join(about)}</span>'
        f'<span class="o-entry-side">{state}</span>'
        f'<span class="o-entry-more">{last or "never changed from here"}</span></li>'
    )


_MAY = {
    Role.VIEWER: "looks",
    Role.OPERATOR: "asks for changes",
    Role.APPROVER: "votes",
    Role.ADMIN: "everything",
}


def people_html(people: People, reader: Person) -> str:
    """Who is known, what they may do, and how another is added."""
    rows = "".join(_person(person, reader) for person in people.persons)
    approvers = people.with_role(Role.APPROVER, Role.ADMIN)
    notes = []
    if len(approvers) == 1:
        notes.append(
            f"Solo mode: {prose(approvers[0].display or approvers[0].name)} is the only one who "
            "may approve, so their own vote counts. A second approver ends it."
        )
    if Role.ADMIN in reader.roles:
        notes.append("Add one: <code>./overseer people invite NAME --role approver</code>")
    said = "".join(f'<p class="o-none">{note}</p>' for note in notes)
    return sheet("People", f'<ul class="o-list">{rows}</ul>', said)


def _person(person: Person, reader: Person) -> str:
    names = [f"{one.surface}: {one.account}" for one in person.identities]
    more = [*names, *([person.timezone] if person.timezone else [])]
    may = ", ".join(_MAY[role] for role in Role if role in person.roles)
    you = ' <span class="o-because">you</span>' if person.name == reader.name else ""
    name = person.display or person.name
    way = attributes(
        href=f"/audit?q={quote(person.name, safe='')}", data_go=True,
        aria_label=f"{name} in the log",
    )  # fmt: skip
    return (
        f'<li class="o-entry o-person"><span class="o-host-name">'
        f"{prose(name)}{you}</span>"
        f'<span class="o-entry-title">{prose(roles(person))} '
        f'<span class="o-because">{prose(may)}</span></span>'
        f'<span class="o-entry-side"><a{way}>in the log</a></span>'
        f'<span class="o-entry-more">{prose(" · ".join(more) or "no account linked")}</span></li>'
    )
