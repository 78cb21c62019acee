"""What hostile text and a hostile network would try on the page, in real Chromium."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json

import pytest
import pytest_asyncio

from bot.domain.cards import Card, Output, Paragraph, Row, Span
from bot.testing import example_cards
from tests.rigs.browser import sign_in
from tests.rigs.browser_fixtures import browser, surface  # noqa: F401
from tests.unit.web.test_text import everywhere

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ATTACKS = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    '"><svg onload=window.pwned=1>',
    "'-window.pwned=1-'",
    "<a href='javascript:window.pwned=1' data-go>x</a>",
    "</textarea></template></style></script><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "${window.pwned = 1}`window.pwned = 1`{{constructor.constructor('window.pwned = 1')()}}",
    "&lt;script&gt;window.pwned = 1&lt;/script&gt; &#60;b&#62;",
    '<button data-button="approve" data-plan="1">Approve</button>',
    "<style>* { display: none }</style><meta http-equiv=refresh content='0;url=//evil.example'>",
)
MARKUP = (
    "script, img, iframe, style, template, object, embed, meta, link, base, b, a:not([data-go])"
)


@pytest_asyncio.fixture(loop_scope="module")
async def page(surface, browser):
    page = await (await browser.new_context()).new_page()
    page.set_default_timeout(60_000)
    page.problems, page.requests, page.dialogs = [], [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("websocket", lambda socket: page.requests.append(socket.url))
    page.on("dialog", lambda dialog: page.dialogs.append(dialog.message))
    yield page
    await page.context.close()


async def check_inert(page):
    assert await page.evaluate("window.pwned") is None
    assert page.dialogs == page.problems == []
    assert await page.locator(f".o-log :is({MARKUP})").count() == 0


async def test_hostile_text_is_only_text(page, surface):
    thread = "web/ana/x"
    for at, text in enumerate(ATTACKS):
        await surface.ears.put(thread, everywhere(text).model_copy(update={"id": f"{text} {at}"}))
        await surface.ears.tell(thread, "ana", text)
        await surface.ears.tell(thread, "", text)
    await sign_in(page, surface)
    await page.goto(f"{surface.address}/c/x")  # in the page as it is first sent
    await page.wait_for_selector(".o-card")
    await check_inert(page)
    for at, text in enumerate(ATTACKS):  # and as it is pushed
        card = everywhere(text).model_copy(update={"id": f"late {at}", "plan": None})
        await surface.ears.put(thread, card)
    await page.wait_for_function(
        f"document.querySelectorAll('.o-card').length === {2 * len(ATTACKS)}"
    )
    await page.wait_for_timeout(200)
    await check_inert(page)
    for text in ATTACKS:
        assert await page.locator(".o-words").get_by_text(text, exact=True).count() == 1


async def test_naughty_strings_are_only_text(page, surface, shared_dir):
    path = shared_dir / "data" / "naughty-strings.json"
    if not path.is_file():
        pytest.skip("shared/data/naughty-strings.json is not there")
    strings = json.loads(path.read_text(encoding="utf-8"))
    await sign_in(page, surface)
    thread = await page.locator(".o-composer").get_attribute("data-thread")
    rows = tuple(
        row
        for text in strings
        for row in (
            Row(label="x", spans=(Span(text=text), Span(text=text, code=True))),
            Paragraph(text=text),
            Output(text=text),
        )
    )
    await surface.ears.put(thread, Card(id="naughty", title="All of them", body=rows))
    await page.get_by_role("heading", name="All of them").wait_for()
    await check_inert(page)
    assert await page.locator(".o-row").count() == len(strings)


async def test_markup_that_slipped_through_could_run_nothing(page, surface):
    """The policy holds even where escaping is taken out."""
    await sign_in(page, surface)
    await page.evaluate(
        """(attacks) => { for (const text of attacks) {
            const spot = document.createElement("div");
            spot.innerHTML = text;
            document.querySelector(".o-log").append(spot);
            const script = document.createElement("script");
            script.textContent = "window.pwned = 1";
            spot.append(script);
        } }""",
        [attack for attack in ATTACKS if "refresh" not in attack],
    )
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.pwned") is None


async def test_no_request_leaves_the_machine(page, surface):
    await surface.ears.fill()
    await sign_in(page, surface)
    for path in ("/c/health", "/c/broken", "/plan/90", "/password"):
        await page.goto(surface.address + path)
        await page.wait_for_load_state("networkidle")
    own = (surface.address, surface.address.replace("http", "ws"), "data:")
    assert any("/_nicegui_ws/" in url for url in page.requests)
    assert [url for url in page.requests if not url.startswith(own)] == []


async def test_the_page_may_talk_to_nobody_else(page, surface):
    await sign_in(page, surface)
    refused = """async () => {
        const to = (what) => what.then(() => "sent", () => "refused");
        const image = new Promise((yes, no) => Object.assign(new Image(), { onload: yes, onerror: no, src: "http://127.0.0.1:9/x.png" }));
        const violated = new Promise((yes) => document.addEventListener("securitypolicyviolation", yes, { once: true }));
        const answers = [await to(fetch("http://127.0.0.1:9/")), await to(image)];
        return [...answers, (await violated).effectiveDirective];
    }"""
    assert await page.evaluate(refused) == ["refused", "refused", "connect-src"]


async def test_the_page_can_not_be_framed(page, surface):
    await sign_in(page, surface)
    await page.goto(f"{surface.address}/healthz")
    framed = await page.evaluate(
        """async () => {
            const frame = document.createElement("iframe");
            frame.src = "/";
            const done = new Promise((yes) => (frame.onload = yes));
            document.body.append(frame);
            await done;
            try { return frame.contentDocument?.body?.innerText ?? "" } catch { return "" }
        }"""
    )
    assert "Overseer" not in framed


async def test_a_viewer_sees_buttons_and_the_ears_decide(page, surface):
    await sign_in(page, surface, "vera")
    thread = await page.locator(".o-composer").get_attribute("data-thread")
    assert "viewer" in await page.locator(".o-self").inner_text()
    await surface.ears.put(thread, example_cards.waiting(surface.now()))
    await page.get_by_role("button", name="Approve restart").click()
    await page.wait_for_function("document.querySelector('[data-button=approve]').disabled")
    assert [press.person for press in surface.ears.presses] == ["vera"]
