"""What may still run on a host after whoever started it gave up: nothing is changed beside it.

An attempt that ends in doubt (its host went silent, Overseer failed at it) leaves the names of
its commands in the store, in the same transaction. They outlive the run: it may be decided, or
let go after half an hour, while its command goes on. Whoever next changes that host asks it
first, and starts nothing while one of them runs; what is over is asked about no more.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.domain.inventory import Target
from bot.domain.runs import Attempt, StepState
from bot.errors import HostError, HostKeyChangedError, StoreBusyError
from bot.execution.attempt import Ended
from bot.execution.ledger import write_over
from bot.execution.live_run import Live
from bot.ports import FoundState, HostRunner, Leftover, Store

_log = structlog.get_logger(__name__)


class Leftovers:
    """Asks hosts about what earlier attempts left there."""

    def __init__(self, store: Store, hosts: HostRunner) -> None:
        """Use this store and these hosts."""
        self._store = store
        self._hosts = hosts

    async def in_the_way(self, live: Live, attempt: Attempt, target: Target) -> Ended | None:
        """Why a change must not start on a host now; None when nothing of before runs there.

        Earlier attempts at the very same are left to recovery, which follows what runs; while
        they are in doubt, so is one that was not begun because of others.
        """
        in_doubt = bool(live.own_left(attempt))
        state = StepState.INTERRUPTED if in_doubt else StepState.FAILED
        over: list[Leftover] = []
        try:
            for one in live.others_left(attempt):
                found = await self._hosts.find(target, one.name, sudo=one.sudo)
                if found.state is FoundState.RUNNING:
                    return Ended(
                        state,
                        f"a command of #{one.plan} still runs there, so nothing was started "
                        "beside it",
                        changed=in_doubt,
                    )
                over.append(one)
        except HostKeyChangedError as error:
            return Ended(state, str(error), changed=in_doubt, drift=str(error))
        except HostError as error:
            return Ended(state, str(error), changed=in_doubt)
        finally:
            await self._cleared(live, over)
        return None

    async def _cleared(self, live: Live, over: Iterable[Leftover]) -> None:
        gone = tuple(over)
        if not gone:
            return
        try:
            await self._store.write(lambda unit: write_over(unit, gone))
        except StoreBusyError as error:  # only tidying: it is asked about once more
            _log.info("leftovers_not_cleared", plan=live.plan.id, error=str(error))
            return
        live.over(gone)
