"""What a model is asked about a request, and the data that it is told."""

import json
import re
from functools import cache
from pathlib import Path

from bot.adapters.files.prompt_files import load_prompts
from bot.domain.intents import (
    Earlier,
    Intent,
    OpenPlan,
    ParseContext,
    PlanOptions,
    Wish,
)
from bot.domain.inventory import Host, Inventory
from bot.intent.model.prompting import Prompter
from tests.unit.intent.vocabularies import OWN, catalog, read_inventory

SMALL = read_inventory(OWN / "inventory.yaml")


WIDE = Inventory(
    hosts=SMALL.hosts
    + tuple(
        Host(name=f"node{n % 40}-{n // 40}", groups=(f"rack{n % 40}",), environment="staging",
             labels={"site": "oslo" if n % 2 else "rome", "serial": f"s{n}"})
        for n in range(990)
    ),
    services=SMALL.services,
    version="wide",
)  # fmt: skip


ROOT = Path(__file__).resolve().parents[3]


NOTHING = ParseContext()


RESTART = Intent(
    wishes=(
        Wish(action="service.restart", params={"service": "caddy", "hosts": ["app-1", "app-2"]}),
    ),
    options=PlanOptions(batch=1, force_production=True),
)


def prompter():
    return Prompter(load_prompts()["plan"])


@cache
def _prompter_of(actions):
    return prompter()


def asked(text, context=NOTHING, inventory=SMALL, units=(), actions=None):
    actions = actions or catalog()
    return _prompter_of(actions).plan(text, context, actions, inventory, units)


def told(prompt, label):
    """The data behind a label of the fitted part."""
    found = re.search(rf"^{label}[^{{\[]*?: ([{{\[].*)$", prompt.fitted, re.MULTILINE)
    return json.loads(found[1]) if found else None


def opened(number=90, *, mine=True, request="restart caddy on the apps", intent=RESTART, **more):
    return OpenPlan(
        number=number, revision=1, title="", request=request, intent=intent, owner="ana",
        mine=mine, **more,
    )  # fmt: skip


def before(request, *steps, became="done", plan=1):
    return Earlier(plan=plan, request=request, steps=steps, became=became)
