"""What a reader waits for at the page while 100 plans are open, in real Chromium.

    python tests/bench/bench_page.py [ROUNDS [OPEN]]

The product runs as a process of its own on a home in which OPEN plans (100) wait for votes. Each
round takes every figure once, in a browser whose files are cached as they are for who comes back:

    bare page       first contentful paint of /login, the floor: HTML, one style, one script
    bare trip       a message over the page's own socket and its acknowledgement
    chat, runs      first contentful paint of the conversation and of the list with all OPEN
    chat there      until the conversation's card stands in the page; `runs there` likewise
    to a run        from the click on a row to that run's page; `to chat`: to a conversation
    to list         from the click on Runs to the list with all OPEN
    deny asks       from the click on Deny to its question, which the server has no part in
    typed           from a key to its letter
    said            from Enter to one's own words in the conversation
    approved        from the click on Approve to the card's next state

A change counts when the browser has drawn the frame that shows it.
"""

import asyncio
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.bench_serving import waiting
from tests.bench.harness import duel, ratios
from tests.rigs.browser import chromium
from tests.rigs.overseers import Overseer, link_in

ROUNDS = 5
OPEN = 100
QUIET_S = 1.2
"""What came before has been drawn, its lists too; no figure bears another's work."""
WATCH = """
window.seen = (holds) => new Promise((done) => {
  const look = () => holds() && (watch.disconnect(), requestAnimationFrame(() =>
    setTimeout(() => done(performance.now()))));
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  look();
});
for (const kind of ["click", "keydown"])
  addEventListener(kind, (event) => (window.began = event.timeStamp), true);
"""
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const found = list.getEntriesByName("first-contentful-paint")[0];
  if (found) done(found.startTime);
}).observe({ type: "paint", buffered: true }))"""
TRIP = """async () => {
  const began = performance.now();
  await socket.timeout(5000).emitWithAck("ack", { client_id: "nobody", next_message_id: 0 });
  return performance.now() - began;
}"""
CARD = "document.querySelector('.o-log .o-card')"
ROWS = "document.querySelectorAll('.o-list a.o-entry').length >= {}"


class PageBench:
    """One server, one browser page; each figure is taken where the one before has led."""

    def __init__(self, folder, number):
        self.one = Overseer(Path(folder) / "home")
        self.number = number

    async def open(self, browser):
        await waiting(self.one.home, self.number)
        await asyncio.to_thread(self.one.start)
        link = link_in((await asyncio.to_thread(self.one.cli, "login")).stdout)
        self.base = link.partition("/login")[0]
        self.page = await browser.new_page(viewport={"width": 1280, "height": 860})
        await self.page.add_init_script(WATCH)
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.wait_for_selector(".o-log .o-item")

    def painted(self, path):
        async def figure(_):
            await self.page.goto(self.base + path)
            return await self.page.evaluate(PAINTED)

        return figure

    def there(self, path, holds):
        async def figure(_):
            await self.page.goto(self.base + path, wait_until="commit")
            return await self.page.evaluate(f"seen(() => {holds})")

        return figure

    async def changed(self, act, holds):
        """Milliseconds from what a person does to the frame that shows what it does."""
        await asyncio.sleep(QUIET_S)
        waited = await self.page.evaluate_handle(f"({{ told: seen(() => {holds}) }})")
        await act()
        return await waited.evaluate("async ({ told }) => (await told) - began")

    async def trip(self, _):
        return await self.page.evaluate(TRIP)

    async def connected(self):
        await self.page.wait_for_function("window.socket?.connected && window.did_handshake")

    async def to_run(self, _):
        await self.connected()
        row = self.page.locator(".o-list a.o-entry").nth(self.number // 2)
        plan = re.search(r"\d+$", await row.get_attribute("href"))[0]
        name = f"document.querySelector('.o-sheet h1').textContent.includes('#{plan}')"
        return await self.changed(row.click, name)

    async def to_list(self, _):
        link = self.page.get_by_role("link", name="Runs", exact=True).first
        return await self.changed(link.click, ROWS.format(self.number - ROUNDS))

    async def to_chat(self, _):
        # What was used stands above; so each round finds one whose plan still waits.
        link = self.page.locator(".o-threads a").nth(min(10, self.number - 2))
        return await self.changed(link.click, "document.querySelector('[data-button=deny]')")

    async def deny(self, _):
        button = self.page.locator("[data-button=deny]")
        took = await self.changed(button.click, "document.querySelector('dialog[open]')")
        await self.page.keyboard.press("Escape")
        return took

    async def typed(self, _):
        await self.page.locator(".o-composer textarea").focus()
        letter = "document.querySelector('.o-composer textarea').value.endsWith('x')"
        # A value is no part of the tree: its own event says that it has changed.
        await self.page.evaluate(
            "document.addEventListener('input', (e) => e.target.toggleAttribute('data-ui-typed'))"
        )
        return await self.changed(lambda: self.page.keyboard.press("x"), letter)

    async def said(self, _):
        words = await self.page.locator(".o-words").count()
        more = f"document.querySelectorAll('.o-words').length > {words}"
        area = self.page.locator(".o-composer textarea")
        await area.focus()
        return await self.changed(lambda: area.press("Enter"), more)

    async def approved(self, number):
        if number < 0:
            return 0.0  # what warms up leaves the first round its plan
        button = self.page.locator("[data-button=approve]").first
        state = "document.querySelector('.o-card .o-chip').textContent !== 'WAITING'"
        return await self.changed(button.click, state)


async def main(rounds=ROUNDS, number=OPEN):
    with tempfile.TemporaryDirectory() as folder:
        bench = PageBench(folder, number)
        try:
            async with chromium() as browser:
                await bench.open(browser)
                medians = await duel(
                    {
                        "bare page": bench.painted("/login"),
                        "chat": bench.painted("/c/t1"), "chat there": bench.there("/c/t1", CARD),
                        "runs": bench.painted("/runs?all=1"),
                        "runs there": bench.there("/runs?all=1", ROWS.format(number - ROUNDS)),
                        "to a run": bench.to_run, "bare trip": bench.trip,
                        "to list": bench.to_list, "to chat": bench.to_chat,
                        "deny asks": bench.deny, "typed": bench.typed,
                        "approved": bench.approved, "said": bench.said,
                    },
                    rounds=rounds, unit="ms",
                )  # fmt: skip
        finally:
            bench.one.end()
    ratios(medians, "chat", ["bare page"])
    ratios(medians, "runs", ["bare page"])
    return medians


async def test_the_page_bench_runs():
    medians = await main(rounds=1, number=8)
    assert medians["chat there"] > medians["bare trip"]


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*[int(a) for a in sys.argv[1:]]))
