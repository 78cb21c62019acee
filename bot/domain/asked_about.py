"""What of the changes in a conversation is asked about."""

from __future__ import annotations

from typing import Literal

About = Literal["", "come", "failed", "unbegun"]
"""How far they have come, what failed, what does not begin; empty: it is asked of whatever is last.
"""
