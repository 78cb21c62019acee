"""The lists and details of the page, in real Chromium over a real Overseer: live, and by keys."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.rigs.browser import chromium
from tests.rigs.overseer_fixtures import served  # noqa: F401
from tests.rigs.overseers import link_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def page(served, browser):
    link = link_in(served.cli("login").stdout)
    context = await browser.new_context(timezone_id="Asia/Tokyo", color_scheme="dark")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    page.base = link.partition("/login")[0]
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_selector(".o-log .o-item")
    yield page
    assert page.problems == []
    await context.close()


async def said(served, *words):
    """Ask in the terminal, beside the page; the answer's status."""
    done = await asyncio.to_thread(served.cli, "ask", "--yes", *words)
    return done.returncode, done.stdout


async def test_a_run_is_followed_live_from_the_list_to_each_output(page, served, tmp_path):
    gate = tmp_path / "gate"
    await page.get_by_role("link", name="Runs", exact=True).click()
    await expect(page).to_have_url(re.compile("/runs$"))
    text = f"run `while [ ! -e {gate} ]; do sleep 0.1; done; echo from-the-host` on localhost"
    task = asyncio.create_task(said(served, text))
    row = page.locator(".o-list a.o-entry").first
    await expect(row).to_contain_text("RUNNING")
    await row.click()
    box = page.get_by_role("link", name=re.compile("^step 1, host.run, running, 0 of 1 done"))
    await expect(box).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/runs/\d+$"))

    gate.touch()
    assert (await task)[0] == 0
    await expect(page.locator(".o-box")).to_contain_text("done")
    await expect(page.locator(".o-card .o-chip")).to_have_text("DONE")
    target = page.locator(".o-target-line details")
    await target.locator("summary").click()
    await expect(target.locator("pre")).to_have_text(re.compile("from-the-host"))
    story = page.locator(".o-story")
    await expect(story).to_contain_text("voted to approve")
    await expect(story).to_contain_text("localhost: done")
    # what is opened stays open while the page is drawn anew
    await said(served, "how is localhost?")
    await page.wait_for_timeout(1500)
    await expect(target.locator("pre")).to_have_text(re.compile("from-the-host"))


async def until_focus(page, key, on, most=60):
    """Press a key until the focus stands there."""
    for _ in range(most):
        await page.keyboard.press(key)
        if await on.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"no way there with {key}")


TAKES_PRESSES = """() => {
  const changed = Number([...document.querySelectorAll(".o-card")].at(-1).dataset.uiChanged || 0);
  return Date.now() - changed >= 700;
}"""
"""A card that has just changed takes no press: its reader looks first."""


async def test_keys_alone_ask_approve_look_into_the_run_and_come_back(page):
    await page.goto(f"{page.base}/")
    await expect(page.locator(".o-composer textarea")).to_be_focused()
    await page.keyboard.type("run `echo by-keys` on localhost")
    await page.keyboard.press("Enter")
    approve = page.get_by_role("button", name=re.compile("^Approve"))
    await approve.wait_for()
    await expect(page.locator(".o-composer textarea")).to_have_value("")
    await until_focus(page, "Shift+Tab", approve)
    await page.wait_for_function(TAKES_PRESSES)
    await page.keyboard.press("Enter")
    await expect(page.locator(".o-card .o-chip").last).to_have_text("DONE")
    card = page.locator(".o-card").last
    await expect(card).to_be_focused()  # and nothing has to be found again
    number = card.locator("a.o-number")
    await until_focus(page, "Tab", number)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    target = page.locator(".o-target-line summary")
    await target.wait_for()
    await until_focus(page, "Tab", target, most=90)
    await page.keyboard.press("Enter")
    await expect(page.locator(".o-target-line pre")).to_have_text(re.compile("by-keys"))
    back = page.locator(".o-threads a", has_text="echo by-keys").first
    await until_focus(page, "Shift+Tab", back, most=120)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/c/"))
    await expect(page.locator(".o-composer textarea")).to_be_focused()
    await expect(page.locator(".o-card .o-chip").last).to_have_text("DONE")


async def test_the_books_are_walked_with_keys_alone(page, served):
    await said(served, "how is localhost?")
    await page.goto(f"{page.base}/runs?all=1")
    first = page.locator(".o-list a.o-entry").first
    await first.wait_for()
    await until_focus(page, "Tab", first)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    await page.locator(".o-box").focus()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "step-1"
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"/runs\?all=1$"))
    await expect(page.locator(".o-sheet h1")).to_have_text("Runs")


async def test_the_log_is_searched_and_its_address_can_be_kept(page, served):
    await said(served, "is ssh up on localhost?")
    await page.get_by_role("link", name="Audit").click()
    field = page.get_by_role("searchbox", name="Search the log")
    await field.fill("is ssh UP")
    await field.press("Enter")
    await expect(page).to_have_url(re.compile(r"/audit\?q=is\+ssh\+UP$"))
    await expect(page.locator(".o-told")).to_have_count(1)
    await expect(page.locator(".o-told")).to_contain_text("“is ssh up on localhost?”")
    await page.reload()
    await expect(page.locator(".o-told")).to_have_count(1)
    assert await page.get_by_role("searchbox").input_value() == "is ssh UP"
    await page.goto(f"{page.base}/audit?q=nobody-ever-said-this")
    await expect(page.locator(".o-sheet")).to_contain_text("Nothing in the log has")


async def test_a_host_is_asked_about_with_one_click(page):
    await page.get_by_role("link", name="Hosts").click()
    await expect(page.locator(".o-sheet")).to_contain_text("staging")
    await page.get_by_role("link", name="localhost", exact=True).click()
    await expect(page.locator(".o-composer textarea")).to_have_value("how is localhost?")
    await page.locator(".o-composer textarea").press("Enter")
    await expect(page.locator(".o-log .o-chip")).to_have_text("ANSWER")


async def test_a_telephone_scrolls_down_only(page, served):
    await said(served, "how is localhost?")
    await page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/runs?all=1", "/runs/1", "/hosts", "/people", "/audit"):
        await page.goto(page.base + path)
        await page.locator(".o-sheet").wait_for()
        wide = await page.evaluate(
            "[document.documentElement, document.querySelector('.o-log')]"
            ".map((e) => e.scrollWidth - e.clientWidth)"
        )
        assert wide == [0, 0], path


async def test_what_is_not_there_says_so(page):
    await page.goto(f"{page.base}/runs/99999")
    await expect(page.locator(".o-log")).to_contain_text("There is no run #99999")
