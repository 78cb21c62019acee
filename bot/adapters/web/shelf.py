"""The books' pages: which one an address names, and its HTML for one reader."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from bot.adapters.web.books_view import gallery_html, log_html, run_html, runs_html
from bot.adapters.web.census_view import hosts_html, people_html
from bot.domain.messages import People, Person
from bot.ports import Books

_RUN = re.compile(r"/runs/(\d{1,12})")
_PATHS = frozenset({"/runs", "/hosts", "/people", "/audit", "/gallery"})
MOST_QUERY = 200
"""Characters of a search that are looked at."""


def is_book(path: str) -> bool:
    """Whether an address is one of the books'."""
    bare = urlsplit(path).path
    return bare in _PATHS or _RUN.fullmatch(bare) is not None


async def book_html(path: str, books: Books, people: People, reader: Person) -> str | None:
    """The page at an address; None when there is nothing."""
    address = urlsplit(path)
    asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
    before = int(asked["before"]) if re.fullmatch(r"\d{1,15}", asked.get("before", "")) else None
    if match := _RUN.fullmatch(address.path):
        sheet = await books.run(int(match[1]), reader.name)
        return run_html(sheet, reader.name) if sheet else None
    if address.path == "/runs":
        everything = asked.get("all") == "1"
        runs = await books.runs(everything=everything, before=before)
        return runs_html(runs, people, everything=everything, first=before is None)
    if address.path == "/hosts":
        return hosts_html(await books.hosts())
    if address.path == "/people":
        return people_html(people, reader)
    if address.path == "/gallery":
        return gallery_html(books.gallery(), asked.get("room", ""))
    query = asked.get("q", "")[:MOST_QUERY].strip()
    return log_html(await books.log(reader.name, words=query, before=before), query)
