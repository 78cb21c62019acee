"""Hosts: list, check, trust."""

from __future__ import annotations

import asyncio
import difflib
import sys
from typing import Any

from bot.adapters.files.first_start import prepare
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.settings_file import load_settings
from bot.cli.recording import record
from bot.domain.inventory import ConnectionKind, Host, Inventory, SudoMode
from bot.domain.wording import listed
from bot.errors import NotAllowedError, RequestError
from bot.ports import HostCheck
from bot.settings import Home

NAMED = 10
"""Hosts that an answer names before it counts the rest."""


def list_hosts(home: Home) -> int:
    """A line per host."""
    prepare(home)
    hosts = load_inventory(home.inventory).hosts
    if not hosts:
        print("The inventory is empty. Fill it: ./overseer hosts import FILE")
    for host in hosts:
        groups = ", ".join(host.groups) or "-"
        there = host.connection
        where = "local" if there.kind is ConnectionKind.LOCAL else there.address or "ssh_config"
        print(f"{host.name:<24} {host.environment:<12} {groups:<20} {where}")
    return 0


def _runner(home: Home, inventory: Inventory) -> Any:
    from bot.adapters.hosts.router import Hosts
    from bot.adapters.machine import SystemClock
    from bot.adapters.secrets import SecretStore

    return Hosts(
        lambda: inventory, load_settings(home.settings).hosts, home, SecretStore(home),
        SystemClock(),
    )  # fmt: skip


def check_hosts(home: Home, names: tuple[str, ...]) -> int:
    """What works on each host. 0 when everything does, else 4."""
    prepare(home)
    inventory = load_inventory(home.inventory)
    hosts = [_host(inventory, name) for name in names] or list(inventory.hosts)

    async def work() -> list[HostCheck]:
        runner = _runner(home, inventory)
        try:
            return list(await asyncio.gather(*(runner.check(host) for host in hosts)))
        finally:
            await runner.close()

    if not hosts:
        print("The inventory is empty. Fill it: ./overseer hosts import FILE")
        return 0
    checks = asyncio.run(work())
    _print_checks(checks)
    return 0 if all(map(_well, hosts, checks)) else 4


def _well(host: Host, check: HostCheck) -> bool:
    """Whether it works as configured. A machine without systemd is well; it just has none."""
    sudo = check.sudo is not False or host.connection.sudo is SudoMode.NONE
    return bool(check.reach and check.key and check.systemd is not None and sudo)


def _print_checks(checks: list[HostCheck]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("host", "reach", "key", "sudo", "systemd", "system"):
        table.add_column(column)
    for check in checks:
        marks = [_mark(v) for v in (check.reach, check.key, check.sudo, check.systemd)]
        table.add_row(check.host, *marks, check.system)
    console = Console()
    console.print(table)
    for check in checks:
        for sentence in check.advice:
            lead = "" if sentence.startswith(check.host) else f"{check.host}: "
            console.print(f"{lead}{sentence}", markup=False, highlight=False)


def _mark(value: bool | None) -> str:
    return "?" if value is None else "[green]yes[/]" if value else "[red]no[/]"


def _host(inventory: Inventory, name: str) -> Host:
    host = inventory.host(name)
    if host is None:
        names = inventory.names()
        near = difflib.get_close_matches(name, names, 3)
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        known = f"Known: {', '.join(names[:NAMED])}{more}." if names else "It is empty."
        raise RequestError(
            f"{name} is not in the inventory.",
            cure=f"Did you mean {listed(near, 'or')}?" if near else known,
        )
    return host


def trust(home: Home, name: str, fingerprint: str) -> int:
    """Show a never-seen key and trust it when the person says so.

    A *changed* key is not accepted here at all, however it is asked for.

    Raises:
        NotAllowedError: another key is known for this host, or it offers another than
            `fingerprint`.
    """
    from bot.adapters.hosts.known_hosts import trust as keep

    prepare(home)
    inventory = load_inventory(home.inventory)
    host = _host(inventory, name)

    async def work() -> tuple[str, str]:
        runner = _runner(home, inventory)
        try:
            key: tuple[str, str] = await runner.offered_key(host)
            return key
        finally:
            await runner.close()

    line, offered = asyncio.run(work())
    print(f"{name} offers the key\n\n  {offered}\n")
    known = _known_already(home, name, line)
    if fingerprint and fingerprint != offered:
        raise NotAllowedError(
            f"{name} offers another key than {fingerprint}; nothing was trusted.",
            cure="Find out who answers there before you trust anything.",
        )
    if known:
        print("It is trusted already.")
        return 0
    print("Compare it on its console:")
    print("  for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $f; done")
    if not fingerprint and not sys.stdin.isatty():
        raise RequestError(
            "Nobody is here to compare it.", cure=f"--fingerprint {offered} trusts just this key."
        )
    if not fingerprint and not _agreed():
        print("Nothing was trusted.")
        return 3
    keep(home, line)
    record(home, "host.trusted", host=name, fingerprint=offered)
    print(f"{name} is trusted from now on.")
    return 0


def _agreed() -> bool:
    try:
        return input("\nIs it the same? Type yes: ").strip().lower() == "yes"
    except EOFError:
        print()
        return False


def _known_already(home: Home, name: str, line: str) -> bool:
    """Whether just this key is known for the host.

    Raises:
        NotAllowedError: another one is.
    """
    from bot.adapters.hosts.known_hosts import KnownHosts

    where, _, key = line.partition(" ")
    address, _, port = where.removeprefix("[").partition("]:")
    known = KnownHosts.of(home, load_settings(home.settings).hosts)
    lines = known.known_lines(address, address, int(port or 22))
    if not lines:
        return False
    if any(key in each.text for each in lines):
        return True
    places = " and ".join(f"{each.path}:{each.number}" for each in lines)
    raise NotAllowedError(
        f"{name} is known with another key: it was rebuilt, or somebody else answers in its place.",
        cure="Compare the key on its console; only if it is the same, remove "
        f"{places} by hand and trust it again.",
    )
