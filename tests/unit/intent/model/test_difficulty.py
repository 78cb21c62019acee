"""What a request asks of its reader, and the tier with which it begins."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.intents import OpenPlan, ParseContext
from bot.domain.usage import Task, Tier
from bot.intent.model.difficulty import LONG, beginning, tasks_of
from bot.settings import TaskSettings
from tests.unit.intent.grounds import grounds, rules

ROOT = Path(__file__).resolve().parents[4]
NOON = ParseContext(now=datetime(2026, 3, 1, 12, tzinfo=UTC), zone="UTC")


def tasks(text, context=None):
    return set(tasks_of(rules(text, context), grounds(text, context)))


def tier(text, context=None, **settings):
    found = beginning(rules(text, context), grounds(text, context), TaskSettings(**settings))
    return found.tier


@pytest.mark.parametrize(
    "text",
    [
        "how is web-1?",
        "how are disk and memory of web-1?",  # two reads are no steps
        "check whether nginx runs on web-1",
        "how are all web hosts except web-2?",  # a look that misses does no harm
        "what's eating memory?",  # the rules ask back
        "hello",
        "moin",
        "danke dir!",
        "hallo, wie geht's?",
        "👍",
        "nginx was slow yesterday",
    ],
)
def test_looks_and_talk_begin_at_the_cheapest(text):
    assert tasks(text) == {Task.LOOKS}
    assert tier(text) is Tier.LOCAL


@pytest.mark.parametrize(
    ("text", "found", "begins"),
    [
        ("restart nginx on web-1", {"changes"}, "cloud-fast"),
        ("restart it", {"changes"}, "cloud-fast"),
        ("restart nginx on web-1 and then cron on db-1", {"changes", "steps"}, "cloud-heavy"),
        ("nginx is slow on web-1. Restart it, please", {"changes", "steps"}, "cloud-heavy"),
        ("restart nginx on all hosts but web-1", {"changes", "conditions"}, "cloud-heavy"),
        ("if the load drops restart nginx on web-1", {"changes", "conditions"}, "cloud-heavy"),
        ("reboot web-1 unless it is busy", {"changes", "conditions"}, "cloud-heavy"),
        ("don't restart nginx on web-1", {"conditions"}, "cloud-heavy"),
        ("restart nginx on web-1 at 22:00", {"changes", "times"}, "cloud-fast"),
        ("läuft nginx auf web-3?", {"unclear"}, "cloud-fast"),
        ("starte nginx auf web-3 neu", {"unclear"}, "cloud-fast"),
        ("starte den dienst neu", {"unclear"}, "cloud-fast"),
        ("zieh den plan 12 zurück", {"unclear"}, "cloud-fast"),
        ("startet nginx bitte auf web-3", {"unclear"}, "cloud-fast"),
        ("hallo, starte den dienst neu", {"unclear"}, "cloud-fast"),
        ("how is web-1? " * 20, {"long"}, "cloud-heavy"),
    ],
)
def test_what_is_harder_begins_with_a_stronger_one(text, found, begins):
    assert tasks(text, NOON) == found
    assert tier(text, NOON) == begins


def test_a_word_about_ones_own_open_plan_is_a_revision_and_a_look_beside_it_is_none():
    waits = OpenPlan(
        number=1, revision=1, title="", request="restart nginx on web-1",
        intent=rules("restart nginx on web-1"), owner="ana", mine=True, waits=True,
    )  # fmt: skip
    mine = ParseContext(open=(waits,))
    assert Task.REVISIONS in tasks("web-2 too", mine)
    assert tier("web-2 too", mine) is Tier.CLOUD_HEAVY
    assert tasks("how is web-1?", mine) == {Task.LOOKS}
    theirs = ParseContext(open=(waits.model_copy(update={"mine": False}),))
    assert Task.REVISIONS not in tasks("und web-2?", theirs)


def test_the_settings_say_which_tier_a_task_begins_with_and_the_strongest_counts():
    text = "restart nginx on all hosts but web-1"
    own = {"changes": "local", "conditions": "cloud-fast"}
    assert tier(text, **own) is Tier.CLOUD_FAST
    found = beginning(rules(text), grounds(text), TaskSettings(**own))
    assert found.tasks == (Task.CONDITIONS,), "the log names what chose it"


def test_every_task_has_a_setting():
    assert set(TaskSettings.model_fields) == set(Task)


def test_the_settings_and_the_guide_name_every_task_with_its_default():
    settings = (ROOT / "config" / "overseer.yaml").read_text(encoding="utf-8")
    block = settings.partition("#   tasks:")[2].partition("#   patience:")[0]
    told = dict(re.findall(r"^#     (\w+): ([\w-]+) +# \S", block, re.MULTILINE))
    assert told == {name: tier.value for name, tier in TaskSettings()}
    assert told.keys() == set(Task)
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    for task in Task:
        assert f"`{task.value}`" in guide
    for text in (block, guide):
        assert f"more than {LONG} characters" in text
