"""Chromium for a module, and for each test a served page, opened in it."""

import pytest_asyncio

from tests.rigs.browser import chromium, served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def surface():
    async with served() as surface:
        yield surface


@pytest_asyncio.fixture(loop_scope="module")
async def page(surface, browser):
    context = await browser.new_context(timezone_id="Asia/Tokyo", color_scheme="light")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    page.problems, page.requests = [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    page.on("request", lambda request: page.requests.append(request.url))
    yield page
    await page.context.close()
