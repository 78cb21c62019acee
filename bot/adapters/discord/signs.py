"""The signs on requests, by what they tell."""

from __future__ import annotations

from bot.domain.posts import MarkState

SIGNS = {
    MarkState.HEARD: "👀",
    MarkState.ASKED: "❓",
    MarkState.WAITING: "⏳",
    MarkState.RUNNING: "⚙️",
    MarkState.HALTED: "⚠️",
    MarkState.DONE: "✅",
    MarkState.FAILED: "❌",
    MarkState.REFUSED: "🚫",
}
