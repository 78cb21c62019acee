"""What is taken away from a set of hosts: "except web-2", "but not the staging ones"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.intent.rules.ranges import Selection, Trouble
from bot.intent.rules.target_words import EXCEPT, PREPOSITIONS, SOFT_ENDS
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import Token


class Lister(Protocol):
    """The part of the grammar of targets that is needed here."""

    tokens: Sequence[Token]
    vocabulary: Vocabulary

    def low(self, i: int) -> str:
        """The word at `i`."""
        ...

    def starts(self, i: int, words: Sequence[str]) -> bool:
        """Whether these words stand at `i`."""
        ...

    def term(self, i: int, *, after_preposition: bool, in_list: bool = False) -> Selection | None:
        """One member of a list, or None."""
        ...

    def listed(self, found: Selection, start: int, *, after_preposition: bool) -> Selection:
        """The selection that begins at `start`, with all that a list joins to it."""
        ...


def spared(grammar: Lister, found: Selection) -> Selection:
    """Take away what stands behind "except"."""
    i = found.end
    if grammar.low(i) in {",", "(", "-"}:
        i += 1
    for words in EXCEPT:
        if not grammar.starts(i, words):
            continue
        if words == ("but",) and grammar.low(i + 1) in PREPOSITIONS:
            continue
        j = i + len(words)
        while grammar.low(j) in {"on", "for", "in"}:
            j += 1
        first = grammar.term(j, after_preposition=True, in_list=True)
        if (
            first is None
            and j < len(grammar.tokens)
            and grammar.low(j)
            and grammar.low(j) not in SOFT_ENDS
        ):
            j += grammar.low(j) in {"the", "a", "our"}
            word = grammar.tokens[min(j, len(grammar.tokens) - 1)]
            if word.low.endswith("ing"):  # "without restarting it": no name
                continue
            if found.hosts and not found.back and word.kind == "word":
                return replace(
                    found,
                    trouble=found.trouble or Trouble("unknown", word.text),
                    end=min(j + 1, len(grammar.tokens)),
                )
            continue
        if first is None or first.back:
            continue
        out = grammar.listed(first, j, after_preposition=True)
        end = out.end + (1 if grammar.low(out.end) == ")" else 0)
        left = tuple(h for h in found.hosts if h not in (out.narrow or out.hosts))
        if words[0] in {"besides", "apart", "aside"} and left == found.hosts:
            continue  # "web-1 besides web-2" may mean both
        said = " ".join(t.text for t in grammar.tokens[i:end])
        none_left = None if left else Trouble("empty", said)
        trouble = found.trouble or out.trouble or none_left
        if found.back:
            return found
        taken = set(out.hosts) & set(found.hosts)
        named = _named(grammar, j, end)
        missed = tuple(h for h in out.hosts if h not in found.hosts and (not taken or h in named))
        return replace(
            found, hosts=left, end=end, trouble=trouble, group="",
            narrow=_less(found, out), out=out.hosts, missed=missed,
            contrast=words in _CONTRASTS and set(found.hosts) <= _named(grammar, 0, i),
        )  # fmt: skip
    return found


_CONTRASTS = frozenset((
    ("not",), ("but", "not"), ("not", "on"), ("but", "not", "on"), ("and", "not"),
    ("and", "not", "on"),
))  # fmt: skip


def _named(grammar: Lister, i: int, end: int) -> set[str]:
    """The hosts that are named between these places."""
    said = (grammar.vocabulary.host(t.text) for t in grammar.tokens[i:end])
    return {name for name in said if name}


def _less(found: Selection, out: Selection) -> tuple[str, ...]:
    """The smaller set that may be meant, when either phrase may mean two."""
    if not found.narrow and not out.narrow:
        return ()
    return tuple(h for h in found.narrow or found.hosts if h not in out.hosts)
