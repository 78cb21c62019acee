"""Words that begin a step, and the forms in which they tell of one that is done."""

from __future__ import annotations

VERBS = frozenset((
    "restart restarting reboot rebooting reload reloading start starting stop stopping bounce "
    "bouncing cycle kick kill "
    "halt shut shutdown launch relaunch bring take turn switch fire spin power check checking "
    "show list print "
    "display get fetch pull give tell see view find upgrade upgrading update updating patch "
    "patching install "
    "apply run running execute exec cancel cancelling abort look tail grep verify confirm make "
    "do perform leave keep skip "
    "is are was were what whats who why how when which where has have did does any can could "
    "would will should "
    "destroy delete remove wipe deploy create snapshot roll rollback merge push pull tag bump "
    "release ship cut "
    "silence acknowledge ack submit queue set remember search clean plot graph approve "
    "schedule enable disable "
    "ping inspect report recycle refresh resume pause open close please drop help let don't do "
    "wait ensure test "
    "count sort dump read send post write tear put use exclude ignore omit spare end terminate "
    "order book "
    "reset reinstall call scrap rerun repeat undo revert try go mute sync add change edit move "
    "copy scale drain "
    "unblock trigger summarise summarize explain describe watch monitor follow grab compare "
    "diff name never not"
).split())  # fmt: skip
DONE = {
    "restarted": "restart", "rebooted": "reboot", "reloaded": "reload", "started": "start",
    "stopped": "stop", "bounced": "bounce", "upgraded": "upgrade", "updated": "update",
    "patched": "patch", "killed": "kill", "halted": "halt", "cancelled": "cancel",
    "taken": "take", "brought": "bring", "turned": "turn", "switched": "switch", "shut": "shut",
    "checked": "check", "shown": "show", "cycled": "cycle", "run": "run", "executed": "execute",
}  # fmt: skip
"""The participle of a step ("once you have stopped …") and the step itself."""


def doing(low: str) -> bool:
    """Whether a word is a verb of ours with its -ing."""
    return low in VERBS and low.endswith("ing") and low not in {"bring", "ping"}
