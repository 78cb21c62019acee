"""Words that ask for what was asked last: "again", "ask again", "the same", "otra vez". Pure.

And those that say that it shall be done: "do it", "make it so", "let it run".
"""

# ruff: noqa: E501 - word lists read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from typing import Final

ONCE_MORE: Final = r"(?:noch ?mals?|noch ein ?mal|erneut|abermals|encore(?: une fois)?|de nouveau|a nouveau|otra vez|de nuevo|una vez mas|nuevamente|di nuovo|ancora(?: una volta)?|un altra volta|opnieuw|nog ?eens|nog een keer|nogmaals)"
"""In German, French, Spanish, Italian and Dutch, as `bare` gives it."""
THAT: Final = r"(?: (?:es|s|das|alles|ca|cela|tout|lo|eso|esto|todo|questo|tutto|het|dit|dat))?"
_THERE: Final = (
    rf"{ONCE_MORE}|(?:versuche?|versuchs|probiere?|probiers|mache?|machs|frage?){THAT} {ONCE_MORE}|(?:essaie|essaye|essayez|fais|faites|refais|demande){THAT}(?: le)? {ONCE_MORE}|"
    rf"(?:prueba|intenta|intentalo|hazlo|pregunta|vuelve a (?:intentarlo|probar)){THAT}(?: {ONCE_MORE})|vuelve a (?:intentarlo|probar)|(?:prova|provaci|fallo|chiedi){THAT} {ONCE_MORE}|(?:probeer|doe|vraag){THAT} {ONCE_MORE}"
)
_AGAIN: Final = (
    r"(?:please )?(?:(?:(?:do|try|run) (?:it|that|this|the same)(?: thing)?|try|ask(?: for (?:it|that|this))?) )?(?:again|once more|one more time)|"
    r"(?:please )?(?:ask (?:for (?:it|that|this) )?anew|repeat(?: (?:that|it))?)"
)
_SAME: Final = (
    r"(?:please )?(?:(?:do|run|try|make|apply|ask for|i want|and|now) )?(?:exactly )?the same(?: (?:thing|one|request|plan))?(?: (?:again|once more|anyway|now))?|"
    r"same(?: (?:again|thing|here))?|likewise|(?:please )?(?:do|run|try|make) (?:it|that|this)(?: (?:anyway|now|then|after all|nonetheless|all the same))?|(?:dasselbe|das gleiche|la meme chose|lo mismo|lo stesso|hetzelfde)(?: \w+)?"
)
_POLITE: Final = re.compile(
    r"\b(?:s il (?:te|vous) plait|por favor|per (?:favore|piacere)|"
    r"bitte|jetzt|doch|einfach|stp|svp|maintenant|donc|porfa|ahora|adesso|alsjeblieft|alstublieft|aub|please|pls|thanks)(?![\w.-])"
)
_RULES: Final = re.compile(rf"(?!(?:encore|ancora)$)(?:{_AGAIN}|{_THERE})")
"""These two alone say "still", too, and nobody asks for a change by that."""
_LIKE: Final = re.compile(_SAME)
_GOES: Final = re.compile(
    r"(?:(?:yes|yep|yeah|yup|ok|okay|sure|alright|all right|right|fine|agreed|approved?|lgtm|looks good|sounds good|go|go ahead|go on|so|then|well|just|and|lets|let s|let us|you (?:can|may|should)|we (?:can|should)) )*"
    r"(?:(?:do|run|execute|apply) (?:it|that|this)|(?:run|execute|apply|start) the plan|make it so|make it happen|let (?:it|that|this) run|get it done)"
    r"(?: (?:then|already|anyway|all|for me))*"
)
"""That it be done, which is more often said to what waits; "now" may take away its time."""
_EXCLAIMED: Final = re.compile(
    r"(?>(?:(?:many |vielen |mille |muchas |tante )?(?:thanks|thank you|thx|ty|tysm|cheers|danke|dank|merci|gracias|grazie|bedankt|"
    r"hey|hi|hiya|hello|hallo|bonjour|hola|ciao|bye|welcome|sorry|oh|wow|ugh|argh|omg|wtf|ffs|damn|haha|lol|seriously|really|"
    r"great|nice|super|perfect|lovely|awesome|cool|brilliant|wonderful|excellent|amazing|well done|good (?:job|work|morning|night|evening)|good)"
    r"(?: (?:no|great|my|god|you|all|both|everyone|everybody|team|folks|guys|there|so much|very much|a lot|beaucoup|for (?:that|this|everything)))* ))+"
    rf"(?:again|once (?:more|again)|one more time|{ONCE_MORE})(?: (?:all|everyone|everybody|team|folks|guys|you))*"
)
"""Thanks, a greeting or a sigh, said once more: nothing else is to be."""
_LONGEST: Final = 80


def is_exclaimed(text: str) -> bool:
    """Whether it only thanks, greets or sighs again, and orders nothing by that.

    >>> is_exclaimed("Thanks again!"), is_exclaimed("great, again"), is_exclaimed("danke nochmal")
    (True, True, True)
    >>> is_exclaimed("again, thanks"), is_exclaimed("great, try again"), is_exclaimed("ok, again")
    (False, False, False)
    """
    return len(text) <= _LONGEST and _EXCLAIMED.fullmatch(_unsigned(text)) is not None


def asks_again(text: str) -> bool:
    """Whether the whole of a text says "again".

    >>> asks_again("Ask again, please!"), asks_again("noch einmal bitte"), asks_again("repeat that")
    (True, True, True)
    >>> asks_again("again on web-2"), asks_again("encore un"), asks_again("")
    (False, False, False)
    """
    return not is_exclaimed(text) and _RULES.fullmatch(bare(text)) is not None


def repeats(text: str) -> bool:
    """Whether it says nothing but that what was asked last is wanted.

    >>> repeats("again"), repeats("do it anyway"), repeats("the same on web-2")
    (True, True, False)
    """
    return asks_again(text) or _LIKE.fullmatch(bare(text)) is not None


def goes_ahead(text: str) -> bool:
    """Whether it says nothing but that what was asked shall be done.

    >>> goes_ahead("Yes, do it!"), goes_ahead("let's do it"), goes_ahead("let it run, please")
    (True, True, True)
    >>> goes_ahead("do it on web-2"), goes_ahead("do it again"), goes_ahead("run it?")
    (False, False, False)
    """
    return _GOES.fullmatch(bare(text)) is not None


def bare(text: str) -> str:
    """In small letters, without accents and signs, without what is only polite."""
    if len(text) > _LONGEST or not {"?", "`", '"'}.isdisjoint(text):
        return ""
    return " ".join(_POLITE.sub(" ", _unsigned(text)).split())


def _unsigned(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(re.findall(r"#?\w[\w.-]*(?<![.-])", plain))
