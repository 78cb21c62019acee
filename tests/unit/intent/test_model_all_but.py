"""What an exception names is left alone; what the rest of the sentence wants is not."""

import pytest

from bot.domain.intents import ParseContext
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.grounds import Grounds
from bot.intent.phrase_rules import Vocabulary, understand
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import INVENTORY, catalog

CALLED = Inventory(
    hosts=(*INVENTORY.hosts, Host(name="cache-1", groups=("cache",), environment="staging")),
    services=(Service(name="nginx", aliases=("web server",)), Service(name="redis")),
    version="1",
)
"""A service that is called as the hosts of a group are."""


def read(text, *hosts, inventory=INVENTORY, action="service.restart"):
    """The marks on the step, and the doubts."""
    held = Grounds(
        text=text, context=ParseContext(), catalog=catalog(), inventory=inventory,
        vocabulary=Vocabulary.build(inventory, catalog()),
    )  # fmt: skip
    step = act(action, text, service="nginx", hosts=list(hosts))
    found = agreed(
        understand(text, held.vocabulary, ParseContext()), checked(plan(step), held).outcome, held
    )
    found = getattr(found, "intent", found)
    return found.wishes[0].unsaid, found.doubts


ALL_BUT = [
    "alle Webserver außer web-2 sollen nginx neu starten",
    "alle Webserver außer web-2 bitte nginx neu starten",
    "alle Webserver bis auf web-2 müssen nginx neu starten",
    "bis auf web-2 bitte alle Webserver nginx neu starten lassen",
    "all web servers but web-2 should restart nginx",
    "all web servers except web-2 should restart nginx",
    "tous les serveurs web sauf web-2 doivent redémarrer nginx",
    "todos los servidores web menos web-2 deben reiniciar nginx",
    "tutti i server web tranne web-2 devono riavviare nginx",
]


@pytest.mark.parametrize("inventory", [INVENTORY, CALLED], ids=["plain", "called alike"])
@pytest.mark.parametrize("text", ALL_BUT)
def test_all_but_one_shall_do_it(text, inventory):
    assert read(text, "web-1", "web-3", inventory=inventory) == ((), ())


@pytest.mark.parametrize("text", ALL_BUT)
def test_the_one_that_is_left_out_is_told(text):
    unsaid, doubts = read(text, "web-1", "web-2", "web-3")
    assert "web-2" in unsaid
    assert any("“web-2” to be left alone" in each for each in doubts)


def test_what_is_denied_behind_an_exception_is_left_alone():
    text = "alle Webserver außer web-2 sollen nicht nginx neu starten, sondern redis"
    unsaid, _ = read(text, "web-1", "web-3")
    assert "nginx" in unsaid


@pytest.mark.parametrize("text", ["starte die Webserver auf web-2 neu",
                                  "starte alle Webserver auf web-2 neu"])  # fmt: skip
def test_a_service_on_a_host_is_no_group(text):
    unsaid, _ = read(text, "web-1", "web-2", "web-3", inventory=CALLED)
    assert {"web-1", "web-3"} <= set(unsaid)


@pytest.mark.parametrize("how", ["aber web-2 lass in Ruhe", "web-2 lass bitte aus"])
def test_a_host_that_is_left_alone_behind_its_name_is_not_missed(how):
    text = f"starte nginx auf web-1 neu, {how}"
    assert read(text, "web-1") == ((), ())
    unsaid, _ = read(text, "web-1", "web-2")
    assert "web-2" in unsaid
