"""What a unit knows of deliveries that were taken in and are not done: a row for each.

However many wait, one more or one less is one row; and whoever looks for those that nobody is at
reads their keys first.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, func, select, update

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.tables import KeptRow, table

_kept = table(KeptRow)
_ONE = (_kept.c.box == given("box"), _kept.c.key == given("key"))

KEEP: Final = adding(_kept, without="id")
KEEP_ON: Final = Statement(update(_kept).where(*_ONE).values(entry=given("entry")), "box key entry")
KEPT: Final = Statement(select(_kept.c.entry).where(*_ONE), "box key")
KEYS: Final = Statement(
    select(_kept.c.key).where(_kept.c.box == given("box")).order_by(_kept.c.id), "box"
)
WITH: Final = Statement(
    select(_kept.c.entry)
    .where(_kept.c.box == given("box"), func.instr(_kept.c.entry, given("text")) > 0)
    .order_by(_kept.c.id),
    "box text",
)
DROP: Final = Statement(delete(_kept).where(*_ONE), "box key")


class KeptPart:
    """What is taken in and not done."""

    _db: Handle

    def keep(self, box: str, key: str, entry: Any) -> None:
        """Remember it (JSON), instead of what stood under that key."""
        box, key, text = rows.plain(box), rows.plain(key), rows.json_out(entry)
        if not self._db.change(KEEP_ON, box, key, text):
            self._db.change(KEEP, box, key, text)

    def kept(self, box: str, key: str) -> Any:
        """What is remembered under a key, or None."""
        row = self._db.row(KEPT, rows.plain(box), rows.plain(key))
        return None if row is None else rows.json_in(row[0])

    def kept_keys(self, box: str) -> tuple[str, ...]:
        """The keys of a box, the oldest first."""
        return tuple(row[0] for row in self._db.rows(KEYS, rows.plain(box)))

    def kept_with(self, box: str, field: str, value: str) -> Any:
        """The oldest entry of a box of which a field is this, or None; no other one is read."""
        text = rows.json_out({field: value})[1:-1]
        found = (rows.json_in(each[0]) for each in self._db.rows(WITH, rows.plain(box), text))
        return next((entry for entry in found if entry.get(field) == value), None)

    def drop(self, box: str, key: str) -> bool:
        """Forget it; False when it was not remembered."""
        return bool(self._db.change(DROP, rows.plain(box), rows.plain(key)))
