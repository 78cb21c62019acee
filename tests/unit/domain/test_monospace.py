"""Columns and gauges, as Slack, Discord and a terminal line them up."""

import pytest

from bot.domain.monospace import cells, filled, gauge, padded, table


def test_columns_stand_in_line_and_no_cell_is_cut():
    lines = table(("host", "load"), [("web-1", "0.4"), ("漢字", "12.0"), ("db",)], right=(1,))
    assert lines == ["host   load", "web-1   0.4", "漢字   12.0", "db"]


def test_columns_without_names_have_no_line_for_them():
    assert table(("", ""), [("a", "b")]) == ["a  b"]
    assert table((), []) == []


@pytest.mark.parametrize(
    ("share", "full"),
    [(0, 0), (0.001, 1), (0.5, 8), (0.999, 15), (1, 16), (7, 16), (-1, 0), (float("nan"), 0)],
)
def test_anything_above_none_shows_and_anything_below_all(share, full):
    assert filled(share, 16) == full
    assert gauge(share) == "█" * full + "░" * (16 - full)


def test_a_cell_is_as_wide_as_it_is_drawn():
    assert [cells(text) for text in ("abc", "漢", "e\u0301", "…")] == [3, 2, 1, 1]
    assert (padded("漢", 4), padded("漢", 4, right=True)) == ("漢  ", "  漢")
