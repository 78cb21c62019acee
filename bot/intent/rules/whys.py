""" "Why?", "why does this need approval?", "who may approve it?", "why #7": the verdict is asked for.

Only the whole sentence counts: "who restarted nginx and why?" is about what was done, and "why is
redis down?" about a host.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.asked_about import About
from bot.domain.intents import Why
from bot.intent.patterns import compiled

_LEAD = r"(?:(?:and|but|so|ok|okay|hm+|hey|well|please|wait|oh|tell me|can you tell me|could you tell me|explain|can you explain|i wonder|overseer)[\s,.:!-]+)*"
_TRAIL = r"(?:[\s,]+(?:please|pls|then|exactly|though|overseer|again|now))*[\s.?!]*"
_IT = r"(?:it|this|that|(?:this|that|the) (?:plan|request|one|change|thing|restart|reboot|command|step))"
_NEED = r"(?:needs?|require[sd]?|wants?|ha(?:s|ve) to|must|ask(?:s|ed|ing)? for|wait(?:s|ed|ing)? for|waiting on|want)"
_VOTE = r"(?:an? |any |my |our |somebody'?s? |so many |two |more |another |(?:be|get) )*(?:approvals?|approved|approving|votes?|voted on|permission|asked|confirm(?:ed|ation)|sign-?off|people|approvers?|click)"
_DENIED = r"(?:denied|refused|rejected|blocked|declined|turned down|not (?:allowed|permitted|possible|run|done|approved)|forbidden|disallowed|asked about|held up|held|paused|stuck|waiting|allowed|approved|still waiting)"
_NUMBER = r"(?:(?:plan|run|request) ?#?|#)(?P<{0}>\d{{1,9}})"
_ASKED = (
    r"why(?: not| so| is (?:that|this)(?: so)?| that| this| though)?",
    r"(?:how come|what for|for what reason|says who|who says(?: so)?)",
    rf"(?:why|how come) (?:(?:does|did|do|is|was|must|should|would) )?{_IT} {_NEED}(?: {_VOTE})?",
    rf"why (?:is|was) (?:an? |any )?(?:approval|vote|permission)s? (?:needed|required|necessary)(?: for {_IT})?",
    rf"why (?:do|does|did|must|should) (?:i|you|we|somebody|someone) (?:need|have to|ask|wait|want)(?: to)?(?: (?:wait|ask))?(?: (?:to )?(?:for |get )?{_VOTE})?(?: (?:for|before|to do|to run) {_IT})?",
    rf"why (?:was|is|has|were|are|did) {_IT} (?:been |get |got )?{_DENIED}",
    rf"why (?:did you|do you|have you|would you|did the policy) (?:not )?(?:deny|refuse|reject|block|ask|decline|run|do|allow|turn down)(?: {_IT}| me| down)*",
    rf"why (?:won't|will not|can't|cannot|can not|don't|do not|didn't|did not|may|may not) (?:you|i|we)(?: not)? (?:do|run|approve|have|allow|just do|just run|start)(?: {_IT})?",
    r"(?:which|what) (?:policy|rule|policies|rules) (?:says|say|said|denied|refused|forbids?|blocks?|blocked|asks?|is|are|applies|apply|was|stopped)(?: (?:so|it|this|that|here|no))*",
    rf"who (?:may|can|could|must|has to|should|is allowed to|needs to|else (?:may|can)) (?:approve|vote(?: on| for)?|decide(?: about| on)?)(?: {_IT})?",
    rf"what (?:would|could|can|do i|must i|does it) (?:change (?:{_IT}|the verdict)|(?:do|take) to get {_IT} (?:approved|through|done))",
    r"why (?:are|were) you asking(?: me| us)?",
    rf"(?:explain|justify)(?: (?:{_IT}|the (?:verdict|decision|refusal|denial|policy)|why|yourself))?",
)
_ABOUT = tuple(compiled(f"{_LEAD}(?:{asked}){_TRAIL}", re.IGNORECASE) for asked in _ASKED)
_FAILED = (
    rf"(?:why|how come) (?:(?:did|does|has|is|was) )?{_IT} (?:been )?(?:fail(?:ed|ing|s)?|stop(?:ped|s)?|paused?|halt(?:ed|s)?|end(?:ed|s)?)",
    rf"(?:why|how come) (?:did(?: not|n't)|has(?: not|n't)) {_IT} (?:work(?:ed)?|succeed(?:ed)?|go(?:ne)? (?:well|through))|why (?:did|has) {_IT} not (?:work(?:ed)?|succeed(?:ed)?|go(?:ne)? (?:well|through))",
)
"""What did not come out as it was asked for."""
_START = r"(?:start(?:ed|ing|s)?|beg[aiu]n(?:s|ning)?|run(?:ning|s)?|go(?:ing)? (?:on|ahead))"
_UNBEGUN = (
    rf"(?:why|how come) (?:(?:does|did|has|is|will|would) )?{_IT} (?:not|never|n't) (?:be |been )?{_START}(?: yet)?",
    rf"(?:why|how come) (?:(?:does|did|has|is|will|would) not|doesn't|didn't|hasn't|isn't|won't|wouldn't) {_IT} (?:be |been )?{_START}(?: yet)?",
    rf"(?:why|how come) {_IT} (?:doesn't|didn't|hasn't|isn't|won't) (?:be |been )?{_START}(?: yet)?",
)
"""What waits, for votes or for something else."""
_NAMED = (
    rf"why(?: not| is| was)? {_NUMBER.format('a')}",
    rf"(?:why|how come) (?:(?:does|did|do|must|should|would) )?{_NUMBER.format('b')} {_NEED}(?: {_VOTE})?",
    rf"explain (?:the verdict (?:on|of) )?{_NUMBER.format('c')}",
)
_OF_CHANGES: dict[About, re.Pattern[str]] = {
    "failed": compiled(f"{_LEAD}(?:{'|'.join(_FAILED)}){_TRAIL}", re.IGNORECASE),
    "unbegun": compiled(f"{_LEAD}(?:{'|'.join(_UNBEGUN)}){_TRAIL}", re.IGNORECASE),
}
_ABOUT_ONE = tuple(compiled(f"{_LEAD}(?:{asked}){_TRAIL}", re.IGNORECASE) for asked in _NAMED)
_LONGEST = 120


def why(text: str) -> Why | None:
    """Which plan's verdict is asked for (0: that of the thread's last one), or None.

    >>> why("why did it fail?"), why("why isn't it running yet?").about, why("why is redis down?")
    (Why(kind='why', plan=0, about='failed'), 'unbegun', None)
    """
    said = " ".join(text.split()).replace("\u2019", "'")
    if not said or len(said) > _LONGEST:
        return None
    for about, pattern in _OF_CHANGES.items():
        if pattern.fullmatch(said):
            return Why(about=about)
    if any(pattern.fullmatch(said) for pattern in _ABOUT):
        return Why()
    for pattern in _ABOUT_ONE:
        match = pattern.fullmatch(said)
        if match:
            return Why(plan=int(next(n for n in match.groups() if n)))
    return None
