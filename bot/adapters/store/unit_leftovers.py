"""What a unit knows of commands that may still run on a host."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.tables import LeftoverRow, table
from bot.ports import Leftover

_left = table(LeftoverRow)
_THE_ONE = (_left.c.host == given("host"), _left.c.name == given("name"))

LEFT: Final = Statement(
    select(_left.c.host, _left.c.name, _left.c.plan, _left.c.sudo)
    .where(_left.c.host == given("host"))
    .order_by(_left.c.at, _left.c.name),
    "host",
)
LEFT_ANYWHERE: Final = Statement(
    select(_left.c.host, _left.c.name, _left.c.plan, _left.c.sudo).order_by(
        _left.c.host, _left.c.at, _left.c.name
    )
)
ADD_LEFT: Final = adding(_left)
DROP_LEFT: Final = Statement(delete(_left).where(*_THE_ONE), "host name")


class LeftoverPart:
    """Commands that may still run."""

    _db: Handle
    _now: datetime

    def leave(self, leftover: Leftover) -> None:
        """Remember what may still run on a host; once is enough."""
        self.cleared(leftover.host, leftover.name)
        self._db.change(
            ADD_LEFT, leftover.host, leftover.name, leftover.plan, leftover.sudo,
            rows.moment(self._now),
        )  # fmt: skip

    def left(self, hosts: Sequence[str] | None = None) -> tuple[Leftover, ...]:
        """What may still run on these hosts (None: on any), on each the oldest first."""
        if hosts is None:
            found = self._db.rows(LEFT_ANYWHERE)
        else:
            found = [row for host in dict.fromkeys(hosts) for row in self._db.rows(LEFT, host)]
        return tuple(Leftover(host, name, plan, bool(sudo)) for host, name, plan, sudo in found)

    def cleared(self, host: str, name: str) -> None:
        """It runs no more."""
        self._db.change(DROP_LEFT, host, name)
