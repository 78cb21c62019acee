"""From tokens to items: every entity one item, every other word itself.

`Item.low` is what the templates see: the word, or a placeholder (`qhosts`, `qservice`,
`qnumber` …). A host phrase behind a preposition is an *adjunct*: it is understood with
every action and hidden from the templates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.intents import Correction
from bot.intent.rules import quantities, typos
from bot.intent.rules.aliases import alias, named, past_article
from bot.intent.rules.described import DESCRIBED, described
from bot.intent.rules.lexicon import COMMON, NEGATIONS
from bot.intent.rules.plan_numbers import plan_numbers
from bot.intent.rules.quoted import PLAIN_NAME, unquoted
from bot.intent.rules.ranges import Selection, Trouble
from bot.intent.rules.selectors import Grammar
from bot.intent.rules.target_words import EXCEPT, PLURAL, PREPOSITIONS, SINGULAR, UPGRADES
from bot.intent.rules.templates import PLACEHOLDERS
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import Token


@dataclass(frozen=True)
class Item:
    """One thing of a request. `start` and `end` are places in the text."""

    kind: str
    low: str
    start: int
    end: int
    text: str = ""
    selection: Selection | None = None
    names: tuple[str, ...] = ()
    adjunct: bool = False


_SOFT = frozenset(("the", "a", "an", "of", "for", "from", "its", "their", "our", "my", "both"))
_SERVICE_NOUNS = frozenset((
    "service", "services", "unit", "units", "daemon", "daemons", "server", "process", "instance",
    "unit's", "service's",
))  # fmt: skip
_TIME_AFTER_ON = frozenset((
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays "
    "thursdays "
    "fridays saturdays sundays weekdays weekends monday's friday's call hold top fire failure "
    "error errors"
).split())  # fmt: skip
_ENDS = frozenset(", . ? ! ; and then but again first beforehand".split())
_DEEDS = frozenset("restart reboot reload stop start upgrade update shutdown bounce".split())
_WHEN = frozenset("before after prior until till since during upon following".split())
_WANTING = frozenset((
    "do perform make give want need get have like trigger run execute issue begin carry out "
    "initiate kick off doing performing love request order schedule with appreciate"
).split())  # fmt: skip
_NO_SLIP = NEGATIONS | frozenset(word for words in EXCEPT for word in words)
_ABOUT_THEM = frozenset("that if whether check verify confirm are were do did have how".split())
_UNKNOWN_AFTER = frozenset(("on", "at", "across", "@"))

_OF_PLANS = frozenset(
    "open show see view display explain describe cancel abort drop scrap withdraw discard "
    "is was did has were does approved denied refused cancelled withdrew stopped ran "
    "me about redo rerun repeat undo revert".split()
)


_PARTS = frozenset("output result results commands steps details card".split())
"""What a plan has, and nothing else that has a number."""


class Tagger:
    """Tags one list of tokens."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        """Unquote plain names first: `restart "nginx"` means the service."""
        self.vocabulary = vocabulary
        self.tokens = [unquoted(t, i, tokens) for i, t in enumerate(tokens)]
        self.grammar = Grammar(self.tokens, vocabulary)
        self.corrections: list[Correction] = []
        self.upgrades = any(t.low in UPGRADES for t in self.tokens)

    def items(self) -> list[Item]:
        """All items in order."""
        found: list[Item] = []
        i = 0
        while i < len(self.tokens):
            item, i = self._at(i, found)
            if item is not None:
                found.append(item)
        return found

    def _at(self, i: int, before: Sequence[Item]) -> tuple[Item | None, int]:
        token = self.tokens[i]
        if token.kind in {"tick", "quote"}:
            return self._item("quote", f"q{token.kind}", i, i + 1), i + 1
        if token.kind in {"lines", "since"}:
            return self._item(token.kind, f"q{token.kind}", i, i + 1), i + 1
        if token.kind == "punct":
            plan = self._plan(i) if token.low == "#" and self._of_plans(i) else None
            if plan is not None:  # "open #90", as the cards write it
                return plan
            return self._item("punct", token.low, i, i + 1), i + 1
        if token.kind == "flag":
            return self._item("flag", token.low, i, i + 1), i + 1
        for reader in (
            self._plan,
            self._called,
            self._adjunct,
            self._other,
            self._hosts,
            self._services,
        ):
            read = reader(i)
            if read:
                return read
        return self._word(i, before)

    def _item(self, kind: str, low: str, i: int, j: int, **more: object) -> Item:
        text = " ".join(t.text for t in self.tokens[i:j])
        return Item(kind, low, self.tokens[i].start, self.tokens[j - 1].end, text, **more)  # type: ignore[arg-type]

    def _low(self, i: int) -> str:
        return self.grammar.low(i)

    # -- hosts ---------------------------------------------------------------------------

    def _adjunct(self, i: int) -> tuple[Item, int] | None:
        low = self._low(i)
        if low == "there" and self._low(i - 1) not in {"is", "are", "was", "were"}:
            if self._low(i + 1) not in {"is", "are", "was", "were"}:
                back = Selection(end=i + 1, back=True)
                return self._item("hosts", "qhosts", i, i + 1, selection=back, adjunct=True), i + 1
            return None
        if low == "here" and self.vocabulary.local:
            here = Selection((self.vocabulary.local,), i + 1)
            return self._item("hosts", "qhosts", i, i + 1, selection=here, adjunct=True), i + 1
        if low not in PREPOSITIONS or (low in {"of", "for"} and alias(self.grammar, i + 1)):
            return None
        if low in _SOFT and described(self.grammar, i + 1):
            return None
        j = i + 1
        if low == "over":
            if self._low(j) != "on":
                return None
            j += 1
        pronoun = self._low(j) in {"it", "them", "those", "these", "that", "this", "both"}
        if pronoun and self._ends(j + 1) and low in {"on", "at", "across", "from", "in"}:
            back = Selection(end=j + 1, back=True)
            return self._item("hosts", "qhosts", i, j + 1, selection=back, adjunct=True), j + 1
        found = self.grammar.read(j, after_preposition=True)
        if found is None:
            return self._unknown_host(i, j)
        if low == "to":
            return None
        end = found.end
        return self._item("hosts", "qhosts", i, end, selection=found, adjunct=True), end

    def _ends(self, i: int) -> bool:
        return i >= len(self.tokens) or self._low(i) in _ENDS

    def _alone(self, i: int) -> bool:
        """Whether "both" that ends here names nothing itself."""
        return self._ends(i) or self._low(i) in {"on", "at"}

    def _unknown_host(self, i: int, j: int) -> tuple[Item, int] | None:
        """`on apollo`: a name that nobody has stands where a host belongs."""
        if self._low(i) not in _UNKNOWN_AFTER or j >= len(self.tokens):
            return None
        if self._low(j) in {"the", "host", "our", "server", "machine", "box"}:
            j += 1
            if self._low(j) in SINGULAR | PLURAL:
                j += 1
        if j >= len(self.tokens) or self.tokens[j].kind != "word":
            return None
        token = self.tokens[j]
        if self._low(i) == "at" and self.vocabulary.service(token.text):
            return None  # "look at the nginx logs"
        if not self._nameish(token.low) or token.low in _TIME_AFTER_ON or token.low[:1] in "/~":
            return None
        if (
            token.low.isdecimal()
            or quantities.number(self.tokens, j)
            or re.match(r"\d+(:\d+|am|pm)", token.low)
        ):
            return None
        end = j + 1
        if self._low(end) in SINGULAR | PLURAL:
            end += 1
        found = Selection(end=end, trouble=Trouble("unknown", token.text))
        # "web-9 and web-1": the list goes on behind the unknown name.
        more = (
            self.grammar.read(end + 1, after_preposition=True)
            if self._low(end) in {"and", ","}
            else None
        )
        if more is not None and not more.back:
            end = more.end
        return self._item("hosts", "qhosts", i, end, selection=found, adjunct=True), end

    def _hosts(self, i: int) -> tuple[Item, int] | None:
        named = self.vocabulary.host(self.tokens[i].text)
        if self._low(i) in self.vocabulary.services and named is None:
            return None
        if self._low(i - 1) in {"what", "which"} and self._low(i) in SINGULAR | PLURAL:
            return None
        behind = described(self.grammar, i)
        if behind:
            return self._item("word", DESCRIBED, i, behind), behind
        belongs = self._low(i - 1) == "to" and self._low(i - 2).startswith("belong")
        found = self.grammar.read(i, after_preposition=belongs)
        if found is None:
            return None
        adjunct = self._low(i) == "everywhere" or (
            self._low(found.end - 1) == "everywhere" and found.end == i + 1
        )
        return self._item(
            "hosts", "qhosts", i, found.end, selection=found, adjunct=adjunct
        ), found.end

    def _of_plans(self, i: int) -> bool:
        """Whether a number at `i` can be a plan's: "show #7", "the output of #7"."""
        before = self._low(i - 1)
        return before in _OF_PLANS or (before == "of" and self._low(i - 2) in _PARTS)

    # -- other entities --------------------------------------------------------------------

    def _plan(self, i: int) -> tuple[Item, int] | None:
        found = plan_numbers(self.grammar, i)
        if found is None:
            return None
        numbers, end = found
        return self._item("plan", "qplan", i, end, names=numbers), end

    def _other(self, i: int) -> tuple[Item, int] | None:
        names = self.vocabulary
        low = self._low(i)
        if low in names.other_nouns and (
            self._low(i + 1).isdecimal() or self._low(i + 1) in names.others
        ):
            return self._item("other", "qother", i, i + 2, names=(names.other_nouns[low],)), i + 2
        known = names.others.get(low)
        if known is None or names.service(low) or names.host(low):
            return None
        end = i + 1
        if self._low(end) in names.other_nouns:
            end += 1
        return self._item("other", "qother", i, end, names=(known[0],)), end

    def _called(self, i: int) -> tuple[Item, int] | None:
        return self._services(past_article(self.grammar, i)) if named(self.grammar, i) else None

    def _services(self, i: int) -> tuple[Item, int] | None:
        first = self._service(i)
        if first is None:
            return None
        name, end = first
        names = [name]
        while True:
            j = end
            if self._low(j) == ",":
                j += 1
            if self._low(j) in {"and", "&", "+", "plus"}:
                j += 1
            elif self._low(j) == "as" and self._low(j + 1) == "well" and self._low(j + 2) == "as":
                j += 3
            if j == end:
                break
            while self._low(j) in {"the", "also"}:
                j += 1
            more = self._service(j)
            if more is None:
                break
            names.append(more[0])
            end = more[1]
        unique = tuple(dict.fromkeys(names))
        return self._item("service", "qservice", i, end, names=unique), end

    def _service(self, i: int) -> tuple[str, int] | None:
        j = i
        if self._low(j) in {"service", "unit", "daemon", "services"}:
            j += 1
        if j >= len(self.tokens) or self.tokens[j].kind != "word":
            return None
        called = alias(self.grammar, j)
        if called is not None:
            return called
        low = self._low(j)
        two = f"{low}-{self._low(j + 1)}"
        name = self.vocabulary.services.get(two)
        if name:
            end = j + 2
        else:
            name = self.vocabulary.service(self.tokens[j].text)
            end = j + 1
        if name is None:
            name = self._service_slip(j)
        if name is None:
            return None
        while self._low(end) in _SERVICE_NOUNS and self._low(end) != self._low(end - 1):
            end += 1
        return name, end

    def _service_slip(self, j: int) -> str | None:
        low = self._low(j)
        if self.upgrades or not self._nameish(low) or low in self.vocabulary.words:
            return None
        alias = typos.service(low, tuple(self.vocabulary.services))
        if not alias or typos.nearest(low, self.vocabulary.words):
            return None
        self._correct(self.tokens[j].text, alias)
        return self.vocabulary.services[alias]

    # -- words -----------------------------------------------------------------------------

    def _nameish(self, low: str) -> bool:
        """Whether a word could be a name: no English, no word of a template."""
        return (
            bool(low)
            and low not in COMMON
            and low not in _NO_SLIP
            and low not in self.vocabulary.words
            and low not in self.vocabulary.other_nouns
            and bool(PLAIN_NAME.fullmatch(low))
        )

    def _deed(self, i: int) -> bool:
        """Whether "the restart …" speaks of a restart, instead of wanting one."""
        return self._low(i) in _DEEDS and self._low(i - 2) not in _WANTING

    def _correct(self, said: str, read: str) -> None:
        if all(c.said != said for c in self.corrections):
            self.corrections.append(Correction(said=said, read=read))

    def _word(  # noqa: C901 - one branch for each kind of word
        self, i: int, before: Sequence[Item]
    ) -> tuple[Item | None, int]:
        token = self.tokens[i]
        low = token.low
        if low in PLACEHOLDERS:
            return self._item("word", f"said-{low}", i, i + 1), i + 1
        if low in {"its", "their"}:
            return self._item("its", "", i, i + 1), i + 1
        if low in _SOFT and not (low == "both" and before and self._alone(i + 1)):
            when = low in {"a", "an"} and self._low(i - 1) in _WHEN
            if (low in {"the", "our"} or when) and self._deed(i + 1):
                return self._item("word", "said-noun", i, i + 1), i + 1
            return None, i + 1
        if (
            low in {"it", "them", "those", "these"}
            or low == "both"
            or (low in {"that", "this"} and self._ends(i + 1) and before)
        ):
            return self._item("it", "qit", i, i + 1), i + 1
        if low == "they" and before and self._low(i - 1) in _ABOUT_THEM:
            return self._item("it", "qit", i, i + 1), i + 1
        if low in {"that", "this"} and self._low(i + 1) in {"service", "unit", "daemon"}:
            return self._item("it", "qit", i, i + 2), i + 2
        if (
            low in {"service", "unit", "daemon"}
            and self._low(i - 1) in {"the", "same"}
            and low != "unit"
        ):
            return self._item("it", "qit", i, i + 1), i + 1
        if (low[:1] in {"/", "~"} and len(low) > 1) or low == "/":
            return self._item("path", "qpath", i, i + 1), i + 1
        count = quantities.number(self.tokens, i)
        if count and low not in {"one", "a", "couple", "zero"}:
            item = self._item("number", "qnumber", i, count[1], names=(str(count[0]),))
            return item, count[1]
        if low in PLURAL:
            return self._item("word", "hosts", i, i + 1), i + 1
        if low in SINGULAR:
            return self._item("word", "host", i, i + 1), i + 1
        if not self.upgrades and self._nameish(low):
            read = typos.nearest(low, self.vocabulary.words)
            if read:
                self._correct(token.text, read)
                return self._item("word", read, i, i + 1), i + 1
        if self.upgrades and not before and self._nameish(low):
            read = typos.nearest(low, self.vocabulary.words)
            if read:
                self._correct(token.text, read)
                return self._item("word", read, i, i + 1), i + 1
        return self._item("word", low, i, i + 1), i + 1
