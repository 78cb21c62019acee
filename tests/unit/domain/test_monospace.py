"""Columns and gauges, as Slack, Discord and a terminal line them up."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.monospace import WIDE, cells, filled, gauge, padded, table, wrapped

WIDTHS = ("host", "up", "load", "fullest disk", "remarks")
HEALTH = [
    ("db-1", "41 d", "3.20", "97 % /var/lib", "disk 97 % full, memory 91 %, load 3.20 on 2 CPUs"),
    ("web-1", "12 d", "0.40", "61 % /", ""),
]
PLANS = [
    ("#90", "today 14:02", "Ben", "restart nginx on web, one at a time", "NEEDS A DECISION", "1 of 4 done, web-2 failed"),
    ("#88", "yesterday 22:00", "Chris", "reboot db-1", "EXPIRED", ""),
]  # fmt: skip
cell = st.text("abc 漢\u0301é", max_size=30).map(lambda said: " ".join(said.split()))


def test_columns_stand_in_line_and_no_cell_is_cut():
    lines = table(("host", "load"), [("web-1", "0.4"), ("漢字", "12.0"), ("db",)], right=(1,))
    assert lines == ["host   load", "web-1   0.4", "漢字   12.0", "db"]


def test_columns_without_names_have_no_line_for_them():
    assert table(("", ""), [("a", "b")]) == ["a  b"]
    assert table((), []) == []


def test_what_is_too_wide_has_below_each_row_what_has_no_room_beside_it():
    assert table(WIDTHS, HEALTH, right=(2,)) == [
        "host   up    load  fullest disk",
        "  remarks",
        "db-1   41 d  3.20  97 % /var/lib",
        "  disk 97 % full, memory 91 %, load 3.20 on 2 CPUs",
        "web-1  12 d  0.40  61 % /",
    ]


def test_several_columns_below_a_row_are_called_by_their_names():
    assert table(("plan", "when", "who", "what", "state", "outcome"), PLANS) == [
        "plan  when             who    state",
        "#90   today 14:02      Ben    NEEDS A DECISION",
        "  what     restart nginx on web, one at a time",
        "  outcome  1 of 4 done, web-2 failed",
        "#88   yesterday 22:00  Chris  EXPIRED",
        "  what     reboot db-1",
    ]


def test_of_the_columns_that_would_do_that_goes_down_which_says_least():
    seldom = [
        ("libssl3", "3.0.17-1~deb12u2", "security", "3.0.18-1~deb12u1"),
        ("nginx", "1", "", "2"),
    ]
    assert table(("package", "installed", "", "waiting"), seldom, wide=50) == [
        "package  installed         waiting",
        "libssl3  3.0.17-1~deb12u2  3.0.18-1~deb12u1",
        "  security",
        "nginx    1                 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "wide", "beside"),
    [
        ([("a" * 5, "b" * 9, "c" * 9)], 20, "ab"),  # one is enough: of several the last
        ([("a" * 4, "b" * 9, "c" * 9), ("a", "", "c")], 15, "ac"),  # room for its gap as well
        ([("a" * 4, "b" * 12, "c" * 30, "d" * 5)], 12, "ad"),  # none is: the widest goes first
    ],
)
def test_which_columns_go_down(rows, wide, beside):
    assert [part[0] for part in table((), rows, wide=wide)[0].split()] == list(beside)


def test_a_row_is_a_record_where_nothing_has_room_beside_its_first_cell():
    assert table(("a", "bb", "c"), [("x" * 12, "y" * 9, "z z")], wide=12) == [
        "a", "x" * 12, "  bb  " + "y" * 9, "  c   z z",
    ]  # fmt: skip
    assert table(("", ""), [("x" * 12, "y y")], wide=12) == ["x" * 12, "  y y"]
    assert table((), [("x" * 12, "y", "z")], wide=12) == ["x" * 12, "  y", "  z"]


def test_as_wide_as_there_is_room_columns_stay_beside_each_other():
    row = ("x" * 28, "y" * (WIDE - 30))
    assert table(("a", "b"), [row])[1] == "  ".join(row)
    assert table(("a", "b"), [(*row[:1], row[1] + "y")])[2:] == [row[0], f"  {row[1]}y"]


def test_a_long_text_below_a_row_goes_on_below_its_beginning():
    assert table(("a", "b", "c"), [("x", "in the end all went well", "y" * 8)], wide=16) == [
        "a  c", "  b",
        "x  yyyyyyyy", "  in the end all", "  went well",
    ]  # fmt: skip
    lines = table(("a", "b", "c"), [("x" * 9, "one two", "y " * 5)], wide=10)
    assert lines[2:] == ["  b  one", "     two", "  c  y y y", "     y y"]


@example((["", "\u0301", "", ""], [["", "a"]], set()), 4)
@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.lists(cell, min_size=n, max_size=n),
            st.lists(st.lists(cell, max_size=n), max_size=5),
            st.sets(st.integers(0, n - 1)),
        )
    ),
    st.integers(4, 80),
)
def test_whatever_its_width_no_word_of_a_table_is_lost(drawn, wide):
    columns, rows, right = drawn
    lines = table(columns, rows, tuple(right), wide=wide)
    left = [word for line in lines for word in line.split()]
    for word in (word for row in rows for text in row for word in text.split()):
        left.remove(word)
    said = {at for row in rows for at, text in enumerate(row) if text}
    for at in said:
        for word in columns[at].split():
            left.remove(word)
    assert set(left) <= {word for text in columns for word in text.split()}
    first = max((cells(row[0]) for row in (columns, *rows) if row), default=0)
    names = [text.split() for text in columns]
    for line in lines:
        *before, _ = line.rsplit(" ", 1)
        is_one_word = not before or not before[0].strip() or before[0].split() in names
        assert is_one_word or cells(line) <= max(wide, first)


@given(cell, st.integers(1, 20))
def test_a_text_in_lines_is_the_text(text, size):
    lines = wrapped(text, size)
    assert " ".join(lines) == text
    assert all(cells(line) <= size or " " not in line for line in lines)


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
