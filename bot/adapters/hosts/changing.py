"""Changes: a supervisor on the host outlives us; we follow it and find it again.

A change is started and followed in one `execute`. Because an attempt starts once however
often it is asked for, a cut is answered by asking again from where the output stopped. Only
when the host stays away is the change given up as lost, for `find` to settle later.
"""

from __future__ import annotations

import asyncio
import secrets as tokens
from abc import ABC
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.adapters.hosts import scripts, start_script
from bot.adapters.hosts.asking import Asking, Text
from bot.adapters.hosts.carrier import CutError
from bot.adapters.hosts.frames import Frames, Tokens
from bot.adapters.hosts.quoting import argv_of, attempt_name
from bot.adapters.hosts.sentences import GivenUpError, lost
from bot.adapters.hosts.talking import Talk
from bot.domain.commands import CommandResult, SecretRef, Shell, Upload
from bot.domain.inventory import Host, Target
from bot.errors import HostError, HostLostError, OverseerError, SecretError
from bot.ports import Clock, Cut, Found, FoundState, Hear, HostCommand, Secrets
from bot.settings import HostSettings

RECONNECTS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each try to find a change again whose connection was cut."""

_GRACE_S = 10
_AFTER_KILL_S = 15.0


class Changes(Asking, ABC):
    """The change protocol, from our side."""

    def __init__(
        self, settings: HostSettings, secrets: Secrets, clock: Clock, *, runs_dir: str = ""
    ) -> None:
        """See `Access`."""
        super().__init__(settings, secrets, clock, runs_dir=runs_dir)
        self._tokens = Tokens()
        self._lingering: dict[tuple[str, str], list[Talk]] = {}

    async def change(
        self,
        target: Target,
        command: HostCommand,
        *,
        attempt: str,
        timeout_s: float,
        killable: bool = True,
        hear: Hear | None = None,
        cut: Cut | None = None,
    ) -> CommandResult:
        """Start a change in its own session and follow it.

        Cancelling this call leaves the change running; `find` and `follow` take it up again.
        """
        host = self.host_of(target)
        argv = argv_of(command)
        mark = tokens.token_hex(8)
        payload, kind = await self._input(command, mark)
        frames = Frames(self._settings.output_cap_bytes, hear)
        if kind == "secret":
            frames.hide(payload.decode())
        token = self._tokens.use(host.name, attempt_name(attempt))
        cap = str(self._settings.output_cap_bytes)

        def ask() -> Text:
            offsets = map(str, frames.offsets)
            how = (token, *offsets, kind, mark, cap)
            return self._script(start_script.START, "start", attempt, *how, *argv)

        async def start(script: Text) -> None:
            talk = Talk(mark, payload)
            await self._once(host, target, script, frames, sudo=command.sudo, talk=talk)
            self._linger((host.name, attempt), talk)

        following = self._follow(host, frames, ask, start, cut)
        limit = timeout_s if killable else None
        return await self._await(target, attempt, frames, following, limit, sudo=command.sudo)

    async def follow(
        self,
        target: Target,
        attempt: str,
        *,
        sudo: bool,
        timeout_s: float,
        secret: SecretRef | None = None,
        hear: Hear | None = None,
        cut: Cut | None = None,
    ) -> CommandResult:
        """Wait for an attempt that is still running; on timeout it is ended."""
        host = self.host_of(target)
        hidden = await self._hidden(secret)
        frames = Frames(self._settings.output_cap_bytes, hear, blind=hidden is None)
        frames.hide(hidden or "")

        def ask() -> Text:
            offsets = map(str, frames.offsets)
            how = (tokens.token_hex(8), *offsets, "1")
            return self._script(scripts.LOOK, "follow", attempt, *how)

        async def look(script: Text) -> None:
            await self._once(host, target, script, frames, sudo=sudo)

        following = self._follow(host, frames, ask, look, cut)
        return await self._await(target, attempt, frames, following, timeout_s, sudo=sudo)

    async def find(
        self, target: Target, attempt: str, *, sudo: bool, secret: SecretRef | None = None
    ) -> Found:
        """Ask what became of an attempt.

        *Absent* is a promise: a start that is still on its way will be refused there, unless
        this runner asks for it again.
        """
        host = self.host_of(target)
        hidden = await self._hidden(secret)
        script = self._script(scripts.LOOK, "find", attempt, tokens.token_hex(8), "0", "0", "0")
        frames = await self._ask(host, target, script, sudo=sudo, hidden=hidden)
        match frames.word:
            case "a":
                self._tokens.learn(host.name, attempt, frames.said)
                return Found(FoundState.ABSENT)
            case "r":
                return Found(FoundState.RUNNING)
            case "f":
                return Found(FoundState.FINISHED, frames.result())
            case _:
                return Found(FoundState.LOST, frames.result())

    async def kill(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """End the attempt's processes: TERM, and KILL for what is left after ten seconds.

        An attempt that has not come to its command yet, or is still on its way there, never
        will; one that is over is left alone.
        """
        host = self.host_of(target)
        how = (str(_GRACE_S), tokens.token_hex(8))
        script = self._script(scripts.KILL, "kill", attempt, *how)
        frames = await self._ask(host, target, script, sudo=sudo, urgent=True)
        if frames.word == "a":
            self._tokens.learn(host.name, attempt, frames.said)
        if frames.word == "k" and frames.said != "0":
            raise HostError(
                f"{frames.said} processes on {host.name} can't be ended; they may be waiting "
                "for a disk.",
                host=host.name,
            )

    async def forget(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """Remove what the attempt left on the host; refused while it runs."""
        host = self.host_of(target)
        for talk in tuple(self._lingering.get((host.name, attempt), ())):
            if await talk.forget():
                return
        script = self._script(scripts.FORGET, "forget", attempt)
        await self._ask(host, target, script, sudo=sudo)

    async def let_go(self) -> None:
        """Close the sessions that still wait for a *forget*; what they started goes on."""
        talks = [talk for lingering in self._lingering.values() for talk in lingering]
        await asyncio.gather(*(talk.close() for talk in talks))

    def _linger(self, of: tuple[str, str], talk: Talk) -> None:
        """The session that started it stays for a moment: to forget takes no other."""

        def gone() -> None:
            talks = self._lingering[of]
            talks.remove(talk)
            if not talks:
                del self._lingering[of]

        if talk.lingers(gone):
            self._lingering.setdefault(of, []).append(talk)

    async def _input(self, command: HostCommand, mark: str) -> tuple[bytes, str]:
        """What goes through stdin behind the line `mark`, and how the start script takes it.

        A secret ends with the mark again, an upload has its length: neither is taken by halves.
        """
        if isinstance(command, Upload):
            content = command.content.encode()
            return f"{mark}\n".encode() + content, str(len(content))
        if isinstance(command, Shell) and command.stdin:
            value = await self.value(command.stdin.reference)
            return f"{mark}\n{value}\n{mark}\n".encode(), "secret"
        return b"", "none"

    async def _hidden(self, secret: SecretRef | None) -> str | None:
        """The value to be masked; None where it can't be had, and so nothing may be shown."""
        try:
            return await self.value(secret.reference) if secret else ""
        except SecretError:
            return None

    async def _follow(
        self, host: Host, frames: Frames, ask: Callable[[], Text],
        once: Callable[[Text], Awaitable[None]], tell: Cut | None,
    ) -> None:  # fmt: skip
        """Ask, and after a cut ask again from where the output stopped, until there is an end."""
        maybe_started, tries, progress = False, 0, 0
        while True:
            why: Exception
            try:
                await once(ask())
                return
            except CutError as cut:
                maybe_started = maybe_started or cut.sent
                why = cut
            except OverseerError as error:  # also a secret that is gone by now
                if not maybe_started:
                    raise
                why = error
            if tell is not None:
                tell(str(why))
            if frames.count > progress:
                tries, progress = 0, frames.count
            if tries == len(RECONNECTS):
                raise lost(host.name, str(why)) from why
            await self._clock.sleep(RECONNECTS[tries])
            tries += 1
            frames.again(tell)

    async def _await(
        self, target: Target, attempt: str, frames: Frames,
        following: Coroutine[Any, Any, None], timeout_s: float | None, *, sudo: bool,
    ) -> CommandResult:  # fmt: skip
        """Wait for the end; past the timeout end it and wait for what is left of it."""
        task = asyncio.create_task(following)
        timed_out = False
        try:
            await asyncio.wait({task}, timeout=timeout_s)
            if not task.done():
                timed_out = True
                await self._end(target, attempt, sudo=sudo)
                await asyncio.wait({task}, timeout=_AFTER_KILL_S)
            if not task.done():
                raise lost(target.name, "it was ended and its result does not come")
            task.result()
        except GivenUpError:
            if not timed_out:
                raise
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        if frames.word == "f" or (frames.word in {"a", "x"} and timed_out):
            return frames.result(timed_out=timed_out)
        if frames.word == "a":
            raise HostError(f"{attempt} was never started on {target.name}.", host=target.name)
        raise HostLostError(
            f"{target.name} has no result of it: it was started and is gone without a status, "
            "by a reboot or because somebody ended it.",
            host=target.name,
        )

    async def _end(self, target: Target, attempt: str, *, sudo: bool) -> None:
        try:
            await self.kill(target, attempt, sudo=sudo)
        except OverseerError as error:
            raise lost(target.name, f"its time is up and it can't be ended: {error}") from error
