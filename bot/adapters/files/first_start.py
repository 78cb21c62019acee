"""The first start writes a home: settings, inventory, people and policy, nothing secret.

The person who starts Overseer becomes its administrator, and this machine its only host.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from bot.adapters.files.inventory_file import written
from bot.adapters.files.settings_file import shipped
from bot.domain.inventory import Connection, ConnectionKind, Host, SudoMode
from bot.errors import ConfigError
from bot.settings import Home

COPIED = ("overseer.yaml", "policies.cedar", "policy-tests.yaml")


def prepare(home: Home) -> tuple[str, ...]:
    """Make the home complete; what is there already is left as it is.

    Returns the names of the files that were written.

    Raises:
        ConfigError: the folder can't be made or belongs to somebody else.
    """
    try:
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if home.path.stat().st_uid != os.getuid():
            raise ConfigError(
                "This home belongs to another user.",
                path=str(home.path),
                cure="Choose another with --home DIR.",
            )
        home.path.chmod(0o700)
        home.secrets.mkdir(mode=0o700, exist_ok=True)
        home.backups.mkdir(mode=0o700, exist_ok=True)
        return _write_missing(home)
    except OSError as error:
        raise ConfigError(
            f"It can't be written: {error.strerror}.",
            path=str(home.path),
            cure="Choose another with --home DIR.",
        ) from error


def _write_missing(home: Home) -> tuple[str, ...]:
    made: list[str] = []
    for name in COPIED:
        target = home.path / name
        if not target.exists():
            shutil.copyfile(shipped() / name, target)
            target.chmod(0o600)
            made.append(name)
    for target, text in ((home.inventory, _inventory()), (home.people, _people())):
        if not target.exists():
            write_private(target, text)
            made.append(target.name)
    return tuple(made)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, as a whole or not at all."""
    scratch = path.with_name(f".{path.name}.new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


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
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return SudoMode.PASSWORDLESS if asked.returncode == 0 else SudoMode.NONE


def own_name() -> str:
    """The operating system's name of who runs this, as the terminal's socket reports it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _people() -> str:
    user = own_name()
    name = "".join(c for c in user.lower() if c.isalnum() or c in "._-").lstrip("._-") or "admin"
    return (
        "# Who may do what. Roles: viewer, operator, approver, admin.\n"
        "# An identity is `surface:account`; the terminal knows you as `os:USER`.\n"
        "people:\n"
        f"  {name[:32]}:\n"
        f"    display: {user[:1].upper() + user[1:]}\n"
        "    roles: [admin]\n"
        f"    identities: ['os:{user}', 'web:{name[:32]}']\n"
    )
