"""An address that names nothing is answered in our words, and leads on."""

import pytest

from tests.rigs.browser import enter

pytest_plugins = ("tests.rigs.web_fixtures",)
pytestmark = pytest.mark.asyncio
HTML = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["/nowhere", "/runs/one/two", "/chat"])
async def test_a_page_that_is_not_there_says_so_and_leads_home(visitor, surface, path):
    await enter(visitor, surface)
    answer = await visitor.get(path, headers=HTML)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert f"<code>{path}</code>" in answer.text
    assert 'href="/"' in answer.text
    assert "HTTPException" not in answer.text
    assert "o-door" in answer.text


async def test_what_an_address_says_is_shown_and_never_read_as_html(visitor, surface):
    await enter(visitor, surface)
    answer = await visitor.get("/<script>alert(1)</script>" + "x" * 500, headers=HTML)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "x" * 200 not in answer.text


async def test_who_is_not_in_is_sent_to_the_login(visitor):
    answer = await visitor.get("/nowhere", headers=HTML)
    assert answer.headers["location"] == "/login"


async def test_files_of_the_page_that_are_missing_get_no_page(visitor, surface):
    await enter(visitor, surface)
    answer = await visitor.get("/_nicegui/0/libraries/none.js")
    assert answer.status_code == 404
    assert "o-door" not in answer.text


async def test_a_page_that_breaks_says_where_else_to_look(visitor, surface, monkeypatch):
    await enter(visitor, surface)

    def broken(*_, **__):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("bot.adapters.web.page.top_html", broken)
    answer = await visitor.get("/", headers=HTML)
    assert answer.status_code == 500
    assert "./overseer status" in answer.text
    assert "secret inside" not in answer.text
