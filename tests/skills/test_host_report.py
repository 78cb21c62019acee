"""What the answer about machines says of them: no remark is missing, no word contradicts another."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from skills.host import report
from skills.host.facts import parse_health
from skills.host.report import status
from tests.skills.test_cases import recorded

CALM = parse_health(recorded("host", "status"))


def answer(monkeypatch, *healths):
    """The report on these machines, as if each had been read."""
    monkeypatch.setattr(report, "parse_health", lambda result: result.health)
    results = [
        SimpleNamespace(
            host=f"web-{n}",
            result=SimpleNamespace(error="", exit_status=0, stderr="", health=health),
        )
        for n, health in enumerate(healths, 1)
    ]
    return status(None, results)


@pytest.mark.parametrize(
    ("load", "word", "fine"),
    [
        ((0.1, 0.2, 0.2), "calm", True), ((1.9, 1.8, 1.8), "busy", True),
        ((2.0, 2.01, 2.0), "busy", True), ((2.6, 2.05, 1.0), "more than it can do", False),
        ((0.5, 2.05, 3.0), "more than it could do, calmer now", False),
    ],
)  # fmt: skip
def test_the_word_for_the_load_and_the_verdict_agree(monkeypatch, load, word, fine):
    found = answer(monkeypatch, replace(CALM, load=load, cpus=2))
    (aside,) = (block.aside for block in found.blocks if getattr(block, "label", "") == "load")
    assert aside == f"2 CPUs, {word}"
    assert ("is fine" in found.says) is fine
    assert fine or "load 2.05 on 2 CPUs" in found.says


def test_many_machines_each_have_their_reason_in_the_table(monkeypatch):
    found = answer(
        monkeypatch,
        *[CALM] * 4,
        replace(CALM, load=(9.0, 9.0, 9.0), cpus=2),
        replace(CALM, failed_units=("a", "b", "c", "d")),
    )
    (table,) = found.blocks
    remarks = {row[0]: row[-1] for row in table.rows}
    assert remarks["web-5"] == "load 9.00 on 2 CPUs"
    assert remarks["web-6"] == "4 units failed"
    assert remarks["web-1"] == ""
    assert found.says == "web-5 and web-6 are worth a look, 4 are fine."
