"""Opening a socket that nobody but whom it is for can reach, not even for a moment."""

from __future__ import annotations

import grp
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.terminal.client import at_path
from bot.adapters.terminal.way import weak_spot
from bot.errors import ConfigError, ConflictError

BACKLOG = 64


@dataclass(frozen=True)
class Shared:
    """A second place of the socket: the members of `group` may reach it."""

    path: Path
    group: str


@dataclass(frozen=True)
class Opened:
    """A socket that listens, and what lies in the file system for it."""

    sock: socket.socket
    path: Path
    inode: tuple[int, int]


def _listening(sock: socket.socket, path: Path) -> Opened:
    sock.listen(BACKLOG)
    info = path.lstat()
    return Opened(sock, path, (info.st_dev, info.st_ino))


def opened(path: Path) -> Opened:
    """A listening socket for its owner alone (0600, in a folder that is 0700).

    Raises:
        ConflictError: another server answers there, or something else lies there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _listening(_bound(path), path)


def opened_for(shared: Shared) -> Opened:
    """A listening socket for a group (0660). Who is at the other end, the kernel says.

    Raises:
        ConfigError: there is no such group, it is not one of ours, or others could put another
            socket in its place.
        ConflictError: as `opened`.
    """
    try:
        group = grp.getgrnam(shared.group).gr_gid
    except KeyError:
        raise _wrong(
            f"terminal.group: this machine has no group {shared.group}.",
            f"sudo groupadd {shared.group}, and add its members.",
        ) from None
    try:
        shared.path.parent.mkdir(mode=0o755, exist_ok=True)
        weak = weak_spot(shared.path.parent, {0, os.geteuid()})
    except OSError as error:
        raise _wrong(
            f"terminal.socket: {shared.path.parent} can't be used: {error.strerror}.",
            "Make that folder, owned by who runs Overseer (systemd: RuntimeDirectory=).",
        ) from error
    if weak is not None:
        raise _wrong(
            f"terminal.socket: others can write to {weak}, so they could put a socket of their "
            "own there.",
            "Choose a folder that only root or who runs Overseer can write to, and so all those "
            "above it.",
        )
    sock = _bound(shared.path)
    try:
        with at_path(shared.path) as name:  # nobody can connect before it listens
            os.chown(name, -1, group)
            Path(name).chmod(0o660)
    except PermissionError:
        sock.close()
        shared.path.unlink(missing_ok=True)
        raise _wrong(
            f"terminal.group: who runs Overseer is no member of {shared.group}.",
            f"sudo usermod -aG {shared.group} USER, then log in anew.",
        ) from None
    return _listening(sock, shared.path)


def _wrong(sentence: str, cure: str) -> ConfigError:
    return ConfigError(sentence, path="overseer.yaml", cure=cure)


def _bound(path: Path) -> socket.socket:
    with at_path(path) as name:
        if _stale(path, name):
            path.unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        old = os.umask(0o177)
        try:
            sock.bind(name)
        except OSError:
            sock.close()
            raise
        finally:
            os.umask(old)
    return sock


def _stale(path: Path, name: str) -> bool:
    """Whether a socket lies there that nobody listens on.

    Raises:
        ConflictError: somebody does.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISSOCK(mode):
        raise ConflictError(f"{path} is in the way: it is no socket.", cure="Move it elsewhere.")
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        probe.settimeout(2.0)
        probe.connect(name)
    except (ConnectionRefusedError, FileNotFoundError):
        return True
    except OSError:
        pass
    finally:
        probe.close()
    raise ConflictError(f"Another server listens on {path}.", cure="Stop that one first.")


def removed(opened: Opened) -> None:
    """Take our socket away, and nobody else's."""
    try:
        info = opened.path.lstat()
    except FileNotFoundError:
        return
    if (info.st_dev, info.st_ino) == opened.inode:
        opened.path.unlink(missing_ok=True)
