"""What is to be done beside a change and no step does is told; what only sounds like it is not."""

import pytest

from bot.testing.scripted_models import act
from tests.unit.intent.test_model_overlooked import doubts, restart

MORE = "The request asks for more"


def told(text, *more):
    found = doubts(text, restart(text, "web-3"), *more)
    return [each for each in found if MORE in each]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("starte nginx auf web-3 neu und mach vorher ein Backup", "mach vorher ein Backup"),
        ("starte nginx auf web-3 neu, vorher bitte ein Backup machen", "vorher bitte ein Backup machen"),
        ("redémarre nginx sur web-3 après avoir fait une sauvegarde", "après avoir fait une sauvegarde"),
        ("reinicia nginx en web-3 y haz antes una copia de seguridad", "haz antes una copia de seguridad"),
        ("riavvia nginx su web-3 e fai prima un backup", "fai prima un backup"),
        ("back up web-3 and restart nginx there", "back up web-3"),
        ("restart nginx on web-3, but ask Ana first", "ask Ana first"),
        ("starte nginx auf web-3 neu, aber frag vorher Ana", "frag vorher Ana"),
        ("redémarre nginx sur web-3, mais demande d'abord à Ana", "demande d'abord à Ana"),
        ("reinicia nginx en web-3, pero pregunta antes a Ana", "pregunta antes a Ana"),
        ("wait for Ana's ok and then bounce nginx on web-3", "wait for Ana's ok"),
        ("restart nginx on web-3 and clear its cache", "clear its cache"),
        ("starte nginx auf web-3 neu und leere den Cache", "leere den Cache"),
        ("redémarre nginx sur web-3 et vide le cache", "vide le cache"),
        ("reinicia nginx en web-3 y vacía la caché", "vacía la caché"),
        ("starte nginx auf web-3 neu und prüf danach, ob es läuft", "prüf danach"),
        ("redémarre nginx sur web-3 et vérifie ensuite qu'il tourne", "vérifie ensuite qu'il tourne"),
        ("reinicia nginx en web-3 y comprueba que funciona", "comprueba que funciona"),
        ("kick nginx on web-3 and make sure it answers", "make sure it answers"),
        ("drain web-3 and bounce nginx there", "drain web-3"),
    ],
)  # fmt: skip
def test_a_deed_that_no_step_does(text, said):
    assert told(text) == [f"The request asks for more, “{said}”, and no step does that."]


def test_a_look_is_what_was_to_be_checked():
    text = "starte nginx auf web-3 neu und prüf danach, ob es läuft"
    look = act("service.status", text, service="nginx", hosts=["web-3"])
    assert told(text)
    assert told(text, look) == []


@pytest.mark.parametrize(
    "text",
    [
        "kick nginx on web-3, but ask me first",
        "starte nginx auf web-3 neu, aber frag mich vorher",
        "bounce nginx on web-3 once you get my approval and wait for the approval",
        "the backup failed on web-3, kick nginx there",
        "das Backup ist fertig, starte nginx auf web-3 neu",
        "la sauvegarde est finie, redémarre nginx sur web-3",
        "make sure nginx on web-3 gets a kick",
        "schau mal, nginx hängt auf web-3, starte ihn neu",
        "nginx on web-3 needs a clean restart",
        "starte nginx auf web-3 neu, der Cache ist voll",
        "redémarre nginx sur web-3, le cache est vide",
        "starte nginx auf web-3 neu, Ana hat gefragt",
        'starte nginx auf web-3 neu, denn "mach ein Backup" hängt',
    ],
)
def test_what_only_sounds_like_it(text):
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Frage an dich, kannst du nginx auf web-3 neu starten",
        "demande de Ben, redémarre nginx sur web-3",
        "consulta rápida, reinicia nginx en web-3",
        "vraag van Ben, herstart nginx op web-3",
        "frage nicht lange, starte nginx auf web-3 neu",
        "prüfe nicht, starte nginx auf web-3 neu",
        "restart nginx on web-3, check failed again",
        "restart nginx on web-3, check mk says it's dead",
        "restart nginx on web-3, clear the way",
    ],
)
def test_nouns_and_denials_ask_for_nothing_more(text):
    assert told(text) == []
