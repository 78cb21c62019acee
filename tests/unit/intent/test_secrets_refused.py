"""Why a secret is not shown, not set, or not read by a command: the reason fits what was asked."""

import pytest

from bot.domain.intents import ParseContext, Refusal, SmallTalk, Understanding
from bot.intent.at_once import wants_reading
from bot.intent.phrase_rules import understand
from bot.intent.rules.guards import is_pasted
from bot.pipeline.pasted import safe_text
from tests.unit.intent.vocabularies import own


def refused(text):
    outcome = understand(text, own(), ParseContext())
    assert isinstance(outcome, Refusal), outcome
    return outcome.code, outcome.text


@pytest.mark.parametrize(
    "text",
    [
        "show me the root password",
        "what's the db password on nas?",
        "list secrets",
        "print the slack token",
    ],
)
def test_a_secret_is_never_shown_and_it_is_said_where_to_look(text):
    code, said = refused(text)
    assert code == "secret"
    assert "never show" in said
    assert "Look where they are kept" in said
    assert "secret list" in said
    assert "secret set" not in said


@pytest.mark.parametrize(
    "text",
    [
        "reset the root password on nas",
        "please change the sudo password of app-1",
        "rotate the api key on nas",
    ],
)
def test_a_secret_that_shall_be_changed_is_not_said_to_be_shown(text):
    code, said = refused(text)
    assert code == "secret"
    assert "don't set or change" in said
    assert "never show" not in said


def test_to_change_it_and_show_it_is_to_show_it():
    assert "never show" in refused("reset the root password on nas and show it to me")[1]


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        ("cat /etc/shadow", "secret", "reads or changes secrets"),
        ("printenv DB_PASSWORD", "secret", "reads or changes secrets"),
        ("mkfs.ext4 /dev/sda1", "mass-destruction", "destroys a whole machine"),
        ("rm -rf /etc", "mass-destruction", "destroys a whole machine"),
    ],
)
def test_a_command_is_refused_for_what_it_does(command, code, why):
    given, said = refused(f"run `{command}` on nas")
    assert given == code
    assert why in said
    other = {"destroys a whole machine", "reads or changes secrets"} - {why}
    assert not any(word in said for word in other)


@pytest.mark.parametrize(
    "text",
    [
        "das Passwort ist hunter23, starte nginx auf web-1 neu",
        "Passwort: hunter23",
        "Kennwort=hunter23 für app-1",
        "das Root-Passwort für app-1 lautet hunter23",
        "das Datenbankpasswort ist „hunter23“",
        "mot de passe: hunter23",
        "le mot de passe de app-1 est hunter23, redémarre nginx",
        "le mot de passe, c'est hunter23",
        "contraseña: hunter23",
        "la contraseña de root es hunter23",
        "la contrasen\u0303a es hunter23",
        "het wachtwoord is hunter23",
        "la password è girasole9",
        "la password di app-1 è girasole",
        "melde dich auf app-1 mit Passwort hunter23 an",
        "melde dich mit dem Passwort „geheim“ an",
        "ana und Passwort hunter23",
        "connecte-toi à app-1 avec le mot de passe hunter23",
        "conéctate a app-1 con contraseña hunter23",
        "con clave de api a1b2c3d4",
        "collegati con la password hunter23",
        "log in met wachtwoord hunter23",
        "log in to app-1 with password hunter23",
        "with the password Tr!ck&treat",
    ],
)
def test_a_secret_itself_is_refused_in_other_languages(text):
    outcome = understand(text, own(), ParseContext())
    assert isinstance(outcome, Refusal)
    assert outcome.redact
    assert wants_reading(text)


@pytest.mark.parametrize(
    "text",
    [
        "das Passwort ist falsch, was steht im Log von ssh auf app-1?",
        "das Kennwort ist abgelaufen",
        "le mot de passe est expiré",
        "le mot de passe est-il expiré ?",
        "la contraseña es incorrecta",
        "wie lautet das Passwort?",
        "Passwort: store:app-1-sudo",
        "reset the password of anna",
        "Passwort ändern",
        "mit Passwort anmelden",
        "mit Passwort!",
        "mit Passwort auf web-1 anmelden",
        "Login mit Passwort schlägt seit 22:00 fehl",
        "mit Passwort 22:00",
        "und Token 5min",
        "mit Passwort env:DB_PASS",
        "con contraseña nueva",
        "avec mot de passe oublié",
        "con password scaduta",
        "la password è scaduta",
        "met wachtwoord inloggen",
        "with password authentication on web-1",
        "the login with password for web-1 fails",
        "disable ssh login with password on web-1",
        "with a token from GitHub",
    ],
)
def test_what_is_said_about_a_secret_is_none(text):
    assert not is_pasted(text)


@pytest.mark.parametrize("text", ["how do i set a secret?", "where are the secrets kept?"])
def test_how_secrets_are_kept_is_told(text):
    outcome = understand(text, own(), ParseContext())
    assert isinstance(outcome, SmallTalk), outcome
    assert "./overseer secret set NAME" in outcome.text


SEEN_BY_THE_PARSER = "das Passwort ist hunter23"


@pytest.mark.parametrize(
    "text",
    [
        f"{SEEN_BY_THE_PARSER} und token=abcd1234efgh",
        f"token=abcd1234efgh, und {SEEN_BY_THE_PARSER}",
        "log in mit Passwort hunter23, oder token=abcd1234efgh",
        f"{SEEN_BY_THE_PARSER}, le mot de passe est hunter23",
    ],
)
def test_of_two_secrets_none_is_kept(text):
    kept = safe_text(text, Understanding(outcome=understand(text, own(), ParseContext())))
    assert "hunter23" not in kept
    assert "abcd1234efgh" not in kept


def test_of_one_that_a_pattern_masks_the_words_around_it_are_kept():
    text = "please use password: hunter23 on app-1"
    kept = safe_text(text, Understanding(outcome=understand(text, own(), ParseContext())))
    assert kept == "please use password: [redacted] on app-1"
