"""No pattern that words of people are held against takes long over what is said many times over.

A text of a chat has up to 16,384 characters, and it is read on the loop that all wait for: a
pattern that can read the same text in many ways would stand still over "please please please".
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Iterator
from functools import cache
from types import FrameType

import pytest

import bot.adapters.discord
import bot.adapters.slack
import bot.chat
import bot.conversation
import bot.domain
import bot.gate
import bot.intent
import bot.pipeline
import bot.reporting
from bot.intent.patterns import is_pattern
from tests.unit.intent import pumped

LONG = 2_000
OWN_LONG = 400
"""Characters of a text that is made from a pattern; two ways of reading each word are enough."""
AT_MOST = 1.0
"""Seconds of the processor for one text; what is read in one way takes some milliseconds."""
FILLERS = ("please ", "ok, ", "no, ", "the ", "it ", "web-1, ", "#1 ", "a", "1", ".", "-", " ", "... ", "— ", "so, then ")  # fmt: skip
ENDING = "approve\x00plan 1"
PACKAGES = (
    bot.intent, bot.pipeline, bot.adapters.slack, bot.adapters.discord, bot.chat, bot.conversation,
    bot.domain, bot.gate, bot.reporting,
)  # fmt: skip
NAMES = sorted(
    found.name
    for package in PACKAGES
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)


class TooLongError(Exception):
    """A pattern has not come to an end in its time."""


def patterns(value: object, name: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    if is_pattern(value) and isinstance(value.pattern, str):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from patterns(each, f"{name}[{key!r}]")
    elif isinstance(value, tuple | list):
        for at, each in enumerate(value):
            yield from patterns(each, f"{name}[{at}]")


def too_long(_: int, __: FrameType | None) -> None:
    raise TooLongError


@pytest.fixture(autouse=True)
def watch() -> Iterator[None]:
    """Only the time of this process counts, and a search is broken off when it is over."""
    former = signal.signal(signal.SIGVTALRM, too_long)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, former)


def lasts(pattern: re.Pattern[str], text: str, *, searched: bool) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, AT_MOST)
    try:
        pattern.search(text) if searched else pattern.match(text)
        pattern.fullmatch(text)
    except TooLongError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return False


@cache  # one module takes many of another's
def slow_ones(pattern: re.Pattern[str], *, searched: bool = False) -> list[str]:
    texts = {filler: (filler * LONG)[:LONG] + ENDING for filler in FILLERS}
    texts |= {text: text for text in pumped.texts(pattern, OWN_LONG)}
    return [filler for filler, text in texts.items() if lasts(pattern, text, searched=searched)]


def is_searched(name: str, source: str) -> bool:
    """Whether it is looked for anywhere in a text, as far as can be seen; one of many may be."""
    several = name.partition("[")
    by = rf"\b{several[0]}" if not several[1] else r"\w"
    return re.search(rf"{by}\.(?:search|sub|subn|split|findall|finditer)\(", source) is not None


@pytest.mark.parametrize("name", NAMES)
def test_no_pattern_takes_long_over_what_is_said_again_and_again(name):
    module = importlib.import_module(name)
    source = inspect.getsource(module)
    own = [each for key, value in vars(module).items() for each in patterns(value, key)]
    slow = {key: slow_ones(each, searched=is_searched(key, source)) for key, each in own}
    assert {key: fillers for key, fillers in slow.items() if fillers} == {}


def test_a_pattern_that_reads_one_text_in_many_ways_is_found():
    assert "please " in slow_ones(re.compile(r"^(?:\W*\bplease\b\W*)*who\b"))


TWO_WAYS = [
    (r"what about (?:[\w.-]+[, ]*){1,8}", r"what about (?:[\w.-]++(?:[, ]++|$)){1,8}"),
    (r"(?:(?:(?:big )?thanks|big)\W)*!", r"(?>(?:(?:big )?thanks|big)\W)*!"),
    (r"stop(?: (?:please|asap|a\.?s\.?a\.?p))*", r"stop(?: (?:please|a\.?s\.?a\.?p))*"),
    (r"(?:@\w+:?[ ,]+|@bot: ?)*", r"(?>@\w+:?[ ,]+|@bot: ?)*"),
]


@pytest.mark.parametrize(("two", "one"), TWO_WAYS)
def test_so_is_one_over_words_of_its_own(two, one):
    """Each stood in a pattern that no common word begins; beside it how it reads in one way."""
    assert slow_ones(re.compile(two))
    assert slow_ones(re.compile(one)) == []
