"""A change that hangs on something is asked about, whatever words the condition has."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


@pytest.mark.parametrize(
    "text",
    [
        "should caddy on app-3 be down, restart it",
        "should the redis service on cache-2 be stopped, start it",
        "should the disk on app-3 be full, reboot it",
        "should cron on nas fail, restart it",
        "with app-2 up, reboot app-1",
        "with caddy down on app-3, start it",
        "with app-2 up and running, reboot app-1",
        "reboot app-1 with app-2 up",
        "app-2 up? then reboot app-1",
        "app-2 healthy, then reboot app-1",
        "caddy down on app-1? restart it",
        "disk full on mail-1? restart postfix there",
        "is the disk on app-3 full? reboot it",
        "does app-3 have updates? upgrade it",
        "any updates on app-3? upgrade it",
        "are there any updates on app-3, then upgrade it",
        "any errors in the caddy logs on app-1? restart it",
        "check if app-2 is up, then reboot app-1",
        "check whether app-2 is up and reboot app-1",
        "check that app-2 is up, then reboot app-1",
        "verify app-2 is up, then reboot app-1",
        "confirm that app-2 is up and reboot app-1",
        "double check app-2 is up, then reboot app-1",
        "check app-2 is up before rebooting app-1",
        "test that caddy is up on app-2 and restart it on app-1",
        "verify caddy on app-1, then restart it",
        "make sure caddy is up on app-2, then restart it on app-1",
        "see if app-2 is ok and reboot app-1",
        "reboot app-1, check that it is up, then reboot app-2",
        "restart caddy on app-1, verify it, then restart caddy on app-2",
        "is app-2 up? then reboot app-1",
        "app-2 ok? reboot app-1",
        "caddy running on app-2? stop it on app-1",
        "check the health of app-2, and only then reboot app-1",
        "no errors in the caddy logs on app-1? reload it",
        "were app-2 to fail, reboot app-1",
        "does the disk on app-1 have room? upgrade it",
        "is anything eating memory on app-1? reboot it",
    ],
)
def test_a_condition_is_asked_about(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Question), outcome


@pytest.mark.parametrize(
    "text",
    [
        "check caddy on app-1, then reload it",
        "check app-1, then reboot it",
        "what updates are pending on app-3? then upgrade it",
        "reboot app-1, then check that it is up",
        "reboot app-1 and verify that it is up",
        "restart caddy on app-1 and check that it is running",
        "restart caddy on app-1, then check whether it is up",
        "is caddy up on app-1? and restart redis on cache-2",
        "check the disk of app-3, then reboot it",
        "look for updates on app-3, then upgrade it",
        "stop caddy on app-1, and only then reboot app-1",
        "show the caddy logs on app-1 and restart it",
        "how full is the disk on app-3, then reboot it",
    ],
)
def test_a_look_before_or_after_a_change_is_a_step(text):
    assert isinstance(understand(text, own(), NOTHING), Intent)
