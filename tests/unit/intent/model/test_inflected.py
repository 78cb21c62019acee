"""Names of groups as other languages bend and join them are said; what only looks like one is not."""

import pytest

from bot.domain.intents import ParseContext
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.model.words import words_of
from bot.intent.phrase_rules import Vocabulary
from tests.unit.intent.grounds import catalog

WEB, DB, WORKER = {"web-1", "web-2"}, {"db-1"}, {"job-1", "job-2"}
ALL = WEB | DB | WORKER | {"nodo-a", "test-a"}
NODO, TEST = {"nodo-a"}, {"test-a"}
INVENTORY = Inventory(
    hosts=(
        Host(name="web-1", groups=("web",), environment="production"),
        Host(name="web-2", groups=("web",), environment="staging"),
        Host(name="db-1", groups=("db",), environment="production"),
        Host(name="job-1", groups=("worker",), environment="staging"),
        Host(name="job-2", groups=("worker",), environment="staging"),
        Host(name="nodo-a", groups=("nodo",), environment="staging"),
        Host(name="test-a", groups=("test", "redis"), environment="staging"),
    ),
    services=(Service(name="nginx"), Service(name="redis-server")),
    version="1",
)


def hosts_in(text):
    vocabulary = Vocabulary.build(INVENTORY, catalog())
    return set(words_of(text, ParseContext(), vocabulary).hosts)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("starte nginx auf den web-Servern neu", WEB),
        ("starte nginx auf den Webservern neu", WEB),
        ("die Platten der Web-Rechner", WEB),
        ("wie voll sind die Datenbankserver?", DB),
        ("wie voll ist die Datenbank?", DB),
        ("starte nginx auf dem Server web-1 neu", {"web-1"}),
        ("starte nginx auf dem web-1-Server neu", {"web-1"}),
        ("läuft nginx auf den Workern?", WORKER),
        ("läuft nginx auf den Worker-Knoten?", WORKER),
        ("läuft nginx auf den Produktionsservern?", {"web-1", "db-1"}),
        ("läuft nginx auf allen Webservern in Produktion?", {"web-1"}),
        ("redémarre nginx sur les webs", WEB),
        ("l'état des workers", WORKER),
        ("reinicia nginx en los nodos", NODO),
        ("riavvia nginx sui nodi", NODO),
        ("herstart nginx op de web-machines", WEB),
        ("herstart nginx op de databaseservers in productie", DB),
        ("starte nginx auf allen Servern neu", ALL),
        ("starte nginx überall neu, außer auf den Web-Servern", ALL - WEB),
        ("redémarre nginx sur tous les serveurs", ALL),
        ("redémarre nginx sur tous les serveurs web", WEB),
        ("reinicia nginx en todos los servidores de production", {"web-1", "db-1"}),
        ("riavvia nginx su tutti i server", ALL),
        ("herstart nginx op alle servers", ALL),
        ("starte nginx auf allen Servern der Gruppe web neu", WEB),
        ("starte nginx auf den produktiven Webservern neu", {"web-1"}),
        ("redémarre nginx sur les serveurs de base de données", DB),
        ("reinicia nginx en las bases de datos", DB),
    ],
)
def test_a_bent_name_is_said(text, hosts):
    assert hosts_in(text) == hosts


@pytest.mark.parametrize(
    "text",
    [
        "der Webhook spinnt",
        "wir testen nginx",
        "testen wir das",
        "lies das Testament",
        "die Webdesigner warten",
        "starte redis-server neu",
        "the website is slow",
        "das Netzwerk hängt",
        "en testant nginx",
        "i nodini",
    ],
)
def test_what_only_begins_like_a_name_is_none(text):
    assert hosts_in(text) == set()


def test_a_bent_name_that_is_spared_is_spared():
    vocabulary = Vocabulary.build(INVENTORY, catalog())
    text = "starte nginx überall neu, außer auf den Web-Servern"
    assert words_of(text, ParseContext(), vocabulary).spared == WEB


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("zeig mir das nginx-Log auf web-1", {"nginx"}),
        ("die nginx-Logs von web-1", {"nginx"}),
        ("starte den nginx-Dienst auf web-1 neu", {"nginx"}),
        ("nicht den nginx-Dienst", set()),
        ("das nginx-Plugin auf web-1", set()),
    ],
)
def test_a_service_is_named_in_a_word_with_a_noun(text, services):
    vocabulary = Vocabulary.build(INVENTORY, catalog())
    assert words_of(text, ParseContext(), vocabulary).services == services
