"""What holds for every text whatever."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.intents import Intent, ParseContext
from bot.intent.phrase_rules import understand
from bot.intent.rules.templates import Templates
from tests.unit.intent.vocabularies import catalog, own

NOTHING = ParseContext()
WORDS = st.sampled_from(
    (
        "restart stop start reload reboot upgrade check show run status logs caddy redis memcached "
        "app-1 app-2 app-9 nas all every the a hosts boxes on in of and then but not except without "
        "production staging app edge , ; . ? : ( ) it there them its before after if when at 22:00 "
        "tomorrow one time please you can could don't never no do same again 2 3 lines last hours "
        '`df` "x" -x plan 12 everything everywhere web-* app-* app-1..3 to up down off back is was '
        "should must be restarted needs a reboot packages openssl updates only just instead skip leave alone"
    ).split()
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)


def changing(outcome):
    if not isinstance(outcome, Intent):
        return False
    shapes = own().actions
    return any(shapes[w.action].changes for w in outcome.wishes)


def hosts_of(outcome):
    return {h for w in outcome.wishes for h in w.params.get("hosts", ())}


@settings(max_examples=400)
@given(st.text(max_size=200))
def test_no_text_crashes_the_parser(text):
    understand(text, own(), NOTHING)


@settings(max_examples=600)
@given(SENTENCES)
def test_every_target_is_in_the_inventory(text):
    outcome = understand(text, own(), NOTHING)
    if isinstance(outcome, Intent):
        assert hosts_of(outcome) <= set(own().hosts)
        for wish in outcome.wishes:
            catalog().params(wish.action, wish.params)


VERBS = st.sampled_from(("restart", "stop", "start", "reload", "bounce", "kill", "shut down"))
SERVICES = st.sampled_from(("caddy", "redis", "caddy and redis", "the memcached service"))
PLACES = st.sampled_from(("app-1", "all app hosts", "app-1, app-2 and nas", "edge-*", "staging"))
NEGATIONS = st.sampled_from(
    ("don't", "do not", "please don't", "never", "you must not", "no need to", "let's not", "don’t")
)


@given(NEGATIONS, VERBS, SERVICES, PLACES)
def test_a_negation_in_front_never_changes_anything(negation, verb, service, place):
    plain = understand(f"{verb} {service} on {place}", own(), NOTHING)
    assert changing(plain)
    assert not changing(understand(f"{negation} {verb} {service} on {place}", own(), NOTHING))


@settings(max_examples=300)
@given(NEGATIONS, st.lists(WORDS.filter(str.isalpha), min_size=1, max_size=6).map(" ".join))
def test_a_negated_single_clause_never_changes_anything(negation, text):
    single = not {"but", "instead", "just", "only", "skip", "leave"} & set(text.split())
    outcome = understand(f"{negation} {text}", own(), NOTHING)
    assert not (single and changing(outcome)), outcome


@given(
    VERBS, SERVICES, PLACES,
    st.sampled_from(("unhealthy", "web-9", "frobnicated", "halfway", "unless quiet", "twice", "or nas", "like nas")),
)  # fmt: skip
def test_a_word_that_is_not_understood_forbids_the_change(verb, service, place, odd):
    assert not changing(understand(f"{verb} {service} on {place} {odd}", own(), NOTHING))


@given(SENTENCES, st.sampled_from("\u200b\u200d\u202e\u2060\ufeff"), st.integers(0, 3))
def test_an_invisible_character_inside_a_name_never_becomes_the_name(text, char, at):
    name = "nas"
    hidden = name[: at % 3] + char + name[at % 3 :] if at % 3 else f"n{char}as"
    assert not changing(understand(f"restart caddy on {hidden}", own(), NOTHING))


def test_a_very_long_text_is_read_quickly():
    for text in ("show " * 800, "upgrade " + "and x " * 600, "restart caddy on app-1 and " * 150):
        begun = time.perf_counter()
        understand(text, own(), NOTHING)
        assert time.perf_counter() - begun < 5  # a guard against explosion, no measurement


def test_templates_that_cannot_match_are_never_tried():
    """Five times the templates, the same candidates: so the time does not grow with them."""
    phrases = {n: s.phrases for n, s in catalog().skills.items()}
    noise = {
        "action": "host.status",
        "phrases": [f"frob{i} [quickly] (wug{i}|blicket{i}) {{hosts}}" for i in range(2500)],
    }
    big = Templates.build({**phrases, "noise": {"sentences": [noise]}})
    small = Templates.build(phrases)
    assert len(big.entries) > 5 * len(small.entries) - 600
    for text in ("restart qservice", "how full is disk", "what is qservice doing"):
        words = frozenset(text.split())
        assert {n for w in words for n in big.by_word.get(w, ())} == {
            n for w in words for n in small.by_word.get(w, ())
        }
        assert [m.action for m in big.match(text)] == [m.action for m in small.match(text)]
    assert big.unfiled == small.unfiled


def test_a_word_that_english_has_is_never_read_as_another():
    for word in ("avoid", "reporting", "shipping", "candy", "openssl", "impossible", "unaffected"):
        outcome = understand(f"{word} caddy on app-1", own(), NOTHING)
        assert not changing(outcome), word
        assert not getattr(outcome, "corrections", ()), word
