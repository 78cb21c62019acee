"""One SSH connection, strictly: the host's key is known or there is no connection.

asyncssh opens ProxyJump hops by itself without our `known_hosts`, so each hop is dialled here
in the same strict way and handed over as a tunnel. What goes wrong becomes an error of
`bot.errors` here and nowhere else.
"""

from __future__ import annotations

import asyncio
import getpass
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import asyncssh
from asyncssh.config import SSHClientConfig
from asyncssh.encryption import get_default_encryption_algs
from asyncssh.kex import get_default_kex_algs
from asyncssh.public_key import get_default_public_key_algs

from bot.adapters.hosts.known_hosts import KnownHosts, algorithms, known_hosts_line
from bot.adapters.hosts.sentences import unanswered
from bot.domain.inventory import Connection, Host, Inventory
from bot.errors import (
    HostAuthError,
    HostError,
    HostKeyChangedError,
    HostKeyUnknownError,
    HostUnreachableError,
)
from bot.settings import HostSettings

KEX_FIRST = ("curve25519-sha256", "curve25519-sha256@libssh.org")
"""A cold connection is dominated by key exchange, and this is the quick one."""

CIPHERS_FIRST = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
"""asyncssh spends 2 µs on a packet with these, 12 with its first choice, ChaCha20."""

KEEPALIVES = 3

_HOPS = 5


@dataclass(frozen=True)
class Way:
    """Where a connection goes: what ssh_config makes of the inventory's words."""

    name: str
    target: str
    """What is looked up in ssh_config and dialled."""
    address: str
    port: int
    user: str
    jump: str
    key_name: str
    """Under which the host's key is known."""
    has_kex: bool
    """Whether ssh_config chooses the key exchange …"""
    has_key_algorithms: bool
    """… or the kinds of host keys …"""
    has_ciphers: bool
    """… or the ciphers."""


@cache
def _first(wanted: tuple[str, ...], default: Callable[[], Sequence[bytes]]) -> list[str]:
    """The wanted algorithms before asyncssh's others; one list for all connections."""
    return list(dict.fromkeys((*wanted, *(algorithm.decode() for algorithm in default()))))


class Client(asyncssh.SSHClient):
    """Remembers the key that was offered and not known, and never accepts one.

    `silent` says that the connection was given up because nobody answered on it.
    """

    def __init__(self) -> None:
        self.offered: asyncssh.SSHKey | None = None
        self.place: tuple[str, str, int] | None = None
        self.silent = False

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncssh`."""
        self.silent = isinstance(exc, asyncssh.ConnectionLost) and "keepalive" in str(exc)

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """See `asyncssh`: called for a key that is not known."""
        self.offered = key
        self.place = (host, addr, port)
        return False


class Dialler:
    """Opens connections by settings, inventory and trusted keys."""

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        settings: HostSettings,
        known_hosts: KnownHosts,
        value: Callable[[str], Awaitable[str]],
        *,
        keepalive_s: float = 10.0,
    ) -> None:
        """`value` resolves a secret's reference. A connection on which nothing runs is given up
        when the host leaves `KEEPALIVES` in a row unanswered, asked each `keepalive_s`."""
        self._inventory = inventory
        self._settings = settings
        self._known = known_hosts
        self._value = value
        self.keepalive_s = keepalive_s

    def way(self, host: Host) -> Way:
        """Where the connection to a host goes."""
        connection = host.connection
        target = connection.address or host.name
        paths = self._config_paths()
        port, user = connection.port or (), connection.user or ()
        try:
            config: Any = SSHClientConfig.load(
                None, paths, False, False, False, getpass.getuser(), user, target, port
            )
        except (asyncssh.ConfigParseError, OSError) as error:
            raise HostError(
                f"The ssh_config can't be read: {error}.", host=host.name, cure="Mend that file."
            ) from error
        return Way(
            name=host.name,
            target=target,
            address=str(config.get("Hostname", target)),
            port=int(config.get("Port", 22)),
            user=str(config.get("User", getpass.getuser())),
            jump=connection.proxy_jump or str(config.get("ProxyJump") or ""),
            key_name=str(config.get("HostKeyAlias") or config.get("Hostname", target)),
            has_kex=config.get("KexAlgorithms") is not None,
            has_key_algorithms=config.get("HostKeyAlgorithms") is not None,
            has_ciphers=config.get("Ciphers") is not None,
        )

    async def dial(
        self, host: Host, way: Way | None = None, _seen: tuple[str, ...] = ()
    ) -> asyncssh.SSHClientConnection:
        """Connect and log in, on the way that `way` found where that is known already.

        Raises:
            HostUnreachableError: nobody answers, or the way there is barred.
            HostKeyUnknownError, HostKeyChangedError: somebody answers who is not known.
            HostAuthError: the login is refused.
        """
        way = way or self.way(host)
        client = Client()
        tunnel = await self._tunnel(way, _seen)
        try:
            trusted = self._known.load()
            options = await self._options(host.connection, way, trusted)
            async with asyncio.timeout(self._settings.connect_timeout):
                connection = await asyncssh.connect(
                    way.target,
                    client_factory=lambda: client,
                    tunnel=tunnel,
                    known_hosts=trusted,
                    **options,
                )
        except BaseException as error:
            if tunnel:
                tunnel.close()
            if isinstance(error, Exception):
                raise self._translate(error, way, client) from error
            raise
        # Not before: a timer is set anew for each packet, and the login has its own timeout.
        connection.set_keepalive(self.keepalive_s, KEEPALIVES)
        if tunnel:
            _close_together(connection, tunnel)
        return connection

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """The key that the host offers first, and its fingerprint; nothing is trusted by this."""
        way = self.way(host)
        client = Client()
        tunnel = await self._tunnel(way, ())
        try:
            options = await self._options(host.connection, way, self._known.load())
            async with asyncio.timeout(self._settings.connect_timeout):
                connection = await asyncssh.connect(
                    way.target,
                    client_factory=lambda: client,
                    tunnel=tunnel,
                    known_hosts=asyncssh.import_known_hosts(""),
                    **(options | {"client_keys": None}),
                )
            connection.abort()
        except asyncssh.HostKeyNotVerifiable as error:
            if client.offered is None:
                raise HostError(
                    f"{host.name} shows a certificate instead of a plain host key: {error}.",
                    host=host.name,
                    cure="Add its authority as a @cert-authority line to known_hosts.",
                ) from error
        except Exception as error:
            raise self._translate(error, way, client) from error
        finally:
            if tunnel:
                tunnel.close()
        key = cast("asyncssh.SSHKey", client.offered)
        name, _, port = client.place or (way.key_name, "", way.port)
        return known_hosts_line(name, port, key), key.get_fingerprint()

    async def _tunnel(self, way: Way, seen: tuple[str, ...]) -> asyncssh.SSHClientConnection | None:
        """The connection to the last jump host, dialled as strictly as any."""
        if not way.jump or way.jump.lower() == "none":
            return None
        if len(seen) >= _HOPS or way.name in seen:
            raise HostError(
                f"The jump hosts of {way.name} lead in a circle: {' → '.join((*seen, way.name))}.",
                host=way.name,
                cure="Look at `proxy_jump` in inventory.yaml and ProxyJump in ssh_config.",
            )
        *before, last = [hop.strip() for hop in way.jump.split(",")]
        hop = self._hop(last)
        if before:
            jump = Connection.model_validate(
                hop.connection.model_dump() | {"proxy_jump": ",".join(before)}
            )
            hop = hop.model_copy(update={"connection": jump})
        try:
            return await self.dial(hop, None, (*seen, way.name))
        except HostKeyUnknownError:
            raise
        except HostError as error:
            raise type(error)(
                f"{way.name} is reached through {hop.name}, and there: {error.sentence}",
                host=way.name,
                cure=error.cure,
            ) from error

    def _hop(self, text: str) -> Host:
        """A jump host: one of the inventory by its name, else `[user@]address[:port]`."""
        known = self._inventory().host(text)
        if known is not None:
            return known
        user, _, place = text.rpartition("@")
        address, colon, port = place.rpartition(":")
        if not colon or not port.isdigit():
            address, port = place, ""
        return Host(
            name=text,
            connection=Connection(
                address=address.strip("[]"), port=int(port) if port else None, user=user
            ),
        )

    def _config_paths(self) -> list[str]:
        path = Path(self._settings.ssh_config).expanduser() if self._settings.ssh_config else None
        return [str(path)] if path and path.is_file() else []

    async def _options(
        self, connection: Connection, way: Way, trusted: asyncssh.SSHKnownHosts
    ) -> dict[str, Any]:
        options = self._open_options(connection, way, trusted)
        if connection.passphrase:
            options["passphrase"] = await self._value(connection.passphrase)
        if connection.password:
            options["password"] = await self._value(connection.password)
        return options

    def _open_options(
        self, connection: Connection, way: Way, trusted: asyncssh.SSHKnownHosts
    ) -> dict[str, Any]:
        """All of them but the secrets."""
        options: dict[str, Any] = {
            "config": self._config_paths(),
            "port": way.port,
            "username": way.user,
            "login_timeout": self._settings.connect_timeout,
            "agent_forwarding": False,
            "x11_forwarding": False,
            "gss_auth": False,
            "gss_kex": False,
        }
        if not way.has_kex:
            options["kex_algs"] = _first(KEX_FIRST, get_default_kex_algs)
        if not way.has_ciphers:
            options["encryption_algs"] = _first(CIPHERS_FIRST, get_default_encryption_algs)
        known = algorithms(trusted, way.key_name, way.port)
        if known and not way.has_key_algorithms:
            # The known key's kind first, then any: a host that lost that key is then seen to
            # show another one, instead of hanging up because no kind is common.
            options["server_host_key_algs"] = _first(tuple(known), get_default_public_key_algs)
        if connection.identity_file:
            options["client_keys"] = [str(Path(connection.identity_file).expanduser())]
        return options

    def _translate(self, error: Exception, way: Way, client: Client) -> Exception:
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return self._key_error(error, way, client)
        return translated(error, way, self._settings.connect_timeout)

    def _key_error(
        self, error: asyncssh.DisconnectError, way: Way, client: Client
    ) -> HostKeyUnknownError:
        fingerprint = client.offered.get_fingerprint() if client.offered else ""
        lines = self._known.known_lines(*(client.place or (way.key_name, "", way.port)))
        if lines:
            places = " and ".join(f"{line.path}:{line.number}" for line in lines)
            return HostKeyChangedError(
                f"{way.name} shows another host key than it used to"
                f"{f' ({fingerprint})' if fingerprint else f' ({error})'}: it was rebuilt, or "
                "somebody else answers in its place.",
                host=way.name,
                fingerprint=fingerprint,
                cure="Compare the key on its console with ssh-keygen -lf "
                "/etc/ssh/ssh_host_ed25519_key.pub; only if it is the same, remove "
                f"{places} by hand and run ./overseer hosts trust {way.name}",
            )
        return HostKeyUnknownError(
            f"The host key of {way.name} ({way.address}:{way.port}) has never been seen: "
            f"{fingerprint or error}.",
            host=way.name,
            fingerprint=fingerprint,
            cure=f"./overseer hosts trust {way.name}",
        )


def _close_together(
    connection: asyncssh.SSHClientConnection, tunnel: asyncssh.SSHClientConnection
) -> None:
    """Let the jump host's connection end with the one that goes through it."""
    connection.set_tunnel(cast("Any", tunnel))


def translated(error: Exception, way: Way, timeout_s: float) -> HostError | Exception:
    """asyncssh's and the system's errors as sentences; ours pass unchanged."""
    name, place = way.name, f"{way.address}:{way.port}"
    if isinstance(error, TimeoutError):
        return unanswered(name, place, timeout_s)
    unreachable: Sequence[tuple[type[Exception] | tuple[type[Exception], ...], str, str]] = (
        (ConnectionRefusedError, f"{name} refused the connection on {place}.",
         "Is sshd running there?"),
        (socket.gaierror, f"No address is known for {name}: {way.address!r} can't be looked up.",
         "Set its `address` in inventory.yaml, or HostName in ssh_config."),
        (asyncssh.ChannelOpenError,
         f"{name} can't be reached on {place} from its jump host {way.jump}: {error}.",
         "Is it up, and may the jump host forward (AllowTcpForwarding)?"),
        (asyncssh.KeyExchangeFailed,
         f"{name} and Overseer have no way to encrypt in common: {error}.",
         "Update OpenSSH there."),
    )  # fmt: skip
    for kind, sentence, cure in unreachable:
        if isinstance(error, kind):
            return HostUnreachableError(sentence, host=name, cure=cure)
    if isinstance(error, asyncssh.PermissionDenied):
        return HostAuthError(
            f"{name} does not accept the login as {way.user}.",
            host=name,
            cure=f"Put Overseer's public key into ~{way.user}/.ssh/authorized_keys there, or set "
            "`user`, `identity_file` or `password` for it in inventory.yaml.",
        )
    if isinstance(error, (asyncssh.KeyImportError, asyncssh.KeyEncryptionError)):
        return HostAuthError(
            f"The key for {name} can't be used: {error}.",
            host=name,
            cure="If it has a passphrase, set `passphrase` to a secret, or use ssh-agent.",
        )
    if isinstance(error, (asyncssh.Error, asyncssh.ConfigParseError, OSError, ValueError)):
        return HostUnreachableError(
            f"The connection to {name} on {place} failed: {error}.", host=name
        )
    return error
