"""What a model is asked about a request. Pure.

    prompter = Prompter(load_prompts()["plan"])
    prompt = prompter.plan(text, context, catalog, inventory, units)
    again = prompter.repaired(prompt, answer_text, ["there is no action service.bounce"])

All that goes in are the arguments of `plan`: the person's words, what they asked for earlier in
the thread, the catalogue and names. What hosts print, alerts, logs, facts and cards has no way
in. Names and words are data (`quoting`): the person's turn is `{"request": "…"}`, so that
nothing in it can be taken for the end of it.

The stable part is made once for a catalogue and is then the same to the byte. The fitted part
takes what room the request leaves; together they stay within `MOST` tokens less `REPAIR`, which a
repair may add, unless the request alone is longer than that.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.became import Became
from bot.domain.intents import Earlier, OpenPlan, ParseContext, Question, Wish
from bot.domain.inventory import Inventory
from bot.domain.prompts import PromptFile
from bot.intent.hearsay import without_heard
from bot.intent.model import moments, worked_examples
from bot.intent.model.action_details import Shelf
from bot.intent.model.answer import Answer
from bot.intent.model.entries import WAYS, grouped, ways
from bot.intent.model.fitting import Census, Room, units_said
from bot.intent.model.pointing import Pointers
from bot.intent.model.prompt_template import PromptTemplate
from bot.intent.model.quoting import estimated, quoted
from bot.intent.model.selecting import Sets
from bot.intent.rules.templates import Templates
from bot.ports.models import Prompt, Turn
from bot.skillkit.catalog import Catalog

MOST, REPAIR = 11_000, 700
"""Tokens of a prompt, as estimated; with the schema that a provider adds, below 12,000. The answer
that is to be mended and what is wrong with it have at least `REPAIR` of them."""
WHOLE_CATALOGUE, USUAL_ACTIONS, EXAMPLES, DETAILS, THREAD = 6_200, 3_000, 1_100, 1_500, 900
"""Tokens that each may take. The usual actions are told to everybody when there are too many."""
_LEAST_SHARE = 0.25
_LONG_REQUEST, _OLDER_REQUEST = 600, 240
"""Characters of a request that was made before: of the last one, and of those before it."""
_MOST_CHOICES, _MOST_ERRORS, _LONG_ERROR = 8, 20, 300
_LONG_ANSWER, _SHORT_ANSWER = 6_000, 200


@dataclass(frozen=True, eq=False)
class _Kept:
    """What is made once for a catalogue."""

    catalog: Catalog
    stable: str
    size: int
    shelf: Shelf
    everyday: frozenset[str]


class Prompter:
    """Writes what a model is asked. Keeps what is the same from request to request."""

    def __init__(self, plan: PromptFile) -> None:
        """Compile the prompt.

        Raises:
            ConfigError: it can't be, or speaks of what is not there; with file and line.
        """
        self._plan = PromptTemplate.compiled(plan, stable=_STABLE, fitted=_FITTED)
        self._frame = estimated(self._plan.fitted(_FITTED))
        self._kept: _Kept | None = None
        self._census: tuple[object, Census] | None = None

    @property
    def called(self) -> str:
        """The prompt's name and version: `plan@1`, or `plan@1+own` for one of the home's."""
        return self._plan.called

    def ready(self, catalog: Catalog, inventory: Inventory) -> bool:
        """Whether a request about these can be written at once."""
        known = self._kept is not None and self._kept.catalog is catalog
        return known and self._census is not None and self._census[0] == _key(inventory)

    def prepare(self, catalog: Catalog, inventory: Inventory) -> None:
        """Read them, which takes a good part of a second: `plan` would do it otherwise.

        Raises:
            ConfigError: a prompt of the user's own can't be filled in for this catalogue.
        """
        self._of(catalog)
        self._counted(inventory)

    def plan(
        self,
        text: str,
        context: ParseContext,
        catalog: Catalog,
        inventory: Inventory,
        units: Iterable[str] = (),
    ) -> Prompt:
        """What a request means, asked.

        `units` are services read from hosts, used when the inventory lists none.

        Raises:
            ConfigError: a prompt of the user's own can't be filled in for this request.
        """
        kept = self._of(catalog)
        census = self._counted(inventory)
        turn = quoted({"request": text})
        left = MOST - REPAIR - kept.size - estimated(turn)
        thread = _thread(context, census.sets, min(THREAD, int(left * _LEAST_SHARE)))
        left -= estimated(quoted(thread))
        before = context.asked if context.question is not None else ""
        said = Pointers.of(f"{text} {context.service} {before}", kept.everyday)
        details = kept.shelf.meant(
            f"{text} {before}", wanted=_actions_in(context), room=min(DETAILS, int(left * 0.4))
        )
        left -= estimated(quoted(details))
        room = Room()
        share = min(1.0, max(left - self._frame, 0) / room.all)
        names = census.fitted(said, meant=_hosts_in(context), room=room.scaled(share))
        if not census.services:
            names["services"] = {name: [] for name in units_said(said, units)}
        now = moments.local_now(context)
        when = f"{now:{moments.FORM} %A}" if now is not None else ""
        told = {**names, **thread, "details": grouped(details), "now": when}
        fitted = self._plan.fitted(told)
        return Prompt(
            name=self.called, stable=kept.stable, fitted=fitted, turns=(Turn("user", turn),),
            schema=Answer,
        )  # fmt: skip

    def repaired(self, prompt: Prompt, answer: str, errors: Sequence[str]) -> Prompt:
        """The same, with what the model said and what is wrong with it.

        Actions that the answer names and that were known by name alone are told in full now. The
        faults come first, then those, and of a long answer both ends.
        """
        room = max(MOST - tokens_of(prompt), REPAIR)
        kept = self._kept
        described = kept.shelf.named_in(answer) if kept and kept.stable == prompt.stable else []
        wrong: dict[str, Any] = {
            "wrong": _fitting(errors[:_MOST_ERRORS], room // 2),
            "now": "Answer the same request again, with these mended. "
            "Ask or refuse where they can't be.",
        }
        new = [e for e in described if quoted(e["action"]) not in prompt.fitted]
        if new and estimated(quoted({**wrong, "catalogue": grouped(new)})) <= room * 3 // 4:
            wrong["catalogue"] = grouped(new)
        told = quoted(wrong)
        said = _said_again(answer, room - estimated(told))
        turns = (Turn("assistant", said), Turn("user", told))
        return replace(prompt, turns=(*prompt.turns, *turns))

    def _of(self, catalog: Catalog) -> _Kept:
        if self._kept is None or self._kept.catalog is not catalog:
            shelf = Shelf.of(catalog, whole=WHOLE_CATALOGUE, room=USUAL_ACTIONS)
            stable = self._plan.stable({
                "actions": grouped(shelf.details), "other_actions": shelf.listed,
                "ways": ways(), "examples": _examples(catalog, shelf),
            })  # fmt: skip
            phrases = {name: skill.phrases for name, skill in catalog.skills.items()}
            everyday = Templates.build(phrases).words
            self._kept = _Kept(catalog, stable, estimated(stable), shelf, everyday)
        return self._kept

    def _counted(self, inventory: Inventory) -> Census:
        key = _key(inventory)
        if self._census is None or self._census[0] != key:
            self._census = (key, Census.of(inventory))
        return self._census[1]


def _key(inventory: Inventory) -> object:
    return inventory.version or inventory


def tokens_of(prompt: Prompt) -> int:
    """The tokens of a prompt, rather too many than too few; without the schema."""
    return sum(map(estimated, (prompt.stable, prompt.fitted, *(t.text for t in prompt.turns))))


def _examples(catalog: Catalog, shelf: Shelf) -> list[dict[str, Any]]:
    """As many as there is room for, of actions that everybody is told of."""
    room, shown = EXAMPLES, []
    for example in worked_examples.examples_of(catalog):
        size = estimated(quoted(example)) + 1
        hidden = any(s["action"] in shelf.others for s in example["answer"]["steps"])
        if not hidden and size <= room:
            room -= size
            shown.append(example)
    return shown


_STOPPABLE = frozenset({Became.RUNNING, Became.HALTED})


def _thread(context: ParseContext, sets: Sets, room: int) -> dict[str, Any]:
    """What the thread has of the person's own words; what is too long is left out as a whole."""
    found: dict[str, Any] = {"earlier": [], "open_plans": [], "question": {}}
    if context.question is not None:
        asked = _asked(without_heard(context.question), context.asked)
        size = estimated(quoted(asked))
        if size <= room:
            found["question"] = asked
            room -= size
    for plan in sorted(context.open, key=lambda p: (not p.changing, not p.newest, -p.number)):
        told = _open_plan(plan, sets, context)
        if estimated(quoted(told)) > min(room, THREAD // 2):
            told.pop("steps", None)
        size = estimated(quoted(told))
        if size <= room:
            found["open_plans"].append(told)
            room -= size
    open_here = {told["plan"] for told in found["open_plans"]}
    found["earlier"] = _earlier(context.earlier, sets, open_here, room)
    return found


def _earlier(
    asked: Sequence[Earlier], sets: Sets, open_here: Collection[int], room: int
) -> list[dict[str, Any]]:
    """Their requests, the newest last; as many of the newest as there is room for.

    Of those before the last, what is told as an open plan is not told again.
    """
    shown: list[dict[str, Any]] = []
    for one in reversed(asked):
        if shown and one.plan in open_here:
            continue
        said = _cut(one.request, _OLDER_REQUEST if shown else _LONG_REQUEST)
        told: dict[str, Any] = {"request": said, "steps": _steps(one.steps, sets)}
        told["became"] = one.became.value
        if one.became in _STOPPABLE:  # what waits is told by its number as an open plan
            told["plan"] = one.plan
        if estimated(quoted(told)) > min(room, THREAD // 3):
            told.pop("steps")
        room -= estimated(quoted(told))
        if room < 0:
            break
        shown.append(told)
    return shown[::-1]


def _open_plan(plan: OpenPlan, sets: Sets, context: ParseContext) -> dict[str, Any]:
    """An open plan; of somebody else's only that there is one, for their words are not asked."""
    if not plan.mine:
        return {"plan": plan.number, "whose": "somebody else's: can't be revised"}
    told: dict[str, Any] = {"plan": plan.number}
    if plan.changing:
        told["now"] = "the person has just pressed Change… on it"
    told["request"] = _cut(plan.request, _LONG_REQUEST)
    told["steps"] = _steps(plan.intent.wishes, sets)
    options = plan.intent.options.model_dump(mode="json", exclude_defaults=True)
    said = {name: value for name, value in options.items() if name in WAYS}
    if (start := plan.intent.options.start) is not None and "start" in said:
        said["start"] = moments.told(start, context)
    if said:
        told["ways"] = said
    return told


def _steps(wishes: Iterable[Wish], sets: Sets) -> list[dict[str, Any]]:
    return [
        {
            "action": wish.action,
            "params": {
                name: sets.said(value) if name == "hosts" and isinstance(value, list) else value
                for name, value in sorted(wish.params.items())
            },
        }
        for wish in wishes
    ]


def _asked(question: Question, about: str) -> dict[str, Any]:
    """The question, and the person's own words that it was asked about."""
    choices = {option.label: _cut(option.says, _LONG_REQUEST) for option in question.options}
    told: dict[str, Any] = {}
    if about:
        told["asked about"] = _cut(about, _LONG_REQUEST)
    if question.text:
        told["text"] = _cut(question.text, _LONG_REQUEST)
    if choices:
        told["choices"] = dict(list(choices.items())[:_MOST_CHOICES])
    if question.fill:
        told["the whole request"] = _cut(question.fill, _LONG_REQUEST)
    return told


def _hosts_in(context: ParseContext) -> set[str]:
    """The hosts that the thread speaks of."""
    intents = [plan.intent for plan in context.open if plan.mine]
    intents += [context.again] if context.again else []
    named = {name for i in intents for w in i.wishes for name in w.params.get("hosts") or ()}
    return named | set(context.hosts)


def _actions_in(context: ParseContext) -> list[str]:
    """The actions that the thread speaks of."""
    found = [w.action for plan in context.open if plan.mine for w in plan.intent.wishes]
    return [*found, context.action]


def _fitting(errors: Sequence[str], room: int) -> list[str]:
    """The first of them, each cut, and as many more as there is room for."""
    found: list[str] = []
    for error in errors:
        found.append(_cut(error, _LONG_ERROR))
        if len(found) > 1 and estimated(quoted(found)) > room:
            return found[:-1]
    return found


def _said_again(answer: str, room: int) -> str:
    """The model's own answer, as JSON whatever it was; where that is too long, its two ends."""
    most = _LONG_ANSWER
    while most > _SHORT_ANSWER and estimated(quoted(_cut(answer, most))) > room:
        most = most * 3 // 4
    cut = _cut(answer, most)
    if cut != answer:
        return quoted(cut)
    try:
        return quoted(json.loads(answer))
    except (ValueError, RecursionError):
        return quoted(cut)


def _cut(text: str, most: int) -> str:
    """The text, or both its ends."""
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"


_STABLE: Mapping[str, Any] = {
    "actions": [{"actions": {"a.b": "read: Look."}, "params": {"hosts": "hosts"}}],
    "other_actions": ["a.c"],
    "ways": {"ways": {"batch": "integer"}, "means": "How many at once."},
    "examples": [{"request": "look", "answer": {"kind": "plan"}}],
}
_FITTED: Mapping[str, Any] = {
    "details": [{"actions": {"a.c": "read: Look."}, "params": {}}],
    "host_count": 2, "hosts": {"a-1": "a test"}, "more_hosts": 1,
    "groups": {"a": 1}, "more_groups": 1, "environments": {"test": 1}, "more_environments": 1,
    "labels": {"site=x": 1}, "services": {"s": ["t"]}, "more_services": 1,
    "earlier": [{"request": "look", "steps": [], "became": "done"}],
    "open_plans": [{"plan": 1, "request": "look", "steps": []}],
    "question": {"text": "Where?", "choices": {"a-1": "look at a-1"}},
    "now": "2026-03-01T09:00 Sunday",
}  # fmt: skip
"""What a prompt may speak of, by example."""
