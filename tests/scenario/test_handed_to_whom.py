"""Whom a decision may go to, and what they may decide: by their role as it is then."""

import pytest

from bot.conversation import holders
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
GUS = "  gus: {display: Gus, roles: [viewer], identities: ['web:gus', 'slack:UGUS']}\n"
OLGA = "  olga: {display: Olga, roles: [operator], identities: ['web:olga', 'slack:UOLGA']}\n"
GOES_ON = ("retry", "skip", "mark_done", "rollback", "recheck")


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + GUS + OLGA) as made:
        made.service("web-1", "nginx", "active")
        made.broken.add(("web-1", "nginx"))
        await made.hear("UBEN", "restart nginx on web-1")
        await made.click("UCHRIS", "approve")
        assert (await made.card(1)).state == "NEEDS A DECISION"
        yield made


async def roles(stage, **roles):
    """Give people other roles, and load that."""
    lines = (PEOPLE + GUS + OLGA).splitlines()
    for name, role in roles.items():
        at = next(n for n, x in enumerate(lines) if x.strip().startswith(f"{name}:"))
        before, _, after = lines[at].partition("roles: [")
        lines[at] = f"{before}roles: [{role}{after[after.index(']') :]}"
    stage.home.people.write_text("\n".join(lines))
    await stage.app.reload(by="ana")


@pytest.mark.parametrize("who", ["vera", "gus", "@gus"])
async def test_the_form_takes_nobody_who_may_not_ask_for_it(stage, who):
    reply = await stage.click("UBEN", "handover", text=who)
    assert not reply.accepted
    assert "is a viewer and may not ask for #1" in reply.text
    assert not (await stage.app.store.read(lambda u: u.run(1))).decider


async def test_it_is_the_role_at_the_moment_that_it_is_sent(stage):
    await roles(stage, chris="viewer")
    assert not (await stage.click("UBEN", "handover", text="chris")).accepted
    await roles(stage)
    assert (await stage.click("UBEN", "handover", text="chris")).accepted


async def test_an_operator_may_have_it(stage):
    assert (await stage.click("UBEN", "handover", text="olga")).accepted
    stage.broken.clear()
    assert (await stage.click("UOLGA", "retry")).accepted
    assert (await stage.card(1)).state == "DONE"


@pytest.mark.parametrize("button", GOES_ON)
async def test_who_has_become_a_viewer_lets_nothing_go_on(stage, button):
    await stage.click("UBEN", "handover", text="chris")
    await roles(stage, chris="viewer")
    before = len(stage.changes())
    reply = await stage.click("UCHRIS", button)
    assert not reply.accepted
    assert "you are a viewer and may not restart nginx on web-1" in reply.text
    assert "*Stop here* and *Hand over…* are yours" in reply.text
    assert (await stage.card(1)).state == "NEEDS A DECISION"
    assert len(stage.changes()) == before


async def test_neither_does_who_asked_for_it_and_has_become_a_viewer(stage):
    await roles(stage, ben="viewer")
    assert not (await stage.click("UBEN", "retry")).accepted
    assert (await stage.click("UCHRIS", "retry")).accepted, "an approver decides as before"


@pytest.mark.parametrize("button", ["end", "handover"])
async def test_they_may_stop_it_and_give_it_away_all_the_same(stage, button):
    await stage.click("UBEN", "handover", text="chris")
    await roles(stage, chris="viewer")
    assert (await stage.click("UCHRIS", button, text="olga")).accepted


async def test_it_is_offered_to_nobody_who_may_not_have_it(stage):
    await roles(stage, ben="viewer")
    await stage.click("UANA", "handover", text="olga")
    hand = next(b for b in (await stage.card(1)).buttons if b.id == "handover")
    assert [choice.value for choice in hand.choices] == ["ana", "chris"], words(await stage.card(1))


async def test_it_is_offered_to_an_operator_who_may_ask_for_it_as_words_give_it(stage):
    hand = next(b for b in (await stage.card(1)).buttons if b.id == "handover")
    assert [choice.value for choice in hand.choices] == ["ana", "chris", "olga"], "Ben has it"
    assert "or Olga" not in str((await stage.card(1)).lines), "it waits for nobody more"
    assert (await stage.hear("UBEN", "hand over to olga")).accepted


async def waits_for(stage):
    return {n for n in ("ana", "ben", "chris", "olga") if await stage.ears.waiting(n)}


async def test_it_waits_for_whom_it_was_handed_to_and_no_longer_for_who_gave_it(stage):
    assert await waits_for(stage) == {"ana", "ben", "chris"}
    await stage.click("UBEN", "handover", text="olga")
    assert await waits_for(stage) == {"ana", "olga"}, "an admin may decide all the same"
    lines = [x for x in (PEOPLE + GUS).splitlines() if x]
    stage.home.people.write_text("\n".join(lines))
    await stage.app.reload(by="ana")
    assert await waits_for(stage) == {"ana", "ben", "chris"}, "Olga is nobody any more"


# -- back to who had it ----------------------------------------------------------------------------


async def run(stage):
    return await stage.app.store.read(lambda u: u.run(1))


async def test_it_is_not_handed_back_to_who_has_become_a_viewer(stage):
    await stage.hear("UBEN", "hand over to olga")
    await roles(stage, ben="viewer")
    told = await stage.hear("UOLGA", "hand it back")
    assert (told.accepted, "Ben is a viewer and may not ask for #1" in told.text) == (False, True)
    assert (await run(stage)).decider == "olga"
    await roles(stage)
    assert (await stage.hear("UOLGA", "hand it back")).accepted
    assert (await run(stage)).decider == "ben"


async def test_a_viewer_takes_the_conversation_back_and_others_decide(stage):
    await stage.hear("UBEN", "hand over to olga")
    await roles(stage, ben="viewer")
    assert not (await stage.click("UCHRIS", "retry")).accepted
    assert (await stage.hear("UBEN", "hand it back")).accepted
    assert not (await run(stage)).decider
    assert await stage.app.store.read(lambda u: holders.holder(u, ROOM)) == "ben"
    assert await waits_for(stage) == {"ana", "ben", "chris"}, "as if nobody had handed it over"
    assert "Ben took the decision back" in words(await stage.card(1))
    assert "waits for Ben, Ana or Chris" in str((await stage.card(1)).lines)
    assert not (await stage.click("UOLGA", "retry")).accepted
    assert (await stage.click("UCHRIS", "retry")).accepted


@pytest.mark.parametrize("said", ["@U0GUEST", "<@U0GUEST>"])
@pytest.mark.parametrize(("called", "named"), [("Gil *Guest*", "Gil Guest"), ("", "That account")])
async def test_an_account_of_nobodys_is_named_as_it_is_shown_and_must_be_linked(
    stage, said, called, named
):
    stage.ears.known_as("slack:U0GUEST", called)
    reply = await stage.hear("UBEN", f"hand over to {said}")
    assert not reply.accepted
    assert reply.text.startswith(f"{named} is nobody's in people.yaml")
    assert "linked first" in reply.text
    assert "`link slack`" in reply.text
    assert "U0GUEST" not in reply.text


@pytest.mark.parametrize("addressed", [True, False])
async def test_whom_it_goes_to_is_asked_where_its_owner_does_not_say(stage, addressed):
    reply = await stage.hear("UBEN", "hand over", addressed=addressed)
    assert reply.text == "To whom? Say `hand over to NAME`."
    assert not (await stage.hear("UOLGA", "hand over", addressed=False)).text
