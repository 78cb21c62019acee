"""What `show plan` tells of a plan."""

from bot.domain.cards import Output, Paragraph, text_of
from bot.domain.commands import CommandResult
from bot.skillkit.contract import HostResult
from skills.plan.report import show


class Asked:
    plan = 7


def told(command):
    step = {"number": 1, "title": "host.run", "hosts": ["web-1"], "commands": [command]}
    found = {
        "plan": 7, "title": "run a script", "requester": "Ben", "at": "14:02", "state": "DONE",
        "steps": [step],
    }  # fmt: skip
    result = CommandResult(exit_status=0, data=found)
    blocks = show(Asked(), [HostResult(host="overseer", results=(result,))]).blocks
    return [b for b in blocks if isinstance(b, (Output, Paragraph))]


def test_of_a_long_script_the_beginning_stands_there_and_how_much_comes_after_it():
    said, more = told("\n".join(f"echo {n}" for n in range(9)))
    assert said.text.startswith("$ echo 0\n")
    assert said.hidden_lines == 0  # those stand before an output
    assert more.text == "… 3 more lines after these"
    assert [b.text for b in told("df -h")] == ["$ df -h"]


def ended(hosts, note):
    targets = [
        {"host": h, "state": "skipped", "tone": "dim", "note": note.format(h), "duration_s": n}
        for n, h in enumerate(hosts)
    ]
    step = {"number": 1, "title": "restart nginx", "hosts": hosts, "targets": targets}
    found = {
        "plan": 7, "title": "restart nginx", "requester": "Ben", "at": "14:02", "state": "DONE",
        "steps": [step],
    }  # fmt: skip
    result = CommandResult(exit_status=0, data=found)
    blocks = show(Asked(), [HostResult(host="overseer", results=(result,))]).blocks
    return [(text_of(b.spans), b.aside) for b in blocks if getattr(b, "label", "") == "skipped"]


def test_of_many_hosts_those_that_ended_alike_are_one_row():
    hosts = [f"fl-{n:03}" for n in range(1, 501)]
    assert ended(hosts, "{} is off") == [("fl-001…fl-500  each is off", "at most 8 min 19 s")]


def test_of_few_hosts_each_has_a_row():
    assert ended(["a", "b"], "{} is off") == [("a  a is off", "under 1 s"), ("b  b is off", "1 s")]
