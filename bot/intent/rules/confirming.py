"""Whether a change that was told or wondered about is wanted: asked, with the whole of it to press.

What is offered is the change in the words in which it stands there, together with the time, the
ways of running and the reason that stand beside it. Where one of those stands elsewhere ("Ben said
at 22:00: …"), nobody knows whose it is: then nothing is offered that would leave it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.intents import Option, ParseContext, Question
from bot.intent.patterns import compiled
from bot.intent.rules import options, times
from bot.intent.rules.finding import Finding

_PASSIVE = compiled(
    r"^(?:can|could|may|would)\b"
    r"|\b(?:restart|bounce|reload|reboot) (?:needed|required|due|wanted|requested)\b"
)
_SIGNS = compiled(r"[^\x00-\x7f\w]+")
_BETWEEN = compiled(r"[\s,;]*(?:(?:and|but)\s+)?")


def reported(
    finding: Finding, text: str, context: ParseContext, is_host: Callable[[str], object]
) -> Question:
    """A change that was told, quoted, wondered or joked about: it may not be wanted."""
    beside = _beside(text, context, is_host)
    start, end = _whole(finding.clause.start, finding.clause.end, text, beside)
    said = text[start:end]
    if any(beside[:start]) or any(beside[end:]):
        return Question(
            about="request",
            text=f"I'm not sure that “{said}” is meant as a request, nor what the rest says of it, "
            "so nothing ran. Say it once more, with its time and how it shall run, if you want "
            "it done.",
        )
    says = " ".join(_SIGNS.sub(" ", said).split())  # "reboot nas 🙃" asks the same once more
    says = f"{says} please" if _PASSIVE.search(says.casefold()) else says
    own = Option(label="Yes, do that", says=says)
    return Question(
        about="request",
        text=f"I'm not sure that “{said}” is meant as a request, so nothing ran. "
        "Do you want it done?",
        options=() if finding.back or finding.missing else (own,),
    )


def _beside(text: str, context: ParseContext, is_host: Callable[[str], object]) -> Sequence[bool]:
    """For each character, whether it belongs to a time, a way of running or a reason."""
    left = options.take(text, is_host).text
    for when in times.find(left, context.now, context.zone):
        left = when.blanked(left)
    return [read != said for read, said in zip(left, text, strict=True)]


def _whole(start: int, end: int, text: str, beside: Sequence[bool]) -> tuple[int, int]:
    """The clause with what stands right before it and right behind it."""
    grown = True
    while grown:
        grown = False
        gap = _BETWEEN.match(text, end)
        behind = gap.end() if gap else end
        if behind < len(text) and beside[behind]:
            end, grown = _run(behind, text, beside, 1) + 1, True
        ahead = len(text[:start].rstrip(" ,;\t\n")) - 1
        if ahead >= 0 and beside[ahead]:
            start, grown = _run(ahead, text, beside, -1), True
    return start, end


def _run(at: int, text: str, beside: Sequence[bool], step: int) -> int:
    """The last character, in this direction, of what is taken out there."""
    last = at
    while 0 <= at < len(text) and (beside[at] or text[at].isspace()):
        last = at if beside[at] else last
        at += step
    return last
