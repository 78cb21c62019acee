"""A condition in another language that a model's plan leaves out stands on its card."""

import pytest

from bot.domain.intents import ParseContext, Question
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.clocks import names_a_time
from bot.intent.model.conditions import condition_in
from bot.testing.scripted_models import act, answer, plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.model_says import open_plan, restart

HANGS = [
    ("starte nginx auf web-1 neu, falls er nicht läuft", "falls er nicht läuft"),
    ("starte nginx auf web-1 neu, wenn die Last unter 2 ist", "wenn die Last unter 2 ist"),
    ("wenn die Last unter 2 ist, starte nginx auf web-1 neu", "wenn die Last unter 2 ist"),
    ("starte nginx auf web-1 neu, sobald das Backup fertig ist", "sobald das Backup fertig ist"),
    ("starte nginx auf web-1, es sei denn, er läuft", "es sei denn"),
    ("prüfe, ob web-2 läuft, und starte dann nginx auf web-1 neu", "prüfe, ob"),
    ("läuft web-2? dann starte nginx auf web-1 neu", "läuft web-2? dann"),
    ("redémarre nginx sur web-1 s'il ne tourne pas", "s'il ne tourne pas"),
    ("redémarre nginx sur web-1 si la charge est basse", "si la charge est basse"),
    ("redémarre nginx sur web-1 dès que la copie est finie", "dès que la copie est finie"),
    ("reinicia nginx en web-1 si no está activo", "si no está activo"),
    ("reinicia nginx en web-1 cuando termine la copia", "cuando termine la copia"),
    ("reinicia nginx en web-1 a menos que esté activo", "a menos que esté activo"),
    ("riavvia nginx su web-1 se non gira", "se non gira"),
    ("se il carico è basso, riavvia nginx su web-1", "se il carico è basso"),
    ("riavvia nginx su web-1 appena finisce il backup", "appena finisce il backup"),
    ("riavvia nginx su web-1 a meno che non giri", "a meno che non giri"),
    ("controlla che web-2 giri e poi riavvia nginx su web-1", "controlla che"),
    ("herstart nginx op web-1 als het niet draait", "als het niet draait"),
    ("Als web-3 plat ligt, herstart nginx op web-1", "Als web-3 plat ligt"),
    ("herstart nginx op web-1 zodra de backup klaar is", "zodra de backup klaar is"),
    ("herstart nginx op web-1 tenzij het draait", "tenzij het draait"),
    ("controleer of web-2 draait en herstart nginx op web-1", "controleer of"),
    ("is web-2 up? dan herstart nginx op web-1", "is web-2 up? dan"),
    ("starte nginx auf web-1 neu, nachdem das Backup fertig ist", "nachdem das Backup fertig ist"),
    ("redémarre nginx sur web-1 après la sauvegarde", "après la sauvegarde"),
    ("reinicia nginx en web-1 después del backup", "después del backup"),
    ("riavvia nginx su web-1 dopo il backup", "dopo il backup"),
    ("herstart nginx op web-1 na de backup", "na de backup"),
]
PLAIN = [
    "starte nginx auf web-1 neu",
    "starte nginx auf web-1 neu, wenn möglich",
    "starte nginx auf web-1 neu, sobald du kannst",
    "starte nginx auf web-1 und sonst nirgends neu",
    "starte nginx auf web-1 neu und prüfe, ob er läuft",
    "starte nginx auf web-1 bis web-3 neu",
    "redémarre nginx sur web-1, s'il te plaît",
    "si possible, redémarre nginx sur web-1",
    "redémarre nginx sur web-1 dès que possible",
    "si, reinicia nginx en web-1",
    "reinicia nginx en web-1 cuando puedas",
    "riavvia nginx su web-1, se possibile",
    "riavvia nginx su web-1 appena puoi",
    "riavvia nginx su web-1 e controlla se è attivo",
    "nginx se cayó, reinicia nginx en web-1",
    "herstart nginx op web-1 als het kan",
    "wanneer je kunt, herstart nginx op web-1",
    "starte nginx auf web-1 neu, bevor du web-2 ansiehst",
    "starte „wenn die Last unter 2 ist“ auf web-1",
]


def read(text, says=None, context=None):
    held = grounds(text, context)
    says = says or plan(restart(text, hosts=["web-1"]))
    return agreed(rules(text, context), checked(says, held).outcome, held)


@pytest.mark.parametrize(("text", "clause"), HANGS)
def test_a_condition_that_no_plan_waits_for_is_told_and_marked(text, clause):
    found = read(text)
    if isinstance(found, Question):  # "no" leaves things as they are, to the rules
        found = found.options[0].means
    assert (
        f"The request has a condition, “{clause}”, and a plan waits for none: approved, it runs."
        in found.doubts
    )
    assert found.wishes[0].alone


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_asks_nicely_is_no_condition(text):
    assert condition_in(text) == ""
    assert not [doubt for doubt in read(text).doubts if "condition" in doubt]


def test_a_condition_that_the_rules_read_is_told_once():
    found = read("if nginx is down on web-1, restart it")
    assert [doubt for doubt in found.doubts if "condition" in doubt] == [
        "The rules read a condition here, and a plan waits for none: approved, it runs."
    ]


def test_a_look_that_hangs_on_something_is_had():
    text = "wie geht es web-1, falls er läuft?"
    assert read(text, plan(act("host.status", text, hosts=["web-1"]))).doubts == ()


def test_a_revision_that_hangs_on_something_says_so():
    text = "lieber nur web-1, falls web-2 läuft"
    context = ParseContext(open=(open_plan(),))
    found = read(text, answer("revise", restart(text, hosts=["web-1"]), plan=7), context)
    assert isinstance(found, Question)
    (option,) = found.options
    assert any("“falls web-2 läuft”" in doubt for doubt in option.means.intent.doubts)


def test_a_long_sentence_is_searched_in_time():
    assert condition_in("bis die prüfe während es si " * 600) != ""


@pytest.mark.parametrize("text", ["show uptime auf web-1", "show disks op web-1"])
def test_a_preposition_of_another_language_is_no_host_that_the_rules_would_have_asked_about(text):
    assert "is not in the inventory" in rules(text).text
    assert not [doubt for doubt in read(text).doubts if "inventory" in doubt]


@pytest.mark.parametrize(
    "text",
    [
        "Nach dem Update hängt nginx auf web-1, starte es bitte neu",
        "Nach dem Deploy läuft nginx auf web-1 nicht mehr rund, starte es neu",
        "nach der Wartung antwortet auf web-1 nginx nicht, starte es neu",
        "Après la mise à jour, nginx ne répond plus sur web-1, redémarre-le",
        "Después de la migración nginx no responde en web-1, reinícialo",
        "se me ha colgado nginx en web-1, reinícialo por favor",
        "se nos ha caído nginx en web-1, reinícialo",
        "herstart nginx op web-1 indien nodig gewenst",
        "herstart nginx op web-1 indien gewenst",
    ],
)
def test_how_it_is_since_something_was_is_nothing_that_is_waited_for(text):
    assert condition_in(text) == ""
    assert not names_a_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx nach dem Deploy neu",
        "redémarre nginx après la sauvegarde",
        "reinicia nginx después de la migración",
        "nach dem Deploy starte nginx neu",
    ],
)
def test_what_is_to_be_waited_for_is_told_all_the_same(text):
    assert condition_in(text) != ""


def test_one_cause_is_told_once():
    found = read("starte nginx auf web-1 nach dem Backup neu")
    assert len(found.doubts) == 1
    found = read("starte nginx auf web-1 nach dem Backup um 22 Uhr neu")
    assert len(found.doubts) == 2, "a time beside it is another one"
