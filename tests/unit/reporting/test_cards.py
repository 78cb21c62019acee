"""Every state of a plan and of a run has a card, and this is how each looks.

A golden file is written anew with `OVERSEER_GOLDEN=write pytest tests/unit/reporting`, then read
with human eyes before it is committed.
"""

import os
from pathlib import Path

import pytest

from bot.domain.buttons import BUTTONS
from bot.domain.commands import Script
from bot.domain.plans import Effect
from bot.domain.runs import PlanState
from bot.reporting.gallery import gallery
from bot.reporting.gallery.plans import failing_plan, part
from bot.reporting.gallery.runs import run
from bot.reporting.gallery.scenes import (
    QUORUM,
    STARTED,
    began,
    ended,
    moved,
    plan,
    reader,
    restart_step,
    stored,
)
from bot.reporting.plan_card import plan_card
from tests.unit.reporting.drawing import draw

GOLDEN = Path(__file__).parent / "golden"


CARDS = {name: card for room in gallery().values() for name, card in room.items()}


@pytest.mark.parametrize("name", CARDS)
def test_card(name):
    text, path = draw(CARDS[name]), GOLDEN / f"{name}.txt"
    if os.environ.get("OVERSEER_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CARDS)


@pytest.mark.parametrize("name", CARDS)
def test_buttons_are_known_and_their_keys_differ(name):
    card = CARDS[name]
    keys = [button.key for button in card.buttons]
    assert {button.id for button in card.buttons} <= set(BUTTONS)
    assert len(keys) == len(set(keys))


def test_the_reason_stands_beside_its_policy():
    assert f"{QUORUM.text}    [prod-quorum]" in draw(CARDS["waiting"])


def test_a_denial_for_another_reason_offers_no_queue():
    card = plan_card(stored(PlanState.DENIED, failing_plan()), (), reader(), holders={"web-1": 88})
    assert (card.state, "queue" in [b.id for b in card.buttons]) == ("REFUSED", False)


def raw_answer(*results):
    hosts = tuple(f"web-{n}" for n in range(1, len(results) + 1))
    raw = plan(
        restart_step(action="host.run", effect=Effect.DESTRUCTIVE, raw=True, params={},
                     targets=tuple(part(h, commands=(Script(text="x"),)) for h in hosts)),
    )  # fmt: skip
    events = [STARTED]
    for host, said in zip(hosts, results, strict=True):
        events += [began(host, 5), ended(host, 5, 2, results=[{"exit_status": 0, **said}])]
    return draw(run(raw, [*events, moved("succeeded", 5, 3)], 7))


def test_a_warning_beside_an_answer_is_shown_and_sets_a_host_apart():
    text = raw_answer({"stdout": "ok\n", "stderr": "data lost\n"}, {"stdout": "ok\n"})
    assert "data lost" in text
    assert "done web-1 web-2" not in text


def test_outputs_that_differ_before_what_is_shown_of_them_are_not_called_the_same():
    end = "".join(f"{n}\n" for n in range(60))
    text = raw_answer({"stdout": f"bad\n{end}", "sha256": "a"}, {"stdout": f"ok\n{end}"})
    assert "done web-1 web-2" not in text
    assert "done web-1 web-2" in raw_answer({"stdout": end}, {"stdout": end})


@pytest.mark.parametrize("lines", [3, 60])
def test_what_of_an_output_was_not_kept_is_said(lines):
    end = "".join(f"{n}\n" for n in range(lines))
    text = raw_answer({"stdout": end, "dropped_bytes": 1000})
    assert "1,000 bytes were not kept" in text
    assert ("20 more" in text) is (lines > 40)
    assert "not kept" not in raw_answer({"stdout": end})


def test_what_stays_changed_after_a_roll_back_is_said():
    text = draw(CARDS["run-rolled-back-in-part"])
    stays = "Restart nginx on web-1 has no undo, so it stays as it is: failed."
    assert f"Taken back: stop cron on web-1. {stays}" in text
