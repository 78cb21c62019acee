"""Hosts by names, groups, environments, labels and exceptions; and said back in few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.inventory import Host, Inventory
from bot.intent.model.selecting import Sets

HOSTS = tuple(
    Host(name=f"{group}-{n}", groups=(group,), environment=env, labels={"site": site})
    for group, env, site, many in (
        ("web", "production", "berlin", 4),
        ("db", "production", "paris", 2),
        ("ci", "staging", "berlin", 3),
    )
    for n in range(1, many + 1)
)
SETS = Sets.of(Inventory(hosts=HOSTS, version="x"))
NAMES = [host.name for host in HOSTS]


@pytest.mark.parametrize(
    ("entries", "hosts"),
    [
        ("web-1", "web-1"),
        ("web", "web-1 web-2 web-3 web-4"),
        ("staging", "ci-1 ci-2 ci-3"),
        ("site=paris", "db-1 db-2"),
        ("web !web-2", "web-1 web-3 web-4"),
        ("!web-2 web", "web-1 web-3 web-4"),
        ("all !production", "ci-1 ci-2 ci-3"),
        ("production&site=berlin", "web-1 web-2 web-3 web-4"),
        ("all !production&site=berlin", "ci-1 ci-2 ci-3 db-1 db-2"),
        ("web-1 web-1 web", "web-1 web-2 web-3 web-4"),
        ("web !web", ""),
        ("!web-2", ""),
        ("", ""),
    ],
)
def test_entries_choose(entries, hosts):
    chosen = SETS.chosen(entries.split())
    assert chosen.hosts == tuple(hosts.split())
    assert chosen.unknown == ()


@pytest.mark.parametrize(
    ("entries", "unknown"),
    [
        (["web-9", "web-1"], ("web-9",)),
        (["Web-1"], ("Web-1",)),
        (["!web-9", "web"], ("web-9",)),
        (["web&nowhere"], ("nowhere",)),
        ([""], ("",)),
        (["!"], ("",)),
        (["web-1; rm -rf /"], ("web-1; rm -rf /",)),
        (["!!web-1"], ("!web-1",)),
    ],
)
def test_what_nothing_is_called_is_told(entries, unknown):
    assert SETS.chosen(entries).unknown == unknown


def test_an_unknown_part_chooses_nothing():
    assert SETS.chosen(["web&nowhere"]).hosts == ()


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ("ci-1 ci-2 ci-3", "ci"),
        ("web-1 web-2 web-3 web-4 ci-1", "ci-1 web".split()),
        ("web-1 web-3 web-4", ["web", "!web-2"]),
        ("db-1", ["db-1"]),
        ("", []),
    ],
)
def test_hosts_are_said_in_few_words(hosts, said):
    found = SETS.said(hosts.split())
    assert sorted(found) == sorted([said] if isinstance(said, str) else said)


def test_all_is_all():
    assert SETS.said(NAMES) == ["all"]


@given(st.sets(st.sampled_from(NAMES)))
def test_what_is_said_chooses_the_same(hosts):
    said = SETS.said(sorted(hosts))
    chosen = SETS.chosen(said)
    assert (set(chosen.hosts), chosen.unknown) == (hosts, ())
    assert len(said) <= max(1, len(hosts))


def test_a_label_with_the_sign_for_both_is_a_name_first():
    odd = Host(name="x-1", labels={"a&b": "c&d"})
    assert Sets.of(Inventory(hosts=(odd, *HOSTS))).chosen(["a&b=c&d"]).hosts == ("x-1",)
