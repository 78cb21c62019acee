"""Sentences that ask for nothing, or for what cannot be promised.

Conditions ("if the load drops"), times ("at 22:00"), statements ("I restarted nginx") and
talk that is none of Overseer's business. A change is never planned from any of them.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from bot.intent.patterns import compiled
from bot.intent.rules.since_then import EVENT, is_wrong

_SENTENCE = r"(?:^|[,;.!?]\s*|\band\s+|\bthen\s+|\bbut\s+)"
_CONDITION = compiled(
    r"\b(?:if|when|whenever|unless|in case|provided|providing|assuming|(?:until|till)(?! further notice)|as long as|so long as|the moment|"
    r"the minute|once|as soon as|in the event|depending|should (?:it|the \w+|\S+) (?:fail|exceed|drop|go|rise|be|become|reach|get|crash|die|break)|"
    r"while|only after|except when|wait for|wait until|given that|suppose|supposing|on condition|no sooner|"
    r"(?:above|below|over|under|exceeds?|reaches|beyond|hits|drops? (?:below|under)) \d+ ?(?:%|percent|gb|gib|mb|c)?)\b"
)
_WHETHER = compiled(
    r"\b(?:check|see|verify|confirm|find out|tell me|let me know|know|show me|determine|ask|wonder(?:ing)?|test|say|look|"
    r"to see|tell us|figure out|make sure|make certain|ensure)(?: \w+)? (?:if|whether|that|when|how|since when)\b"
)
_WHEN_ASKED = compiled(
    _SENTENCE
    + r"(?:and |so )?when (?:was|were|did|is|are|has|have|do|does|will|should|can)\b|\bsince when\b|\bthe last time\b|\bwhen .{0,40}\blast\b"
)

_TIME = compiled(
    r"\b(?:at|by|around|about|from|till|until|past|before|after) (?:\d{1,2}(?::\d{2})\b|\d{1,2} ?(?:am|pm)\b|\d{1,2} o'?clock|noon|midnight|midday|lunch\w*|dinner|dawn|dusk|night|sunrise|sunset|close of business|cob|eob)"
    r"|\bat \d{1,2}\b(?! (?:a|one|%|percent))|\b\d{1,2}:\d{2}\b|\b\d{1,2} ?(?:am|pm)\b|(?<!since )\b\d{4}-\d{2}-\d{2}\b"
    r"|\b(?:tomorrow|tonight|tonite|later|overnight|someday|sometime|some time|eventually|soon|monthly|nightly|daily|hourly|weekly|periodically|regularly|automatically|eod|eow|biweekly|fortnightly)\b"
    r"|\b(?:this|next|coming|the following|following) (?:evening|afternoon|weekend|week|month|year|night|morning|hour|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|sprint|maintenance|window)\b"
    r"|\bon (?:the )?(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?\b(?!-)|\bon (?:the )?(?:weekend|weekdays?|weekends|\d{1,2}(?:st|nd|rd|th))\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|\bevery (?:other )?(?:day|night|week|hour|minute|morning|evening|afternoon|month|weekday|weekend|second|year|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|\d+ ?\w+|(?:two|three|four|five|six|ten|fifteen|twenty|thirty|few|couple) \w+)\b(?! (?:hosts|of))"
    r"|\beach (?:day|night|week|hour|morning|evening|month|monday|weekday)\b|\b(?:once|twice|\d+ times|three times) (?:a|an|per|every|each) (?:day|night|week|hour|month|minute)\b"
    r"|\b(?:in|after|within) (?:a|an|about|around|\d+|two|three|four|five|six|ten|fifteen|twenty|thirty|half|a few|a couple of|few|couple) ?(?:of )?(?:an |a )?(?:few )?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|bit|while|moment|h|m|s|d)\b"
    r"|\b\d+ (?:minutes?|mins?|hours?|hrs?|days?|seconds?) (?:from now|later|hence)\b|\bfrom now\b"
    r"|\b(?:after|outside|during|off) (?:of )?(?:the )?(?:business |working |office |peak |maintenance )?(?:hours|window|maintenance|peak|night|weekend|the night|the day|deploy freeze|lunch)\b|\boff-peak\b|\bend of (?:the )?(?:day|week|month)\b|\bfirst thing\b|\b(?:maintenance|change) window\b"
    r"|\bschedul(?:e|ed|ing)\b|\bcron ?job\b|\bremind(?:er)?\b|\bpostpone\b|\bdelay(?:ed)?\b|\bat some point\b|\bone of these days\b|\bnext time\b|\bin (?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)  # fmt: skip
_DONE = (
    r"(?:restarted|rebooted|reloaded|stopped|started|upgraded|updated|patched|bounced|killed|ran|checked|fixed|broke|deployed|"
    r"did|saw|tried|took|brought|turned|shut|installed|removed|cancelled|canceled|finished|completed|went|crashed|failed|died|"
    r"came|filled|hung|froze|recovered|died|rose|fell|grew|ended|began|started|leaked|slowed|moved|cleaned|noticed|rolled|switched|looked|love|loves|like|likes|hate|hates|know|knew|heard|kicked|cycled|"
    r"needed|had to|wanted|asked|told|happened|worked|seems?|looks?|feels?|keeps?)"
)
_DOING = r"(?:restart|reboot|reload|stop|start|upgrad|updat|patch|bounc|kill|run|check|fix|deploy|tak|bring|shut|turn|cancel|do|look|kick|cycl|work|be|mov|test)(?:e|ing|ning|ping)?"
_TELLS = r"(?:and |but |so |just |fyi[,:]? |just so you know[,:]? |note[,:]? |heads up[,:]? |update[,:]? |status[,:]? |that )*"
_MIDDLE = r"(?: (?:just|already|also|have|has|had|then|only|recently|finally|both|all|never|once|manually|not|probably|maybe|am|are|is|was|were|will|would|might|may|should|could|can|going|to|be|been|think|about|planning|considering|thinking|of|on|later|myself|tomorrow|tonight)){0,7}"
_INTENT_STATEMENT = compiled(
    rf"^{_TELLS}(?:(?:[a-z][\w.-]*|the \w+|the \w+ on \S+){_MIDDLE} {_DONE}\b"
    rf"|(?:i|we|he|she|they|it|somebody|someone|nobody|everyone|ana|ben|dana|maria|chris){_MIDDLE} {_DOING}\b)"
)
_WE_DID = compiled(
    rf"^{_TELLS}(?:i|we|he|she|they)(?: (?:just|already|also|have|has|had|finally|both|all|recently))* (?:(?!(?:agreed|decided|refused|hoped|wished|intended)\b)[a-z]{{2,}}[^e\W\d]ed|put|made|got|built|wrote|found) (?!.*\b(?:not|against|wait|until|instead|to|later|if|but)\b)"
)
"""What somebody did to a thing, whatever it was: "we renewed the cert"."""
_PAST = compiled(
    r"\b(?:ago|yesterday|last (?:night|week|month|year|monday|tuesday|wednesday|thursday|friday|time)|earlier|this morning|previously|already|just now|a while back)\b"
)
_PASSIVE_PAST = compiled(
    r"\b(?:was|were|has been|have been|had been|got|been|is being|are being|is already|are already|has just|have just) (?:\w+ )?(?:\w{3,}ed|broken|down|up|slow|taken|brought|shut|done|run|restarting|rebooting)\b"
)
_DEED = r"(?:restart|reboot|reload|start|stop|stopp|upgrad|updat|patch|bounc|kick|cycl|kill|shut|tak|bring)"
_ABOUT_DEED = compiled(
    rf"^{_TELLS}(?:{_DEED}(?:ing|ning|ping)\b|the (?:last |recent |first )?{_DEED}e?(?:s|down)?\b).* (?:fixed|helped|was|were|takes?|took|went|worked|works|failed|fails|broke|breaks|would|will|could|might|may|causes?|caused|seems?|did|does|makes?|made|solved|solves|always|never|cures?|cured|had|has|is (?!needed|required|due|necessary|overdue)\w+)\b"
    rf"|^{_TELLS}(?:the |our |my )?(?:runbook|docs?|documentation|manual|wiki|playbook|policy|vendor|guide|readme|checklist|procedure|book|instructions?) (?:\w+ )?(?:says?|said|recommends?|suggests?|tells?|states?|requires?|advises?|asks?|mentions?|wants?)\b"
)
_PAST_START = compiled(
    r"^(?:just |already |have |has |had |only )*(?:(?:finished|done|completed|am done|was) \w+ing\b|(?:restarted|rebooted|reloaded|stopped|started|upgraded|updated|patched|bounced|killed|ran|fixed)\b)"
)
_HYPOTHETICAL = compiled(
    r"^(?:hey |hi |so |ok |and |but )*(?:should (?:i|we|you|one|someone|it)|shall (?:i|we)|do (?:you think|i need|we need|we have|i have|you recommend|you suggest)|would (?:it|you recommend|you suggest|you advise|we|i|a|rebooting|restarting|you ever)|is it (?:safe|ok|okay|fine|wise|necessary|possible|a good|time|smart|risky|worth|bad|better|dangerous|required|recommended|needed)|"
    r"what (?:happens|would happen|if|will happen|does|do|would)|how (?:do|would|can|could|should|does) (?:i|we|you|one|it)|why (?:did|was|were|is|are|would|should|do|does|has|not)|can (?:i|you) (?:tell|explain)|may i|am i allowed|are (?:we|you) (?:allowed|sure|going)|could (?:restarting|rebooting|it|this|that)|"
    r"does (?:restarting|rebooting|stopping|it|a)|will (?:restarting|rebooting|stopping|it|a|that|this)|did (?:you|i|we|anyone|anybody|someone|somebody|the|nginx|redis)|have (?:you|we|i|they)|has (?:anyone|anybody|someone|somebody|the|it)|was |were |who |when (?:was|did|will|is)|what (?:did|was|is (?:the )?(?:difference|best|risk|point|impact))|is (?:rebooting|restarting)|are you|"
    r"explain|describe|imagine|suppose|wondering|curious|in theory|hypothetically|for example|think about|thoughts on|thinking (?:of|about)|what about|any idea)\b"
)
_ADVICE = compiled(
    r"^(?:hey |hi |so |ok |and |but )*(?:should|shall|do you (?:think|recommend|suggest)|do (?:i|we) (?:need|have)|would|is it|is (?:re|stop|start|upgrad)\w*ing|can|may|might|could|does (?:re|stop|start|upgrad)\w*ing|will (?:re|stop|start|upgrad)\w*ing|"
    r"thinking|think about|thoughts|what (?:happens|would|if|will|could)|imagine|suppose|wondering|curious|are we|am i|why (?:should|would|not|do not)|how (?:would|should)|in theory|hypothetically|any idea)\b"
    r".*\b(?:re-?start|reboot|reload|start|stop|upgrad|updat|patch|bounc|kill|shut|cancel|run|do|change|remove|install|it|that|this)"
)
_OUT_OF_SCOPE = compiled(
    r"\b(?:poem|haiku|limerick|joke|riddle|song|lyrics|story|novel|essay|recipe|pizza|coffee|lunch|dinner|beer|weather|forecast|temperature outside|football|soccer|match score|lottery|horoscope|"
    r"meaning of life|translate|translation|stock price|bitcoin|crypto|flight|hotel|restaurant|taxi|uber|movie|netflix|birthday|vacation plans|president|capital of|cook|bake|sing|dance|paint|draw|meme|gif|"
    r"write (?:me )?(?:an? |some |the )?(?:\w+ )?(?:script|program|code|function|email|letter|regex|query|article|song|report|playbook)|tweet|blog post|cover letter|homework|linkedin|resume (?:letter|for)|my cv|spotify|playlist|music|game last night|won the|world cup|olympics|meeting room|conference room|calendar|invite|appointment|holiday|dentist|doctor|"
    r"square root|how old|how tall|population|knock knock|fun fact|trivia|love me|marry|favou?rite|sushi|burger|cake|flowers|gift|present for|train ticket|bus|salary|raise|jira ticket|my laptop|my phone|my computer|my printer|the printer|coffee machine|office|thermostat|lights?|car|tv)\b"
)

_OBJECTS = compiled(
    r"\balready\b|\blogged (?:in|on)\b|\bin (?:use|progress|a meeting|the middle)\b|\bstill (?:running|working|busy|logged|in|using|needed|open|active|going|on|being)\b|\bbusy\b|\bunder ?way\b|\bmeeting\b|\bdemo\b|\b(?:next|too|also)\b"
    r"|\bit (?:was|has been|got|is being) (?:re)?(?:started|booted|loaded|stopped|upgraded|patched|updated)\b"
    r"|\brunning (?:an?|the|some|our|my|\w*(?:jobs?|backups?|tests?))\b|\bworking (?:on|there|here|with|in)\b|\busing (?:it|them|that|this)\b"
    r"|\b(?:wrong (?:host|one|machine|box)|(?:was|were|am) (?:wrong|mistaken)|mistakes?|minds?|bad idea|jok(?:e|es|ing)|kidding|rejected|denied|declined|refused|withdrawn|revoked|postponed|rescheduled|delayed)\b"
    r"|\b(?:fixed|solved|resolved|recovered)(?: it| that| this)?$|\b(?:it|problems?|issues?|errors?|alerts?|symptoms?|that|this) (?:just |all )?went away\b|\bjust a test\b"
)
_SETTLED = compiled(
    r"\b(?:wrong|bad|better|test|moved|told|fixed|solved|resolved|went|gone|recovered|fine|ok|okay|unnecessary|needless|cancelled|plan|change|maintenance|window|approval|request)\b"
)


def objects(low: str) -> bool:
    """Whether a statement may speak against what is asked for beside it."""
    return bool(_OBJECTS.search(low))


def settled(low: str) -> bool:
    """Whether a statement may say that there is nothing left to do, or not now."""
    return bool(_OBJECTS.search(low) or _SETTLED.search(low))


def conditional(low: str) -> bool:
    """Whether a condition governs the request; "check whether …" and "when was …" do not."""
    rest = _WHETHER.sub(" ", low)
    rest = _WHEN_ASKED.sub(" ", rest)
    return bool(_CONDITION.search(rest))


_HINGED = compiled(
    r"(?:^|[;,] ?|\b(?:and|but|then|or|so) )(?:"
    r"should (?!i\b|we\b|you\b|they\b)(?:\S+ ){1,7}?(?:be|fail|exceed|drop|go|rise|become|reach|get|crash|die|break|stop|hang|have|need|run|show|come|stay|report)\b"
    r"|with (?:\S+ ){1,7}?(?:up|down|healthy|ok|okay|fine|alive|dead|running|stopped|started|active|failed|online|offline|reachable|responding|idle|full|empty|back|done|finished|gone)\b"
    r"|(?:were|had) (?:\S+ ){1,5}?(?:to \w+|failed|crashed|died|stopped|gone)\b)"
)


def hinged(low: str) -> bool:
    """Whether a change hangs on something without "if": "should nginx be down, …", "with web-2 up, …"."""
    return bool(_HINGED.search(low))


_AFTERWARDS = compiled(
    rf" after (?:(?:the|this|that|our|my|its|a|an|tonight's|today's|next|tomorrow's) )*(?P<event>{EVENT})"
    r"(?: (?:is|has|was) (?:been )?(?:done|over|finished|completed?|through|run|ended))?(?: please)?\W*$"
)


def awaits(low: str) -> bool:
    """Whether a change is ordered for after something: "restart nginx after the update".

    What was wrong since then is told ("it is broken after the update"), and a step of the same request
    is an order of steps ("reboot web-1 and check it after the reboot").
    """
    found = _AFTERWARDS.search(low)
    if found is None:
        return False
    before = low[: found.start()]
    if is_wrong(before[max(before.rfind(","), before.rfind(";")) + 1 :]):
        return False
    return found["event"].split()[-1][:6] not in low[: found.start("event")]


def timed(low: str) -> bool:
    """Whether a time or a rhythm is given at which something shall happen."""
    return bool(_TIME.search(low))


def told(low: str) -> bool:
    """Whether the sentence tells what was, is or will be done, and asks for nothing."""
    return bool(
        _INTENT_STATEMENT.match(low)
        or _WE_DID.match(low)
        or _ABOUT_DEED.match(low)
        or _PASSIVE_PAST.search(low)
        or _PAST_START.match(low)
    )


_DEMANDED = compiled(
    r"\b(?:should|must|ought to|has to|have to|needs to|need to) (?:also |now |really )?be \w{3,}(?:ed|n|wn|ut)\b"
)


def demanded(low: str) -> bool:
    """Whether something "should be restarted": no order in these words, but no tale either."""
    return bool(_DEMANDED.search(low))


def past(low: str) -> bool:
    """Whether something in the past is spoken of."""
    return bool(_PAST.search(low))


def pondered(low: str) -> bool:
    """Whether the sentence asks about doing something, instead of asking to do it."""
    return bool(_HYPOTHETICAL.match(low))


def judged(low: str) -> bool:
    """Whether it is asked what one should do, which is for people to say: "should I restart it?"."""
    return bool(_ADVICE.match(low))


def elsewhere(low: str) -> bool:
    """Whether the sentence is about something that is none of Overseer's business."""
    return bool(_OUT_OF_SCOPE.search(low))
