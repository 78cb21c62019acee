"""An objection in German, French, Spanish, Italian and Dutch: that it shall not be done. Pure.

What it comes to is the caller's: nothing is withdrawn by these, they are only not overheard. The
whole sentence must be made of these words.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.intent.patterns import compiled

_LONG: Final = 120
"""Characters; whoever says more says something else."""
_GERMAN: Final = (
    r"(?:das |es |den plan |so )?(?:noch |lieber |besser |auf keinen fall )?nicht(?: so| jetzt| heute)?(?: (?:ausfuhren|machen|tun|starten|durchfuhren|genehmigen|freigeben|anfassen|laufen lassen))?|"
    r"(?:mach|mache|tu|tue|starte|genehmige)(?: (?:das|es|den))?(?: noch| jetzt| lieber)? nicht|(?:fuhr|fuhre) (?:das|es|den plan)(?: noch| jetzt)? nicht (?:aus|durch)|"
    r"(?:das (?:ist|war) (?:der |die |das )?|der |die |das )?falsche[rs]? (?:host|server|rechner|maschine|plan|dienst)|(?:das ist )?falsch|lass (?:es|das)(?: so| bleiben| sein)?"
)
_FRENCH: Final = (
    r"(?:surtout )?pas(?: encore| maintenant| ca| comme ca| aujourd hui| tout de suite)|"
    r"(?:ne |n )?(?:le |la |l |les )?(?:fais|faites|lance|lancez|execute|executez|demarre|demarrez|approuve|approuvez|touche|touchez)(?: (?:pas|rien))(?: (?:ca|cela|le|la))?|"
    r"(?:ne |n )(?:fais|faites|lance|lancez|execute|executez) (?:surtout )?pas (?:ca|cela)|ne pas (?:le |l )?(?:faire|lancer|executer)|"
    r"(?:c est )?(?:le |la )?mauvaise? (?:hote|serveur|machine|plan|service)|(?:ce n |c )est pas (?:le |la )?bon(?:ne)? (?:hote|serveur|machine|plan|service)|laissez?(?: ca| comme ca)"
)
_SPANISH: Final = (
    r"no(?: (?:lo|la|los|las))? (?:hagas|haga|hagan|ejecutes|ejecute|ejecuten|inicies|inicie|lances|lance|apruebes|apruebe|toques|toque)(?: (?:eso|esto|nada))?|"
    r"(?:ahora|asi|todavia|aun|mejor|hoy) no|no (?:todavia|aun|ahora|asi|hoy)|"
    r"(?:(?:es )?el )?(?:host|servidor|plan|servicio) (?:equivocado|incorrecto)|(?:es )?la maquina equivocada|deja(?:lo|lo asi| asi| eso)"
)
_ITALIAN: Final = (
    r"non (?:farlo|fatelo|eseguirlo|eseguire|avviarlo|toccarlo|approvarlo|lo fare)|non (?:ancora|adesso|ora|cosi|oggi)|meglio di no|"
    r"(?:(?:e )?il )?(?:server|host|piano|servizio) sbagliato|(?:e )?la macchina sbagliata|lascia(?:lo|lo stare|lo cosi| stare| cosi)"
)
_DUTCH: Final = (
    r"(?:nog |dat |het |zo |liever )?niet(?: zo| nu| vandaag)?(?: (?:doen|uitvoeren|starten|goedkeuren|aanraken))?|doe (?:dat|het)(?: nog)? niet|voer (?:dat|het)(?: nog)? niet uit|"
    r"(?:dat is )?(?:de |het )?verkeerde (?:host|server|machine|plan|dienst)|laat (?:maar|dat|het)"
)
_FILLERS: Final = compiled(
    r"\b(?:s il (?:te|vous) plait|por favor|per (?:favore|piacere)|bitte|stp|svp|porfa|alsjeblieft|alstublieft|aub|"
    r"please|danke|merci|gracias|grazie|bedankt|dank je|doch|aber|mal|moment|warte|attends|espera|aspetta|wacht|"
    r"nein|nee|halt|(?:no|non)(?= (?:no|non|ne|pas)\b))\b"
)
_RULE: Final = compiled(rf"(?:{_GERMAN}|{_FRENCH}|{_SPANISH}|{_ITALIAN}|{_DUTCH})")


def is_denial(said: str) -> bool:
    """Whether it says that something shall not be done, or is the wrong one, and nothing else.

    >>> is_denial("Bitte nicht ausführen!"), is_denial("no lo hagas"), is_denial("nicht auf web-2")
    (True, True, False)
    """
    if len(said) > _LONG:
        return False
    apart = unicodedata.normalize("NFKD", said.casefold())
    low = " ".join(re.findall(r"\w+", "".join(c for c in apart if not unicodedata.combining(c))))
    return _RULE.fullmatch(" ".join(_FILLERS.sub(" ", low).split())) is not None
