"""Choices that a model offers, as buttons: each shows all of what pressing it says. Pure.

What is pressed counts as the person's own words. So a choice may be a request and nothing else:
no answer of its own ("yes", "2"), nothing that stops, resumes or undoes, no vote, no way past a
protection, no tier, and nothing that Overseer refuses. Those are the person's to say, unprompted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.intents import Control, Option, ParseContext, Refusal
from bot.intent.model.answer import Choice
from bot.intent.model.forcing import forced
from bot.intent.phrase_rules import understand
from bot.intent.rules import answers, options
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import plain

MAX_CHOICES = 6
MAX_SAYS = 75
"""Characters of a choice: what is pressed is shown in full, and a button holds no more."""

_STEERS = re.compile(
    r"\b(?:approv\w*|den(?:y|ies|ied)|reject\w*|votes?|voting|resume\w*|unfreeze|retry|undo|"
    r"roll(?:s|ed|ing)?[ -]?back|hand (?:it )?over|go ahead|lgtm|do it (?:now|at)|"
    r"now instead|genehmig\w*|freigeb\w*|zustimm\w*|ablehn\w*|approuv\w*|aprueb\w*|aprob\w*)\b"
    r"|\bforc\w*[ _-]*prod|--\s*forc",
    re.IGNORECASE,
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d_]+")


def offered(choices: Iterable[Choice], vocabulary: Vocabulary) -> tuple[Option, ...]:
    """The choices that a model may offer, each once."""
    found = []
    for choice in list(choices)[:MAX_CHOICES]:
        says = shown(choice.says)
        if 0 < len(says) <= MAX_SAYS and not _steers(says, vocabulary):
            found.append(Option(label=says, says=says))
    return tuple({option.says: option for option in found}.values())


def _steers(says: str, vocabulary: Vocabulary) -> bool:
    """Whether it would be more than a request, however it is written."""
    folded = unicodedata.normalize("NFKC", says)
    for text in dict.fromkeys((says, folded, _DASHES.sub("-", folded))):
        rest, tier, unknown = forced(text)
        if tier is not None or unknown is not None or answers.bare(rest) or _STEERS.search(rest):
            return True
        if options.take(plain(rest), vocabulary.host).options.force_production:
            return True
        if isinstance(understand(rest, vocabulary, ParseContext()), Control | Refusal):
            return True
    return False


def shown(text: str) -> str:
    """A model's words in one line, without signs that nobody sees or that turn others round."""
    plainly = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(plainly.split())
