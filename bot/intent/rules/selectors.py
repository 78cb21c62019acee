"""The grammar of targets: which hosts a phrase means.

    union   = term { ("," | "and" | "&" | …) ["on"] (term | number) } [ except union ]
    term    = [quantifier] { group | environment } [noun] [ ("in" | "of") filter ]
            | [noun] name | range | glob | "everywhere"
    range   = web-1..3 | web-[1-3] | web-{1,2} | web-1 to web-3

Adjectives intersect ("production web hosts"), lists unite. A singular ("the gpu box") must
mean exactly one host, otherwise it is a question. A name that nobody has is a `Trouble`,
never dropped; a word that the grammar does not know ends the phrase and is left for the
rules that veto what is not understood.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules.excepting import spared
from bot.intent.rules.narrowing import narrowed
from bot.intent.rules.numbering import numbered_on
from bot.intent.rules.ranges import Selection, Trouble, several, up_to
from bot.intent.rules.sharing import shared
from bot.intent.rules.target_words import (
    ALL,
    ARTICLES,
    COUNTS,
    EXCEPT,
    GROUPING,
    JOIN,
    LAST_ONES,
    ORDINALS,
    OURS,
    PLURAL,
    PREPOSITIONS,
    PRONOUNS_BY_FIRST,
    SINGULAR,
    TELLS,
    UPGRADES,
    WIDE_BY_FIRST,
)  # fmt: skip
from bot.intent.rules.vocabulary import Vocabulary, stem
from bot.intent.rules.wellbeing import asked_after
from bot.intent.rules.words import Token


class Grammar:
    """Reads selections out of one list of tokens."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        """Keep both; nothing is read yet."""
        self.tokens = tokens
        self.vocabulary = vocabulary

    def low(self, i: int) -> str:
        """The casefolded word at `i`, or the empty string."""
        return self.tokens[i].low if 0 <= i < len(self.tokens) and self._plain(i) else ""

    def _plain(self, i: int) -> bool:
        return self.tokens[i].kind in {"word", "punct"}

    def starts(self, i: int, words: Sequence[str]) -> bool:
        """Whether these words stand at `i`."""
        return all(self.low(i + k) == word for k, word in enumerate(words))

    # -- union ---------------------------------------------------------------------------

    def read(self, i: int, *, after_preposition: bool) -> Selection | None:
        """The selection that begins at `i`, or None."""
        first = self.term(i, after_preposition=after_preposition)
        if first is None:
            return None
        found = self._counted(i, self.listed(first, i, after_preposition=after_preposition))
        return spared(self, found)

    def _counted(self, i: int, found: Selection) -> Selection:
        """ "both hosts web-1, web-2 and web-3": the number and the names must agree."""
        count = 2 if self.low(i) == "both" else COUNTS.get(self.low(i), 0)
        if not count or found.back or found.trouble or len(found.hosts) == count:
            return found
        said = self.say(i, found.end)
        return replace(found, trouble=Trouble("ambiguous", said, found.hosts))

    def listed(self, found: Selection, start: int, *, after_preposition: bool) -> Selection:
        """The selection that begins at `start`, with all that a list joins to it."""
        starts, members = [start], [found]
        hosts = set(found.hosts)  # sorted once, however long the list is
        while True:
            j = self._joined(found.end)
            if found.back or (j == found.end and not self._beside(j)):
                break
            more = numbered_on(self, found, j) or self.term(
                j, after_preposition=after_preposition, in_list=True
            )
            if more is None or more.back:
                break
            if after_preposition and len(more.hosts) == 1 and self.low(more.end) in TELLS:
                break  # "on web-3, web-1 is fine"
            hosts.update(more.hosts)
            found = Selection(
                hosts=more.hosts or found.hosts,
                end=more.end,
                wide=found.wide or more.wide,
                trouble=found.trouble or more.trouble,
                part=more.hosts,
            )
            starts.append(j)
            members.append(found)
        if len(members) == 1:
            return found
        members[-1] = replace(found, hosts=tuple(sorted(hosts)))
        return shared(self, starts, members)

    def _beside(self, j: int) -> bool:
        """`web-1 web-2`: two names with nothing but a space between them."""
        if not 0 < j < len(self.tokens) or self.tokens[j].start != self.tokens[j - 1].end + 1:
            return False
        names = (self.tokens[j - 1], self.tokens[j])
        return all(t.kind == "word" and self.vocabulary.host(t.text) for t in names)

    def _joined(self, i: int) -> int:
        """The place behind a separator, or `i` when there is none."""
        j = i
        if self.low(j) == ",":
            j += 1
        if self.low(j) in JOIN:
            j += 1
        elif self.starts(j, ("as", "well", "as")):
            j += 3
        if j == i:
            return i
        while self.low(j) in {"also", "on"}:
            j += 1
        return j

    # -- term ----------------------------------------------------------------------------

    def term(self, i: int, *, after_preposition: bool, in_list: bool = False) -> Selection | None:
        """One member of a list, or None."""
        if i >= len(self.tokens) or self.tokens[i].kind != "word":
            return None
        first = self.low(i)
        for words in WIDE_BY_FIRST.get(first, ()):
            if self.starts(i, words) and self.low(i + len(words)) not in SINGULAR:
                wide = Selection(self.vocabulary.hosts, i + len(words), wide=True)
                return self._filtered(wide, noun=True)
        for words in PRONOUNS_BY_FIRST.get(first, ()):
            if self.starts(i, words):
                return Selection(end=i + len(words), back=True)
        return self._named(i) or self._described(
            i, after_preposition=after_preposition, in_list=in_list
        )

    def _named(self, i: int) -> Selection | None:
        """A name, a range or a glob, perhaps behind "the host"."""
        j = i
        if self.low(j) in {"the", "our", "both"}:
            j += 1
        if self.low(j) in COUNTS and self.low(j + 1) in PLURAL:
            j += 1
        if self.low(j) in SINGULAR | PLURAL and j + 1 < len(self.tokens):
            j += 1
            if self.low(j) in {":", "named", "called"}:
                j += 1
        if self.low(j) in ALL and ("*" in self.low(j + 1)):
            j += 1
        if self.low(j) == "from":
            found = self._name_at(j + 1)
            if found and self.low(j + 2) in {"to", "through", "thru"}:
                j += 1
        found = self._name_at(j)
        if found is None:
            return None
        if self.low(found.end) in SINGULAR | PLURAL and not found.trouble:
            found = replace(found, end=found.end + 1)
        return self._filtered(found, noun=False)

    def _name_at(self, i: int) -> Selection | None:
        if i >= len(self.tokens) or self.tokens[i].kind != "word":
            return None
        said = self.tokens[i].text
        if said.casefold() in self.vocabulary.services and not self.vocabulary.host(said):
            return None
        wide = several(self.tokens[i].low, self.vocabulary, i + 1)
        if wide:
            return wide
        name = self.vocabulary.host(said)
        end = i + 1
        if name is None and self.low(i + 1).isdecimal() and said.isalpha():
            joined = f"{said}-{self.low(i + 1)}"
            known = self.vocabulary.host(joined)
            if known or self.low(i) in self.vocabulary.stems:
                name, end, said = known, i + 2, joined
        if name is None and (not self.vocabulary.looks_like_host(said) or self._package(i)):
            return None
        if self._other(said):
            return None
        word = self.low(end)
        if word in {"to", "through", "thru", "-", "until", ".."}:
            span = up_to(said, self.low(end + 1), self.low(end + 2), end + 2, self.vocabulary)
            if span:
                return span
        return self.one(said, end)

    def _package(self, i: int) -> bool:
        """Whether a strange name is a package: "upgrade linux-image-amd64 on web-1"."""
        own = stem(self.low(i))
        if own in self.vocabulary.stems or own in self.vocabulary.group_words:
            return False
        lows = [t.low for t in self.tokens]
        placed = any(w in {"on", "at", "across"} for k, w in enumerate(lows) if k != i - 1)
        return placed and self.low(i - 1) not in PREPOSITIONS and bool(UPGRADES & set(lows))

    def _other(self, said: str) -> bool:
        return said.casefold() in self.vocabulary.others

    def one(self, said: str, end: int) -> Selection:
        """The host of this name, or the trouble that nobody has it."""
        name = self.vocabulary.host(said)
        if name:
            return Selection((name,), end)
        return Selection(end=end, trouble=Trouble("unknown", said))

    def _described(  # noqa: C901 - the grammar of a noun phrase, read from left to right
        self, i: int, *, after_preposition: bool, in_list: bool
    ) -> Selection | None:
        """Quantifier, adjectives, noun, filter."""
        j = i
        everyone = False
        article = ""
        count = 0
        if self.low(j) in {"everything", "all"} and self._bare_all(
            j, after_preposition=after_preposition
        ):
            return self._filtered(Selection(self.vocabulary.hosts, j + 1, wide=True), noun=True)
        if self.low(j) == "everything" and (
            after_preposition or self.low(j - 1) in {"reboot", "rebooting"}
        ):
            found = self._filtered(Selection(self.vocabulary.hosts, j + 1, wide=True), noun=True)
            return found if found.end > j + 1 else None
        if self.low(j) in ALL:
            everyone = self.low(j) not in {"any", "whichever"}
            article = "" if everyone else "any"
            count = 2 if self.low(j) == "both" else 0
            j = self._past(j + 1, LAST_ONES if self.low(j) in {"every", "each"} else ())
            if self.low(j) == "of":
                j += 1
        if self.low(j) in ARTICLES:
            article = article or self.low(j)
            j += 1
        if self.low(j) in COUNTS:
            count = COUNTS[self.low(j)]
            j += 1
        if self.low(j) in {"whole", "entire", "complete"}:
            everyone = everyone or self.low(j + 1) not in SINGULAR  # "the whole machine" is one
            article = article or "the"
            j += 1
        nth = self.low(j) in ORDINALS and bool(self.adjectives(j + 1)[0])
        sets, words, j = self.adjectives(j + nth)
        if self.low(j) == "group" and not sets and self.low(j + 1) in self.vocabulary.group_words:
            sets, words, j = self.adjectives(j + 1)
            everyone = True
        noun = self.low(j) if self.low(j) in SINGULAR | PLURAL | GROUPING else ""
        if sets and self.low(j) in {"ones", "one"}:
            noun = "hosts" if self.low(j) == "ones" else "host"
        if noun:
            j += 1
            if noun in SINGULAR and self.low(j) in GROUPING:
                noun = self.low(j)
                j += 1
        if not sets and (noun in GROUPING or (noun and self.low(j) in {"inventory", "list"})):
            return None
        whole = everyone or noun in PLURAL | GROUPING or any(map(self.vocabulary.plural, words))
        whole = whole or (article == "the" and not noun and self._shared_noun(j))
        if nth:  # "the third web host": nobody has numbered them
            among = tuple(sorted(frozenset.intersection(*sets)))
            return Selection(end=j, trouble=Trouble("ambiguous", self.say(i, j), among))
        if sets:
            return self._grouped(i, j, sets, words, article, count,
                                 whole=whole, clear=bool(noun or everyone or after_preposition
                                 or len(sets) > 1 or in_list or self.vocabulary.plural(words[0]) or
                                 (article and words[-1] in self.vocabulary.group_words)))  # fmt: skip
        if not noun:
            return None
        hosts = Selection(self.vocabulary.hosts, j, wide=True)
        filtered = self._filtered(hosts, noun=True)
        if filtered.end > j and (everyone or noun in PLURAL):
            return filtered
        if filtered.end > j and filtered.trouble is None:
            return self._single(filtered, article, self.say(i, filtered.end))
        if self.low(i) == "both" and len(hosts.hosts) != 2:
            return Selection(end=j, back=True)
        if everyone:
            hosts = replace(hosts, end=self._past(j, OURS))
            return hosts if not count or count == len(hosts.hosts) else None
        if article == "this" and len(self.vocabulary.hosts) == 1:
            return Selection(self.vocabulary.hosts, j)
        if article in {"the", "that", "this", "those", "these"}:
            return Selection(end=j, back=True)
        return None

    def _past(self, j: int, phrases: Sequence[Sequence[str]]) -> int:
        """The place behind the first of these phrases that stands at `j`, or `j`."""
        return next((j + len(words) for words in phrases if self.starts(j, words)), j)

    def _shared_noun(self, j: int) -> bool:
        """ "the db and web hosts": the noun behind the second group is the first one's, too."""
        if self.low(j) not in JOIN:
            return False
        sets, _, end = self.adjectives(j + 1)
        return bool(sets) and self.low(end) in PLURAL

    def _bare_all(self, j: int, *, after_preposition: bool) -> bool:
        after = self.low(j + 1)
        names = self.vocabulary
        nouns = SINGULAR | PLURAL | set(names.group_words) | set(names.environment_words)
        if after in {"and", ","} and self.low(j + 2) in nouns:
            return False
        ends = j + 1 >= len(self.tokens) or after in {",", ".", "?", "!", ";", "and", "then"}
        excepts = any(self.starts(j + 1, words) for words in EXCEPT)
        placed = self.low(j + 2) in PREPOSITIONS  # "is all well in production"
        asked = self.low(j - 1) in {"is", "are"} and asked_after(self.low, j, j + 1) and not placed
        return excepts or (after_preposition and ends) or asked

    def adjectives(self, j: int) -> tuple[list[frozenset[str]], list[str], int]:
        """Groups and environments side by side, each the set of its hosts."""
        sets: list[frozenset[str]] = []
        words: list[str] = []
        names = self.vocabulary
        while True:
            low = self.low(j)
            without = low.removeprefix("non-") if low.startswith("non-") else ""
            if without in names.environment_words or without in names.group_words:
                known = names.environments.get(names.environment_words.get(without, ""), ())
                out = known or names.groups[names.group_words[without]]
                sets.append(frozenset(names.hosts) - frozenset(out))
            elif low in names.environment_words:
                sets.append(frozenset(names.environments[names.environment_words[low]]))
            elif low in names.group_words:
                sets.append(frozenset(names.groups[names.group_words[low]]))
            else:
                return sets, words, j
            words.append(low)
            j += 1

    def _grouped(
        self, i: int, j: int, sets: list[frozenset[str]], words: list[str], article: str,
        count: int, *, whole: bool, clear: bool,
    ) -> Selection | None:  # fmt: skip
        if asked_after(self.low, i, j):
            clear, whole = True, whole or not article
        if not clear:
            if not self._apart(i, j):
                return None
            clear = self.low(i - 1) in {",", ":"}
        names = self.vocabulary
        hosts = tuple(sorted(frozenset.intersection(*sets)))
        only = words[0] if len(words) == 1 else ""
        group = names.group_words.get(only) or names.environment_words.get(only) or ""
        found = self._filtered(Selection(hosts, j, group=group), noun=False)
        said = self.say(i, found.end)
        if found.trouble is None and not found.hosts:
            return replace(found, trouble=Trouble("empty", said))
        if count and count != len(found.hosts):
            return replace(found, trouble=Trouble("ambiguous", said, found.hosts))
        singular = (
            not whole
            and not count
            and (
                article in {"the", "a", "an", "any", "that", "this", "my", "our"}
                or self.low(j - 1) in SINGULAR | {"one"}
                or not clear
            )
        )
        environment_only = all(w in names.environment_words for w in words)
        one = self.low(j - 1) in SINGULAR | {"one"}
        if singular and not (environment_only and clear and not one):
            return self._single(found, article, said)
        return found

    def _apart(self, i: int, j: int) -> bool:
        """Whether a bare group is meant as hosts: "reboot web", "pending updates, prod + web"."""
        before, after = self.low(i - 1), self.low(j)
        ends = after in JOIN | {"", ".", "?", "!"}
        return before in {"reboot", "rebooting"} or (before in {",", ":"} and ends)

    def _single(self, found: Selection, article: str, said: str) -> Selection:
        if len(found.hosts) == 1 and article != "any":
            return replace(found, group="")
        return replace(found, trouble=Trouble("ambiguous", said, found.hosts), group="")

    def _filtered(self, found: Selection, *, noun: bool) -> Selection:
        return narrowed(self, found, noun=noun)

    def say(self, i: int, j: int) -> str:
        """The words from `i` up to `j`, as typed."""
        return " ".join(t.text for t in self.tokens[i:j])
