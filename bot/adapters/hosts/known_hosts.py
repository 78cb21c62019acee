"""Which host keys are trusted: Overseer's own list and the user's, nothing without a list.

A line that can't be read is skipped, not fatal: one broken line must not lock every host out,
and skipping never trusts anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from bot.errors import ConfigError
from bot.settings import Home, HostSettings
from bot.settings.private import write_private

SSH_PORT = 22


@dataclass(frozen=True)
class Line:
    """One usable line of a known_hosts file."""

    path: Path
    number: int
    text: str


@dataclass(frozen=True)
class _Parsed:
    """What the files hold, and what of it is usable."""

    texts: tuple[str, ...]
    lines: list[Line]
    hosts: asyncssh.SSHKnownHosts


@dataclass(frozen=True)
class KnownHosts:
    """The files, in order. They are read for each connection: trust may be given meanwhile.

    What they hold is parsed once, and shared by all connections, for as long as it is the same:
    a hundred connections would otherwise parse, and keep, a hundred keys each.
    """

    paths: tuple[Path, ...]
    _parsed: list[_Parsed] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, home: Home, settings: HostSettings) -> KnownHosts:
        """Overseer's own file, then the configured one or `~/.ssh/known_hosts`."""
        user = Path(settings.known_hosts or "~/.ssh/known_hosts").expanduser()
        return cls((home.known_hosts, user))

    def lines(self) -> list[Line]:
        """Every usable line."""
        return self._now().lines

    def load(self) -> asyncssh.SSHKnownHosts:
        """What asyncssh matches against; it trusts nothing when there are no lines."""
        return self._now().hosts

    def _now(self) -> _Parsed:
        texts = tuple(map(_text_of, self.paths))
        if not self._parsed or self._parsed[0].texts != texts:
            lines = [
                Line(path, number, line.strip())
                for path, text in zip(self.paths, texts, strict=True)
                for number, line in enumerate(text.splitlines(), 1)
                if _usable(line)
            ]
            hosts = asyncssh.import_known_hosts("\n".join(line.text for line in lines))
            self._parsed[:] = [_Parsed(texts, lines, hosts)]
        return self._parsed[0]

    def known_lines(self, host: str, address: str, port: int) -> list[Line]:
        """The lines that are about this host, whatever their keys."""
        number = None if port == SSH_PORT else port
        return [
            line
            for line in self.lines()
            if any(asyncssh.import_known_hosts(line.text).match(host, address, number)[:3])
        ]


def algorithms(trusted: asyncssh.SSHKnownHosts, host: str, port: int) -> list[str]:
    """Signature algorithms of the keys trusted under this name; empty when it is not known.

    A host that is known by a certificate authority is left to asyncssh's own choice.
    """
    number = None if port == SSH_PORT else port
    keys, authorities, *_ = trusted.match(host, "", number)
    if authorities:
        return []
    return [alg.decode() for key in keys for alg in key.sig_algorithms]


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(
            f"The list of trusted host keys can't be read ({error.strerror}).", path=str(path)
        ) from error


def _usable(text: str) -> bool:
    text = text.strip()
    if not text or text.startswith("#"):
        return False
    try:
        asyncssh.import_known_hosts(text)
    except (ValueError, asyncssh.KeyImportError):
        return False
    return True


def known_hosts_line(host: str, port: int, key: asyncssh.SSHKey) -> str:
    """The line by which a host's key is known, as OpenSSH writes it."""
    name = host if port == SSH_PORT else f"[{host}]:{port}"
    return f"{name} {' '.join(key.export_public_key().decode().split()[:2])}"


def trust(home: Home, line: str) -> None:
    """Add a line to Overseer's known_hosts, which others can't write.

    The file is replaced in one step, so that a reader sees the old list or the new one.

    Raises:
        ConfigError: that is no known_hosts line, or the file can't be written.
    """
    line = line.strip()
    try:
        asyncssh.import_public_key(line.split(None, 1)[1])
    except (IndexError, asyncssh.KeyImportError) as error:
        raise ConfigError(f"This is no known_hosts line: {line[:80]!r}") from error
    if "\n" in line or not _usable(line):
        raise ConfigError(f"This is no known_hosts line: {line[:80]!r}")
    path = home.known_hosts
    try:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if line in old.splitlines():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, f"{old.rstrip()}\n{line}\n".lstrip("\n"))
    except OSError as error:
        raise ConfigError(f"It can't be written ({error.strerror}).", path=str(path)) from error
