"""One open browser page: what it shows, and how it is kept current.

The page is a view. It reads what it shows from the ears when it opens, then lays newer items
over it as they are pushed, at most five times a second, and asks nobody while nothing
happens. An item that is older than the one shown (by serial) is dropped.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import structlog
from nicegui import Client, ui
from nicegui.element import Element

from bot.adapters.web.books_view import nav_html
from bot.adapters.web.doors import EYE
from bot.adapters.web.guard import Visit
from bot.adapters.web.routes import may_read, own_thread, thread_ref
from bot.adapters.web.shelf import book_html, is_book
from bot.adapters.web.thread_view import (
    HEARD,
    SKIP,
    Place,
    composer_html,
    earlier_html,
    frozen_html,
    name_html,
    nothing_html,
    path_of,
    sidebar_html,
    top_html,
)
from bot.domain.cards import ThreadItem
from bot.domain.messages import Person
from bot.errors import OverseerError, RequestError
from bot.ports import Ears

if TYPE_CHECKING:
    from bot.adapters.web.surface import WebSurface

log = structlog.get_logger()

EVERY_S = 0.2
SOON_S = 0.01
"""What comes together is drawn together; the first after a quiet time waits no longer."""
LISTS_EVERY_S = 1.0
SHOWN = 120
"""Items of a long conversation that are drawn; the newest."""
PATIENCE_S = 60.0
"""How long a page may take to be drawn: late on a busy machine is better than an error."""


class Morph(Element, component="morph.js"):
    """A piece of HTML that is laid over its former self in the browser."""

    def __init__(self, html: str = "", *, news: bool = False) -> None:
        """`news`: it came while the page was open, so it is told to who can't see it come."""
        super().__init__()
        self.html = html
        self._props["html"] = html
        self._props["news"] = news

    def draw(self, html: str) -> None:
        """Show this instead, if it differs."""
        if html != self.html:
            self.html = html
            self._props["html"] = html
            self.update()


class Page:
    """The pieces of one page and what has to be redrawn."""

    def __init__(self, surface: WebSurface, visit: Visit, client: Client) -> None:
        self.surface = surface
        self.visit = visit
        self.client = client
        self.place = Place(thread="", path="/")
        self._items: dict[str, ThreadItem] = {}
        self._drawn: dict[str, Morph] = {}
        self._sheet: Morph | None = None
        self._news: dict[str, ThreadItem] = {}
        self._reads = False
        self._lists_old = False
        self._lists_at = 0.0
        self._news_at = 0.0
        self._handle: asyncio.TimerHandle | None = None
        self._work: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()
        self._build()

    @property
    def ears(self) -> Ears:
        """Whom to ask."""
        return self.surface.ears

    @property
    def person(self) -> Person:
        """The reader as `people.yaml` has them now."""
        return self.ears.people().named(self.visit.person.name) or self.visit.person

    def _build(self) -> None:
        ui.add_head_html(self.surface.head_html(self.person))
        if slot := self.client.content.parent_slot:
            slot.parent.props("role=none")  # Quasar's own `main` around ours
        with self.client.content, ui.element("div").classes("o-app"):
            Morph(SKIP).classes("o-skip")
            Morph(top_html(EYE)).classes("o-top").props("role=banner")
            self._sidebar = Morph().classes("o-sidebar")
            self._sidebar.props('role="complementary" aria-label="Sidebar"')
            with ui.element("main").classes("o-main").props('id="main"'):
                self._frozen = Morph().classes("o-banner")
                self._name = Morph().classes("o-unseen")
                self._log = ui.element("div").classes("o-log")
                self._log.props('role="region" tabindex="0"')
                self._composer = Morph().classes("o-foot-bar")
            Morph(HEARD).classes("o-unseen")
        ui.on("o-open", lambda event: self._go(event.args))

    # -- going somewhere -------------------------------------------------------------------

    async def _go(self, args: Any) -> None:
        """The reader follows a link inside the page."""
        path = args.get("path") if isinstance(args, dict) else None
        if isinstance(path, str) and await self.surface.admits(self.visit):
            await self.open(path, everything=args.get("all") is True)

    async def open(self, path: str, *, everything: bool = False) -> None:
        """Show what an address names; of a long conversation the newest, unless `everything`."""
        async with self._busy:
            self.place, items = await self._find(path)
            self._items.clear()
            self._drawn.clear()
            self._log.clear()
            self._sheet = None
            self._log.props(f'aria-label="{"Page" if self.place.book else "Conversation"}"')
            if self.place.book:
                with self._log:
                    self._sheet = Morph().classes("o-item o-wide")
            shown = items if everything else items[-SHOWN:]
            for item in shown:
                self._take(item)
            if len(shown) < len(items):
                with self._log:
                    Morph(earlier_html(len(items) - len(shown)))
            if not items and self.place.may_say:
                welcome = self.ears.welcome(self.person)
                self._news["welcome"] = ThreadItem(
                    seq=0,
                    thread=self.place.thread,
                    at=self.surface.now(),
                    kind="card",
                    card=welcome,
                )
            self._composer.draw("" if self.place.book else composer_html(self.place))
            self._draw_news(told=False)
            await self._draw_reading()
            await self._draw_lists()

    async def _find(self, path: str) -> tuple[Place, tuple[ThreadItem, ...]]:
        """The place that an address names and what stands there, from what we may read."""
        nowhere = Place(thread="", path=path, may_say=False, found=False)
        if self.surface.books is not None and is_book(path):
            return Place(thread="", path=path, may_say=False, book=True), ()
        try:
            if match := re.fullmatch(r"/plan/(\d{1,12})", path):
                item = await self.ears.card(int(match[1]))
                if item is None:
                    return nowhere, ()
                ref = thread_ref(item.thread)
                whose = self.ears.people().named(ref.channel)
                mine = await may_read(self.ears, self.person, ref)
                place = Place(
                    thread=item.thread,
                    path=path,
                    plan=int(match[1]),
                    may_say=False,
                    whose=whose.display if whose else "",
                    all_of_it=path_of(item.thread, self.person.name) if mine else "",
                )
                return place, (item,)
            if match := re.fullmatch(r"/c/([^/]{1,300})", path):
                ref = own_thread(self.person, unquote(match[1]))
            elif match := re.fullmatch(r"/thread/(.{1,400})", path):
                ref = thread_ref(unquote(match[1]))
            else:
                ref = own_thread(self.person, self.surface.fresh_id())
            if not await may_read(self.ears, self.person, ref):
                return nowhere, ()
            # Items that are pushed from here on wait in `_news` until this one is drawn.
            self.place = Place(thread=str(ref), path=path_of(str(ref), self.person.name))
            return self.place, await self.ears.thread(ref)
        except RequestError:
            return nowhere, ()

    # -- being kept current ----------------------------------------------------------------

    def show(self, item: ThreadItem) -> None:
        """Take a new or edited item in; drawn within `EVERY_S`, at once after a quiet time."""
        card = item.card
        here = item.thread == self.place.thread and self.place.plan is None
        if here or (card and card.plan is not None and card.plan == self.place.plan):
            self._take(item)
        elif card is None:
            return
        self._lists_old = True
        quiet = asyncio.get_running_loop().time() - self._news_at
        self._schedule(max(SOON_S, EVERY_S - quiet))

    def _take(self, item: ThreadItem) -> None:
        key = _key(item)
        known = self._news.get(key) or self._items.get(key)
        if known and known.card and item.card and known.card.serial > item.card.serial:
            return
        self._news[key] = item

    def _schedule(self, after: float = EVERY_S) -> None:
        """Draw soon; what has been scheduled for later is drawn with it."""
        loop = asyncio.get_running_loop()
        if self._handle is not None:
            if self._handle.when() <= loop.time() + after:
                return
            self._handle.cancel()
        self._handle = loop.call_later(after, self._start)

    def _start(self) -> None:
        self._handle = None
        self._work = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        if self.client.is_deleted:
            return
        try:
            if not await self.surface.admits(self.visit):
                self.close()
                return
            if not await self._still_open():
                await self.open(self.place.path)
                return
            async with self._busy:
                self._news_at = asyncio.get_running_loop().time()
                self._draw_news()
                await self._draw_reading()
                if self._lists_old:
                    late = asyncio.get_running_loop().time() - self._lists_at
                    if late < LISTS_EVERY_S:
                        self._schedule(LISTS_EVERY_S - late)
                    else:
                        await self._draw_lists()
        except OverseerError as error:
            log.warning("web.page.stale", reason=str(error))
            self._lists_old = True
            self._schedule()

    async def _still_open(self) -> bool:
        """Whether the conversation is still ours; what was handed over may have gone back."""
        here = self.place
        if not here.thread or here.plan is not None:
            return True
        ref = thread_ref(here.thread)
        return not ref.owner or await may_read(self.ears, self.person, ref)

    def _draw_news(self, *, told: bool = True) -> None:
        news, self._news = self._news, {}
        if news.keys() - {"welcome"} and (welcome := self._drawn.pop("welcome", None)):
            self._items.pop("welcome", None)
            welcome.delete()
        people = self.ears.people()
        for key, item in sorted(news.items(), key=lambda pair: pair[1].seq):
            html = self.surface.item_html(item, people, self.person.name)
            self._items[key] = item
            if key in self._drawn:
                self._drawn[key].draw(html)
            else:
                with self._log:
                    self._drawn[key] = Morph(html, news=told).classes("o-item")
                    if key == "welcome":
                        self._drawn[key].classes("o-first")

    async def _draw_reading(self) -> None:
        """Under words with nothing after them stands whether they are still read."""
        newest = max(self._items.values(), key=lambda item: item.seq, default=None)
        reads = False
        if newest is not None and newest.kind == "said":
            reads = await self.ears.is_reading(thread_ref(newest.thread))
        if reads != self._reads:
            self._reads = reads
            self._log.classes(**{"add" if reads else "remove": "o-reading"})

    async def _draw_lists(self) -> None:
        self._lists_old = False
        self._lists_at = asyncio.get_running_loop().time()
        person = self.person
        # A search reads the whole log: it is repeated when its reader asks, not when a card moves.
        still = self.place.path.startswith("/audit") and bool(self._sheet and self._sheet.html)
        if self._sheet is not None and self.surface.books is not None and not still:
            path, people = self.place.path, self.ears.people()
            html = await book_html(path, self.surface.books, people, person)
            self._sheet.draw(html or nothing_html(path))
        status = await self.ears.status()
        waiting = await self.ears.waiting(person.name)
        threads = await self.ears.threads(person.name)
        books = nav_html(self.place.path) if self.surface.books is not None else ""
        side = sidebar_html(person, threads, waiting, self.place, status, eye=EYE, books=books)
        self._sidebar.draw(side)
        self._name.draw(name_html(self.place, threads, self._items.values()))
        self._frozen.draw(frozen_html(status))

    # -- the end ---------------------------------------------------------------------------

    def close(self) -> None:
        """Send the browser to the login and forget the page."""
        self.dispose()
        if not self.client.is_deleted:
            self.client.run_javascript("window.location.assign('/login')")
            asyncio.get_running_loop().call_later(1.0, self._delete)

    def _delete(self) -> None:
        if not self.client.is_deleted:
            self.client.delete()

    def dispose(self) -> None:
        """Stop redrawing."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self.surface.pages.discard(self)


def _key(item: ThreadItem) -> str:
    return f"card {item.card.id}" if item.card else f"item {item.seq}"


def register(find_visit: Callable[[Any], Visit]) -> None:
    """Declare the page to NiceGUI, once per process; the visit says which surface serves."""

    async def show(client: Client) -> None:
        visit = find_visit(client.request.scope)
        page = Page(visit.surface, visit, client)
        visit.surface.pages.add(page)
        client.on_delete(page.dispose)
        scope = client.request.scope
        query = scope.get("query_string", b"").decode("latin-1")
        path = scope.get("path", "/")
        await page.open(f"{path}?{query}" if query and is_book(path) else path)

    for path in (
        "/", "/c/{_thread}", "/plan/{_plan}", "/thread/{_key:path}",
        "/runs", "/runs/{_run}", "/hosts", "/people", "/audit", "/gallery",
    ):  # fmt: skip
        ui.page(path, title="Overseer", response_timeout=PATIENCE_S)(show)
