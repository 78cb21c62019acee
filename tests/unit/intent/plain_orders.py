"""Orders that nobody need doubt, each with what a faithful model makes of it: `plain-orders.txt`."""

import shlex
from pathlib import Path

from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules

NUMBERS = frozenset(("lines", "limit", "plan"))
LISTS = frozenset(("hosts", "packages"))
FILE = Path(__file__).with_name("plain-orders.txt")


def orders():
    """Each order's words and a model's answer to it, as JSON."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [_order(line) for line in lines if line and not line.startswith("#")]


def read(text, answer):
    """The outcome that counts, and the marks of what the person did not say."""
    held = grounds(text)
    outcome = agreed(rules(text), checked(answer, held).outcome, held)
    marks = [word for wish in getattr(outcome, "wishes", ()) for word in wish.unsaid]
    return outcome, marks


def _order(line):
    text, _, steps = line.partition(" => ")
    ways = []
    acts = [_act(step.strip(), text, ways) for step in steps.split("; ")]
    return text, plan(*acts, ways=ways)


def _act(step, text, ways):
    name, *rest = shlex.split(step)
    pairs = [each.partition("=")[::2] for each in rest]
    ways += [{"name": k[2:], "value": int(v)} for k, v in pairs if k.startswith("--")]
    params = {k: _value(k, v) for k, v in pairs if not k.startswith("--")}
    return act(name, text, **params)


def _value(name, value):
    if name in LISTS:
        return value.split(",")
    return int(value) if name in NUMBERS else value
