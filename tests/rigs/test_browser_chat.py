"""A person at the page, in real Chromium: sign in, say, read, press, and see it happen."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json

import pytest

from bot.adapters.web.page import SOON_S
from bot.domain.cards import Button, Card, Choice, StepRow, TargetRow, Tone
from bot.domain.messages import Reply
from bot.testing import example_cards
from tests.rigs.browser import current_thread, sign_in, until
from tests.rigs.browser_fixtures import browser, page, surface  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INPUT = ".o-composer textarea"
STILL_MS = 800
"""Longer than the page waits after a card has changed before it takes a press."""


async def test_a_link_signs_in_once_and_a_password_later(page, surface):
    path = await surface.make_link("ana")
    await page.goto(surface.address + path)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_text("Say what you want done").first.wait_for()
    assert "Ana" in await page.locator(".o-self").inner_text()
    assert "approver, admin" in await page.locator(".o-self").inner_text()

    await page.get_by_role("link", name="Password").click()
    await page.get_by_label("New password").fill("four unrelated words")
    await page.get_by_label("Once more").fill("four unrelated words")
    await page.get_by_role("button", name="Set password").click()
    await page.get_by_role("link", name="To the chat").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login")

    await page.goto(surface.address + path)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_text("has been used").wait_for()
    await page.get_by_label("Name").fill("ana")
    await page.get_by_label("Password").fill("four unrelated words")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_selector(INPUT)


async def test_saying_something_and_reading_the_answer(page, surface):
    surface.ears.answers["how is localhost?"] = example_cards.health()
    await sign_in(page, surface)
    await page.fill(INPUT, "how is localhost?")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="localhost is well").wait_for()
    assert await page.locator(".o-words").inner_text() == "how is localhost?"
    assert await page.input_value(INPUT) == ""
    assert await page.locator(".o-first").count() == 0
    (message,) = surface.ears.messages
    assert (message.person, str(message.identity)) == ("ana", "web:ana")
    assert (message.thread.surface, message.thread.channel) == ("web", "ana")
    await page.locator(".o-threads a[aria-current]").wait_for()

    await page.reload()
    await page.get_by_role("heading", name="localhost is well").wait_for()
    assert await current_thread(page) == str(message.thread)
    assert page.problems == []


async def test_an_example_is_said_by_pressing_it(page, surface):
    await sign_in(page, surface)
    button = page.get_by_role("button", name="is ssh up on localhost?")
    await button.dblclick()
    await page.locator(".o-words").wait_for()
    assert [message.text for message in surface.ears.messages] == ["is ssh up on localhost?"]


async def test_shift_enter_breaks_the_line_and_a_draft_survives_a_reload(page, surface):
    await sign_in(page, surface)
    await page.fill(INPUT, "one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    assert surface.ears.messages == []
    await page.reload()
    await page.wait_for_selector(INPUT)
    assert await page.input_value(INPUT) == "one\ntwo"


async def test_a_refusal_is_told_and_the_words_stay(page, surface):
    surface.ears.replies["now"] = Reply(accepted=False, text="I am stopping; try again soon.")
    await sign_in(page, surface)
    await page.fill(INPUT, "now")
    await page.keyboard.press("Enter")
    await page.get_by_text("I am stopping; try again soon.").wait_for()
    assert await page.input_value(INPUT) == "now"


async def test_code_in_an_answer_to_a_press_is_drawn_as_code(page, surface):
    surface.ears.replies["now"] = Reply(accepted=False, text="Say `resume`, then *Ask again*.")
    await sign_in(page, surface)
    await page.fill(INPUT, "now")
    await page.keyboard.press("Enter")
    spot = page.locator(".o-foot-bar .o-notice")
    await spot.get_by_text("resume", exact=True).wait_for()
    assert await spot.inner_html() == "Say <code>resume</code>, then <em>Ask again</em>."


async def test_a_decision_is_handed_over_by_name(page, surface):
    choices = (Choice(value="ben", label="Ben"), Choice(value="vera", label="Vera <V>"))
    hand = Button(id="handover", label="Hand over…", key="h", asks="To whom?", choices=choices)
    thread = "web/ana/hand"
    await surface.ears.put(thread, Card(id="plan-7", plan=7, title="t", buttons=(hand,)))
    await sign_in(page, surface)
    await page.goto(surface.address + "/c/hand")
    await page.get_by_role("button", name="Hand over…").click()
    dialog = page.locator("dialog")
    assert await dialog.get_by_role("button").all_inner_texts() == ["Ben", "Vera <V>", "Back"]
    await dialog.get_by_role("button", name="Back").click()
    assert surface.ears.presses == []
    await page.get_by_role("button", name="Hand over…").click()
    await dialog.get_by_role("button", name="Vera").click()
    await until(lambda: surface.ears.presses)
    press = surface.ears.presses[0]
    assert (press.button, press.text) == ("handover", "vera")


async def test_a_lost_answer_is_sent_again_under_the_same_id(page, surface):
    await sign_in(page, surface)
    lost = []

    async def lose(route):
        if not lost:
            lost.append(json.loads(route.request.post_data)["event_id"])
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/say", lose)
    await page.fill(INPUT, "restart cron")
    await page.keyboard.press("Enter")
    await page.locator(".o-words").wait_for()
    await until(lambda: surface.ears.messages)
    await page.wait_for_function("document.querySelector('.o-composer textarea').value === ''")
    assert [message.event_id for message in surface.ears.messages] == lost


async def test_approve_reaches_the_ears_once_with_what_was_shown(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    card = example_cards.waiting(surface.now())
    await surface.show(await surface.ears.put(thread, card), edited=False)
    approve = page.get_by_role("button", name="Approve restart on 4 hosts")
    await approve.dblclick()
    await until(lambda: surface.ears.presses)
    (press,) = surface.ears.presses
    assert (press.button, press.plan, press.revision) == ("approve", 90, 1)
    assert press.digest == card.digest
    assert str(press.thread) == thread
    assert await approve.is_disabled()
    await surface.ears.put(thread, example_cards.waiting(surface.now(), serial=2))
    await page.wait_for_function("!document.querySelector('[data-button=approve]').disabled")
    assert len(surface.ears.presses) == 1


async def test_a_refused_press_is_told_beside_the_card(page, surface):
    surface.ears.replies["approve"] = Reply(accepted=False, text="You are an operator.")
    await sign_in(page, surface, "ben")
    await surface.ears.put(await current_thread(page), example_cards.waiting(surface.now()))
    approve = page.get_by_role("button", name="Approve restart")
    await approve.click()
    await page.locator(".o-card .o-notice", has_text="You are an operator.").wait_for()
    assert await approve.is_enabled()


async def test_a_reason_is_asked_for(page, surface):
    await sign_in(page, surface)
    await surface.ears.put(await current_thread(page), example_cards.waiting(surface.now()))
    await page.get_by_role("button", name="Deny…").click()
    await page.keyboard.press("Escape")
    assert surface.ears.presses == []
    await page.get_by_role("button", name="Deny…").click()
    await page.get_by_role("textbox", name="Why not?").fill("not before noon")
    await page.keyboard.press("Enter")
    await until(lambda: surface.ears.presses)
    assert (surface.ears.presses[0].button, surface.ears.presses[0].text) == (
        "deny",
        "not before noon",
    )


async def test_keys_press_the_newest_card_and_never_while_typing(page, surface):
    await sign_in(page, surface)
    await surface.ears.put(await current_thread(page), example_cards.waiting(surface.now()))
    await page.get_by_role("button", name="Approve restart").wait_for()
    await page.focus(INPUT)
    await page.keyboard.type("a")
    assert surface.ears.presses == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("a")
    await until(lambda: surface.ears.presses)
    assert surface.ears.presses[0].button == "approve"
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement.name") == "text"
    assert await page.input_value(INPUT) == "a"


async def test_a_card_that_changes_under_the_finger_takes_no_press(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    await surface.ears.put(thread, example_cards.waiting(surface.now()))
    await page.get_by_role("button", name="Approve restart").wait_for()
    await surface.ears.put(thread, example_cards.waiting(surface.now(), serial=2, digest="ff" * 32))
    await page.locator('[data-digest^="ffff"]').wait_for()
    await page.get_by_role("button", name="Approve restart").click()
    await page.get_by_text("has just changed").wait_for()
    assert surface.ears.presses == []
    await page.wait_for_timeout(STILL_MS)
    await page.get_by_role("button", name="Approve restart").click()
    await until(lambda: surface.ears.presses)
    assert surface.ears.presses[0].digest == "ff" * 32


async def test_a_card_is_edited_in_place_and_what_was_opened_stays_open(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    memory = example_cards.memory()
    await surface.ears.put(thread, memory)
    await page.get_by_role("button", name="show all 28 lines").click()
    await page.get_by_role("button", name="show less").focus()
    edited = memory.model_copy(update={"serial": 3, "title": "Memory again", "state": "DONE"})
    await surface.ears.put(thread, edited)
    await page.get_by_role("heading", name="Memory again").wait_for()
    assert await page.locator(".o-card").count() == 1
    assert await page.locator(".o-output[data-ui-open]").count() == 1
    assert await page.evaluate("document.activeElement.className") == "o-fold"
    older = memory.model_copy(update={"serial": 2, "title": "Older"})
    await surface.show(
        (await surface.ears.put("web/ana/other", older)).model_copy(update={"thread": thread}),
        edited=True,
    )
    await surface.ears.put(thread, example_cards.running())
    await page.get_by_role("heading", name="upgrade openssl").wait_for()
    assert await page.get_by_role("heading", name="Older").count() == 0


async def test_a_run_is_watched_live_at_most_five_times_a_second(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    await surface.ears.put(thread, example_cards.running(0, serial=0))
    await page.locator(".o-card[data-busy]").wait_for()
    await page.evaluate(
        "window.drawn = 0; document.addEventListener('o-drawn', (e) => e.target.matches('.o-item') && drawn++)"
    )
    for done in range(1, 41):
        await surface.ears.put(thread, example_cards.running(done, serial=done))
        await asyncio.sleep(0.025)
    await page.get_by_text("40 of 40").wait_for()
    assert 2 <= await page.evaluate("drawn") <= 8


async def test_what_comes_after_a_quiet_time_is_drawn_at_once(page, surface):
    await sign_in(page, surface)
    thread = await current_thread(page)
    (one,) = surface.pages
    loop = asyncio.get_running_loop()
    for number, last, soon in ((1, -10.0, True), (2, 0.0, False)):
        await until(lambda: one._handle is None)
        one._news_at = loop.time() + last
        await surface.ears.put(thread, example_cards.running(number, serial=number))
        assert (one._handle.when() - loop.time() <= SOON_S) is soon
        await page.get_by_text(f"{number} of 40").wait_for()


async def test_what_waits_is_listed_and_opened_from_another_surface(page, surface):
    await sign_in(page, surface)
    assert "Nothing waits for you" in await page.locator(".o-waiting").inner_text()
    await surface.ears.put("terminal/ben/t1", example_cards.waiting(surface.now()))
    await page.locator(".o-waiting a").click()
    await page.get_by_text("This card stands in Ben’s conversation.").wait_for()
    assert await page.title() == "(1) #90 restart nginx on web, one at a time · Overseer"
    assert page.url.endswith("/plan/90")
    await page.get_by_role("button", name="Approve restart").click()
    await until(lambda: surface.ears.presses)
    assert str(surface.ears.presses[0].thread) == "terminal/ben/t1"
    done = Card(id="plan-90", serial=7, plan=90, title="restarted", state="DONE", tone=Tone.GOOD)
    await surface.ears.put("terminal/ben/t1", done)
    await page.get_by_role("heading", name="restarted").wait_for()
    await page.go_back()
    await page.wait_for_selector(INPUT)
    await page.go_forward()
    await page.get_by_role("heading", name="restarted", level=2).wait_for()


async def test_ones_own_card_leads_to_the_whole_conversation(page, surface):
    await sign_in(page, surface)
    await surface.ears.put("terminal/ana/t1", example_cards.waiting(surface.now()))
    await page.goto(f"{surface.address}/plan/90")
    await page.get_by_text("This card stands in a conversation of yours.").wait_for()
    await page.get_by_role("link", name="Show all of it").click()
    await page.wait_for_url("**/thread/terminal/ana/t1")
    await page.wait_for_selector(INPUT)


async def test_whole_output_is_shown_by_host(page, surface):
    await surface.ears.fill()
    await sign_in(page, surface)
    await page.goto(f"{surface.address}/c/broken")
    await page.get_by_role("button", name="Output").click()
    await page.get_by_role("dialog").get_by_role("button", name="web-1").click()
    await page.get_by_text("everything that web-1 printed in #89").wait_for()
    await page.get_by_role("button", name="Close").click()
    await page.goto(f"{surface.address}/c/health")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="processes.txt").click()
    assert (await download.value).suggested_filename == "processes.txt"


def of_a_fleet(number):
    """A run that named two of its hosts on its card."""
    rows = tuple(
        TargetRow(hosts=(host,), state="failed", tone=Tone.BAD) for host in ("ci-7", "ci-3")
    )
    step = StepRow(number=1, state="failed", tone=Tone.BAD, title="t", targets=rows)
    button = Button(id="output", label="Output of…", asks="Of which host?", key="o")
    return Card(
        id="plan-70", serial=1, plan=70, title="upgrade", state="NEEDS A DECISION", body=(step,),
        buttons=(button,),
    ), tuple(f"ci-{n}" for n in range(1, number + 1))  # fmt: skip


async def opened(page, surface, hosts):
    card, surface.ears.ran_on = of_a_fleet(hosts)
    await surface.ears.put("web/ana/fleet", card)
    await sign_in(page, surface)
    await page.goto(f"{surface.address}/c/fleet")
    await page.get_by_role("button", name="Output of…").click()
    return page.get_by_role("dialog", name="Output")


async def test_all_hosts_of_a_run_are_offered_those_that_failed_first(page, surface):
    dialog = await opened(page, surface, 9)
    await dialog.get_by_text("everything that ci-7 printed in #70").wait_for()
    names = await dialog.locator("[data-host]").all_inner_texts()
    assert names == ["ci-7", "ci-3", "ci-1", "ci-2", "ci-4", "ci-5", "ci-6", "ci-8", "ci-9"]
    assert await dialog.locator("input, textarea").count() == 0


async def test_of_many_hosts_a_list_is_narrowed_by_typing(page, surface):
    dialog = await opened(page, surface, 2000)
    await dialog.get_by_text("everything that ci-7 printed in #70").wait_for()
    offered = dialog.get_by_label("Hosts", exact=True)
    assert await offered.locator("option").count() == 2000
    await dialog.get_by_role("searchbox").fill("CI-199")
    names = await offered.locator("option").all_inner_texts()
    assert names == ["ci-199", *(f"ci-{n}" for n in range(1990, 2000))]
    await offered.select_option("ci-1994")
    await dialog.get_by_text("everything that ci-1994 printed in #70").wait_for()
    await dialog.get_by_role("searchbox").fill("ci-42")
    await page.keyboard.press("Enter")
    await dialog.get_by_text("everything that ci-42 printed in #70").wait_for()
    assert page.problems == []
