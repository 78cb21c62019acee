"""Whatever a request says, it is looked through in time: nobody else gets on meanwhile."""

import time
from itertools import islice, product

import pytest

from bot.domain.intents import Intent, ParseContext, Wish
from bot.domain.inventory import Host, Inventory
from bot.intent.model.declined import doubts
from bot.intent.model.denials import denials_in
from bot.intent.model.words import words_of
from bot.intent.phrase_rules import LONG, Vocabulary
from tests.unit.intent.grounds import catalog, grounds, rules, vocabulary


def seconds(work):
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize(
    "piece", ["web-1, ", "web-1 und ", "web-server ", "leave web-1 " + "a" * 4000, "a" * 4000 + " web-1 "]
)  # fmt: skip
def test_names_that_may_be_spared(piece):
    text = (piece * LONG)[: LONG // 2]
    assert seconds(lambda: words_of(text, ParseContext(), vocabulary())) < 3


@pytest.mark.parametrize(
    "text",
    [
        "werk " * (LONG // 5),
        "“" * LONG,
        "«" * LONG,
        "a" * LONG,
        "web " + "," * (LONG // 8) + "x staging web staging",
        "a." * (LONG // 4),
        "da " * 2500 + ".x " + "web-1 ist " * 400,
        "starte nginx auf web-1 neu " + "ne redémarre " * 1200,
    ],
)
def test_words_that_order_nothing_or_stand_for_something_else(text):
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1", "web-2"]})
    held = grounds(text)
    held.here, held.words  # noqa: B018 - looked at once, for all that is asked of them
    read = rules("hm")
    assert seconds(lambda: doubts(read, Intent(wishes=(wish,)), held)) < 3


@pytest.mark.parametrize("between", [" ", ","])
def test_thousands_of_names(between):
    signs = product("abcdefghijklmnopqrstuvwxyz", "0123456789", "abcdefghijklmnopqrstuvwxyz")
    names = ["".join(each) for each in islice(signs, 4000)]
    hosts = tuple(Host(name=name, groups=("all-of-it",)) for name in names)
    known = Vocabulary.build(Inventory(hosts=hosts, version="many"), catalog())
    text = f"restart nginx on {between.join(names)}"
    found = []
    assert seconds(lambda: found.append(words_of(text, ParseContext(), known))) < 1.2
    assert found[0].hosts == frozenset(names)
    assert seconds(lambda: found.append([found[0].named(name) for name in names])) < 0.8
    assert all(found[1])


def test_what_is_denied():
    assert seconds(lambda: list(denials_in("ne redémarre " * (LONG // 13)))) < 0.3
