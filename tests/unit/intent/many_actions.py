"""A catalogue of as many actions as wanted: those that ship, and made-up ones of made-up skills."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, create_model

from bot.domain.plans import Effect
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action, Hosts, Params, Skill
from bot.skillkit.loader import load

THINGS = "volume lease quota token mirror shard replica bucket ledger beacon".split()
DEEDS = "show check list restart drain start rotate attach promote seal sweep prune".split()
EFFECTS = (Effect.READ, Effect.WRITE, Effect.DESTRUCTIVE)
SOME = (
    ("hosts", Hosts),
    ("name", Annotated[str, Field(max_length=100)]),
    ("count", Annotated[int, Field(ge=1, le=500)] | None),
    ("mode", Literal["fast", "careful"]),
    ("since", Annotated[str, Field(pattern=r"^(\d+[smhdw])+$")] | None),
)


def _params(thing, number):
    """Two to four parameters of every kind, with a docstring that says what one means."""
    few = [SOME[(number + n) % len(SOME)] for n in range(2 + number % 3)]
    fields = {name: (of, None) if "None" in str(of) else (of, ...) for name, of in few}
    name = f"{thing.title()}{number}"
    made = create_model(name, __base__=Params, **fields)
    made.__doc__ = f"`{few[0][0]}` is which {thing} of the {thing}s on the shelf is wanted."
    return made


def _action(skill, thing, number):
    deed = DEEDS[number % len(DEEDS)]
    return Action(
        name=f"{skill}.{deed}_{number}",
        params=_params(thing, number),
        effect=EFFECTS[number % 3],
        expand=lambda p, host: iter(()),
        title=lambda p: deed,
        summary=f"{deed.title()} the {thing} of number {number}, and wait until it has settled.",
    )


@cache
def catalog_of(count):
    """So many actions in all, five to a made-up skill."""
    skills = list(load())
    left = count - sum(len(skill.actions) for skill in skills)
    for number in range(0, left, 5):
        thing = f"{THINGS[number // 5 % 10]}{number // 50 or ''}"
        actions = tuple(_action(thing, thing, n) for n in range(number, min(number + 5, left)))
        phrases = {
            "sentences": [
                {
                    "action": a.name,
                    "phrases": [f"{a.name.split('.')[1].split('_')[0]} {thing} {{hosts}}"],
                }
                for a in actions
            ]
        }
        skills.append(Skill(name=thing, summary="", actions=actions, phrases=phrases))
    return Catalog(skills)
