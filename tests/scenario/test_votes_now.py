"""A plan waits for as many votes as are needed now, also where a reload asks for more of them."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

from bot.gate.desk_words import votes_missing
from tests.scenario.rooms_told import asked, stage  # noqa: F401
from tests.scenario.stage import words


async def two_votes(stage):
    stage.home.settings.write_text("approval: {votes: 2}\n")
    await stage.app.reload(by="ana")
    await stage.settle()


async def test_a_waiting_card_follows_a_reload_that_asks_for_more_votes(stage):
    await asked(stage)
    assert (await stage.card()).standing == "0 of 1 vote"
    await two_votes(stage)
    card = await stage.card()
    assert (card.state, card.standing) == ("WAITING", "0 of 2 votes")
    reply = await stage.press("ana", "approve")
    assert reply.text == "Your vote on #1 counts: 1 of 2."
    assert (await stage.press("ana", "unvote")).text == "Your vote on #1 counts no more: 0 of 2."
    await stage.press("ana", "approve")
    card = await stage.card()
    assert (card.state, card.standing) == ("WAITING", "1 of 2 votes")
    assert stage.changes() == []
    assert (await stage.press("chris", "approve")).text == "#1 is approved."
    assert (await stage.card()).state == "DONE"


async def test_fewer_votes_than_it_was_asked_for_with_never_do(stage):
    await two_votes(stage)
    await asked(stage)
    stage.home.settings.write_text("")
    await stage.app.reload(by="ana")
    await stage.settle()
    assert (await stage.card()).standing == "0 of 2 votes"
    await stage.press("ana", "approve")
    assert ((await stage.card()).state, stage.changes()) == ("WAITING", [])


async def test_a_pause_for_lack_of_votes_says_so_and_nothing_of_changed_commands(stage):
    await asked(stage, "restart nginx on web-1 in 2 hours")
    await stage.press("ana", "approve")
    await two_votes(stage)
    await stage.later(minutes=121)
    assert stage.changes() == []
    said = words(await stage.card(1))
    assert "I paused: It takes 2 votes now, and 1 has been cast. Look again" in said
    (notice,) = [p for p in await stage.owed() if p.key.startswith("decide:")]
    assert "may not go on as it was approved: decide by" in notice.body.text


async def test_what_asks_for_votes_again_says_how_many_are_needed_now(stage):
    await asked(stage, "restart nginx on web-1 at 23:00")
    await stage.press("ana", "approve")
    await two_votes(stage)
    await stage.press("ana", "unvote", await stage.card(1))
    (text,) = {p.body.text for p in await stage.owed() if p.key == "votes:1:1"}
    assert "needs 2 votes" in text


def test_a_vote_of_an_account_that_is_another_persons_is_not_said_to_be_unlawful():
    """They may vote, with an account of theirs."""
    said = votes_missing(1, 0, (), ["Chris"])
    assert said.endswith("the vote of Chris came from an account that is no longer theirs.")
    both = votes_missing(2, 0, ["Ana"], ["Chris", "Dana"])
    assert "Ana may no longer approve it, and the vote of Chris and Dana came from acc" in both


def test_whose_votes_count_no_more_is_said():
    said = votes_missing(2, 1, ["Chris"])
    assert said == "It takes 2 votes, and only 1 still counts: Chris may no longer approve it."
