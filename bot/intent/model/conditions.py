"""Conditions in languages that the rules don't read. Pure.

German, French, Spanish, Italian and Dutch.

A plan waits for nothing, so one that a model made of "starte nginx neu, falls er nicht läuft" runs
whatever nginx does. The rules find what hangs on something in English (`moods`, `hanging`); here it
is found by the words that begin such a clause, which is enough for a sentence on the card.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.intent.model.clocks import NOT_SINCE
from bot.intent.model.unquoted import told, unquoted
from bot.intent.patterns import compiled

_POLITE = (
    r"(?:(?:es |das )?(?:irgend(?:wie)? )?(?:möglich|geht|ginge|passt|recht ist)|['’]?s (?:geht|passt|recht ist)|"
    r"(?:du|sie|ihr) (?:so (?:nett|gut|lieb)|(?:gerade |kurz |mal |bitte )?(?:zeit|lust|kannst|könntest|magst|möchtest|können|könnten|mögen|möchten))|"
    r"(?:ich|wir) bitten darf|es (?:dir|ihnen|euch) (?:nichts ausmacht|passt|recht ist)|ich (?:mich )?(?:nicht )?(?:irre|recht))"
)
_GERMAN = (
    rf"(?:falls|wenn|sofern|insofern|vorausgesetzt|angenommen|im falle?|für den fall|es sei denn)\b(?!,?\s+{_POLITE})"
    r"|(?:solange|sobald)\b(?!\s+(?:es geht|wie möglich|möglich|du (?:kannst|zeit)))"
    r"|unter der (?:bedingung|voraussetzung)\b|bis (?:dass )?(?:die|der|das|es|er|sie|nginx|\S+ wieder)\b[^,.;]{0,80}\b(?:ist|sind|hat|haben|läuft|laufen|wird|werden|steht|liegt|fällt|sinkt)\b"
    r"|während\s+(?:\S+\s+){1,6}?(?:läuft|ist|sind|hat)\b|ansonsten\b|andernfalls\b|sonst\b(?!\s+(?:nichts|niemand|keine?r?s?|nirgends|noch|was|wer)\b)"
)
_FRENCH = (
    r"(?<!vérifie )(?<!vérifier )(?<!regarde )si(?!\s+(?:possible|tu (?:peux|veux|as)|vous (?:pouvez|voulez|avez)|besoin\b|non\b)|\s*[,.;!?]|\s*$)\s+(?=\S+\s+\S)"
    r"|s['’]ils?\b(?!\s+(?:te|vous) pla[iî]t)|lorsqu(?:e\b|['’])|quand\b(?!\s+(?:est-ce|tu (?:peux|veux|as)|vous (?:pouvez|voulez|avez)))"
    r"|dès qu(?:e\b|['’])(?!\s*possible)|tant qu(?:e\b|['’])|à (?:la )?condition\b|à moins qu|pourvu qu|au cas où|en cas d|jusqu['’]à ce qu|une fois qu"
)
_SPANISH = (
    r"cuando\b(?!\s+(?:puedas?|pueda|quieras?|tengas? tiempo))|en cuanto\b(?!\s+(?:a\b|puedas?))|tan pronto como\b|mientras\b|a menos que\b"
    r"|siempre (?:que|y cuando)\b|con tal de que\b|en caso de\b|salvo que\b|hasta que\b|una vez que\b|(?<!comprueba )(?<!comprobar )(?<!verifica )(?<!mira )si(?=\s+(?:no|el|la|los|las|está|estan|están|hay|se|su|es|falla|ya|todavía|aún)\b)"
)
_ITALIAN = (
    r"(?<!controlla )(?<!controllare )(?<!verifica )(?<!verificare )(?<!guarda )(?<!vedi )(?<!dimmi )se(?!\s+(?:me|te|nos|os|les?)\b)(?=\s+(?:non|è|c['’]è|sono|il|l['’]|gli|qualcosa|tutto va|\S+ (?:non )?(?:è|sono|gira|funziona|risponde|va|sta|cade|ha|supera|fallisce|torna)\b))(?!\s+non (?:ti|vi|le) (?:dispiace|spiace))"
    r"|qualora\b|nel caso\b|in caso (?:di|che|contrario)\b|a condizione che\b|a patto che\b|purché\b|a meno che\b|altrimenti\b|finch[ée]\b|fintanto che\b|mentre\b|una volta che\b"
    r"|(?:non )?appena\b(?!\s+(?:possibile|puoi|potete|hai|finito qui))|quando\b(?!\s+(?:puoi|potete|vuoi|volete|hai tempo))|dopo che\b|prima che\b|dopo (?:il|la|lo|l['’])\s*{JOB}"
)
_DUTCH = (
    r"als(?=\s+(?:het|de|hij|ze|er|alles|\S+ (?:(?:nog|weer|niet|plat|down|uit|te) ){0,2}(?:draait|werkt|is|niet|faalt|reageert|loopt|klaar|vol|hangt|ligt|staat|valt|stopt|komt|heeft|geeft)\b))(?!\s+het (?:kan|mag|lukt|mogelijk|goed is|je uitkomt))"
    r"|indien\b(?!\s+(?:mogelijk|nodig|gewenst))|mits\b|tenzij\b|zodra\b(?!\s+(?:je|jullie|u) (?:kunt?|kan|tijd)|\s+(?:het kan|mogelijk))|zolang\b|terwijl\b|voor het geval\b|in het geval\b|op voorwaarde dat\b"
    r"|wanneer\b(?!\s+(?:je|jullie|u) (?:kunt?|kan|wilt?|tijd))|totdat\b|nadat\b|voordat\b(?!\s+(?:je|jullie|u)\b)|(?:en|of) anders\b|zo niet\b|na (?:de|het) {JOB}"
)
_AFTER = (
    r"nachdem\b|(?:bevor|ehe)\b(?!\s+(?:du|ihr|sie|wir)\b)|nach (?:dem|der) {JOB}{SINCE}"
    r"|après que\b|après (?:la |le |l['’]){JOB}{SINCE}|avant que\b(?!\s+(?:tu|vous)\b)"
    r"|después de que\b|después (?:del |de la |de los ){JOB}{SINCE}|antes de que\b"
)
"""What comes first and no plan waits for; an order of steps ("before you restart it") is none."""
_JOB = (
    r"(?:\w*backups?|sicherung|datensicherung|sauvegarde|copia|deploy\w*|\w*wartung\w*|maintenance|mantenimiento|"
    r"manutenzione|onderhoud|migration|migración|migrazione|migratie|import\w*|back-?up|reserva)\b"
)
_CLAUSES = f"{_GERMAN}|{_FRENCH}|{_SPANISH}|{_ITALIAN}|{_DUTCH}|{_AFTER}".replace("{JOB}", _JOB)
_CLAUSES = _CLAUSES.replace("{SINCE}", NOT_SINCE)
_BEGINS = compiled(rf"(?<![\w-])(?:{_CLAUSES})", re.IGNORECASE)
_LOOKS = compiled(
    r"^\W*(?:(?:bitte|mal|kannst du|dann|s['’]il (?:te|vous) pla[iî]t|por favor|per favore|alsjeblieft|alstublieft|graag)\W+)*"
    r"(?P<look>(?:(?:über)?prüfe?n?|check\w*|schau\w*|sieh|teste?n?|kontrollier\w*|stell\w* sicher|vergewisser\w* dich)\b[^.;!?]{0,80}?\b(?:ob|dass)"
    r"|(?:vérifie[rz]?|assure-toi|assurez-vous|comprueb[ae]|verific[ae]|asegúr[ae]te)\b[^.;!?]{0,20}?\b(?:que|si)"
    r"|(?:verifica|controlla|guarda|assicurati)\b[^.;!?]{0,60}?\b(?:se|che)|(?:controleer|kijk|check|zorg|ga na)\b[^.;!?]{0,60}?\b(?:of|dat))\b",
    re.IGNORECASE,
)
"""A look that comes first and is told apart ("prüfe, ob …"): what follows hangs on it."""
_THEN = compiled(
    r"[^.;!?]{3,60}\?\W*(?:und |et |y |e |en )?(?:dann|alors|entonces|si oui|si non|sinon|wenn ja|wenn nicht|allora|se sì|se no|dan|zo ja|zo niet)\b", re.IGNORECASE
)  # fmt: skip


def condition_in(text: str) -> str:
    """The words with which something of the text hangs on a condition; empty: none is seen.

    >>> condition_in("starte nginx auf web-1 neu, falls er nicht läuft")
    'falls er nicht läuft'
    >>> condition_in("starte nginx neu, wenn es geht"), condition_in("redémarre-le, s'il te plaît")
    ('', '')
    """
    said = unquoted(text)
    found = _BEGINS.search(said)
    if found is not None:
        return _clause(said, found.start())
    look = _LOOKS.match(said)
    if look is not None:
        return _short(look["look"])
    then = _THEN.search(said)
    return _short(then[0]) if then is not None else ""


def without_condition(text: str) -> str:
    """The text without the words that begin a condition: "nach dem Backup" is no time besides.

    >>> without_condition("starte nginx nach dem Backup um 22 Uhr neu")
    'starte nginx   um 22 Uhr neu'
    """
    return _BEGINS.sub(" ", text)


def _clause(said: str, start: int) -> str:
    end = re.search(r"[,;:.!?](?=\s|$)", said[start:])
    return _short(said[start : start + end.start()] if end else said[start:])


def _short(said: str) -> str:
    return told(said.strip(" ,"))
