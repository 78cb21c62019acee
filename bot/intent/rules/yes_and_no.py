"""Yes and no in the languages that people write in: no request, whatever was asked. Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
import unicodedata

from bot.intent.patterns import compiled

_YES = frozenset(
    """
    yes yep yeah yup y sure ok okay oki okey okej correct exactly right aye affirmative agreed
    absolutely certainly definitely fine alright
    ja jo jawohl jep jup genau klar gern gerne naturlich selbstverstandlich stimmt richtig korrekt
    passt sicher einverstanden freilich logo
    oui ouais exact exactement certainement absolument volontiers entendu
    si claro vale correcto exacto seguro certo esatto volentieri
    sim klopt prima graag tak ano da evet да так конечно хорошо はい 是 好
    """.split()
)
"""Without their accents, as all of these."""
_NO = frozenset("no nope nah nein nee nicht non nao nie ne net hayir нет ні いいえ 不".split())
_EITHER = frozenset({"doch"})
"""It contradicts what was asked, and is a yes or a no by how that was put."""
_THANKS = frozenset("thanks thank you danke merci gracias grazie".split())
_ASKING = frozenset("please bitte por favor s il te vous plait na".split())
_BESIDE = (
    _THANKS
    | _ASKING
    | frozenset(
        """
    do it that go so just mach mache das es tu tun nur aber ordnung in geht bien sur d accord
    de acuerdo hazlo fais le va bene then und and et y e ahead
    """.split()
    )
)
"""What stands beside them and asks for nothing."""
_AGREED = ("in ordnung", "d accord", "bien sur", "de acuerdo", "va bene", "mach es", "mach das",
           "tu es", "fais le", "hazlo")  # fmt: skip
_HALF = ("geht so",)
_CONSENT = compiled(
    r"(?:(?:yes|ok|okay|sure|yep|yeah) )?(?:(?:it s |that s |this is )?(?:fine|ok|okay|good) (?:by|with|for|from) (?:me|us|my side|our side|my end)|"
    r"(?:works|good) for me|(?:please )?proceed|go|no objections?|i (?:agree|consent)|i m (?:fine|ok|okay|good) with (?:it|that|this)|"
    r"genehmigt|freigegeben|freigabe erteilt|von mir aus|approuve|valide|aprobado|aprobada|approvato|approvata|goedgekeurd|akkoord)(?: (?:please|thanks|then|now))*"
)
"""What people say to what was put to them, and to nothing else."""
_POLITE = frozenset({"please", "bitte"})
_DROPPED = frozenset(
    {
        "vergiss es", "vergiss das", "doch nicht", "lieber nicht", "besser nicht", "lass es",
        "lass das", "lass gut sein", "lass mal", "schon gut", "abbrechen", "brich ab",
        "laisse tomber", "laissez tomber", "oublie", "oubliez", "annule", "annuler", "annulez",
        "olvidalo", "dejalo", "cancela", "cancelar",
        "lascia stare", "lascia perdere", "annulla", "laat maar",
    }
)  # fmt: skip


def only_answers(said: str) -> bool:
    """Whether it is nothing but a yes or a no.

    >>> only_answers("Ja, bitte!"), only_answers("Bien sûr"), only_answers("ja, restart nginx")
    (True, True, False)
    """
    words = _words(said)
    known = _YES | _NO | _EITHER
    if any(word not in known and word not in _BESIDE for word in words):
        return False
    return any(word in known for word in words) or _has(words, _AGREED + _HALF)


def is_yes(said: str) -> bool:
    """Whether it agrees, and says nothing else; who also thanks may be on their way out.

    >>> is_yes("Ja, bitte!"), is_yes("sí"), is_yes("ok, danke"), is_yes("ja, nein")
    (True, True, False, False)
    """
    words = _words(said)
    if any(word not in _YES and (word not in _BESIDE or word in _THANKS) for word in words):
        return False
    return any(word in _YES for word in words) or _has(words, _AGREED)


def agrees(said: str) -> bool:
    """Whether it is a yes to what was put to somebody, in whatever words, and nothing else.

    >>> agrees("sí"), agrees("Fine by me!"), agrees("proceed"), agrees("proceed with web-2")
    (True, True, True, False)
    """
    return is_yes(said) or _CONSENT.fullmatch(" ".join(_words(said))) is not None


def is_no(said: str) -> bool:
    """Whether it says no, or that nothing shall come of it, and nothing else.

    >>> is_no("Nein, danke"), is_no("vergiss es"), is_no("no, do it"), is_no("nicht auf web-2")
    (True, True, False, False)
    """
    words = _words(said)
    if any(word not in _NO and word not in _THANKS | _ASKING for word in words):
        return " ".join(word for word in words if word not in _THANKS | _POLITE) in _DROPPED
    return any(word in _NO for word in words)


def _has(words: list[str], phrases: tuple[str, ...]) -> bool:
    line = f" {' '.join(words)} "
    return any(f" {phrase} " in line for phrase in phrases)


def _words(said: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", said.casefold())
    return re.findall(r"\w+", "".join(c for c in apart if not unicodedata.combining(c)))
