"""A `HostRunner` on whatever carries an argv to a machine."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

from bot.adapters.hosts import scripts
from bot.adapters.hosts.access import same
from bot.adapters.hosts.carrier import Carrier, CutError
from bot.adapters.hosts.changing import Changes
from bot.adapters.hosts.output import Capture
from bot.adapters.hosts.reading import Reads
from bot.adapters.hosts.sentences import lost, sudo_failed
from bot.domain.inventory import Host, SudoMode, Target
from bot.errors import (
    ConfigError,
    HostError,
    HostKeyChangedError,
    HostKeyUnknownError,
    HostSudoError,
    HostUnreachableError,
    OverseerError,
)
from bot.ports import HostCheck

_POLL_S = 1.0


class CarrierRunner(Reads, Changes, ABC):
    """Everything of a `HostRunner` but the way to the machine, which subclasses add."""

    @abstractmethod
    async def offered_key(self, host: Host) -> tuple[str, str]:
        """The key that the host offers, trusted or not."""

    async def identify(self, host: Host) -> Target:
        """Connect and freeze the identity."""
        machine = (await self.reach(host)).machine
        return Target(
            name=host.name,
            kind=host.connection.kind,
            address=machine.address,
            port=machine.port,
            user=machine.user,
            fingerprint=machine.fingerprint,
            boot_id=machine.boot_id,
            environment=host.environment,
            groups=host.groups,
            sudo=SudoMode.ROOT if machine.is_root else host.connection.sudo,
            is_self=machine.is_self,
        )

    async def reboot_wait(self, target: Target, old_boot_id: str, *, timeout_s: float) -> str:
        """Wait until the host answers with another boot id, and return that.

        Raises:
            HostUnreachableError: it did not within `timeout_s`.
            HostKeyChangedError: another machine came back.
        """
        host = self.host_of(target)
        until = self._clock.monotonic() + timeout_s
        while True:
            try:
                machine = (await self.reach(host, fresh=True)).machine
                if machine.boot_id and machine.boot_id != old_boot_id:
                    return same(target, machine).boot_id
                why = "It still answers with the boot id that it had before."
            except HostKeyChangedError:
                raise
            except HostError as error:
                why = error.sentence
            if self._clock.monotonic() >= until:
                raise HostUnreachableError(
                    f"{host.name} was not seen to come back within {timeout_s:.0f} s. {why}",
                    host=host.name,
                    cure="Look at its console.",
                )
            await self._clock.sleep(_POLL_S)

    async def check(self, host: Host) -> HostCheck:
        """What works there and what to do about what doesn't. Raises nothing."""
        try:
            carrier = await self.reach(host)
        except HostKeyUnknownError as error:
            return HostCheck(host.name, reach=True, key=False, advice=(str(error),))
        except HostUnreachableError as error:
            return HostCheck(host.name, reach=False, advice=(str(error),))
        except ConfigError as error:  # a secret that is not set: nobody went there
            return HostCheck(host.name, advice=(str(error),))
        except OverseerError as error:
            return HostCheck(host.name, reach=True, key=True, advice=(str(error),))
        advice: list[str] = []
        sudo: bool | None = None
        try:
            async with asyncio.timeout(self._settings.read_timeout):
                sudo = await self._sudo_check(host, carrier, advice)
                systemd, system = await self._system_check(host, carrier, advice)
        except (TimeoutError, CutError) as error:
            advice.append(str(lost(host.name, str(error) or "it stopped answering")))
            return HostCheck(host.name, reach=True, key=True, sudo=sudo, advice=tuple(advice))
        return HostCheck(
            host.name,
            reach=True,
            key=True,
            sudo=sudo,
            systemd=systemd,
            system=system,
            advice=tuple(advice),
        )

    async def _sudo_check(self, host: Host, carrier: Carrier, advice: list[str]) -> bool:
        try:
            if await self.sudo_works(host, carrier):
                return True
            advice.append(str(sudo_failed(host, carrier.machine.user, "")))
        except HostSudoError as error:
            if host.connection.sudo is not SudoMode.NONE:
                advice.append(str(error))
        except OverseerError as error:
            advice.append(str(error))
        return False

    async def _system_check(
        self, host: Host, carrier: Carrier, advice: list[str]
    ) -> tuple[bool, str]:
        out = Capture(4096)
        await carrier.execute(
            ("sh", "-c", scripts.CHECK),
            lambda data, is_error: None if is_error else out.feed(data),
        )
        systemd, system, tools, kills = [*out.text().splitlines(), "", "", "", ""][:4]
        if systemd != "systemd":
            advice.append(f"{host.name} does not run systemd: services can't be managed there.")
        if tools != "tools":
            advice.append(
                f"{host.name} has no setsid or mkfifo: only reads work there. "
                "Install util-linux and coreutils."
            )
        if kills == "b true" and not carrier.machine.is_root:
            advice.append(
                f"{host.name} ends a user's processes at logout, also changes that should go "
                f"on. Set `KillExcludeUsers=root {carrier.machine.user}` in "
                "/etc/systemd/logind.conf there."
            )
        return systemd == "systemd", system

    async def close(self) -> None:
        """Wait for the last reads that are being ended, and let go of what was started."""
        await self.let_go()
        if self._reapers:
            await asyncio.wait(self._reapers)
