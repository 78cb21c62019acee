"""What has not changed is not sent again, whatever draws it; what has changed always is."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

from bot.domain.posts import PostKind
from tests.scenario.rooms_told import asked, stage  # noqa: F401


async def cards(stage):
    return [(str(p.place), p.version) for p in await stage.owed(PostKind.CARD)]


async def all_sent(stage):
    """Everything that is owed gets there."""
    for _ in range(3):  # a copy that got there changes what the card says
        owed = await stage.owed(PostKind.CARD)

        def work(unit, owed=owed):
            for post in owed:
                unit.sent(post.id, f"m{post.id}", post.version)

        await stage.app.store.write(work)
        await stage.app._speaker.refresh(1)
    assert await cards(stage) == []


async def test_a_restart_sends_nothing_that_is_there(stage):
    await asked(stage)
    await all_sent(stage)
    for _ in range(2):
        await stage.crash()
        await stage.revive()
        assert await cards(stage) == []
    await stage.app._speaker.redraw_waiting()
    assert await cards(stage) == []


async def test_what_was_not_shown_yet_is_still_owed_after_it_was_drawn_again(stage):
    await asked(stage)
    await all_sent(stage)
    await stage.press("ana", "deny", text="no")
    owed = await cards(stage)
    assert [place for place, _ in owed] == ["slack/C1/17.1", "slack/@UANA/", "discord/@77/"]
    await stage.crash()
    await stage.revive()
    assert await cards(stage) == owed


async def test_a_state_that_comes_back_is_sent_though_it_was_shown_before(stage):
    """A, B, A: only what is there now counts, and not what was there once."""
    await asked(stage)
    await all_sent(stage)

    def altered(unit, title=None):
        thread, card = unit.card("plan-1")
        return unit.put_card(thread, card.model_copy(update={"title": title or card.title}))

    before = (await stage.app.store.read(lambda u: u.card("plan-1")))[1]
    changed = await stage.app.store.write(lambda u: altered(u, "another"))
    back = await stage.app.store.write(lambda u: altered(u, before.title))
    assert (changed.card.serial, back.card.serial) == (before.serial + 1, before.serial + 2)
    assert len(await cards(stage)) == 3
    again = await stage.app.store.write(altered)
    assert again.card == back.card
