"""Names that were said, and not for where a change is to be made: whoever approves reads it."""

import time
from dataclasses import replace

import pytest

from bot.domain.intents import Wish
from bot.intent.model.where_said import where_said
from bot.intent.phrase_rules import Vocabulary
from tests.unit.intent.grounds import INVENTORY, catalog, grounds
from tests.unit.intent.test_model_overlooked import WEB, doubts, restart

STAGED = "The request names “web” and “staging”, and this plan takes more than what is in both (“web-3”)."


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web neu, aber nur in staging",
        "starte nginx auf web neu, nur in der staging Umgebung",
        "starte nginx auf web neu, beschränkt auf staging",
        "redémarre nginx sur web, mais seulement en staging",
        "reinicia nginx en web pero solo en staging",
    ],
)
def test_a_set_that_another_one_narrows(text):
    assert [each for each in doubts(text, restart(text, *WEB)) if "in both" in each] == [STAGED]
    assert STAGED not in doubts(text, restart(text, "web-3"))


@pytest.mark.parametrize("text", ["starte nginx auf web und staging neu",
                                  "starte nginx auf web, auch auf staging neu"])  # fmt: skip
def test_two_sets_that_are_both_meant(text):
    assert not any("in both" in each for each in doubts(text, restart(text, *WEB, "db-2")))


@pytest.mark.parametrize(
    "text",
    ["kick nginx on web, production can wait", "starte nginx auf web neu, production später"],
)
def test_a_set_that_is_named_behind_a_comma_and_not_taken(text):
    assert any("“web” and “production”" in each for each in doubts(text, restart(text, *WEB)))


def test_sets_that_have_nothing_in_common():
    text = "starte nginx auf web neu, und zwar samt db"
    assert not any("in both" in each for each in doubts(text, restart(text, *WEB, "db-1", "db-2")))


@pytest.mark.parametrize(("hosts", "told"), [(WEB, True), (("web-1", "web-2"), False)])
def test_a_set_within_another(hosts, told):
    edge = {"web-1": ("web", "edge"), "web-2": ("web", "edge")}
    hosts_here = (
        h.model_copy(update={"groups": edge.get(h.name, h.groups)}) for h in INVENTORY.hosts
    )
    inventory = INVENTORY.model_copy(update={"hosts": tuple(hosts_here), "version": "edge"})
    text = "starte nginx auf web neu, aber nur edge"
    held = replace(
        grounds(text), inventory=inventory, vocabulary=Vocabulary.build(inventory, catalog())
    )
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": list(hosts)})
    assert any("in both (“web-1” and “web-2”)" in each for each in where_said([wish], held)) is told


def test_a_set_that_is_another_steps():
    text = "starte nginx auf web neu, dann redis in staging"
    steps = (restart(text, *WEB), restart(text, "web-3", "db-2", service="redis"))
    assert not any("in both" in each for each in doubts(text, *steps))


@pytest.mark.parametrize(
    ("text", "hosts", "told"),
    [
        ("starte nginx auf web-1 oder web-2 neu", ("web-1", "web-2"), "web-1 oder web-2"),
        ("starte nginx auf web oder auf db neu", (*WEB, "db-1", "db-2"), "web oder auf db"),
        ("redémarre nginx sur web-1 ou sur web-2", ("web-1", "web-2"), "web-1 ou sur web-2"),
        ("starte nginx auf web-1 bzw. web-2 neu", ("web-1", "web-2"), "web-1 bzw. web-2"),
        ("starte nginx auf web-1 oder web-2 neu", ("web-1",), ""),
        ("starte nginx auf web-1 oder so neu", ("web-1",), ""),
    ],
)
def test_a_choice_of_which_both_are_taken(text, hosts, told):
    found = [each for each in doubts(text, restart(text, *hosts)) if "takes both" in each]
    assert found == ([f"The request says “{told}”, and this plan takes both."] if told else [])


def test_a_choice_of_services_of_which_both_are_taken():
    text = "starte nginx oder redis auf web-1 neu"
    steps = (restart(text, "web-1"), restart(text, "web-1", service="redis"))
    assert "The request says “nginx oder redis”, and this plan takes both." in doubts(text, *steps)


ASIDE = "The request names “web-2” to say why, or how it is there"


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-1 neu, weil web-2 hängt",
        "starte nginx auf web-1 neu, damit web-2 wieder erreichbar ist",
        "starte nginx auf web-1 neu wie auf web-2",
        "web-2 läuft, also starte nginx auf web-1 neu",
        "redémarre nginx sur web-1 parce que web-2 est lent",
        "reinicia nginx en web-1 porque web-2 no responde",
    ],
)
def test_a_host_that_is_named_for_the_reason_alone(text):
    assert any(each.startswith(ASIDE) for each in doubts(text, restart(text, "web-1", "web-2")))
    assert not any(each.startswith(ASIDE) for each in doubts(text, restart(text, "web-1")))


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("nginx auf web-2 hängt, starte ihn neu", ("web-2",)),
        ("web-2 hängt, starte nginx auf web-1 und web-2 neu", ("web-1", "web-2")),
    ],
)
def test_one_that_is_named_for_the_order_as_well(text, hosts):
    assert not any("to say why" in each for each in doubts(text, restart(text, *hosts)))


@pytest.mark.parametrize("piece", ["web x staging ", "web-1 oder web-2 ", "web-1 weil web-2 "])
def test_a_request_full_of_names_takes_no_longer(piece):
    text = f"starte nginx auf {piece * 90}"
    held, wish = grounds(text), {"service": "nginx", "hosts": list(WEB)}
    held.here, held.words  # noqa: B018 - looked at once, for all that is asked of them
    began = time.process_time()
    found = list(where_said([Wish(action="service.restart", params=wish)], held))
    assert time.process_time() - began < 0.2
    assert len(found) <= 21
