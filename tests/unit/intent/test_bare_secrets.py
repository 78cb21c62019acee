"""A password of letters only is one where the words around it say so, and only there."""

from pathlib import Path

import pytest

from bot.domain.intents import ParseContext, Refusal
from bot.intent.at_once import wants_reading
from bot.intent.patterns import is_pattern
from bot.intent.phrase_rules import understand
from bot.intent.rules import bare_secrets
from bot.intent.rules.bare_secrets import is_given
from bot.intent.rules.guards import is_pasted
from tests.unit.intent.vocabularies import own


def requests(name):
    """A file's lines, without its blank ones and its comments."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


GIVEN = requests("passwords-given.txt")
SPOKEN_OF = requests("passwords-spoken-of.txt")


@pytest.mark.parametrize("text", GIVEN)
def test_a_password_of_letters_is_refused_before_it_is_stored(text):
    outcome = understand(text, own(), ParseContext())
    assert isinstance(outcome, Refusal)
    assert outcome.redact
    assert wants_reading(text)


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_what_is_said_of_passwords_in_general_is_none(text):
    assert not is_pasted(text)


def test_a_line_of_its_own_gives_a_password():
    assert is_given("ssh into web-1\npassword sommerregen")
    assert is_given("ssh into web-1\nuser root\npassword sommerregen\nthen restart nginx")
    assert not is_given("restart redis on db-1\npassword rotated")


def test_the_case_of_letters_counts_for_nothing():
    assert is_given("WITH PASSWORD SOMMERREGEN")
    assert not is_given("WITH PASSWORD AUTHENTICATION")


def test_the_name_of_a_secret_is_none():
    assert not is_given("with secret deploy-key")
    assert not is_given("with password store:deploy")


def test_only_what_a_login_that_is_spoken_of_fails_with_is_one():
    assert is_given("the login with password sommerregen fails")
    assert not is_given("the login with password sommerregen")
    assert is_given("login with password sommerregen")


def test_its_patterns_are_small_enough_for_a_quick_look():
    """One list of endings for each stem took eight seconds to compile."""
    sizes = {
        n: len(p) for n, p in vars(bare_secrets).items() if isinstance(p, str) and n[1:2].isupper()
    }
    assert sizes["_PHRASE"] > 10_000
    assert max(sizes.values()) < 60_000, sizes


def test_nothing_large_is_compiled_before_a_text_names_a_password():
    """That was a tenth of every start."""
    small = {n: len(p.pattern) for n, p in vars(bare_secrets).items() if is_pattern(p)}
    assert max(small.values()) < 3000, small
    bare_secrets._late.cache_clear()
    assert not is_given("restart nginx on web-1")
    assert bare_secrets._late.cache_info().currsize == 0
    assert is_given("restart nginx on web-1 with password sommerregen")
    assert bare_secrets._late.cache_info().currsize > 0
