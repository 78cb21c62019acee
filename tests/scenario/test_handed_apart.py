"""A hand-over that its channel does not take is told to who has it where they read it."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.delivery import bars, written
from bot.domain.messages import ThreadRef
from bot.domain.posts import Notice, PostKind
from tests.scenario.rooms_told import THREAD, asked, stage  # noqa: F401

ARCHIVED = "The channel is archived."
SAID = "Ben has handed this conversation over to you: what you say here answers and changes what is open."


async def handed(stage, to="ana"):
    await asked(stage)
    await stage.say("ben", f"hand over to {to}")
    (told,) = await notices(stage)
    assert told.place == THREAD
    return told


async def notices(stage):
    return [p for p in await stage.owed() if p.key.startswith("handed:")]


async def refused(stage, post, *, mended=False):
    def work(unit):
        if mended:
            bars.barred(unit, post, ARCHIVED, doubt=False, tell=False)
        else:
            written.gone(unit, post, ARCHIVED)

    await stage.app.store.write(work)


@pytest.mark.parametrize("mended", [False, True])
async def test_it_is_told_in_a_direct_message_with_what_is_open_there(stage, mended):
    await refused(stage, await handed(stage), mended=mended)
    (told,) = [p for p in await notices(stage) if p.reader]
    assert (str(told.place), told.reader, told.body.concerns) == ("slack/@UANA/", "ana", ())
    assert told.body.text == (
        "I could not say this in a channel on Slack (The channel is archived): "
        f"“{SAID}” Open there: #1."
    )
    assert len([p for p in await notices(stage) if p.reader]) == 1, "once"


async def test_of_what_is_open_there_it_names_what_is_theirs(stage):
    told = await handed(stage)
    await stage.say("ben", "restart nginx on web-2")  # Ben's own, asked since
    await stage.say("ben", "cancel 2")
    await stage.say("dana", "restart nginx on web-2")
    await refused(stage, told)
    (told,) = [p for p in await notices(stage) if p.reader]
    assert told.body.text.endswith(f"“{SAID}” Open there: #1.")
    await stage.press("ana", "cancel", await stage.card(1))
    await stage.say("ana", "hand over to ben")
    (to_ben,) = [p for p in await notices(stage) if p.body.concerns == ("ben",)]
    await refused(stage, to_ben)
    (told,) = [p for p in await notices(stage) if p.reader == "ben"]
    assert "Open there" not in told.body.text


async def test_where_they_have_no_account_nobody_is_written_to(stage):
    post = await stage.app.store.write(
        lambda u: u.owe(
            THREAD, "handed:C1/3", PostKind.NOTICE, Notice(text=SAID, concerns=("dana",))
        )
    )
    await refused(stage, post)
    assert await notices(stage) == []


async def test_a_channel_that_has_a_name_is_called_by_it(stage):
    stage.ears.known_as("slack:C1", "ops", "https://x.slack.com/archives/C1")
    await refused(stage, await handed(stage))
    (told,) = [p for p in await notices(stage) if p.reader]
    assert "I could not say this in #ops (" in told.body.text


async def test_what_is_told_directly_and_not_taken_either_is_told_to_nobody_more(stage):
    await refused(stage, await handed(stage))
    (told,) = [p for p in await notices(stage) if p.reader]
    await refused(stage, told)
    assert await notices(stage) == []


async def test_other_notices_that_are_about_no_plan_are_told_nowhere_else(stage):
    other = ThreadRef(surface="slack", channel="C9", thread="1.1")
    post = await stage.app.store.write(
        lambda u: u.owe(other, "no-vote:C9/1", PostKind.NOTICE, Notice(text="x", concerns=("ana",)))
    )
    await refused(stage, post)
    assert [p.key for p in await stage.owed() if p.reader] == []


async def test_who_has_handed_it_on_since_is_told_nothing(stage):
    await handed(stage)
    await stage.say("ana", "hand over to ben")
    for post in [p for p in await notices(stage) if p.body.concerns == ("ana",)]:
        await refused(stage, post)
    assert not [p for p in await notices(stage) if p.reader == "ana"]


async def test_one_that_can_not_be_told_keeps_no_other_news(stage, monkeypatch):
    told = await handed(stage)
    faults = []

    def broken(*_):
        faults.append(1)
        raise ValueError("It is of a later version.")

    monkeypatch.setattr("bot.pipeline.handed.tell_apart", broken)
    await refused(stage, told)
    await stage.say("ben", "restart nginx on web-2", event="C1/17.2", remote="17.2")
    for _ in range(2):
        await stage.app.pipeline.tick()
    assert faults == [1]
    assert [p for p in await stage.owed(PostKind.CARD) if p.card == "plan-2" and p.reader]
