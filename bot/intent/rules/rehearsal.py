"""A change that shall only be tried out, and options that no request has.

"--dry-run", "just simulate …" and "without running it" ask for a plan that is shown and runs
nothing: what is left without those words is planned so, where it is a whole request (`supposed`).
Elsewhere they are answered with how to say it, and a flag that means nothing here is asked about.
Neither is ever left out in silence.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import Option, Question
from bot.intent.patterns import compiled
from bot.intent.rules import reasons
from bot.intent.rules.finding import Finding
from bot.intent.rules.words import Token

_DRY = compiled(
    r"(?<![\w-])(?:[-\u2013\u2014]{0,2}dry[ -]?run\w*|--(?:simulate|simulation|no-?op|plan-only|what-?if|check))\b(?:=\S+)?(?: mode)?"
)
_TRIED = compiled(
    r"\b(?:simulat(?:e|es|ed|ion|ing)|rehears(?:e|al|ing)|plan[ -]only|no-op|(?:only|just) (?:the |a )?plan"
    r"|without (?:actually |really |ever )?(?:running|executing|doing|applying|performing|carrying out) (?:it|this|that|them|those|anything))\b"
)
_LEFT = compiled(
    r"^(?:(?:just|only|please|a|an|the|do|make|show|me|give|of|for|as|in|with|to)\b[ ,:-]*)+(?=\S)|(?:[ ,]+(?:as|in|with|for|a|an|the|mode|only|just|please|and|but))+$",
    re.IGNORECASE,
)
"""What stands around those words and says nothing without them."""
_LONG = 200
"""A longer request is not said again in the answer."""
_ASKED = frozenset(("wish", "unknown", "again", "reported"))


def only_tried(text: str, findings: Sequence[Finding], *, changing: bool) -> Question | None:
    """The question that leads to `./overseer plan`, where a request shall only be tried out."""
    low = reasons.masked(text).casefold()
    match = _DRY.search(low) or (changing and _TRIED.search(low))
    if not match or not any(f.kind in _ASKED for f in findings):
        return None
    rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()).strip(" ,:;-()")
    said = rest if 0 < len(rest) <= _LONG and '"' not in rest else "…"
    return Question(
        about="dry run",
        text=f'Nothing ran. I don\'t rehearse here: `./overseer plan "{said}"` in a terminal shows the exact '
        f"commands and runs none of them. Say it again without “{text[match.start() : match.end()].strip()}” to ask for it itself.",
    )


def without(text: str) -> str:
    """What shall only be tried out, without the words that say so; empty when none do."""
    low = reasons.masked(text).casefold()
    match = _DRY.search(low) or _TRIED.search(low)
    if not match or len(low) != len(text):
        return ""
    rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    return _LEFT.sub("", rest).strip(" ,:;-()?.!")


def strange_flag(text: str, tokens: Sequence[Token]) -> Question | None:
    """The question about a flag that no request has; one behind an unquoted "run" is the command's."""
    for i, token in enumerate(tokens):
        if token.kind != "flag" or any(t.low in {"run", "execute", "exec"} for t in tokens[:i]):
            continue
        rest = " ".join(f"{text[: token.start]} {text[token.end :]}".split())
        return Question(
            about=token.text,
            text=f"“{token.text}” is no option of a request, so nothing ran. Shall I take it without?",
            options=(Option(label=f"without {token.text}", says=rest),),
        )
    return None
