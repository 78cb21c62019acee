"""Who reads what people write: the rules over today's world, and a model before them.

wants_reading   what must be read on arrival: what may be a stop, or hold a secret
parse           the rules alone, at once
read            with a model where one is set up, within the models' patience
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.domain.intents import (
    Control,
    Deciding,
    Intent,
    Option,
    ParseContext,
    Question,
    Refusal,
    Revision,
    Understanding,
)
from bot.domain.inventory import Inventory
from bot.domain.messages import Person
from bot.domain.prompts import PromptFile
from bot.domain.usage import RULES, Chosen, Tier, stricter
from bot.errors import ConfigError
from bot.intent.among import is_talk
from bot.intent.at_once import wants_reading
from bot.intent.late import late
from bot.intent.model.beside import is_beside
from bot.intent.model.chosen import answer_in, picked, stands_alone
from bot.intent.model.confiding import inherited
from bot.intent.model.forcing import Forced, forced, no_such_tier
from bot.intent.model.grounds import Grounds
from bot.intent.model.local_words import folded
from bot.intent.model.measuring import measured
from bot.intent.model.reading import ModelReader
from bot.intent.parser import Parser as Rules
from bot.intent.rules import revising
from bot.intent.rules.control import only_asks
from bot.intent.within import names_elsewhere
from bot.pipeline.open_question import is_answer
from bot.ports import Prompt
from bot.skillkit.catalog import Catalog

if TYPE_CHECKING:
    from bot.intent.model.prompting import Prompter
    from bot.intent.rules.vocabulary import Vocabulary

MOST_LOOKED_AT = 2000
"""Characters in which hosts of elsewhere are looked for, on the event loop."""


class Reader:
    """The pipeline's parser.

    `units` are the services that hosts were seen to have; `models` is None where none is set up.
    """

    def __init__(
        self,
        catalog: Catalog,
        inventory: Callable[[], Inventory],
        units: Callable[[], tuple[str, ...]],
        models: ModelReader | None = None,
    ) -> None:
        """Compiles the sentences now: nobody's first request waits for that.

        Raises:
            ConfigError: a phrase can't be read, with its file.
        """
        self._rules = Rules()
        self._rules.templates(catalog)
        self._catalog = catalog
        self._inventory = inventory
        self._units = units
        self._models = models

    async def parse(self, text: str, context: ParseContext) -> Understanding:
        """See `bot.ports.Parser`."""
        said, context = self._forced(text), self._as_read(context)
        found = await self._parsed(self._held(said.text, context), said.unknown)
        found = self._beside(self._with_picks(found, said.text, context), said.text, context)
        found = _stop_of(_whole(found, said.text, context), said.text)
        found = self._among(found, said.text, context)
        return _for(found, said.tier or inherited(context, found))

    async def _parsed(self, held: Grounds | Understanding, unknown: str | None) -> Understanding:
        found = held if isinstance(held, Understanding) else await self._by_rules(held)
        if unknown is None or isinstance(found.outcome, Control | Refusal):
            return found  # a stop is never held up, and what is refused stays so
        return Understanding(outcome=no_such_tier(unknown))

    def wants_reading(self, text: str) -> bool:
        """See `bot.ports.Parser`."""
        return wants_reading(self._forced(text).text)

    async def read(
        self,
        text: str,
        context: ParseContext,
        *,
        person: Person,
        tier: Chosen | None = None,
        heard: float | None = None,
    ) -> Understanding:
        """See `bot.ports.Parser`."""
        said = self._forced(text)
        found = await self._read(said, context, person, stricter(tier, said.tier), heard)
        found = _stop_of(_whole(found, said.text, context), said.text)
        return self._among(found, said.text, context)

    async def _read(
        self,
        request: Forced,
        context: ParseContext,
        person: Person,
        tier: Chosen | None,
        heard: float | None,
    ) -> Understanding:
        context = self._as_read(context)
        held, unknown = self._held(request.text, context), request.unknown
        said = await self._parsed(held, unknown)
        said = self._with_picks(said, request.text, context)
        if tier is None:
            tier = inherited(context, said)
        elif isinstance(held, Grounds) and held.said is not None:  # words of the question's request
            tier = stricter(tier, inherited(context, said))
        if self._models is None or unknown is not None or isinstance(held, Understanding):
            return _for(self._beside(said, request.text, context), tier)
        if tier is not None and not isinstance(tier, Tier):  # the rules were asked for
            return _for(self._beside(said, request.text, context), tier)
        found = await self._models.read(held, said, person=person.name, tier=tier, heard=heard)
        found = _with_own(found, held)
        found = found.model_copy(update={"picks": said.picks, "apart": said.apart})
        return _for(self._beside(found, request.text, context), tier)

    def _forced(self, text: str) -> Forced:
        """What of a request chooses who reads it; what may be a host of ours is none of that."""
        return forced(text, self._is_name)

    def _is_name(self, word: str) -> bool:
        """Whether a host is called so, or is in a group or an environment that is."""
        return any(
            word in map(folded, (host.name, host.environment, *host.groups))
            for host in self._inventory().hosts
        )

    def _as_read(self, context: ParseContext) -> ParseContext:
        """With the requests before this one as they were read: without what chose a tier for them.

        That is kept beside them. What was stored before it was written down says it in its words
        alone.
        """
        plans = tuple(
            plan.model_copy(update={"request": said.text, "wanted": plan.wanted or said.tier})
            for plan, said in ((plan, self._forced(plan.request)) for plan in context.open)
        )
        earlier = tuple(
            each.model_copy(update={"wanted": each.wanted or self._forced(each.request).tier})
            for each in context.earlier
        )
        question = context.question
        if question is not None and question.wanted is None:
            question = question.model_copy(update={"wanted": self._forced(context.asked).tier})
        said = self._forced(context.request).text
        return context.model_copy(
            update={"request": said, "open": plans, "earlier": earlier, "question": question}
        )

    def _with_picks(self, found: Understanding, text: str, context: ParseContext) -> Understanding:
        """With what of the open question was picked, if they had seen it, or whether it is none."""
        if context.question is None or context.unseen:
            return found
        _, vocabulary = self._around(text, context)
        picks = answer_in(text, context, vocabulary)
        decides = isinstance(found.outcome, Deciding)  # about a run, whatever was asked
        apart = picks is None and (decides or stands_alone(text, vocabulary))
        return found.model_copy(update={"picks": picks, "apart": apart})

    def _beside(self, found: Understanding, text: str, context: ParseContext) -> Understanding:
        """With whether it is a look beside the open question."""
        if context.question is None or context.unseen:
            return found
        _, vocabulary = self._around(text, context)
        beside = is_beside(found, context.question, vocabulary)
        return found.model_copy(update={"beside": beside})

    def _among(self, found: Understanding, text: str, context: ParseContext) -> Understanding:
        """With whether it is none of Overseer's business, where it is said among people."""
        _, vocabulary = self._around(text, context)
        talk = is_talk(found, text, context, vocabulary, self._units())
        return found.model_copy(update={"talk": talk})

    def _held(self, text: str, context: ParseContext) -> Grounds | Understanding:
        """What is to be read and held against what; or what it is without reading it."""
        inventory, vocabulary = self._around(text, context)
        if (told := late(text, context, vocabulary)) is not None:
            return Understanding(outcome=told)
        if context.unseen:
            context = context.model_copy(update={"question": None})
        found = picked(text, context, vocabulary)
        return Grounds(
            text=found.text,
            context=found.context,
            catalog=self._catalog,
            inventory=inventory,
            vocabulary=vocabulary,
            units=self._units(),
            said=found.own,
        )

    def _around(self, text: str, context: ParseContext) -> tuple[Inventory, Vocabulary]:
        """What words are read against: in a bound channel its own hosts; see `within`."""
        inventory, units = self._inventory(), self._units()
        whole = self._rules.vocabulary(inventory, self._catalog, units)
        if not context.within:
            return inventory, whole
        part = inventory.within(context.within)
        here = self._rules.vocabulary(part, self._catalog, units)
        if len(text) > MOST_LOOKED_AT:  # nobody names a host by so much
            return part, here
        if not part.hosts or names_elsewhere(text, context, whole, here):
            return inventory, whole
        return part, here

    async def _by_rules(self, held: Grounds) -> Understanding:
        """What the rules make of it; of a model's sentence, with what nobody said marked."""
        found = await self._rules.parse(
            held.text, held.context, held.inventory, self._catalog, held.units
        )
        known = revising.option_of(held.context.question, found.outcome) is not None
        if held.said is not None and not known:
            outcome = measured(found.outcome, held.own())
            found = found.model_copy(update={"outcome": outcome})
        return _with_own(found, held)


def _for(found: Understanding, reader: Chosen | None) -> Understanding:
    """With whom the person chose to read it: what follows from it is for nobody else."""
    if reader is None:
        return found
    reading = found.reading.model_copy(update={"wanted": reader})
    outcome = found.outcome
    if isinstance(outcome, Question):
        outcome = outcome.model_copy(update={"wanted": reader})
    return found.model_copy(update={"outcome": outcome, "reading": reading})


def _with_own(found: Understanding, held: Grounds) -> Understanding:
    """With the person's own words, where what was read is a model's sentence."""
    if held.said is None:
        return found
    outcome = found.outcome
    if isinstance(outcome, Question):
        outcome = outcome.model_copy(update={"own": held.said})
    return found.model_copy(update={"outcome": outcome, "own": held.said})


def _whole(found: Understanding, text: str, context: ParseContext) -> Understanding:
    """With all that was asked for, where it was asked for in an answer: "2" says nothing later.

    A name that only hosts have told stays out of it: what is kept is told to models.
    """
    asked = context.question
    if found.own is not None or asked is None or context.unseen or found.beside:
        return found
    if not isinstance(found.outcome, Intent | Revision) or not is_answer(asked, found):
        return found
    both = "; ".join(filter(None, (context.asked, text)))
    whole = found.picks if found.picks and not asked.heard else both
    return found.model_copy(update={"own": whole})


def _stop_of(found: Understanding, text: str) -> Understanding:
    """`cancel plan 7` as what `stop 7` is: it is no plan itself, and refused in a sentence.

    Only where the rules have read it and it is all that was said, without a reason: what a model
    makes a cancellation is marked, and voted on where it must be.
    """
    outcome = found.outcome
    if not isinstance(outcome, Intent) or found.read_by != RULES or found.plan_only or found.own:
        return found
    if len(outcome.wishes) != 1 or outcome != Intent(wishes=outcome.wishes):
        return found
    (wish,) = outcome.wishes
    if wish.action != "plan.cancel" or wish.unsaid or wish.alone:
        return found
    number = str(wish.params["plan"])
    meant: Control | Question = Control(verb="cancel", scope=number)
    if only_asks(text):
        says = (Option(label=f"withdraw #{number}", says=f"stop {number}"),)
        meant = Question(about="plan", text=f"Shall I withdraw #{number}?", options=says)
    return found.model_copy(update={"outcome": meant})


class LatePrompts:
    """Prompts that are read and compiled when a model is first asked, and after a reload anew."""

    def __init__(self, load: Callable[[], Mapping[str, PromptFile]]) -> None:
        """`load` reads the files, those of the home instead of the shipped ones."""
        self._load = load
        self._made: Prompter | None = None
        self._renewed = 0
        """How often the files may have changed: what was begun before the last time is old."""

    async def compiled(self) -> Prompter:
        """The files as they are now, read and compiled beside those in use; see `renew`.

        Raises:
            ConfigError: one can't be used, with its file and line.
        """
        return await asyncio.to_thread(self._make)

    def renew(self, made: Prompter | None = None) -> None:
        """Take these from now on, or read the files when they are wanted; see `compiled`.

        What is being compiled now is old: the files may have changed since.
        """
        self._made = made
        self._renewed += 1

    async def fault(self) -> str:
        """Why nothing can be asked with them, in a sentence; empty: they are well."""
        try:
            await self.ready()
        except ConfigError as error:
            return error.sentence
        return ""

    async def plan(self, grounds: Grounds) -> Prompt:
        """See `bot.intent.model.reading.Prompting`."""
        made = await self.ready()
        if not made.ready(grounds.catalog, grounds.inventory):
            await asyncio.to_thread(made.prepare, grounds.catalog, grounds.inventory)
        return made.plan(
            grounds.text, grounds.context, grounds.catalog, grounds.inventory, grounds.units
        )

    async def ready(self) -> Prompter:
        """The prompts, read and compiled.

        Raises:
            ConfigError: one can't be used.
        """
        while (made := self._made) is None:
            began = self._renewed
            # it imports and compiles, and everybody else goes on meanwhile
            try:
                compiled = await asyncio.to_thread(self._make)
            except ConfigError:
                if began == self._renewed:
                    raise
            else:
                if began == self._renewed:
                    self._made = compiled
        return made

    def _make(self) -> Prompter:
        from bot.intent.model.prompting import Prompter

        return Prompter(self._load()["plan"])

    def repaired(self, prompt: Prompt, said: str, faults: tuple[str, ...]) -> Prompt:
        """See `bot.intent.model.reading.Prompting`."""
        if self._made is None:  # renewed since: the question stays as it was asked
            return prompt
        return self._made.repaired(prompt, said, faults)
