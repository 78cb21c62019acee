"""What platforms call accounts and channels: kept in memory, and written down beside the work.

A platform tells names as it hears, an account's before what was said is taken in; nothing waits for
the database. The newest are kept, and those that were not written down when Overseer dies are told
again with the next words of whom they name.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.known import BOX, Known, known
from bot.domain.messages import Outside
from bot.ports import Store, Unit

MOST = 5_000


class Called:
    """Names by key (`slack:U024BE7LH`)."""

    def __init__(self, store: Store) -> None:
        """Nothing is known yet."""
        self._store = store
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._news: set[str] = set()
        self._untold: set[str] = set()
        self._others: set[str] = set()
        """Accounts that are, or are no longer, outside, which was not told yet."""
        self.turns = 0
        """Counts up whenever an account is outside, or no longer, as far as is known."""

    async def load(self) -> None:
        """Know what a former process wrote down."""

        def kept(unit: Unit) -> list[tuple[str, Known]]:
            keys = unit.kept_keys(BOX)[-MOST:]
            return [(key, Known.model_validate(unit.kept(BOX, key))) for key in keys]

        self._known.update(await self._store.read(kept))
        self.turns += 1

    def outside(self, key: str) -> Outside | None:
        """Why an account is none of the team's; None: it is, or nobody has told. For any thread."""
        return self.of(key).outside

    def learn(self, key: str, name: str, link: str = "", outside: Outside | None = None) -> None:
        """A platform calls it this from now on; empty: it has no name that others may know."""
        said = known(name, link, outside)
        if self._known.get(key, Known()) == said:
            return
        if self.outside(key) is not outside:
            self._others.add(key)
            self.turns += 1
        self._known[key] = said
        self._known.move_to_end(key)
        self._news.add(key)
        self._untold.add(key)
        while len(self._known) > MOST:
            oldest, was = self._known.popitem(last=False)
            self._news.add(oldest)
            self.turns += was.outside is not None

    def of(self, key: str) -> Known:
        """What it is called."""
        return self._known.get(key, Known())

    @contextmanager
    def telling(self) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        """What is called otherwise since it was told last; not told if that could not be done.

        The second are accounts that are, or are no longer, outside: told of wherever it concerns.
        """
        found, self._untold = frozenset(self._untold), set()
        others, self._others = frozenset(self._others), set()
        try:
            yield found, others
        except BaseException:
            self._untold |= found
            self._others |= others
            raise

    async def tick(self) -> None:
        """Write down what is new.

        Raises:
            StoreBusyError: it is tried again with the next one.
        """
        if not self._news:
            return
        news = {key: self._known.get(key, Known()) for key in self._news}

        def work(unit: Unit) -> None:
            for key, said in news.items():
                unit.drop(BOX, key)  # the newest are the last
                if said != Known():
                    unit.keep(BOX, key, said.model_dump())

        await self._store.write(work)
        self._news -= {key for key, said in news.items() if self._known.get(key, Known()) == said}
