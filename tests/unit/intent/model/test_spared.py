"""Which hosts a request names, and which it names to be left alone, however it is said."""

import pytest

from bot.domain.intents import ParseContext
from bot.intent.model.words import words_of
from tests.unit.intent.grounds import vocabulary

WEB = {"web-1", "web-2", "web-3"}


def hosts(text):
    return set(words_of(text, ParseContext(), vocabulary()).hosts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("starte nginx auf web und db-1 neu", {*WEB, "db-1"}),
        ("läuft nginx auf db-1 und web?", {*WEB, "db-1"}),
        ("redémarre nginx sur web et db-1", {*WEB, "db-1"}),
        ("starte nginx auf web in staging neu", {"web-3"}),
        ("starte nginx auf den web servern in staging neu", {"web-3"}),
        ("restart nginx on web in staging", {"web-3"}),
        ("restart nginx on all web but web-2", {"web-1", "web-3"}),
        ("restart nginx on web-1, web-2 and db", {"web-1", "web-2", "db-1", "db-2"}),
    ],
)
def test_a_set_beside_a_host_is_said_and_one_inside_another_is_what_both_have(text, said):
    assert hosts(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf allen web neu, aber web-2 nicht",
        "starte nginx auf allen web neu, nur auf web-2 bitte nicht",
        "starte nginx auf web neu, web-2 nicht anfassen",
        "starte nginx auf web neu. web-2 nicht.",
        "starte nginx auf web neu und lass web-2 in Ruhe",
        "starte nginx auf web neu, web-2 bitte auslassen",
        "starte nginx auf web neu, aber nicht auf web-2",
        "herstart nginx op web, maar web-2 niet",
        "herstart nginx op web, laat web-2 met rust",
        "reinicia nginx en web, pero web-2 no",
        "reinicia nginx en web y deja web-2 en paz",
        "redémarre nginx sur web, mais web-2 pas",
        "redémarre nginx sur web et laisse web-2 tranquille",
        "redémarre nginx sur web sauf web-2",
        "restart nginx on web; leave web-2 alone",
        "web-2 nicht, sonst alle web",
    ],
)
def test_what_is_named_to_be_left_alone_is_not_said(text):
    assert hosts(text) == {"web-1", "web-3"}


@pytest.mark.parametrize(
    "text",
    [
        "bitte nicht auf web-2 und web-3",
        "aber web-2 und web-3 nicht",
        "alle web außer web-2, web-3",
        "not web-2, web-3 or db-1",
    ],
)
def test_a_list_is_left_alone_to_its_end(text):
    assert not hosts(f"starte nginx auf web-1 neu, {text}") - {"web-1"}


@pytest.mark.parametrize(
    "text",
    [
        "nicht web-1 sondern web-2",
        "nicht auf web-1 sondern auf web-2",
        "nicht web-1 und web-3 sondern web-2",
        "nicht web-1, aber web-2",
        "pas web-1 mais web-2",
        "pas sur web-1 mais sur web-2",
        "no web-1 sino web-2",
        "en no web-1 sino en web-2",
        "non web-1 ma web-2",
        "non web-1 bensì web-2",
        "niet web-1 maar web-2",
        "not on web-1 but on web-2",
    ],
)
def test_what_is_named_in_the_place_of_another_is_said_and_the_other_is_left_alone(text):
    found = words_of(text, ParseContext(), vocabulary())
    assert found.hosts == {"web-2"}
    assert "web-1" in found.spared
    assert "web-2" not in found.spared


@pytest.mark.parametrize(
    "text",
    [
        "redémarre nginx sur web-3, pas web-1 mais web-2 non plus",
        "herstart nginx op web-3, niet op web-1 maar web-2 ook niet",
        "riavvia nginx su web-3, non web-1 ma web-2 nemmeno",
        "reinicia nginx en web-3, no web-1 pero web-2 tampoco",
        "starte nginx auf web-3 neu, nicht web-1 aber web-2 auch nicht",
        "restart nginx on web-3, not web-1 but web-2 neither",
        "restart nginx on all web except web-1 but web-2 too",
        "starte nginx auf allen web außer web-1, aber web-2 bitte auch auslassen",
        "starte nginx auf web neu, nicht web-1, aber web-2 bitte auch auslassen",
    ],
)
def test_a_but_behind_a_spared_host_spares_the_next_that_is_left_alone_as_well(text):
    assert hosts(text) == {"web-3"}


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf allen web außer web-1, aber web-2 schon",
        "restart nginx on all web except web-1 but web-2 first",
        "restart nginx on web-3, not web-1 but web-2 too",
        "redémarre nginx sur web-3 sans délai mais web-2 d'abord",
    ],
)
def test_nor_does_it_spare_one_that_is_said_to_be_meant(text):
    assert "web-2" in hosts(text)


@pytest.mark.parametrize(
    "text",
    [
        "no longer need web-2 rebooted, power cycle web-1",
        "we don't need web-2 rebooted any more, only web-1",
        "we don't need web-2 power-cycled now, reboot web-1",
        "we no longer need web-2 down, reboot web-1",
        "ya no necesitamos web-2 reiniciado, reinicia web-1",
        "non serve più web-2 riavviato, riavvia web-1",
    ],
)
def test_a_host_whose_deed_is_no_longer_needed_is_left_alone(text):
    assert hosts(text) == {"web-1"}


@pytest.mark.parametrize(
    "text",
    [
        "we don't need web-2 any more, stop it",
        "we no longer need named on web-2, stop it",
        "we no longer need nginx running on web-2, stop it",
        "we no longer need the shared web-2, stop it",
        "ya no necesitamos redis en web-2, páralo",
        "non usiamo più web-2, fermalo",
    ],
)
def test_a_host_that_is_no_longer_needed_is_not_left_alone(text):
    assert hosts(text) == {"web-2"}


@pytest.mark.parametrize(
    "text",
    [
        "warum läuft nginx auf web-2 nicht?",
        "läuft nginx auf web-2 nicht?",
        "web-2 ist nicht erreichbar, starte nginx dort neu",
        "web-2 no responde, reinicia nginx ahí",
        "web-1 nicht, web-2 schon",
        "no, restart nginx on web-2",
        "not web-1 and restart web-2",
        "nginx läuft nicht auf web-2, starte ihn neu",
        "nginx ne répond pas sur web-2, redémarre-le",
        "nginx is not running on web-2: restart it",
    ],
)
def test_a_no_that_is_about_something_else_leaves_it_said(text):
    assert hosts(text) == {"web-2"}


def test_nor_does_it_hide_the_service():
    text = "web-2 ist nicht erreichbar, starte nginx dort neu"
    assert words_of(text, ParseContext(), vocabulary()).services == {"nginx"}
