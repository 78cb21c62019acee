"""Words that stand where a package's name would, and are none unless "package" is said."""

from __future__ import annotations

from collections.abc import Sequence

from bot.intent.rules.vocabulary import Vocabulary

_NO_PACKAGES = frozenset(
    "follows following halfway partially partly fully completely friends friend family co company "
    "dependencies dependency dependents deps whatever whichever everything something anything "
    "latter former rest others other stuff things ones one such etc also instead again "
    "otherwise perhaps maybe somewhat requirements prerequisites relatives siblings likewise "
    "modules extras extra neighbors neighbours neighbor neighbour peers add-ons plugins "
    "follow afterwards meanwhile first second last later half".split()
)
_PACKAGE = frozenset(("package", "packages"))


def unlikely(names: Sequence[str], words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether one of the names is a group, an environment or an everyday word."""
    if _PACKAGE & set(words):
        return False
    sets = {*vocabulary.group_words, *vocabulary.environment_words}
    return any(name in _NO_PACKAGES or name in sets for name in names)
