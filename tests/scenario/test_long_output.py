"""What a raw command printed goes into a chat's file in full, wherever the card shows its end."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.adapters.discord import render as discord
from bot.adapters.slack import blocks as slack
from bot.delivery import outputs
from bot.delivery.sending import Fate, Sender
from bot.domain.cards import Output, StepRow
from bot.domain.commands import CommandResult
from bot.domain.excerpts import excerpted
from bot.domain.posts import PostKind
from bot.reporting import target_rows
from bot.reporting.whole_card import whole_card
from bot.testing.recorded_platform import RecordedPlatform
from bot.testing.seeded_ids import SeededIds
from tests.scenario.rooms_told import asked, stage  # noqa: F401
from tests.scenario.stage import INVENTORY, RESTART


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
    return await files(stage, fits=fits)


async def files(stage, *, fits=lambda _: True):
    """What stands beside the card in the room, once the card is there as it is now."""
    platform = getattr(stage, "platform", None)
    platform = stage.platform = platform or RecordedPlatform(stage.clock, name="slack", fits=fits)
    sender = Sender(
        platform, stage.app.store, lambda: stage.app.world.people, SeededIds(), whole=whole_card,
        address=str,
    )  # fmt: skip
    (card,) = [p for p in await stage.owed(PostKind.CARD) if p.place == stage.thread]
    assert (await sender.send(card)).fate is Fate.THERE
    posts = await stage.app.store.read(lambda u: u.posts_of("plan-1"))
    return [p.body.text for p in posts if p.kind is PostKind.FILE and p.place == stage.thread]


@pytest.mark.parametrize(("lines", "of_it"), [(40, None), (41, 41), (5000, 5000)])
async def test_the_file_has_all_of_an_output_of_which_the_card_has_the_end(stage, lines, of_it):
    found = await ran(stage, lines)
    if of_it is None:
        assert found == []
        return
    (text,) = found
    assert [f"line {n}" in text for n in (0, lines - 1)] == [True, True]
    assert text.count("      line ") == of_it


@pytest.mark.parametrize("fits", [lambda card: slack.draw(card).whole, discord.fits])
@pytest.mark.parametrize(("lines", "of_it"), [(24, []), (25, [25]), (40, [40]), (41, [41])])
async def test_what_a_chat_leaves_out_of_it_is_in_the_file(stage, fits, lines, of_it):
    found = await ran(stage, lines, fits=fits)
    assert [text.count("      line ") for text in found] == of_it


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


def fails(stage, host, **said):
    stage.hosts.answer(RESTART, CommandResult(exit_status=1, **said), host=host)


async def restarted(stage, hosts, said, *, lines=60):
    """Restarts that fail where `said` has a word for them, each with that word so many times."""
    for host, word in said.items():
        long = "".join(f"{word} {n}\n" for n in range(lines))
        fails(stage, host, stdout=long, stderr="it broke, password=hunter2\n" * 9)
    await asked(stage, f"restart nginx on {hosts}")
    await stage.press("ana", "approve")
    assert (await stage.card()).state in ("NEEDS A DECISION", "FAILED")


async def test_a_restart_that_failed_has_its_file_while_it_waits_and_after(stage):
    await restarted(stage, "web-1", {"web-1": "line"}, lines=3000)
    (text,) = await files(stage)
    assert "systemctl restart" in text
    assert text.count("      line ") == 3000
    assert text.count("it broke") == 9
    assert "hunter2" not in text
    await stage.press("ben", "end")
    assert (await stage.card()).state == "FAILED"
    assert (await files(stage))[1].count("      line ") == 3000


async def test_a_restart_that_said_little_has_no_file(stage):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await stage.press("ana", "approve")
    assert (await stage.card()).state == "NEEDS A DECISION"
    assert await files(stage) == []


async def test_what_several_hosts_said_is_under_their_names_in_one_file(stage):
    stage.service("web-3", "nginx")
    await restarted(
        stage,
        "web-1, web-2 and web-3, all at once, go on after failures",
        {"web-1": "a", "web-2": "b", "web-3": "b"},
    )
    (text,) = await files(stage)
    lines = [line.strip() for line in text.splitlines()]
    one, two = lines.index("web-1"), lines.index("web-2 and web-3")
    assert one < lines.index("a 0") < lines.index("a 59") < two < lines.index("b 0")
    assert text.count("      b 59\n") == 1


async def test_a_file_takes_so_much_and_of_the_rest_has_what_the_card_has(stage, monkeypatch):
    monkeypatch.setattr(outputs, "MOST", 100)
    await restarted(stage, "web-1", {"web-1": "a"})
    (text,) = await files(stage)
    assert "(4 more lines)" in text
    assert " a 0\n" not in text


async def test_of_several_those_are_in_it_that_fit_and_of_the_others_how_long_they_are(
    stage, monkeypatch
):
    monkeypatch.setattr(outputs, "MOST", 700)
    hosts = "web-1 and web-2, all at once, go on after failures"
    await restarted(stage, hosts, {"web-1": "a", "web-2": "longer"})
    (text,) = await files(stage)
    lines = [line.strip() for line in text.splitlines()]
    assert lines.index("web-1") < lines.index("a 59") < lines.index("web-2")
    assert lines[lines.index("web-2") + 1 :][:2] == ["", "(71 more lines)"]
    assert "longer 0" not in text


async def test_a_host_that_differs_from_many_is_told_once(stage, monkeypatch):
    monkeypatch.setattr(target_rows, "FULL_ROWS", 2)
    stage.home.inventory.write_text(INVENTORY.replace("production", "staging"))
    await stage.app.reload(by="ana")
    for host in ("web-1", "web-2", "web-3"):
        word = "other" if host == "web-1" else "same"
        said = "".join(f"{word} {n}\n" for n in range(60))
        stage.hosts.answer(
            ("sh", "-c", "big"), CommandResult(exit_status=0, stdout=said), host=host
        )
    await asked(stage, "run `big` on web-1, web-2 and web-3")
    await stage.press("ana", "approve")
    assert (await stage.card()).state == "DONE"
    (text,) = await files(stage)
    assert (text.count(" same 0\n"), text.count(" other 0\n")) == (1, 1)


async def test_what_failed_anew_has_a_file_of_its_own(stage):
    await restarted(stage, "web-1", {"web-1": "first"})
    assert len(await files(stage)) == 1
    fails(stage, "web-1", stderr="second\n" * 70)
    await stage.press("ben", "retry")
    assert (await stage.card()).state == "NEEDS A DECISION"
    first, second = await files(stage)
    assert ("first 0" in first, second.count("second")) == (True, 70)


async def test_the_file_has_what_those_said_too_of_which_the_card_has_the_names_alone(
    stage, monkeypatch
):
    monkeypatch.setattr(target_rows, "FULL_ROWS", 1)
    said = {"web-1": "a", "web-2": "b"}
    for host, word in said.items():
        fails(stage, host, stderr=f"{word}\n" * 60)
    await asked(stage, "restart nginx on web-1 and web-2, all at once, go on after failures")
    await stage.press("ana", "approve")
    (text,) = await files(stage)
    assert (text.count("      a\n"), text.count("      b\n")) == (60, 60)
