"""Of a plain order that a faithful model reads nothing is doubted; what guards something stays."""

import pytest

from bot.domain.intents import Intent
from bot.testing.scripted_models import act, plan
from tests.unit.intent.plain_orders import orders, read

ORDERS = orders()


def test_they_are_many():
    assert len(ORDERS) >= 360
    assert len({text for text, _ in ORDERS}) == len(ORDERS)


@pytest.mark.parametrize(("text", "answer"), ORDERS, ids=[text for text, _ in ORDERS])
def test_a_plain_order_draws_no_doubt(text, answer):
    outcome, marks = read(text, answer)
    assert isinstance(outcome, Intent), outcome
    assert outcome.doubts == ()
    assert marks == []


def restarts(text, service="nginx", hosts=("web-1",)):
    return plan(act("service.restart", text, service=service, hosts=list(hosts)))


def stops(text, service="redis", hosts=("db-2",)):
    return plan(act("service.stop", text, service=service, hosts=list(hosts)))


DOUBTED = [
    ("don't restart nginx on web-1", restarts),
    ("nginx on web-1 no longer answers, leave it", restarts),
    ("nginx on web-1 doesn't start, do not restart it", restarts),
    ("no reinicies nginx en web-1", restarts),
    ("never stop redis on db-2 again", stops),
    ("nginx no responde en web-1, no lo reinicies", restarts),
    ("nginx no responde en web-1, Ana está reiniciándolo", restarts),
    ("nginx no responde en web-1, ya estamos reiniciándolo", restarts),
    ("nginx no responde en web-1, míralo", restarts),
    ("nginx no responde en web-1, investígalo", restarts),
    ("nginx no responde en web-1, evítalo", restarts),
    ("quick one from Ben: restart nginx on web-1", restarts),
    ("Ben's quick request: restart nginx on web-1", restarts),
    ("reload nginx on web-1 until the backup is done, then restart it", restarts),
    ("restart nginx on web-1, it is not up until noon", restarts),
    ("restart nginx on web-1, it is not ok to restart it", restarts),
    ("restart nginx on web-1, just kidding", restarts),
    ("restart nginx on web-1 - scratch that", restarts),
    ("nginx on web-1 may be restarted only by Ben", restarts),
    ("nginx doesn't respond on web-1, it was restarted yesterday", restarts),
    ("nginx no responde en web-1, ya fue reiniciado", restarts),
    ("redis doesn't start on web-1; nginx on web-1 was restarted", restarts),
    ("restart nginx and reboot web-1", lambda text: plan(act("host.reboot", text, hosts=["web-1"]))),
    ("we don't need redis on db-2 stopped", stops),
    ("ya no necesitamos parado redis en db-2", stops),
    ("¿reinicio nginx en web-1?", restarts),
    ("hast du nginx auf web-1 neu gestartet?", restarts),
    ("¿quién reinicia nginx en web-1?", restarts),
    ("we should restart nginx on web-1", restarts),
    ("Ben asked me to have nginx restarted on web-1", restarts),
    ("wer hat Plan 12 abgebrochen?", lambda text: plan(act("plan.cancel", text, plan=12))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answered"), DOUBTED, ids=[text for text, _ in DOUBTED])
def test_what_may_be_no_such_order_is_doubted_all_the_same(text, answered):
    outcome, marks = read(text, answered(text))
    assert not isinstance(outcome, Intent) or outcome.doubts or marks


@pytest.mark.parametrize(
    "order",
    ["reinícialo", "reinícienlo", "reiniciémoslo", "arráncalo", "levántalo", "recárgalo", "resetéalo", "arréglalo"],
)  # fmt: skip
def test_a_spanish_order_behind_what_does_not_work_is_one(order):
    text = f"nginx no responde en web-1, {order}"
    outcome = read(text, restarts(text))[0]
    assert isinstance(outcome, Intent), outcome
    assert not any("no order" in each for each in outcome.doubts)


def test_only_what_was_said_to_be_security_is_said():
    text = "installiere die Updates auf web-3"
    answer = plan(act("package.upgrade", text, hosts=["web-3"], only="security"))
    assert read(text, answer)[1] == ["security"]
