"""Every card in every state, from sample data: to look at, and what the golden files compare."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.cards import Card
from bot.reporting.gallery.answers import answer_cards
from bot.reporting.gallery.plans import plan_cards
from bot.reporting.gallery.runs import run_cards


def gallery() -> Mapping[str, Mapping[str, Card]]:
    """Cards by name, in three rooms."""
    return {
        "Asking": dict(plan_cards()),
        "Running": dict(run_cards()),
        "Answering": dict(answer_cards()),
    }
