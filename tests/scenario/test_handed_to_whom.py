"""Whom a decision may go to, and what they may decide: by their role as it is then."""

import pytest

from bot.conversation import holders
from bot.domain.messages import Outside, ThreadRef
from tests.scenario.rooms import DIRECT, PEOPLE, ROOM, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
GUS = "  gus: {display: Gus, roles: [viewer], identities: ['web:gus', 'slack:UGUS']}\n"
OLGA = "  olga: {display: Olga, roles: [operator], identities: ['web:olga', 'slack:UOLGA']}\n"
OTHER = ThreadRef(surface="slack", channel="C1", thread="19.1")
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


# -- who is not heard there ------------------------------------------------------------------------

NOT_HEARD = (
    "Olga is not heard in Slack, being {} there, so they could not answer here. It can go to "
)


@pytest.fixture
def olga_is(stage):
    def made(outside):
        stage.ears.known_as("slack:UOLGA", "olga", outside=outside)

    return made


BEING = [(Outside.GUEST, "a guest"), (Outside.FOREIGN, "another organisation's")]


@pytest.mark.parametrize(("outside", "being"), BEING)
async def test_a_decision_goes_to_nobody_who_is_not_heard_there(stage, olga_is, outside, being):
    olga_is(outside)
    told = f"{NOT_HEARD.format(being)}Ana or Chris."
    pressed = await stage.click("UBEN", "handover", text="olga")
    assert (pressed.accepted, pressed.text) == (False, told)
    typed = await stage.hear("UBEN", "hand over to olga")
    assert (typed.accepted, typed.text) == (False, told)
    assert not (await run(stage)).decider
    await stage.app.pipeline.tick()
    hand = next(b for b in (await stage.card(1)).buttons if b.id == "handover")
    assert [choice.value for choice in hand.choices] == ["ana", "chris"], "nor is it offered"
    olga_is(None)
    assert (await stage.hear("UBEN", "hand over to olga")).accepted, "a member now"


@pytest.mark.parametrize(("outside", "being"), BEING)
async def test_a_conversation_neither(stage, olga_is, outside, being):
    olga_is(outside)
    await stage.hear("UCHRIS", "how is web-2?", thread=OTHER)
    said = await stage.hear("UCHRIS", "hand over to olga", thread=OTHER)
    assert not said.accepted
    assert said.text == f"{NOT_HEARD.format(being)}Ana, Ben, Vera or Gus.", "it is to be read only"


@pytest.mark.parametrize("setting", ["guests: true", "shared: true"])
async def test_it_may_where_the_settings_let_such_ask(stage, olga_is, setting):
    olga_is(Outside.GUEST if setting.startswith("guests") else Outside.FOREIGN)
    stage.home.settings.write_text(f"chat: {{{setting}}}\n")
    await stage.app.reload(by="ana")
    assert (await stage.hear("UBEN", "hand over to olga")).accepted


async def test_who_has_another_account_there_that_is_heard_has_it(stage, olga_is):
    stage.home.people.write_text(
        (PEOPLE + GUS + OLGA).replace("'slack:UOLGA'", "'slack:UOLGA', 'slack:U2'")
    )
    await stage.app.reload(by="ana")
    olga_is(Outside.GUEST)
    assert (await stage.hear("UBEN", "hand over to olga")).accepted


async def test_what_was_asked_for_in_a_direct_message_is_decided_elsewhere_anyway(stage, olga_is):
    olga_is(Outside.GUEST)
    stage.service("web-2", "nginx", "active")
    stage.broken.add(("web-2", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-2", thread=DIRECT)
    await stage.click("UCHRIS", "approve", thread=DIRECT)
    assert (await stage.card_in(DIRECT)).state == "NEEDS A DECISION"
    assert (await stage.click("UBEN", "handover", thread=DIRECT, text="olga")).accepted


async def test_of_many_a_few_are_named(stage, olga_is):
    more = "".join(
        f"  op{n:02}: {{display: Op{n:02}, roles: [operator], identities: ['slack:UOP{n}']}}\n"
        for n in range(20)
    )
    stage.home.people.write_text(PEOPLE + more + OLGA)
    await stage.app.reload(by="ana")
    olga_is(Outside.GUEST)
    told = (await stage.hear("UBEN", "hand over to olga")).text
    assert told.endswith("Ana, Chris, Op00, Op01, Op02, Op03, Op04, Op05 or 14 more.")
