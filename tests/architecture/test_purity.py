"""Pure modules decide; they do not look at a clock, wait, roll dice, log or reach outside.

Import contracts cannot tell `datetime` the type from `datetime.now`, so this reads the code.
"""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PURE = (
    "bot/delivery/drawing.py",
    "bot/delivery/lane.py",
    "bot/domain/**/*.py",
    "bot/execution/run_machine.py",
    "bot/execution/tally.py",
    "bot/execution/track.py",
    "bot/gate/evaluate.py",
    "bot/intent/model/action_details.py",
    "bot/intent/model/difficulty.py",
    "bot/intent/model/entries.py",
    "bot/intent/model/fitting.py",
    "bot/intent/model/pointing.py",
    "bot/intent/model/prompt_template.py",
    "bot/intent/model/prompting.py",
    "bot/intent/model/quoting.py",
    "bot/intent/model/selecting.py",
    "bot/intent/model/worked_examples.py",
    "bot/intent/phrase_rules*.py",
    "bot/intent/rules/**/*.py",
    "bot/planning/planner.py",
    "bot/reporting/progress.py",
    "bot/skillkit/expand.py",
    "bot/watch/anomaly.py",
)

IMPURE_MODULES = {
    *("asyncio", "concurrent", "multiprocessing", "selectors", "signal", "threading"),  # waiting
    *("random", "secrets", "uuid"),  # dice: ids are arguments
    *("time", "sched"),  # clocks: so is time
    *("logging", "warnings"),
    *("ctypes", "io", "os", "platform", "shutil", "socket", "sqlite3", "ssl", "subprocess"),
    *("ftplib", "glob", "http", "smtplib", "tempfile", "urllib"),
}
PURE_DEPENDENCIES = {
    *("bot", "annotated_types", "cedarpy", "hassil", "jinja2", "pydantic", "pydantic_core"),
    *("rapidfuzz", "typing_extensions"),
}
CLOCK_READINGS = {"now", "utcnow", "today"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval"}
WAITING = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)


def impurities(source):
    """List what makes a module impure, as `LINE: what`."""
    return [
        f"{node.lineno}: {what}" for node in ast.walk(ast.parse(source)) for what in judge(node)
    ]


def judge(node):
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names if not is_pure(alias.name))
        case ast.ImportFrom(module=str(module)) if not is_pure(module):
            yield module
        case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
            yield f"{name}()"
        case (
            ast.Attribute(value=ast.Name(id="datetime" | "date"), attr=name)
            | ast.Attribute(value=ast.Attribute(attr="datetime" | "date"), attr=name)
        ) if name in CLOCK_READINGS:
            yield f"datetime.{name}"
        case ast.comprehension(is_async=1):
            yield "async for"
        case node if isinstance(node, WAITING):
            yield "async"


def is_pure(module):
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in IMPURE_MODULES
    return top in PURE_DEPENDENCIES


def pure_modules():
    return sorted({path for pattern in PURE for path in ROOT.glob(pattern)})


@pytest.mark.parametrize("path", pure_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_module_is_pure(path):
    assert impurities(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from time import monotonic",
        "import os.path",
        "from urllib.request import urlopen",
        "def f():\n    import random",
        "import structlog",
        "import logging",
        "from uuid import uuid4",
        "import httpx",
        "async def f(): ...",
        "async def f(g):\n    async with g: ...",
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime\nnow = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nday = date.today()",
        "from datetime import datetime\nclock = datetime.utcnow",
        "text = open('x').read()",
    ],
)
def test_the_guard_sees(source):
    assert impurities(source)


def test_the_guard_lets_types_and_arithmetic_pass():
    source = "from datetime import datetime\ndef later(t: datetime) -> datetime:\n    return t.replace(day=1)"
    assert impurities(source) == []
