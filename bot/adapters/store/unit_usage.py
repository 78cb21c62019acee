"""What a unit knows of the use of language models: per day, person and model."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import func, select, update

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.tables import ModelUseRow, table
from bot.domain.usage import Usage
from bot.ports import Used

_use = table(ModelUseRow)
_SUMMED = ("calls", "tokens_in", "cached", "tokens_out", "micros")

ADD_USE: Final = adding(_use)
MORE_USE: Final = Statement(
    update(_use)
    .where(
        _use.c.day == given("day"), _use.c.person == given("person"), _use.c.model == given("model")
    )
    .values({name: _use.c[name] + given(name) for name in _SUMMED}),
    " ".join(("day", "person", "model", *_SUMMED)),
)
USED: Final = Statement(
    select(_use.c.person, _use.c.model, *[func.sum(_use.c[name]) for name in _SUMMED])
    .where(_use.c.day >= given("first"), _use.c.day <= given("last"))
    .group_by(_use.c.person, _use.c.model)
    .order_by(_use.c.person, _use.c.model),
    "first last",
)


class UsagePart:
    """Tokens and money of language models."""

    _db: Handle

    def book(self, day: date, person: str, model: str, usage: Usage) -> None:
        """Add to what a person has used of a model on a day (of the server's time zone)."""
        key = (day.isoformat(), rows.plain(person), rows.plain(model))
        amounts = (usage.calls, usage.tokens_in, usage.cached, usage.tokens_out, usage.micros)
        if not self._db.change(MORE_USE, *key, *amounts):
            self._db.change(ADD_USE, *key, *amounts)

    def used(self, first: date, last: date) -> tuple[Used, ...]:
        """What was used from one day to another, both counted: summed by person and model."""
        found = self._db.rows(USED, first.isoformat(), last.isoformat())
        return tuple(
            Used(person, model, Usage(**dict(zip(_SUMMED, amounts, strict=True))))
            for person, model, *amounts in found
        )
