"""What is to be done beside a change and no step does, in six languages. Pure.

"… und mach vorher ein Backup", "but ask Ana first", "et vide le cache": a model that knows no action
for it leaves it out, and the rest is a plan that is right in all its parts. Found are the commonest
of such deeds, by the verb with which they are ordered. One that a step may do is not told of: a look
checks, an action of one's own may be called after it, and a command may be anything.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.intents import Intent
from bot.domain.marked import literal
from bot.intent.model.grounds import Grounds
from bot.intent.model.unquoted import told, unquoted
from bot.intent.patterns import compiled

_MANY = 3
"""Deeds that are told: whoever approves reads no more."""
_BEGIN = (
    r"(?:^\W*|[,;.!?]\s*|\b(?:and|then|but|und|aber|dann|danach|et|mais|puis|ensuite|y|pero|luego|después|e|ed|ma|poi|en|maar|daarna)\s+)"
    r"(?:(?:and|then|but|first|also|please|always|und|dann|aber|vorher|zuvor|danach|anschließend|erst|zuerst|auch|bitte|noch|et|mais|puis|ensuite|d['’]abord|avant|aussi|"
    r"s['’]il (?:te|vous) pla[iî]t|y|pero|luego|después|antes|primero|también|por favor|e|ma|poi|prima|anche|per favore|en|maar|dan|daarna|eerst|ook|alsjeblieft)[\s,]+){0,4}"
)
_NOT_ME = r"(?!\s*-?\s*(?:me|myself|us|mir|mich|uns|moi|nous|à moi|mi|mij|ons|an dich|de|du|von|van|nicht|not|pas|no|nobody|niemanden|rápida|rapide|nothing)\b)"
"""Nobody else, or a noun ("demande de Ben"), or a denial."""
_END = r"(?=\s*(?:$|[,;.!?]|\s(?:and|then|und|dann|et|puis|y|luego|e|poi|en)\s))"
_REST = rf"[^,;.!?]{{1,120}}?{_END}"
_EARLY = r"(?:first|before(?:hand)?|vorher|zuvor|davor|erst(?:mal)?|zuerst|d['’]abord|avant|auparavant|antes|primero|previamente|prima|eerst|vooraf)"
_ARTICLE = rf"(?:(?:an?|one|the|another|quick|full|fresh|new|also|please|ein(?:e[nmrs]?)?|das|die|den|auch|bitte|noch|schnell|une?|la|le|una?|el|otra|een|nog|even|{_EARLY})\s+){{0,4}}"
_COPY = r"(?:(?:db-?|database )?back-?ups?|snapshots?|(?:daten)?sicherung|sicherungskopie|sicherheitskopie|sauvegarde|instantané|copia de (?:seguridad|respaldo)|respaldo|copia di (?:sicurezza|riserva)|reservekopie|momentopname)\b"
_MADE = r"(?:(?:have |avoir |haber |aver )?(?:take|taking|taken|make|making|made|do|doing|done|create|creating|faire|fait|créer|hacer|hecho|crear|fare|fatto|creare|machen|gemacht|maken))"
_BACKUP = (
    rf"{_BEGIN}(?P<said>(?:take|make|do|create|run|grab|machs?t?|mache|erstelle?|ziehe?|lege?|nimm|fais|faites|crée[zr]?|prends|prenez|haz|haga|crea|cree|saca|saque|fai|fate|maak|neem)\s+{_ARTICLE}{_COPY}(?:\s+{_EARLY}\b)?)",
    rf"\b(?P<said1>(?:after|before|nach|après|después de|tras|dopo|na)\s+{_MADE}\s+{_ARTICLE}{_COPY})",
    rf"(?P<said2>(?:\b{_EARLY}\s+)?\b{_ARTICLE}{_COPY}\s+(?:{_EARLY}\s+)?(?:machen|erstellen|ziehen|anlegen|maken)\b)",
    rf"{_BEGIN}(?P<said3>{_ARTICLE}{_COPY}\s+{_EARLY}\b)",
    rf"{_BEGIN}(?P<said4>(?:back(?:ing)? up\s+{_REST}|back\s+[\w.-]+\s+up\b|sichere?\s+{_REST}|sauvegarde[zr]?\s+{_REST}|respalda\s+{_REST}))",
)
_OK = r"(?:ok(?:ay)?|go(?:-ahead)?|approval|green light|nod|answer|reply|confirmation|freigabe|zustimmung|antwort|bestätigung|einverständnis|accord|feu vert|réponse|visto bueno|confirmación|respuesta|permiso|conferma|via libera|risposta|akkoord|bevestiging|antwoord)"
_ASKING = (
    rf"{_BEGIN}(?P<said>(?:ask|frage?|demande[zr]?|pregúntale|pregunt[ae]|consult[ae]|chiedi|chieda|vraag){_NOT_ME}\s+{_REST})",
    rf"{_BEGIN}(?P<said1>(?:check|clear (?:it|this|that)|talk|speak|kläre? (?:es|das)|sprich dich|stimme? (?:es|das|dich)|vois|voyez|habla|parla|overleg)\s+(?:{_EARLY}\s+)?(?:with|to|mit|avec|con|met){_NOT_ME}\s+{_REST})",
    rf"{_BEGIN}(?P<said2>(?:get|wait for|hole?|warte auf|attends|attendez|espera|aspetta|wacht op)\s+(?!(?:my|an?|the|meine?n?|eine?|die|mon|l['’]|la|mi|el|mijn)\s+{_OK}\s*(?:$|[,;.!?]))(?:[^\s,;.!?]+\s+){{1,4}}?{_OK}\b(?:\s+(?:from|by|von|de|di|van)\s+[^\s,;.!?]+)?)",
)
_CLEARING = (
    rf"{_BEGIN}(?P<said>(?:clear|flush|purge|wipe|empty|clean|prune|invalidate|delete|rotate|truncate|leere?|säubere?|bereinige?|rotiere?|vide[zr]?|nettoie|nettoyez|efface[zr]?|vacía|vacíe|limpia|limpie|borra|borre|purga|svuota|pulisci|cancella|leeg|wis)\s+(?:{_EARLY}\s+)?(?:its?|all|any|the|their|old|out|up|down|de[nmrs]?|die|das|alle|alte[nrs]?|seine?n?|ihre?n?|auch|le|la|les|l['’]|son|sa|ses|el|los|las|su|sus|il|lo|i|gli|het|zijn|cach\w*|logs?)\b(?!\s+(?:way|air|weg)\b)(?:{_REST}|{_END}))",
    r"(?P<said1>\b(?:den |seinen |ihren )?cache\s+(?:dabei |vorher |danach )?(?:leeren|löschen)\b)",
)
_CHECKING = (
    rf"{_BEGIN}(?P<said>(?:check|verify|prüfe?|überprüfe?|checke?|kontrolliere?|vérifie[zr]?|contrôle[zr]?|comprueb[ae]|verific[ae]|verifique|revis[ae]|controll[ai]|controleer)\s+(?!(?:with|nicht|not|pas|no|failed|fails|failing|mk|says|said|was|is|point|de|du|von|van)\b){_REST})",
    rf"{_BEGIN}(?P<said1>(?:schau|sieh|guck|kijk)e?\s+[^;.!?]{{0,30}}?\b(?:ob|dass|nach|of)\b{_REST})",
    rf"{_BEGIN}(?P<said2>(?:(?:make sure|ensure)(?: that)? (?:it|they|everything|nobody|nothing|no)|stelle? sicher, dass (?:es|er|sie|alles|keiner|niemand|nichts)|assure[zr]?-(?:toi|vous) (?:qu['’]|que (?:tout|rien|personne))|asegúrate de que (?:funcion\w+|no|todo|est[éá]|siga|nadie)|assicurati che (?:funzioni|sia|non|tutto|nessuno)|zorg dat (?:het|hij|alles|niemand))\b{_REST})",
)
_TAKING_OUT = (
    rf"{_BEGIN}(?P<said>(?:drain|undrain)\s+{_REST}|(?:take|pull|nimm|retire[zr]?|saca|saque|togli|haal)\s+[^,;.!?]{{1,40}}?\b(?:out of|from|aus|du|de|des|del|dal|uit)\s+[^,;.!?]{{0,20}}?(?:load ?-?balanc\w*|lb|pool|rotation|balanceador|bilanciatore|répartiteur)\b)",
)


def _all(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(compiled(each, re.IGNORECASE) for each in patterns)


_KINDS: tuple[tuple[tuple[re.Pattern[str], ...], re.Pattern[str]], ...] = (
    (_all(_BACKUP), compiled(r"back_?up|snapshot|dump|archiv|copy|save")),
    (_all(_ASKING), compiled(r"ask|notify|message|page")),
    (_all(_CLEARING), compiled(r"clear|flush|purge|clean|wipe|empty|prune|cache|delete|remove|rotate|vacuum|truncat")),
    (_all(_TAKING_OUT), compiled(r"drain|pool|balanc|weight")),
)  # fmt: skip
"""How such a deed is ordered, and how an action may be called that does it."""
_CHECKS = _all(_CHECKING)


def undone(model: Intent, grounds: Grounds) -> Iterator[str]:
    """A sentence on each, for whoever approves."""
    for said in dict.fromkeys(list(_found(model, grounds))[:_MANY]):
        yield f"The request asks for more, “{literal(told(said))}”, and no step does that."


def _found(model: Intent, grounds: Grounds) -> Iterator[str]:
    actions = [wish.action for wish in model.wishes]
    if any(grounds.catalog.action(action).raw for action in actions):
        return
    text = unquoted(grounds.spoken)
    looks = any(not grounds.catalog.action(action).effect.changes for action in actions)
    kinds = [each for each, does in _KINDS if not any(map(does.search, actions))]
    for patterns in (*kinds, *(() if looks else (_CHECKS,))):
        matches = filter(None, (pattern.search(text) for pattern in patterns))
        if match := next(matches, None):
            yield next(said.strip() for said in match.groupdict().values() if said)
