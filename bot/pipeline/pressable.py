"""Which buttons who may press, whatever they are pressed on."""

UNLINKED_BUTTONS = frozenset({"say", "option", "dismiss", "why", "output", "stop", "kill"})
"""What an account of nobody's may press; whose the rest is, is judged where it is done."""
FROM_OUTSIDE = UNLINKED_BUTTONS | {
    "deny", "unvote", "cancel", "change", "giveup", "wait", "handover", "end"
}  # fmt: skip
"""All that a guest may press, and anybody where people of another organisation read along.

None of it starts anything, nor lets anything go on; a button that is new is not among them.
"""
SPEAKING = frozenset({"say", "option", "dismiss"})
"""Buttons that are words of the presser's in the conversation."""
