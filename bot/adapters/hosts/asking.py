"""One of the protocol's scripts, run on a host and heard to its end."""

from __future__ import annotations

import asyncio
from abc import ABC
from collections.abc import Callable
from weakref import WeakKeyDictionary

from bot.adapters.hosts.access import Access, same
from bot.adapters.hosts.carrier import Carrier, CutError, SilentError
from bot.adapters.hosts.frames import Frames
from bot.adapters.hosts.output import Capture
from bot.adapters.hosts.quoting import attempt_name
from bot.adapters.hosts.sentences import lost, refused, sudo_failed
from bot.adapters.hosts.talking import Talk
from bot.domain.inventory import Host, Target
from bot.errors import HostError
from bot.ports import Clock, Secrets
from bot.settings import HostSettings

ROOTS_RUNS = "/var/lib/overseer/runs"
"""Where root's attempts lie; everybody else's lie in `~/.overseer/runs`."""

Text = Callable[[str, str], tuple[str, ...]]
"""One of the scripts as an argv, once it is known where the attempts lie, and whether that
folder was seen to be safe."""


class Asking(Access, ABC):
    """Runs scripts on hosts."""

    def __init__(
        self, settings: HostSettings, secrets: Secrets, clock: Clock, *, runs_dir: str = ""
    ) -> None:
        """See `Access`."""
        super().__init__(settings, secrets, clock, runs_dir=runs_dir)
        self._safe: WeakKeyDictionary[Carrier, set[str]] = WeakKeyDictionary()
        """Per connection the folders that were seen to be what they should be."""

    def _script(self, text: str, operation: str, attempt: str, *rest: str) -> Text:
        head = ("sh", "-c", text, "overseer", operation, attempt_name(attempt))
        return lambda base, safe: (*head, base, safe, *rest)

    async def _ask(
        self, host: Host, target: Target, script: Text, *, sudo: bool,
        urgent: bool = False, hidden: str | None = "",
    ) -> Frames:  # fmt: skip
        """Ask something that may be asked again; `hidden` is masked, None hides all it printed."""
        try:
            async with asyncio.timeout(self._settings.read_timeout):
                for last in (False, True):
                    frames = Frames(self._settings.output_cap_bytes, blind=hidden is None)
                    frames.hide(hidden or "")
                    try:
                        await self._once(host, target, script, frames, sudo=sudo, urgent=urgent)
                        break
                    except CutError as cut:
                        if last:
                            raise lost(host.name, str(cut)) from cut
                        if isinstance(cut, SilentError):
                            await self.reach_again(host, cut)
        except TimeoutError as error:
            raise lost(host.name, "it stopped answering") from error
        return frames

    async def _once(
        self, host: Host, target: Target, script: Text, frames: Frames,
        *, sudo: bool, urgent: bool = False, talk: Talk | None = None,
    ) -> None:  # fmt: skip
        """Run one of the protocol's scripts and feed its frames.

        Its first one it says before it does anything: what ends without a frame did nothing.
        """
        carrier = await self.reach(host)
        machine = same(target, carrier.machine)
        complaint = Capture(4096)
        as_root = sudo or machine.is_root
        base = self._runs_dir or (ROOTS_RUNS if as_root else "")
        safe = self._safe.setdefault(carrier, set())
        argv = script(base, "safe" if base in safe else "-")
        stdin = b""
        if sudo:
            argv = self.as_root(host, machine, argv)
            password = await self.sudo_line(host, machine)
            frames.hide(password.decode())
            stdin = password
        silent = frames.count

        def feed(data: bytes, is_error: bool) -> None:
            if is_error:
                complaint.feed(data)
            else:
                frames.feed(data)
            if talk is not None:
                talk.heard(frames.word, spoke=frames.count > silent)

        keep = talk.opened if talk is not None else None
        running = carrier.execute(argv, feed, stdin=stdin, urgent=urgent, keep=keep)
        ended = await (talk.attend(running) if talk is not None else running)
        if frames.word == "x":
            raise refused(host.name, frames.said)
        if frames.word in {"f", "r", "l", "a"}:
            safe.add(base)
        if frames.word or ended is None:
            return
        if ended.status is None or frames.count > silent:
            how = f"ended by {ended.signal}" if ended.signal else "ended there"
            raise CutError(f"its shell was {how}", sent=True)
        blamed = [line for line in complaint.text().splitlines() if "sudo" in line]
        if sudo and not machine.is_root and blamed:
            raise sudo_failed(host, machine.user, "\n".join(blamed))
        said = complaint.text().strip() or f"exit {ended.status}"
        raise HostError(
            f"{host.name} could not run Overseer's script: {said[:300]}", host=host.name
        )
