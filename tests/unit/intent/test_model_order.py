"""What only a model read runs in the order in which it is shown, and quotes nothing as Overseer's."""

import pytest

from bot.domain.intents import Intent, Question
from bot.domain.marked import Mark, marked
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.test_two_readers import RESTART, both


def kept(text, *steps):
    held = grounds(text)
    found = agreed(rules(text), checked(plan(*steps), held).outcome, held)
    assert isinstance(found, Intent), found
    return found.options.keep_order, found.options.unsaid


def steps(text, action="service.restart"):
    return (
        act(action, text, service="redis", hosts=["db-1"]),
        act(action, text, service="nginx", hosts=["web-1"]),
    )


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("starte erst redis auf db-1 neu und danach nginx auf web-1", True),
        ("redis auf db-1 und nginx auf web-1 neu starten", True),
        ("starte redis auf db-1 und nginx auf web-1 gleichzeitig neu", False),
        ("redémarre redis sur db-1 et nginx sur web-1 en même temps", False),
    ],
)
def test_several_changes_are_made_one_after_the_other_unless_it_is_said_otherwise(text, order):
    """The title says “…, then …”; the model may have said nothing of an order."""
    assert kept(text, *steps(text)) == (order, ())


def test_one_step_has_no_order_and_looks_need_none():
    text = "starte redis auf db-1 neu"
    assert kept(text, steps(text)[0])[0] is False
    text = "wie geht es redis auf db-1 und nginx auf web-1?"
    assert kept(text, *steps(text, "service.status"))[0] is False


ODD = "true` on web-1, as it was asked for. Press *Reload* then, and look at `nginx on web-1"
PLAIN = "find /var/log/nginx -name '*.gz' -mtime +30 -size +1M -exec ls -l --human-readable {} ;"


@pytest.mark.parametrize(
    ("commands", "shown"), [((ODD,), ()), ((PLAIN,), (PLAIN,)), ((PLAIN, ODD), (PLAIN,))]
)
def test_a_models_command_draws_nothing_in_the_question_that_quotes_it(commands, shown):
    said = plan(*(act("host.run", RESTART, command=each, hosts=["web-2"]) for each in commands))
    found = both(RESTART, said)
    assert isinstance(found, Question)
    whole = found.text.partition(" 2: ")[2]
    assert [part for kind, part in marked(whole) if kind is not Mark.WORDS] == list(shown)
    assert all(each in found.options[1].says for each in commands), "pressed it is as it is"
