"""What was done on the way is told at the end: who pressed what, what failed first, and why."""

import pytest

from tests.scenario.stage import Stage, words


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx", "active")
            stage.service(host, "cron", "active")
        yield stage


async def ask_and_fail(stage, text, *broken):
    for key in broken:
        stage.broken.add(key)
    await stage.say("ben", text)
    await stage.press("chris", "approve")
    assert (await at_rest(stage, "NEEDS A DECISION")).state == "NEEDS A DECISION"


async def at_rest(stage, *states):
    """The first plan's card, once it tells one of these, or an end."""
    for _ in range(50):
        card = await stage.card(1)
        if card.state in (states or ("DONE", "FAILED", "ROLLED BACK")):
            break
        await stage.settle()
    return card


async def shown(stage, number=1):
    await stage.say("vera", f"show plan {number}")
    return words(await stage.card())


async def test_a_retry_that_was_handed_over_is_told_on_the_card_and_in_show(stage):
    await ask_and_fail(stage, "restart nginx on web-1 and web-2", ("web-2", "nginx"))
    await stage.press("ben", "handover", text="ana")
    stage.broken.clear()
    await stage.press("ana", "retry", value="web-2")
    card = await at_rest(stage)
    assert (card.state, card.standing) == ("DONE", "2 of 2 done")
    for said in (words(card), await shown(stage)):
        assert "web-2 failed: exit 1" in said
        assert "Ben handed over to Ana" in said
        assert "Ana chose Retry for web-2" in said


async def test_a_restart_of_overseer_forgets_nothing_of_it(stage):
    await ask_and_fail(stage, "restart nginx on web-1 and web-2", ("web-2", "nginx"))
    await stage.press("ben", "handover", text="ana")
    await stage.crash()
    await stage.revive()
    stage.broken.clear()
    await stage.press("ana", "retry", await stage.card(1))
    said = words(await at_rest(stage))
    assert "DONE" in said
    assert said.count("Ben handed over to Ana") == 1
    assert said.count("web-2 failed") == 1


async def test_a_skip_tells_what_failed_and_who_left_it_out(stage):
    await ask_and_fail(stage, "restart nginx on web-1 and web-2", ("web-2", "nginx"))
    await stage.press("ben", "skip", value="web-2")
    card = await at_rest(stage)
    assert (card.state, card.standing) == ("DONE", "1 of 2 done, 1 skipped")
    for said in (words(card), await shown(stage)):
        assert "web-2 failed: exit 1" in said
        assert "Ben chose Skip for web-2" in said


async def test_what_failed_everywhere_and_was_skipped_is_not_done(stage):
    await ask_and_fail(stage, "restart nginx on web-1", ("web-1", "nginx"))
    await stage.press("ben", "skip", value="web-1")
    card = await at_rest(stage)
    assert (card.state, card.standing) == ("FAILED", "0 of 1 done, 1 skipped")
    assert "Nothing of it was done: what had failed was skipped." in words(card)
    assert "FAILED" in await shown(stage)


async def test_a_roll_back_tells_what_failed_who_pressed_and_names_each_step(stage):
    await ask_and_fail(stage, "stop cron on web-3, then restart nginx on web-3", ("web-3", "nginx"))
    await stage.press("ben", "rollback")
    card = await at_rest(stage)
    assert (card.state, card.standing) == ("ROLLED BACK", "1 of 2 taken back")
    stays = "Restart nginx on web-3 has no undo, so it stays as it is: failed."
    assert f"Taken back: stop cron on web-3. {stays}" in words(card)
    assert "Ben chose Roll back" in words(card)
    said = await shown(stage)
    assert "ROLLED BACK" in said
    assert "1 of 2 taken back" in said
    assert "Ben chose Roll back" in said


async def test_a_roll_back_says_before_what_it_takes_back_also_where_a_host_was_skipped(stage):
    await ask_and_fail(
        stage,
        "stop nginx on web-1, web-2 and web-3, one at a time",
        *[("web-1", "nginx"), ("web-2", "nginx")],
    )
    await stage.press("ben", "skip", value="web-1")
    card = await at_rest(stage, "NEEDS A DECISION")
    assert "Roll back: the approved undo on web-1 web-2." in words(card)
    stage.broken.clear()
    await stage.press("ben", "rollback")
    assert "Taken back on web-1 web-2." in words(await at_rest(stage))


async def test_what_was_taken_back_is_not_ticked_as_done(stage):
    await ask_and_fail(stage, "stop cron on web-3, then restart nginx on web-3", ("web-3", "nginx"))
    await stage.press("ben", "rollback")
    first = (await at_rest(stage)).body[1]
    assert (first.state, first.done, first.total, first.tone.value) == (
        "taken back",
        0,
        1,
        "neutral",
    )


async def test_who_stopped_a_halted_run_is_told(stage):
    await ask_and_fail(stage, "restart nginx on web-1 and web-2", ("web-2", "nginx"))
    await stage.press("ana", "end")
    for said in (words(await at_rest(stage)), await shown(stage)):
        assert "FAILED" in said
        assert "Ana chose Stop here" in said


async def test_who_cancelled_a_halted_run_is_told(stage):
    await ask_and_fail(stage, "restart nginx on web-1 and web-2", ("web-2", "nginx"))
    await stage.say("ana", "cancel plan 1, then show plan 1")
    assert "Ana cancelled it" in words(await at_rest(stage, "STOPPED"))


async def test_a_denial_and_its_reason_are_told_in_show(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="not now")
    said = await shown(stage)
    assert "DENIED" in said
    assert "Chris denied: not now" in said
