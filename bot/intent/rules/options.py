"""How a plan shall run, and why: taken out of the words before they are matched.

"one at a time", "stop at the first failure", "roll back if it fails", "--force-production";
the reason is taken first. What is taken is blanked in place, so that every other word keeps its place.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.intents import OnFailure, PlanOptions
from bot.intent.patterns import compiled
from bot.intent.rules import reasons
from bot.intent.rules.quantities import NUMBERS, UNITS

_COUNT = r"(?P<n>\d{1,4}|" + "|".join(NUMBERS) + r"|a couple|pairs|single)"
_NOUN = r"(?:\s+(?:hosts?|machines?|servers?|box(?:es)?|nodes?|of them))?"
_FAIL = (
    r"(?:it|one|any|anything|something|any of them|one of them|that|this|the first|a (?:host|step)|"
    r"either|things?|any host|any step)"
)
_FAILS = r"(?:fails?|breaks?|goes? wrong|errors?|error out|go(?:es)? bad|do(?:es)? not work|do(?:es)?n'?t work|failed)"
_ON_FAIL = rf"(?:if|when|in case|should)\s+{_FAIL}\s+{_FAILS}"
_ERRORS = r"(?:failures?|errors?|problems?|the first (?:failure|error|problem|one that fails))"

_BATCH = (
    rf"(?:in (?:batches|groups|waves|chunks) of|with a batch size of|batch size|batches of)\s+{_COUNT}{_NOUN}",
    rf"(?:no|not) more than\s+{_COUNT}{_NOUN}\s+(?:at (?:a|one) time|at once|in parallel|simultaneously)",
    rf"{_COUNT}{_NOUN}\s+at (?:a|one) time",
    rf"(?<=[,;(] ){_COUNT}{_NOUN}\s+at once",
    rf"{_COUNT}{_NOUN}\s+by\s+(?:one|two|three|four|five){_NOUN}",
    rf"at most\s+{_COUNT}{_NOUN}\s+(?:at (?:a|one) time|at once|in parallel|simultaneously)",
    rf"max(?:imum)?\s+{_COUNT}{_NOUN}\s+(?:at (?:a|one) time|at once|in parallel)",
    rf"{_COUNT}{_NOUN}\s+(?:in parallel|concurrently|simultaneously)",
)
_ONE_BY_ONE = (
    r"one after (?:the other|another)",
    r"one by one",
    r"host by host|server by server|machine by machine|box by box|node by node",
    r"sequentially|serially|in sequence|in series|in turn",
    r"in a rolling (?:fashion|manner|way)|on a rolling basis",
    r"rolling(?= (?:restart|reload|reboot|upgrade|update|stop|start))",
    r"a rolling(?= (?:restart|reload|reboot|upgrade|update))",
)
_ALL_AT_ONCE = (
    r"all (?:of them )?(?:at once|at the same time|in parallel|together|simultaneously|in one go|in one batch)",
    r"everything (?:at once|in parallel)",
    r"(?:both|them) (?:at once|at the same time|in parallel)",
    r"in parallel|simultaneously|concurrently",
)
_STOP_FIRST = (
    rf"(?:and |but |, )?(?:stop|halt|abort|bail(?: out)?|quit|give up|break off)\s+(?:at|on|after|upon|with)\s+(?:the first |the 1st |first |any |a )?{_ERRORS}",
    rf"(?:and |but |, )?(?:stop|halt|abort|bail(?: out)?|quit|give up)\s+{_ON_FAIL}",
    rf"(?:and |, )?{_ON_FAIL}\s*,?\s*(?:then )?(?:stop|halt|abort|bail(?: out)?|quit|give up)(?: there| right there)?",
    r"stops at the first failure",
    r"(?:and |, )?(?:stop|abort|halt) as soon as (?:one|any(?:thing)?|something|it) fails",
    r"fail[- ]fast",
)
_CONTINUE = (
    rf"(?:and |but |, )?(?:continue|carry on|keep going|go on|proceed|press on)\s+(?:on|despite|past|through|regardless of|in spite of|after)\s+(?:the |any |all )?{_ERRORS}",
    rf"(?:and |but |, )?(?:continue|carry on|keep going|go on|proceed)\s+(?:even )?{_ON_FAIL}",
    rf"(?:and |, )?(?:even )?{_ON_FAIL}\s*,?\s*(?:just )?(?:continue|carry on|keep going|go on|proceed)",
    r"goes on after a failure",
    r"ignor(?:e|ing) (?:any )?(?:errors|failures)(?! (?:of|in) )",
    r"(?:and |but )?(?:do not|don't) stop (?:at|on) (?:errors?|failures?|the first (?:error|failure))",
)
_ROLLBACK = (
    rf"(?:and |but |, )?(?:roll(?: it| them| everything)? ?back|undo(?: it| that| everything| the lot)?|revert(?: it| everything)?)\s+(?:{_ON_FAIL}|(?:on|upon|after) (?:any |a |the first )?{_ERRORS})",
    rf"(?:and |, )?{_ON_FAIL}\s*,?\s*(?:then )?(?:please )?(?:roll(?: it| them| everything)? ?back|undo(?: it| that| everything)?|revert(?: it)?)(?: again)?",
    r"rolls back if a step fails",
    r"with (?:automatic )?rollback(?: on (?:failure|error))?",
)
_ASK = (
    rf"(?:and |but |, )?ask(?: me)?\s+(?:{_ON_FAIL}|on (?:failure|error))",
    rf"(?:and |, )?{_ON_FAIL}\s*,?\s*ask(?: me)?",
    r"asks if a step fails",
)
_NOTHING_ELSE = (
    r"(?:(?<=, )|(?<=- )|(?<=\()|(?:and|but)\s+)(?:absolutely )?(?:nothing|no one|nobody) (?:else|more)\)?(?=\s*[.!)]*\s*(?:please|thanks|thx)?\s*[.!]*$)",
)
_FORCE = (
    r"(?:with )?--force[- ]production(?:=true)?",
    r"(?:and |, )?(?:with |using )?(?:the )?force[- ]production(?: flag)?",
    r"(?:and |, )?(?:yes,? )?i know (?:that )?(?:it|this|that)(?: is|'s)? production",
)
_TIMEOUT = (
    r"(?:with )?(?:a |the )?(?:step )?time ?out (?:of |after )?(?P<n>\d+) ?(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?: (?:per|each) step)?",
    r"(?P<n>\d+) (?P<unit>s) for each step",
)
_PARALLEL_STEPS = (
    r"(?:with |at most )?(?P<n>\d+) (?:parallel steps|steps (?:in parallel|at once|at a time))",
)


@dataclass(frozen=True)
class Taken:
    """The text with the options blanked, the options and the reason."""

    text: str
    options: PlanOptions
    reason: str


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(compiled(rf"(?<![\w-]){p}(?![\w-])", re.IGNORECASE) for p in patterns)


_RULES: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = tuple(
    (name, _compiled(patterns))
    for name, patterns in (
        ("else", _NOTHING_ELSE), ("force", _FORCE), ("timeout", _TIMEOUT), ("steps", _PARALLEL_STEPS),
        ("rollback", _ROLLBACK), ("continue", _CONTINUE), ("stop_first", _STOP_FIRST),
        ("ask", _ASK), ("batch", _BATCH), ("one", _ONE_BY_ONE), ("all", _ALL_AT_ONCE),
    )
)  # fmt: skip
_ALL_BATCH = 10_000
_HINT = compiled(
    r"(?i)because|otherwise|\bor\b|[,;(] ?(?:the|our|their|we|i|he|she|there|some|an?|new|my|it)\b|\belse\b|\bmore\b|\bis\b|\bare\b|\bits\b|it's|they|seem|look|need|feel|since|\bas\b|\bwhy\b|\bso\b|to (?:pick|apply|load|activate)|for the|for an?\b|for some|for each step|\bbc\b|cuz|coz|due to|reason|force|time ?out|steps|roll|undo|revert|continu|"
    r"carry|keep|go on|proceed|press|ignor|stop|halt|abort|bail|quit|give|break|fail|ask|time|"
    r"batch|one|by|most|max|no more|parallel|concurr|simult|sequen|serial|series|turn|group|"
    r"nobody|no one|no-one|longer|wrong|mistake|duplic|superse|obsol|typo|mind|\bnot\b|\bnew\b|fresh|move|backup|restore|release|rollout|cleanup|upgrade|update|deploy|renew|rotat|replac|expire|merged|upload|arriv|edited|chang|updated|installed|cve|bug|maint|debug|troubl|testing|inspect|migrat|"
    r"wave|chunk|once|together|ticket|change|incident|issue|jira|case|production"
)


def take(text: str, is_host: Callable[[str], object] = str.isspace) -> Taken:
    """The options in a text. Quoted parts are left alone; a later word wins over an earlier.

    `is_host` tells whether a word is a host's name; see `reasons.take`.
    """
    if not _HINT.search(text):
        return Taken(text, PlanOptions(), "")
    why, text = reasons.take(text, is_host)
    masked = reasons.masked(text)
    rest = list(text)
    found: dict[str, object] = {}
    for name, patterns in _RULES:
        for pattern in patterns:
            match = pattern.search(masked)
            if not match:
                continue
            found.update(_value(name, match))
            blank = " " * len(match[0])
            masked = masked[: match.start()] + blank + masked[match.end() :]
            rest[match.start() : match.end()] = blank
    return Taken("".join(rest), PlanOptions.model_validate(found), why)


def contradict(text: str) -> bool:
    """Whether it is to be run in two ways at once: "all at once, one at a time"."""
    masked = reasons.masked(text)
    said: dict[str, set[object]] = {}
    for name, patterns in _RULES:
        for match in (m for pattern in patterns for m in pattern.finditer(masked)):
            for option, value in _value(name, match).items():
                said.setdefault(option, set()).add(value)
    return any(len(values) > 1 for values in said.values())


def _value(name: str, match: re.Match[str]) -> dict[str, object]:
    if name == "else":
        return {}
    if name == "force":
        return {"force_production": True}
    if name == "timeout":
        scale = {"s": 1, "m": 60, "h": 3600}[UNITS[match["unit"].casefold()]]
        return {"step_timeout_s": float(int(match["n"]) * scale)}
    if name == "steps":
        return {"parallel_steps": int(match["n"])}
    if name == "rollback":
        return {"on_failure": OnFailure.ROLLBACK}
    if name == "continue":
        return {"on_failure": OnFailure.CONTINUE, "stop_at_first_failure": False}
    if name == "stop_first":
        return {"on_failure": OnFailure.STOP, "stop_at_first_failure": True}
    if name == "ask":
        return {"on_failure": OnFailure.ASK}
    if name == "batch":
        return {"batch": max(1, _count(match["n"]))}
    if name == "one":
        return {"batch": 1}
    return {"batch": _ALL_BATCH}


def _count(word: str) -> int:
    low = word.casefold()
    if low.isdecimal():
        return int(low)
    return {"a couple": 2, "pairs": 2, "single": 1}.get(low, NUMBERS.get(low, 1))
