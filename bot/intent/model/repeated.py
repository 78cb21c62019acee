"""Steps that a model hangs on words from which another step has come already. Pure.

"Lade nginx auf web-2 neu" orders one change. A second one that names the same words for its origin
has not been said: it is marked as a whole, unless its own verb stands there, or the words have as
many verbs of change as there are changes. Of those that share words the first keeps them: which
change a foreign verb means is the model's to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.intents import Wish
from bot.intent.model.ordered import changes_named
from bot.skillkit.catalog import Catalog


def repeats_marked(
    wishes: Sequence[Wish], catalog: Catalog, known: Collection[str] = ()
) -> tuple[Wish, ...]:
    """The wishes, each change marked whose words are another's.

    `known` are the actions of the open plan that is revised: they were asked for before.
    """
    found: list[Wish] = []
    before: list[Wish] = []
    for wish in wishes:
        action = catalog.action(wish.action)
        if not action.effect.changes or wish.action in known or not wish.words.strip():
            found.append(wish)
            continue
        sharing = [each for each in before if _share(each.words, wish.words)]
        others = {each.action for each in sharing} - {wish.action}
        again = any(each.action == wish.action for each in sharing)
        if others and not again and not _ordered(wish, sharing, len(others) + 1):
            title = action.title(catalog.params(wish.action, wish.params))
            wish = wish.model_copy(update={"unsaid": (*wish.unsaid, title)})
        else:
            before.append(wish)
        found.append(wish)
    return tuple(found)


def _share(one: str, other: str) -> bool:
    """Whether the words of one are among those of the other."""
    a, b = _folded(one), _folded(other)
    return a in b or b in a


def _ordered(wish: Wish, sharing: Sequence[Wish], changes: int) -> bool:
    """Whether the words say as much as this: the verb itself, or that many verbs."""
    verb = wish.action.rpartition(".")[2]
    said = max((wish.words, *(each.words for each in sharing)), key=len)
    named = changes_named(said, (verb,))
    return verb in named or len(named) >= changes


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
