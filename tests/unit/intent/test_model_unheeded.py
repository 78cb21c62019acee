"""What was asked beside a change and no action can do is told, and what only sounds like it is not."""

import pytest

from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.testing.scripted_models import plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.model_says import EVENING
from tests.unit.intent.test_model_overlooked import doubts, restart

FOR_LONG, LATER, TELLS = "says for how long", "this begins as soon as", "wants somebody to be told"
KINDS = (FOR_LONG, LATER, TELLS, "not in the inventory: nothing")


def told(text, *hosts, **more):
    found = doubts(text, restart(text, *(hosts or ("web-1",)), **more))
    return [each for each in found if any(kind in each for kind in KINDS)]


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-3 und web-4 neu",
        "redémarre nginx sur web-3 et web-4",
        "reinicia nginx en web-3 y web-4",
    ],
)
def test_a_host_that_is_none_here(text):
    (only,) = told(text, "web-3")
    assert (
        only == "The request names “web-4”, which is not in the inventory: nothing is done there."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stop redis on db-1 for 5 minutes", "for 5 minutes"),
        ("stoppe redis auf db-1 für eine Stunde", "für eine Stunde"),
        ("redis auf db-1 für 5 Minuten anhalten", "für 5 Minuten"),
        ("arrête redis sur db-1 pendant 5 minutes", "pendant 5 minutes"),
        ("detén redis en db-1 durante 5 minutos", "durante 5 minutos"),
    ],
)
def test_for_how_long_it_shall_be(text, said):
    (only,) = told(text, "db-1", service="redis", action="service.stop")
    assert only.startswith(f"The request {FOR_LONG}, “{said}”")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("restart nginx on web-1, but not yet", "not yet"),
        ("restart nginx on web-1 but not now please", "not now"),
        ("starte nginx auf web-1 neu, aber noch nicht", "noch nicht"),
        ("redémarre nginx sur web-1 mais pas maintenant", "pas maintenant"),
        ("reinicia nginx en web-1, pero todavía no", "todavía no"),
    ],
)
def test_what_shall_not_be_yet(text, said):
    (only,) = told(text)
    assert only == f"The request says “{said}”: this begins as soon as it is approved."


def test_what_shall_not_be_yet_and_begins_later_is_heeded():
    text = "starte nginx auf web-1 neu, aber nicht jetzt, um 23:00"
    held = grounds(text, EVENING)
    said = plan(restart(text, "web-1"), ways=[{"name": "start", "value": "2026-03-01T23:00"}])
    found = agreed(rules(text, EVENING), checked(said, held).outcome, held)
    assert found.options.start is not None
    assert not any(LATER in each for each in found.doubts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("restart nginx on web-1 and tell Ben about it", "tell Ben about it"),
        ("kick nginx on web-1 and then let the web team know", "let the web team know"),
        ("starte nginx auf web-1 neu und sag Ben Bescheid", "sag Ben Bescheid"),
        ("redémarre nginx sur web-1 et préviens Ben", "préviens Ben"),
        ("starte nginx auf web-1 neu und gib Ben Bescheid", "gib Ben Bescheid"),
        ("kick nginx on web-1, then let Ben know", "let Ben know"),
        ("reinicia nginx en web-1 y avisa a Ben", "avisa a Ben"),
    ],
)
def test_who_shall_be_told(text, said):
    (only,) = told(text)
    assert only == f"The request {TELLS}, “{said}”: no step does that."


@pytest.mark.parametrize(
    "text",
    [
        "kick nginx on web-1 and tell me when it is done",
        "starte nginx auf web-1 neu und gib mir Bescheid",
        "redémarre nginx sur web-1 et dis-moi quand c'est fait",
        "nginx has been down for 5 minutes on web-1, kick it",
        "nginx antwortet auf web-1 seit 5 Minuten nicht, starte ihn neu",
        "nginx läuft auf web-1 noch nicht wieder, starte ihn neu",
        "nginx is not yet up on web-1, give it a kick",
        "starte nginx auf web-1 neu, das Ticket ist OPS-1234",
        "starte nginx auf web-1 neu, Version 1.24 hängt",
        "gib nginx auf web-1 einen Neustart",
        "nginx auf web-1 hängt, gib ihm einen Neustart",
        "starte nginx auf web-1 neu und melde dich",
        "starte nginx auf web-1 neu und sag Bescheid",
        "starte nginx auf web-1 neu und gib Bescheid",
        "tell nginx on web-1 to restart",
        "kick nginx on web-1 and let it settle",
        "kick nginx on web-1, tell nobody",
        "restart nginx on web-1 which has been down for 2 hours",
    ],
)
def test_what_only_sounds_like_it(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stoppe redis auf db-1 und starte es nach 5 Minuten wieder", "nach 5 Minuten"),
        ("stoppe redis auf db-1, warte 5 Minuten und starte es wieder", "warte 5 Minuten"),
        ("arrête redis sur db-1, attends deux minutes, démarre-le", "attends deux minutes"),
    ],
)
def test_a_pause_between_two_steps(text, said):
    steps = [
        restart(text, "db-1", service="redis", action=f"service.{v}") for v in ("stop", "start")
    ]
    found = doubts(text, *steps)
    told = f"The request waits between its steps, “{said}”: here the next begins as soon as the one"
    assert found == (f"{told} before it is done.",)


def test_a_step_that_is_another_deed_than_the_one_that_was_said_is_told():
    text = "stoppe redis auf db-1 und starte nginx auf web-1 wieder"
    steps = [
        restart(text, "db-1", service="redis", action="service.start"),
        restart(text, "web-1", action="service.start"),
    ]
    assert any("says “stoppe” of “redis”" in each for each in doubts(text, *steps))
