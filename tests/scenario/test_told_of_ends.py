"""Who asked is told once when others end what they wait for, or nobody decides about it."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms_told import PEOPLE, THREAD, asked, stage  # noqa: F401


async def ends(stage):
    """What the requester is told of the end: the text and whom it mentions."""
    owed = [p for p in await stage.owed() if p.key.startswith("undone:")]
    assert all(p.place == THREAD for p in owed)
    return [(p.body.text, p.body.concerns) for p in owed]


async def test_a_denial_is_told_to_who_asked_with_its_reason(stage):
    await asked(stage)
    await stage.press("ana", "deny", text="not *before* `lunch`\nplease")
    told = (
        "#1 restart nginx on web-1 was denied by Ana: “not before 'lunch' please”. Nothing ran.",
        ("ben",),
    )
    assert await ends(stage) == [told]
    await stage.later(minutes=1)
    assert await ends(stage) == [told], "once"


@pytest.mark.parametrize("nothing", ["", "\u200b", " \u202e \u200b\n"])
async def test_signs_that_nobody_sees_are_no_reason(stage, nothing):
    await asked(stage)
    await stage.press("ana", "deny", text=nothing)
    told = "#1 restart nginx on web-1 was denied by Ana. Nothing ran."
    assert await ends(stage) == [(told, ("ben",))]
    assert "“" not in str((await stage.card()).footer)


async def test_an_expiry_is_told_to_who_asked(stage):
    await asked(stage)
    await stage.later(minutes=31)
    ((text, whom),) = await ends(stage)
    assert text.startswith("#1 restart nginx on web-1 expired ")
    assert text.endswith(" UTC: too few decided in time. Nothing ran.")
    assert whom == ("ben",)
    (post,) = [p for p in await stage.owed() if p.key.startswith("undone:")]
    assert post.body.moments[0].text in text


async def test_what_an_admin_withdraws_is_told(stage):
    await asked(stage)
    await stage.press("ana", "cancel")
    assert await ends(stage) == [
        ("#1 restart nginx on web-1 was withdrawn by Ana. Nothing ran.", ("ben",))
    ]


@pytest.mark.parametrize("button", ["cancel", "deny"])
async def test_who_ended_it_themselves_knows(stage, button):
    await asked(stage)
    await stage.press("ben", button, text="no need")
    assert (await stage.card()).state == "CANCELLED"
    assert await ends(stage) == []


async def test_to_whom_it_was_handed_is_told_too(stage):
    people = PEOPLE.replace("'discord:77'", "'slack:UCHRIS'")
    stage.home.people.write_text(people)
    await stage.app.reload(by="ana")
    await asked(stage)
    await stage.say("ben", "hand over to chris", event="C1/17.4", remote="17.4")
    await stage.press("ana", "deny", await stage.card(1), text="no")
    ((_, whom),) = await ends(stage)
    assert whom == ("ben", "chris")


async def test_what_the_policy_refused_or_changed_hands_pings_nobody(stage):
    await asked(stage, "stop nginx on web-1 and web-2")
    await stage.say("ben", "restart nginx on web-1 and web-2", event="C1/17.5", remote="17.5")
    await stage.say("ben", "not web-2", event="C1/17.6", remote="17.6")
    assert await ends(stage) == []


async def test_where_who_asked_has_no_account_it_would_be_a_noise(stage):
    stage.home.people.write_text(PEOPLE.replace(", 'slack:UBEN'", ""))
    await stage.app.reload(by="ana")
    await asked(stage)
    await stage.press("ana", "deny", text="no")
    assert await ends(stage) == []
