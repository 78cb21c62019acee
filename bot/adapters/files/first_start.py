"""The first start writes a home: settings, inventory, people and policy, nothing secret.

The person who starts Overseer becomes its administrator, and this machine its only host.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bot.adapters.files.inventory_file import written
from bot.adapters.files.settings_file import shipped
from bot.domain.inventory import Connection, ConnectionKind, Host, SudoMode
from bot.domain.messages import Role
from bot.errors import ConfigError
from bot.ports.accounts import account_of
from bot.settings import Home
from bot.settings.private import write_private

COPIED = ("overseer.yaml", "policies.cedar", "policy-tests.yaml")
OURS = frozenset(
    {*COPIED, "inventory.yaml", "inventory.d", "people.yaml", "overseer.db", "overseer.lock",
     "overseer.log", "overseer.sock", "known_hosts", "secrets", "keys", "backups"}
)  # fmt: skip
"""What makes a folder recognisable as a home."""
ELSEWHERE = "Choose another folder with --home DIR."


def prepare(home: Home) -> tuple[str, ...]:
    """Make the home complete; what is there already is left as it is.

    Two starts at once make it one after the other. Returns the names of the files that were
    written.

    Raises:
        ConfigError: the folder can't be made, belongs to somebody else or holds other things.
    """
    try:
        _folder(home.path)
        with alone(home.path):
            home.secrets.mkdir(mode=0o700, exist_ok=True)
            home.backups.mkdir(mode=0o700, exist_ok=True)
            return _write_missing(home)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise ConfigError(
            f"It can't be written: {error.strerror}.",
            path=str(home.path),
            cure=f"Free some space, or: {ELSEWHERE}" if full else ELSEWHERE,
        ) from error


def _folder(path: Path) -> None:
    """A folder that is ours alone; one that holds something else is never touched."""
    if not path.exists():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.is_dir():
        raise ConfigError("This is no folder.", path=str(path), cure=ELSEWHERE)
    if path.stat().st_uid != os.geteuid():
        raise ConfigError("This home belongs to another user.", path=str(path), cure=ELSEWHERE)
    inside = {entry.name for entry in path.iterdir() if not entry.name.startswith(".")}
    if inside and not inside & OURS:
        raise ConfigError(
            "This folder holds other things than Overseer's.",
            path=str(path),
            cure="Choose a new or empty one with --home DIR.",
        )
    if path.stat().st_mode & 0o777 != 0o700:
        path.chmod(0o700)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other process makes this home, or writes into its files; however this one ends,
    the kernel frees it."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write_missing(home: Home) -> tuple[str, ...]:
    made: list[str] = []
    missing = [name for name in COPIED if not (home.path / name).exists()]
    texts = {name: (shipped() / name).read_text(encoding="utf-8") for name in missing}
    for name, content in texts.items():
        write_private(home.path / name, content)
        made.append(name)
    for target, text in ((home.inventory, _inventory), (home.people, _people)):
        if not target.exists():
            write_private(target, text())
            made.append(target.name)
    return tuple(made)


def _inventory() -> str:
    host = Host(
        name="localhost",
        environment="local",
        connection=Connection(kind=ConnectionKind.LOCAL, sudo=own_sudo()),
    )
    return written(
        [host],
        comment="Your machines. A host without an environment counts as production.\n"
        "More: ./overseer hosts import FILE, ./overseer hosts check",
    )


def own_sudo() -> SudoMode:
    """How this user becomes root on this machine."""
    if os.geteuid() == 0:
        return SudoMode.ROOT
    sudo = shutil.which("sudo")
    if sudo is None:
        return SudoMode.NONE
    try:
        asked = subprocess.run(
            [sudo, "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, timeout=10,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return SudoMode.NONE
    return SudoMode.PASSWORDLESS if asked.returncode == 0 else SudoMode.NONE


def own_name() -> str:
    """The account of who runs this, as the terminal's socket reports it."""
    return account_of(os.geteuid())


def _people() -> str:
    user = own_name()
    name = person_name(user) or "admin"
    return (
        "# Who may do what. Roles: viewer, operator, approver, admin.\n"
        "# An identity is `surface:account`. The terminal is for the user who runs Overseer,\n"
        "# known as `os:USER`; everybody else uses the page, as `web:NAME`.\n"
        "# More people: ./overseer people invite NAME --role approver\n"
        "people:\n" + person_entry(name, user[:1].upper() + user[1:], Role.ADMIN, os_user=user)
    )


def person_name(text: str) -> str:
    """What of a text can be a person's key in people.yaml; may be empty."""
    return re.sub(r"[^a-z0-9._-]+", "", text.lower()).lstrip("._-")[:32]


def person_entry(
    name: str, display: str, role: Role, *, os_user: str = "", indent: str = "  "
) -> str:
    """A person as people.yaml writes them."""
    identities = ([f"os:{os_user}"] if os_user else []) + [f"web:{name}"]
    accounts = ", ".join(json.dumps(one, ensure_ascii=False) for one in identities)
    return (
        f"{indent}{name}:\n"
        f"{indent}  display: {json.dumps(display, ensure_ascii=False)}\n"
        f"{indent}  roles: [{role.value}]\n"
        f"{indent}  identities: [{accounts}]\n"
    )
