"""A page to look at: a WebSurface over recorded ears, and the system's Chromium to drive it.

`python -m tests.rigs.browser [PORT]` serves it and prints a login link.
"""

import asyncio
import contextlib
import sys

from playwright.async_api import async_playwright

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.web.surface import WebSurface
from bot.api.api import create_api
from bot.settings import WebSettings
from bot.testing.recorded_ears import RecordedEars
from tests.programs import find

# Without the last ones Chromium calls home at every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class MemoryLogins:
    """The logins of `ports.Unit` and what they say in the log, in memory."""

    def __init__(self, clock):
        self.clock = clock
        self.rows = {}
        self.events = []

    @property
    def now(self):
        return self.clock.now()

    async def write(self, work, *, first=False):
        return work(self)

    async def read(self, work):
        return work(self)

    def add_login(self, login):
        key = login.person if login.kind == "password" else login.secret_hash
        self.rows[login.kind, key] = login

    def append(self, event):
        self.events.append(event)

    def login(self, kind, secret_hash):
        login = self.rows.get((kind, secret_hash))
        return login if login and (not login.expires_at or login.expires_at > self.now) else None

    def password(self, person):
        return self.rows.get(("password", person))

    def spend_login(self, kind, secret_hash):
        login = self.login(kind, secret_hash)
        self.rows.pop((kind, secret_hash), None)
        return login

    def drop_logins(self, person, kind):
        self.rows = {k: v for k, v in self.rows.items() if (v.person, v.kind) != (person, kind)}


@contextlib.asynccontextmanager
async def served(*, port=0, clock=None, store=None, ears=None, secret="s3cret"):
    """A started surface over recorded ears."""
    clock = clock or SystemClock()
    ears = ears or RecordedEars(clock)
    surface = WebSurface(
        WebSettings(port=port),
        store or MemoryLogins(clock),
        clock,
        RandomIds(),
        ears.people,
        secret,
        app=create_api(ears.status),
    )
    ears.surfaces = [surface]
    await surface.start(ears)
    try:
        yield surface
    finally:
        await surface.stop()


@contextlib.asynccontextmanager
async def chromium():
    """The system's browser."""
    async with async_playwright() as play:
        path = find("chromium", "chromium-browser", "google-chrome")
        browser = await play.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(page, surface, person="ana"):
    """Enter by a fresh link."""
    await page.goto(surface.address + await surface.make_link(person))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_selector(".o-log .o-item")


async def enter(visitor, surface, person="ana"):
    """The same over plain HTTP."""
    token = (await surface.make_link(person)).partition("token=")[2]
    return await visitor.post("/login", data={"token": token})


async def _serve(port):
    async with served(port=port) as surface:
        await surface.ears.fill()
        print(surface.address + await surface.make_link("ana"))  # noqa: T201 -- the rig's purpose
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8420))


async def until(condition):
    """Wait until it holds; Playwright waits for the page, this for the server."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def current_thread(page):
    """The thread that stands open on the page."""
    return await page.locator(".o-composer").get_attribute("data-thread")
