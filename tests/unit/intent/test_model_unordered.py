"""A change that a model read in words which ask, tell, or want a trial: whoever approves reads it."""

import pytest

from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules


def doubts(text, action="service.restart", **params):
    params = params or {"service": "nginx", "hosts": ["web-1"]}
    held = grounds(text)
    found = agreed(rules(text), checked(plan(act(action, text, **params)), held).outcome, held)
    return getattr(found, "doubts", None) or ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("läuft nginx auf web-1 noch?", "The request is a question"),
        ("soll ich nginx auf web-1 neu starten?", "The request is a question"),
        ("est-ce que nginx tourne sur web-1 ?", "The request is a question"),
        ("wer hat nginx auf web-1 gestoppt?", "“hat nginx auf web-1 gestoppt”: it may be no order"),
        ("warum wurde nginx auf web-1 neu gestartet?", "tells how something is or was"),
        ("nginx auf web-1 wurde gerade neu gestartet", "“wurde gerade neu gestartet”"),
        ("nginx a été redémarré sur web-1", "“a été redémarré”"),
        ("nginx fue reiniciado en web-1", "“fue reiniciado”"),
        ("zeig mir die Logs von nginx auf web-1", "I find no word in the request that orders"),
        ("только посмотри на nginx web-1", "I find no word in the request that orders"),
        ("starte nginx auf web-1 neu, im Trockenlauf", "wants a trial, “im Trockenlauf”"),
        ("redémarre nginx sur web-1, à blanc", "wants a trial, “à blanc”"),
        ("reinicia nginx en web-1, en seco", "wants a trial, “en seco”"),
    ],
)
def test_what_orders_no_change_is_told(text, told):
    assert any(told in each for each in doubts(text)), doubts(text)


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-1 neu",
        "kannst du nginx auf web-1 neu starten?",
        "nginx auf web-1 neu starten",
        "nginx auf web-1 ist abgestürzt, starte ihn neu",
        "starte nginx auf web-1 neu, ok?",
        "peux-tu redémarrer nginx sur web-1 ?",
        "herstart nginx op web-1",
        "nginx auf web-1 bitte durchstarten",
        "kick nginx over on web-1",
        "riavvia nginx su web-1",
        "перезапусти nginx на web-1",
    ],
)
def test_an_order_in_whatever_form_has_no_such_doubt(text):
    assert set(doubts(text)) <= {"The rules found no order here."}


def test_a_command_of_their_own_needs_no_verb():
    text = "führ `touch /tmp/x` auf web-1 aus"
    assert doubts(text, "host.run", command="touch /tmp/x", hosts=["web-1"]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Halte redis auf web-1 an",
        "Hallo zusammen, nginx auf web-1 müsste neu gestartet werden",
        "nginx müsste auf web-1 mal durchgestartet werden",
        "nginx auf web-1 wäre neu zu starten",
        "schmeiß nginx auf web-1 wieder an",
        "éteins nginx sur web-1",
        "lance nginx sur web-1",
        "levanta nginx en web-1",
        "se ha caído nginx en web-1, reinícialo",
        "kun je nginx op web-1 opnieuw opstarten",
    ],
)
def test_what_orders_a_change_in_other_forms_of_the_verb(text):
    assert not any("orders a change" in each for each in doubts(text))


@pytest.mark.parametrize(
    "text",
    [
        "nginx auf web-1 hängt, bitte neu starten",
        "nginx auf der Maschine web-1 neu starten",
        "Bitte nginx auf web-1 neu starten (Ticket OPS-123)",
        "nginx auf web-1 neu starten, da die Konfiguration geändert wurde",
        "Bitte den Webserver auf web-1 nicht vergessen: starte nginx neu",
    ],
)
def test_a_plain_order_in_another_language_is_not_said_to_be_none(text):
    assert "The rules found no order here." not in doubts(text)


def test_what_the_rules_took_for_talk_is_told_where_nothing_orders_it():
    told = doubts('bob said "start nginx on web-1"', action="service.start")
    assert "The rules found no order here." in told


@pytest.mark.parametrize(
    "text",
    [
        "Kann jemand nginx auf web-1 neu starten?",
        "Könnte bitte wer nginx auf web-1 neu starten?",
        "quelqu'un peut redémarrer nginx sur web-1 ?",
        "kan iemand nginx op web-1 herstarten?",
    ],
)
def test_whoever_asks_whether_somebody_can_asks_for_it(text):
    assert not any("is a question" in each for each in doubts(text))


@pytest.mark.parametrize(
    "text",
    [
        "nginx auf web-1 macht mir Sorgen, das sieht komisch aus",
        "mach dir keinen Kopf, nginx auf web-1 sieht gut aus",
        "nginx auf web-1 macht heute einen müden Eindruck, schau dir das mal an",
        "der Plan macht nginx auf web-1 Kummer, sieh dir das an",
        "nginx auf web-1 macht mir so viel Kummer, ich sehe ihn mir an",
        "the load puts nginx on web-1 on edge",
        "traffic of nginx on web-1 takes off, look at the ups and downs",
        "nginx auf web-1 macht keinen guten Eindruck und sieht komisch aus",
        "nginx sur web-1 met du temps, mets-toi à jour",
    ],
)
def test_a_tale_with_the_words_of_an_order_is_none(text):
    assert any("orders a change" in each for each in doubts(text)), doubts(text)


@pytest.mark.parametrize(
    "text",
    [
        "mach nginx auf web-1 bitte wieder an",
        "macht nginx auf web-1 aus, danke",
        "mach nginx auf web-1 aus und wieder an",
        "turn nginx off and on again on web-1",
        "nginx on web-1 acts up, put it back online",
        "remets nginx en marche sur web-1",
        "mach mir nginx auf web-1 wieder an",
        "mach nginx, cron und redis auf web-1 aus",
        "take nginx, cron and redis down on web-1",
        "mach nginx aus auf web-1",
        "machst du nginx auf web-1 mal aus",
        "on met nginx à jour sur web-1",
        "mettez nginx à jour sur web-1",
    ],
)
def test_such_an_order_is_still_one(text):
    assert not any("orders a change" in each for each in doubts(text)), doubts(text)
