"""Whose output is meant: the hosts of a run, listed by numbers, however many they are."""

import pytest

from bot.adapters.terminal import picking
from bot.domain.cards import Button, Card, Choice, StepRow, TargetRow, Tone

OUTPUT = Button(id="output", label="Output of…", key="o", asks="Of which host?")


def fleet(number, card=None):
    hosts = [Choice(value=f"ci-{n}", label=f"ci-{n}") for n in range(1, number + 1)]
    return picking.offering(card or Card(id="c", title="t"), OUTPUT, hosts)


def values(button):
    return [choice.value for choice in button.choices]


def test_those_that_the_card_names_come_first_in_its_order():
    rows = tuple(TargetRow(hosts=(h,), state="x", tone=Tone.BAD) for h in ("ci-3", "gone-1"))
    step = StepRow(number=1, state="x", tone=Tone.BAD, title="t", targets=rows)
    assert values(fleet(4, Card(id="c", title="t", body=(step,)))) == ["ci-3", "ci-1", "ci-2", "ci-4"]  # fmt: skip


def test_the_only_host_is_not_asked_for():
    assert (fleet(1).value, fleet(1).choices) == ("ci-1", ())


def test_a_few_stand_in_the_prompt():
    few = fleet(3)
    assert picking.in_full(few, 80) == ""
    assert picking.prompt(few) == "Of which host? [1] ci-1   [2] ci-2   [3] ci-3 "


def test_more_are_numbered_in_columns():
    many = fleet(40)
    rows = picking.in_full(many, 80).split("\n")
    assert rows[0].startswith("[1] ci-1     [2] ci-2     [3] ci-3 ")
    assert max(map(len, rows)) <= 80
    assert sum(row.count("[") for row in rows) == 40
    assert picking.prompt(many) == f"Of which host? {picking.HOW} "
    assert all(row.count("[") == 1 for row in picking.in_full(many, 4).split("\n"))


def test_of_very_many_their_ranges_are_told():
    said = picking.in_full(fleet(12_000), 80)
    assert said == "12000 hosts, numbered in this order: ci-1…ci-12000"


@pytest.mark.parametrize(
    ("typed", "value", "why"),
    [
        ("1", "ci-1", ""),
        ("1200", "ci-1200", ""),
        ("CI-7", "ci-7", ""),
        ("-1200", "ci-1200", ""),
        (
            "i-119",
            "",
            "ci-119, ci-1190, ci-1191, ci-1192, ci-1193 and 6 more have i-119 in their names",
        ),
        ("0", "", "ci-10, ci-20, "),
        ("1201", "", "Nothing of it ran on 1201."),
        ("db-1", "", "Nothing of it ran on db-1."),
    ],
)
def test_a_number_a_name_or_a_part_of_one_says_which(typed, value, why):
    host, said = picking.meant(fleet(1200), typed)
    assert host == value
    assert said.startswith(why)
    assert bool(host) is not bool(said)


def test_without_a_list_what_is_typed_is_meant():
    assert picking.meant(OUTPUT, "web-9") == ("web-9", "")
