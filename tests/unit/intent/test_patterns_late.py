"""A pattern is compiled when something is held against it, and all are in the end."""

import re
import subprocess
import sys

import pytest

from bot.intent.patterns import compile_beside, compiled, is_pattern


def is_made(pattern):
    return "search" in vars(pattern)


def test_what_nothing_is_held_against_is_not_compiled():
    pattern = compiled(r"(?P<n>\d+)", re.IGNORECASE)
    assert (pattern.pattern, is_made(pattern), is_pattern(pattern)) == (r"(?P<n>\d+)", False, True)
    assert pattern.fullmatch("12")["n"] == "12"
    assert is_made(pattern)
    assert (pattern.groups, dict(pattern.groupindex)) == (1, {"n": 1})
    assert pattern.flags & re.IGNORECASE


def test_what_no_pattern_has_is_an_error_and_compiles_nothing():
    pattern = compiled("a")
    with pytest.raises(AttributeError, match="scanner"):
        pattern.scanner  # noqa: B018 - to ask for it is the test
    assert not is_made(pattern)


async def test_the_rest_is_compiled_beside():
    pattern, used = compiled("a"), compiled("b")
    used.search("b")
    assert await compile_beside() >= 1
    assert is_made(pattern)
    assert await compile_beside() == 0


def test_a_start_compiles_hardly_any():
    """In a process of its own, since others here have read sentences."""
    source = "import bot.app; from bot.intent import patterns; print(len(patterns._waiting))"
    told = subprocess.run(
        [sys.executable, "-P", "-c", source], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) > 500
