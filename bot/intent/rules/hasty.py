"""Words that take back what was just said, while it is still being read. Pure.

They are looked for only then: "wait" or "para" mean something else in most sentences, and here they
count only as the whole of one.
"""

from __future__ import annotations

_AROUND = " \t\r\n.,;:!?…¡¿\"'“”„`()"

_HALTS = frozenset(
    {
        "stop", "stopp", "halt", "abort", "abbrechen", "abbruch", "anhalten", "stoppen", "aufhören",
        "arrête", "arrete", "arrêter", "arrêtez", "arretez", "annule", "annuler", "annulez",
        "para", "parar", "pare", "detente", "cancela", "cancelar", "ferma", "fermati", "annulla",
        "cancel", "cancel it", "cancel that", "cancel this", "stop it", "stop that", "brich ab",
    }
)  # fmt: skip
_SECOND_THOUGHTS = frozenset(
    {
        "wait", "no wait", "wait a moment", "wait a minute", "wait a second", "hold on", "hang on",
        "never mind", "nevermind", "nvm", "forget it", "forget that", "forget about it",
        "forget what i said", "forget what i just said", "ignore what i said",
        "scratch that", "not now", "oops", "warte", "warte mal", "moment", "moment mal",
        "vergiss es", "doch nicht", "lass es", "attends", "attendez", "laisse tomber", "oublie",
        "espera", "espere", "olvídalo", "déjalo", "aspetta", "lascia stare",
    }
)  # fmt: skip


def is_halt(text: str) -> bool:
    """Whether it says stop, in a language of many, and nothing else."""
    return _bare(text) in _HALTS


def is_second_thought(text: str) -> bool:
    """Whether it says wait or never mind, and nothing else; it may answer an open question, too."""
    return _bare(text) in _SECOND_THOUGHTS


def _bare(text: str) -> str:
    words = " ".join(text.casefold().replace(",", " ").split()).strip(_AROUND)
    return words.removeprefix("please ").removesuffix(" please").removesuffix(" bitte")
