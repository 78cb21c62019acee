"""The first card offers only what can be done on these machines by this person."""

import pytest

from bot.domain.inventory import Connection, ConnectionKind, Host, Inventory, Service
from bot.domain.messages import Person, Role
from bot.reporting.answer_card import welcome_card

HERE = Host(name="localhost", environment="local", connection=Connection(kind=ConnectionKind.LOCAL))
WEB = Host(name="web-1", environment="production")


def offered(hosts=(HERE,), services=(), units=None, role=Role.ADMIN):
    inventory = Inventory(hosts=hosts, services=tuple(Service(name=n) for n in services))
    person = Person(name="ben", display="Ben", roles=frozenset({role}))
    return [b.says for b in welcome_card(person, inventory, units or {}).buttons]


def restarts(**given):
    return [said for said in offered(**given) if said.startswith("restart")]


@pytest.mark.parametrize("units", [{}, {"localhost": ()}, {"localhost": ("apparmor",)}])
def test_a_machine_without_systemd_or_not_yet_read_is_offered_reads_alone(units):
    said = offered(units=units)
    assert not any(s.startswith("restart") for s in said)
    assert "how is localhost?" in said
    assert len(said) == 5


def test_a_unit_that_was_seen_here_may_be_restarted():
    assert restarts(units={"localhost": ("apparmor", "cron")}) == ["restart cron on localhost"]


def test_what_the_inventory_lists_is_not_believed_of_this_machine():
    assert restarts(services=["nginx"]) == []
    assert restarts(services=["nginx"], units={"localhost": ("cron",)}) == []
    seen = {"localhost": ("cron", "nginx")}
    assert restarts(services=["nginx"], units=seen) == ["restart nginx on localhost"]


def test_of_another_host_the_inventory_is_believed():
    assert restarts(hosts=(HERE, WEB), services=["nginx"]) == ["restart nginx on web-1"]
    assert restarts(hosts=(HERE, WEB)) == []


def test_who_only_looks_is_offered_no_change():
    assert restarts(units={"localhost": ("cron",)}, role=Role.VIEWER) == []


def test_a_service_is_asked_about_by_a_name_that_is_known_there():
    assert "is ssh up on localhost?" in offered(units={"localhost": ("cron", "ssh")})
    assert "is nginx up on web-1?" in offered(hosts=(WEB,), services=["nginx", "redis"])
    assert "is redis up on web-1?" in offered(
        hosts=(WEB,), services=["nginx", "redis"], units={"web-1": ("redis",)}
    )
    assert "which updates are there on localhost?" in offered(units={"localhost": ("apparmor",)})
    elsewhere = Inventory(hosts=(HERE, WEB), services=(Service(name="nginx", hosts=("web-1",)),))
    viewer = Person(name="vera", display="Vera", roles=frozenset({Role.VIEWER}))
    card = welcome_card(viewer, elsewhere, {})
    assert "which updates are there on localhost?" in [b.says for b in card.buttons]
