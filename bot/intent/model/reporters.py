"""Who is told of as having said something, in languages that the rules don't read. Pure.

"Ben hat gesagt: starte nginx neu" tells of an order and may give none. What the person says of
themselves, or tells Overseer that it has said, is no such thing.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.intent.model.unquoted import told
from bot.intent.patterns import compiled

_WHO = r"(?!(?:ich|wir|du|ihr|man|je|j|nous|tu|vous|on|yo|nosotros|es|c|das|wie|der|die|io|noi|voi|che|chi|ik|wij|we|je|jij|jullie|wat|dat|het)\b)[^\W\d_][\w.-]{0,40}"
_REPORTED = compiled(
    rf"(?<![\w-])(?:{_WHO} (?:hat|haben|hatte) (?:(?:mir|uns|dir|gerade|vorhin|gestern|eben) )*(?:gesagt|gemeint|geschrieben|gebeten|befohlen|vorgeschlagen|verlangt)"
    rf"|{_WHO} (?:sagte?n?|meinte?n?|schrieb|schreibt|behauptete?|verlangte?)\b(?=\s*[:,„\"“])"
    rf"|{_WHO} (?:will|wollte|möchte|wünscht(?: sich)?),? dass\b"
    rf"|{_WHO} (?:a|ont|avait) (?:dit|écrit|demandé|proposé)\b|{_WHO} (?:dit|écrit|demande)\b(?=\s*(?::|que\b|qu['’]))|{_WHO} veut que\b"
    rf"|{_WHO} (?:ha|han|había) (?:dicho|escrito|pedido|propuesto)\b|{_WHO} (?:dijo|dice|pidió|escribió)\b(?=\s*(?::|que\b))|{_WHO} quiere que\b"
    rf"|{_WHO} (?:ha|hanno|aveva) (?:detto|scritto|chiesto|proposto)\b|{_WHO} (?:dice|disse|scrive|chiede)\b(?=\s*(?::|che\b|di\b))|{_WHO} vuole che\b"
    rf"|{_WHO} (?:heeft|hebben|had) (?:(?:mij|me|ons|net|gisteren) )*(?:gezegd|geschreven|gevraagd|voorgesteld)\b|{_WHO} (?:zei|zegt|schreef|schrijft|vroeg|vraagt)\b(?=\s*(?::|,|dat\b|of\b))|{_WHO} wil dat\b)",
    re.IGNORECASE,
)


def reporter_in(text: str) -> str:
    """The words that tell who has said something; empty: nobody is told of.

    >>> reporter_in("ben hat gesagt: starte nginx neu"), reporter_in("ich hatte gesagt: neu starten")
    ('ben hat gesagt', '')
    """
    found = _REPORTED.search(" ".join(text.split()))
    return "" if found is None else told(found[0])
