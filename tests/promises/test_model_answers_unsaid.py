"""Whatever a model answers: judged no more mildly than typed by hand, and unsaid never unasked.

The same promise as that of the malicious model, without a stage: so there are many more answers,
most of them right in every detail but the one that matters. The policy here lets everything run
unasked that it does not forbid.
"""

import re
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Literal

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from bot.domain import ways
from bot.domain.intents import Intent, ParseContext, Question, Revision
from bot.domain.messages import People
from bot.domain.plans import Decision, Plan
from bot.gate.cedar import CedarGate
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import WrongAnswerError, checked
from bot.intent.model.grounds import Grounds
from bot.intent.model.words import words_of
from bot.intent.phrase_rules import Vocabulary, understand
from bot.pipeline.judging import question_of
from bot.planning.planner import outline
from bot.planning.preview import skeleton
from bot.ports import World
from bot.settings import ApprovalSettings, AutonomySettings, Settings
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action, Effect, Hosts, Params, Skill
from bot.skillkit.loader import load
from bot.testing.scripted_models import act, plan
from tests.promises.by_hand import as_strict, made_up, typed
from tests.unit.gate.court import EVERYBODY, NOON, POLICIES, THREAD
from tests.unit.intent.grounds import INVENTORY

UNASKED = POLICIES + 'permit (principal, action, resource == May::"run_unasked");\n'


class Ring(Params):
    """Every kind of parameter."""

    hosts: Hosts
    tone: Literal["soft", "loud"] = "soft"
    force: bool = False
    times: int = 1
    pattern: str | None = None


def _bell(name, effect):
    return Action(
        name=name, params=Ring, effect=effect, expand=lambda p, host: iter(()),
        title=lambda _: "ring the bell",
    )  # fmt: skip


BELLS = Skill(
    name="bell", summary="", actions=(_bell("bell.ring", Effect.WRITE), _bell("bell.look", Effect.READ))
)  # fmt: skip


@cache
def world():
    catalog = Catalog((*load(), BELLS))
    there = World(
        inventory=INVENTORY,
        people=People(persons=EVERYBODY),
        settings=Settings(),
        gate=CedarGate(UNASKED, "p.cedar", catalog, AutonomySettings(), ApprovalSettings()),
    )
    return SimpleNamespace(
        catalog=catalog, vocabulary=Vocabulary.build(INVENTORY, catalog), **vars(there),
        asker=there.asker, requester=there.requester, bounds=there.bounds,
        lends_in=there.lends_in,
    )  # fmt: skip


TEXTS = (
    "restart nginx on web-3",
    "how is web-3?",
    "reboot web",
    "reboot web-1 and web-2, one at a time",
    "fahre alle web neu hoch, einer nach dem anderen",
    "stoppe nginx auf web-1, web-2, db-1, zwei zugleich",
    "upgrade curl on web-3 and stop at the first failure",
    "aktualisiere curl auf db-2",
    "läute auf web-3 laut, loud, mit force, 3 mal",
    "zeige 20 Prozesse auf db-2 und /var auf web-3",
    "if redis is dead on db-2, restart it",
    "run `df -h` on web-3",
    "show the disks on web",
    "zeig die Platten von web",
)
VALUES = {
    "service": ("nginx", "redis"), "said": ("nginx", "redis"), "command": ("df -h", "reboot"),
    "packages": (["curl"], ["curl", "bash"]), "only": ("security",), "path": ("/var", "/etc/shadow"),
    "sort_by": ("cpu", "memory"), "limit": (10, 20, 99), "lines": (5, 5000), "since": ("2h", "today"),
    "until": ("1h", "yesterday"),
    "tone": ("soft", "loud"), "force": (True, False), "times": (1, 3, 99), "pattern": ("web-3", "root"),
    "plan": (1, 3), "outcome": ("failed",), "person": ("ana",), "group": ("web",), "topic": ("redis",),
    "hosts": (["web-3"], ["web"], ["web-1", "web-2"], ["db-2"], ["all"], ["web-1", "web-2", "db-1"]),
}  # fmt: skip
WAYS = {
    "batch": (1, 2, 10_000), "on_failure": ("continue", "stop"), "parallel_steps": (1, 50),
    "stop_at_first_failure": (True, False), "step_timeout_s": (1.5, 9000.0), "keep_order": (True,),
    "start": ("2026-05-05T22:00",),
}  # fmt: skip
TELLING = ("host.reboot", "service.stop", "bell.look", "host.processes", "host.disk")
"""Actions of which a policy refuses many at once, and looks that take something."""


@st.composite
def answers(draw):
    """A text and an answer that is right in its shape, and true to what exists."""
    text = draw(st.sampled_from(TEXTS))
    steps = [draw(steps_of(text)) for _ in range(draw(st.sampled_from((1, 1, 1, 2))))]
    some = st.sampled_from(("batch",)) | st.sampled_from(sorted(WAYS))
    names = draw(st.lists(some, max_size=2, unique=True))
    chosen = [{"name": name, "value": draw(st.sampled_from(WAYS[name]))} for name in names]
    return text, plan(*steps, ways=chosen)


@st.composite
def steps_of(draw, text):
    """One step; parameters that may be left out sometimes are."""
    every = sorted(a.name for a in world().catalog)
    action = draw(st.sampled_from(every) | st.sampled_from(TELLING))
    fields = world().catalog.action(action).params.model_fields
    given = [n for n, f in fields.items() if f.is_required() or draw(st.booleans())]
    params = {name: draw(st.sampled_from(VALUES[name])) for name in given}
    if "hosts" in params and draw(st.booleans()):
        params["hosts"] = sorted(words_of(text, ParseContext(), world().vocabulary).hosts)
    return act(action, draw(st.sampled_from((text, text, text, ""))), **params)


def intents_of(outcome):
    """What may be planned: the outcome, or what any of its buttons means."""
    means = [o.means for o in outcome.options] if isinstance(outcome, Question) else [outcome]
    means = [one.intent if isinstance(one, Revision) else one for one in means]
    return [one for one in means if isinstance(one, Intent)]


def planned(intent, text):
    """The plan as it is judged before a host is read: the first time, and the second."""
    draft = outline(intent, world().catalog, INVENTORY, world().settings.run)
    return Plan(
        id=1, requester="ben", thread=THREAD, request=text, title=draft.title,
        steps=skeleton(draft).steps, asked=draft.options, created_at=NOON, reason=draft.reason,
        force_production=draft.options.force_production, doubts=draft.doubts,
    ), draft  # fmt: skip


def judged(made, draft):
    question = question_of(made, world(), world().catalog)
    bare = {"plan": None, "asks": draft.asks()}
    first = world().gate.judge(type(question)(**{**vars(question), **bare}))
    return first if first.decision is Decision.DENY else world().gate.judge(question)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers())
@example((TEXTS[0], plan(act("host.processes", TEXTS[0], hosts=["web-3"], sort_by="memory"))))
@example((TEXTS[0], plan(act("bell.ring", TEXTS[0], hosts=["web-3"], tone="loud"))))
def test_no_answer_is_judged_more_mildly_than_its_plan_typed_by_hand(drawn):
    text, said = drawn
    context = ParseContext(now=datetime(2026, 5, 4, 12, 0, tzinfo=UTC), zone="UTC")
    held = Grounds(
        text=text, context=context, catalog=world().catalog, inventory=INVENTORY,
        vocabulary=world().vocabulary,
    )  # fmt: skip
    rules = understand(text, held.vocabulary, context)
    try:
        found = checked(said, held)
    except WrongAnswerError:
        return
    outcome = agreed(rules, found.outcome, held)
    if isinstance(outcome, Intent) and outcome != rules:
        told = " ".join(found.notes)
        for wish, part in halved(outcome, text):
            event("a part of what the words name")
            changes = world().catalog.action(wish.action).effect.changes
            assert part <= set(wish.unsaid) if changes else "left out" in told
    for intent in intents_of(outcome):
        made, draft = planned(intent, text)
        verdict, by_hand = judged(made, draft), typed(made, world(), world().catalog)
        event(f"{by_hand.decision.value} by hand, {verdict.decision.value} from a model")
        as_strict(verdict, by_hand)
        if verdict.decision is Decision.ALLOW and intent != rules and intent not in own(rules):
            seen = pressed(outcome, text)
            found = list(made_up(made, seen, world(), world().catalog))
            assert [name for name, _ in found if not told_way(name, intent, seen)] == []
            assert not any(step.unsaid or step.alone for step in made.steps)


def pressed(outcome, text):
    """The request, and what whoever presses a button of the question about it has read there."""
    if not isinstance(outcome, Question):
        return text
    quoted = re.findall("“([^”]*)”", outcome.text)
    names = sorted(INVENTORY.names())
    for first, last in re.findall(r"“([\w-]+)…([\w-]+)”", outcome.text):  # web-1…web-3
        quoted += names[names.index(first) : names.index(last) + 1]
    return "\n".join((text, *quoted, *(option.says for option in outcome.options)))


def told_way(name, intent, seen):
    """Whether it is a way of running that the question tells by itself."""
    said = ways.spoken(intent.options, UTC, (name,)) if name in WAYS else ()
    return bool(said) and set(said) <= set(seen.split("\n"))


def halved(intent, text):
    """Each wish with its hosts that are a part of a group in the words, found without the marks."""
    words = set(re.findall(r"[\w-]+", text.casefold()))
    for wish in intent.wishes:
        other = {n: v for n, v in wish.params.items() if n != "hosts"}
        alike = [w for w in intent.wishes if w.action == wish.action]
        alike = [w for w in alike if {n: v for n, v in w.params.items() if n != "hosts"} == other]
        together = {host for w in alike for host in w.params.get("hosts", ())}
        for group, members in INVENTORY.groups().items():
            part = set(wish.params.get("hosts", ())) & set(members) - words
            if group in words and part and not set(members) <= together:
                yield wish, part


def own(rules):
    """What the rules themselves would plan, at once or by one of their buttons."""
    return intents_of(rules)
