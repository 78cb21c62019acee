"""Why something shall be done: taken out of the words before they are matched.

"because …", "due to …", "as the certificate expired", "to pick up the new config". Only
what can be nothing but a reason is taken: a reason with a turn in it ("but not web-2"), or
with another order behind an "and", stays in the sentence and is asked about. What is taken
is blanked in place, so that every other word keeps its place.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable

from bot.intent.patterns import compiled
from bot.intent.rules import moods
from bot.intent.rules.since_then import WELL

_END = r"(?=[;\n]|[.!]\s|[.!)]*\s*$)"
_SOON = r"(?=[,;\n]|[.!]\s|[.!)]*\s*$)"
_LEAD = r"(?:[,;(-]\s*)?"
_WORDED = r"(?:because|bc|cuz|coz|due to|owing to|on account of|(?:the |my )?reason(?: is(?: that)?|:| being)?|reason=|(?:with|for) (?:the )?reason:?|why:|on the grounds that)"
_SUBJECT = r"(?:it|they|we|i|he|she|there|its|the|our|their|users|customers|people|somebody|someone|a new|new)"
_HAPPENED = (
    r"(?:(?:is|are) (?!(?:done|finished|complete|idle|quiet|low|empty|ready|over|up|back|down to|below|above|under|\w+ing)\b)"
    r"|was|were|has|have|had|expired|changed|failed|crashed|hangs?|hung|leaks?|leaked|broke|died|needs?|keeps?|updated|renewed|ran out|got|went|stopped|complain(?:s|ed)?)"
)
_WHO = r"(?:the|our|its|their|it|they|we|i|he|she|there|somebody|someone|an?|new|my)"
_BEFALLEN = (
    r"(?:was|were|has been|have been|had been|ran out|expired|changed|failed|crashed|hung|leaked|broke|died|updated|renewed|got|went|found|fixed|solved|"
    r"rotated|replaced|moved|installed|patched|deployed|swapped|lost|eats?|uses?|hogs?|blocks?|leaks?|hangs?|consumes?|slows?|spams?|floods?|fills?|burns?|"
    r"wastes?|causes?|makes?|keeps?|lacks?)"
)
_WORSE = r"(?:will|would|won't|wouldn't|can't|cannot|couldn't|might|is|are|gets?|keeps?|stays?|fails?|breaks?|hangs?|runs? out|piles? up|fills? up)"
_APART = r"(?:(?<=[,;(?!] )|(?<=[,;(])|(?<= [-\u2013\u2014] )|(?<=[.] ))"
_COMPLAINT = (
    r"(?:stale|slow|sluggish|laggy|lagging|stuck|broken|hanging|frozen|acting up|acting weird|unresponsive|flaky|crashing|crashed|failing|leaking|"
    r"complaining|weird|wrong|outdated|out of date|erroring|timing out|expired|misbehaving|unstable|behaving badly|acting strange|wedged|bloated|"
    r"new|renewed|changed|rotated|updated|replaced|no longer needed|obsolete|not needed any ?more)"
)
_WISHED = (
    r"(?:must|should|shall|ought|may|might|can|cannot|could|will|would|supposed|wants?|needs?)"
)
_ORDER = (
    r"(?:restart|reboot|reload|start|stop|bounce|kill|upgrade|update|patch|install|run|check|show)"
)
_REASONS = (
    rf"{_LEAD}\bnow that (?P<why>(?:(?!\b(?:{_ORDER}|{_WISHED})\b)[^,;\n])+?){_SOON}",
    rf"^[\W]*{_WORDED}\s*(?P<why>\x00+|[^,;\n]+?)\s*,",
    rf"{_LEAD}\b{_WORDED}\s*(?P<why>\x00+)",
    rf"{_LEAD}\b(?:since|as)\s+(?P<why>\x00+)(?=[\s.!)]*$)",
    rf"{_LEAD}\b(?:since|as) (?P<why>{_SUBJECT}\b(?: [^\s,;.]+){{0,4}}? {_HAPPENED}\b[^,;\n]*?){_SOON}",
    rf"{_LEAD}\bsince (?P<why>(?:it|this|the [\w-]+(?: [\w-]+)?) (?!was\b|has\b|is\b)[a-z]+s\b[^,;\n]*?){_SOON}",
    rf"{_LEAD}\b(?P<why>(?:otherwise|or else) (?:the|our|my|its?|they|there|users|customers|people)\b[^,;.\n?]*?\b{_WORSE}\b[^,;\n?]*?){_END}",
    rf"{_LEAD}\b(?P<why>or (?:the|our|my|its?|they|users|customers|people)\b[^,;.\n?]*?\b(?:will|won't|can't|cannot)\b[^,;\n?]*?){_END}",
    rf"{_LEAD}\bsince (?P<why>(?:it's|they're|we've|we're)\b[^,;\n]*?){_SOON}",
    rf"{_LEAD}\b(?P<why>(?:so (?:that )?(?:it|the new|the latest|we|they|users|the change)|to (?:pick up|apply|load|activate)) [^,;.\n]+?){_SOON}",
    rf"{_LEAD}\b(?P<why>for (?:a|an|the|some) (?:new |pending |urgent |quick )?(?:kernel|security|cert\w*|config\w*|firmware|driver|bios|library|dependency) (?:update|upgrade|renewal|change|fix|patch|swap|rotation))",
    r"\b(?P<why>for the (?:new|renewed|fresh|updated) (?:cert\w*|config\w*|settings|version|release|kernel|key))",
    rf"{_LEAD}\b{_WORDED}\s+(?P<why>(?!of (?:the )?(?:web|db))[^;\n]+?){_END}",
    rf"(?:{_APART}|(?=(?:its|it's|it is|they are|they're) ))(?P<why>(?:(?!not\b|no\b)[a-z']+ ){{0,4}}?(?:is|are|was|were|it's|its|they're|seems?|looks?|feels?|keeps?|has been|have been|has|have|went|got|gets?) (?:(?:very|really|so|a bit|quite|too|all|just|again|been|being|gone|getting|totally|completely|pretty|kinda|somewhat) )*{_COMPLAINT}(?: (?:today|again|lately|now|since \w+|for \w+|right now|once more|these days|all day|anymore|any more))*)(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>(?:it|they|the (?:service|server|site|shop|page|app|app server|daemon|process|machine|host|box|thing)) (?:no longer|does not|doesn't|do not|don't|won't|will not|can't|cannot|can not|isn't|is not|aren't|are not|did not|didn't) (?:longer |even |really |properly )?{WELL}(?: (?:any ?more|again|properly|correctly|well|at all|today|now|to (?:requests|pings?|anything|anyone|clients|users|us|me)|(?:on|since|for) \S+(?: (?:update|deploy|upgrade|reboot|minutes|hours|days))?))*)(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>(?:we|i|you|they) (?:do not|don't|no longer) (?:need|want) (?:it|that|them|this)(?: (?:any ?more|now|after all))?)(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>{_WHO}\b(?: [^\s,;.:?!]+){{0,5}}? {_BEFALLEN}\b[^,;\n:?]*?)(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>there(?:'s| is| are) (?:too (?:much|many|little|few)|so (?:much|many)|hardly any|barely any|a new|new|fresh)\b[^,;\n:?]*?)(?=[.!)]*\s*$)",
    rf"{_LEAD}\b(?P<why>for (?:a bit of |some |planned |urgent )?(?:maintenance|debugging|troubleshooting|testing|inspection|(?:the|a|our|this) (?:planned |pending )?(?:migration|upgrade|update|backup|restore|rollout|release|deploy(?:ment)?|move|cleanup|maintenance|inspection|test)))(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>(?:(?:see |ref |re |cf |per |as per |it's for |this is for |that's )?(?:the )?(?:ticket|incident|case|change request|jira|cve|bug)(?:[ :#-]*[A-Za-z]*[#-]?\d[\w-]*)?|(?-i:(?:CVE|INC|CHG|OPS|SRE|REQ|TASK|BUG|JIRA)-?\d[\d-]*)))(?=[.!)]*\s*$)",
    r"^(?P<why>(?:(?:a|the|our|my|some) )?(?:(?:new|fresh|updated) )?\w+(?: \w+)? (?:(?:was|were|is|are|has been|have been|just|got) )*(?:deployed|renewed|updated|changed|rotated|replaced|installed|expired|merged|uploaded|arrived|edited))\s*(?:[-\u2013\u2014,:;.]+)(?=\s+(?:please|pls|plz|so|can you|could you|now|kindly|restart|reload|reboot|stop|start|upgrade|bounce)\b)",
    r"^(?P<why>(?:(?:a|the|our|my|some) )?(?:new|fresh|updated|changed|renewed|rotated) (?:[a-z]+ ){1,3}(?:is|are) (?:there|in place|in|live|ready|on it|out))\s*(?:[-\u2013\u2014,:;.]+)(?=\s+(?:please|pls|plz|so|can you|could you|now|kindly|restart|reload|reboot|stop|start|upgrade|bounce)\b)",
    rf"{_APART}(?P<why>(?:nobody|no one|no-one)(?:'s| is| was| else is)? (?:currently |still )?(?:logged (?:in|on)|using (?:it|them|that)|uses (?:it|them)|on (?:it|there)|connected|affected|needs (?:it|them)|there|around|online)(?: (?:right now|now|at the moment|any ?more|today|anyway))?)(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>(?:planned |urgent |emergency |scheduled )?(?:maintenance|migration|testing|debugging))(?=[.!)]*\s*$)",
    rf"{_APART}(?P<why>(?:(?:a|the|some) )?(?:new|fresh|updated|changed|renewed|rotated) (?:[a-z]+ ){{0,2}}(?:config\w*|cert\w*|settings?|targets?|rules?|keys?|vhosts?|kernel|version|release|driver|firmware|dashboards?|modules?|plugins?|binary|build|library|users?|sites?|domains?|zones?)(?: (?:is|are) (?:there|in place|in))?)(?=[.!)]*\s*$)",
    rf"{_LEAD}\b(?P<why>(?:for|as per|per|see|ref(?:erence)?:?) (?:ticket|change|incident|issue|jira|case)\s+#?[A-Za-z0-9-]+)",
)
_PATTERNS = tuple(compiled(rf"(?<![\w-]){p}(?![\w-])", re.IGNORECASE) for p in _REASONS)
_TURN = compiled(
    r"\b(?:but|except|excluding|unless|if|without|then|only|instead|not on)\b"
    r"|\band (?:also |please |now |just )?(?:restart|reboot|reload|start|stop|bounce|kill|halt|shut|upgrade|update|patch|install|run|execute|cancel|show|check|turn|bring|take|do|give|tell|list|skip|leave|keep|spare|make)\b",
    re.IGNORECASE,
)
"""A reason with one of these may hold more than a reason."""
_DEED = compiled(
    r"\b(?:re)?(?:start|boot|load)(?:s|ed|ing)?\b|\b(?:stop|stopp|cancel|cancell|kill|halt|bounc|cycl)(?:s|ed|ing|e|es)?\b|\b(?:already|still|not|never|until|next|too|also|again|yet|first|later)\b",
    re.IGNORECASE,
)
"""Told apart behind a comma with one of these, it may be an objection, or one more step."""
_WE_ERRED = compiled(r"(?:i|we|you|they|he|she) (?:was|were|am|are) wrong\b", re.IGNORECASE)
_FORBIDDEN = compiled(
    r"\b(?:said|says|say|told|tells?|asked|asks|wants?|ordered|wrote|thinks?)\b.*(?:n't|\bnot\b|\bno\b|\bnever\b|\bdont\b|\bagainst\b)|(?:n't|\bnot|\bnot to)\W*$",
    re.IGNORECASE,
)
"""A reason that somebody speaks against it is none: "because ben said don't"."""
_NAME = compiled(r"[\w.-]*\w")
_QUOTED = compiled(
    r"```.*?```|`[^`]*`|\"[^\"]*\"|(?<![^\s(,:])'[^'\n]+'(?=[\s,.;:!?)]|$)", re.DOTALL
)


def masked(text: str) -> str:
    """The text with everything quoted made unreadable; every character keeps its place."""
    return _QUOTED.sub(lambda m: "\x00" * len(m[0]), text)


_IT = compiled(
    r"\b(?:upgrade|update|install|patch|bump|downgrade|pin|hold|remove|uninstall|purge)\s+(?:it|them|that|those)\b",
    re.IGNORECASE,
)
"""A package that was spoken of: in "there's a new openssl out, upgrade it" the reason names it."""
_OF = compiled(r"^\s*of\s+(?=\S)", re.IGNORECASE)
"""What is left of "because of" before a reason."""


def take(text: str, is_host: Callable[[str], object]) -> tuple[str, str]:
    """The reason, or the empty string, and the text without it.

    A complaint about a host ("…, web-2 is stuck") is left: it may mean to leave that one out.
    """
    aside, text = _unneeded(text)
    hidden = masked(text)
    ends = _CANCELS.match(hidden)
    if ends and not _TURN.search(ends["why"]):
        why = text[ends.start("why") : ends.end("why")].strip(" \"'`.!()")
        return why, text[: ends.start("rest")] + " " * len(ends["rest"])
    for pattern in _PATTERNS:
        match = pattern.search(hidden)
        if match and _plain(match["why"]):
            if _WE_ERRED.match(match["why"]) or _FORBIDDEN.search(match["why"]):
                continue
            loose = _BEFALLEN in pattern.pattern
            if loose and (_DEED.search(match["why"]) or moods.settled(match["why"].casefold())):
                continue
            told = (
                loose
                or _COMPLAINT in pattern.pattern
                or "there(" in pattern.pattern
                or "|uploaded" in pattern.pattern
                or "now that " in pattern.pattern
            ) and _NAME.findall(match["why"])
            if told and any(is_host(word) for word in told):
                continue
            start, end = match.span()
            if "there(" in pattern.pattern and _IT.search(hidden[:start] + hidden[end:]):
                continue
            why = _OF.sub("", text[match.start("why") : match.end("why")]).strip(" \"'`.!()")
            return why, text[:start] + " " * (end - start) + text[end:]
    return aside, text


_ELSEWHERE = compiled(
    r"(?:^|[\s,;(–—-])(?:weil|wegen|aufgrund|parce qu(?:e\b|['’])|à cause d(?:e\b|u\b|es\b|['’])|porque|debido al?|por culpa de"
    r"|perché|a causa d(?:i|el|ella|ei)|omdat|vanwege|ponieważ|eftersom|devido [aà]o?)\s*(?P<why>[^,;.!?()\n]+)",
    re.IGNORECASE,
)
"""Words of other languages that begin a reason and nothing else; each ends at the next sign."""


def elsewhere(text: str) -> str:
    """The reason in a request of another language, or the empty string.

    Such a request is a model's to read, and which of its words are the reason is still the rules'.
    A question gives none.
    """
    match = _ELSEWHERE.search(masked(text))
    why = text[match.start("why") : match.end("why")].strip() if match else ""
    return why if len(why) > 3 and not text.rstrip().endswith("?") else ""


_CANCELS = compiled(
    r"^\W*(?:(?:please|pls|oops|ok|can you|could you|and|hey)\W+)*(?:cancel|abort|drop|call off|scrap|withdraw|discard|stop|kill|forget(?: about)?|revoke|retract)\b[^,;.]*(?:\bplan|#)\s*#?\d+[^,;.]*(?P<rest>(?:[,;(]|\s-)\s*(?P<why>(?:no longer|not|wrong|it's|it is|it was|obsolete|superseded|duplicate|a duplicate|my mistake|a mistake|mistake|typo|a typo|changed my mind|we|i|the|that) ?[^,;\d]*))$",
    re.IGNORECASE,
)
"""What would speak against a change speaks for a cancellation: ", no longer needed"."""


_UNNEEDED = compiled(
    r"\b(?:cancel|abort|drop|call off|scrap|withdraw|discard|stop|kill|forget(?: about)?|revoke|retract)(?: (?:the|our|my|that|this|both|please))* "
    r"(?:plans? ?#?|#)\d+(?:(?:,| and| &|, and) (?:plan )?#?\d+)*(?: please)?"
    r"(?P<rest>(?:\s*[,(:]|\s[-\u2013\u2014]|\s(?=as |since |because |it's |it is ))\s*(?P<why>(?:(?:as|since|because) )?(?:(?:it's|it is|that's|they are|they're) )?(?:(?:no longer|not|never) (?:needed|required|necessary|wanted|relevant|used)|obsolete|superseded)(?: any ?more| now| anyway| after all)?)\)?)"
    r"(?=\s*(?:[,;.!\n]|[-\u2013\u2014]\s|(?:and|then)\b|$))",
    re.IGNORECASE,
)
"""The same anywhere in a request: what follows it is one more order, no reason."""


def _unneeded(text: str) -> tuple[str, str]:
    why = ""
    for match in _UNNEEDED.finditer(masked(text)):
        start, end = match.span("rest")
        why = why or match["why"]
        text = text[:start] + " " * (end - start) + text[end:]
    return why, text


def _plain(why: str) -> bool:
    """Whether it can be nothing but a reason."""
    said = why.strip()
    if "\x00" in said and not said.strip("\x00"):
        return True
    return (
        " " in said or "-" in said or said.casefold() == "cve" or (said.isalpha() and len(said) > 3)
    ) and not _TURN.search(said)
