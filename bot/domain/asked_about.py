"""What of the changes in a conversation is asked about."""

from __future__ import annotations

from typing import Literal

About = Literal["", "come", "failed", "unbegun", "waits"]
"""How far they have come, what failed, what does not begin, what waits for somebody; empty: it is
asked of whatever is last.
"""
Part = Literal["", "commands", "hosts", "takes", "error", "story", "waits"]
"""What of one of them: its commands, where they run, how long that takes, what failed and how, what
has happened, whom it waits for; empty: how it stands.
"""
