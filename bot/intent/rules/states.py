"""Questions about Overseer's own state: "what's running?", "what waits for me?", "is it done?".

Only the whole sentence counts, and none that names a host or a service: "what's running on web-1?"
is about its processes. What "it" means is the thread's last plan.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Standing
from bot.intent.patterns import compiled

_LEAD = r"(?:(?:and|but|so|ok|okay|hm+|hey|hi|well|please|tell me|show me|can you tell me|could you tell me|do you know|overseer)[\s,.:!-]+)*"
_TRAIL = r"(?:[\s,]+(?:please|pls|then|exactly|overseer|right now|now|at the moment|currently|just now|here|today))*[\s.?!]*"
_IS = r"(?:is|are|'s|'re)"
_ANY = r"(?:what(?: else)?|anything(?: else)?|something|(?:what|which|how many|any) (?:plans?|runs?|changes?|jobs?|requests?))"
_NAMED = r"(?:the|my|that|this|our) (?:plan|run|request|change|restart|reboot|upgrade|job)"
_IT = rf"(?:it|that|this|{_NAMED})"
_NUMBER = r"(?:(?:plan|run|request) ?#?|#)(?P<{0}>\d{{1,9}})"
_SHORT = compiled(r"\b(what|where|how|who|when)'s\b", re.IGNORECASE)
_VOTES = r"(?:approvals?|votes?|decisions?|confirmations?|sign-?offs?)"
_DUE = r"(?:open|pending|waiting|outstanding|missing|needed|required|due|left)"
_RUNNING = (
    r"(?:che )?cosa (?:sta (?:girando|succedendo|correndo)|è in (?:corso|esecuzione))(?: adesso| ora)?",
    r"wat (?:draait|loopt|gebeurt)(?: er)?(?: nu| nog)?|waar ben je mee bezig",
    r"was (?:läuft|passiert|machst du|tust du)(?: gerade| jetzt| noch)?",
    r"qu'est-ce qui (?:tourne|est en cours)(?: encore)?",
    r"\W*qué (?:se está ejecutando|está (?:corriendo|en marcha)|corre)(?: ahora)?",
    rf"{_ANY} ?(?:{_IS} )?(?:you )?(?:currently |still )?(?:running|runs|in progress|moving|under ?way|executing|going on in overseer)",
    rf"{_IS} (?:anything|something|any(?: plans?| runs?| changes?| jobs?)?) (?:currently |still )?(?:running|in progress|under ?way|executing)",
    r"what(?: are|'re) you (?:currently |still )?(?:doing|working on|up to|running|busy with)",
    r"are you (?:busy|doing anything|working on (?:anything|something)|running (?:anything|something))",
    r"(?:running|current|active) (?:plans?|runs?|jobs?|changes?)",
)
_MINE = (
    r"(?:che )?cosa (?:mi aspetta|aspetta me)|wat wacht (?:er )?op mij",
    r"was (?:wartet|ist offen) (?:noch )?(?:auf|für) mich",
    r"qu'est-ce qui m'attend",
    r"\W*qué (?:me espera|espera por mí)",
    rf"{_ANY} ?(?:{_IS} )?(?:still )?(?:waiting|waits?|pending|open|left) (?:for|on) (?:me|my (?:vote|approval|decision|click))",
    r"(?:what|anything|which plans?) (?:do|must|should|can|may|shall) i (?:have to |need to |still )?(?:approve|vote on|decide(?: on| about)?|sign off)",
    r"(?:what|anything|something|which plans?|any plans?) (?:is |are |'s )?(?:there )?(?:for me to|i (?:must|can|should|have to|need to)) (?:approve|vote on|decide(?: on| about)?|do)",
    r"(?:what|anything|which plans?|any plans?|does anything|do any plans?) (?:needs?|awaits?|requires?|wants?) (?:my (?:vote|approval|decision|attention)|me)",
    r"(?:is|are) (?:there )?(?:anything|something|any plans?) (?:waiting |open |pending )?(?:for me|for my (?:vote|approval|decision))(?: to (?:approve|do|decide|vote on))?",
    r"do you (?:need|want) (?:anything|something|a vote|a decision) (?:from|of) me",
)
_OPEN = (
    rf"(?:what|which|how many|any) {_VOTES} {_IS} (?:still )?{_DUE}|any {_VOTES} {_DUE}",
    rf"{_IS} there (?:still )?(?:any |some )?(?:{_DUE} {_VOTES}|{_VOTES} {_DUE})",
    rf"(?:any|(?:show|list|give)(?: me)?(?: all)?(?: the| my| our)?) {_DUE} {_VOTES}",
    r"welche (?:freigaben|genehmigungen|zustimmungen|entscheidungen|stimmen) (?:sind|stehen|warten|fehlen)(?: noch| gerade| jetzt)?(?: offen| aus| an)?",
    r"was muss (?:noch )?(?:genehmigt|freigegeben|entschieden) werden",
    r"quelles? (?:approbations?|validations?|demandes?) (?:est|sont|attendent|restent)(?: encore)?(?: en attente| ouvertes?| en suspens)?",
    r"\W*qué (?:aprobaciones|planes|solicitudes) (?:están|hay|esperan|quedan)(?: pendientes| abiert[ao]s| esperando)?",
    r"(?:che )?cosa (?:aspetta|è in (?:attesa|sospeso))|quali (?:approvazioni|piani|richieste) (?:sono|aspettano|mancano)(?: ancora)?(?: in attesa| apert[ei]| in sospeso)?",
    r"wat (?:wacht er|staat er open|staat open)(?: nog)?|welke (?:goedkeuringen|plannen|verzoeken) (?:staan|zijn|wachten)(?: er)?(?: nog)?(?: open)?",
    r"(?:was|wer|welche pläne) (?:wartet|warten|ist offen|sind offen|steht an|stehen an)(?: gerade| jetzt| noch)?",
    r"qu'est-ce qui (?:attend|est en attente)(?: encore)?",
    r"\W*qué (?:espera|está (?:pendiente|esperando)|hay pendiente)(?: todavía)?",
    rf"{_ANY} ?(?:{_IS} )?(?:still )?(?:waiting|waits?|open|pending|held up|stuck|undecided)",
    rf"{_IS} (?:anything|something|any(?: plans?| runs?)?) (?:still )?(?:waiting|pending|held up|stuck|undecided)",
    r"(?:what|anything|does anything|something|which plans?|any plans?|do any plans?) (?:needs?|wants?|awaits?|waits? for) (?:a |an |some )?(?:decision|deciding|attention|vote|votes|approval)",
    r"(?:waiting|pending|open) (?:plans?|requests?|approvals?|votes?)",
)
_LATER = (
    rf"{_ANY} ?(?:{_IS} )?(?:going to )?(?:starts?|begins?|runs?|happens?|starting|coming up|scheduled|planned|queued up)(?: (?:later(?: on)?|next|soon|tonight|tomorrow|for (?:later|tonight|tomorrow|today)|this (?:evening|afternoon|week)))+",
    rf"{_ANY} ?(?:{_IS} )?(?:scheduled|coming up|(?:approved |planned )?for later)",
    rf"{_IS} (?:anything|something|any(?: plans?| runs?)?) (?:scheduled|planned|coming up)(?: (?:for )?(?:later|tonight|tomorrow|today|this (?:evening|afternoon|week)))?",
    r"(?:what|anything) (?:have you |did you |'ve you )?(?:got )?(?:scheduled|planned)(?: (?:for )?(?:later|tonight|tomorrow|today|this (?:evening|afternoon|week)))?",
    r"scheduled (?:plans?|runs?|jobs?|changes?)",
)
_FROZEN = (
    r"(?:is|are) (?:everything|all|all runs|you|overseer|things) (?:still )?(?:stopped|frozen|halted|on hold|paused)",
    r"(?:may|can|do) (?:runs?|plans?|things) (?:still )?(?:start|run|begin)(?: again)?",
)
_COME = (
    r"(?:is|was|has) {it} (?:been )?(?:already |still |yet |ever )?(?:done|finished|through|complete|completed|executed)(?: yet| already)?",
    r"(?:did|has) {it} (?:already )?(?:work(?:ed)?|succeed(?:ed)?|fail(?:ed)?|finish(?:ed)?|go(?:ne)? (?:well|through))(?: yet| already)?",
    r"how (?:is|'s|did|far is|far along is) {it} (?:going|go|getting on|coming along|along)",
    r"how (?:far|well) (?:is|did) {it}(?: go)?",
)
"""How far it has come: what runs, if anything does."""
_ONE = (
    *_COME,
    r"(?:is|was|has) {it} (?:been )?(?:already |still |yet |ever )?(?:approved|denied|refused|scheduled|withdrawn|pending|queued)(?: yet| already)?",
    r"(?:(?:what|where) (?:is|'s) )?(?:the )?(?:state|status|progress) of {it}",
    r"(?:where|how) does {it} stand",
    r"(?:did|has) (?:anyone|anybody|someone|somebody) (?:already |yet |else )?(?:approved?|voted?(?: for| on)?|denied|deny|asked? for|looked at) {it}(?: yet| already)?",
    r"who (?:approves|votes (?:on|for)|decides(?: on| about)?) {it}",
    r"who (?:approved|has approved|voted (?:for|on)|asked for|requested|denied|withdrew|cancelled|refused|allowed) {it}",
    r"who (?:else )?(?:can|may|could|must|should|has to|needs to|is (?:allowed )?to) (?:still )?(?:approve|vote (?:on|for)|decide(?: on| about)?|deny|sign off) {it}",
    r"(?:when|at what time|how soon|how long until) (?:does|will|would|is|should) {it} (?:be |going to )?(?:starts?|starting|begins?|beginning|runs?|running|happens?|due|ends?|finish(?:ed)?|done|over|expires?|executed|scheduled)(?: for)?",
    r"when was {it} (?:approved|asked for|asked|denied|executed|scheduled)(?: for)?",
)
_ONE_BY_NAME = (
    r"(?:is|was|has) {it} (?:been )?(?:already |still |yet |ever )?(?:over|running|waiting|started|begun|stopped|cancelled|ok|all right)(?: yet| already)?",
    r"(?:did|has) {it} (?:already |ever )?(?:run|start(?:ed)?|beg[iu]n|end(?:ed)?)(?: yet| already)?",
    r"who (?:started|stopped) {it}",
    r"how (?:is|does) {it} (?:doing|do|look|stand)",
    r"when (?:did|has|was) {it} (?:been )?(?:start(?:ed)?|begin|begun|run|happen(?:ed)?|end(?:ed)?|finish(?:ed)?|done)",
)
"""What may as well be asked of a service, so that a bare "it" is not enough."""


_NEWS = (
    r"(?:any|some|got any|have you (?:got )?any|is there any|are there any|what's the|what is the) ?(?:new )?(?:updates?|news|progress|word)(?: (?:on|about|for|with|from) {it})?(?: yet| so far)?",
    r"(?:updates?|news|progress|eta)(?: (?:on|about|for) {it})?",
)
"""Of what was asked for here, and no question about packages, which are called so."""
_STATUS = (
    r"(?:(?:what is|what's|give (?:me|us)|show(?: me)?|any) ?)?(?:the |a )?(?:current )?(?:status|state)(?: (?:update|report))?(?: (?:on|of|for) {it})?",
    r"(?:is|was|are) {it} (?:still |already |now )*(?:running|going(?: on)?|in progress|working on it|underway)(?: yet)?",
    r"where are we(?: at)?|(?:where|how) do (?:we|things) stand",
    r"how (?:long|much longer)(?: (?:will|does|is) {it} (?:going to )?(?:still )?(?:take|takes?|run|need|last))?|how far along(?: (?:are (?:you|we)|is {it}))?",
    r"what(?:'s| is) (?:going on|happening)|what are (?:you|we) waiting for",
    r"(?:did|has) {it} (?:already )?(?:start(?:ed)?|begun)(?: yet| already)?",
)
"""Of what was asked for here, where something of it goes on or waits; else of hosts."""
_DONE = (
    r"(?:(?:are|is) (?:you|we|it|that|this) )?(?:all |still |almost |nearly )*(?:done|finished|running|ready)(?: yet)?",
)
"""The same, where it is asked: "done" alone tells of something."""


def _all(shapes: tuple[str, ...], it: str) -> re.Pattern[str]:
    either = "|".join(shape.replace("{it}", it) for shape in shapes)
    return compiled(f"{_LEAD}(?:{either}){_TRAIL}", re.IGNORECASE)


_ASKED = tuple(
    (what, _all(shapes, ""))
    for what, shapes in (
        ("running", _RUNNING), ("mine", _MINE), ("open", _OPEN), ("later", _LATER),
        ("frozen", _FROZEN),
    )
)  # fmt: skip
_HOW_FAR = _all(_COME, _IT)
_OF_IT = (_all(_ONE, _IT), _all(_ONE_BY_NAME, _NAMED))
_OF_A_NUMBER = tuple(_all((shape,), _NUMBER.format("n")) for shape in (*_ONE, *_ONE_BY_NAME))
_IS_NEWS, _IS_STATUS, _IS_DONE = _all(_NEWS, _IT), _all(_STATUS, _IT), _all(_DONE, _IT)
_LONGEST = 120


def standing_here(text: str, *, goes_on: bool, asked: bool) -> Standing | None:
    """Whether it asks how that stands which was asked for in the conversation, or None.

    `goes_on`: something of it moves, has halted or waits; `asked`: something was asked for at all.
    """
    said = " ".join(text.split()).replace("\u2019", "'")
    if not said or len(said) > _LONGEST:
        return None
    news = (goes_on or asked) and _IS_NEWS.fullmatch(said)
    status = _IS_STATUS.fullmatch(said) or ("?" in said and _IS_DONE.fullmatch(said))
    if news or (goes_on and status):
        return Standing(what="plan", about="come")
    return None


def standing(text: str) -> Standing | None:
    """What of its own state is asked about, or None."""
    said = _SHORT.sub(r"\1 is", " ".join(text.split()).replace("\u2019", "'"))
    if not said or len(said) > _LONGEST:
        return None
    for what, pattern in _ASKED:
        if pattern.fullmatch(said):
            return Standing.model_validate({"what": what})
    if any(pattern.fullmatch(said) for pattern in _OF_IT):
        how_far = _HOW_FAR.fullmatch(said) is not None
        return Standing(what="plan", about="come" if how_far else "")
    for pattern in _OF_A_NUMBER:
        match = pattern.fullmatch(said)
        if match:
            return Standing(what="plan", plan=int(match["n"]))
    return None
