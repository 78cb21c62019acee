"""`hosts import`: take hosts from elsewhere and say what was taken, skipped, not honoured."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.files.ansible import LISTED, read_ansible
from bot.adapters.files.first_start import prepare
from bot.adapters.files.imported import Around, Imported, around, kept_beside, save, target_of
from bot.adapters.files.settings_file import load_settings
from bot.adapters.files.ssh_config import read_ssh_config
from bot.adapters.terminal.client import connect
from bot.errors import RequestError
from bot.settings import Home

NAMED = 6
"""Hosts that a reason names before it counts the rest."""


def import_hosts(home: Home, file: Path | None, *, dry_run: bool) -> int:
    """Import a file; 0 when hosts were taken, or would be."""
    prepare(home)
    usual = Path("~/.ssh/config").expanduser()
    source = file.expanduser() if file else usual
    if source.is_dir():
        raise RequestError(
            f"{source} is a folder.",
            cure=f"{LISTED.format(source)} > hosts.json, then import hosts.json",
        )
    if not source.is_file():
        raise RequestError(
            f"There is no file {source}.",
            cure="" if file else "Name an Ansible inventory: ./overseer hosts import FILE",
        )
    ssh = file is None or _looks_like_ssh(source)
    there = around(home.inventory, "ssh-config" if ssh else source.name)
    found = (read_ssh_config if ssh else read_ansible)(source, known=there.other)
    found.settle_groups(there.names, there.groups)
    if ssh:
        _note_other_config(home, source, found)
    _print_import(found, there)
    if there.broken is not None:
        target = target_of(home.inventory, found.source)
        print(f"The file of the earlier import is broken: {there.broken}")
        print(f"It is written anew; what stood there is kept as {kept_beside(target)}.")
    if dry_run or not found.hosts:
        print("Nothing was written.")
        return 0
    written = save(home.inventory, found, broken=there.broken is not None)
    print(f"\nWrote {written}. Next: ./overseer hosts check")
    link = connect(home)
    if link is not None:
        with link:
            link.admin("reload")
        print("The running Overseer knows them already.")
    return 0


def _looks_like_ssh(path: Path) -> bool:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    words = [line.split("#")[0].replace("=", " ").split() for line in lines]
    return any(len(w) > 1 and w[0].lower() in {"host", "match", "include"} for w in words)


def _note_other_config(home: Home, source: Path, found: Imported) -> None:
    """Hosts are reached through one ssh_config; names from another one lead nowhere."""
    used = Path(load_settings(home.settings).hosts.ssh_config).expanduser()
    if found.hosts and source.resolve() != used.resolve():
        wanted = f"`hosts: {{ssh_config: {source.absolute()}}}`"
        why = f"connections read {used}; write {wanted} into overseer.yaml, or Include it there"
        found.unhonoured.append((str(source), why))


def _print_import(found: Imported, there: Around) -> None:
    print(f"Taken: {len(found.hosts)}")
    for host in found.hosts:
        groups = f" [{', '.join(host.groups)}]" if host.groups else ""
        print(f"  {host.name}  {host.environment}{groups}")
    for title, pairs in (("Skipped", found.skipped), ("Can't be honoured", found.unhonoured)):
        if pairs:
            print(f"{title}: {len(pairs)}")
            for why, names in _by_reason(pairs).items():
                more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
                print(f"  {', '.join(names[:NAMED])}{more}: {why}")
    own = [(host.name, there.own_words(host.name)) for host in found.hosts]
    for name, words in own:
        if words:
            print(f"Said otherwise in inventory.yaml, which wins: {name} ({', '.join(words)})")
    for name in sorted(there.before - {host.name for host in found.hosts}):
        stays = " (inventory.yaml names it: it stays, without what was imported)"
        print(f"No longer there: {name}{stays if name in there.own else ''}")
    if any(h.is_production for h in found.hosts):
        print("A host without a known environment counts as production.")


def _by_reason(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, why in pairs:
        found.setdefault(why, []).append(name)
    return found
