"""What a raw command printed goes into a chat's file in full, wherever the card shows its end."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.adapters.discord import render as discord
from bot.adapters.slack import blocks as slack
from bot.delivery.sending import Fate, Sender
from bot.domain.cards import Output, StepRow
from bot.domain.commands import CommandResult
from bot.domain.excerpts import excerpted
from bot.domain.posts import PostKind
from bot.reporting.whole_card import whole_card
from bot.testing.recorded_platform import RecordedPlatform
from bot.testing.seeded_ids import SeededIds
from tests.scenario.rooms_told import asked, stage  # noqa: F401


async def ran(stage, lines, *, fits=lambda _: True, **result):
    """The card in the room after a command has printed that many lines, and its files there."""
    said = "".join(f"line {n}\n" for n in range(lines))
    stage.hosts.answer(
        ("sh", "-c", "big"),
        lambda *_: CommandResult(**{"exit_status": 0, "stdout": said, **result}),
    )
    await asked(stage, "run `big` on web-3")
    await stage.press("ana", "approve")
    assert (await stage.card()).state in ("DONE", "NEEDS A DECISION")
    platform = RecordedPlatform(stage.clock, name="slack", fits=fits)
    sender = Sender(
        platform, stage.app.store, lambda: stage.app.world.people, SeededIds(), whole=whole_card,
        address=str,
    )  # fmt: skip
    (card,) = [p for p in await stage.owed(PostKind.CARD) if p.place == stage.thread]
    assert (await sender.send(card)).fate is Fate.THERE
    files = await stage.app.store.read(lambda u: u.posts_of("plan-1"))
    return [p.body.text for p in files if p.kind is PostKind.FILE and p.place == stage.thread]


@pytest.mark.parametrize(("lines", "of_it"), [(40, None), (41, 41), (5000, 5000)])
async def test_the_file_has_all_of_an_output_of_which_the_card_has_the_end(stage, lines, of_it):
    files = await ran(stage, lines)
    if of_it is None:
        assert files == []
        return
    (text,) = files
    assert [f"line {n}" in text for n in (0, lines - 1)] == [True, True]
    assert text.count("      line ") == of_it


@pytest.mark.parametrize("fits", [lambda card: slack.draw(card).whole, discord.fits])
@pytest.mark.parametrize(("lines", "of_it"), [(24, []), (25, [25]), (40, [40]), (41, [41])])
async def test_what_a_chat_leaves_out_of_it_is_in_the_file(stage, fits, lines, of_it):
    files = await ran(stage, lines, fits=fits)
    assert [text.count("      line ") for text in files] == of_it


def shown(card):
    """The lines of what a target printed that a chat shows, with how many are left out."""
    targets = [t for block in card.body if isinstance(block, StepRow) for t in block.targets]
    return [
        (b.text.split("\n")[0], b.text.split("\n")[-1], b.hidden_lines)
        for target in targets
        for b in target.blocks
        if isinstance(b, Output)
    ]


@pytest.mark.parametrize("lines", [41, 100, 400])
async def test_of_a_long_answer_the_card_shows_both_ends_however_long_it_is(stage, lines):
    await ran(stage, lines)
    card = await stage.card()
    end = f"line {lines - 1}"
    assert shown(card) == [("line 0", "line 3", 0), (f"line {lines - 36}", end, lines - 40)]
    assert shown(excerpted(card)) == [
        ("line 0", "line 3", 0), (f"line {lines - 12}", end, lines - 16),
    ]  # fmt: skip


async def test_of_what_failed_it_shows_the_end(stage):
    await ran(stage, 100, exit_status=1)
    assert [first for first, _, _ in shown(await stage.card())] == ["line 95"]


async def test_a_beginning_that_is_too_long_for_it_is_left_out(stage):
    await ran(stage, 0, stdout="\n".join(["x" * 700, *(f"line {n}" for n in range(60))]))
    assert [first for first, _, _ in shown(await stage.card())] == ["line 20"]


async def test_of_what_was_not_kept_the_file_says_how_much(stage):
    (text,) = await ran(stage, 60, dropped_bytes=101_749)
    assert text.count("101,749 bytes were not kept") == 1
    assert "line 0\n" in text


async def test_the_file_of_what_failed_has_all_that_it_printed(stage):
    errors = "".join(f"bad {n}\n" for n in range(60))
    (text,) = await ran(stage, 60, exit_status=1, stderr=errors)
    assert all(f"{word} {n}\n" in text for word in ("bad", "line") for n in (0, 59))
