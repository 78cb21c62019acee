"""`stop`, `stop everything`, `stop --all`, `resume`, `stop plan 90`: never gated, never planned."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Literal, cast

from bot.domain.intents import Control
from bot.intent.patterns import compiled
from bot.intent.rules.control_abroad import control_abroad

_STOP = r"stop|halt|abort|kill|cancel|hold|pause|freeze|emergency stop|panic|whoa|resume|continue|unfreeze|carry on|go on|unpause"
_RULE = compiled(
    rf"(?P<verb>{_STOP})(?: (?P<what>it|that|this|now|everything|all|all of it|all of them|them all|"
    r"all (?:the )?(?:runs|plans|work|running plans|running work)|every (?:run|plan)|everything now|(?:the |this |that |current |running )*(?:run|plan)|(?:the |this |that |my |our |current |running )+(?:run|request|restart|rollout|operation|execution)|work|the work|"
    r"(?:the )?(?:plan|run) #?(?P<n>\d{1,18})|#?(?P<m>\d{1,18})))?(?: (?:now|immediately|at once|right (?:now|away|here|there)|here|there|this (?:instant|second|minute|moment)))*"
)
_KILL = {"kill"}
_RESUME = {"resume", "continue", "unfreeze", "carry on", "go on", "unpause"}
_PAUSE = {"hold", "pause", "freeze", "whoa"}
_ALL = {"everything", "everything now", "all", "all of it", "all of them", "them all"}
_LEAD = compiled(
    r"(?>(?:please|pls|plz|hey|ok|okay|alright|all right|right|well|yeah|yes|oh|no|wait|oops|guys|folks|team|then|so|fine|let's|lets|we need to|we have to|i need to|overseer|bot|quick|quickly|can you|could you|would you|will you|just|simply|now|for god's sake|omg|"
    r"whoa|yikes|panic|urgent(?:ly)?|emergency|incident|@[^\s,]+)[ ,!]+|(?:@?overseer|@?bot|urgent|emergency|incident)(?: ?:| [\u2013\u2014-]+) ?)*"
)
"""A colon may stand behind whom it is said to, and behind what is the matter."""
_NOT_PLAINLY = compiled(
    r"^\W*(?:no|nope|nah)\b|\b(?:whoa|yikes|panic|urgent(?:ly)?|emergency|incident)\b(?!$)",
    re.IGNORECASE,
)
"""In alarm one stops something, and whoever says no wants nothing begun by it."""
_TAIL = frozenset(
    {
        "please",
        "pls",
        "plz",
        "thanks",
        "now",
        "then",
        "guys",
        "folks",
        "team",
        "ffs",
        ":)",
        "incident",
        "emergency",
    }
)
_ASKED = compiled(
    r"[^\w@]*(?:(?:hey|ok|okay|please|overseer|@[^\s,]+)[ ,]+)*(?:can|could|would|will) you\b"
)
"""No place has a comma in it: each text is read in one way only, and so in time."""
_WRONG = r"(?:(?:it'?s|it is|that'?s|that is|this is|that was) (?:the )?)?wrong (?:host|server|machine|box|one|plan)"
_WRONG_ONE = compiled(
    rf"^(?:{_WRONG}[ ,.;:\u2026-]+)?(?P<stop>(?:stop|halt|abort|kill|cancel)(?: (?:it|that|this))?)"
    rf"(?:[ ,.;:\u2026-]+(?:stop|halt))*(?:[ ,.;:\u2026-]+{_WRONG})?$"
)
"""Why somebody stops in a hurry; "stop the wrong one" says what to stop, and is asked about."""
_ONCE_MORE = compiled(
    r"(?:(?:stop|halt|abort)(?: (?:it|that|this|now))*[ ,.;\u2026-]+(?=(?:stop|halt|abort|kill|cancel)\b)"
    r"|cancel(?: (?:it|that|this|now))*[ ,.;\u2026-]+(?=cancel\b)|kill(?: (?:it|that|this|now))*[ ,.;\u2026-]+(?=kill\b))+"
)
"""In a hurry people say it twice: "abort abort", "stop, stop it"."""
_MOST_SAID = 6
"""Words of an order that is said twice."""
_SHOUTED = compiled(r"!{2,}[1!]*\s*$")
"""What slips from the key, and is no plan's number: "stop!!1"."""
_CALLED_OFF = compiled(r"^call (?:(?:it|that|this|the plan) off|off (?:it|that|this|the plan))\b")
_AMONG_PEOPLE = compiled(
    r"\b(?:alright|all right|right(?! (?:now|away))|well|yeah|yes|guys|folks|team|then|so|fine|let'?s|(?:we|i) (?:need|have) to|(?:my|our))\b"
)
"""Words with which somebody in a hurry stops something, and nobody starts it."""
_OF_OURS = compiled(
    r"^(?:(?:the|this|that|my|our|current|running) )+(?:run|request|restart|rollout|operation|execution)$"
)
"""What is called by what it is: the one that "it" means, too."""
_ONE = compiled(r"\b(?:run|plan|request|restart|rollout|operation|execution)$")
_NOT_NUMBER = compiled(
    r"(?:(?:do not|don't|dont|never) (?:run|start|execute|begin|do|launch|apply|go ahead with) (?:(?:the )?(?:plan|run) #?|#)(?P<n>\d{1,18})"
    r"|(?:(?:plan|run) #?|#)(?P<m>\d{1,18}) (?:cancel|stop|abort))"
)
"""Of a plan by its number: it is withdrawn, or stopped where it runs."""
_END_ALL = compiled(
    r"(?:kill|end|abort) (?:everything|all|all of (?:it|them)|(?:all|every) (?:the |your )?(?:runs?|plans?|jobs?)|everything (?:that is )?running)"
    r"(?: (?:now|immediately|at once|right now|right away))*"
)


_FLAGGED = compiled(
    r"(?:(?:\.?/)?overseer )?stop(?P<n> #?\d{1,18})?(?P<flags>(?: (?:--|[\u2010-\u2015])(?:all|kill))*)"
)
"""As on the command line; telephones make one long dash of two."""


def ending(text: str) -> Control | None:
    """ "kill everything" and nothing else: Overseer's own runs, never what hosts run by themselves.

    It is looked for before mass destruction and names with dashes are refused: nobody waits for a
    sentence then. "stop --all", too, means what it means on the command line.
    """
    low = _bare(" ".join(text.casefold().replace("!", " ").split()))
    if _END_ALL.fullmatch(low):
        return Control(verb="kill", scope="all")
    flagged = _FLAGGED.fullmatch(low)
    if flagged is None or not flagged["flags"]:
        return None
    everything, kill = "all" in flagged["flags"], "kill" in flagged["flags"]
    if everything and flagged["n"]:  # one plan or all of them: whoever says both is asked
        return None
    scope = "all" if everything else (flagged["n"] or "thread").strip(" #")
    return Control(verb="kill" if kill else "stop", scope=scope)


def control(text: str) -> Control | None:
    """The control that the whole text is, or None."""
    low = " ".join(_SHOUTED.sub("", text.casefold()).replace("!", " ").split())
    asked = "?" in low
    if _ASKED.match(low):  # "can you stop that?" asks for it, "stop?" may only ask
        low = low.rstrip(" ?")
    low = _CALLED_OFF.sub("cancel it", _bare(low))
    low = _WRONG_ONE.sub(r"\g<stop>", low)
    low = _said_once(low)
    if (repeated := _ONCE_MORE.match(low)) is not None:
        low = low[repeated.end() :]
    if low == "everything stop":
        low = "stop everything"
    if not asked and (found := _NOT_NUMBER.fullmatch(low.replace("\u2019", "'"))):
        return Control(verb="stop", scope=found["n"] or found["m"])
    match = _RULE.fullmatch(low)
    if not match:
        return control_abroad(text)
    said = match["verb"]
    loose = asked or is_among_people(text) or _NOT_PLAINLY.search(text)
    if said in _RESUME and loose:  # what starts something is to be said plainly
        return None
    number = match["n"] or match["m"]
    what = match["what"] or ""
    if said in _RESUME and _ONE.search(what):  # one run goes on, not all that are held
        return None
    what = _OF_OURS.sub("it", what)
    if said == "cancel" and what in _ALL:
        said = "stop"  # nobody who says that waits for a question
    if said == "cancel" and (number or what not in {"", "it", "that", "this"}):
        return None
    verb = (
        "kill"
        if said in _KILL
        else "resume"
        if said in _RESUME
        else "cancel"
        if said == "cancel"
        else "stop"
    )
    everything = bool(re.search(r"everything|all|every", what))
    scope = number or ("all" if everything else "thread")
    return Control(
        verb=cast("Literal['stop', 'kill', 'resume', 'cancel']", verb),
        scope=scope,
        pauses=said in _PAUSE and not everything,
    )


def only_asks(text: str) -> bool:
    """Whether it may only ask whether something is to be stopped: "stop it?", not "can you …?"."""
    return "?" in text and not _ASKED.match(" ".join(text.casefold().split()))


def is_among_people(text: str) -> bool:
    """Whether it has words that people say to each other: "we have to stop", "yes, stop"."""
    return _AMONG_PEOPLE.search(text.casefold().replace("\u2019", "'")) is not None


def _said_once(low: str) -> str:
    """Of what is said again and again, and nothing else, what is said: "stop everything"."""
    words = re.split(r"[ ,.;\u2026-]+", low)
    for most in range(1, min(len(words) // 2, _MOST_SAID) + 1):
        if words[:most] * (len(words) // most) == words:
            return " ".join(words[:most])
    return low


def _bare(low: str) -> str:
    """Without what is said for politeness or in a hurry, in front and behind.

    It is asked of every message, so nothing is searched from each of its places anew.
    """
    parts = re.split(r"([ ,]+)", _LEAD.sub("", low.strip(" ,.!"), count=1))
    while len(parts) > 2 and parts[-1] in _TAIL:
        del parts[-2:]
    return "".join(parts).strip(" ,.!")
