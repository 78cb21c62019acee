"""What is said aloud and where the focus stands, in real Chromium: nothing is missed or lost."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.domain.cards import Button, Card, Paragraph, Tone
from bot.domain.messages import Reply
from bot.testing import example_cards
from tests.rigs.browser import sign_in
from tests.rigs.browser_fixtures import browser, surface  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INPUT = ".o-composer textarea"
HEAR = """() => {
  window.heard = [];
  const spot = document.querySelector("[data-heard]");
  new MutationObserver(() => spot.textContent && heard.push(spot.textContent)).observe(spot, { childList: true });
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def page(surface, browser):
    page = await (await browser.new_context()).new_page()
    page.set_default_timeout(60_000)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    await sign_in(page, surface)
    page.thread = await page.locator(".o-composer").get_attribute("data-thread")
    yield page
    assert page.problems == []
    await page.context.close()


async def heard(page, count):
    """What has been said aloud, once it is so much."""
    await page.wait_for_function("(count) => heard.length >= count", arg=count)
    return await page.evaluate("heard")


async def test_a_card_is_said_when_it_comes_and_when_its_state_changes(page, surface):
    await page.evaluate(HEAR)
    now = surface.now()
    await surface.ears.put(page.thread, example_cards.waiting(now))
    (came,) = await heard(page, 1)
    assert came.startswith("#90 restart nginx on web, one at a time: WAITING")
    assert "You can: Approve restart on 4 hosts, Deny…" in came
    running = example_cards.running(1, serial=2).model_copy(update={"id": "plan-90"})
    await surface.ears.put(page.thread, running)
    began = (await heard(page, 2))[1]
    assert "RUNNING" in began
    assert "You can" not in began
    for done in range(2, 6):  # each tick is drawn, and none is said
        ticked = example_cards.running(done, serial=done + 1)
        await surface.ears.put(page.thread, ticked.model_copy(update={"id": "plan-90"}))
        await page.get_by_text(f"{done} of 40").wait_for()
    stuck = example_cards.needs_decision(now).model_copy(update={"id": "plan-90", "serial": 9})
    await surface.ears.put(page.thread, stuck)
    said = await heard(page, 3)
    assert len(said) == 3, said
    assert "NEEDS A DECISION" in said[2]
    assert "You can: Retry web-2" in said[2]
    again = stuck.model_copy(update={"serial": 10, "standing": "1 of 4 done, still"})
    await surface.ears.put(page.thread, again)
    await page.locator(".o-standing", has_text="1 of 4 done, still").wait_for()
    await page.wait_for_timeout(400)  # longer than it gathers what it says
    assert len(await page.evaluate("heard")) == 3


async def test_what_others_say_is_heard_and_what_stood_there_is_not(page, surface):
    await surface.ears.fill()
    await page.evaluate(HEAR)
    await page.locator(".o-threads a", has_text="how is localhost?").click()
    await page.get_by_role("heading", name="localhost is well").wait_for()
    await surface.ears.tell("web/ana/health", "ana", "my own words")
    await surface.ears.tell("web/ana/health", "", "Ben asked Ana to decide")
    answer = Card(id="n", title="nginx is active", state="ANSWER", tone=Tone.GOOD,
                  body=(Paragraph(text="since this morning"), Paragraph(text="It went well.")))  # fmt: skip
    await surface.ears.put("web/ana/health", answer)
    said = " ".join(await heard(page, 1))
    assert "Ben asked Ana to decide" in said
    assert "nginx is active: ANSWER. since this morning. It went well." in said
    assert ".." not in said, "a sentence has one end"
    assert "my own words" not in said
    assert "localhost is well" not in said


async def test_only_one_region_speaks_by_itself(page, surface):
    await surface.ears.fill()
    await page.goto(f"{surface.address}/c/broken")
    await page.locator(".o-card").first.wait_for()
    live = (
        "[aria-live]:not([aria-live=off]), [role=log], [role=alert], [role=timer], [role=marquee]"
    )
    assert await page.locator(f".o-app :is({live})").count() == 0
    # Beside it only answers to a press, which are no part of what is redrawn.
    drawn = ".o-app [role=status]:not(.o-notice, [data-heard])"
    assert await page.locator(drawn).count() == 0


async def test_a_press_keeps_its_place(page, surface):
    surface.ears.replies["approve"] = Reply(accepted=False, text="You are an operator.")
    await surface.ears.put(page.thread, example_cards.waiting(surface.now()))
    approve = page.locator("[data-button=approve]")
    await approve.focus()
    await page.keyboard.press("Enter")
    await page.locator(".o-card .o-notice", has_text="You are an operator.").wait_for()
    await expect(approve).to_be_focused()
    del surface.ears.replies["approve"]
    await page.keyboard.press("Enter")
    await expect(approve).to_be_disabled()
    await expect(page.locator("#card-plan-90")).to_be_focused()
    done = Card(id="plan-90", serial=7, plan=90, title="restarted", state="DONE", tone=Tone.GOOD)
    await surface.ears.put(page.thread, done)
    await page.get_by_role("heading", name="restarted").wait_for()
    await expect(page.locator("#card-plan-90")).to_be_focused()


async def test_who_stood_on_a_button_that_is_gone_stands_on_its_card(page, surface):
    await surface.ears.put(page.thread, example_cards.waiting(surface.now()))
    await page.locator("[data-button=approve]").focus()
    done = Card(id="plan-90", serial=7, plan=90, title="restarted", state="DONE", tone=Tone.GOOD)
    await surface.ears.put(page.thread, done)
    await page.get_by_role("heading", name="restarted").wait_for()
    await expect(page.locator("#card-plan-90")).to_be_focused()


async def test_who_stands_in_a_list_stays_when_it_grows_above(page, surface):
    await surface.ears.fill()
    link = page.locator(".o-threads a", has_text="how is localhost?")
    await link.focus()
    await surface.ears.put("web/ana/newer", Card(id="n", title="Something newer"))
    await expect(page.locator(".o-threads li")).to_have_count(4)
    await expect(page.locator(".o-threads li").first).to_contain_text("Conversation")
    await expect(link).to_be_focused()


async def test_an_example_that_was_pressed_leaves_one_at_the_input(page, surface):
    await page.get_by_role("button", name="is ssh up on localhost?").focus()
    await page.keyboard.press("Enter")
    await page.locator(".o-words").wait_for()
    await expect(page.locator(INPUT)).to_be_focused()


async def test_a_dialog_has_a_name_keeps_the_focus_and_gives_it_back(page, surface):
    await surface.ears.put(page.thread, example_cards.waiting(surface.now()))
    deny = page.locator("[data-button=deny]")
    await deny.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Why not?")
    await dialog.wait_for()
    for _ in range(6):
        await page.keyboard.press("Tab")
        # Past its end the browser's own bar has a turn; the page behind it never has.
        assert await page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(deny).to_be_focused()
    assert surface.ears.presses == []


async def test_outputs_say_whose_is_shown(page, surface):
    await surface.ears.fill()
    await page.goto(f"{surface.address}/c/broken")
    await page.get_by_role("button", name="Output").click()
    dialog = page.get_by_role("dialog", name="Output")
    await dialog.get_by_text("everything that web-2 printed").wait_for()
    assert await dialog.locator("pre").get_attribute("aria-label") == "Output of web-2"
    await dialog.get_by_role("button", name="web-1").click()
    await dialog.get_by_text("everything that web-1 printed").wait_for()
    pressed = dialog.locator("[aria-pressed=true]")
    assert await pressed.all_inner_texts() == ["web-1"]


async def test_the_sidebar_is_skipped_at_once(page, surface):
    await surface.ears.fill()
    await page.goto(f"{surface.address}/plan/90")
    await page.locator(".o-card").wait_for()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to what the page shows")
    await expect(skip).to_be_focused()
    assert (await skip.bounding_box())["y"] >= 0
    await page.keyboard.press("Enter")
    await expect(page.locator(".o-log")).to_be_focused()


async def test_the_narrow_menu_takes_the_focus_and_gives_it_back(page):
    await page.set_viewport_size({"width": 390, "height": 844})
    menu = page.get_by_role("button", name="Conversations and lists")
    await menu.focus()
    await page.keyboard.press("Enter")
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_role("link", name="New conversation")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu).to_have_attribute("aria-expanded", "false")
    await expect(menu).to_be_focused()


async def test_where_the_focus_stands_is_seen(page, surface):
    """Every stop of the Tab key is marked: by a ring, or by the frame of what is typed into."""
    await surface.ears.fill()
    await page.goto(f"{surface.address}/c/broken")
    await page.locator(".o-card").first.wait_for()
    await page.locator("[data-skip]").focus()
    seen = 0
    for _ in range(60):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(
            """() => {
                const at = document.activeElement;
                if (at === document.body) return null;
                const ring = (node) => getComputedStyle(node).boxShadow !== "none";
                return [at.outerHTML.slice(0, 90), ring(at) || ring(at.closest(".o-composer") ?? at)];
            }"""
        )
        if stop is None:
            break
        assert stop[1], stop[0]
        seen += 1
    assert seen > 15


async def test_options_are_read_with_what_stands_beside_them(page, surface):
    card = Card(id="q", title="Which?", state="QUESTION", tone=Tone.WAITING,
                buttons=(Button(id="option", label="web-1\tproduction", value="web-1", key="1"),))  # fmt: skip
    await surface.ears.put(page.thread, card)
    await page.get_by_role("button", name="web-1 production", exact=True).wait_for()
