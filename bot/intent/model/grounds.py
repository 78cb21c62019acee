"""What an answer of a model is held against: words, thread, catalogue, inventory. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import cached_property

from bot.domain.intents import Intent, ParseContext, Revision, Understanding
from bot.domain.inventory import Inventory
from bot.intent.model import clocks
from bot.intent.model.chosen import orders_somewhere
from bot.intent.model.words import Words, words_of
from bot.intent.rules import scheduling
from bot.intent.rules.times import zone_of
from bot.intent.rules.vocabulary import Vocabulary
from bot.skillkit.catalog import Catalog


@dataclass(frozen=True)
class Grounds:
    """What an answer is held against.

    `said` are the person's own words where `text` is a sentence that a model wrote and they picked
    (`chosen`); None: `text` is their own. `answered` is what they had said before the question to
    which it may be an answer (`answering`).
    """

    text: str
    context: ParseContext
    catalog: Catalog
    inventory: Inventory
    vocabulary: Vocabulary
    units: tuple[str, ...] = ()
    said: str | None = None
    answered: str = ""

    @property
    def spoken(self) -> str:
        """The person's own words: what isn't in them nobody has said."""
        if self.said is not None:
            return self.said
        return "; ".join(filter(None, (self.answered, self.text)))

    @property
    def timed(self) -> str:
        """Their words that say when: those that were said last, where these name a time.

        "At 23:00", and then "at 23:30": of what led to a question and what was said to it the last
        counts, and two times are not named.
        """
        if not self.answered or self.said is not None:
            return self.spoken
        return self.text if self.is_timed else self.spoken

    @property
    def is_timed(self) -> bool:
        """Whether the text says when."""
        text = self.text
        found = scheduling.found_in(text, self.context)
        return bool(found) or clocks.names_a_time(text) or clocks.at_once(text)

    @property
    def zone(self) -> tzinfo:
        """The zone in which the person's words mean times, and in which they are told one."""
        now = self.context.now
        return UTC if now is None else zone_of(self.context.zone, now)

    @cached_property
    def words(self) -> Words:
        """Those, and the ones before them in the thread, looked at one by one.

        They are looked at once, however many steps an answer has.
        """
        return self._newest(self.context)

    @cached_property
    def here(self) -> Words:
        """Those of this request alone."""
        return self._newest(ParseContext())

    def _newest(self, context: ParseContext) -> Words:
        """All of them; what the last ones name is named, whatever led to the question spared.

        Where it was asked whether a plan shall be changed, that has not been agreed to: nothing
        is left alone but what these words spare, and what the plan has is in it still.
        """
        words = words_of(self.spoken, context, self.vocabulary)
        if not self.answered or self.said is not None or not words.spared:
            return words
        if self._is_correction:
            last = words_of(self.text, context, self.vocabulary)
            return replace(words, hosts=words.hosts | last.hosts, spared=last.spared)
        named = words_of(self.text, ParseContext(), self.vocabulary).hosts
        return replace(words, hosts=words.hosts | named, spared=words.spared - named)

    @property
    def _is_correction(self) -> bool:
        asked = self.context.question
        options = asked.options if asked is not None else ()
        return bool(options) and all(isinstance(each.means, Revision) for each in options)

    @cached_property
    def shown(self) -> Words:
        """Those, and the sentence of a model's that they picked.

        They have read it on the button: for a look, that is as if they had said it.
        """
        if self.said is None:
            return self.words
        return words_of(f"{self.spoken}; {self.text}", self.context, self.vocabulary)

    @property
    def length(self) -> int:
        """Characters of all these words, before they are looked at."""
        before = sum(len(plan.request) for plan in self.context.open)
        return len(self.spoken) + len(self.context.request) + before

    def answering(self, rules: Understanding) -> Grounds:
        """The same with what led to the open question, where the text may be an answer to it.

        What `rules`, their reading, makes a request of its own is read for itself, and so is an
        order in another language that names where.
        """
        said = rules.outcome
        alone = isinstance(said, Intent) or (isinstance(said, Revision) and said.whole)
        if self.context.question is None or alone or orders_somewhere(self.text, self.vocabulary):
            return self
        return replace(self, answered=self.context.asked)

    def own(self) -> Grounds:
        """The same without what somebody else asked for in the thread: not this person's words."""
        if self.context.own:
            return self
        return replace(self, context=self.context.without_last())
