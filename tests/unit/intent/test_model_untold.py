"""What another language says of an order and a model's plan leaves out stands on its card."""

import pytest

from bot.domain.intents import Intent, Question
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.clocks import names_a_time
from bot.intent.model.declined import TIME_LEFT_OUT
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.model_says import restart


def read(text, says=None):
    held = grounds(text)
    return agreed(rules(text), checked(says or plan(restart(text)), held).outcome, held)


def doubts(text, says=None):
    found = read(text, says)
    if isinstance(found, Question):  # "no" leaves things as they are, to the rules
        found = found.options[0].means
    return found.doubts


@pytest.mark.parametrize(
    ("text", "denial"),
    [
        ("bitte niemals nginx auf web-1 neu starten", "niemals"),
        ("nginx auf web-1 bitte nicht neu starten", "nicht neu starten"),
        ("starte nginx auf web-1 auf keinen fall neu", "auf keinen fall"),
        ("starte nginx auf web-1 nicht neu", "starte nginx auf web-1 nicht"),
        ("ne redémarre pas nginx sur web-1", "ne redémarre pas"),
        ("non riavviare nginx su web-1", "non riavviare"),
        ("mai riavviare nginx su web-1", "mai"),
        ("herstart nginx op web-1 niet", "herstart nginx op web-1 niet"),
        ("onder geen beding nginx op web-1 herstarten", "onder geen beding"),
        ("jamás vuelvas a reiniciar el servicio nginx de web-1", "jamás"),
        ("nicht nginx auf web-1 neu starten", "nicht nginx auf web-1 neu starten"),
    ],
)
def test_an_order_not_to_do_it_is_told(text, denial):
    assert f"The request says “{denial}”: that may be an order not to do it." in doubts(text)


def test_of_an_order_to_leave_its_only_host_alone_nothing_is_offered():
    found = read("no reinicies nginx en web-1")
    assert isinstance(found, Question)
    assert found.options == ()
    assert "You said to leave web-1 alone" in found.text


@pytest.mark.parametrize(
    ("text", "rhythm"),
    [
        ("starte nginx auf web-1 jede Nacht neu", "jede Nacht"),
        ("starte nginx auf web-1 täglich neu", "täglich"),
        ("starte nginx auf web-1 zweimal neu", "zweimal"),
        ("redémarre nginx sur web-1 deux fois", "deux fois"),
        ("redémarre nginx sur web-1 chaque nuit", "chaque nuit"),
        ("reinicia nginx en web-1 todos los días", "todos los días"),
        ("riavvia nginx su web-1 ogni notte", "ogni notte"),
        ("herstart nginx op web-1 elke nacht", "elke nacht"),
    ],
)
def test_that_it_runs_once_is_told_of_what_is_wanted_again_and_again(text, rhythm):
    told = f"The request asks for it again and again, “{rhythm}”; this plan runs once."
    assert told in doubts(text)


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-1 morgen um 6 neu",
        "starte nginx auf web-1 morgen früh neu",
        "starte nginx auf web-1 nächste Woche neu",
        "starte nginx auf web-1 in einer Stunde neu",
        "redémarre nginx sur web-1 demain",
        "redémarre nginx sur web-1 dans 2 heures",
        "reinicia nginx en web-1 mañana por la noche",
        "riavvia nginx su web-1 domani",
        "riavvia nginx su web-1 fra due ore",
        "herstart nginx op web-1 vanavond",
        "herstart nginx op web-1 over een kwartier",
    ],
)
def test_a_vague_time_that_is_left_out_is_told(text):
    assert TIME_LEFT_OUT in doubts(text)


def test_what_happened_more_than_once_is_no_rhythm():
    text = "nginx auf web-1 ist zweimal abgestürzt, starte ihn neu"
    assert not any("again and again" in each for each in doubts(text))


@pytest.mark.parametrize(
    "text",
    [
        "guten morgen, starte bitte nginx auf web-1 neu",
        "starte nginx auf web-1 neu, weil er morgen gebraucht wird",
        "starte nginx auf web-1 neu, um 3 server zu entlasten",
        "starte nginx auf web-1 neu, es geht um 5 prozent",
        "riavvia alle 3 macchine nginx",
        "herstart nginx over 2 servers",
        "starte nginx neu, er hängt seit zwei Stunden",
        "zeig die Zeit in Minuten",
    ],
)
def test_what_names_no_time_to_begin_is_none(text):
    assert not names_a_time(text)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("ben hat gesagt: starte nginx auf web-1 neu", "ben hat gesagt"),
        ("chris meint: starte nginx auf web-1 neu", "chris meint"),
        ("ben a dit: redémarre nginx sur web-1", "ben a dit"),
        ("ben ha dicho: reinicia nginx en web-1", "ben ha dicho"),
        ("ben ha detto: riavvia nginx su web-1", "ben ha detto"),
        ("ben zei: herstart nginx op web-1", "ben zei"),
        ("ben wil dat je nginx op web-1 herstart", "ben wil dat"),
    ],
)
def test_an_order_that_somebody_else_gave_is_told(text, who):
    assert f"The request tells what was said, “{who}”: it may be no order." in doubts(text)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("starte nginx auf web-1 neu und aktualisiere danach alle Pakete", "aktualisiere"),
        ("starte nginx auf web-1 neu und danach bitte alle Pakete aktualisieren", "aktualisieren"),
        ("redémarre nginx sur web-1 puis installe htop", "installe"),
        ("reinicia nginx en web-1 y luego actualiza todo", "actualiza"),
        ("riavvia nginx su web-1 e poi aggiorna tutto", "aggiorna"),
        ("herstart nginx op web-1 en installeer daarna htop", "installeer"),
    ],
)
def test_a_deed_that_is_left_out_is_asked_about(text, verb):
    found = read(text)
    assert isinstance(found, Question)
    assert f"I read “{verb}” in that, too, and found no step for it." in found.text


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-1 neu",
        "kannst du bitte nginx auf web-1 neu starten?",
        "nginx antwortet nicht mehr, starte ihn auf web-1 neu",
        "starte nginx auf web-1 neu, weil er nicht mehr antwortet",
        "starte nginx auf web-1 neu, aber web-2 nicht neu starten",
        "starte nginx auf web-1 neu, aber nicht auf web-2",
        "starte nginx auf web-1 neu, um die Zertifikate zu aktualisieren",
        "ich hatte doch gesagt, starte nginx auf web-1 neu",
        "starte nginx auf web-1 sofort neu",
        "mach einen neustart von nginx auf web-1",
        "redémarre nginx sur web-1, il ne répond pas",
        "herstart nginx op web-1, hij reageert niet",
    ],
)
def test_a_plain_order_has_no_doubt(text):
    found = read(text)
    assert isinstance(found, Intent), found
    assert found.doubts == ()


def test_a_plan_of_all_that_was_ordered_is_asked_nothing():
    text = "starte nginx auf web-1 neu und aktualisiere danach alle Pakete auf web-1"
    both = plan(restart(text), act("package.upgrade", text, hosts=["web-1"]))
    assert isinstance(read(text, both), Intent)
