"""People at the page, each in a window of the system's Chromium.

Playwright has its own thread: what stops Overseer's tasks stops none of its.
"""

import asyncio
import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Error, sync_playwright

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.web.surface import WebSurface
from bot.settings import WebSettings
from tests.programs import find
from tests.rigs.browser import FLAGS, MemoryLogins
from tests.rigs.surfaces.seen import Front, Seen

INPUT = ".o-composer textarea"
STILL = """
() => Date.now() - Number([...document.querySelectorAll('.o-log .o-card')].at(-1)?.dataset.uiChanged || 0) > 750
"""
READ = """
() => {
  const cards = [...document.querySelectorAll('.o-log .o-card')].filter((c) => c.dataset.card !== 'welcome');
  const card = cards.at(-1);
  if (!card) return null;
  const labels = [...card.querySelectorAll('.o-buttons .o-button')].map((b) => b.firstChild.textContent);
  return { card: card.dataset.card, plan: card.dataset.plan, text: card.innerText,
           state: card.querySelector('.o-head .o-chip')?.textContent ?? '', labels };
}
"""


class Windows:
    """One Chromium, driven from a thread of its own."""

    def __init__(self):
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._begin).result()

    def _begin(self):
        self._play = sync_playwright().start()
        path = find("chromium", "chromium-browser", "google-chrome")
        self.browser = self._play.chromium.launch(executable_path=path, args=FLAGS)

    def _end(self):
        self.browser.close()
        self._play.stop()

    def close(self):
        self._thread.submit(self._end).result()
        self._thread.shutdown()

    async def do(self, work, *given):
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)


class AtWeb(Front):
    """A conversation is the address of who began it; others see its plan's page."""

    name = "web"
    refuses = True
    late = False

    def __init__(self, windows):
        super().__init__()
        self.windows = windows

    @contextlib.asynccontextmanager
    async def opened(self, town):
        self.pages = {}
        self.plans = {}
        self.clock = SystemClock()
        self.logins = MemoryLogins(self.clock)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        try:
            yield
        finally:
            await self.windows.do(self._close)

    def _close(self):
        for page in self.pages.values():
            page.context.close()

    def identity(self, who):
        return f"web:{who}"

    def made(self, app):
        self.surface = WebSurface(
            WebSettings(port=self.port), self.logins, self.clock, RandomIds(),
            lambda: app.world.people, "s", books=app.books,
        )  # fmt: skip
        return self.surface

    async def dying(self):
        """The port dies with the process; here the process lives on."""
        await self.surface.stop()

    # -- what people do -----------------------------------------------------------------------

    async def _page(self, who):
        if who not in self.pages:
            link = self.surface.address + await self.surface.make_link(who)
            self.pages[who] = await self.windows.do(self._signed_in, link)
        return self.pages[who]

    def _signed_in(self, link):
        page = self.windows.browser.new_context().new_page()
        page.set_default_timeout(60_000)
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector(INPUT)
        return page

    async def ask(self, who, text):
        page = await self._page(who)
        return await self.windows.do(self._asked, page, who, text)

    def _asked(self, page, who, text):
        page.goto(self.surface.address)
        self._typed(page, text)
        return f"web/{who}/" + page.locator(".o-composer").get_attribute("data-thread").split("/", 2)[2]  # fmt: skip

    def _typed(self, page, text):
        page.fill(INPUT, text)
        page.keyboard.press("Enter")
        # Words may take the right to go on speaking there with them, and so the input.
        page.wait_for_function(f"!document.querySelector('{INPUT}')?.value")

    async def answer(self, talk, who, text):
        page = await self._page(who)
        await self.windows.do(self._answered, page, talk, who, text)

    def _answered(self, page, talk, who, text):
        if not talk.startswith(f"web/{who}/"):  # somebody else's, which was handed over to them
            page.goto(f"{self.surface.address}/thread/{talk}")
        self._typed(page, text)

    async def called(self, who):
        page = await self._page(who)
        return await self.windows.do(self._called, page)

    def _called(self, page):
        link = page.locator(".o-waiting a").first
        if not link.count():
            return None
        return link.get_attribute("href")

    async def seen(self, talk, who):
        page = await self._page(who)
        return await self.windows.do(self._seen, page, talk, who)

    def _at(self, page, talk, who):
        """Be where the conversation, or its plan, is shown."""
        path = talk if talk.startswith("/") else f"/c/{talk.split('/', 2)[2]}"
        if not talk.startswith((f"web/{who}/", "/")):
            if talk not in self.plans:
                return False
            path = f"/plan/{self.plans[talk]}"
        if not page.url.endswith(path):
            page.goto(self.surface.address + path)
        return True

    def _seen(self, page, talk, who):
        try:
            found = page.evaluate(READ) if self._at(page, talk, who) else None
        except Error:  # it loads itself again
            return None
        if found is None:
            return None
        if found["plan"] and talk.startswith("web/"):
            self.plans[talk] = found["plan"]
        return Seen(found["card"], found["state"], found["text"], tuple(found["labels"]))

    async def press(self, talk, who, label, text=""):
        page = await self._page(who)
        await self.windows.do(self._pressed, page, talk, who, label, text)

    def _pressed(self, page, talk, who, label, text):
        self._at(page, talk, who)
        page.wait_for_function(STILL)
        card = page.locator(".o-log .o-card").last
        with page.expect_response(lambda r: r.url.endswith(("/press", "/say"))) as answer:
            card.locator(".o-buttons .o-button", has_text=label).first.click()
            if text:
                page.locator("dialog textarea").fill(text)
                page.keyboard.press("Enter")
        # Taken from the answer: the notice fades, maybe before a busy machine looks at it
        # (that it is shown, and how, is seen in test_browser_chat).
        try:
            told = answer.value.json()["text"]
        except Error:  # it loads itself again after a restart
            told = ""
        if told:
            self.told[who].append(told)

    async def old(self, talk, who, label):
        """A press that can be made later, on the page as it stands open now."""
        assert (await self.seen(talk, who)).offers(label)
        return lambda: self.press(talk, who, label)
