"""The list of modules that opens the package names each of them."""

import re
from pathlib import Path

from bot.intent import model


def test_every_module_is_told_of_and_no_other():
    there = {path.name for path in Path(model.__file__).parent.glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"\b\w+\.py\b", model.__doc__)) == there
