"""Hosts: list, check, import, trust."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from bot.adapters.files.first_start import prepare
from bot.adapters.files.importing import Imported, read_ansible, read_ssh_config, save
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.settings_file import load_settings
from bot.adapters.terminal.client import connect
from bot.domain.inventory import Host, Inventory
from bot.errors import RequestError
from bot.ports import HostCheck
from bot.settings import Home


def list_hosts(home: Home) -> int:
    """A line per host."""
    prepare(home)
    for host in load_inventory(home.inventory).hosts:
        groups = ", ".join(host.groups) or "-"
        there = host.connection
        where = there.kind.value if there.kind == "local" else there.address or "ssh_config"
        print(f"{host.name:<24} {host.environment:<12} {groups:<20} {where}")
    return 0


def _runner(home: Home, inventory: Inventory) -> Any:
    from bot.adapters.hosts.router import Hosts
    from bot.adapters.secrets import SecretStore
    from bot.app import SystemClock

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

    checks = asyncio.run(work())
    _print_checks(checks)
    return 0 if all(c.reach and c.key and not c.advice for c in checks) else 4


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
            console.print(f"{check.host}: {sentence}", markup=False, highlight=False)


def _mark(value: bool | None) -> str:
    return "?" if value is None else "[green]yes[/]" if value else "[red]no[/]"


def _host(inventory: Inventory, name: str) -> Host:
    host = inventory.host(name)
    if host is None:
        known = ", ".join(inventory.names()[:10])
        raise RequestError(f"{name} is not in the inventory.", cure=f"Known: {known}.")
    return host


def import_hosts(home: Home, file: Path | None, *, dry_run: bool) -> int:
    """Take hosts from elsewhere and say what was taken, skipped and not honoured."""
    prepare(home)
    source = file or Path("~/.ssh/config").expanduser()
    if not source.is_file():
        raise RequestError(f"There is no file {source}.")
    known = {h.name for h in load_inventory(home.inventory).hosts}
    ssh = file is None or _looks_like_ssh(source)
    earlier = _taken_before(home, "ssh-config" if ssh else source.name)
    read = read_ssh_config if ssh else read_ansible
    found = read(source, known=known - earlier)
    _print_import(found)
    if dry_run or not found.hosts:
        print("Nothing was written.")
        return 0
    target = save(home.inventory, found)
    load_inventory(home.inventory)
    print(f"\nWrote {target}. Next: ./overseer hosts check")
    link = connect(home)
    if link is not None:
        link.admin("reload")
        link.close()
        print("The running Overseer knows them already.")
    return 0


def _taken_before(home: Home, source: str) -> set[str]:
    """Hosts of an earlier import of the same source: they are replaced, not skipped."""
    from bot.adapters.files.importing import target_of

    target = target_of(home.inventory, source)
    if not target.is_file():
        return set()
    from bot.adapters.files.marked_yaml import read

    return {str(name) for name in read(target).section(("hosts",))}


def _looks_like_ssh(path: Path) -> bool:
    if path.name == "config":
        return True
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.strip().lower().startswith("host ") for line in lines)


def _print_import(found: Imported) -> None:
    print(f"Taken: {len(found.hosts)}")
    for host in found.hosts:
        groups = f" [{', '.join(host.groups)}]" if host.groups else ""
        print(f"  {host.name}  {host.environment}{groups}")
    for title, pairs in (("Skipped", found.skipped), ("Can't be honoured", found.unhonoured)):
        if pairs:
            print(f"{title}: {len(pairs)}")
            for name, why in pairs:
                print(f"  {name}: {why}")
    if any(h.is_production for h in found.hosts):
        print("A host without a known environment counts as production.")


def trust(home: Home, name: str, fingerprint: str) -> int:
    """Show a never-seen key and trust it when the person says so.

    A *changed* key is not accepted here at all.
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
    print("Compare it on its console:")
    print("  for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $f; done")
    if fingerprint:
        if fingerprint != offered:
            raise RequestError("That is another key; nothing was trusted.")
    elif not sys.stdin.isatty():
        raise RequestError(
            "Nobody is here to compare it.", cure=f"--fingerprint {offered} trusts just this key."
        )
    elif input("\nIs it the same? Type yes: ").strip().lower() != "yes":
        print("Nothing was trusted.")
        return 3
    keep(home, line)
    print(f"{name} is trusted from now on.")
    return 0
