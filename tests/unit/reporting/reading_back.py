"""Commands that try to hide, and what a reader makes of what was drawn: the exact text again.

Knows only what is said to people (`bot.domain.exactly.NOTE`): where something was written
out, `\\\\` is a backslash and `\\u202e` a sign; elsewhere the lines are the text.
"""

import re

from hypothesis import strategies as st

from bot.domain.commands import Script, Shell
from bot.domain.plans import TargetPlan
from bot.reporting.gallery.scenes import plan, restart_step, target

HOSTILE = (
    "df -h\necho ok \x90; rm -rf /srv/shop; \x9c",
    "\x1b[8mrm -rf /\x1b[0m",
    "echo \u202etxt.exe\u202c; \u2066x\u2069",
    "a\u200b\u200d\u00adb\ufeff\u2060",
    "echo \u05d0\u05d1 ; rm -rf / \u0660",
    "one\r\ntwo\rthree\x0bfour\x0cfive\x85six\u2028seven\u2029",
    "trailing  \n\n  leading\t\ttabs ",
    "two  blanks   three    four",
    "ends in a backslash \\",
    r"printf '\x1b[0m \u202e \\ \t'",
    r"printf '\x1b[0m \u202e \\ \t'" + "\u202e",
    "\u3164 \u2800 \u00a0 \u3000 \u115f e\u0301 \U000e0041 \ud800 \ue000",
    "│ not a side\n┊ nor this\n| nor\n: that",
    "x                                        on web-3",
    "(Signs that can't be seen are written out, as \\u202e is; \\\\ is one backslash.)",
    "run       echo\n\ncheck     true\n      | rm\n      run",
    "你好" * 60 + " ñandú 🎉",
    "df -h " + "x" * 240 + " \x90; rm -rf /srv/shop; \x9c",
    "rm -rf /srv/shop\n" + "\n".join(f"df {n}" for n in range(600)),
    "w" * 3000,
    "a b " * 400,
    "\n",
    "'\"'\"'",
)
_PIECES = st.sampled_from(
    [" ", "  ", "\n", "\t", "\\", "\\u202e", "\\\\", "'", '"', "$", "│ ", "| ", "┊ ", "word", "-rf",
     "\x90", "\x9c", "\x1b]", "\x07", "\u202e", "\u200b", "\u2028", "\r", "\u05d0", "é", "e\u0301",
     "你", "🎉", "\u3164", "\u00a0", "\U000e0041", "\ud800", "\x00", "x" * 70, "a b c d e f " * 9]
)  # fmt: skip
hostile = (
    st.sampled_from(HOSTILE)
    | st.lists(_PIECES | st.characters(), min_size=1, max_size=25).map("".join)
    | st.text(min_size=1, max_size=60)
)
commands = st.builds(Script, text=hostile, sudo=st.booleans()) | st.builds(
    Shell, argv=st.lists(hostile, min_size=1, max_size=3).map(tuple)
)

_WRITTEN = re.compile(r"\\(\\|t|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def plan_of(*given, undo=()):
    """A plan of one step on one host that runs just these."""
    part = TargetPlan(target=target("web-3", "staging"), commands=given, undo=undo)
    undo_says = "what is named, where this changed it"
    return plan(restart_step(targets=(part,), undo_says=undo_says))


def read(lines, *, odd):
    """The text that was drawn as these lines."""
    text = "\n".join(lines)
    return _WRITTEN.sub(_sign, text) if odd else text


def _sign(found):
    code = found[1]
    return {"\\": "\\", "t": "\t"}.get(code) or chr(int(code[1:], 16))


def read_file(text, label):
    """The texts of one label in the attached file, in their order."""
    found = []
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line == f"      {label}" or line.startswith(f"      {label}  ("):
            end = at + 1
            while end < len(lines) and re.match(r"      \|( |$)", lines[end]):
                end += 1
            odd = end < len(lines) and lines[end].startswith("      (Signs")
            found.append(read([each[8:] for each in lines[at + 1 : end]], odd=odd))
    return found
