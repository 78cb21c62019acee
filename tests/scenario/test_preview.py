"""Facts are read at once, under a deadline; every command is known before anybody is asked."""

import asyncio

import pytest

from bot.adapters.store import open_store
from bot.domain.intents import Intent, PlanOptions, Wish
from bot.domain.inventory import Connection, ConnectionKind, Host, Inventory
from bot.domain.plans import Effect
from bot.planning.planner import outline
from bot.planning.preview import Previewer
from bot.settings import HostSettings, RunSettings
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import (
    Already,
    Fact,
    Hosts,
    Leaves,
    Now,
    Params,
    Shell,
    Skill,
    Undo,
    action,
)
from bot.testing.fake_host import FakeHosts
from bot.testing.manual_clock import ManualClock


class On(Params):
    hosts: Hosts


def parsed(result):
    if result.stdout == "odd\n":
        raise IndexError("odd")
    return result.stdout.strip()


STATE = Fact(name="state", command=Shell(argv=("state",)), parse=parsed)


def becomes(name, state, **more):
    @action(
        f"t.{name}", params=On, effect=Effect.WRITE, title=lambda p: name,
        facts=lambda p: (STATE,), **more,
    )  # fmt: skip
    def expand(p, host):
        yield Now(host[STATE])
        if host[STATE] == state:
            yield Already(f"it is {state}")
            return
        yield Shell(argv=(name,))
        yield Undo(Shell(argv=("un", name)))
        yield Leaves(STATE, state)

    return expand


@action(
    "t.reboot", params=On, effect=Effect.DESTRUCTIVE, title=lambda p: "reboot", cuts_connection=True
)
def reboot(p, host):
    """Restart."""
    yield Shell(argv=("reboot",))


@action("t.peek", params=On, effect=Effect.READ, title=lambda p: "peek")
def peek(p, host):
    """Look at it."""
    yield Shell(argv=("peek",))


ACTIONS = (becomes("stop", "off"), becomes("start", "on"), reboot, peek)
CATALOG = Catalog((Skill(name="t", summary="", actions=ACTIONS),))
LOCAL = Connection(kind=ConnectionKind.LOCAL)
INVENTORY = Inventory(
    hosts=(
        Host(name="a", environment="staging"),
        Host(name="b", environment="staging", connection=Connection(proxy_jump="ops@gate:22")),
        Host(name="gate", environment="staging"),
        Host(name="0-me", environment="local", connection=LOCAL),
    )
)


@pytest.fixture
def deadline():
    """Seconds for facts: more than the machine may be busy for."""
    return 30.0


@pytest.fixture
async def look(tmp_path, deadline):
    clock = ManualClock()
    store = open_store(tmp_path / "o.db", clock=clock)
    hosts = FakeHosts(lambda: INVENTORY, clock)
    hosts.answer(("state",), stdout="on\n")
    previewer = Previewer(hosts, store, HostSettings(facts_deadline=deadline))

    async def preview(*wishes, without=(), hurry=False, **options):
        intent = Intent(
            wishes=tuple(Wish(action=f"t.{n}", params={"hosts": list(h)}) for n, *h in wishes),
            options=PlanOptions(**options),
        )
        draft = outline(intent, CATALOG, INVENTORY, RunSettings())
        return await previewer.preview(draft, without=without, hurry=hurry)

    preview.hosts = hosts
    yield preview
    await store.close()


def argvs(step, host="a"):
    return [c.argv for c in step.target(host).commands]


async def test_stop_reboot_start_is_one_plan(look):
    found = await look(("stop", "a"), ("reboot", "a"), ("start", "a"), keep_order=True)
    assert [argvs(s) for s in found.steps] == [[("stop",)], [("reboot",)], [("start",)]]
    assert found.steps[2].target("a").now == "off", "as if the earlier ones had succeeded"
    assert look.hosts.ran(("state",)) == 1, "each fact is read once"


async def test_what_is_so_already_says_so(look):
    found = await look(("start", "a"))
    part = found.steps[0].target("a")
    assert (part.already, part.commands, part.undo) == ("it is on", (), ())


async def test_the_identity_is_frozen(look):
    found = await look(("stop", "a"))
    target = found.steps[0].target("a").target
    assert (target.fingerprint, target.boot_id) == ("SHA256:fake-a", "boot-a-1")


async def test_a_host_that_is_down_is_named_and_stays_on_the_card(look):
    look.hosts.machine("b").down = True
    found = await look(("stop", "a", "b"))
    assert [host for host, _ in found.unread] == ["b"]
    assert found.steps[0].hosts == ("a", "b")
    assert found.steps[0].target("b").cannot.startswith("b did not answer.")
    assert found.steps[0].target("b").commands == ()


@pytest.mark.parametrize("deadline", [1.0])
async def test_a_host_that_hangs_meets_the_deadline_and_costs_the_others_nothing(look):
    look.hosts.hang(("state",), host="b")
    found = await look(("stop", "a", "b"))
    (said,) = found.unread
    assert said[0] == "b"
    assert said[1].startswith("b answers, but reading its state was not done within 1 s.")
    assert "hosts.facts_deadline" in said[1]
    assert argvs(found.steps[0]) == [("stop",)]


@pytest.mark.parametrize("deadline", [1.0])
@pytest.mark.parametrize("wish", ["peek", "stop"])
@pytest.mark.parametrize("hurry", [True, False])
async def test_only_a_read_in_a_hurry_begins_without_a_host_that_is_silent(
    look, monkeypatch, hurry, wish
):
    """Where facts are needed, or somebody approves, it is waited for and named."""
    monkeypatch.setattr("bot.planning.preview.LATE_S", 0.02)
    look.hosts.machine("b").silence = asyncio.Event()
    found = await look((wish, "a", "b"), hurry=hurry)
    part = found.steps[0].target("b")
    if hurry and wish == "peek":
        assert (found.late, found.unread) == (("b",), ())
        assert argvs(found.steps[0], "b") == [("peek",)]
        assert not part.target.seen
    else:
        assert (found.late, found.unread) == ((), (("b", "b did not answer within 1 s."),))
        assert not part.commands
    assert found.steps[0].target("a").target.seen


async def test_output_that_nobody_understands_is_a_sentence(look):
    look.hosts.answer(("state",), host="a", stdout="odd\n")
    found = await look(("stop", "a", "b"))
    assert "could not understand what a said of state" in found.unread[0][1]
    assert argvs(found.steps[0], "b") == [("stop",)]


async def test_a_host_may_be_left_out_by_choice(look):
    look.hosts.machine("b").down = True
    found = await look(("stop", "a", "b"), ("start", "b"), without=("b",))
    assert found.unread == ()
    assert [(s.id, s.hosts) for s in found.steps] == [("s1", ("a",))]


async def test_needs_of_steps_that_fell_away_fall_away(look):
    found = await look(("stop", "b"), ("stop", "a"), keep_order=True, without=("b",))
    assert [(s.id, s.needs) for s in found.steps] == [("s2", ())]


async def test_overseers_own_host_comes_last_and_the_card_says_so(look):
    found = await look(("stop", "0-me", "a"))
    assert found.steps[0].hosts == ("a", "0-me")
    assert found.warnings == ("0-me is Overseer's own host, so it is done last in its step.",)


async def test_an_order_that_reboots_overseer_first_is_kept_with_a_warning(look):
    found = await look(("reboot", "0-me"), ("stop", "a"), keep_order=True)
    assert [s.action for s in found.steps] == ["t.reboot", "t.stop"]
    assert found.warnings == (
        "0-me is Overseer's own host: I go down with it and come back after.",
        "The order you gave is kept, although later steps follow Overseer's own reboot.",
    )


async def test_a_route_to_others_is_named(look):
    found = await look(("stop", "b", "gate"))
    assert found.warnings == ("b is reached through gate, which this changes.",)
