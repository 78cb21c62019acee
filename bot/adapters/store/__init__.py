"""The store: SQLite behind `bot.ports.Store`.

`open_store` gives the store; `backup`, `restore` and `integrity` work on its file.
"""

from __future__ import annotations

from bot.adapters.store.maintenance import backup, integrity, restore
from bot.adapters.store.store import SqlStore, open_store

__all__ = ["SqlStore", "backup", "integrity", "open_store", "restore"]
