"""What a unit knows of the use of language models: per day, person, model and currency."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import func, select, update

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.tables import ModelUseRow, table
from bot.domain.usage import Usage, Used

_use = table(ModelUseRow)
_KEY = ("day", "person", "model", "currency")
_WHOSE = _KEY[1:]
_SUMMED = ("calls", "tokens_in", "cached", "tokens_out", "micros")

ADD_USE: Final = adding(_use)
MORE_USE: Final = Statement(
    update(_use)
    .where(
        *[_use.c[name] == given(name) for name in _KEY],
    )
    .values({name: _use.c[name] + given(name) for name in _SUMMED}),
    " ".join((*_KEY, *_SUMMED)),
)
USED: Final = Statement(
    select(*[_use.c[name] for name in _WHOSE], *[func.sum(_use.c[name]) for name in _SUMMED])
    .where(_use.c.day >= given("first"), _use.c.day <= given("last"))
    .group_by(*[_use.c[name] for name in _WHOSE])
    .order_by(*[_use.c[name] for name in _WHOSE]),
    "first last",
)


class UsagePart:
    """Tokens and money of language models."""

    _db: Handle

    def book(self, day: date, person: str, model: str, usage: Usage, currency: str = "") -> None:
        """Add to what a person has used of a model on a day (of the server's time zone)."""
        key = (day.isoformat(), rows.plain(person), rows.plain(model), rows.plain(currency))
        amounts = (usage.calls, usage.tokens_in, usage.cached, usage.tokens_out, usage.micros)
        if not self._db.change(MORE_USE, *key, *amounts):
            self._db.change(ADD_USE, *key, *amounts)

    def used(self, first: date, last: date) -> tuple[Used, ...]:
        """What was used from one day to another, both counted: by person, model, currency."""
        found = self._db.rows(USED, first.isoformat(), last.isoformat())
        return tuple(
            Used(person, model, Usage(**dict(zip(_SUMMED, amounts, strict=True))), currency)
            for person, model, currency, *amounts in found
        )
