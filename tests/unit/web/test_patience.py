"""A page that a busy machine draws slowly comes late, and is no error."""

import pytest
from nicegui import ui

from bot.adapters.web import page


@pytest.fixture
def declared(monkeypatch):
    """What each page is declared with."""
    found = {}

    def declare(path, **how):
        found[path] = how
        return lambda show: show

    monkeypatch.setattr(ui, "page", declare)
    page.register(lambda scope: None)
    return found


def test_no_page_is_given_up_after_the_three_seconds_of_the_library(declared):
    assert {"/", "/gallery", "/runs", "/audit"} <= set(declared)
    assert {how["response_timeout"] for how in declared.values()} == {page.PATIENCE_S}
    assert page.PATIENCE_S >= 30
