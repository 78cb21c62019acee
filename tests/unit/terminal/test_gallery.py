"""The gallery in a terminal, as it was looked at.

After looking at `./overseer gallery`: `OVERSEER_GOLDEN=write pytest` writes the file anew.
"""

import io
import os
from pathlib import Path

import pytest

from bot.cli import showing
from bot.errors import RequestError
from bot.reporting.gallery import gallery

GOLDEN = Path(__file__).parent / "golden" / "gallery.txt"


def shown(monkeypatch, name="", **environ):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("os.environ", {"LANG": "C.UTF-8", "COLUMNS": "80"} | environ)
    assert showing.show(name) == 0
    out.seek(0)
    return out.read()


def test_every_card_looks_as_it_was_looked_at(monkeypatch):
    writing = os.environ.get("OVERSEER_GOLDEN") == "write"
    text = shown(monkeypatch)
    if writing:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 80


def test_without_utf8_and_colour_it_is_plain_ascii(monkeypatch):
    assert shown(monkeypatch, LANG="C", LC_ALL="C").replace("·", "").isascii()


def test_a_part_of_it_is_asked_for_by_name_and_a_wrong_name_is_told(monkeypatch):
    text = shown(monkeypatch, "run-needs")
    assert text.count("NEEDS A DECISION") == 3
    assert "WAITING" not in text
    with pytest.raises(RequestError, match="no card 'waitng'") as raised:
        showing.show("waitng")
    assert "waiting" in raised.value.cure


def test_every_state_of_a_plan_and_of_a_run_hangs_there():
    from bot.reporting.standing import HEADS

    words = {card.state for room in gallery().values() for card in room.values()}
    assert {word for word, _ in HEADS.values()} <= words
    assert {
        "LOOKING", "WAITING", "APPROVED", "DENIED", "REFUSED", "BLOCKED", "EXPIRED", "CANCELLED",
        "REPLACED", "PLAN ONLY", "NOT READ", "CAN'T", "NOTHING TO DO", "QUEUED", "QUESTION",
        "ANSWER", "STOPPING", "ROLLING BACK",
    } <= words  # fmt: skip
