"""What `eval` tells of a request that was not read exactly."""

import json

import pytest

from bot.intent.cases import corpus
from bot.intent.evaluation import score, write_predictions
from bot.intent.figures import Prediction, beside
from bot.intent.misread import FEW, ROOM

HOSTS = [f"web-{n}" for n in range(40)]


def cases(count=1):
    steps = [{"action": "service.restart", "params": {"hosts": HOSTS[:2], "service": "nginx"}}]
    row = {
        "text": "restart nginx on web-0\n and web-1", "tags": [], "skills": ["service"],
        "expect_any": [{"kind": "plan", "steps": steps}, {"kind": "clarify"}],
    }  # fmt: skip
    return corpus([json.dumps({"id": f"d{n:03}", **row}) for n in range(count)], "corpus")


def read(case, *hosts):
    step = {"action": "host.reboot", "params": {"hosts": list(hosts)}}
    return Prediction(case.id, "plan", (step,))


def test_what_was_expected_and_what_was_read_are_told_of_each():
    (case,) = cases()
    table = score([case], [read(case, "web-3")], ()).table()
    assert table.split("not exact\n")[1].splitlines() == [
        "  d000  DANGEROUS  “restart nginx on web-0 and web-1”",
        "      expected  plan: service.restart hosts=web-0,web-1 service=nginx",
        "      or        clarify",
        "      read      plan: host.reboot hosts=web-3",
    ]


@pytest.mark.parametrize("whole", [False, True])
def test_it_is_brief_unless_all_is_wanted(whole):
    asked = cases(FEW + 2)
    table = score(asked, [read(case, *HOSTS) for case in asked], ()).table(whole=whole)
    told = table.split("not exact\n")[1].splitlines()
    assert (max(map(len, told)) > ROOM) is whole
    assert sum("      read" in line for line in told) == (FEW + 2 if whole else FEW)
    assert any(line.startswith(f"  d{FEW + 1:03}") for line in told)
    assert ("--verbose" in told[-1]) is not whole


def test_two_parsers_are_told_beside_each_other():
    (case,) = cases()
    results = [score([case], [read(case, host)], ()) for host in ("web-3", "web-4")]
    brief, whole = (beside(("rules", "m"), results, whole=w) for w in (False, True))
    assert "--verbose" in brief
    assert "rules read  plan: host.reboot hosts=web-3" in whole
    assert "m read      plan: host.reboot hosts=web-4" in whole


def test_the_file_of_answers_has_what_was_said_and_what_is_right(tmp_path):
    (case,) = cases()
    file = tmp_path / "out.jsonl"
    write_predictions(score([case], [read(case, "web-3")], ()), file)
    row = json.loads(file.read_text())
    assert (row["exact"], row["text"]) == (False, case.text)
    assert row["steps"][0]["params"] == {"hosts": ["web-3"]}
    assert [each["kind"] for each in row["expected"]] == ["plan", "clarify"]
