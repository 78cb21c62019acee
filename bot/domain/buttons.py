"""What can be pressed on a card: every id of a button, on every surface."""

from __future__ import annotations

from typing import Final

BUTTONS: Final = {
    "approve": "cast a vote for exactly this digest",
    "deny": "end the plan, with a reason",
    "unvote": "withdraw one's own vote, until the first command",
    "change": "say it differently (focuses the input)",
    "cancel": "withdraw a plan that has not started",
    "begin": "begin what was approved for a later time at once",
    "why": "explain the verdict",
    "stop": "start nothing more",
    "kill": "stop and end what runs",
    "wait": "go on waiting for a host that has gone silent",
    "giveup": "end what runs on one host and count it as failed; the others go on",
    "retry": "run the failed or interrupted targets again, same digest",
    "skip": "leave the failed targets out and go on",
    "rollback": "run the approved undo commands where this run changed something",
    "end": "stop here: the run ends as failed",
    "handover": "give the decision to another person",
    "recheck": "ask the host what became of an interrupted command",
    "mark_done": "count an interrupted target as done",
    "output": "show a target's whole output",
    "option": "answer a question with one of its options",
    "say": "say this sentence",
    "without": "plan without the hosts that could not be read",
    "again": "look at the hosts again / ask again",
    "queue": "queue behind the run that holds the target",
    "here": "send the card to who presses, in a direct message",
    "dismiss": "never mind",
}
"""Every button id and what it does; `pipeline.on_button` handles exactly these."""
