"""Intent → outline: which steps, on which hosts, in which order. Pure; touches no host.

The order is the safest that the request allows. An order that the person gave is kept. Else a
step needs every earlier step that shares a host with it when either of them changes
something; steps that share nothing run side by side.

A change on several production hosts runs one at a time and stops at the first failure,
unless the request says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.intents import Intent, PlanOptions, Wish
from bot.domain.inventory import OVERSEER, Host, Inventory
from bot.domain.wording import all_of
from bot.errors import RequestError
from bot.ports import Ask
from bot.settings import RunSettings
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action, Params

MAX_STEPS = 50
"""More wishes than this in one request is a mistake or an attack."""


@dataclass(frozen=True, kw_only=True)
class OutlineStep:
    """One step before its commands are known. `hosts` is empty for what has no host.

    `looks` are hosts that a step inside Overseer wants to know something of.
    """

    id: str
    action: Action
    params: Params
    hosts: tuple[Host, ...]
    needs: tuple[str, ...]
    batch: int
    stop_at_first_failure: bool
    timeout_s: float
    words: str
    looks: tuple[Host, ...] = ()
    unsaid: tuple[str, ...] = ()
    alone: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The hosts' names, `overseer` for what happens inside."""
        return tuple(h.name for h in self.hosts) or (OVERSEER,)


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A request as steps."""

    title: str
    steps: tuple[OutlineStep, ...]
    options: PlanOptions
    reason: str
    doubts: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether any step is more than a read."""
        return any(s.action.effect.changes for s in self.steps)

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Every host, once, in the order of first use."""
        return tuple({h.name: h for s in self.steps for h in s.hosts}.values())

    @property
    def looked_at(self) -> tuple[Host, ...]:
        """Every host that is read, also those that nothing is done on."""
        return tuple({h.name: h for s in self.steps for h in (*s.hosts, *s.looks)}.values())

    def asks(self) -> tuple[Ask, ...]:
        """The steps as the gate sees them.

        `batch` is what the person said: rolling by default is careful, but it is not their word,
        and stopping a whole group one at a time still stops it.
        """
        return tuple(
            Ask(
                action=s.action.name,
                effect=s.action.effect.value,
                raw=s.action.raw,
                params=s.params.model_dump(mode="json", exclude_none=True),
                hosts=s.hosts,
                batch=self.options.batch or 0,
                in_process=s.action.in_process,
                unsaid=s.unsaid,
                alone=s.alone,
            )
            for s in self.steps
        )


def outline(
    intent: Intent, catalog: Catalog, inventory: Inventory, settings: RunSettings
) -> Outline:
    """Arrange the wishes of an intent.

    Raises:
        RequestError: an unknown action, field or host, a value of the wrong shape, or too
            many steps. Nothing of a plan that is half right is kept.
    """
    if len(intent.wishes) > MAX_STEPS:
        raise RequestError(
            f"That is {len(intent.wishes)} steps; at most {MAX_STEPS} fit one plan.",
            cure="Say it in parts.",
        )
    steps: list[OutlineStep] = []
    for number, wish in enumerate(intent.wishes, 1):
        steps.append(_step(f"s{number}", wish, steps, intent.options, catalog, inventory, settings))
    return Outline(
        title=_title(steps, inventory, intent.options),
        steps=tuple(steps),
        options=intent.options,
        reason=intent.reason,
        doubts=intent.doubts,
    )


def _step(
    step_id: str,
    wish: Wish,
    earlier: Sequence[OutlineStep],
    options: PlanOptions,
    catalog: Catalog,
    inventory: Inventory,
    settings: RunSettings,
) -> OutlineStep:
    action = catalog.action(wish.action)
    params = catalog.params(wish.action, wish.params)
    hosts = () if action.in_process else _hosts(params, inventory)
    batch, stop = _rolling(action, hosts, options)
    return OutlineStep(
        id=step_id,
        action=action,
        params=params,
        hosts=hosts,
        needs=_needs(action, hosts, earlier, keep_order=options.keep_order),
        batch=batch,
        stop_at_first_failure=stop,
        timeout_s=options.step_timeout_s or settings.step_timeout,
        words=wish.words,
        looks=_looks(action, params, inventory),
        unsaid=wish.unsaid,
        alone=wish.alone,
    )


def _hosts(params: Params, inventory: Inventory) -> tuple[Host, ...]:
    """The frozen targets; a name that is not in the inventory never gets further than this."""
    names: Sequence[str] = getattr(params, "hosts", None) or ()
    found = [inventory.host(name) for name in names]
    unknown = [name for name, host in zip(names, found, strict=True) if host is None]
    if unknown:
        raise RequestError(f"{unknown[0]} is not in the inventory.")
    return tuple(host for host in found if host is not None)


def _looks(action: Action, params: Params, inventory: Inventory) -> tuple[Host, ...]:
    """The hosts that a step inside Overseer reads facts of; one that is gone is not read."""
    if not action.in_process or not action.facts(params):
        return ()
    names: Sequence[str] = getattr(params, "hosts", None) or ()
    found = [inventory.host(name) for name in names]
    return tuple(host for host in found if host is not None)


def _rolling(action: Action, hosts: Sequence[Host], options: PlanOptions) -> tuple[int, bool]:
    """How many targets at once (0: all), and whether the first failure stops the step."""
    careful = action.effect.changes and sum(h.is_production for h in hosts) > 1
    batch = options.batch if options.batch is not None else (1 if careful else 0)
    stop = options.stop_at_first_failure
    if stop is None:
        stop = action.effect.changes and batch > 0
    return (0 if batch >= len(hosts) else batch), stop


def _needs(
    action: Action, hosts: Sequence[Host], earlier: Sequence[OutlineStep], *, keep_order: bool
) -> tuple[str, ...]:
    if keep_order:
        return (earlier[-1].id,) if earlier else ()
    mine = {h.name for h in hosts} or {OVERSEER}
    return tuple(
        step.id
        for step in earlier
        if (action.effect.changes or step.action.effect.changes) and not mine.isdisjoint(step.names)
    )


def _title(steps: Sequence[OutlineStep], inventory: Inventory, options: PlanOptions) -> str:
    """`restart nginx on web, one at a time`: what, where and how, as a person would say it."""
    parts: list[tuple[list[str], str]] = []
    for step in steps:
        where = where_words([h.name for h in step.hosts], inventory)
        what = step.action.title(step.params)
        if parts and parts[-1][1] == where:
            parts[-1][0].append(what)
        else:
            parts.append(([what], where))
    said = ", then ".join(
        ", ".join(whats) + (f" on {where}" if where else "") for whats, where in parts
    )
    batch = max((s.batch for s in steps), default=0)
    if options.batch and batch:  # rolling by default is no word of theirs; its row says it
        said += ", one at a time" if batch == 1 else f", {batch} at a time"
    return said


_FEW = 3
"""So many hosts are named one by one."""


def where_words(hosts: Sequence[str], inventory: Inventory) -> str:
    """Some hosts in as few words as are still exact: a group's name, a list, or a count.

    A few hosts that come to a whole environment are named: nobody has to have meant all of it.
    """
    names = tuple(sorted(hosts))
    if not names:
        return ""
    if len(names) > 1:
        if names == inventory.names():
            return f"{all_of(len(names))} hosts"
        for group, members in inventory.groups().items():
            if members == names:
                return group
    if len(names) <= _FEW:
        return ", ".join(names)
    for environment, members in inventory.environments().items():
        if members == names:
            return environment
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"
