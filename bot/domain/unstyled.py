"""What people set off in a chat, read as they read it themselves: bold words are words. Pure.

Only outside of code, where every sign is meant; and only what begins with a letter or a digit, so
that a pattern (`*.log`) stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """A text, changed where it is no code."""
    parts = _CODE.split(text)
    return "".join(part if at % 2 else change(part) for at, part in enumerate(parts))


def without_bold(text: str, marks: str) -> str:
    """Words that stand between two equal marks, without them; `marks` is a pattern of these."""
    return re.sub(
        rf"(?<![\w*\\/.-])(?P<mark>{marks})(?=[^\W_])(?P<said>[^*\n]*[^\s*])(?P=mark)(?![\w*/])",
        lambda found: found["said"],
        text,
    )
