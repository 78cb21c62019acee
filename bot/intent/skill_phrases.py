"""Whether the sentences of an own skill can stand beside those that ship. Pure.

All skills share one grammar: a rule of the same name would replace another's, and a sentence for
another's action would say it in words that nobody reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.errors import ConfigError
from bot.intent.patterns import compiled
from bot.intent.rules.templates import COMMON_RULES, SLOTS, WILDCARDS, Templates
from bot.skillkit.contract import Action, Skill

_SECTIONS = ("rules", "sentences", "keywords", "commands", "examples")
_PART = compiled(r"<([^>]*)>|\{([^}]*)\}")
HOLDERS = frozenset({"host", "group", "service"})
"""What an example may leave open."""


def prove_phrases(skill: Skill, others: Mapping[str, Skill], *, text: str, path: str) -> None:
    """Hold the phrases of an own skill against the rest; `text` is the file's, `path` its name.

    Raises:
        ConfigError: the first thing that does not fit, with its line.
    """
    where = _Where(text, path)
    body = skill.phrases
    if unknown := sorted(set(map(str, body)) - set(_SECTIONS)):
        cure = f"Known: {', '.join(_SECTIONS)}."
        raise where.fault(f"there is no section {unknown[0]!r}.", unknown[0], cure)
    taken = dict.fromkeys(COMMON_RULES, "Overseer")
    for name, other in others.items():
        taken |= dict.fromkeys(other.phrases.get("rules") or {}, f"the skill {name}")
    rules = body.get("rules") or {}
    if not isinstance(rules, dict):
        raise where.fault("rules must be a mapping of names to words.", "rules")
    for name in rules:
        if name in taken:
            cure = f"Call it {skill.name}_{name}."
            raise where.fault(f"{taken[name]} has a rule called {name}.", f"{name}:", cure)
    _sections(skill, body, where)
    for name, rule in rules.items():
        _parts(str(rule), rules, name, where)
    for block in body.get("sentences") or ():
        for phrase in block["phrases"]:
            _parts(phrase, rules, phrase, where)
            _readable(skill.name, rules, block["action"], phrase, where)


def _sections(skill: Skill, body: Mapping[str, Any], where: _Where) -> None:
    """Each section by itself."""
    actions = {action.name: action for action in skill.actions}
    for section in ("sentences", "keywords"):
        for block in _blocks(body, section, where):
            _block(block, section, actions, where)
    for entry in _blocks(body, "commands", where):
        _command(entry, where)
    for said in body.get("examples") or ():
        _example(said, where)


class _Where:
    """The file, to say on which line something stands."""

    def __init__(self, text: str, path: str) -> None:
        self._lines = text.splitlines()
        self._path = path

    def fault(self, why: str, word: str, cure: str = "") -> ConfigError:
        line = next((n for n, text in enumerate(self._lines, 1) if word and word in text), None)
        return ConfigError(why, path=self._path, line=line, cure=cure)


def _blocks(body: Mapping[str, Any], section: str, where: _Where) -> list[Any]:
    found = body.get(section) or []
    if not isinstance(found, list):
        raise where.fault(f"{section} must be a list.", section)
    return found


def _block(block: Any, section: str, actions: Mapping[str, Action], where: _Where) -> None:
    wanted = {"sentences": {"action", "phrases"}, "keywords": {"action"}}[section]
    if not isinstance(block, dict) or not wanted <= set(block):
        raise where.fault(f"each of {section} needs {' and '.join(sorted(wanted))}.", section)
    name = str(block["action"])
    action = actions.get(name)
    if action is None:
        cure = f"Its own are {', '.join(actions)}."
        raise where.fault(f"{name} is no action of this skill.", name, cure)
    if section == "keywords" and action.effect.changes:
        raise where.fault(f"keywords betray reads only, and {name} changes something.", name)
    _fields(block.get("params") or {}, action, where)
    phrases = block.get("phrases", [])
    if section == "sentences" and not (
        isinstance(phrases, list) and phrases and all(isinstance(p, str) for p in phrases)
    ):
        raise where.fault(f"the phrases of {name} must be a list of sentences.", name)


def _fields(params: Any, action: Action, where: _Where) -> None:
    fields: Collection[str] = action.params.model_fields
    for field in params if isinstance(params, dict) else ("params",):
        if field not in fields:
            cure = f"It has {', '.join(fields) or 'none'}."
            raise where.fault(f"{action.name} has no parameter {field}.", str(field), cure)


def _command(entry: Any, where: _Where) -> None:
    """A plain command and what to say instead: whatever is said, the answer can be filled in."""
    if not isinstance(entry, dict) or set(entry) != {"command", "says"}:
        raise where.fault("each of commands needs command and says.", "commands")
    command, says = str(entry["command"]), str(entry["says"])
    try:
        says.format(hosts="", **compiled(command).groupindex)
    except (re.error, KeyError, IndexError, ValueError) as error:
        cure = "command is a regular expression; says may hold {hosts} and the names of its groups."
        raise where.fault(f"this can't be read: {error!r}.", command, cure) from error


def _example(said: Any, where: _Where) -> None:
    try:
        str(said).format(**dict.fromkeys(HOLDERS, "x"))
    except (KeyError, IndexError, ValueError) as error:
        cure = f"It may hold {', '.join(f'{{{name}}}' for name in sorted(HOLDERS))}."
        raise where.fault(f"the example can't be filled in: {error!r}.", str(said), cure) from error


def _parts(text: str, rules: Collection[str], word: str, where: _Where) -> None:
    """What a phrase refers to: rules and slots that exist."""
    for rule, slot in _PART.findall(text):
        if rule and rule not in rules and rule not in COMMON_RULES:
            cure = f"Known: {', '.join([*rules, *COMMON_RULES])}."
            raise where.fault(f"there is no rule <{rule}>.", word, cure)
        if slot and slot not in SLOTS and slot not in WILDCARDS:
            cure = f"Known: {', '.join([*SLOTS, *WILDCARDS])}."
            raise where.fault(f"there is no slot {{{slot}}}.", word, cure)


def _readable(
    skill: str, rules: Mapping[str, Any], action: str, phrase: str, where: _Where
) -> None:
    """One phrase, with the rules that it may use."""
    one = {"rules": rules, "sentences": [{"action": action, "phrases": [phrase]}]}
    try:
        Templates.build({skill: one}).match("qhosts")
    except ConfigError as error:
        why = str(error).partition("can't be read: ")[2] or str(error)
        raise where.fault(f"this phrase can't be read: {why}", phrase) from error
