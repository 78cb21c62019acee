"""Readings as the buttons of a question, told apart in words however alike they look. Pure.

A button shows what pressing it does, and holds little. Where a reading is longer, the button shows
where it differs from the other and the question tells all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.domain import ways
from bot.domain.intents import Intent, Option, Outcome, Question, Revision, Wish
from bot.domain.marked import literal
from bot.domain.wording import listed, ranged, shortened
from bot.intent.model.choices import MAX_SAYS
from bot.intent.model.grounds import Grounds
from bot.intent.model.parts import deed
from bot.skillkit.catalog import Catalog

_FEW, ALL = 4, 1_000_000
"""Hosts that are named one by one where more are counted; `ALL`: none are counted."""
_HEAD = 24
"""Characters of a long reading's beginning that stay on its button."""
_BEFORE = 12
"""Characters that stay before what differs."""


def asked(text: str, *options: Option) -> Question:
    """A question with these readings; one that a button can't hold stands in its text, whole."""
    says = [option.says for option in options]
    if all(len(said) <= MAX_SAYS for said in says):
        return Question(about="request", text=text, options=options)
    differs = _first_difference(*says) if len(says) == 2 else 0
    return Question(
        about="request",
        text=f"{text} {_whole(options)}",
        options=tuple(o.model_copy(update={"label": _cut(o.says, differs)}) for o in options),
    )


def _whole(options: Sequence[Option]) -> str:
    """The readings as sentences; more than one are told apart by their buttons' numbers."""
    says = [_quoted(each) for each in options]
    if len(says) == 1:
        return f"“{says[0]}”."
    return " ".join(f"{number}: “{said}”." for number, said in enumerate(says, 1))


def _quoted(option: Option) -> str:
    """What it says, with no mark in it but for its commands as code, to the letter."""
    intent = option.means.intent if isinstance(option.means, Revision) else option.means
    wishes = intent.wishes if intent is not None else ()
    commands = (_on_a_line(str(wish.params.get("command", ""))) for wish in wishes)
    codes = {f"`{command}`" for command in commands if command and "`" not in command}
    if not codes:
        return literal(option.says)
    parts = re.split(f"({'|'.join(map(re.escape, codes))})", option.says)
    return "".join(part if part in codes else literal(part) for part in parts)


def _on_a_line(command: str) -> str:
    return command.replace("\n", "\\n")


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(said: str, differs: int) -> str:
    """As much as a button holds, with the place where it differs."""
    if len(said) <= MAX_SAYS:
        return said
    if differs < MAX_SAYS - _BEFORE:
        return shortened(said, MAX_SAYS)
    begin = differs - _BEFORE
    part = said[begin : begin + MAX_SAYS - _HEAD - 1]
    cut = begin + len(part) < len(said)
    return f"{said[:_HEAD]}…{part[:-1] if cut else part}{'…' if cut else ''}"


def two(one: Outcome, other: Outcome, grounds: Grounds) -> tuple[Option, ...]:
    """Both readings, the rules' and the model's; as few words as tell them apart.

    The hosts in which they differ are named, however many there are.
    """
    outcomes = {"the rules": one, "the model": other}
    pairs = ((one, _wishes(other)), (other, _wishes(one)))
    for hosts, whole in ((_FEW, False), (ALL, False), (ALL, True)):
        found = [option(mine, grounds, hosts, whole=whole, beside=its) for mine, its in pairs]
        if found[0].says != found[1].says:
            return tuple(found)
    return tuple(
        o.model_copy(update={"label": said, "says": said})
        for o, who in zip(found, outcomes, strict=True)
        for said in (f"{o.says}, as {who} read it",)
    )


def _wishes(outcome: Outcome) -> tuple[Wish, ...]:
    intent = outcome.intent if isinstance(outcome, Revision) else outcome
    return intent.wishes if isinstance(intent, Intent) else ()


def option(
    outcome: Outcome,
    grounds: Grounds,
    hosts: int = _FEW,
    *,
    whole: bool = False,
    beside: Sequence[Wish] = (),
) -> Option:
    """The reading as a button that carries it; see `spoken`."""
    means = outcome if isinstance(outcome, (Intent, Revision)) else None
    intent = outcome.intent if isinstance(outcome, Revision) else outcome
    said = ""
    if isinstance(intent, Intent):
        told = spoken(intent.wishes, grounds.catalog, hosts, whole=whole, beside=beside)
        said = ", ".join((told, *ways.spoken(intent.options, grounds.zone)))
    if isinstance(outcome, Revision):
        said = f"change #{outcome.plan} to: {said}"
    return Option(label=said, says=said, means=means)


def spoken(
    wishes: Iterable[Wish],
    catalog: Catalog,
    hosts: int = _FEW,
    *,
    whole: bool = False,
    beside: Sequence[Wish] = (),
) -> str:
    """The wishes in words: "restart nginx on web-1 and web-2; reboot db-1".

    How far back a look goes is told as the rules read it, for a button's words may be typed. A raw
    command is told to its end. Of more than `hosts` hosts two are named and the rest
    counted. `whole`: every parameter is told, also those that a title does not speak of. `beside`
    is the other reading, where there is one: hosts that it does not have are named, too.
    """
    parts = []
    for wish in wishes:
        title = _title(wish, catalog)
        if whole:
            rest = sorted(item for item in wish.params.items() if item[0] != "hosts")
            more = [f"{name} {value}" for name, value in rest if not _told(value, title)]
            title = f"{title} ({', '.join(more)})" if more else title
        where = _where(wish.params.get("hosts") or (), hosts, _hosts_beside(wish, beside))
        since = wish.params.get("since")
        from_then = f" since {since}" if since and not whole and not _told(since, title) else ""
        parts.append((f"{title} on {where}" if where else title) + from_then)
    return "; ".join(parts)


def _told(value: object, title: str) -> bool:
    """Whether a title has this value already, as a word of its own."""
    return isinstance(value, str) and bool(
        re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w.-])", title)
    )


def _title(wish: Wish, catalog: Catalog) -> str:
    action = catalog.action(wish.action)
    command = wish.params.get("command")
    if action.raw and isinstance(command, str):
        return f"run `{_on_a_line(command)}`"
    return action.title(catalog.params(wish.action, wish.params))


def _hosts_beside(wish: Wish, beside: Sequence[Wish]) -> frozenset[str] | None:
    """The hosts on which another reading does the same, else all of its hosts; None: no other."""
    same = [each for each in beside if deed(each) == deed(wish)] or beside
    return frozenset(h for each in same for h in each.params.get("hosts") or ()) if beside else None


def _where(names: Sequence[str], hosts: int, beside: frozenset[str] | None) -> str:
    if len(names) <= _FEW:
        return listed(tuple(names))
    if len(names) <= hosts:
        return listed(ranged(names))
    said = f"{names[0]}, {names[1]} and {len(names) - 2} more"
    if beside is None:
        return said
    alone, missing = frozenset(names) - beside, beside - frozenset(names)
    if hidden := ranged(sorted(alone - set(names[:2]))):
        return f"{said}, with {listed(hidden)}"
    return f"{said}, without {listed(ranged(sorted(missing)))}" if missing and not alone else said
