"""A decision about a halted run in German, French, Spanish, Italian and Dutch. Pure.

As with a stop (`control_abroad`), the whole sentence must be made of these words, and of one host
or number at most: "wiederhole das Backup" names something else.
"""

# ruff: noqa: E501 - word lists read worse when they are cut

from __future__ import annotations

from typing import Final

from bot.domain.repeats import ONCE_MORE, THAT, bare
from bot.intent.patterns import compiled

_WHAT: Final = (
    r"(?: (?:(?:auf|sur|en|su|op|den|le|la|el|il|het|de) )?(?:es|das|ihn|dies|alles|le|la|ca|cela|tout|lo|eso|esto|todo|questo|quello|tutto|het|dit|dat|"
    r"(?:plan |lauf |piano |numero )?#?(?P<{0}>\d{{1,9}})|(?P<{0}host>[a-z0-9][\w.-]*)))?"
)
_WORDS: Final = {
    "retry": (
        rf"(?:wiederhole?|wiederholen sie|reessaie|reessaye|reessayez|reessayer|reessaie le|recommence|recommencez|reintenta|reintente|reintentar|reintentalo|riprova|riprovare|ritenta|ritentare|herhaal|herprobeer){_WHAT.format('a')}",
        rf"(?:versuche?|probiere?|probeer|essaie|essaye|intenta|prova){_WHAT.format('a')} {ONCE_MORE}",
        rf"{ONCE_MORE} (?:versuchen|probieren|essayer|intentar|provare|proberen)",
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
            rf"(?:mache?{THAT} )?ruckgangig(?: machen)?|rolle?{THAT} zuruck|zuruckrollen|nimm{THAT} zuruck|zurucknehmen|"
            rf"(?:reviens|revenez|retour|revenir) en arriere|defais{THAT}(?: le)?|deshaz{THAT}|deshazlo|deshacer{THAT}|revierte{THAT}|reviertelo|revertir{THAT}|"
            rf"(?:torna|tornare) indietro|ripristina{THAT}|ripristinalo|(?:maak{THAT} )?ongedaan(?: maken)?|draai{THAT} terug|terugdraaien"
        ),
    ),
}
_AGREES: Final = compiled(r"\b(?:ok|okay|ja|oui|si|ya|nu|ora|maar)(?![\w.-])")
_RULES: Final = tuple(
    (button, compiled(words)) for button, ways in _WORDS.items() for words in ways
)


def abroad(text: str) -> tuple[str, int, str] | None:
    """The button that is said, with a plan's number (0: none) and a host, or None.

    >>> abroad("überspringe web-1 bitte"), abroad("réessaie !"), abroad("weiter")
    (('skip', 0, 'web-1'), ('retry', 0, ''), ('', 0, ''))
    >>> abroad("wiederhole das Backup auf web-1") is None
    True
    """
    words = " ".join(_AGREES.sub(" ", bare(text)).split())
    for button, rule in _RULES:
        found = rule.fullmatch(words) if words else None
        if found is not None:
            named = found.groupdict()
            return button, int(named.get("a") or 0), named.get("ahost") or ""
    return None
