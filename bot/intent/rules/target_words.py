"""The words of the grammar of targets: quantifiers, nouns, exceptions, ways to say "all"."""

# ruff: noqa: E501 - word lists read worse when they are cut

from __future__ import annotations

from collections.abc import Mapping, Sequence

SINGULAR = frozenset("host machine server box node system instance computer".split())
LAST_ONES = (
    ("single", "one", "of"), ("last", "one", "of"), ("and", "every"), ("single",), ("last",),
)  # fmt: skip
"""Behind "every" or "each" they add nothing: "every single host"."""
OURS = (
    ("we", "have"), ("we", "own"), ("we", "run"), ("we", "manage"), ("you", "manage"), ("you", "know"),
    ("that", "we", "have"), ("there", "is"), ("that", "exists"), ("i", "have"),
)  # fmt: skip
"""Behind "every host" they add nothing either."""
PLURAL = frozenset("hosts machines servers boxes nodes systems instances computers".split())
PREPOSITIONS = frozenset("on in at from for of to across over throughout onto @".split())
ALL = frozenset(("all", "every", "each", "any", "both", "whichever"))
ARTICLES = frozenset(("the", "our", "my", "your", "those", "these", "this", "that", "a", "an"))
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
COUNTS = {said: n for n, word in enumerate(_NUMBERS, 2) for said in (word, str(n))}
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth last 1st 2nd 3rd 4th 5th".split()
)
"""Behind an article, before a group: "the third web host"."""
GROUPING = frozenset(
    ("group", "environment", "env", "tier", "groups", "fleet", "cluster", "estate")
)
JOIN = frozenset((",", "and", "&", "plus", "+", "/"))
_EXCEPTIONS = (
    ("all", "except"), ("with", "the", "exception", "of"), ("with", "exception", "of"),
    ("except", "for"), ("excepting",), ("except",), ("but", "not", "on"), ("but", "not"), ("but", "for"),
    ("but",), ("excluding",), ("without",), ("minus",), ("apart", "from"), ("aside", "from"), ("besides",),
    ("other", "than"), ("save", "for"), ("save",), ("bar",), ("not", "on"), ("not",), ("and", "not", "on"), ("and", "not"),
    ("leaving", "out"), ("skipping",), ("skip",), ("not", "including"), ("omitting",), ("sparing",), ("barring",),
    ("not", "counting"), ("leave", "out"), ("ignoring",), ("and", "skip"), ("but", "skip"), ("but", "leave", "out"),
    ("without", "touching"), ("without", "affecting"), ("without", "disturbing"),
    ("exclude",), ("but", "exclude"), ("and", "exclude"), ("except", "on"),
)  # fmt: skip
EXCEPT = tuple(sorted(_EXCEPTIONS, key=len, reverse=True))
"""The longest first: "but not" before "but"."""
SOFT_ENDS = frozenset(
    (
        "do",
        "not",
        "please",
        "only",
        "keep",
        "leave",
        "then",
        "first",
        "now",
        "if",
        "when",
        "to",
        "i",
        "it",
        "reload",
        "restart",
        "stop",
        "start",
        "reboot",
        "check",
        "show",
        "make",
        "be",
        "we",
        "you",
        "never",
    )
)
"""Behind "but": a verb phrase follows, not a name."""
TELLS = frozenset(("is", "was", "has", "seems", "looks", "works", "runs"))
"""Behind one more name: it begins a sentence of its own."""
WIDE = (
    ("everywhere",), ("across", "the", "board"), ("the", "whole", "fleet"), ("the", "entire", "fleet"),
    ("the", "fleet"), ("the", "whole", "lab"), ("the", "entire", "lab"), ("whole", "fleet"),
    ("all", "over", "the", "place"), ("the", "whole", "estate"), ("the", "entire", "estate"),
    ("the", "whole", "infrastructure"), ("the", "whole", "inventory"),
)  # fmt: skip
PRONOUNS = (
    ("all", "of", "them"), ("both", "of", "them"), ("each", "of", "them"), ("them", "all"),
    ("the", "same", "hosts"), ("the", "same", "host"), ("the", "same", "machine"), ("the", "same", "machines"),
    ("the", "same", "box"), ("the", "same", "server"), ("the", "same", "servers"), ("the", "same", "boxes"),
    ("that", "same", "host"), ("same", "host"), ("same", "hosts"), ("same", "machine"), ("same", "box"),
)  # fmt: skip


def _by_first(phrases: Sequence[tuple[str, ...]]) -> Mapping[str, list[tuple[str, ...]]]:
    """The phrases by the word with which each begins: most words begin none."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in phrases:
        found.setdefault(words[0], []).append(words)
    return found


WIDE_BY_FIRST = _by_first(WIDE)
PRONOUNS_BY_FIRST = _by_first(PRONOUNS)
MEMBERSHIP = frozenset(("in", "of", "from", "within", "inside", "belonging"))
UPGRADES = frozenset((
    "upgrade upgrading update updating patch patching install installing upgraded updated "
    "package packages bump bumped bumping upgrades updates patches patched"
).split())  # fmt: skip
"""A request with one of these may name packages."""
