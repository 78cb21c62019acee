"""The files of a new skill: small, whole, and passing `skill check` before a word is changed.

It keeps a marker file on hosts. NAME stands for the skill's name.
"""

from __future__ import annotations

INIT = '''"""NAME: what it is for, in one line."""

from bot.skillkit.contract import Skill

from . import actions

SKILL = Skill(
    name="NAME",
    summary="a marker on hosts",
    actions=(actions.show, actions.put),
)
'''

ACTIONS = '''"""What can be done. It runs nothing: it yields commands, which people approve."""

from bot.skillkit.contract import (
    Already,
    Effect,
    Hosts,
    Leaves,
    Now,
    Params,
    Shell,
    Undo,
    View,
    Yields,
    action,
)

from .facts import MARKER, PATH


class OnHosts(Params):
    """Where."""

    hosts: Hosts


@action(
    "NAME.show",
    params=OnHosts,
    effect=Effect.READ,
    title=lambda p: "show the NAME marker",
    example="show the NAME marker on {host}",
    repeatable=True,
)
def show(p: OnHosts, host: View) -> Yields:
    """Show whether the marker is there."""
    yield Shell(argv=("ls", "-l", "--", PATH))


@action(
    "NAME.put",
    params=OnHosts,
    effect=Effect.WRITE,
    title=lambda p: "put the NAME marker",
    facts=lambda p: (MARKER,),
    example="put the NAME marker on {host}",
    repeatable=True,
)
def put(p: OnHosts, host: View) -> Yields:
    """Put the marker there."""
    if host[MARKER]:
        yield Already(f"{PATH} is there")
        return
    yield Now("no marker")
    yield Shell(argv=("touch", "--", PATH))
    yield Undo(Shell(argv=("rm", "-f", "--", PATH)))
    yield Leaves(MARKER, True)
'''

FACTS = '''"""How it stands on a host: a read-only command and a pure parser each."""

from bot.domain.commands import CommandResult
from bot.skillkit.contract import Fact, Shell

PATH = "/tmp/NAME.marker"


def _parse(result: CommandResult) -> bool:
    return result.exit_status == 0


MARKER: Fact[bool] = Fact(
    name="NAME.marker", command=Shell(argv=("test", "-e", PATH)), parse=_parse
)
'''

PHRASES = """# Sentences that ask for it; without "on HOSTS" and small words: the, a, of, for, our …
# (a|b) one of them, [a] or not, {hosts} {service} {group} {number} {path} what was named.
sentences:
  - action: NAME.show
    phrases:
      - "(show|check) NAME marker"
  - action: NAME.put
    phrases:
      - "(put|place|set) NAME marker"
"""

QUALITY = """# Every skill answers the same rules: done, todo or exempt, the last two with a reason.
rules:
  typed_parameters: {status: done}
  facts_first: {status: done}
  recorded_output: {status: todo, why: "the fact's output was made up"}
  cases_as_data: {status: done}
  undo_declared: {status: done}
  check_declared: {status: todo, why: "nothing looks whether the marker is there afterwards"}
  says_the_way_out: {status: done}
  second_distribution: {status: exempt, why: "touch and test are the same everywhere"}
  no_secrets_in_output: {status: done}
"""

CASES = """{
 "it is not there yet": {
  "action": "NAME.put",
  "facts": {"NAME.marker": {"exit_status": 1}},
  "expect": {
   "title": "put the NAME marker",
   "now": "no marker",
   "commands": ["touch -- /tmp/NAME.marker"],
   "undo": ["rm -f -- /tmp/NAME.marker"]
  }
 },
 "it is there already": {
  "action": "NAME.put",
  "facts": {"NAME.marker": {"exit_status": 0}},
  "expect": {"title": "put the NAME marker", "already": "/tmp/NAME.marker is there"}
 },
 "a look": {
  "action": "NAME.show",
  "expect": {"title": "show the NAME marker", "commands": ["ls -l -- /tmp/NAME.marker"]}
 }
}
"""

FILES = {
    "__init__.py": INIT,
    "actions.py": ACTIONS,
    "facts.py": FACTS,
    "phrases.yaml": PHRASES,
    "quality.yaml": QUALITY,
    "cases.json": CASES,
}


def files_of(name: str) -> dict[str, str]:
    """The text of each file of a new skill."""
    return {file: text.replace("NAME", name) for file, text in FILES.items()}
