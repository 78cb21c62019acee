"""Words that carry no request, and words that are English and therefore no name.

*Filler* is taken out before anything is matched, so each phrase here must be harmless in
every sentence: nothing that limits, denies, delays or widens a request may ever stand in
this list. *Common* words are never read as a name of something unknown, nor as a typo.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence

from bot.intent.rules.verbs import doing
from bot.intent.rules.words import Token

_FILLER = """
please|pls|plz|plis|please to|bitte|danke|por favor|merci|gracias|kindly|thanks|thank you|thx|ty|tia|cheers|much appreciated|thanks a lot
thanks in advance|thank you very much|thank you so much|many thanks|ta|big thanks
hey|hi|hello|yo|hiya|heya|howdy|hey there|hi there|good morning|good afternoon|good evening
morning|um|umm|uh|uhm|er|erm|hmm|hm|ah|oh|oops|whoops|sorry|well|anyway|anyways|actually|basically
ok|okay|alright|all right|right|so|now|right now|right away|immediately|asap|at once|quickly
real quick|really quick|quick|very quickly|as soon as possible|as soon as you can|promptly
straight away|urgently|this instant|this minute|pronto|this second
for me|for us|for a sec|for a second|a sec|if you can|if you could|if possible|if you please
that would be great|that would be nice|that would be awesome|that would be lovely|that would be wonderful
would be great|would be nice|it would be great|would be lovely|would be appreciated|that would be appreciated
if you don't mind|if you do not mind|if you would|if you wouldn't mind|if you would not mind
if it is not too much trouble|if that is ok|if that is okay|if it is possible|if you like
if you have a minute|if you have a moment|if you have a second|if you have time
if you get a chance|when you get a sec|when you get a second|when you get a chance
when you get a minute|when you get a moment|when you have a moment|when you have a minute
when you have a sec|when you have time|when you can|when you are free|when you have a chance
when you have a second|while you are at it|while you are there|just|simply|only|instead
can you please|can you|could you|would you|will you|could you please|would you please
would you be so kind as to|be so kind as to|would you be able to|are you able to
do me a favor|do me a favour|do us a favor|do us a favour|try|would you do me a favor and|would you do me a favour and|be a dear and|be so good as to
would you mind|do you mind|mind|do me a favor and|do me a favour and|could you do me a favor and
can you go ahead and|go ahead and|go and|go on and|please go ahead and|would you kindly
i want you to|i need you to|i would like you to|i would want you to|we want you to|we need you to
we would like you to|i want to|i would like to|i would love to|i need to|we need to|we want to
we would like to|we have to|i have to|you need to|you have to|it is time to|time to|lets|let us
we must|i must|you must|got to|go
it would be great if you could|it would be nice if you could|i would appreciate it if you could
would be great if you could|would be nice if you could|i would be grateful if you could
any chance you could|any chance you can|is there any chance you could|is it possible to
would it be possible to|is there a way to|make sure to|be sure to|remember to|do not forget to|never forget to|try to|please try to
help me|help me to|help us|can i ask you to|may i ask you to|can we|could we|might you
how about you|sorry to bother you but|sorry to bother you|sorry to disturb you|sorry for the trouble|sorry for the bother
i was hoping you could|i was wondering if you could|i am wondering if you could
i wonder if you could|i wonder if you can|i was hoping to|can somebody|can someone|could someone
could somebody|someone please|somebody please|can anyone|could anyone|anyone please
i think you should|you should|you may|you can|feel free to
do that for me|do it for me|do this for me|do that|can you do that for me|can you do that
can you do it|could you do that|could you do that for me|can you handle that|can you handle it
could you handle that|could you take care of it|can you take care of it|take care of it|could you take care of that|can you take care of that|take care of that
please do so|do so|would you do that
shall we|will you please|and only there|only there|and nowhere else|nowhere else
and see if it helps|and see if that helps|and see whether it helps|and see whether that helps|and see what happens|and see if it is better
see if it helps|see if that helps|and see if that fixes it|and see if it fixes it|and wait until it is back|and wait till it is back
and wait until it is back up|and wait until it is up again|and wait for it to come back|and wait for it to come back up|and wait until they are back
again|once again|once more|one more time|too|also|as well|this time|for real|for once
and let me know how it went|and let me know how it goes|and tell me how it went|and tell me how it goes
let me know how it went|let me know how it goes|tell me how it went|and keep me posted|keep me posted
and report back|report back|and let me know when it is done|and let me know when done|let me know when done
let me know when it is done|and tell me when it is done|tell me when it is done|and let me know|let me know once done
team|folks|guys|everyone please|buddy|mate|friend|dear|man|dude|bro|bot|overseer|opsbot|ops bot|robot
under any circumstances|whatever happens|at any cost
in a row|at your convenience|as usual|as always|as discussed|as agreed|as requested|by the way|btw
for goodness sake|for heaven's sake|damn|dang|ugh|argh|urgent|important
though|currently|at the moment|at present|presently|these days|exactly|precisely|really|even|still|yet
"""

_COMMON = """
a an the this that these those my our your his her its their it them they he she we you i me us him
and or but nor so yet for of in on at by to from with without into onto over under across between
through during about against after before since until till up down off out back away again further
then once here there where when why how what which who whom whose all any both each few more most
other others another some such no not only own same than too very can could will would shall should
may might must do does did doing done have has had having be am is are was were been being
get gets got getting go goes going gone went come comes came coming make makes made making take
takes took taken taking give gives gave given put puts set sets let lets keep keeps kept leave
leaves left say says said tell tells told ask asks asked want wants wanted need needs needed like
likes liked know knows known think thinks thought see sees saw seen look looks looked looking find
finds found use uses used try tries tried call calls called work works worked working feel feels
sound sounds hurry hurries seem seems become turn turns show shows hear help helps play run runs move live believe hold bring
happen happens happened happening write writes provide sit stand lose pay meet include continue
learn change changes changed lead understand watch follow create speak read allow add spend grow
open walk win offer remember love consider appear buy wait serve die send expect build stay fall
cut reach kill remain suggest raise pass sell require report decide pull
time times year years day days way ways man men world life hand hands part parts child children
eye eyes woman women place places week weeks month months hour hours minute minutes second seconds
case point company number numbers fact problem problems issue issues thing things people person
team teams night morning evening afternoon today tomorrow yesterday tonight weekend
good new first last long great little old right big high different small large next early young
important public bad able ready sure fine nice slow fast broken stuck weird strange wrong correct
free full empty dead alive busy idle quiet safe unsafe dangerous hot cold late soon later never already
always often sometimes maybe perhaps probably possibly definitely certainly really quite rather
almost nearly ever else instead together apart along well better best worse worst much many lot
lots bit pretty kind sort type anything everything something nothing everyone everybody someone
somebody anyone anybody nobody none one two three four five six seven eight nine ten
zero hundred thousand million half quarter third every either neither
if unless because while although though whether whenever wherever however therefore
yes yeah yep yup nope ok okay hello hey hi bye goodbye thanks thank please sorry welcome
monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december
pizza coffee tea lunch dinner breakfast beer poem song joke story movie music game weather news
football meeting room door house home car book phone dog cat food water money job work office desk
rest remaining unused unhealthy failing failed failing down up crashed hung hanging
customers dry-run dryrun simulate simulated simulation hypothetically gently barely hardly rarely seldom scarcely fake
pretend unlike versus like unlike near behind
alone untouched aside besides except excluding including without within among via per plus minus
running works acting behaving weirdly badly hogging happily anymore anyway sometime lately recently
users user customer client clients ticket incident outage maintenance window deploy
deployment release cache traffic load balancer network internet database databases website site
page pages app application applications api backend frontend cluster environment version config
configuration file files folder directory directories data table log logs error errors warning
notes note guide guides instructions path paths cycle procedure debian ubuntu fedora linux os distro
noon midnight midday dawn dusk lunchtime itself himself herself themselves
warnings message messages alert alerts email mail slack discord channel chat thread
"""

_CONFIRM = frozenset(
    ("ok", "okay", "so", "well", "right", "no", "yes", "yep", "yeah", "sure", "nah")
)


def _phrases(block: str) -> tuple[tuple[str, ...], ...]:
    rows = (row for line in block.strip().splitlines() for row in line.split("|"))
    return tuple(tuple(row.replace("don't", "do not").split()) for row in rows if row.strip())


def _by_first(phrases: Sequence[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        index.setdefault(phrase[0], []).append(phrase)
    return {k: tuple(sorted(v, key=len, reverse=True)) for k, v in index.items()}


FILLERS = _by_first(_phrases(_FILLER))
FILLER_WORDS = frozenset(p[0] for group in FILLERS.values() for p in group if len(p) == 1)
COMMON = frozenset(_COMMON.split()) | FILLER_WORDS

NEGATIONS = frozenset(
    ("not", "no", "never", "without", "nor", "neither", "none", "avoid", "refrain", "nobody")
)
"""Any of these left in a clause forbids a change."""

_LIMITS = frozenset("later earlier sooner before more less fewer".split())


def bounded(words: Sequence[str]) -> bool:
    """Whether all that is denied is a bound: "no later than 10", "no matter what"."""
    denied = [k for k, word in enumerate(words) if word in NEGATIONS]
    return bool(denied) and all(_bounds(words[k : k + 3]) for k in denied)


def _bounds(words: Sequence[str]) -> bool:
    if words[0] not in {"no", "not"} or len(words) < 2:
        return False
    than = len(words) > 2 and words[2] == "than"
    return words[:2] == ["no", "matter"] or (than and words[1] in _LIMITS)


POLITE_NOS = (
    ("no", "problem"),
    ("no", "rush"),
    ("no", "hurry"),
    ("no", "worries"),
    ("no", "pressure"),
)


def without_filler(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that carry something. A leading "no," is filler only before its comma."""
    kept: list[Token] = []
    i = 0
    while i < len(tokens):
        leading = all(t.kind == "punct" for t in kept)
        step = _filler_at(tokens, i, leading=leading)
        if step:
            i += step
            continue
        pair = tuple(t.low for t in tokens[i : i + 2])
        if pair in POLITE_NOS:
            i += 2
            continue
        if (
            not kept
            and tokens[i].low in _CONFIRM
            and i + 1 < len(tokens)
            and tokens[i + 1].low in {",", "!"}
        ):
            i += 2
            continue
        kept.append(tokens[i])
        i += 1
    while kept and kept[0] is not tokens[0] and kept[0].low in {"but", "and", ","}:
        kept.pop(0)
    while kept and kept[0].kind == "punct" and kept[0].low in {",", ".", "!", "-", ":", "~", "?"}:
        kept.pop(0)
    return kept


_HELP = (("help", "me"), ("help", "us"))
_AT_START = frozenset(
    (w,)
    for w in "ok okay alright right well so sorry man dear morning sure urgent important".split()
) | {("all", "right")}
_IF = frozenset("is are if whether".split())
_THANKING = frozenset("thanks thank thx ty tia cheers ta big many sorry".split())
_THANKS_LONG = 4
_HESITANT = frozenset(
    "sorry oops whoops er erm um umm uh uhm hmm hm ah oh argh ugh damn dang actually well".split()
)
_SLIPPED = frozenset(("oops", "whoops", "sorry"))
_LINKS = frozenset("and then also please so but , can could you".split())


def _repairs(tokens: Sequence[Token], i: int) -> bool:
    """Whether "oops", "er" or "actually" may take back what stands before: "web-1, er, web-2"."""
    low = tokens[i].low
    if not any(t.kind != "punct" for t in tokens[i + 1 :]):
        return low in {"oops", "whoops"}
    k = i - 1
    while k >= 0 and tokens[k].low == ",":
        k -= 1
    if k < 0 or tokens[k].low in _LINKS:
        return low in _SLIPPED
    apart = tokens[i - 1].kind == "punct" or low in _SLIPPED
    return apart or (tokens[k].low not in COMMON and low not in {"actually", "well"})


_ASKED_BEFORE = frozenset(
    "what how which who where why things everything if whether commands".split()
)
_AUXILIARY = frozenset("can could would will are do may might i we you".split())
_HELP_WITH = frozenset(
    ("with", "on", "about", "out", ",", ".", "!", "?", "please", "regarding", "understand")
)


def _is_filler(tokens: Sequence[Token], i: int, phrase: tuple[str, ...], *, leading: bool) -> bool:
    """Whether a phrase is filler here: "what can you do" and "help me" are not."""
    after = tokens[i + len(phrase)].low if i + len(phrase) < len(tokens) else ""
    if phrase[0] in _THANKING and len(phrase) <= _THANKS_LONG and after in {"for", "about", "to"}:
        return False
    if phrase == ("well",) and (after == "as" or not (leading or tokens[i - 1].kind == "punct")):
        return False
    if phrase == ("try",):  # "try restarting it" wants the restart
        return leading and doing(after)
    if phrase == ("though",):  # "…, not on web-1 though", and no turn
        return not leading and after in {"", ".", "!", "?", ",", ";"}
    if phrase == ("shall", "we"):  # a tag: "let's reboot it, shall we"
        return not leading and tokens[i - 1].kind == "punct" and after in {"", "?", "!", "."}
    if phrase == ("instead",):
        return after != "of"
    if phrase[0] in _HESITANT and len(phrase) == 1 and not leading:
        return not _repairs(tokens, i)
    if phrase in _AT_START:
        asked = any(t.low in _IF for t in tokens[:i])  # "is nginx on web-1 ok"
        return leading or tokens[i - 1].kind == "punct" or (not after and not asked)
    if phrase in _HELP:
        return bool(after) and after not in _HELP_WITH
    if phrase == ("as", "well"):
        return after != "as"
    before = tokens[i - 1].low if i else ""
    if before == "all" and i > 1 and tokens[i - 2].low in {"what", "who"}:
        before = "what"  # "what all can you do"
    return not (phrase[0] in _AUXILIARY and len(phrase) > 1 and before in _ASKED_BEFORE)


def _filler_at(tokens: Sequence[Token], i: int, *, leading: bool) -> int:
    token = tokens[i]
    if token.kind != "word":
        return 0
    if token.low.startswith("@") and len(token.low) > 1:
        return 1
    for phrase in FILLERS.get(token.low, ()):
        size = len(phrase)
        words = tuple(t.low for t in tokens[i : i + size])
        if words == phrase and all(t.kind == "word" for t in tokens[i : i + size]):
            if phrase in {("go",), ("mind",)} and not leading:
                continue
            if not _is_filler(tokens, i, phrase, leading=leading):
                continue
            return size
    return 0
