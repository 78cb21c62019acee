"""What an "@" that is glued to a word stands for: a time, a place, or somebody who is called.

"reload nginx @22:00" is at 22:00, "@web-1" and "@staging" are where. Platforms hand a mention on
as a name (or a long number, or in `<…>`), or say which words call somebody (an account that nobody
has linked, a group): nothing else is one but a person's name; whoever begins a sentence with one
calls somebody. What is none of these is asked about where something
would be changed: it may be the time or the place, and it was dropped like a name.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.domain.intents import Intent, Option, Outcome, ParseContext, Question
from bot.intent.patterns import compiled
from bot.intent.rules import times
from bot.intent.rules.questions import ANSWER
from bot.intent.rules.vocabulary import Vocabulary

_SIGN = compiled(
    r"(?<=[^\s@`\"'])(?P<gap>,?\s+)@(?P<space> ?)(?P<word>[\w:.-]*\w)(?P<half> [ap]\.?m\b)?",
    re.IGNORECASE,
)
_CODE = compiled(r"`[^`]*`|\"[^\"]*\"")
_CALLED = compiled(r"\w*bot|overseer|ops\w*|here|all|channel|everyone|team|folks|\d{15,}")
"""Those who are no person of `people.yaml`: Overseer, everybody, an account by its number."""
_MOST = 20
"""Signs of one request that are looked at: each costs some reading."""
_DAY = datetime(2000, 1, 3, tzinfo=UTC)


def plainly(text: str, vocabulary: Vocabulary, context: ParseContext) -> str:
    """The text with "at", "on" or "in" for the sign before a time or a place."""

    code = [span.span() for span in _CODE.finditer(text)]

    def read(found: re.Match[str]) -> str:
        said, low = found["word"], found["word"].casefold()
        whole = f"{said}{found['half'] or ''}"
        if any(a < found.start("word") < b for a, b in code):
            return found[0]
        day = _is_time(whole, context)
        if day or _is_time(f"at {whole}", context):
            return f"{found['gap']}{whole}" if day else f"{found['gap']}at {whole}"
        if found["space"] or low in context.people:
            return found[0]
        if vocabulary.host(said) or vocabulary.looks_like_host(said):
            return f"{found['gap']}@ {whole}"
        if low in vocabulary.environment_words:
            return f"{found['gap']}in {whole}"
        return f"{found['gap']}on {whole}" if low in vocabulary.group_words else found[0]

    return _SIGN.sub(read, text) if 0 < text.count("@") <= _MOST else text


_STOPS_IT = compiled(r"\b(?:stop|halt|abort|kill|cancel) (?:it|that|this)\b", re.IGNORECASE)


def asked(outcome: Outcome, text: str, vocabulary: Vocabulary, context: ParseContext) -> Outcome:
    """The outcome, or the question what a strange "@…" beside a change is meant to be.

    Where nobody is known by name, any word may be somebody's; a number is nobody's.
    """
    if not isinstance(outcome, Intent) or "@" not in text:
        return outcome
    if not any(vocabulary.actions[wish.action].changes for wish in outcome.wishes):
        return outcome
    if _STOPS_IT.search(text):  # which of what goes on is meant is asked there
        return outcome
    code = [span.span() for span in _CODE.finditer(text)]
    for found in _SIGN.finditer(text):
        low = found["word"].casefold()
        name = bool(context.people) or low[0].isdecimal()
        if found["space"] or low in context.people or _CALLED.fullmatch(low) or not name:
            continue
        if not any(a < found.start("word") < b for a, b in code) and not vocabulary.service(low):
            return _which(found, text)
    return outcome


def _which(found: re.Match[str], text: str) -> Question:
    said = f"@{found['word']}"
    end = found.end("word")
    rest = " ".join(f"{text[: found.start()]} {text[end:]}".split())
    number = found["word"][0].isdecimal()
    return Question(
        about="when" if number else "at",
        text=f"“{said}” is no time, host, group or person that I know. Where, or when, shall it "
        "be? Say it as in “on web-1” or “at 22:00”, or leave it out.",
        options=(Option(label=f"without “{said}”", says=rest),),
        fill=f"{text[: found.start()]} at {ANSWER}{text[end:]}" if number else "",
    )


def _is_time(typed: str, context: ParseContext) -> bool:
    """Whether it is nothing but a time, or a day: whatever the clock shows."""
    found = times.find(typed, context.now or _DAY, context.zone)
    return len(found) == 1 and not found[0].blanked(typed).strip()
