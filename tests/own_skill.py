"""A small own skill, whole, to be broken in one place at a time."""

INIT = '''"""Bells."""

from bot.skillkit.contract import Skill

from . import actions

SKILL = Skill(name="bell", summary="bells", actions=(actions.ring, actions.look))
'''
ACTIONS = '''"""Ring and look."""

from bot.skillkit.contract import Effect, Hosts, Params, Shell, View, Yields, action


class On(Params):
    """Where."""

    hosts: Hosts


@action(
    "bell.ring", params=On, effect=Effect.WRITE, title=lambda p: "ring the bell",
    example="sound the bell on {host}",
)
def ring(p: On, host: View) -> Yields:
    """Ring the bell."""
    yield Shell(argv=("bell", "ring"))


@action(
    "bell.look", params=On, effect=Effect.READ, title=lambda p: "look at the bell",
    example="look at the bell on {host}",
)
def look(p: On, host: View) -> Yields:
    """Look at the bell."""
    yield Shell(argv=("bell", "look"))
'''
PHRASES = """sentences:
  - action: bell.ring
    phrases: ["sound bell"]
  - action: bell.look
    phrases: ["look at bell", "how is bell"]
"""
FILES = {
    "__init__.py": INIT,
    "actions.py": ACTIONS,
    "phrases.yaml": PHRASES,
    "quality.yaml": "rules: {}\n",
}


def write_skill(root, name="bell", **changed):
    """Write it under `root`, with other files where `changed` says so (`actions=…`)."""
    folder = root / name
    folder.mkdir(parents=True)
    for file, text in FILES.items():
        other = changed.get(file.partition(".")[0].strip("_"))
        (folder / file).write_text(text if other is None else other, encoding="utf-8")
    return folder
