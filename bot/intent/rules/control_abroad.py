"""A stop in German, French, Spanish, Italian and Dutch: control like the English one. Pure.

The rules read English, but nobody in a hurry looks for the English word, and no model is to be
waited for. The whole sentence must be made of these words: "stoppe nginx auf web-1" names
something else and is a request. A denial ("nicht anhalten", "no pares") is no stop either.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.domain.intents import Control
from bot.intent.patterns import compiled

_LONG: Final = 120
"""Characters; whoever says more says something else."""
_NUMBER: Final = r"(?:(?:den |le |el |il |het |de )?(?:plan|piano|lauf|nummer|numero) )?#?\d{1,9}"
_THIS: Final = (
    r"das|es|dies|dieses|damit|(?:den|diesen|unseren|meinen) (?:aktuellen |laufenden )?(?:plan|lauf|vorgang|job|auftrag)|die (?:ausfuhrung|anderung|aktion)|"
    r"ca|cela|ceci|(?:le|ce|mon) plan|l (?:execution|operation)|l action|le|la|"
    r"eso|esto|lo|(?:el|este|ese|mi) plan|la (?:ejecucion|operacion)|"
    r"questo|quello|cio|(?:il|questo|mio) piano|l esecuzione|"
    r"dat|dit|het|er ?mee|daar ?mee|hier ?mee|(?:het|dit|dat|mijn) plan|de (?:uitvoering|actie)"
)
_ALL: Final = (
    r"alles|alle (?:laufenden )?(?:plane|laufe|jobs)|tout|tous les plans|todo|todos los planes|"
    r"tutto|tutti i piani|alle (?:lopende )?plannen"
)
_OBJECT: Final = rf"(?:{_THIS}|{_ALL}|{_NUMBER})"
_CANCELS: Final = r"annule[rz]?|cancel(?:a|ar|e|alo|arlo|elo)|annull(?:a|are|alo|arlo|atelo)|annule(?:er|ren)|widerrufe|stornieren?"
_GERMAN: Final = (
    rf"(?:stop|stoppe?n?|stoppt|stoppen sie|beenden?|unterbrich|unterbrecht|pausiere)(?: {_OBJECT})?|"
    rf"{_OBJECT} (?:stopp?|stoppen|anhalten|abbrechen|beenden|unterbrechen|pausieren|absagen|widerrufen)|"
    rf"(?:halte?|haltet)(?: {_OBJECT})? an|(?:brich|breche|brecht)(?: {_OBJECT})? ab|sage?(?: {_OBJECT}) ab|"
    rf"(?:hore?|hort)(?: damit)? auf(?: damit)?|(?:mach )?schluss(?: damit)?|"
    r"halt|anhalten|abbrechen|abbruch|aufhoren|not ?(?:aus|halt|stopp)"
)
_FRENCH: Final = (
    rf"(?:arrete[rz]?|stoppe[rz]?|interromps|interrompez|interrompre|suspends|suspendez)(?: {_OBJECT})?|"
    rf"(?:l|{_OBJECT}) (?:arreter|stopper|interrompre)|l annuler|"
    r"arrete toi|arretez vous|halte|arret d urgence"
)
_SPANISH: Final = (
    rf"(?:para|parate|pare|paren|parad|parar|deten|detened|detengan?|detener|frena|interrumpe|aborta|abortar|suspende)(?: {_OBJECT})?|"
    r"(?:paral[oa]|parel[oa]|pararl[oa]|detenl[oa]|detenerl[oa]|detengan?l[oa]|frenal[oa]|interrumpel[oa]|abortal[oa])(?: todo)?|detente|detenganse|parense|alto"
)
_ITALIAN: Final = (
    rf"(?:ferma|fermate|fermare|interrompi|interrompere|arresta|blocca|sospendi)(?: {_OBJECT})?|"
    r"(?:fermal[oa]|fermarl[oa]|fermatel[oa]|interrompil[oa]|arrestal[oa]|bloccal[oa]|smettila|smetti)|fermati|fermatevi|alt"
)
_DUTCH: Final = (
    rf"(?:stopt?|stoppen|staak|onderbreek|beeindig)(?: {_OBJECT})?|breek(?: {_OBJECT})? af|(?:{_OBJECT} )?afbreken|"
    rf"houd? (?:er ?mee |daar ?mee )?op(?: er ?mee| daar ?mee)?|kap er ?mee|zet {_OBJECT} (?:stop|stil)|ophouden|noodstop"
)
_ONE: Final = (
    rf"(?:{_GERMAN}|{_FRENCH}|{_SPANISH}|{_ITALIAN}|{_DUTCH}|(?:{_CANCELS})(?: {_OBJECT})?"
    rf"|{_OBJECT} (?:{_CANCELS}))"
)
_RULE: Final = compiled(rf"{_ONE}(?: {_ONE}){{0,3}}")
_CALLED_OFF: Final = compiled(
    rf"(?:{_CANCELS})(?: {_OBJECT})?|{_OBJECT} (?:{_CANCELS}|absagen|widerrufen)|l annuler|sage? {_OBJECT} ab"
)
_EVERYTHING: Final = compiled(rf"\b(?:{_ALL})\b")
_FILLERS: Final = compiled(
    r"\b(?:auf der stelle|tout de suite|sur le champ|s il (?:te|vous) plait|por favor|ahora mismo|de inmediato|"
    r"per (?:favore|piacere)|"
    r"bitte|sofort|jetzt|moment|kurz|(?<!halt )eben(?! halt)|(?<=halt )eben(?= an)|maar|mal|doch|gleich|endlich|schnell|hier|umgehend|stp|svp|maintenant|immediatement|vite|ici|"
    r"donc|porfa|ya|ahora|inmediatamente|enseguida|aqui|subito|adesso|ora|immediatamente|qui|alsjeblieft|"
    r"alstublieft|aub|nu|meteen|onmiddellijk|direct|graag|please|now|immediately)\b"
)
_HEAD: Final = compiled(
    r"(?:(?:hey|ok|okay|oh|oops|ups|warte|attends|overseer|bot|alarm|notfall|dringend|achtung|urgence|urgente?|attention|emergencia|urgenza|emergenza|noodgeval|spoed|@\S+)[\s,:!.]+|(?:no|non|nein|nee)\s*[,!.]+\s*"
    r"|(?:nein|nee)\s+|non\s+(?=(?:arrete[rz]?|stoppe[rz]?|interromp(?:s|ez)|suspend(?:s|ez)|halte)\b))+"
)
"""A bare "no" of Spanish or Italian denies what follows, as "non stop" does not say no."""
_WRONG: Final = (
    r"(?:(?:(?:das|es) (?:ist|war) |c['\u2019]est |es |e |dat is )?(?:(?:der|die|das|le|la|el|il|de|het) )?"
    r"(?:falsche[rs]? (?:server|host|rechner|maschine|plan)|mauvaise? (?:serveur|hote|machine|plan)|"
    r"(?:servidor|host|maquina|plan) equivocad[oa]|(?:server|host|macchina|piano) sbagliat[oa]|"
    r"verkeerde (?:server|host|machine|plan)))"
)
_WRONG_ONE: Final = compiled(
    rf"^{_WRONG}[\s,.!;:\u2026-]+(?=\w)|[\s,.!;:\u2026-]+{_WRONG}[\s,.!]*$"
)
"""Why somebody stops in a hurry: it is the wrong one."""
_DONE: Final = compiled(r"\w\u00e9\b")
"""An ending that tells what was done, in French ("arr\u00eat\u00e9") and Spanish ("par\u00e9")."""
_FOR: Final = compiled(
    r"\bpara\b(?! (?:para|eso|esto|ya|inmediatamente|de inmediato|por favor|porfa|please|stop|alto|detente)\b|$)"
)
"""Spanish for "for", too: "para todo" and "para 3" answer a question."""
_POLITELY: Final = compiled(
    r"(?:kannst du|konntest du|konnen sie|konnten sie|wurdest du|peux tu|tu peux|pourrais tu|pouvez vous|"
    r"pourriez vous|puedes|podrias|puede|podria|puoi|potresti|puo|kun je|kan je|kunt u|wil je|zou je) "
)
_TO_OTHERS: Final = compiled(
    r"\b(?:kann|konnte|konnten|konnt|kannst|konnen|jemand|einer|wer|man|wir|ihr|du|sie|muss|mussen|musst|sollten?|lasst uns|"
    r"quelqu un|on|il faut|tu|vous|nous|peut|pourrait|peux|pouvez|peut on|devons|doit|faudrait|"
    r"alguien|puede|podria|pueden|puedes|hay que|tenemos que|debemos|"
    r"qualcuno|puo|potrebbe|puoi|potete|dobbiamo|bisogna|"
    r"iemand|kan|kunnen|kunt|kun|we|wij|je|jij|jullie|moeten|moet|mag|mogen|laten we)\b"
)
"""Whom people ask to do it, and how they say that it has to be."""
_KNOWN: Final = compiled(r"[\w\s,.!?;:¡¿#'’\u2026-]*")
"""Of these a stop is made: what is quoted or a command is told of."""


def control_abroad(text: str) -> Control | None:
    """The control that the whole text is in one of these languages, or None.

    >>> control_abroad("halt das bitte sofort an").scope, control_abroad("stoppe #390").scope
    ('thread', '390')
    >>> control_abroad("ferma tutto!").scope, control_abroad("stoppe nginx auf web-1")
    ('all', None)
    """
    if len(text) > _LONG:
        return None
    low = _WRONG_ONE.sub("", _HEAD.sub("", _bare(text).strip(" ,.!¡¿"), count=1))
    if not _KNOWN.fullmatch(low) or _DONE.search(_composed(text)):
        return None
    words = " ".join(re.findall(r"#?\w+", low))
    if _FOR.search(words) and not _exclaimed(text):
        return None
    words = " ".join(_FILLERS.sub(" ", words).split())
    polite = _POLITELY.match(words)
    if "?" in low and polite is None:
        return None
    words = words[polite.end() :] if polite else words
    if words.endswith("widerrufen") and polite is None and "bitte" not in low:
        return None  # what was revoked is said with the same word
    if not _RULE.fullmatch(words):
        return None
    numbers = set(re.findall(r"\d+", words))
    called_off = _CALLED_OFF.fullmatch(words) is not None
    if len(numbers) > 1 or (numbers and (called_off or _EVERYTHING.search(words))):
        return None  # "cancel plan 12" is a request in English, too
    if _EVERYTHING.search(words):
        return Control(verb="stop", scope="all")
    scope = numbers.pop() if numbers else "thread"
    return Control(verb="cancel" if called_off else "stop", scope=scope)


def is_asked_abroad(text: str) -> bool:
    """Whether a stop is asked of others in one of these languages, or said to be needed.

    >>> is_asked_abroad("kann das jemand stoppen?"), is_asked_abroad("il faut arr\u00eater \u00e7a")
    (True, True)
    >>> is_asked_abroad("kann jemand nginx stoppen?"), is_asked_abroad("wir halten nicht an")
    (False, False)
    """
    if len(text) > _LONG:
        return False
    low = _HEAD.sub("", _bare(text).strip(" ,.!\u00a1\u00bf"), count=1)
    if not _KNOWN.fullmatch(low):
        return False
    words = " ".join(re.findall(r"#?\w+", low))
    rest = " ".join(_FILLERS.sub(" ", _TO_OTHERS.sub(" ", words)).split())
    return rest != " ".join(_FILLERS.sub(" ", words).split()) and bool(_RULE.fullmatch(rest))


def _bare(text: str) -> str:
    """In small letters, without accents, with single spaces."""
    apart = unicodedata.normalize("NFKD", " ".join(text.casefold().split()))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _composed(text: str) -> str:
    """In small letters, each accent in one with its letter."""
    return unicodedata.normalize("NFC", text.casefold())


def _exclaimed(text: str) -> bool:
    """Whether "para" is a verb here: it is called out, or has the accent of "pará"."""
    return not {"!", "¡"}.isdisjoint(text) or "par\u00e1" in _composed(text)
