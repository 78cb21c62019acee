"""What of an open page is read again when some card moves."""

from types import SimpleNamespace

import pytest

from bot.adapters.web import page as pages
from bot.adapters.web.page import Page
from bot.adapters.web.thread_view import Place
from bot.domain.messages import People, Person, Role

pytestmark = pytest.mark.asyncio
ANA = Person(name="ana", display="Ana", roles=frozenset({Role.ADMIN}))


class Drawn:
    """Keeps what was drawn into it, as the page's own pieces do."""

    html = ""

    def draw(self, html):
        self.html = html


class Ears:
    def people(self):
        return People(persons=(ANA,))

    async def status(self):
        return None

    async def waiting(self, person):
        return ()

    async def threads(self, person):
        return ()


@pytest.fixture
def reads(monkeypatch):
    """The addresses whose lists were read, in order."""
    found = []

    async def book_html(path, books, people, reader):
        found.append(path)
        return f"<p>{path} {len(found)}</p>"

    monkeypatch.setattr(pages, "book_html", book_html)
    return found


def opened(path):
    return SimpleNamespace(
        person=ANA, ears=Ears(), surface=SimpleNamespace(books=object()), _sheet=Drawn(),
        _sidebar=Drawn(), _frozen=Drawn(), _name=Drawn(), _items={}, place=Place(thread="", path=path, book=True),
        _lists_old=True, _lists_at=0.0,
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/audit", "/audit?q=nginx"])
async def test_the_log_is_not_searched_again_when_a_card_moves(reads, path):
    page = opened(path)
    await Page._draw_lists(page)
    assert reads == [path]
    for _ in range(3):
        await Page._draw_lists(page)
    assert reads == [path]
    assert page._sheet.html == f"<p>{path} 1</p>"
    assert "Conversations" in page._sidebar.html  # the rest is drawn all the same


async def test_the_runs_are_read_again_when_a_card_moves(reads):
    page = opened("/runs")
    for _ in range(3):
        await Page._draw_lists(page)
    assert reads == ["/runs"] * 3


async def test_another_search_is_another_reading(reads):
    page = opened("/audit?q=nginx")
    await Page._draw_lists(page)
    page.place, page._sheet = Place(thread="", path="/audit?q=redis", book=True), Drawn()
    await Page._draw_lists(page)
    assert reads == ["/audit?q=nginx", "/audit?q=redis"]
