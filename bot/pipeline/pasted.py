"""What becomes of a secret that somebody pasted: it is taken out, and they are told."""

from __future__ import annotations

from bot.domain.intents import Refusal, Understanding
from bot.domain.redaction import MASK, redact
from bot.intent.rules.guards import is_pasted
from bot.intent.rules.words import plain

REDACTED = "[redacted: it looked like a secret]"

PASTED = Refusal(
    code="secret",
    text="That holds what looks like a secret, so I took it out and did nothing; change it now, "
    "since it has been in a chat. Keep the new one with `./overseer secret set NAME`, and it goes "
    "to hosts as store:NAME.",
    redact=True,
)


def is_secret(understood: Understanding | None) -> bool:
    """Whether the parser saw one; None: it had no reason to look."""
    return (
        understood is not None
        and isinstance(understood.outcome, Refusal)
        and understood.outcome.redact
    )


def safe_text(text: str, understood: Understanding | None) -> str:
    """The words without their secrets, whether a pattern or the parser sees them.

    Of what only the parser sees nobody knows where it ends: then nothing of the words is kept, also
    where a pattern has masked another secret beside it.
    """
    said = redact(text)
    if not is_secret(understood):
        return said
    left = plain(said.replace(MASK, "*"))  # too short to be taken for one
    return REDACTED if said == text or is_pasted(left) else said
