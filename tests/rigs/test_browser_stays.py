"""The page over time, in real Chromium: zones, restarts, breaks, themes, long conversations."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.cards import Button, Card, Paragraph, Row, plain
from bot.testing import example_cards
from tests.rigs.browser import current_thread, served, sign_in, until
from tests.rigs.browser_fixtures import browser, page, surface  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INPUT = ".o-composer textarea"
STILL_MS = 800
"""Longer than the page waits after a card has changed before it takes a press."""


async def test_times_are_in_the_readers_zone(page, surface):
    await surface.ears.fill()
    for person, zone in (("ana", "Europe/Berlin"), ("ben", "Asia/Tokyo")):
        await sign_in(page, surface, person)
        await surface.ears.tell(await current_thread(page), person, "hello")
        await page.get_by_text("hello").first.wait_for()
        shown = page.locator(".o-speech time").first
        expected = await page.evaluate(
            """([at, zone]) => new Date(at).toLocaleTimeString("en-GB", {hour: "2-digit", minute: "2-digit", timeZone: zone})""",
            [await shown.get_attribute("datetime"), zone],
        )
        assert await shown.inner_text() == expected


async def test_a_restart_is_survived(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    await page.fill(INPUT, "half a sen")
    port, store = int(surface.address.rpartition(":")[2]), surface.logins._store
    ears = surface.ears
    await surface.stop()
    await page.wait_for_function("document.getElementById('popup').ariaHidden === 'false'")
    async with served(port=port, store=store, ears=ears):
        await page.wait_for_load_state("load")
        await page.wait_for_function(
            "window.socket?.connected && window.did_handshake", timeout=20_000
        )
        await page.wait_for_selector(INPUT)
        assert await page.input_value(INPUT) == "half a sen"
        await ears.put(await current_thread(page), Card(id="c", title="Back again"))
        await page.get_by_role("heading", name="Back again").wait_for()
    assert thread.startswith("web/ana/")


async def test_signing_out_elsewhere_closes_the_page(page, surface):
    await sign_in(page, surface)
    other = await page.context.new_page()
    await other.goto(surface.address)
    await other.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login")


async def test_a_removed_person_sees_nothing_more(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    surface.ears.persons = [p for p in surface.ears.persons if p.name != "ana"]
    surface._trusted.clear()
    await surface.ears.put(thread, Card(id="c", title="Secret", body=(Paragraph(text="secret"),)))
    await page.wait_for_url("**/login")
    assert await page.get_by_text("Secret").count() == 0


async def test_the_theme_is_chosen_and_kept(page, surface):
    await sign_in(page, surface)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.get_by_role("button", name="Theme: auto").click()
    await page.get_by_role("button", name="Theme: light").click()
    dark = await page.evaluate(ground)
    assert dark != light
    await page.reload()
    await page.get_by_role("button", name="Theme: dark").wait_for()
    assert await page.evaluate(ground) == dark


async def test_a_telephone_shows_all_without_scrolling_sideways(page, surface):
    await surface.ears.fill()
    await page.set_viewport_size({"width": 390, "height": 844})
    await sign_in(page, surface)
    for path in ("/", "/c/health", "/c/upgrade", "/c/broken", "/plan/90"):
        await page.goto(surface.address + path)
        await page.wait_for_selector(".o-log .o-item")
        wide = "[...document.querySelectorAll('.o-card')].filter((c) => c.scrollWidth > c.clientWidth + 1).length"
        assert await page.evaluate(wide) == 0
        assert await page.evaluate("document.querySelector('.o-log').scrollWidth") <= 390
    await page.get_by_role("button", name="Conversations").click()
    await page.get_by_role("link", name="New conversation").click()
    await page.get_by_role("button", name="how is localhost?").wait_for()


async def test_no_label_breaks_in_mid_word_on_a_telephone(page, surface):
    words = ("DESTROYS", "CHANGES", "NOT READ", "1 DESTROYS", "may break")
    body = tuple(Row(label=word, spans=plain("x")) for word in words)
    await surface.ears.put("web/ana/labels", Card(id="c", title="t", body=body))
    await page.set_viewport_size({"width": 390, "height": 844})
    await sign_in(page, surface)
    await page.goto(surface.address + "/c/labels")
    await page.wait_for_selector(".o-label")
    lines = """[...document.querySelectorAll('.o-label')].map((label) => {
        const range = document.createRange();
        range.selectNodeContents(label);
        return new Set([...range.getClientRects()].map((part) => part.top)).size;
    })"""
    assert await page.evaluate(lines) == [1, 1, 1, 2, 1]


async def test_a_quiet_page_asks_nothing(page, surface):
    await sign_in(page, surface)
    await page.wait_for_timeout(500)
    before = len(page.requests)
    await page.wait_for_timeout(2500)
    assert page.requests[before:] == []


async def test_options_are_chosen_by_their_keys(page, surface):
    await sign_in(page, surface)
    card = Card(
        id="q",
        title="Which?",
        buttons=(
            Button(id="option", label="web-1", value="web-1", key="1", says="restart web-1"),
            Button(id="option", label="web-2", value="web-2", key="2", says="restart web-2"),
        ),
    )
    await surface.ears.put(await current_thread(page), card)
    await page.get_by_role("button", name="web-2").wait_for()
    await page.keyboard.press("Escape")
    await page.keyboard.press("2")
    await until(lambda: surface.ears.messages)
    assert surface.ears.messages[0].text == "restart web-2"


async def test_a_short_break_loses_nothing(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    await surface.ears.put(thread, example_cards.running(1, serial=1))
    await page.get_by_text("1 of 40").wait_for()
    await page.evaluate("window.same = true; window.socket.io.engine.close()")
    await surface.ears.put(thread, example_cards.running(2, serial=2))
    await page.get_by_text("2 of 40").wait_for()
    assert await page.evaluate("window.same")


async def test_a_long_conversation_shows_its_end_first(page, surface):
    for number in range(130):
        await surface.ears.tell("web/ana/long", "ana", f"request {number}")
    await sign_in(page, surface)
    await page.goto(f"{surface.address}/c/long")
    await page.get_by_text("request 129").last.wait_for()
    assert await page.locator(".o-words").count() == 120
    assert await page.locator(".o-words").last.is_visible()
    await page.get_by_role("button", name="Show 10 earlier").click()
    await page.locator(".o-words", has_text="request 0").first.wait_for()
    assert await page.locator(".o-words").count() == 130


async def test_a_focused_button_never_turns_into_another(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    await surface.ears.put(thread, example_cards.waiting(surface.now()))
    await page.get_by_role("button", name="Approve restart").focus()
    broken = example_cards.needs_decision(surface.now())
    await surface.ears.put(thread, broken.model_copy(update={"id": "plan-90"}))
    await page.get_by_role("button", name="Retry web-2").wait_for()
    assert await page.evaluate("document.activeElement.dataset.button ?? ''") == ""
