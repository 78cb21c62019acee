"""What was asked beside a change, and what no action here can do or keep. Pure.

"… für 5 Minuten", "… but not yet", "… and tell Ben", "… web-3 und web-4", of which one is no host
here: a model leaves such a part out, and what is left is a whole plan in which nothing is missing.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.domain.intents import Intent, Wish
from bot.domain.inventory import Inventory
from bot.domain.marked import literal
from bot.intent.model.grounds import Grounds
from bot.intent.model.ordered import ordered_at_an_end, orders_in
from bot.intent.model.undone import undone
from bot.intent.model.unquoted import told, unquoted
from bot.intent.patterns import compiled

_CLAUSE = compiled(r"[,;:.!?](?=\s|$)|\s(?=(?:aber|but|mais|pero|ma|maar)\s)", re.IGNORECASE)
_BUT = r"^\W*(?:(?:but|aber|mais|pero|ma|maar|and|und|et|y|e|en|please|bitte)\s+)*"
_FOR_SO_LONG = compiled(
    r"\b(?:for|during|für|während|pendant|durant|durante|por|per|voor)\s+(?:(?:the next|about|die nächsten|etwa|rund|circa|ca\.|les prochaines?|environ|los próximos|las próximas|unos|unas)\s+)?"
    r"(?:\d{1,5}|an?|half an|one|two|three|five|ten|thirty|eine?n?|ein paar|zwei|drei|fünf|zehn|une?|deux|trois|cinq|dix|quelques|un[ao]?|dos|tres|cinco|diez|due|tre|cinque|twee|drie|vijf)\s*"
    r"(?:s|secs?|seconds?|sek|sekunden?|secondes?|segundos?|secondi|seconden|m|mins?|minut\w*|h|hours?|std|stunden?|heures?|horas?|or[ae]|uur|days?|tage?n?|jours?|d[ií]as?|giorn[oi]|dag(?:en)?|weeks?|wochen?|semaines?|semanas?)\b",
    re.IGNORECASE,
)
_BETWEEN = compiled(
    r"\b(?:(?:wait(?:ing)?|warte|attends|attendez|espera|aspetta|wacht)\s+(?:for\s+)?|(?:after|nach|après|al cabo de|tras|después de|dopo|na)\s+)(?:about |etwa |rund |circa |unos |unas )?"
    r"(?:\d{1,5}|an?|one|two|five|ten|eine[rmn]?|zwei|fünf|zehn|une?|deux|cinq|dix|un[ao]?|dos|cinco|diez|due|cinque|dieci|twee|vijf|tien)\s*"
    r"(?:s|secs?|seconds?|sekunden?|secondes?|segundos?|secondi|seconden|mins?|minut\w*|h|hours?|stunden?|heures?|horas?|or[ae]|uur)\b(?!\s+(?:downtime|ausfall|uptime))",
    re.IGNORECASE,
)
"""A pause between two deeds."""
_NOT_YET = compiled(
    _BUT
    + r"(?P<said>not (?:yet|now|right now|just yet|today|at once|immediately)|noch nicht|nicht (?:jetzt|sofort|gleich|heute)|pas (?:encore|maintenant|tout de suite|aujourd['’]hui)|"
    r"(?:todavía|aún|ahora|hoy) no|no (?:todavía|aún|ahora|hoy)|non (?:ancora|adesso|ora|subito|oggi)|nog niet|niet (?:nu|meteen|vandaag))(?:\W+(?:please|bitte|por favor|alsjeblieft))?\W*$",
    re.IGNORECASE,
)
_NEWS = r"(?:bescheid|nachricht|info|eine (?:info|mail|e-?mail|nachricht)|die info|le message|un (?:message|mail|mensaje|aviso)|une info)"
_TELLING = compiled(
    r"(?:^|[,;.!?]\s*|\b(?:and|then|und|dann|danach|et|puis|ensuite|y|luego|después|e|poi|en|daarna)\s+)(?:(?:also|please|auch|bitte|aussi|también|anche|ook)\s+){0,3}"
    r"(?P<said>(?:"
    r"(?:tell|notify|inform|warn|remind|e-?mail|sage?|melde?|informiere?|benachrichtige?|erinnere?|schreibe?|préviens|prévenez|avertis(?:sez)?|informe[zr]?|dis|dites|écris|écrivez|"
    r"avisa|avise|dile|notifica|notifique|informa|manda|mande|envía|envíe|escribe|avvisa|invia|scrivi|waarschuw|informeer|mail|stuur)\s+(?P<whom>[^\s,;.!?]+)[^,;.!?]{0,60}"
    rf"|let\s+[^,;.!?]{{1,40}}?\bknow\b[^,;.!?]{{0,30}}|(?:gib|schicke?|sende?|envoie|envoyez)\s+[^,;.!?]{{1,40}}?\b{_NEWS}\b[^,;.!?]{{0,30}}"
    r")(?<!\s))",
    re.IGNORECASE,
)
_NOBODY = frozenset((
    "me us myself mir uns mich dich sich à moi nous mij ons es das bescheid nobody niemand niemandem keinem personne nadie nessuno niemand "
    "delivery notifications alerts"
).split())  # fmt: skip
"""Whom one tells that is nobody else: who asked reads how it ends."""
_MYSELF = compiled(
    r"^\w+[\s-]+(?:me|us|mir|uns|mich|dich|moi|nous|à moi|mij|ons|myself)\b", re.IGNORECASE
)
_WAS_SO = compiled(
    r"\b(?:been|was|were|has|had|have|down|weg|war|waren|gewesen|est|était|está|estaba|lleva|è|era|was)\b",
    re.IGNORECASE,
)
"""It tells how long something has been so."""
_WORD = compiled(r"(?<![\w@/=.-])[\w-]*\d[\w.-]*(?<![.-])")
_DIGITS = compiled(r"\d+")
_MANY = 5
"""Names that are told: whoever approves reads no more."""


def unheeded(model: Intent, changing: Sequence[Wish], grounds: Grounds) -> Iterator[str]:
    """Sentences on such parts, for whoever approves."""
    text = " ".join(unquoted(grounds.spoken).split())
    for name in _strange(text, grounds.inventory, _values(model)):
        yield f"The request names “{literal(name)}”, which is not in the inventory: nothing is done there."
    verbs = {wish.action.rpartition(".")[2].split("_")[0] for wish in changing}
    for clause in _CLAUSE.split(text):
        long = _FOR_SO_LONG.search(clause)
        # Where something is ordered: "down for 5 minutes" tells.
        been = long and _WAS_SO.search(clause)
        if (
            long
            and not been
            and (orders_in(clause[: long.end()], verbs) or ordered_at_an_end(clause))
        ):
            yield (
                f"The request says for how long, “{literal(told(long[0]))}”: nothing here ends or "
                "takes back by itself what is done."
            )
        if model.options.start is None and (yet := _NOT_YET.search(clause)):
            yield (
                f"The request says “{literal(told(yet['said']))}”: this begins as soon as it is "
                "approved."
            )
    pause = _BETWEEN.search(text) if len(changing) > 1 and model.options.start is None else None
    if pause and (orders_in(text[: pause.start()], verbs) or orders_in(text[pause.end() :], verbs)):
        yield (
            f"The request waits between its steps, “{literal(told(pause[0]))}”: here the next begins "
            "as soon as the one before it is done."
        )
    if (tells := _TELLING.search(text)) and _is_somebody(tells, grounds):
        yield (
            f"The request wants somebody to be told, “{literal(told(tells['said']))}”: no step does "
            "that."
        )
    yield from undone(model, grounds)


def _is_somebody(tells: re.Match[str], grounds: Grounds) -> bool:
    """Whether somebody else is to be told, and no host or service ("tell nginx to restart")."""
    whom = (tells["whom"] or "").casefold().rstrip(":")
    here = grounds.here
    known = {name.casefold() for name in (*here.every, *here.services)}
    return not (whom in _NOBODY or whom in known or _MYSELF.match(tells["said"]))


def _strange(text: str, inventory: Inventory, values: Collection[str]) -> list[str]:
    """Words that are built like a host's name here, but for their numbers, and are none."""
    words = dict.fromkeys(m[0] for m in _WORD.finditer(text))
    words = {word: None for word in words if word.casefold() not in values}
    if not words:
        return []
    known = {host.name.casefold() for host in inventory.hosts}
    built = {_DIGITS.sub("#", name) for name in known if _DIGITS.search(name)}
    return [
        word
        for word in words
        if word.casefold() not in known and _DIGITS.sub("#", word.casefold()) in built
    ][:_MANY]


def _values(model: Intent) -> frozenset[str]:
    """What the plan has as a value: that is no host which it forgets."""
    return frozenset(
        str(value).casefold()
        for wish in model.wishes
        for value in wish.params.values()
        if isinstance(value, str)
    )
