"""Skills, tested as data: arguments and facts in, commands and sentences out.

A case is `tests/skills/SKILL/*.json`: a mapping of names to `action`, `params`, optionally
`host` (its connection) and either `facts` (fact name → recorded output) for what is yielded,
or `results` (host → recorded outputs, or `data` for an in-process action) for the report.
`recorded/` holds what real machines printed, each with its source.
"""

import json
from pathlib import Path

import pytest

from bot.domain.cards import text_of
from bot.domain.commands import CommandResult, Script, shown
from bot.domain.inventory import Connection, Host, Target
from bot.reporting.exact import diagnosis
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import HostResult
from bot.skillkit.expand import expand
from bot.skillkit.loader import load

HERE = Path(__file__).parent
CATALOG = Catalog(load())


def cases():
    for path in sorted(HERE.glob("*/*.json")):
        for name, case in json.loads(path.read_text(encoding="utf-8")).items():
            yield pytest.param(path.parent.name, case, id=f"{path.parent.name}/{path.stem}: {name}")


def recorded(skill, name):
    found = json.loads((HERE / skill / "recorded" / f"{name}.json").read_text(encoding="utf-8"))
    return CommandResult(
        exit_status=found["exit_status"],
        stdout="".join(f"{line}\n" for line in found["stdout"]),
        stderr="".join(f"{line}\n" for line in found["stderr"]),
    )


def expanded(skill, case):
    """What the action yields for one host, as the card would show it; empty parts left out."""
    action = CATALOG.action(case["action"])
    params = CATALOG.params(action.name, case["params"])
    host = Host(name="web-1", connection=Connection(**case.get("host", {})))
    declared = {fact.name: fact for fact in action.facts(params)}
    facts = {
        name: declared[name].parse(recorded(skill, file))
        for name, file in case.get("facts", {}).items()
    }
    expansion = expand(action, params, host, Target(name="web-1"), facts)
    plan, leaves = expansion.plan, expansion.leaves
    outcome = {
        "title": action.title(params),
        "now": plan.now,
        "commands": [command_text(c) for c in plan.commands],
        "unless": [[*c.unless.argv, c.unless.says] for c in plan.commands if unless(c)],
        "checks": [check_text(check) for check in plan.checks],
        "diagnose": [text for check in plan.checks for text in diagnosis(check)],
        "undo": [command_text(c) for c in plan.undo],
        "cautions": list(plan.cautions),
        "already": plan.already,
        "cannot": plan.cannot,
        "leaves": {name: getattr(value, "active", str(value)) for name, value in leaves.items()},
    }
    return {key: value for key, value in outcome.items() if value}


def unless(command):
    return getattr(command, "unless", None)


def command_text(command):
    """A script of the skill's own is named by its first line, so that cases stay readable."""
    if isinstance(command, Script) and command.text.count("\n") > 3:
        return f"script: {command.text.splitlines()[0]}"
    return shown(command)


def check_text(check):
    after = f" after {check.settle_s:g} s" if check.settle_s else ""
    words = " or ".join(repr(word) for word in (check.stdout, *check.or_stdout))
    says = "" if check.stdout is None else f" says {words}"
    return f"{' '.join(check.argv)}{says}{after}"


def reported(skill, case):
    action = CATALOG.action(case["action"])
    params = CATALOG.params(action.name, case["params"])
    if "data" in case:
        results = [HostResult(host="overseer", results=(result_of(case["data"]),))]
    else:
        results = [
            HostResult(host=host, results=(answer(skill, name),))
            for host, name in case["results"].items()
        ]
    report = action.report(params, results)
    return {"says": report.says, "blocks": [block_text(block) for block in report.blocks]}


def result_of(data):
    return CommandResult(exit_status=0, data=data)


def answer(skill, name):
    """Either a recorded output or, after `error:`, why there is none."""
    if name.startswith("error:"):
        return CommandResult(exit_status=None, error=name.removeprefix("error:"))
    return recorded(skill, name)


def block_text(block):
    match block.kind:
        case "row":
            parts = [block.label, text_of(block.spans), block.aside, block.tone.value]
        case "heading":
            parts = ["##", block.text, block.aside]
        case "bar":
            parts = ["bar", block.label, f"{block.share:.2f}", block.text, block.tone.value]
        case "table":
            return ["table", list(block.columns), *(list(row) for row in block.rows)]
        case "output":
            return ["output", block.title, *block.text.splitlines()]
        case _:
            parts = [block.kind, block.text]
    return " | ".join(parts)


@pytest.mark.parametrize(("skill", "case"), list(cases()))
def test_case(skill, case):
    play = expanded if "facts" in case or "expand" in case else reported
    assert play(skill, case) == case["expect"]


@pytest.mark.parametrize("path", sorted(HERE.glob("*/recorded/*.json")), ids=lambda p: p.stem)
def test_recorded_output_names_its_source(path):
    assert json.loads(path.read_text(encoding="utf-8"))["source"]


def test_every_action_has_a_case():
    tried = {case.values[1]["action"] for case in cases()}
    assert {action.name for action in CATALOG} - tried == set()


def test_the_units_of_a_host_are_read_without_templates():
    units = CATALOG.skills["service"].facts["units"].parse(recorded("service", "units"))
    assert {"cron", "nginx", "ssh"} <= set(units)
    assert not [name for name in units if name.endswith("@")]


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("service.restart", {"service": "--now", "hosts": ["web-1"]}),
        ("service.restart", {"service": "nginx; reboot", "hosts": ["web-1"]}),
        ("service.restart", {"service": "nginx", "hosts": []}),
        ("service.logs", {"service": "nginx", "hosts": ["web-1"], "since": "-1d"}),
        ("host.disk", {"hosts": ["web-1"], "path": "relative"}),
        ("host.run", {"hosts": ["web-1"], "command": "echo \u001b[2K hidden"}),
        ("host.run", {"hosts": ["web-1"], "command": "echo ok \u0090; rm -rf /srv; \u009c"}),
        ("host.run", {"hosts": ["web-1"], "command": "echo \u202etxt.sh\u202c"}),
        ("host.run", {"hosts": ["web-1"], "command": "df\u200b -h"}),
        ("host.run", {"hosts": ["web-1"], "command": "df\u2028rm -rf /srv"}),
        ("host.disk", {"hosts": ["web-1"], "path": "/srv\u2066"}),
        ("host.run", {"hosts": ["web-1"], "command": "  "}),
        ("host.processes", {"hosts": ["web-1"], "limit": 0}),
        ("package.upgrade", {"hosts": ["web-1"], "packages": ["-o=x"]}),
        ("package.upgrade", {"hosts": ["web-1"], "packages": []}),
        ("plan.show", {"plan": 0}),
    ],
)
def test_a_bad_parameter_never_reaches_a_shell(action, params):
    with pytest.raises(Exception, match=action):
        CATALOG.params(action, params)
