"""Every page as a screen reader and as keys alone have it, in real Chromium over a staged Overseer."""

import re

import pytest
import pytest_asyncio

from tests.rigs.aloud import check_tree, pale, read, wordless
from tests.rigs.browser import chromium
from tests.rigs.staged_page import StagedPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PAGES = (
    "/", "/c/done", "/c/answer", "/c/question", "/c/failed", "/c/waiting", "/c/two", "/c/running",
    "/plan/1", "/plan/99", "/runs", "/runs?all=1", "/runs/1", "/runs/3", "/runs/99", "/hosts",
    "/people", "/audit", "/audit?q=nothing-of-it", "/gallery", "/gallery?room=Running",
    "/gallery?room=Answering",
)  # fmt: skip
DOORS = ("/login", "/password")
RESTART = ("systemctl", "restart", "--", "redis.service")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory):
    async with StagedPage(tmp_path_factory.mktemp("aloud")) as stage:
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx")
        for host in ("db-1", "db-2"):
            stage.service(host, "redis")
        await stage.asked("done", "ana", "restart nginx on web-1")
        await stage.press("chris", "approve")
        await stage.asked("answer", "ana", "is nginx up on web?")
        await stage.asked("question", "ana", "restart nginx on web-9")
        stage.broken.add(("web-2", "nginx"))
        await stage.asked("failed", "ana", "restart nginx on web, one at a time")
        await stage.press("chris", "approve")
        await stage.asked("waiting", "ana", "restart redis on db-1, because it leaks")
        await stage.asked("two", "ana", "restart nginx on web-3, because it leaks too")
        await stage.asked("two", "ana", "stop redis on db-1, because it leaks still")
        stage.hosts.hang(RESTART, host="db-2")
        await stage.asked("running", "ana", "restart redis on db-2")
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def page(stage, browser):
    page = await entered(stage, browser)
    yield page
    assert page.problems == []
    await page.context.close()


async def entered(stage, browser, person="ana", **look):
    page = await (await browser.new_context(**look)).new_page()
    page.set_default_timeout(60_000)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    await page.goto(stage.web.address + await stage.web.make_link(person))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_selector(".o-log .o-item")
    return page


async def opened(page, stage, path):
    await page.goto(stage.web.address + path)
    await page.locator(".o-log .o-item, .o-elsewhere, .o-door form").first.wait_for()
    await page.wait_for_function("document.title !== 'Overseer'")


async def test_every_page_says_what_it_is_and_what_can_be_done(page, stage):
    titles = {}
    for path in PAGES + DOORS:
        await opened(page, stage, path)
        tree = await read(page)
        try:
            check_tree(tree)
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{path}: {error}") from error
        assert await page.evaluate("document.documentElement.lang")
        assert await wordless(page) == [], path
        titles.setdefault(re.sub(r"^\(\d+\) ", "", tree.name), []).append(path)
    assert len(titles) >= 14, titles
    assert titles["restart redis on db-2 · Overseer"] == ["/c/running"]
    assert titles["Hosts · Overseer"] == ["/hosts"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_stands_out_from_what_it_stands_on(stage, browser, scheme):
    still = {"color_scheme": scheme, "reduced_motion": "reduce"}  # a mark may breathe
    page = await entered(stage, browser, **still)
    for path in PAGES + DOORS:
        await opened(page, stage, path)
        assert await pale(page) == [], path
    await page.context.close()
