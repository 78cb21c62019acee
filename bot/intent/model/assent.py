"""Yes and no in the languages that people write in: no request, whatever was asked. Pure."""

from __future__ import annotations

import re
import unicodedata

_ANSWERS = frozenset(
    """
    yes yep yeah yup y sure ok okay oki okey okej correct exactly right aye affirmative agreed
    absolutely certainly definitely fine no nope nah alright
    ja jo jawohl jep jup genau klar gern gerne naturlich selbstverstandlich stimmt richtig korrekt
    passt sicher einverstanden freilich logo nein no nee nicht doch
    oui ouais exact exactement certainement absolument volontiers entendu non
    si claro vale correcto exacto seguro certo esatto volentieri
    sim nao klopt prima graag tak nie ano ne da net evet hayir
    да нет так ні конечно хорошо はい いいえ 是 好 不
    """.split()
)
"""Words that answer whatever was asked, without their accents."""
_BESIDE = frozenset(
    """
    please do it that go so bitte danke na mach mache das es tu tun nur aber ordnung in geht s il te
    vous plait merci bien sur d accord por favor gracias de acuerdo hazlo fais le va bene thanks
    thank you just then und and et y e ahead
    """.split()
)
"""What stands beside them and asks for nothing."""
_AGREED = ("in ordnung", "d accord", "bien sur", "de acuerdo", "va bene", "mach es", "mach das",
           "tu es", "fais le", "hazlo", "geht so")  # fmt: skip


def only_answers(said: str) -> bool:
    """Whether it is nothing but a yes or a no.

    >>> only_answers("Ja, bitte!"), only_answers("Bien sûr"), only_answers("ja, restart nginx")
    (True, True, False)
    """
    apart = unicodedata.normalize("NFKD", said.casefold())
    words = re.findall(r"\w+", "".join(c for c in apart if not unicodedata.combining(c)))
    if any(word not in _ANSWERS and word not in _BESIDE for word in words):
        return False
    line = f" {' '.join(words)} "
    return any(word in _ANSWERS for word in words) or any(f" {said} " in line for said in _AGREED)
