"""A phrase that may mean several sets of hosts is asked about; one that is clear is not."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.domain.inventory import Host, Inventory
from bot.intent.phrase_rules import Vocabulary, understand
from tests.unit.intent.vocabularies import catalog, own, templates

NOTHING = ParseContext()


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on the staging one",
        "restart caddy on app-1 besides app-2",
        "reboot app-1 apart from app-2",
        "reboot app-3 aside from app-4",
        "restart caddy on app-1, check it, then app-2",
        "restart caddy on both hosts app-1, app-2 and app-3",
        "restart caddy on two hosts: app-1, app-2 and app-3",
        "patch caddy.conf on app-1",
        "restart caddy on the third app host",
        "restart caddy on app-[19]",
        "restart caddy, not on app-1 though",
        "restart caddy except on app-1",
    ],
)
def test_what_may_mean_more_or_fewer_is_asked_about(text):
    assert isinstance(understand(text, own(), NOTHING), Question)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("reboot the app hosts apart from app-2", ["app-1", "app-3", "app-4"]),
        ("restart redis on the staging cache one", ["cache-2"]),
        ("restart caddy on app-1 not app-2", ["app-1"]),
        ("restart caddy on both hosts app-1 and app-2", ["app-1", "app-2"]),
        ("restart caddy on two hosts: app-1 and app-3", ["app-1", "app-3"]),
        ("restart caddy on every single app host", ["app-1", "app-2", "app-3", "app-4"]),
        ("restart caddy on each and every app host", ["app-1", "app-2", "app-3", "app-4"]),
        ("pending patches, staging + office", ["app-3", "app-4", "cache-2", "nas"]),
        ("restart caddy on the app hosts, not on app-1 though", ["app-2", "app-3", "app-4"]),
        ("restart redis on cache without touching cache-1", ["cache-2"]),
        ("without touching cache-1, restart redis on the cache group", ["cache-2"]),
        ("restart caddy on the edges", ["edge-berlin", "edge-paris"]),
        ("is redis running on all the caches?", ["cache-1", "cache-2"]),
        ("start caddy on app-[12]", ["app-1", "app-2"]),
    ],
)
def test_what_is_clear_is_planned(text, hosts):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [w.params["hosts"] for w in outcome.wishes] == [hosts]


@pytest.mark.parametrize("said", ["every single server we have", "each and every machine", "every last one of the hosts", "every host that we have"])  # fmt: skip
def test_every_way_to_say_all_is_all(said):
    outcome = understand(f"reboot {said}", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert tuple(outcome.wishes[0].params["hosts"]) == tuple(sorted(own().hosts))


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("patch linux-image-amd64 on app-3", ["linux-image-amd64"]),
        ("upgrade the kernel package linux-image-6 on app-3", ["linux-image-6"]),
        ("the bash package on app-3 should be upgraded", ["bash"]),
        ("upgrade passwd on app-3", ["passwd"]),
    ],
)
def test_a_package_may_look_like_a_host_or_a_secret(text, packages):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params == {"hosts": ["app-3"], "packages": packages}


@pytest.mark.parametrize("text", ["upgrade app-9 on app-1", "upgrade apollo-9", "upgrade openssl on apollo-9"])  # fmt: skip
def test_a_host_that_nobody_has_is_no_package(text):
    assert isinstance(understand(text, own(), NOTHING), Question)


def test_they_are_the_hosts_of_the_step_before():
    outcome = understand("reboot app-3 and app-4, then check that they are up", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [(w.action, w.params["hosts"]) for w in outcome.wishes] == [
        ("host.reboot", ["app-3", "app-4"]),
        ("host.status", ["app-3", "app-4"]),
    ]


def test_digits_in_brackets_are_asked_about_where_they_may_be_one_number():
    hosts = [Host(name=name) for name in ("web-1", "web-2", "web-12")]
    both = Vocabulary.build(Inventory(hosts=tuple(hosts)), catalog(), templates=templates())
    question = understand("reboot web-[12]", both, NOTHING)
    assert isinstance(question, Question)
    assert {o.label for o in question.options} >= {"web-1", "web-2", "web-12"}


def test_a_plus_divides_two_steps():
    outcome = understand("stop redis on nas + reboot app-1", own(), NOTHING)
    assert [w.action for w in outcome.wishes] == ["service.stop", "host.reboot"]


@pytest.mark.parametrize(("text", "plans"), [("cancel 12", [12]), ("cancel 12 and 13", [12, 13])])
def test_a_bare_number_behind_cancel_is_a_plan(text, plans):
    outcome = understand(text, own(), NOTHING)
    assert [(w.action, w.params["plan"]) for w in outcome.wishes] == [
        ("plan.cancel", plan) for plan in plans
    ]
