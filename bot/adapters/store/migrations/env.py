"""Alembic's entry: `maintenance.migrate` hands over a connection inside its transaction."""

from __future__ import annotations

from alembic import context

from bot.adapters.store.tables import NAMES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=NAMES,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
