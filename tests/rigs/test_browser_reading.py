"""Under the newest words the page says that they are read, as long as they are, and no longer."""

import asyncio

import pytest
import pytest_asyncio

from bot.domain.messages import ThreadRef
from bot.testing.scripted_models import ScriptedModels, answer
from tests.rigs.browser import chromium, sign_in
from tests.rigs.staged_page import StagedPage
from tests.scenario.plainly import Plainly

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BOTH = "use rules: restart nginx on web-1 and web-2"
READS = """() => [...document.querySelectorAll(".o-speech")].filter(
    (said) => getComputedStyle(said, "::after").content.includes("reading")).length"""


class Waits(ScriptedModels):
    """Answers when it is let."""

    def __init__(self):
        super().__init__(answer("talk", text="Nichts."))
        self.let = asyncio.Event()

    async def ask(self, name, prompt, *, person, deadline):
        await self.let.wait()
        return await super().ask(name, prompt, person=person, deadline=deadline)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path):
    async with StagedPage(tmp_path, models=Waits(), prompting=Plainly()) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def page(stage):
    async with chromium() as browser:
        context = await browser.new_context()
        page = await context.new_page()
        page.set_default_timeout(60_000)
        await sign_in(page, stage.web)
        yield page
        await context.close()


async def test_words_that_became_a_revision_are_read_no_more(stage, page):
    await stage.asked("c1", "ana", BOTH)
    await page.goto(f"{stage.web.address}/c/c1")
    await page.get_by_text("web-2").first.wait_for()
    await stage.asked("c1", "ana", "use rules: not web-2")
    await page.get_by_text("use rules: not web-2").first.wait_for()
    await page.locator('[data-revision="2"]').wait_for()
    assert await page.evaluate(READS) == 0
    await page.reload()
    await page.locator('[data-revision="2"]').wait_for()
    assert await page.locator(".o-log > .o-item:last-child .o-words").count() == 1
    assert await page.evaluate(READS) == 0


async def test_words_that_a_model_reads_say_so_until_it_has(stage, page):
    stage.thread = ThreadRef(surface="web", channel="ana", thread="c2")
    await stage.say("ana", "und was nun?", settle=False)
    await page.goto(f"{stage.web.address}/c/c2")
    await page.get_by_text("und was nun?").first.wait_for()
    await page.wait_for_function(f"({READS})() === 1")
    await page.reload()
    await page.wait_for_function(f"({READS})() === 1")
    stage.given["models"].let.set()
    await stage.settle()
    await page.get_by_text("Nichts.").first.wait_for()
    assert await page.evaluate(READS) == 0
