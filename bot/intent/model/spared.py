"""Whether a name is spoken of to be left alone, in several languages. Pure.

"Not web-2" and "alle außer web-2" say so before the name, "aber web-2 nicht", "lass web-2 in Ruhe"
and "web-2 auslassen" behind it. A "nicht" behind a name that stands in a longer clause denies what the
clause says of it ("warum läuft nginx auf web-3 nicht?") and spares nothing.
"""

# ruff: noqa: E501 - patterns and lists of words read worse when they are cut

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache

from bot.intent.model import exceptions
from bot.intent.model.exceptions import excepts
from bot.intent.patterns import compiled

_BEFORE = frozenset((
    "not no don't dont without except excluding but never skip skipping exclude nicht kein keine keinen "
    "ohne außer ausser nie niemals überspringe verschone pas sans sauf jamais exclus sin excepto salvo menos "
    "nunca excluye omite non senza tranne eccetto niet geen zonder behalve bez oprócz inte utan förutom"
).split())  # fmt: skip
"""Words that spare what comes next."""
_AROUND = 400
"""Characters before and behind a name that are looked at: nobody spares one from further away, and
a request full of names is looked through in time."""
_CONTRASTS = frozenset("sondern sino bensì mais".split())
"""What comes behind them is what is meant: "nicht web-2 sondern web-3"."""
_BUTS = frozenset("but aber doch maar ma però pero".split())
"""So it is with these where a name stands before them: "non web-2 ma web-3"."""
_NOR = compiled(
    r"^\W{0,3}(?:(?:bitte|please|graag)\W+)?(?:n?either\b|auch (?:bitte )?(?:nicht|keinesfalls)\b|(?:pas |non )?non plus\b|tampoco\b"
    r"|(?:nemmeno|neanche|neppure)\b|ook (?:graag )?niet\b|evenmin\b)",
    re.IGNORECASE,
)
"""Behind a name it is left alone as those before it are: "pas web-1 mais web-2 non plus"."""
_IT_IS = compiled(
    r"^\W{0,3}(?:first|yes|schon|zuerst|d['’]abord|oui|si\b|sí|sì|primero|prima|wel|eerst)\b", re.IGNORECASE
)  # fmt: skip
"""Behind one it is meant, though the others are excepted: "alle außer web-1, aber web-2 schon"."""
_NEAR = 3
"""So many words before a name may spare it."""
_NOTS = frozenset("not never nicht niemals nie niet no pas non nunca jamais inte".split())
_DENIALS = _NOTS | frozenset("dont don't kein keine keinen geen".split())
"""Not an exception from a whole: what a "but" sets against it is meant."""
_FILLERS = frozenset((
    "but only just please and aber nur bitte doch lieber besser eher und auch auf bei am an von vom für der die "
    "das den dem mal da dort heute jetzt gerade noch erst maar alleen liever graag en op de het pero solo sólo "
    "mejor y en el la los las ma però solo invece e su sul sui sulla il lo i gli gewoon dus mais seulement plutôt et sur le les des du sauf on at the host server"
).split())  # fmt: skip
"""What may stand with a name in a clause that says no more than that it is spared."""
_WITH = frozenset((
    "anfassen anrühren berühren neu neustarten neuzustarten starten mit dabei machen tun aanraken herstarten "
    "riavviare toccare toccarlo tocar tocarlo reiniciar toucher redémarrer touch restart it this that"
).split())  # fmt: skip
"""What may follow the negation."""
_REPORTS = frozenset((
    "läuft laufen lief antwortet antworten reagiert reagieren geht gehen ging funktioniert tut startet erreichbar verfügbar "
    "erreicht répond répondent marche fonctionne tourne tournent responde responden funciona corre arranca werkt reageert gira girano funziona risponde rispondono va parte "
    "draait running runs responding respond responds responded came comes started recovered answered answering answer working works up reachable available healthy"
).split())  # fmt: skip
"""With a negation these say how something is."""
_LEAVING = frozenset(
    "lass lasst lassen laat deja deje dejad laisse laissez leave keep lascia lasciate lasci".split()
)
_ALONE = compiled(
    r"^(?:\W{0,9}\w+\b){0,3}?\W{0,9}(?:in (?:ruhe|frieden)|aus|weg|außen vor|unberührt|unangetastet|so|met rust|erbuiten|en paz|"
    r"fuera|in pace|stare|perdere|fuori|tranquille|de côté|alone|out(?: of it)?|untouched|as (?:it )?is)\b",
    re.IGNORECASE,
)
_PASSED_OVER = (
    r"(?:weglassen|auslassen|aussparen|überspringen|"
    r"übergehen|ignorieren|verschonen|ausnehmen|ausschließen|ausschliessen|ausgenommen|overslaan|uitsluiten|weglaten|"
    r"excluido|excluida|exclu|excepté|excepted|excluded|exempt|escluso|esclusa|esclusi|esclude(?:re|ndo)|lasciare fuori|uitgezonderd|uitgesloten)\b"
)
_LEFT_OUT = compiled(
    rf"^\W*(?:(?:bitte|aber|lieber|dabei|bei|mal|doch|diesmal|graag|auch|ebenfalls|ook)\W+)*{_PASSED_OVER}",
    re.IGNORECASE,
)
_SPARING = compiled(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(_BEFORE | _NOTS | _LEAVING)))})(?!\w)"
    rf"|{_PASSED_OVER}|{exceptions.SAID}",
    re.IGNORECASE,
)
"""Every word that may spare a name: one with none around it is spared by nothing."""
_BOUNDS = compiled(r"[,;:.!?](?=\s|$)")
_WORD = compiled(r"[^\s,;:()]+")
_MARKS = ".,;:!?"
_LIST = frozenset("und and oder or et ou y o en of".split())
_LONG_LIST = 8


_DEED = (
    r"(?:to|down|off|shut|kept|taken|put|(?<!the )(?<!a )(?<!an )(?<!our )(?!named\b)[\w-]+ed|"
    r"(?:re)?(?:start|boot|load|cycl|stop|kill|upgrad|updat|patch|bounc)\w*|"
    r"(?:reinici|arran[cq]|deten|apag|actuali[zc]|recarg|instal|elimin|borr|levant|toca|toque)\w*|par(?:ar\w*|ad[oa]s?|es?|en|emos)|"
    r"(?:riavvi|ferm[aio]|arrest|avvi|aggiorn|ricaric|spegn|spent|spenga|rimuov|rimoss|tocc)\w*)\b"
)
_GOODS = rf"(?: (?!{_DEED})[\w.-]+){{1,4}}?"
_NEEDLESS = compiled(
    rf"\b(?:(?:do not|don't|dont|does not|doesn't) needs?{_GOODS} (?:any ?more|any longer|now)|no longer needs?{_GOODS}|ya no (?:necesit\w+|usamos|hacen? falta){_GOODS}|non (?:ci serve|serve|usiamo) più{_GOODS})(?=\s*[,;:!]|\.\s)",
    re.IGNORECASE,
)
"""Why something is to be stopped: "we no longer need redis on db-2".

With a deed among the words it is the deed that is not needed: "no longer need web-2 rebooted".
"""


def is_spared(text: str, start: int, end: int, is_name: Callable[[str], bool]) -> bool:
    """Whether what stands there in the text is named to be left alone.

    `is_name` tells hosts, groups and environments from other words: a list of them is spared by
    what stands before or behind it.
    """
    if not _may_be(text, start, end):
        return False
    before, behind = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    words = before.casefold().split()
    at = len(before)
    if any(
        f.start() <= at < f.end() for f in _NEEDLESS.finditer(before + text[start:end] + behind)
    ):
        return False
    if _spares_what_comes(words, behind, is_name) or excepts(before, behind, is_name):
        return True
    if any(word.strip(_MARKS) in _LEAVING for word in words[-_NEAR:]) and _ALONE.match(behind):
        return True
    behind = _past_list(behind, is_name)
    return bool(_LEFT_OUT.match(behind)) or (
        _ends_in_a_no(behind) and _says_nothing_else(before, is_name)
    )


def _may_be(text: str, start: int, end: int) -> bool:
    """Whether a word that spares stands near enough: a request names thousands, and few are."""
    begins, ends = _sparing(text)
    first = bisect_left(ends, start - _AROUND)
    return first < len(begins) and begins[first] < end + _AROUND


@lru_cache(maxsize=4)
def _sparing(text: str) -> tuple[list[int], list[int]]:
    """Where the words that spare begin in a text, and where they end."""
    found = [match.span() for match in _SPARING.finditer(text)]
    return [start for start, _ in found], [end for _, end in found]


def says_only(text: str, is_name: Callable[[str], bool]) -> bool:
    """Whether it has nothing but names and words that say nothing by themselves."""
    said = [word.casefold().strip(".?!") for word in _WORD.findall(text)]
    return all(word in _FILLERS or is_name(word) for word in said)


def _spares_what_comes(words: list[str], behind: str, is_name: Callable[[str], bool]) -> bool:
    """Whether one of the last of these words spares the name that is next, `behind` which it goes on.

    Over a comma only along a list of names. Over a "but" an exception goes on, and a plain "not" where
    it is said again behind the name.
    """
    left, listing, turned = _NEAR, True, False
    near = words[-_NEAR * _LONG_LIST :]
    for at in range(len(near) - 1, -1, -1):
        word, bare = near[at], near[at].strip(_MARKS)
        if word[-1] in _MARKS and (not listing or not is_name(bare)):
            return False
        if bare in _CONTRASTS or (bare in _BUTS and at and is_name(near[at - 1].strip(_MARKS))):
            if not listing or _IT_IS.match(behind):
                return False
            turned = True
            continue
        if bare in _BEFORE:
            if turned and bare in _DENIALS and not _NOR.match(behind):
                return False
            return not _reports(near, at)
        in_list = is_name(bare) or bare in _LIST
        left -= 0 if listing and in_list else 1
        listing = listing and (in_list or bare in _FILLERS)
        if left <= 0 or (turned and not listing):
            return False
    return False


def _reports(words: list[str], at: int) -> bool:
    """Whether the negation there says how something is: "nginx läuft nicht auf web-1"."""
    before = [word for word in words[max(0, at - 2) : at] if word[-1] not in _MARKS]
    return any(word.strip(_MARKS) in _REPORTS for word in (*before, *words[at + 1 :]))


def _past_list(behind: str, is_name: Callable[[str], bool]) -> str:
    """What comes after the other names of a list: "und web-3 nicht" is "nicht"."""
    for _ in range(_LONG_LIST):
        found = re.match(r"\s*(?:,\s*|(?P<join>\w+)\s+)(?P<name>[^\s,;:()]+)", behind)
        if found is None or not is_name(found["name"].strip(".?!")):
            break
        if found["join"] and found["join"].casefold() not in _LIST:
            break
        behind = behind[found.end() :]
    return behind


def _ends_in_a_no(behind: str) -> bool:
    clause = _BOUNDS.split(behind, maxsplit=1)[0]
    if clause != behind and clause.strip() == "":
        return False
    said = [word.casefold() for word in _WORD.findall(clause)]
    while said and said[0] in _FILLERS and said[0] not in _NOTS:
        said = said[1:]
    return bool(said) and said[0] in _NOTS and all(w in _WITH | _FILLERS for w in said[1:])


def _says_nothing_else(before: str, is_name: Callable[[str], bool]) -> bool:
    """Whether the clause has nothing before the name but fillers and other names."""
    clause = before
    for _ in range(_LONG_LIST):
        head, mark, tail = clause.rpartition(",")
        said = [w.casefold().strip(".?!") for w in _WORD.findall(_BOUNDS.split(tail or clause)[-1])]
        said = _after_conjunction(said)
        if any(word not in _FILLERS and not is_name(word) for word in said):
            return False
        if not mark or not said or not all(map(is_name, said)):
            return True
        clause = head
    return True


def _after_conjunction(said: list[str]) -> list[str]:
    """The last clause of those that "but" and "and" join, where it says something of its own."""
    for at in range(len(said) - 1, -1, -1):
        if said[at] in {"aber", "but", "maar", "pero", "mais", "ma", "però", "nur"}:
            return said[at:]
    return said
