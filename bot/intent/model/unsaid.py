"""What of a model's answer the person did not say: the marks that its card shows. Pure.

Everything that a model fills in counts: hosts and names, words and paths, choices, numbers and
switches, and the ways of running. No mark is needed for what holds anyway when nothing is said,
nor for how a look inside Overseer is cut: it touches no host. Of a look at a host, too, which of
the action's own few words are meant may be the model's, in whatever language was spoken; its
hosts, paths, names and amounts may not.

What a model leaves out of a group that was named is a mark on what it kept (`parts`). What else
it leaves out is no mark, for nobody can point at it. The gate tells where nothing narrows a
change, and `declined` tells which names of the request no step speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from bot.domain.intents import OnFailure, ParseContext, PlanOptions
from bot.domain.marked import literal
from bot.domain.wording import listed
from bot.intent.model import clocks, counts, moved, paces
from bot.intent.model.failing import rollback_in
from bot.intent.model.words import Words
from bot.intent.patterns import compiled
from bot.intent.rules import scheduling
from bot.intent.rules.vocabulary import Vocabulary
from bot.skillkit.contract import Action

_ALSO_SAID: Mapping[str, re.Pattern[str]] = {
    "security": compiled(
        r"\b(?:sicherheits\w*|sécurité|securite|seguridad|sicurezza|beveiliging\w*|veiligheids\w*)"
    )
}
"""How a choice of an action's own is said in other languages."""
_ONLY_HOLDS_BACK = frozenset({"keep_order"})
"""Ways that let nothing run sooner, nor otherwise, than it would without them."""


def unsaid_params(
    action: Action, params: Mapping[str, Any], words: Words, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """What of the parameters (plain JSON) the person did not say, as they are to read it."""
    found = [host for host in params.get("hosts", ()) if host not in words.hosts]
    for name, value in params.items():
        if name == "hosts" or _says_nothing(action, name, value) or _only_chooses(action, name):
            continue
        found += [
            _shown(name, one)
            for one in (value if isinstance(value, list) else [value])
            if not _said(action, name, one, words, vocabulary)
        ]
    return tuple(found)


def cut_by(
    action: Action, params: Mapping[str, Any], words: Words, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """By what a look inside Overseer is cut that nobody said: no mark, and told on its card."""
    if not action.in_process or action.effect.changes:
        return ()
    return tuple(
        _shown(name, one)
        for name, value in params.items()
        if name not in {"hosts", "service"} and not _as_anyway(action, name, value)
        if not _only_chooses(action, name)
        for one in (value if isinstance(value, list) else [value])
        if not _said(action, name, one, words, vocabulary)
    )


def cut_short(cuts: Sequence[str]) -> str:
    """The sentence on it."""
    told = listed([f"“{literal(one)}”" for one in cuts])
    return f"The model narrowed this by {told}, which the request doesn't say."


def _says_nothing(action: Action, name: str, value: Any) -> bool:
    """Whether it is so anyway, or only cuts a look inside Overseer, which touches no host."""
    if action.in_process and not action.effect.changes and name != "service":
        return True
    return _as_anyway(action, name, value)


def _as_anyway(action: Action, name: str, value: Any) -> bool:
    """Whether it would be so without a word."""
    field = action.params.model_fields[name]
    if field.is_required():
        return False
    return bool(to_jsonable_python(field.get_default(call_default_factory=True)) == value)


def _only_chooses(action: Action, name: str) -> bool:
    """Whether a look has it as one of a few words that the action itself names."""
    if action.effect.changes or action.raw:
        return False
    field = action.params.model_json_schema().get("properties", {}).get(name, {})
    shapes = [field, *field.get("anyOf", ())]
    return any("enum" in shape or "const" in shape or "$ref" in shape for shape in shapes)


def _said(action: Action, name: str, value: Any, words: Words, vocabulary: Vocabulary) -> bool:
    if isinstance(value, bool):
        return any(words.named(called) for called in _called(name))
    if isinstance(value, (int, float)):
        return float(value) in words.numbers
    if not isinstance(value, str):
        return False
    if name in {"service", "said"} and _service_said(value, words, vocabulary):
        return True
    if action.raw:
        return words.quoted(value)
    also = _ALSO_SAID.get(value)
    return (
        words.named(value)
        or _length_said(value, words)
        or (also is not None and also.search(words.text) is not None)
    )


def _called(name: str) -> Iterable[str]:
    """How a switch may be named in words: `dry_run`, `dry run`, `dry-run`, `--dry-run`."""
    hyphened = name.replace("_", "-")
    return (name, name.replace("_", " "), hyphened, f"--{hyphened}")


def _service_said(name: str, words: Words, vocabulary: Vocabulary) -> bool:
    return name in words.services or vocabulary.service(name) in words.services


def _length_said(value: str, words: Words) -> bool:
    numbers = counts.of_length(value)
    return value in words.since or (bool(numbers) and words.numbers.issuperset(numbers))


def _shown(name: str, value: Any) -> str:
    """A word by itself; of a number or a switch also what it is of."""
    if isinstance(value, str):
        return value
    return f"{name.replace('_', ' ')} {str(value).lower() if isinstance(value, bool) else value}"


def unsaid_ways(
    chosen: Mapping[str, Any],
    read: Mapping[str, Any],
    text: str,
    context: ParseContext,
    *,
    spoken: str = "",
    former: datetime | None = None,
) -> tuple[str, ...]:
    """Names of the ways that a model chose and that the rules don't read in the text.

    `read` are those that they do. A start is said where they read that very moment and no other, or
    it is named in another language (`clocks`), or by the start that the plan had (`former`); a pace
    where all that was `spoken` names it in another language.
    """
    found = [
        name
        for name, value in chosen.items()
        if name not in read
        and name not in _ONLY_HOLDS_BACK
        and value != PlanOptions.model_fields[name].default
    ]
    if "start" in found and _start_said(chosen["start"], text, context, former):
        found.remove("start")
    if "batch" in found and paces.pace_in(spoken or text) == chosen["batch"]:
        found.remove("batch")
    back = chosen.get("on_failure") == OnFailure.ROLLBACK
    if back and "on_failure" in found and rollback_in(spoken or text):
        found.remove("on_failure")
    return tuple(found)


def _start_said(at: datetime, text: str, context: ParseContext, former: datetime | None) -> bool:
    times = scheduling.found_in(text, context)
    return (
        (len(times) == 1 and times[0].at == at)
        or clocks.is_said(at, text, context)
        or (
            former is not None
            and not clocks.on_the_clock(text)
            and moved.is_moved_to(at, text, former, context)
        )
    )
