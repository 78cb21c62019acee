"""What is taken back in the same breath: "reboot web-1? no, restart nginx"."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.intents import Outcome, SmallTalk
from bot.intent.patterns import compiled
from bot.intent.rules import questions, reasons
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding

_TAKEN_BACK = compiled(
    r"(?:[?.!;,:\u2013\u2014-]|\band\b|(?<=\w)\s(?=no (?:wait|sorry|actually|rather)\b))\s*(?:(?:oh|oops|actually|well|sorry|hm+|ah|ok|okay)\W+)*(?:no(?! (?:reboot|restart|reload|upgrade)(?: (?:please|pls|needed|required|necessary|yet|though))?[.! ]*$)(?=\s*(?:[,.!;?\u2013\u2014-]|$|wait|sorry|restart|reboot|stop|start|reload|actually|not\b))"
    r"|nope|nah|wait(?! for| until| till)|hold on|hang on|correction|i mean|i meant|or rather|rather|make (?:that|it)|on second thoughts?|never ?mind|nvm|(?:scratch|strike|belay|cancel|ignore|disregard) (?:that|it)|forget (?:that|it|about it)|changed my mind|i take (?:that|it) back)\b"
)


def taken_back(findings: Sequence[Finding], request: Request) -> Outcome | None:
    """ "reboot web-1? no, restart nginx": what was said before is in doubt, so nothing runs."""
    match = _TAKEN_BACK.search(reasons.masked(request.text).casefold())
    before = [f for f in findings if match and f.clause.start < match.start()]
    if match is None or not any(
        f.kind == "wish" and changes(f, request.vocabulary) for f in before
    ):
        return None
    after = [f for f in findings if f.clause.end > match.end()]
    named = any(
        i.kind in {"hosts", "service", "plan"} and i.start >= match.end()
        for f in after
        for i in f.clause.items
    )
    if named or any(f.kind in {"wish", "place", "again", "unknown"} for f in after):
        return questions.unclear(after[0], request.text, request.vocabulary)
    return SmallTalk(text="All right, nothing ran.", answers=True)
