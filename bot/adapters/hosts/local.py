"""This machine as a host: the same protocol through subprocesses instead of SSH."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from bot.adapters.hosts.carrier import CutError, Ended, Feed, Machine, Stdin
from bot.adapters.hosts.quoting import MARK
from bot.adapters.hosts.runner import CarrierRunner
from bot.domain.inventory import ConnectionKind, Host, Inventory, Target
from bot.errors import HostError
from bot.ports import Clock, Secrets
from bot.settings import HostSettings

HELD_OPEN_S = 1.0
"""How long output is awaited that something holds open after the command's end."""

PASSED_ON = frozenset(
    "HOME LANG LANGUAGE LOGNAME PATH SHELL TERM TMPDIR TZ USER XDG_RUNTIME_DIR "
    "DBUS_SESSION_BUS_ADDRESS".split()
)
"""Of Overseer's own environment commands see this and `LC_*`: the rest may hold secrets."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class LocalCarrier:
    """Executes on this machine, in a session of its own and in the user's home."""

    def __init__(self) -> None:
        """Look up who we are."""
        user = pwd.getpwuid(os.geteuid())
        self._home = user.pw_dir if Path(user.pw_dir).is_dir() else "/"
        self._user = user.pw_name

    @property
    def machine(self) -> Machine:
        """This one."""
        return Machine(
            address="",
            port=0,
            user=self._user,
            boot_id=boot_id(),
            is_root=os.geteuid() == 0,
            is_self=True,
        )

    async def execute(
        self,
        argv: Sequence[str],
        feed: Feed,
        *,
        stdin: bytes = b"",
        mark: str = "",
        urgent: bool = False,
        keep: Callable[[Stdin], None] | None = None,
    ) -> Ended:
        """See `Carrier`."""
        env = {k: v for k, v in os.environ.items() if k in PASSED_ON or k.startswith("LC_")}
        if mark:
            env[MARK] = mark
        loop = asyncio.get_running_loop()
        try:
            transport, process = await loop.subprocess_exec(
                lambda: _Process(feed, loop),
                *argv,
                stdin=asyncio.subprocess.PIPE if stdin or keep else asyncio.subprocess.DEVNULL,
                env=env,
                cwd=self._home,
                start_new_session=True,
            )
        except FileNotFoundError:
            feed(f"{argv[0]}: not found\n".encode(), True)
            return Ended(127)
        except PermissionError:
            feed(f"{argv[0]}: permission denied\n".encode(), True)
            return Ended(126)
        except OSError as error:
            raise CutError(f"no process could be started: {error}", sent=False) from error
        try:
            if stdin or keep:
                pipe = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
                held = _Held(pipe)
                if stdin:
                    held.say(stdin)
                keep(held) if keep else held.say(b"")
            await process.done
        finally:
            process.let_go()
        code = cast("int", transport.get_returncode())
        return Ended(code) if code >= 0 else Ended(None, signal.Signals(-code).name[3:])


class _Held:
    """A process's stdin; see `Stdin`. Here nothing is scarce that a waiting one could give back."""

    def __init__(self, pipe: asyncio.WriteTransport) -> None:
        self._pipe = pipe

    def say(self, data: bytes) -> None:
        if self._pipe.is_closing():
            return
        if data:
            self._pipe.write(data)
        else:
            self._pipe.write_eof()

    def rest(self) -> None:
        pass


class _Process(asyncio.SubprocessProtocol):
    """Feeds output and says when the process has ended and its output as well."""

    def __init__(self, feed: Feed, loop: asyncio.AbstractEventLoop) -> None:
        self._feed = feed
        self._loop = loop
        self._open = {1, 2}
        self._exited = False
        self._let_go = False
        self._transport: asyncio.SubprocessTransport | None = None
        self.done: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._feed(data, fd == 2)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open.discard(fd)
        if self._exited and not self._open:
            self._finish()

    def process_exited(self) -> None:
        self._exited = True
        if self._let_go and self._transport:
            self._transport.close()
        elif self._open:
            self._loop.call_later(HELD_OPEN_S, self._finish)
        else:
            self._finish()

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def let_go(self) -> None:
        """Close the pipes. What still runs is not killed, as `transport.close` would do: a sudo
        that is killed leaves its command behind, unmarked."""
        assert self._transport is not None  # noqa: S101 - set before anything else is called
        for number in range(3):
            pipe = self._transport.get_pipe_transport(number)
            if pipe is not None:
                pipe.close()
        self._let_go = True
        if self._exited:
            self._transport.close()


def boot_id() -> str:
    """This machine's boot id, empty where the kernel has none."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


class LocalRunner(CarrierRunner):
    """The `HostRunner` of hosts with `kind: local`.

    Its changes outlive Overseer as they outlive a connection elsewhere. Where Overseer is a
    systemd unit, that unit needs `KillMode=process`, or systemd ends them with it.
    """

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        settings: HostSettings,
        secrets: Secrets,
        clock: Clock,
        *,
        runs_dir: str = "",
    ) -> None:
        """`inventory` gives the current one; `runs_dir` is for tests."""
        super().__init__(settings, secrets, clock, runs_dir=runs_dir)
        self._inventory = inventory
        self._carrier = LocalCarrier()

    def host_of(self, target: Target) -> Host:
        """The host as the current inventory has it."""
        return known(self._inventory(), target)

    async def reach(self, host: Host, *, fresh: bool = False) -> LocalCarrier:
        """We are here."""
        return self._carrier

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """There is none."""
        raise HostError(
            f"{host.name} is this machine: there is no host key to trust.", host=host.name
        )


def known(inventory: Inventory, target: Target) -> Host:
    """The target's host in the current inventory.

    Raises:
        HostError: it is gone from there, or is now reached in another way.
    """
    host = inventory.host(target.name)
    if host is None:
        raise HostError(
            f"{target.name} is no longer in the inventory.",
            host=target.name,
            cure="Put it back into inventory.yaml, or ask again without it.",
        )
    if host.connection.kind is not target.kind:
        kind = "this machine" if host.connection.kind is ConnectionKind.LOCAL else "SSH"
        raise HostError(
            f"{target.name} was planned as {target.kind} and is now listed as {kind}.",
            host=target.name,
            cure="Ask again.",
        )
    return host
