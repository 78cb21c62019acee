"""Nothing with an effect runs unless the policy allows it to run unasked, or enough distinct,
eligible people, none of them barred, approved exactly that digest, unexpired and unrevoked.

Told in thousands of short histories: people speak and press what is no longer true, roles and
hosts come and go, clocks jump, hosts fail and hang, Overseer dies in the middle. After every
move `oracle` looks at what was stored and what the hosts were really made to run.

500 fixed histories; 10,000 random ones with OVERSEER_LONG=1.
"""

import asyncio
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.buttons import BUTTONS
from bot.domain.commands import CommandResult
from tests.promises.oracle import Oracle, World, cards_are_true
from tests.promises.playbill import (
    CONTROLS,
    HOSTS,
    OTHER,
    PEOPLE,
    REQUESTS,
    RESTART,
    SCENES,
    TALK,
    UPTIME,
    commands,
    inventory_yaml,
    people_yaml,
    settings_yaml,
)  # fmt: skip
from tests.promises.swift_stage import SwiftStage

LONG = bool(os.environ.get("OVERSEER_LONG"))
MEMORY = Path("/dev/shm")

pytestmark = pytest.mark.timeout(0 if LONG else 1200)  # minutes of work, more beside other work

everybody = st.sampled_from(sorted(PEOPLE))
askers = st.sampled_from(["ben", "ben", "ben", "ana", "chris", "vera"])
voters = st.sampled_from(["chris", "dana", "ana", "ben", "vera"])
hosts = st.sampled_from(sorted(HOSTS))
pace = st.sampled_from([None, None, None, 0, 1, 2, 4, 8, 16, 40])
"""How far a history goes before its next move: to rest, or so many turns of the loop."""
roles = st.sampled_from(
    [frozenset(r) for r in (("viewer",), ("operator",), ("approver",), ("admin",))] + [None]
)


class Headline(RuleBasedStateMachine):
    """One history."""

    @initialize(
        lag=st.integers(0, 3),
        votes=st.sampled_from([1, 1, 2]),
        pre_approved=st.booleans(),
        alone=st.sampled_from([False, False, False, False, True]),
        scene=st.sampled_from(list(SCENES)),
    )
    def begin(self, lag, votes, pre_approved, alone, scene):
        self.path = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        people = {"ana": PEOPLE["ana"], "vera": PEOPLE["vera"]} if alone else dict(PEOPLE)
        world = World(people, dict(HOSTS), votes, pre_approved)
        self.stage = SwiftStage(
            self.path, lag=lag, people=people_yaml(world), inventory=inventory_yaml(world)
        )
        self.stage.home.settings.write_text(settings_yaml(world))
        self.oracle = Oracle(self.stage, world)
        self.cards = []
        for host in HOSTS:
            self.stage.units[host, "nginx"] = "active"
        self.stage._scripts[UPTIME] = CommandResult(exit_status=0, stdout="up\n")
        self.stage.open()
        for move in SCENES[scene].split(";") if SCENES[scene] else ():
            self._play(*move.strip().partition(" ")[::2])

    def _play(self, what, rest):
        """A move of a scene: somebody says or presses something, or a host fails."""
        asker = "ben" if "ben" in self.oracle.world.people else "ana"
        if what in {"approve", "press"} and not self.stage.do(self.stage.cards()):
            return
        if what in {"hang", "free"}:
            getattr(self.stage, what)(RESTART)
        elif what == "broken":
            self.stage.broken.add((rest, "nginx"))
        elif what == "approve":
            for who in ("chris", "dana", "ana"):
                self._go(self.stage.press(who, "approve", settle=False), 12)
        elif what == "reboots":
            self.stage.do(self.stage.crash())
            self.stage.machines[rest].reboot()
            self._again(None)
        elif what == "press":
            self._go(self.stage.press("ana", rest, settle=False), None)
        else:
            who = "ana" if rest == "everything" else asker
            self._go(self.stage.say(who, f"{what} {rest}", settle=False), None)

    def teardown(self):
        if not hasattr(self, "stage"):
            return
        try:
            self._nothing_is_left()
        finally:
            self.stage.shut()
            shutil.rmtree(self.path)

    def _go(self, work, turns):
        """Do this, then let the loop turn so often, or until nothing moves."""

        async def going():
            said = asyncio.ensure_future(work)
            self.stage.asked(said)
            if turns is not None:
                await self.stage.turn(turns)
                return None
            await self.stage.settle()
            return await said

        return self.stage.do(going())

    # -- people -----------------------------------------------------------------------------------

    @rule(who=askers, text=st.sampled_from(REQUESTS), turns=pace)
    def ask(self, who, text, turns):
        self._go(self.stage.say(who, text, settle=False), turns)

    @rule(who=everybody, text=st.sampled_from(TALK + CONTROLS), turns=pace)
    def talk(self, who, text, turns):
        self._go(self.stage.say(who, text, settle=False), turns)

    @rule(who=askers, text=st.sampled_from(REQUESTS), turns=pace)
    def deliver_twice(self, who, text, turns):
        for _ in range(2):
            self._go(self.stage.say(who, text, event="the-same", settle=False), turns)

    @rule(text=st.sampled_from(REQUESTS), voter=voters, turns=pace)
    def ask_and_approve(self, text, voter, turns):
        self._go(self.stage.say("ben", text, settle=False), None)
        if not self.stage.do(self.stage.cards()):
            return
        for who in ("chris", voter):
            self._go(self.stage.press(who, "approve", settle=False), turns)

    @precondition(lambda self: self.cards)
    @rule(who=voters, turns=pace)
    def approve(self, who, turns):
        waiting = [c for c in self.cards if c.state == "WAITING"] or self.cards
        self._go(self.stage.press(who, "approve", waiting[-1], settle=False), turns)

    @precondition(lambda self: self.cards)
    @rule(first=voters, second=voters, turns=st.sampled_from([0, 1, 3]))
    def approve_together(self, first, second, turns):
        waiting = [c for c in self.cards if c.state == "WAITING"] or self.cards
        self._go(self.stage.press(first, "approve", waiting[-1], settle=False), turns)
        self._go(self.stage.press(second, "approve", waiting[-1], settle=False), turns)

    @precondition(lambda self: any(c.state == "WAITING" for c in self.cards))
    @rule(
        turns=st.integers(0, 30),
        then=st.sampled_from(
            ["stop", "stop everything", "again", "die", "die long", "role", "host"]
        ),
        after=pace,
    )
    def approve_and_then(self, turns, then, after):
        """What comes between a vote, the run's first row and its first claims."""
        card = [c for c in self.cards if c.state == "WAITING"][-1]
        for who in ("chris", "dana"):
            self._go(self.stage.press(who, "approve", card, settle=False), 0)
        self._go(_nothing(), turns)
        world = self.oracle.world
        if then in {"stop", "stop everything"}:
            self._go(self.stage.say("ana", then, settle=False), after)
        elif then == "again":
            self._go(self.stage.press("ana", then, card, settle=False), after)
        elif then == "role":
            people = {**world.people, "chris": frozenset({"viewer"})}
            self._reload(replace(world, people=people), after)
        elif then == "host":
            self._reload(replace(world, hosts={**world.hosts, "web-1": OTHER}), after)
        else:
            self.die(away=1900 if then == "die long" else 0, turns=after)

    @precondition(lambda self: self.cards)
    @rule(
        who=everybody,
        which=st.integers(0, 5),
        button=st.sampled_from(sorted(BUTTONS)),
        value=st.sampled_from(["", "", "1", "web-1", "web-2"]),
        text=st.sampled_from(["", "ben", "because"]),
        event=st.sampled_from([None, None, None, "one-click"]),
        turns=pace,
    )
    def press(self, who, which, button, value, text, event, turns):
        card = self.cards[-1 - which % len(self.cards)]
        self._go(
            self.stage.press(who, button, card, value=value, text=text, event=event, settle=False),
            turns,
        )

    @precondition(lambda self: self.cards)
    @rule(who=everybody, which=st.integers(0, 3), forged=st.sampled_from(["", "0" * 64]))
    def forge(self, who, which, forged):
        card = self.cards[-1 - which % len(self.cards)]
        reply = self._go(
            self.stage.press(
                who, "approve", card.model_copy(update={"digest": forged}), settle=False
            ),
            None,
        )
        assert not reply.accepted

    @precondition(lambda self: self._useful())
    @rule(who=voters, pick=st.integers(0, 30), turns=pace)
    def press_what_is_offered(self, who, pick, turns):
        offers = self._useful()
        card, button = offers[pick % len(offers)]
        text = "ben" if button.id == "handover" else ""
        self._go(
            self.stage.press(who, button.id, card, value=button.value, text=text, settle=False),
            turns,
        )

    def _useful(self):
        newest = {c.plan: c for c in self.cards}
        return [
            (c, b)
            for c in newest.values()
            for b in c.buttons
            if b.id not in {"approve", "why", "change", "output", "deny", "cancel"}
        ]

    # -- time -------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.5, 6, 61, 290, 1700, 1799, 1801, 3700]))
    def wait(self, seconds):
        self.stage.do(self.stage.later(seconds))

    @rule(turns=st.sampled_from([1, 3, 10]))
    def a_moment(self, turns):
        self.stage.do(self.stage.turn(turns))

    @rule()
    def rest(self):
        self.stage.do(self.stage.settle())

    # -- the world --------------------------------------------------------------------------------

    def _reload(self, world, turns):
        home, before = self.stage.home, self.stage.seq
        home.people.write_text(people_yaml(world))
        home.inventory.write_text(inventory_yaml(world))
        home.settings.write_text(settings_yaml(world))
        self.stage.do(self.stage.reload())
        self.stage.do(self.stage.turn(3 * self.stage.lag + 3))
        self.oracle.changes_to(world, before, self.stage.seq)
        self._go(_nothing(), turns)

    @rule(who=everybody, now=roles, turns=pace)
    def change_role(self, who, now, turns):
        people = {p: r for p, r in self.oracle.world.people.items() if p != who}
        if now is not None:
            people[who] = now
        if people:
            self._reload(replace(self.oracle.world, people=people), turns)

    @rule(
        name=hosts,
        what=st.sampled_from(["address", "user", "environment", "gone", "back"]),
        turns=pace,
    )
    def change_host(self, name, what, turns):
        places = dict(self.oracle.world.hosts)
        place = places.get(name)
        if what == "back":
            places[name] = HOSTS[name]
        elif what == "gone":
            if len(places) > 1:
                places.pop(name, None)
        elif place is not None:
            other = {
                "address": replace(place, address="10.9.9.9"),
                "user": replace(place, user="root"),
                "environment": replace(
                    place,
                    environment="staging" if place.environment == "production" else "production",
                ),
            }
            places[name] = other[what]
        self._reload(replace(self.oracle.world, hosts=places), turns)

    @rule(votes=st.sampled_from([1, 2]), pre_approved=st.booleans(), turns=pace)
    def change_settings(self, votes, pre_approved, turns):
        self._reload(replace(self.oracle.world, votes=votes, pre_approved=pre_approved), turns)

    # -- hosts ------------------------------------------------------------------------------------

    @rule(name=hosts, what=st.sampled_from(["down", "up", "broken", "whole", "cut", "reboots"]))
    def trouble(self, name, what):
        machine = self.stage.hosts.machine(name)
        if what in {"down", "up"}:
            machine.down = what == "down"
        elif what == "cut":
            machine.cut_next = True
        elif what == "reboots":
            machine.reboot()
        elif what == "broken":
            self.stage.broken.add((name, "nginx"))
        else:
            self.stage.broken.discard((name, "nginx"))

    @rule(command=st.sampled_from(commands()))
    def hang(self, command):
        self.stage.hang(command)

    @rule(command=st.sampled_from(commands()), turns=pace)
    def free(self, command, turns):
        self.stage.free(command)
        self._go(_nothing(), turns)

    # -- Overseer itself --------------------------------------------------------------------------

    def _again(self, turns):
        self.oracle.lives.append(self.stage.seq)
        self.stage.do(self.stage.revive())
        self._go(_nothing(), turns)

    @rule(away=st.sampled_from([0, 0, 5, 1900]), turns=pace)
    def die(self, away, turns):
        self.stage.do(self.stage.crash())
        self.stage.do(self.stage.clock.advance(away))
        self._again(turns)

    @rule(turns=pace)
    def restart(self, turns):
        self.stage.do(self.stage.stopped())
        self._again(turns)

    # -- what must hold ---------------------------------------------------------------------------

    @invariant()
    def the_headline_holds(self):
        if not hasattr(self, "stage"):
            return
        self.oracle.check()
        if self.stage.calm:
            cards_are_true(self.stage)
        items = self.stage.store.look(lambda u: u.thread(self.stage.thread))
        for item in items:
            card = item.card
            if card is None or card.plan is None:
                continue
            if all(
                (c.plan, c.revision, c.digest, c.state)
                != (card.plan, card.revision, card.digest, card.state)
                for c in self.cards
            ):
                self.cards.append(card)

    def _nothing_is_left(self):
        """Given time, everything ends: no run goes on, nothing waits, no host is held."""
        for command in commands():
            self.stage.free(command)
        for name in HOSTS:
            self.stage.hosts.machine(name).down = False
        for _ in range(3):
            self.stage.do(self.stage.later(1900))
        self.oracle.check()
        assert self.stage.calm, "it is still busy with something"
        cards_are_true(self.stage)


async def _nothing():
    pass


TestHeadline = Headline.TestCase
TestHeadline.settings = settings(
    max_examples=10_000 if LONG else 500,
    stateful_step_count=30 if LONG else 15,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
