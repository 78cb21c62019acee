"""A decision about a halted run in German, French, Spanish, Italian and Dutch. Pure.

As with a stop (`control_abroad`), the whole sentence must be made of these words, and of one host
or number at most: "wiederhole das Backup" names something else.
"""

# ruff: noqa: E501 - word lists read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WHAT: Final = (
    r"(?: (?:(?:auf|sur|en|su|op|den|le|la|el|il|het|de) )?(?:es|das|ihn|dies|alles|le|la|ca|cela|tout|lo|eso|esto|todo|questo|quello|tutto|het|dit|dat|"
    r"(?:plan |lauf |piano |numero )?#?(?P<{0}>\d{{1,9}})|(?P<{0}host>[a-z0-9][\w.-]*)))?"
)
_THAT: Final = r"(?: (?:es|das|alles|ca|cela|tout|lo|eso|esto|todo|questo|tutto|het|dit|dat))?"
_ONCE_MORE: Final = r"(?:noch ?mals?|noch ein ?mal|erneut|abermals|encore(?: une fois)?|de nouveau|a nouveau|otra vez|de nuevo|una vez mas|nuevamente|di nuovo|ancora(?: una volta)?|un altra volta|opnieuw|nog ?eens|nog een keer|nogmaals)"
_AGAIN: Final = (
    rf"{_ONCE_MORE}|(?:bitte )?(?:versuche?|versuchs|probiere?|probiers|mache?|machs){_THAT} {_ONCE_MORE}|(?:essaie|essaye|essayez|fais|faites|refais){_THAT}(?: le)? {_ONCE_MORE}|"
    rf"(?:prueba|intenta|intentalo|hazlo|vuelve a intentarlo|vuelve a probar){_THAT}(?: {_ONCE_MORE})?|(?:prova|provaci|fallo){_THAT} {_ONCE_MORE}|(?:probeer|doe){_THAT} {_ONCE_MORE}"
)
_WORDS: Final = {
    "retry": (
        rf"(?:wiederhole?|wiederholen sie|reessaie|reessaye|reessayez|reessayer|reessaie le|recommence|recommencez|reintenta|reintente|reintentar|reintentalo|riprova|riprovare|ritenta|ritentare|herhaal|herprobeer){_WHAT.format('a')}",
        rf"(?:versuche?|probiere?|probeer|essaie|essaye|intenta|prova){_WHAT.format('a')} {_ONCE_MORE}",
        rf"{_ONCE_MORE} (?:versuchen|probieren|essayer|intentar|provare|proberen)",
    ),
    "skip": (
        rf"(?:uberspringe?|uberspringen sie|saute|sautez|sauter|omets|omettez|salta|salte|saltar|omite|omitir|saltare|salti|ometti){_WHAT.format('a')}",
        rf"lasse?{_WHAT.format('a')} (?:aus|weg)",
        rf"sla{_WHAT.format('a')} over",
        rf"{_WHAT.format('a').removeprefix('(?: ').removesuffix(')?')} (?:uberspringen|overslaan)",
        r"uberspringen|overslaan|saltalo|saltatelo|omitelo",
    ),
    "": (
        (
            r"weiter(?: so| gehts| geht s)?|weitermachen|mache? weiter|fahre? fort|fortfahren|fortsetzen|geh weiter|continuez|continuer|on continue|poursuis|poursuivez|poursuivre|"
            r"continua|continuar|sigue|seguir|prosigue|adelante|continuare|vai avanti|avanti|prosegui|proseguire|ga (?:verder|door)|verder|doorgaan|verdergaan"
        ),
    ),
    "rollback": (
        (
            rf"(?:mache?{_THAT} )?ruckgangig(?: machen)?|rolle?{_THAT} zuruck|zuruckrollen|nimm{_THAT} zuruck|zurucknehmen|"
            rf"(?:reviens|revenez|retour|revenir) en arriere|defais{_THAT}(?: le)?|deshaz{_THAT}|deshazlo|deshacer{_THAT}|revierte{_THAT}|reviertelo|revertir{_THAT}|"
            rf"(?:torna|tornare) indietro|ripristina{_THAT}|ripristinalo|(?:maak{_THAT} )?ongedaan(?: maken)?|draai{_THAT} terug|terugdraaien"
        ),
    ),
}
_FILLERS: Final = re.compile(
    r"\b(?:auf der stelle|tout de suite|s il (?:te|vous) plait|por favor|per (?:favore|piacere)|"
    r"bitte|jetzt|doch|einfach|stp|svp|maintenant|donc|porfa|ahora|ya|adesso|ora|alsjeblieft|alstublieft|aub|nu|maar|please|ok|okay|ja|oui|si)(?![\w.-])"
)
_RULES: Final = tuple(
    (button, re.compile(words)) for button, ways in _WORDS.items() for words in ways
)
_REPEATS: Final = re.compile(_AGAIN)
_LONGEST: Final = 80


def abroad(text: str) -> tuple[str, int, str] | None:
    """The button that is said, with a plan's number (0: none) and a host, or None.

    >>> abroad("überspringe web-1 bitte"), abroad("réessaie !"), abroad("weiter")
    (('skip', 0, 'web-1'), ('retry', 0, ''), ('', 0, ''))
    >>> abroad("wiederhole das Backup auf web-1"), abroad("noch einmal")
    (None, None)
    """
    words = _words(text)
    for button, rule in _RULES:
        found = rule.fullmatch(words) if words else None
        if found is not None:
            named = found.groupdict()
            return button, int(named.get("a") or 0), named.get("ahost") or ""
    return None


def repeats(text: str) -> bool:
    """Whether it says "again".

    >>> repeats("Noch einmal, bitte!"), repeats("otra vez"), repeats("encore un"), repeats("")
    (True, True, False, False)
    """
    return _REPEATS.fullmatch(_words(text)) is not None


def _words(text: str) -> str:
    """In small letters, without accents and signs, without what is only polite."""
    if len(text) > _LONGEST or "?" in text or "`" in text or '"' in text:
        return ""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    words = " ".join(re.findall(r"#?\w[\w.-]*(?<![.-])", bare))
    return " ".join(_FILLERS.sub(" ", words).split())
