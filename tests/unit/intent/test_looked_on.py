"""What is new of the next look alone leads to a look, and never to a change."""

import pytest

from bot.domain.intents import Intent, ParseContext, SmallTalk
from bot.intent.phrase_rules import understand
from bot.intent.rules import looked_on
from tests.unit.intent.vocabularies import own

NOTHING = SmallTalk(text="Nothing is known of that.")


def read(text):
    context = ParseContext(
        hosts=("app-1",), service="caddy", action="service.status", request="is caddy up on app-1?"
    )
    return looked_on.read(
        text, NOTHING, context, own(), lambda says: understand(says, own(), context)
    )


@pytest.mark.parametrize("text", ["and the reboot?", "and restart?", "reload?", "now upgrade"])
def test_no_change_comes_of_it(text):
    assert read(text) is None


def test_a_look_does():
    came = read("and the disks?")
    assert isinstance(came, Intent)
    assert [wish.action for wish in came.wishes] == ["host.disk"]
