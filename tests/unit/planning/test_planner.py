"""The safest order that a request allows."""

import pytest

from bot.domain.intents import Intent, PlanOptions, Wish
from bot.domain.inventory import Host, Inventory
from bot.domain.plans import Effect
from bot.errors import RequestError
from bot.planning.planner import MAX_STEPS, outline, where_words
from bot.settings import RunSettings
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Call, Fact, Hosts, Params, Shell, Skill, action


class On(Params):
    hosts: Hosts


class Nowhere(Params):
    pass


def of(name, effect, params=On, **more):
    @action(name, params=params, effect=effect, title=lambda p: name.partition(".")[2], **more)
    def expand(p, host):
        yield Call(operation=name) if more.get("in_process") else Shell(argv=("x",))

    return expand


SKILL = Skill(
    name="t", summary="",
    actions=(
        of("t.look", Effect.READ), of("t.change", Effect.WRITE), of("t.destroy", Effect.DESTRUCTIVE),
        of("t.cancel", Effect.WRITE, Nowhere, in_process=True),
        of("t.history", Effect.READ, Nowhere, in_process=True),
    ),
)  # fmt: skip
CATALOG = Catalog((SKILL,))
INVENTORY = Inventory(
    hosts=(
        *(Host(name=f"web-{n}", groups=("web",)) for n in range(1, 5)),
        *(Host(name=f"lab-{n}", groups=("lab",), environment="staging") for n in range(1, 4)),
        Host(name="db-1", groups=("db",), environment="staging"),
    )
)


def planned(*wishes, **options):
    intent = Intent(
        wishes=tuple(
            Wish(action=f"t.{name}", params={"hosts": list(hosts)} if hosts else {})
            for name, *hosts in wishes
        ),
        options=PlanOptions(**options),
    )
    return outline(intent, CATALOG, INVENTORY, RunSettings())


def first(*wishes, **options):
    return planned(*wishes, **options).steps[0]


def test_a_change_on_several_production_hosts_rolls():
    step = first(("change", "web-1", "web-2", "web-3"))
    assert (step.batch, step.stop_at_first_failure) == (1, True)


@pytest.mark.parametrize(
    "wish",
    [("change", "web-1"), ("look", "web-1", "web-2"), ("change", "lab-1", "lab-2"),
     ("change", "web-1", "lab-1")],
)  # fmt: skip
def test_what_needs_no_care_runs_at_once(wish):
    step = first(wish)
    assert (step.batch, step.stop_at_first_failure) == (0, False)


def test_the_request_may_say_otherwise():
    all_at_once = first(("change", "web-1", "web-2"), batch=0)
    assert (all_at_once.batch, all_at_once.stop_at_first_failure) == (0, False)
    two = first(("change", "lab-1", "lab-2", "lab-3"), batch=2)
    assert (two.batch, two.stop_at_first_failure) == (2, True)
    on = first(("change", "web-1", "web-2", "web-3"), batch=2, stop_at_first_failure=False)
    assert (on.batch, on.stop_at_first_failure) == (2, False)


def test_a_batch_as_wide_as_the_step_is_no_batch():
    assert first(("change", "lab-1", "lab-2"), batch=5).batch == 0


def test_a_step_needs_what_it_shares_a_changed_host_with():
    steps = planned(
        ("change", "lab-1"), ("change", "lab-2"), ("look", "lab-1"), ("look", "lab-1", "lab-2"),
        ("change", "lab-2"),
    ).steps  # fmt: skip
    assert [s.needs for s in steps] == [(), (), ("s1",), ("s1", "s2"), ("s2", "s4")]


def test_reads_need_nobody():
    steps = planned(("look", "lab-1"), ("look", "lab-1")).steps
    assert [s.needs for s in steps] == [(), ()]


def test_an_order_that_was_given_is_kept():
    steps = planned(
        ("look", "lab-1"), ("change", "lab-2"), ("look", "lab-3"), keep_order=True
    ).steps
    assert [s.needs for s in steps] == [(), ("s1",), ("s2",)]


def test_what_happens_inside_keeps_its_order_too():
    steps = planned(("cancel",), ("history",), ("look", "lab-1")).steps
    assert [s.needs for s in steps] == [(), ("s1",), ()]


def test_defaults_come_from_the_settings():
    assert first(("look", "lab-1")).timeout_s == 300
    assert first(("look", "lab-1"), step_timeout_s=5).timeout_s == 5


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ([("change", "web-9")], "web-9 is not in the inventory"),
        ([("nothing", "web-1")], "There is no action t.nothing"),
        ([("change",)], "hosts"),
        ([("look", "lab-1")] * (MAX_STEPS + 1), "at most 50"),
        ([("look", "lab-1"), ("change", "web-9")], "web-9"),
    ],
)
def test_nothing_of_a_plan_that_is_half_right_is_kept(wishes, says):
    with pytest.raises(RequestError, match=says):
        planned(*wishes)


@pytest.mark.parametrize(
    ("wishes", "options", "title"),
    [
        ([("change", "lab-1")], {}, "change on lab-1"),
        ([("change", "web-1", "web-2", "web-3", "web-4")], {}, "change on web"),
        ([("change", "web-1", "web-2")], {"batch": 1}, "change on web-1, web-2, one at a time"),
        ([("change", "lab-1", "lab-2", "lab-3")], {"batch": 2}, "change on lab, 2 at a time"),
        ([("look", "lab-1"), ("change", "lab-1")], {}, "look, change on lab-1"),
        ([("look", "lab-1"), ("change", "db-1")], {}, "look on lab-1, then change on db-1"),
        ([("cancel",)], {}, "cancel"),
    ],
)
def test_titles(wishes, options, title):
    assert planned(*wishes, **options).title == title


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        ([], ""),
        (["db-1"], "db-1"),
        (["web-1", "lab-1"], "lab-1, web-1"),
        (["lab-1", "lab-2", "lab-3", "db-1"], "staging"),
        (["web-1", "web-2", "lab-1", "db-1"], "db-1, lab-1 and 2 more"),
        (list(INVENTORY.names()), "all 8 hosts"),
    ],
)
def test_where_in_few_exact_words(hosts, words):
    assert where_words(hosts, INVENTORY) == words


def test_a_few_hosts_are_named_though_they_are_a_whole_environment():
    hosts = tuple(Host(name=name, environment="staging") for name in ("web-3", "db-2"))
    inventory = Inventory(hosts=(*hosts, Host(name="web-1", environment="production")), version="1")
    assert where_words(["web-3", "db-2"], inventory) == "db-2, web-3"


def test_a_step_inside_overseer_looks_at_the_hosts_that_it_names_and_does_nothing_there():
    up = Fact(name="t.up", command=Shell(argv=("uptime",)), parse=lambda result: result)
    tells = of("t.tells", Effect.READ, On, in_process=True, facts=lambda _: (up,))
    catalog = Catalog((Skill(name="t", summary="", actions=(tells,)),))
    wish = Wish(action="t.tells", params={"hosts": ["web-1", "gone-1"]})
    found = outline(Intent(wishes=(wish,)), catalog, INVENTORY, RunSettings())
    assert (found.hosts, [h.name for h in found.looked_at]) == ((), ["web-1"])
    assert found.asks()[0].hosts == ()
