"""What becomes of a secret that somebody pasted: it is taken out, and they are told."""

from __future__ import annotations

from bot.domain.intents import Refusal, Understanding

REDACTED = "[redacted: it looked like a secret]"

PASTED = Refusal(
    code="secret",
    text="That holds what looks like a secret, so I took it out and did nothing; change it now, "
    "since it has been in a chat. Keep the new one with `./overseer secret set NAME`, and it goes "
    "to hosts as store:NAME.",
    redact=True,
)


def is_secret(understood: Understanding) -> bool:
    """Whether the parser saw one."""
    return isinstance(understood.outcome, Refusal) and understood.outcome.redact
