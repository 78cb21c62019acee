"""One unit of work: everything that may be asked of the store inside one transaction.

The methods stand in parts, by noun: threads (with the posts that show them elsewhere), plans,
runs, leftovers, usage and the ledger. Each part is given the transaction's handle and the time at
which the unit began, and nothing else.
"""

from __future__ import annotations

from datetime import datetime

from bot.adapters.store.engine import Handle
from bot.adapters.store.unit_history import HistoryPart
from bot.adapters.store.unit_ledger import LedgerPart, Pending
from bot.adapters.store.unit_leftovers import LeftoverPart
from bot.adapters.store.unit_plans import PlanPart
from bot.adapters.store.unit_runs import RunPart
from bot.adapters.store.unit_threads import ThreadPart
from bot.adapters.store.unit_usage import UsagePart


class SqlUnit(ThreadPart, PlanPart, HistoryPart, RunPart, LeftoverPart, UsagePart, LedgerPart):
    """`bot.ports.Unit` on a transaction."""

    def __init__(self, handle: Handle, now: datetime, pending: Pending) -> None:
        """Begin at `now`; events wait in `pending` for the group's COMMIT."""
        self._db = handle
        self._now = now
        self._pending = pending

    @property
    def now(self) -> datetime:
        """The store's clock when the unit began."""
        return self._now
