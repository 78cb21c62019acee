"""Since when something is broken is told; what an order is to wait for is a condition."""

import time

import pytest

from bot.domain.intents import Intent, Question
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.rules.since_then import without_since
from bot.testing.scripted_models import plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.model_says import restart

RESTART = [("service.restart", {"service": "nginx", "hosts": ["web-1"]})]
TOLD = [
    "after the reboot nginx on web-1 no longer answers, restart it",
    "after the upgrade nginx on web-1 doesn't respond, restart it",
    "after the update nginx on web-1 is broken, restart it",
    "after the update nginx is broken on web-1, restart it",
    "After the update, nginx on web-1 hangs; restart it",
    "after yesterday's deploy nginx on web-1 is down, please restart it",
    "after the kernel update nginx on web-1 is slow, restart it",
    "since the deploy nginx on web-1 fails, restart nginx on web-1",
    "since the deploy nginx fails on web-1, restart it",
    "since the update nginx keeps crashing on web-1, restart it please",
    "following the rollout nginx on web-1 is stuck, restart it",
    "restart nginx on web-1, since the update it keeps crashing",
    "restart nginx on web-1, it no longer answers",
    "restart nginx on web-1, it does not respond to requests",
    "please restart nginx on web-1, the site isn't reachable since yesterday",
    "hey, since the migration last night nginx on web-1 is broken. restart it",
]
ONLY_A_MODEL = [
    "nach dem Update ist nginx auf web-1 kaputt, starte es neu",
    "seit dem Deploy schlägt nginx auf web-1 fehl, starte nginx auf web-1 neu",
    "seit dem Update hängt nginx auf web-1, starte es neu",
    "depuis la mise à jour nginx sur web-1 est cassé, redémarre-le",
    "après le déploiement nginx plante sur web-1, redémarre nginx sur web-1",
    "después de la actualización nginx en web-1 está roto, reinícialo",
    "desde el despliegue nginx falla en web-1, reinicia nginx en web-1",
]
WAITS = [
    "after the update restart nginx on web-1",
    "after the update is done restart nginx on web-1",
    "once the update is done, restart nginx on web-1",
    "after the backup has finished, restart nginx on web-1",
    "when the update is done, restart nginx on web-1",
    "after the update nginx on web-1 is up, restart it",
    "after the update nginx on web-1 is to be restarted",
    "after the update if nginx on web-1 is down, restart it",
    "when after the update nginx on web-1 is down, restart it",
    "after web-1 is down, restart nginx on web-1",
    "restart nginx on web-1 after the update",
    "restart nginx on web-1, after the update is done",
    "restart nginx on web-1 right after the deployment is done",
    "please restart nginx on web-1 after the nightly backup",
]
WAITS_ELSEWHERE = [
    "nach dem Update starte nginx auf web-1 neu",
    "nach dem Update ist nginx auf web-1 neu zu starten",
    "nach dem Update soll nginx auf web-1 neu gestartet werden",
    "sobald das Update durch ist, starte nginx auf web-1 neu",
    "après la mise à jour redémarre nginx sur web-1",
    "après la mise à jour nginx sur web-1 est à redémarrer",
    "une fois que la mise à jour est finie, redémarre nginx sur web-1",
    "después de la actualización reinicia nginx en web-1",
    "después de la actualización está nginx por reiniciar en web-1",
    "cuando termine la actualización, reinicia nginx en web-1",
]


def planned(outcome):
    assert isinstance(outcome, Intent), outcome
    return [(wish.action, wish.params) for wish in outcome.wishes]


def by_a_model(text):
    """What comes of a faithful model's answer to it."""
    return agreed(
        rules(text), checked(plan(restart(text, hosts=["web-1"])), grounds(text)).outcome,
        grounds(text),
    )  # fmt: skip


@pytest.mark.parametrize("text", TOLD)
def test_an_order_behind_what_is_wrong_since_something_is_read(text):
    assert planned(rules(text)) == RESTART
    found = by_a_model(text)
    assert planned(found) == RESTART
    assert found.doubts == ()


@pytest.mark.parametrize("text", ONLY_A_MODEL)
def test_where_only_a_model_reads_it_nothing_is_doubted(text):
    assert not isinstance(rules(text), Intent)
    found = by_a_model(text)
    assert planned(found) == RESTART
    assert found.doubts == ()


@pytest.mark.parametrize("text", WAITS)
def test_what_is_to_be_waited_for_is_asked_about_and_never_dropped(text):
    found = rules(text)
    assert isinstance(found, Question)
    assert found.about == "condition"
    assert any("a plan waits for none" in doubt for doubt in by_a_model(text).doubts)


@pytest.mark.parametrize("text", WAITS_ELSEWHERE)
def test_in_another_language_it_is_told_to_whoever_approves(text):
    found = by_a_model(text)
    said = ("a plan waits for none", "names a time, and this plan leaves it out")
    assert any(each in doubt for doubt in found.doubts for each in said)


@pytest.mark.parametrize(
    "text",
    [
        "restart nginx on web-1, it is broken after the update",
        "restart nginx on web-1, it broke after the update",
        "restart nginx on web-1 because it hangs after the update",
        "reboot web-1 and check nginx after the reboot",
    ],
)
def test_what_is_wrong_since_then_and_a_step_before_are_no_condition(text):
    found = rules(text)
    assert not (isinstance(found, Question) and found.about == "condition")


@pytest.mark.parametrize(
    "text",
    [
        "restart nginx on web-1, it is not up until noon",
        "restart nginx on web-1, it does not run on web-2 and reboot web-3",
        "restart nginx on web-1, it is not ready to restart",
    ],
)
def test_what_else_is_said_of_it_is_not_passed_over(text):
    assert not isinstance(rules(text), Intent)


def test_every_other_word_keeps_its_place():
    text = "ok, after the update nginx on web-1 is broken, restart it"
    assert len(without_since(text)) == len(text)
    assert without_since(text).split(maxsplit=1) == [
        "ok,", "nginx on web-1 is broken, restart it"
    ]  # fmt: skip


def test_a_long_sentence_is_searched_in_time():
    text = "after the update " + "nginx " * 2000 + "is broken, restart it"
    began = time.process_time()
    assert without_since(text) == text
    assert time.process_time() - began < 1.0


def test_what_is_still_to_come_has_broken_nothing():
    text = "after tonight's update nginx on web-1 is broken, restart it"
    assert without_since(text) == text
