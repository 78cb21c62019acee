"""*Change…* in a terminal: the server is told first, so that what is said next is about the plan."""

import pytest

from bot.adapters.terminal.following import Following
from bot.domain.cards import Button, Card
from bot.domain.messages import Reply

CHANGE = Button(id="change", label="Change…", key="c")
CARD = Card(id="plan-7", plan=7, revision=2, digest="d", title="restart nginx on web-1")


class Told:
    """A link that keeps what it is told, and says yes or no to a press."""

    def __init__(self, reply):
        self.reply = reply
        self.told = []

    def follow(self, thread):
        pass

    def send(self, what, **more):
        return 1

    def press(self, thread, card, button, text=""):
        self.told.append((button.id, card.plan))
        return self.reply

    def say(self, thread, text, *, plan_only=False, tier="", event=""):
        self.told.append(("say", text))
        return Reply(accepted=True, text="said")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(accepted=True), [("change", 7), ("say", "not web-2")]),
        (Reply(accepted=False, text="#7 is Ben's to change."), [("change", 7)]),
    ],
)
def test_what_is_said_after_change_is_said_only_when_the_plan_can_be_changed(reply, told):
    link = Told(reply)
    said = Following(link, "terminal/ana/1").press(CARD, CHANGE, "not web-2")
    assert link.told == told
    assert said.accepted == reply.accepted
