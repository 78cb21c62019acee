"""Each part of a model's plan was said, and the plan is another one: whoever approves reads it."""

import pytest

from bot.domain.intents import Intent
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules


def restart(text, *hosts, service="nginx", action="service.restart"):
    return act(action, text, service=service, hosts=list(hosts))


def doubts(text, *steps, **more):
    held = grounds(text)
    found = agreed(rules(text), checked(plan(*steps, **more), held).outcome, held)
    if not isinstance(found, Intent):
        found = found.options[0].means
    return found.doubts


WEB = ("web-1", "web-2", "web-3")


@pytest.mark.parametrize("text", ["gib nginx auf web einen Neustart, web-2 kennt ihr ja",
                                  "nginx auf web neu starten; Achtung: web-2"])  # fmt: skip
def test_a_host_that_is_named_beside_its_group_for_no_step_of_its_own(text):
    told = (
        "The request names “web-2” beside “web”, and no step is about it alone: see what is meant "
        "for it."
    )
    assert told in doubts(text, restart(text, *WEB))
    assert not any("beside" in each for each in doubts(text, restart(text, "web-1", "web-3")))


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web neu und redis auf web-2",
        "starte nginx auf web neu und redis auf web-2, bitte",
    ],
)
def test_one_with_a_step_of_its_own_is_what_that_is_about(text):
    steps = (restart(text, *WEB), restart(text, "web-2", service="redis"))
    assert not any("beside" in each for each in doubts(text, *steps))


@pytest.mark.parametrize(
    "text",
    [
        "nginx auf web-1, web-2 und web-3 neu starten",
        "starte nginx auf web neu, also auf web-1, auf web-2 und auf web-3",
    ],
)
def test_hosts_that_are_all_named_are_no_group(text):
    assert doubts(text, restart(text, *WEB)) == ()


@pytest.mark.parametrize(
    ("text", "steps", "told"),
    [
        (
            "starte nginx auf web-1 und redis auf db-1 neu",
            (("nginx", "db-1"), ("redis", "web-1")),
            ("The request names “nginx” with “web-1”, and this plan takes it to “db-1”.",
             "The request names “redis” with “db-1”, and this plan takes it to “web-1”."),
        ),
        ("starte nginx auf web-1 und redis auf db-1 neu",
         (("nginx", "web-1"), ("redis", "db-1")), ()),
        ("starte nginx auf web-1 und web-2 neu", (("nginx", "web-1"), ("nginx", "web-2")), ()),
        ("nginx hängt, starte ihn auf web-1 neu", (("nginx", "web-1"),), ()),
    ],
)  # fmt: skip
def test_a_service_that_is_taken_to_the_hosts_of_another(text, steps, told):
    made = [restart(text, host, service=service) for service, host in steps]
    assert doubts(text, *made) == told


@pytest.mark.parametrize(
    ("text", "stopped", "started", "told"),
    [
        ("stoppe nginx auf web-1 und starte redis auf db-1", "redis", "nginx", 2),
        ("stoppe nginx auf web-1 und starte redis auf db-1", "nginx", "redis", 0),
        ("démarre nginx sur web-1 et arrête redis sur db-1", "nginx", "redis", 2),
        ("démarre nginx sur web-1 et arrête redis sur db-1", "redis", "nginx", 0),
    ],
)
def test_a_deed_that_was_said_of_another_service(text, stopped, started, told):
    on = {"nginx": "web-1", "redis": "db-1"}
    found = doubts(
        text,
        restart(text, on[stopped], service=stopped, action="service.stop"),
        restart(text, on[started], service=started, action="service.start"),
    )
    assert sum("and a step of this plan would" in each for each in found) == told


FIRST, SECOND = "erst redis auf db-1 neu starten", "danach nginx auf web-1 neu starten"


@pytest.mark.parametrize(
    ("joined", "turned", "told"),
    [
        (f"{FIRST}, {SECOND}", True, True),
        (f"{FIRST}, {SECOND}", False, False),
        (f"{SECOND}, vorher aber {FIRST}", False, False),
    ],
)
def test_a_step_before_what_is_said_first(joined, turned, told):
    steps = [restart(FIRST, "db-1", service="redis"), restart(SECOND, "web-1")]
    found = doubts(joined, *(steps[::-1] if turned else steps))
    assert any("” first; this plan begins with “" in each for each in found) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nginx auf web neu starten, einen nach dem anderen", "“einen nach dem anderen”, and this plan leaves its pace"),
        ("redémarre nginx sur web, un par un", "“un par un”, and this plan leaves its pace"),
        ("nur zwei der web hosts: nginx neu starten", "“nur zwei”; see whether"),
        ("nginx auf web neu starten, beim ersten Fehler aufhören", "“beim ersten Fehler”, and this plan takes nothing"),
    ],
)  # fmt: skip
def test_how_many_and_how_fast(text, told):
    ways = [{"name": "batch", "value": 1}, {"name": "on_failure", "value": "stop"}]
    assert any(told in each for each in doubts(text, restart(text, *WEB)))
    assert not any(told in each for each in doubts(text, restart(text, *WEB), ways=ways))


def test_one_host_has_no_pace():
    text = "nginx auf web-1 neu starten, einen nach dem anderen"
    assert not any("pace" in each for each in doubts(text, restart(text, "web-1")))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("aktualisiere nginx auf Version 1.24.0 auf web-1", "1.24.0"),
        ("aktualisiere nginx=1.24-1 auf web-1", "1.24-1"),
        ("aktualisiere nginx auf web-1 auf v1.24", "v1.24"),
        ("aktualisiere nginx auf web-1 (192.168.0.7)", ""),
        ("aktualisiere nginx auf web-1, heute 22.30 uhr", ""),
    ],
)
def test_a_version_that_no_step_carries(text, version):
    found = [each for each in doubts(text, act("package.upgrade", text, packages=["nginx"],
             hosts=["web-1"])) if each.endswith("and no step does.")]  # fmt: skip
    assert found == ([f"The request names “{version}”, and no step does."] if version else [])


@pytest.mark.parametrize(
    ("text", "ruled_out"),
    [
        ("nginx auf web-1 neu laden, kein Restart", "kein Restart"),
        ("lade nginx auf web-1 neu, statt ihn neu zu starten", "statt ihn neu zu starten"),
        ("recharge nginx sur web-1 sans redémarrer", "sans redémarrer"),
        ("recarga nginx en web-1 sin reiniciar", "sin reiniciar"),
    ],
)
def test_a_deed_that_is_only_named_to_be_ruled_out(text, ruled_out):
    told = f"The request says “{ruled_out}”, and a step of this plan would restart."
    assert told in doubts(text, restart(text, "web-1"))
    assert told not in doubts(text, restart(text, "web-1", action="service.reload"))
