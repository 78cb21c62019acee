"""Greetings, thanks, goodbyes and a call for help in other languages than English. Pure.

German, French, Spanish, Italian and Dutch. The rules read English, and say of all else that it is
beyond them. Whoever says "Hallo" or "danke" has asked for nothing, and is answered as in English.
Every word must be one of these: "danke, starte jetzt nginx" is a request in a language that is not
read.
"""

# ruff: noqa: E501 - lists of words read worse when they are cut

from __future__ import annotations

import re
from typing import Final, Literal

from bot.intent.patterns import compiled

_HELLO: Final = frozenset((
    "hallo moin servus grüezi tag morgen abend nacht nabend mahlzeit willkommen "
    "bonjour bonsoir salut coucou bonne soirée journée nuit "
    "hola buenas buenos días dias tardes noches saludos "
    "ciao buongiorno buonasera buonanotte buona sera notte giornata serata salve "
    "hoi hallo hé dag goedemorgen goedemiddag goedenavond goedenacht welterusten goede avond middag "
    "hallöchen"
).split())  # fmt: skip
_BYE: Final = frozenset((
    "tschüss tschüß tschau feierabend wochenende wiedersehen bald revoir bientôt adiós adios luego arrivederci presto "
    "doei ziens bye goodbye"
).split())  # fmt: skip
_UNTIL: Final = frozenset({"bis", "tot", "hasta"})
"""A goodbye begins so, whatever comes then: "bis morgen"."""
_THANKS: Final = frozenset((
    "danke dankeschön dank merci gracias grazie bedankt dankjewel dankuwel dankje "
    "super toll prima perfekt klasse spitze wunderbar großartig génial parfait bravo excellent "
    "genial perfecto estupendo excelente perfetto ottimo fantastico geweldig mooi top fijn"
).split())  # fmt: skip
_BETWEEN: Final = frozenset((
    "overseer guten gute guter gut gutes schönen schönes schöne einen ein dir ihnen euch vielen herzlichen besten "
    "sehr gemacht alle alles zusammen leute und für die hilfe das ist war nochmal "
    "bis auf später dann au plus tard hasta mañana domani demain tot "
    "à tous toutes tout le la monde beaucoup mille fois et bien joué fait pour c'est "
    "a todos muchas mil muy bien hecho y por tu ayuda "
    "mille tante molte a tutti e ben fatto per l'aiuto "
    "je u wel heel hartelijk allemaal iedereen goed gedaan voor de hulp en"
).split())  # fmt: skip
_HELP: Final = compiled(
    r"\W*(?:bitte |kannst du mir |kannst du |mir )?(?:"
    r"hilfe|hilf mir|helfen|aide(?:-moi|z-moi)?|à l['’]aide|ayuda|ay[úu]dame|aiuto|aiutami|hulp|help me|"
    r"was (?:kannst|können) (?:du|sie)(?: (?:alles|so|denn|für mich tun|tun|machen))*|wer (?:bist du|sind sie)|was bist du|wie (?:geht|funktioniert) (?:das|du)|"
    r"(?:que|qu['’]est-ce que) (?:sais-tu faire|peux-tu faire|tu (?:peux|sais) faire|savez-vous faire|pouvez-vous faire)|qui (?:es-tu|êtes-vous)|"
    r"(?:qué|que) (?:puedes|sabes|puede|sabe) hacer|(?:quién|quien) (?:eres|es usted)|"
    r"(?:che )?cosa (?:sai|puoi|sa|può) fare|chi (?:sei|è lei)|"
    r"wat (?:kun|kan|kunt) (?:je|jij|u)(?: (?:allemaal|doen|voor mij doen))*|wie (?:ben je|bent u)"
    r")(?:,? (?:bitte|s['’]il te pla[îi]t|por favor|per favore|alsjeblieft))?\W*",
    re.IGNORECASE,
)
_WORD = compiled(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


_LATER: Final = compiled(
    r"\W*(?:(?:please|bitte|no|nein|non),? )?(?:not (?:right )?now|(?:jetzt nicht|nicht jetzt)|"
    r"pas maintenant|(?:ahora no|no ahora)|(?:non (?:ora|adesso)|adesso no)|nu niet)"
    r"(?:,? (?:please|bitte|s['’]il te pla[îi]t|por favor|per favore|alsjeblieft))?\W*",
    re.IGNORECASE,
)


def in_english(text: str) -> str:
    """`help`, where it asks what Overseer can do and nothing else; any other text as it is.

    So is "not yet" what only says "not now": that names no time at which it shall be.
    """
    if _LATER.fullmatch(text):
        return "not yet"
    return "help" if _HELP.fullmatch(text) else text


def said(text: str) -> Literal["hello", "thanks", "bye", ""]:
    """What pleasantry the text is, all of it; empty: it is none.

    >>> said("Guten Morgen!"), said("vielen Dank"), said("danke, starte nginx")
    ('hello', 'thanks', '')
    """
    words = [word.replace("’", "'") for word in _WORD.findall(text.casefold())]
    known = _HELLO | _THANKS | _BYE | _BETWEEN
    if not words or any(char.isdecimal() for char in text) or not known.issuperset(words):
        return ""
    if not _THANKS.isdisjoint(words) or "gemacht" in words or "joué" in words or "hecho" in words:
        return "thanks"
    if not _BYE.isdisjoint(words) or (len(words) > 1 and words[0] in _UNTIL):
        return "bye"
    return "hello" if not _HELLO.isdisjoint(words) else ""
