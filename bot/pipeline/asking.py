"""From words to a verdict: understand, outline, judge, look, judge again, then ask or act.

Nothing here waits for a person. A plan that needs votes is stored with its digest and its
card, and this is done with it; a click takes it up again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from bot.conversation.holders import keep_own
from bot.domain.cards import ThreadItem
from bot.domain.events import Event
from bot.domain.intents import Intent
from bot.domain.plans import Decision, Plan, Reason, RunOptions, Verdict, digest_of
from bot.domain.runs import PlanState, RunState
from bot.domain.usage import Reading, stricter
from bot.errors import ConflictError, OverseerError
from bot.gate.lending import lent_by
from bot.pipeline import asked_again, asked_by, late, pending, starting
from bot.pipeline.asked import Asked
from bot.pipeline.deleting import withdrawn
from bot.pipeline.numbering import UNNUMBERED, Number, numbered
from bot.pipeline.readers import reader_of
from bot.pipeline.replacing import must_fit_here, replaced
from bot.pipeline.speaking import Speaker
from bot.pipeline.whats_left import must_go_on
from bot.planning.planner import Outline, outline
from bot.planning.preview import Preview, Previewer, skeleton
from bot.ports import Ask, Clock, GateQuestion, Store, Unit, World
from bot.skillkit.catalog import Catalog

_log = structlog.get_logger(__name__)


class Asking:
    """Makes plans of intents and hands them to the gate, twice."""

    def __init__(
        self,
        store: Store,
        speaker: Speaker,
        previewer: Previewer,
        catalog: Catalog,
        *,
        world: Callable[[], World],
        clock: Clock,
    ) -> None:
        """Wire it."""
        self._store = store
        self._speaker = speaker
        self._previewer = previewer
        self._catalog = catalog
        self._world = world
        self._clock = clock

    def only_looks(self, intent: Intent) -> bool:
        """Whether nothing of it changes anything."""
        return not any(self._catalog.action(w.action).effect.changes for w in intent.wishes)

    async def plan(self, asked: Asked) -> Plan | None:
        """Make the plan, store it, show its card.

        Returns the plan when it may run now, None when it is denied, waits for votes or has
        nothing to do. What went wrong is on the card.

        Raises:
            OverseerError: an earlier plan, or the rest of one, can't be looked at again; it stays
                as it is.
        """
        number = Number(asked.event, asked.plan_id)
        try:
            return await self._plan(asked, number)
        except OverseerError as error:
            trouble = error
        except Exception:  # noqa: BLE001 - a skill's or a library's fault must not end in silence
            _log.exception("a request could not be planned", plan=number.known)
            trouble = OverseerError(
                "Something inside me broke; nothing ran, and the log says what."
            )
        stays = asked.plan_id or (asked.rest.id if asked.rest is not None else None)
        if stays is not None:  # what is stored goes on; its card must say so
            await self._speaker.shown(stays)
            raise trouble
        await self._speaker.trouble(
            asked.thread, number.within, asked.text, trouble, event=asked.event
        )  # fmt: skip
        return None

    async def _plan(self, asked: Asked, number: Number) -> Plan | None:
        world = self._world()
        start = asked.intent.options.start
        if asked.over is not None and start == asked.over.start:  # it may have come meanwhile
            asked = replace(asked, intent=starting.still(asked.intent, self._clock.now()))
            start = asked.intent.options.start
        if start is not None:
            reader = self._speaker.reader(asked.person.name)
            starting.refuse_unfit(start, world.settings, reader)
        draft = outline(asked.intent, self._catalog, world.inventory, world.settings.run)
        if asked.repeats:
            steps = draft.steps
            last = await self._store.read(lambda u: asked_again.last(u, asked.thread, steps))
            asked = asked.once_more(last)
        first = await self._judge(asked, draft, None)
        must_fit_here(asked.over, first)
        if first.decision is Decision.DENY:
            plan = self._as_plan(asked, draft, skeleton(draft))
            await self._keep(self._sealed(plan, first), PlanState.DENIED, asked, number)
            return None
        if draft.looked_at and asked.rest is None:  # until that is stored, its run's card stands
            number.known = await self._speaker.looking(
                asked.thread, number.within, draft.title, draft.looked_at, asked.person.name
            )
        reads = first.decision is Decision.ALLOW and not draft.changes
        hurry = reads and not asked.plan_only and start is None
        preview = await self._previewer.preview(draft, without=asked.without, hurry=hurry)
        plan = self._as_plan(asked, draft, preview)
        if preview.unread and draft.changes:
            await self._keep(plan, PlanState.DRAFTED, asked, number)
            return None
        second = await self._judge(asked, draft, plan)
        if preview.late and second.decision is not Decision.ALLOW:
            # Somebody will approve it, so it must be known who the hosts are.
            preview = await self._previewer.preview(draft, without=asked.without)
            plan = self._as_plan(asked, draft, preview)
            second = await self._judge(asked, draft, plan)
        plan = self._sealed(plan, second)
        if asked.plan_only:
            await self._keep(plan, PlanState.DRAFTED, asked, number)
            return None
        if second.decision is Decision.DENY:
            await self._keep(plan, PlanState.DENIED, asked, number)
            return None
        if not has_work(plan):
            await self._keep(plan, PlanState.CANCELLED, asked, number)
            return None
        if second.decision is Decision.ASK:
            await self._keep(plan, PlanState.WAITING, asked, number)
            return None
        return await self._keep(plan, PlanState.APPROVED, asked, number)

    # -- judging ------------------------------------------------------------------------------

    async def _judge(self, asked: Asked, draft: Outline, plan: Plan | None) -> Verdict:
        names = [h.name for h in draft.hosts]
        holders: dict[str, int] = {}
        # who only wants to see the plan is in nobody's way; its card tells who changes the host.
        # Of a plan for a later time that is judged then: it waits behind what runs.
        now = not asked.queue and not asked.plan_only and draft.options.start is None
        if now and draft.changes and names:
            holders = await self._store.read(lambda u: u.holders(names))
        world = self._world()
        return world.gate.judge(
            GateQuestion(
                person=asked.person,
                asks=draft.asks() if plan is None else _asks_of(draft, plan),
                inventory=world.inventory,
                people=world.people,
                force_production=draft.options.force_production,
                reason=draft.reason,
                ways=draft.options,
                doubts=draft.doubts,
                holders={h: p for h, p in holders.items() if p not in asked.own},
                plan=plan,
                bounds=world.bounds(asked.thread),
                lends=world.lends_in(asked.thread),
                zone=reader_of(
                    world.people.named(asked.person.name), world, self._clock.now()
                ).zone,
            )
        )

    def _as_plan(self, asked: Asked, draft: Outline, preview: Preview) -> Plan:
        options = draft.options
        run = self._world().settings.run
        return Plan(
            id=asked.plan_id or UNNUMBERED,
            revision=asked.revision,
            requester=asked.person.name,
            thread=asked.thread,
            request=asked.text,
            reason=draft.reason,
            doubts=draft.doubts,
            read_by=asked.read_by,
            reading=_reading(asked),
            corrections=asked.intent.corrections,
            title=draft.title,
            steps=preview.steps,
            options=RunOptions(
                on_failure=options.on_failure or run.on_failure,
                parallel_steps=options.parallel_steps or run.parallel_steps,
            ),
            asked=options,
            force_production=options.force_production,
            warnings=preview.warnings,
            unread=preview.unread,
            created_at=self._clock.now(),
            inventory=self._world().inventory.version,
            plan_only=asked.plan_only,
            instead=asked.intent.instead,
            formerly=tuple(n for n in dict.fromkeys(asked.formerly) if n != asked.person.name),
            lent=tuple(sorted(asked.person.lent)),
        )

    def _sealed(self, plan: Plan, verdict: Verdict) -> Plan:
        """The plan with its verdict, deadline and, once it has its number, its digest."""
        return plan.model_copy(
            update={
                "verdict": verdict,
                "digest": digest_of(plan, verdict.policy) if plan.id != UNNUMBERED else "",
                **starting.deadlines(plan, self._world().settings),
            }
        )

    # -- storing ------------------------------------------------------------------------------

    async def _keep(
        self, plan: Plan, state: PlanState, asked: Asked, number: Number
    ) -> Plan | None:
        """Store plan, verdict, state and card in one transaction; the plan with its number.

        None where its message was deleted or stopped meanwhile: a new plan is stored as withdrawn
        then, and an open one stays as it is.

        Raises:
            OverseerError: of what is left of a run nothing would go on: that waits as before.
        """
        must_go_on(asked, plan, state)

        def work(unit: Unit) -> tuple[Plan, bool, ThreadItem | None]:
            void = pending.void(unit, asked.event) if asked.event else ""
            if not void and asked.overtaken():
                void = pending.STOPPED
            if void and asked.over is not None:
                return plan, False, None
            asked.ends(unit)
            named = asked_again.noted(
                unit, numbered(plan, number.within(unit)), asked.pressed, asked.former
            )
            new = named if asked.over is None else replaced(unit, asked.over, named)
            run = unit.run(new.id)
            if run is not None and run.state is not RunState.DRIFTED:
                raise ConflictError(f"#{new.id} has begun meanwhile.")
            unit.add_plan(new, PlanState.DRAFTED if void else state)
            asked_for = (*pending.answered(unit, asked.event), asked.event)
            for event in filter(None, asked_for):
                unit.became(asked.thread.surface, event, new.id)
            asked_by.noted(unit, new, asked.event, asked.by)
            if asked.event and pending.is_anew(unit, asked.event):
                keep_own(unit, new)
            late.asked(unit, new.id, asked.event)
            pending.done(unit, asked.event)
            if void:
                for told in _events(new, PlanState.DRAFTED, unit):
                    unit.append(told)
                withdrawn(unit, new, void)
            else:
                _hold_drifted(unit, new, state)
                for told in _events(new, state, unit):
                    unit.append(told)
            return named, not void, self._speaker.drawn_in(unit, new.id)

        named, kept, card = await self._store.write(work)
        number.known = named.id
        if card is not None:
            await self._speaker.pass_on(card, named, new=asked.plan_id is None)
        else:
            await self._speaker.shown(named.id)
        return named if kept else None


def _asks_of(draft: Outline, plan: Plan) -> tuple[Ask, ...]:
    """The asks that are left in the plan, with the hosts that are left in each."""
    by_id = {step.id: ask for step, ask in zip(draft.steps, draft.asks(), strict=True)}
    return tuple(
        replace(
            by_id[step.id], hosts=tuple(h for h in by_id[step.id].hosts if h.name in step.hosts)
        )
        for step in plan.steps
    )


def has_work(plan: Plan) -> bool:
    """Whether any target of any step has a command to run, and no step is impossible as a whole."""
    return not plan.impossible and any(
        target.commands for step in plan.steps for target in step.targets
    )


def was_seen(plan: Plan) -> bool:
    """Whether its card showed what would run: then asking again is asking for it."""
    return not plan.unread and has_work(plan)


def _hold_drifted(unit: Unit, plan: Plan, state: PlanState) -> None:
    """While a drifted run's new revision waits for votes, the run's own deadline does not count."""
    run = unit.run(plan.id)
    if state is PlanState.WAITING and run is not None and run.state is RunState.DRIFTED:
        unit.save_run(run.model_copy(update={"decide_by": None}))


def _events(plan: Plan, state: PlanState, unit: Unit) -> list[Event]:
    """What is told of a plan that was just stored."""
    verdict = plan.verdict
    events = [
        Event(
            kind="plan.drafted",
            at=unit.now,
            plan=plan.id,
            person=plan.requester,
            data={
                "title": plan.title, "revision": plan.revision, "digest": plan.digest,
                **({"reason": plan.reason} if plan.reason else {}),
                **({"start": plan.start.isoformat()} if plan.start else {}),
                **lent_by(plan.thread.surface, plan.lent),
            },
        )
    ]  # fmt: skip
    if verdict is not None:
        events.append(
            Event(
                kind="plan.judged",
                at=unit.now,
                plan=plan.id,
                data={
                    "decision": verdict.decision.value,
                    "reasons": [_said(r) for r in verdict.reasons],
                    "votes": verdict.votes,
                    "impact": verdict.impact.value,
                },
            )
        )
    expires = plan.expires_at.isoformat() if plan.expires_at else None
    known: dict[PlanState, tuple[str, dict[str, Any]]] = {
        PlanState.WAITING: ("plan.waiting", {"votes": verdict.votes if verdict else 0,
                                             "expires_at": expires}),
        PlanState.APPROVED: ("plan.approved", {"by": []}),
        PlanState.DENIED: ("plan.denied", {"by": "policy", "reason": _first_reason(verdict)}),
        PlanState.CANCELLED: ("plan.cancelled", {"by": "", "reason": "nothing to do"}),
    }  # fmt: skip
    told = known.get(state)
    if told:
        events.append(Event(kind=told[0], at=unit.now, plan=plan.id, data=told[1]))
    return events


def _reading(asked: Asked) -> Reading:
    """How it was read; what it changes may be for fewer readers than the change itself."""
    former = asked.over.reading.wanted if asked.over is not None else None
    wanted = stricter(asked.reading.wanted, former)
    return asked.reading.model_copy(update={"wanted": wanted})


def _said(reason: Reason) -> dict[str, str]:
    return {"id": reason.id, "text": reason.text}


def _first_reason(verdict: Verdict | None) -> str:
    return verdict.reasons[0].text if verdict and verdict.reasons else ""
