"""The rules, over a catalogue and an inventory: what the pipeline asks at once and first.

Where models are set up, `model.reading` holds their reading beside this one.

It keeps the compiled templates of a catalogue and the vocabulary of an inventory's version,
because compiling costs and both change rarely.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.domain.intents import ParseContext, Question, Understanding
from bot.domain.inventory import Inventory
from bot.intent.conversing import spoken
from bot.intent.hearsay import with_heard
from bot.intent.phrase_rules import Vocabulary
from bot.intent.rules.templates import Templates
from bot.skillkit.catalog import Catalog

KEPT = 8
"""Vocabularies that are kept: of the inventory, and of the parts that channels are bound to."""
LONG = 500
"""Characters of a request that is read in a thread of its own."""


class Parser:
    """Reads sentences against an inventory and a catalogue."""

    def __init__(self) -> None:
        """Nothing is compiled before the first sentence."""
        self._templates: tuple[Catalog, Templates] | None = None
        self._vocabularies: list[tuple[tuple[object, ...], Vocabulary]] = []

    def vocabulary(
        self, inventory: Inventory, catalog: Catalog, units: Iterable[str] = ()
    ) -> Vocabulary:
        """The vocabulary of this inventory and catalogue, built when either has changed."""
        names = tuple(sorted(set(units)))
        key = (inventory.version or inventory, catalog, names)
        kept = next((built for of, built in self._vocabularies if of == key), None)
        if kept is not None:
            return kept
        templates = self.templates(catalog)
        built = Vocabulary.build(inventory, catalog, units=names, templates=templates)
        self._vocabularies = [*self._vocabularies, (key, built)][-KEPT:]
        return built

    def templates(self, catalog: Catalog) -> Templates:
        """The compiled sentences of this catalogue; compiling them takes a good part of a second.

        Raises:
            ConfigError: a phrase can't be read, with its file.
        """
        if self._templates is None or self._templates[0] is not catalog:
            phrases = {name: skill.phrases for name, skill in catalog.skills.items()}
            self._templates = (catalog, Templates.build(phrases))
        return self._templates[1]

    async def parse(
        self,
        text: str,
        context: ParseContext,
        inventory: Inventory,
        catalog: Catalog,
        units: Iterable[str] = (),
    ) -> Understanding:
        """What the text asks for, and who read it.

        `units` are service names read from the hosts; they count when the inventory lists
        no services.
        """
        vocabulary = self.vocabulary(inventory, catalog, units)
        if len(text) > LONG:  # reading it takes a while, and everybody else goes on meanwhile
            found = await asyncio.to_thread(spoken, text, vocabulary, context)
        else:
            found = spoken(text, vocabulary, context)
        if isinstance(found.outcome, Question) and not inventory.services:
            heard = with_heard(found.outcome, text, units)
            found = found.model_copy(update={"outcome": heard})
        return found
