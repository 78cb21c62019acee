"""What is seen at once of many names is what a look at each of them would find."""

import re

from hypothesis import given
from hypothesis import strategies as some

from bot.domain.intents import ParseContext
from bot.intent.model import spared
from bot.intent.model.words import words_of
from tests.unit.intent.grounds import vocabulary

NAMES = ("web-1", "web-2", "db-1", "web", "db")
AROUND = (
    "restart nginx on and , . ; : not no don't never without except skip sauf nicht kein außer ohne bis auf statt "
    "leave alone lass in ruhe laisse tranquille keep as is bleibt stays soll nicht ist tabu excluded weglassen "
    "auslassen minus instead of läuft antwortet auch nur bitte maar niet pas pero no (web-2) web-2. WEB-2 "
    "web-21 x-web-1 web-1/a web-1.b"
).split()
TEXTS = some.lists(some.sampled_from((*NAMES, *AROUND)), max_size=14).map(" ".join)


@given(TEXTS)
def test_a_name_is_spared_by_what_stands_around_it_and_by_nothing_else(text):
    is_name = words_of(text, ParseContext(), vocabulary()).is_name
    places = [found.span() for found in re.finditer(r"\S+", text)]
    seen = [spared.is_spared(text, *place, is_name) for place in places]
    may_be, spared._may_be = spared._may_be, lambda *_: True
    try:
        assert [spared.is_spared(text, *place, is_name) for place in places] == seen
    finally:
        spared._may_be = may_be


@given(TEXTS, some.sampled_from((*NAMES, "nginx", "web-1/a", "a", "leave alone", "on web-1")))
def test_a_name_stands_where_it_is_a_word_of_its_own(text, name):
    words = words_of(text, ParseContext(), vocabulary())
    within, low = f"{words.text} {words.earlier}", re.escape(name)
    ends = r"(?![\w/-]|\.\w)" if "/" in name else r"(?![\w-])"
    found = re.finditer(rf"(?<![\w.-]){low}{ends}", within)
    assert words.named(name) == any(
        not spared.is_spared(within, *match.span(), words.is_name) for match in found
    )
