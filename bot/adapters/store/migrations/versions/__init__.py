"""The revisions, oldest first in `bot.adapters.store.maintenance.REVISIONS`."""
