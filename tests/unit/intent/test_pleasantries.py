"""Greetings, thanks and a call for help are answered in other languages as in English, without a model."""

import pytest

from bot.domain.intents import Intent, ParseContext, SmallTalk
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own


def read(text):
    return understand(text, own(), ParseContext())


@pytest.mark.parametrize(
    ("english", "others"),
    [
        ("hello", ["Hallo", "guten Morgen!", "moin zusammen", "Hallo Overseer", "bonjour à tous",
                   "buenos días", "ciao", "buongiorno a tutti", "goedemorgen", "hoi"]),
        ("thanks", ["danke", "Vielen Dank!", "danke dir, super", "gut gemacht", "merci beaucoup", "muchas gracias",
                    "grazie mille", "dank je wel", "Hallo Overseer, danke dir!", "bien joué", "parfait"]),
        ("help", ["hilfe", "Hilfe, bitte", "was kannst du?", "wer bist du?", "à l'aide !", "que sais-tu faire ?",
                  "¿qué puedes hacer?", "ayuda", "aiuto", "cosa sai fare?", "wat kun je doen?", "hulp"]),
        ("goodbye", ["tschüss", "bis bald", "auf Wiedersehen", "schönen Feierabend", "au revoir", "hasta luego",
                     "arrivederci", "tot ziens", "bis morgen", "tot morgen", "hasta mañana"]),
    ],
)  # fmt: skip
def test_a_pleasantry_is_answered_as_in_english(english, others):
    expected = read(english)
    assert isinstance(expected, Intent if english == "help" else SmallTalk)
    assert "beyond me" not in str(expected)
    for text in others:
        found = read(text)
        same = found.wishes[0].action if isinstance(found, Intent) else found.text
        assert same == (
            expected.wishes[0].action if isinstance(expected, Intent) else expected.text
        ), text


@pytest.mark.parametrize(
    "text",
    [
        "danke, starte jetzt nginx auf app-1",
        "hallo app-1",
        "guten Morgen, stoppe alles",
        "was kannst du auf app-1 löschen?",
        "hilfe, app-1 brennt",
        "Tag 5",
        "perfekt wäre ein Neustart",
    ],
)
def test_what_says_more_is_no_pleasantry(text):
    found = read(text)
    assert not isinstance(found, Intent) or all(
        w.action.split(".")[0] in {"host", "service"} for w in found.wishes
    )
    assert "welcome" not in str(getattr(found, "text", ""))
    assert "Hello" not in str(getattr(found, "text", ""))
