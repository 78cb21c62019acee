"""When something shall begin, in languages that the rules don't read. Pure.

German, French, Spanish, Italian and Dutch; `relative` reads "in zwei Stunden" beside.

A model names the moment; here it is held against the words, so that what was said ("um 23 uhr",
"demain à 8h", "doch sofort") carries no mark and what was not said does. Strict on purpose: a
deadline, a rhythm, a weekday or a second time in the sentence is none that can be held against it.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.domain.intents import ParseContext
from bot.intent.model import relative
from bot.intent.model.counts import number_of
from bot.intent.model.moments import local_now
from bot.intent.patterns import compiled
from bot.intent.rules.times import HALF_A_DAY

_COUNTED = r"uhr|prozent|%|mal|gb|mb|grad|servern?|hosts?|maschinen|rechner|knoten|punkte|sekunden|minuten|stunden|tage"
"""What "um 6" may be the number of."""
_CLOCK = compiled(
    r"(?<![\w:.,/-])(?:"
    r"(?P<h1>[01]?\d|2[0-4])(?:[:.](?P<m1>[0-5]\d))? ?uhr\b(?: ?(?P<m2>[0-5]\d)\b)?"
    r"|(?:(?<=à )|(?<=après )|(?<=dès )|(?<=partir de ))(?P<h3>[01]?\d|2[0-4]) ?h(?:eures?)?(?: ?(?P<m3>[0-5]\d))?\b"
    r"|(?<=las )(?P<h4>[01]?\d|2[0-4])(?:[:.h](?P<m4>[0-5]\d))?(?: ?h(?:oras)?)?(?=\s*(?:$|[,;!?]|\.(?!\d)|(?:de la|en|hoy|mañana|pasado)\b))"
    r"|(?:(?<=alle )|(?<=dopo le )|(?<=dalle ))(?:ore )?(?P<h6>[01]?\d|2[0-4])(?:[:.](?P<m6>[0-5]\d))?(?=\s*(?:$|[,;!?]|\.(?!\d)|(?:di|del|oggi|domani|stasera|su|e|in)\b))"
    r"|(?:(?<=om )|(?<=na )|(?<=vanaf ))(?P<h7>[01]?\d|2[0-4])(?:[:.](?P<m7>[0-5]\d))?(?: ?uur)?(?=\s*(?:$|[,;!?]|\.(?!\d)|(?:vandaag|morgen|vanavond|['’]s|en|op)\b))"
    rf"|(?<=um )(?P<h8>[01]?\d|2[0-4])(?:[:.](?P<m8>[0-5]\d))?(?![\w:.-])(?! ?(?:{_COUNTED}))"
    r"|(?P<h5>[01]?\d|2[0-3]):(?P<m5>[0-5]\d)(?![:\d])"
    r"|(?P<midnight>mitternacht|minuit|medianoche|mezzanotte|middernacht)\b|(?P<noon>midi|mediodía|mezzogiorno)\b)",
    re.IGNORECASE,
)
_NO_START = compiled(
    r"\b(?:bis|vor|spätestens|seit|jusqu['’]à|avant|vers|depuis|hasta(?: las)?|antes de(?: las)?|hacia(?: las)?|desde(?: las)?|sobre las|fino(?: alle)?|prima(?: delle)?|entro(?: le)?|verso(?: le)?|tot|voor|rond|sinds)\s*(?:um |à |a las )?$",
    re.IGNORECASE,
)
_TOLD = compiled(
    r"\b(?:weil|denn|seit|gestern|vorhin|vorgestern|parce qu|car|depuis|hier|porque|desde|ayer|anoche|hace|perch[ée]|poiché|ieri|omdat|want|sinds|gisteren|innerhalb|durante|gedurende)\b[^.;!?]*$",
    re.IGNORECASE,
)
"""Before a time that says when something was, or why."""
_REPORTED = compiled(
    r"\b(?:hängt|hing|läuft|lief|geht|ging|ist|sind|war|hat|wurde|antwortet|reagiert|spinnt|crasht|est|a été|ne répond|plante|está|ha|fue|falla|is|was|has|hangs)\b[^,;.!?]*$",
    re.IGNORECASE,
)
"""Before a time in a clause that tells how something is or was."""
_RHYTHM = compiled(
    r"\b(?:jede[nrsm]?|täglich|nächtlich|wöchentlich|immer|chaque|tous les|toutes les|cada|todos los|todas las|"
    r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|ogni|tutti i|tutte le|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|"
    r"elke|iedere|dagelijks|maandags?|dinsdags?|woensdags?|donderdags?|vrijdags?|zaterdags?|zondags?|\d{1,2}\.\d{1,2}\.|\d{4}-\d\d-\d\d)\b",
    re.IGNORECASE,
)
_RHYTHMS = compiled(
    r"\b(?:jede[nrsm]? (?:\w+ )?(?:nacht|tag|morgen|mittag|abend|stunde|minute|woche|monat|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mal)|"
    r"täglich|nächtlich|stündlich|wöchentlich|monatlich|alle (?:\d+|zwei|drei|fünf|zehn) (?:sekunden|minuten|stunden|tage|wochen)|"
    r"chaque (?:nuit|jour|matin|soir|heure|semaine|mois|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)|tous les (?:jours|soirs|matins|mois|\w+dis)|toutes les (?:nuits|heures|semaines|\d+)|"
    r"zweimal|dreimal|mehrmals|(?:deux|trois|plusieurs) fois|(?:dos|tres|varias) veces|(?:due|tre|più) volte|(?:twee|drie|meerdere) keer|"
    r"cada (?:noche|día|mañana|tarde|hora|semana|mes|\d+|lunes|martes|miércoles|jueves|viernes)|todos los (?:días|meses|lunes)|todas las (?:noches|semanas)|"
    r"ogni (?:notte|giorno|mattina|sera|ora|settimana|mese|\d+|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)|tutti i (?:giorni|mesi)|tutte le (?:notti|sere|mattine|settimane|ore)|"
    r"(?:elke|iedere) (?:nacht|dag|ochtend|avond|middag|uur|week|maand|keer|\w+dag)|dagelijks|wekelijks|maandelijks|om de (?:\d+|twee|drie) (?:minuten|uur|dagen|weken))\b",
    re.IGNORECASE,
)
_TO_BE_DONE = r"[^,.;:!?]{0,80}?\b(?:(?:neu|an|ab|aus|auf|um|hoch|herunter|ein)?zu(?:starten|stoppen|booten|halten|laden|schalten|fahren|spielen)|zu \w+(?:en|ern|eln)|à \w+(?:er|ir|re)|da \w+(?:are|ere|ire)|(?:que|por) \w+[aei]r|te \w+en)\b"
"""Behind "is": then something is still to be done ("ist nginx neu zu starten"), and waits for it."""
NOT_SINCE = (
    r"(?!,? (?:[^\s,.;:!?]+ ){0,4}?(?:hängt|hing|hängen|läuft|laufen|lief|geht|ging|ist|sind|war|waren|hat|haben|antwortet|antworten|"
    r"reagiert|reagieren|spinnt|crasht|kommt|startet|funktioniert|ne répond\w*|répond|plante|est|sont|a|ont|ne marche|no responde|responde|falla|está|están|ha|"
    r"no funciona|non risponde|non funziona|è|sono|reageert|hangt|is|werkt)\b"
    rf"(?!{_TO_BE_DONE}))"
)
"""Behind "after the update": then how it is since is told, and nothing waits for it."""
_SOMEWHEN = compiled(
    r"(?<![\w-])(?:um (?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?(?![\w:.-])(?! ?(?:" + _COUNTED + r"))|"
    r"(?<!guten )(?<!guten, )(?:über)?morgen(?: (?:früh|mittag|abend|vormittag|nachmittag|nacht|um))?|heute (?:abend|nacht|mittag|nachmittag|um)|"
    r"(?:am|nächsten|kommenden) (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|wochenende)\b|nächste (?:woche|nacht)|"
    r"in (?:\d+|einer|einem|zwei|drei|vier|fünf|zehn|zwanzig|dreißig) (?:sekunden|minuten?|stunden?|tag(?:en)?|wochen?)|nach feierabend|"
    r"(?:après-)?demain(?: matin| soir)?|ce soir|cette nuit|dans (?:\d+|une|deux|trois) (?:minutes?|heures?|jours?)|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) prochain|"
    r"(?<!la )(?<!de )mañana(?: por la)?|esta noche|en (?:\d+|una|dos|tres) (?:minutos?|horas?|días?)|"
    r"el (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)|später|nachher|irgendwann|bei gelegenheit|plus tard|tout à l['’]heure|más tarde|più tardi|(?<!niet )later|"
    r"(?:nach|vor|während) (?:dem|der|den) (?!anderen?\b|reihe\b|\w+seite\b)\w+\b"
    + NOT_SINCE
    + r"|(?<!un )(?<!une )(?:après|avant|pendant) (?:l['’]|la |le |les )(?!autre)\w+\b(?! à jour)"
    + NOT_SINCE
    + r"|(?:après|avant|pendant) (?:la|les) mises? à jour\b"
    + NOT_SINCE
    + r"|"
    r"(?:después|antes) de(?:l| la| los| las) \w+\b" + NOT_SINCE + r"|durante (?:el|la) \w+|"
    r"(?:dopo)?domani(?: mattina| sera| notte)?|stasera|stanotte|(?:lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica) prossim[oa]|la (?:notte|settimana) prossima|"
    r"overmorgen|vanavond|vannacht|volgende week|(?:aanstaande|volgende) (?:maan|dins|woens|donder|vrij|zater|zon)dag)(?![\w-])",
    re.IGNORECASE,
)
"""Looser than a time of the clock: no start can be held against it, and it may be one all the same."""
_DAYS = (
    (2, r"übermorgen|après-demain|pasado mañana|dopodomani|overmorgen"),
    (1, r"(?<!heute )(?<!am )(?<!jeden )(?<!guten )morgen|(?<!après-)demain|(?<!la )(?<!pasado )mañana|domani"),
    (0, r"heute|aujourd['’]hui|ce soir|cette nuit|hoy|esta (?:noche|tarde)|oggi|stasera|stanotte|vandaag|vanavond|vannacht"),
)  # fmt: skip
_WEEKDAYS = (
    "montag|lundi|lunes|lunedì|maandag",
    "dienstag|mardi|martes|martedì|dinsdag",
    "mittwoch|mercredi|miércoles|mercoledì|woensdag",
    "donnerstag|jeudi|jueves|giovedì|donderdag",
    "freitag|vendredi|viernes|venerdì|vrijdag",
    "samstag|sonnabend|samedi|sábado|sabato|zaterdag",
    "sonntag|dimanche|domingo|domenica|zondag",
)
_ON_A_DAY = compiled(
    r"(?<![\w-])(?:(?P<lead>[^\s\W]+)\s+)?"
    rf"(?P<day>{'|'.join(_WEEKDAYS)})(?![\w-])(?!\s+(?:prochaine?|derni[eè]re?|passée?|pasado|próximo|que viene|scors[oa]|prossim[oa]))",
    re.IGNORECASE,
)
_ANY_SUCH = frozenset((
    "jeden jede jedem immer nächsten nächster nächstem übernächsten letzten letzter letztem vergangenen seit bis vor außer chaque les le "
    "depuis avant cada los próximo pasado desde hasta ogni il la di scorso prossimo ogni i elke iedere volgende vorige sinds tot"
).split())  # fmt: skip
"""Before a weekday: each of them, one that was, or one of two."""
_A_WEEK = 7
_LATE = compiled(
    r"\b(?:abends?|nachmittags?|mittags|heute abend|du soir|ce soir|de l['’]après-midi|de la (?:tarde|noche)|esta (?:noche|tarde)|di sera|del pomeriggio|stasera|['’]s (?:avonds|middags)|vanavond)\b",
    re.IGNORECASE,
)
_AT_ONCE = compiled(
    r"(?<!nicht )(?<!nicht erst )(?<!pas )(?<!no )(?<!not )\b(?:sofort|jetzt(?! nicht)|gleich jetzt|unverzüglich|augenblicklich|auf der stelle|(?:doch|lieber|besser)(?: doch| lieber| bitte)? gleich(?=\s*(?:$|[,;.!?]))|maintenant|tout de suite|immédiatement|"
    r"sur-le-champ|ahora(?: mismo)?|ya mismo|de inmediato|inmediatamente|subito|adesso|immediatamente|meteen|onmiddellijk|nu|now|immediately|right away|at once|asap)\b",
    re.IGNORECASE,
)


_HOURS = 24
_ONE = frozenset("ein une una één".split())
_SPELT = compiled(
    r"(?P<lead>\b(?:um|ab|nach|à|après|dès|las|alle(?: ore)?|dopo le|dalle|om|na|vanaf)\s+)(?P<word>[^\W\d_]{2,16})\b",
    re.IGNORECASE,
)
_HALF_AN_HOUR_TO = compiled(
    r"(?P<lead>\b(?:um|ab|om|vanaf|gegen)\s+)hal(?:b|f)\s+(?P<word>\d{1,2}|[^\W\d_]{2,10})\b",
    re.IGNORECASE,
)
"""Half an hour before the full one, in German and Dutch."""
_A_MINUTE = timedelta(minutes=1)
"""A model tells moments to the minute."""
_DENIED = compiled(
    r"\b(?:nicht|nie(?:mals)?|kein\w*|(?:an)?statt|not|never|instead of|pas|jamais|au lieu d[e’']|no|nunca|en vez de|en lugar de)\s+"
    r"(?:(?:erst|schon|mehr|gleich|plus|ya|heute|morgen|aujourd['’]hui|demain|hoy|mañana)\s+){0,2}(?:um |ab |à |a las |at )?$",
    re.IGNORECASE,
)
"""Before a time at which it shall not begin."""
_ZONE = compiled(
    r"\s*\(?(?:(?P<zone>utc|gmt|mesz|mez|cest|cet|wesz|wez|oesz|oez|eest|eet|west|wet|bst|ist|jst|est|edt|cst|cdt|mst|mdt|pst|pdt)\b"
    r"|\w+ (?:orts)?zeit\b|(?:heure|hora) (?:de|d['’]|del|local))",
    re.IGNORECASE,
)
"""Behind a time that is another zone's, or may be."""
_CALLED = {"MEZ": "CET", "MESZ": "CEST", "WEZ": "WET", "WESZ": "WEST", "OEZ": "EET", "OESZ": "EEST"}


_BEFORE = 120
"""Characters before a time that say whether it is one to begin at."""


def at_once(text: str) -> bool:
    """Whether it says that it shall begin now, and names no time beside.

    >>> at_once("doch sofort"), at_once("nicht sofort"), at_once("jetzt, nicht erst um 22 uhr")
    (True, False, False)
    """
    return _AT_ONCE.search(text) is not None and not _starts(text)


def names_a_time(text: str) -> bool:
    """Whether it names a time, however vague, at which something may begin.

    >>> names_a_time("starte nginx morgen um 6 neu"), names_a_time("guten morgen, starte nginx neu")
    (True, False)
    """
    lengths = any(_begins(_before(text, at)) for at, _ in relative.found_in(text))
    return (
        lengths
        or _starts(text)
        or any(_begins(_before(text, at)) for at in _SOMEWHEN.finditer(text))
    )


def rhythm_in(text: str) -> str:
    """The words that ask for it again and again ("jede Nacht"); empty: once."""
    found = _RHYTHMS.search(text)
    return found[0] if found is not None and _begins(_before(text, found)) else ""


def is_said(at: datetime, text: str, context: ParseContext) -> bool:
    """Whether the text names this very moment, and no other."""
    text = _in_figures(text)
    if (length := _in_how_long(text)) is not None:
        return context.now is not None and abs(at - context.now - length) < _A_MINUTE
    now = local_now(context)
    found = [m for m in _CLOCK.finditer(text) if not _DENIED.search(_before(text, m))]
    if now is None or len(found) != 1 or not _begins(_before(text, found[0])):
        return False
    weekday, rest = _weekday(text)
    if _RHYTHM.search(rest):
        return False
    there, (hour, minute) = at.astimezone(now.tzinfo), _read(found[0])
    if hour < 12 and _LATE.search(text):
        hour += 12
    if (there.hour, there.minute, there.second) != (hour % 24, minute, 0):
        return False
    if not _in_zone(text[found[0].end() :], there):
        return False
    of = (there - timedelta(days=hour // 24)).date()  # midnight is where its day ends
    days = [n for n, word in _DAYS if re.search(rf"(?<![\w-])(?:{word})\b", text, re.IGNORECASE)]
    if weekday is not None and (
        of.weekday() != weekday or not 0 < (of - now.date()).days < _A_WEEK
    ):
        return False
    if days:
        return len(days) == 1 and of == now.date() + timedelta(days=days[0])
    if weekday is not None:
        return True
    return timedelta() < at - now and (at - now <= HALF_A_DAY or of == now.date())


def _weekday(text: str) -> tuple[int | None, str]:
    """The one weekday on which it shall be, 0 for Monday, if any; and the text without it."""
    found = list(_ON_A_DAY.finditer(text))
    if len(found) != 1 or (found[0]["lead"] or "").casefold() in _ANY_SUCH:
        return None, text
    day = found[0]["day"].casefold()
    number = next(n for n, words in enumerate(_WEEKDAYS) if day in words.split("|"))
    return number, f"{text[: found[0].start('day')]} {text[found[0].end('day') :]}"


def _in_how_long(text: str) -> timedelta | None:
    """In how long the text says that it shall begin, where it names nothing else; None else."""
    found = list(relative.found_in(text))
    other = _CLOCK.search(text) or _RHYTHM.search(text) or _AT_ONCE.search(text)
    if len(found) != 1 or other:
        return None
    match, length = found[0]
    before = _before(text, match)
    return length if _begins(before) and not _DENIED.search(before) else None


def _in_zone(behind: str, there: datetime) -> bool:
    """Whether what stands behind a time names no zone, or the one that it has there."""
    found = _ZONE.match(behind)
    if found is None:
        return True
    said = (found["zone"] or "").upper()
    return bool(said) and _CALLED.get(said, said) == there.tzname()


def on_the_clock(text: str) -> bool:
    """Whether it names a time of the clock at which something may begin."""
    return _starts(text)


def _starts(text: str) -> bool:
    """Whether one of its times is one at which something may begin."""
    text = _in_figures(text)
    return any(_begins(_before(text, at)) for at in _CLOCK.finditer(text))


def _in_figures(text: str) -> str:
    """With the hours in figures that are spelt ("um zehn", "alle dieci")."""

    def half(found: re.Match[str]) -> str:
        word = found["word"].casefold()
        number = float(word) if word.isdecimal() else number_of(word)
        whole = number is not None and number.is_integer() and 1 <= number <= _HOURS / 2
        return f"{found['lead']}{number - 1 or 12:.0f}:30" if number and whole else found[0]

    def figure(found: re.Match[str]) -> str:
        word = found["word"].casefold()
        number = 1.0 if word in _ONE else number_of(word)
        whole = number is not None and number.is_integer() and number <= _HOURS
        return f"{found['lead']}{number:.0f}" if whole else found[0]

    return _SPELT.sub(figure, _HALF_AN_HOUR_TO.sub(half, text))


def _before(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - _BEFORE) : found.start()]


def _begins(before: str) -> bool:
    return not any(no.search(before) for no in (_NO_START, _TOLD, _REPORTED))


def _read(found: re.Match[str]) -> tuple[int, int]:
    if found["midnight"]:
        return 24, 0
    if found["noon"]:
        return 12, 0
    hour = next(found[f"h{n}"] for n in (1, 3, 4, 5, 6, 7, 8) if found[f"h{n}"])
    minute = next((found[f"m{n}"] for n in (1, 2, 3, 4, 5, 6, 7, 8) if found[f"m{n}"]), "0")
    return int(hour), int(minute)
