"""One word put anywhere into a change: it may stop the change or narrow it, never widen it.

The words are English ones and our own; those that may rightly name another deed or more
targets (verbs, groups, environments, quantifiers …) are left out. Run as a program, it tries
every word at every place; as a test, a sample.
"""

import random
import sys

import pytest

from bot.domain.intents import Intent, ParseContext
from bot.intent.phrase_rules import understand
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.real_words import REAL
from bot.intent.rules.target_words import ALL, PLURAL, SINGULAR
from bot.intent.rules.verbs import VERBS
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()
SENTENCES = (
    "restart caddy on app-1",
    "please restart caddy and redis on app-1 and app-2",
    "stop memcached on all app hosts except app-3",
    "reboot edge-berlin",
    "reboot the production app hosts one at a time",
    "reload caddy on nas then restart redis there",
    "upgrade openssl on app-3",
    "upgrade all packages on cache-2",
    "start postfix on mail-1 because the queue is full",
    "run `df -h` on app-4",
    "stop redis on cache-1, reboot the host, then start redis again",
    "can you bounce the caddy service on edge-*?",
    "cancel plan 12",
    "caddy on app-2 needs a restart",
    "restart caddy on staging but not on app-4",
)
OURS = set("up down off out back over away anew afresh cold hard warm rereading re-reading".split())
EXEMPT = (
    VERBS | ALL | PLURAL | SINGULAR | OURS | set(own().group_words) | set(own().environment_words)
)
WORDS = sorted((COMMON | REAL | own().words) - EXEMPT)


def deeds(outcome):
    if not isinstance(outcome, Intent):
        return set()
    return {
        (w.action, w.params.get("service"), str(w.params.get("command")), host)
        for w in outcome.wishes
        if own().actions[w.action].changes
        for host in w.params.get("hosts", (None,))
    }


def widened(sentence, place, word):
    """The deeds that the word adds, or that it turns into others."""
    before = deeds(understand(sentence, own(), NOTHING))
    words = sentence.split()
    text = " ".join([*words[:place], word, *words[place:]])
    return text, deeds(understand(text, own(), NOTHING)) - before


def cases():
    for sentence in SENTENCES:
        for place in range(len(sentence.split()) + 1):
            for word in WORDS:
                if sentence.split()[place - 1 : place] != ["`df"]:  # a command's own words
                    yield sentence, place, word


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_inserted_word_never_widens_a_change(sentence):
    assert deeds(understand(sentence, own(), NOTHING)) or "plan" in sentence
    chance = random.Random(sentence)
    places = [n for n in range(len(sentence.split()) + 1) if sentence.split()[n - 1 : n] != ["`df"]]
    for _ in range(60):
        place, word = chance.choice(places), chance.choice(WORDS)
        text, more = widened(sentence, place, word)
        assert not more, text


if __name__ == "__main__":
    share = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for n, case in enumerate(cases()):
        if n % share == 0:
            text, more = widened(*case)
            if more:
                sys.stdout.write(f"{text}  ->  {sorted(more, key=str)}\n")
