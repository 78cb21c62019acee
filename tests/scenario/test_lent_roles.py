"""Roles of a Discord server: they count where and when they are held, for who is linked."""

import pytest

from bot.domain.messages import ButtonPress, Identity, Message, Outside, Role, ThreadRef, nobody
from bot.reporting.retelling import told
from tests.scenario.server import APPROVER, OPERATOR, PLACE, SETTINGS, OnServer

pytestmark = pytest.mark.asyncio

DM = ThreadRef(surface="discord", channel="9", thread="dm")
ASK = "restart nginx on web-1"


@pytest.fixture
async def stage(tmp_path):
    async with OnServer(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def asks(stage, lent=OPERATOR, account="1", text=ASK, thread=PLACE, **more):
    """What somebody asks who holds this, and goes on to hold it."""
    stage.server.members[account] = lent
    reply = await stage.hear(account, text, thread=thread, lent=lent, **more)
    assert reply.accepted, reply.text
    return await stage.card_in(thread)


async def votes(stage, lent=APPROVER, account="2", thread=PLACE, **more):
    """A click on the card of the server, or on its copy in a direct message."""
    stage.server.members[account] = lent
    card = await stage.card()
    item = await stage.ears.card(card.plan)
    identity = Identity(surface="discord", account=account)
    owner = stage.ears.people().owner(identity)
    reply = await stage.ears.on_button(
        ButtonPress(
            event_id=f"v{stage.clock.monotonic()}{account}{thread.thread}{len(lent)}",
            thread=thread, identity=identity, person=owner.name if owner else None,
            button="approve", plan=card.plan, revision=item.card.revision,
            digest=item.card.digest, at=stage.clock.now(), lent=lent, **more,
        )
    )  # fmt: skip
    await stage.settle()
    return reply


async def rewrite(stage, settings):
    stage.home.settings.write_text(settings)
    await stage.app.reload(by="ana")


async def test_a_role_of_the_server_lets_ask_and_another_lets_approve(stage):
    assert (await asks(stage)).state == "WAITING"
    assert (await votes(stage)).accepted
    assert (await stage.card()).state == "DONE"
    assert stage.changes("web-1")


async def test_without_them_the_same_people_may_neither(stage):
    assert (await asks(stage, frozenset())).state == "REFUSED"
    await stage.hear("3", ASK, thread=PLACE)  # an operator of people.yaml
    assert "needs an approver" in (await votes(stage, frozenset())).text
    assert not stage.changes()


async def test_a_role_that_was_taken_away_no_longer_counts(stage):
    await asks(stage)
    await votes(stage, frozenset())
    assert (await stage.card()).state == "WAITING"
    assert (await asks(stage, frozenset(), text="restart nginx on web-2")).state == "REFUSED"


async def test_in_a_direct_message_and_from_outside_nothing_is_lent(stage):
    assert (await asks(stage, thread=DM)).state == "REFUSED"
    await asks(stage, text="restart nginx on web-2")
    assert not (await votes(stage, thread=DM)).accepted
    await rewrite(stage, SETTINGS + "chat: {shared: true}\n")
    assert not (await votes(stage, outside=Outside.SHARED)).accepted
    assert not stage.changes()
    card = await asks(stage, text="restart nginx on web-2", outside=Outside.SHARED)
    assert card.state == "REFUSED"


async def test_only_what_the_settings_name_is_lent(stage):
    assert (await asks(stage, frozenset({Role.ADMIN}))).state == "REFUSED"
    await asks(stage)
    assert not (await votes(stage, frozenset({Role.ADMIN}))).accepted


async def test_an_account_of_nobodys_asks_for_no_change_and_never_votes(stage):
    await rewrite(stage, SETTINGS + "chat: {unlinked: reads}\n")
    both = OPERATOR | APPROVER
    assert (await asks(stage, both, account="77")).state == "REFUSED"
    await asks(stage)
    assert "77" in (await votes(stage, both, account="77")).text
    assert not await stage.events("vote.cast")


async def test_the_card_says_that_nobody_told_who_may_vote_by_a_role_of_the_server(stage):
    body = str((await asks(stage)).body)
    assert "may vote: Ana · by a role on Discord others may vote: nobody told them" in body
    await stage.hear("3", "restart nginx on web-2", thread=DM)  # nothing is lent there
    assert "by a role" not in str((await stage.card_in(DM)).body)
    await rewrite(stage, "discord: {roles: {'50': operator}}\n")  # nor may an operator vote
    await stage.hear("3", "restart nginx on web-2", thread=PLACE, lent=OPERATOR)
    assert "by a role" not in str((await stage.card_in(PLACE)).body)


async def test_where_nobody_else_may_vote_the_card_says_so_too(stage):
    alone = stage.home.people.read_text().replace("roles: [admin]", "roles: [viewer]")
    stage.home.people.write_text(alone)
    await stage.app.reload(by="chris")
    body = str((await asks(stage)).body)
    assert "nobody may approve it" not in body
    assert "by a role on Discord who holds it may vote: nobody told them, so ask them" in body


async def test_an_account_of_nobodys_is_lent_nothing():
    account = nobody(Identity(surface="discord", account="77"))
    assert account.lent_to(OPERATOR) == account


async def test_nobody_approves_their_own_plan_by_a_role_of_the_server(stage):
    await asks(stage, OPERATOR | APPROVER)
    assert "own plan" in (await votes(stage, OPERATOR | APPROVER, account="1")).text


async def test_the_log_tells_where_a_role_came_from(stage):
    await asks(stage)
    await votes(stage)
    (drafted,) = await stage.events("plan.drafted")
    (cast,) = await stage.events("vote.cast")
    assert (drafted.data["lent"], drafted.data["by"]) == (["operator"], "discord")
    assert (cast.data["lent"], cast.data["by"]) == (["approver"], "discord")
    reader = stage.app._speaker.reader("ana")
    assert told(drafted, reader).text.endswith(", operator by a role on Discord")
    assert told(cast, reader).text == "voted to approve, approver by a role on Discord"


async def test_what_people_yaml_gives_is_not_said_to_be_lent(stage):
    await stage.hear("3", ASK, thread=PLACE, lent=OPERATOR)
    (drafted,) = await stage.events("plan.drafted")
    assert "lent" not in drafted.data


async def test_who_is_asked_to_vote_where_nobody_of_people_yaml_may_is_told_who_may(stage):
    alone = stage.home.people.read_text().replace("roles: [admin]", "roles: [viewer]")
    stage.home.people.write_text(alone)
    await stage.app.reload(by="ana")
    card = await asks(stage)
    assert "who holds a role of this server that stands for it may, here" in str(card.body)
    assert any(button.id == "approve" for button in card.buttons)
    assert (await votes(stage)).accepted
    assert stage.changes("web-1")
    await stage.hear("3", "restart nginx on web-2", thread=DM)
    assert "an admin can make somebody an approver" in str((await stage.card_in(DM)).body)


async def test_what_waits_for_whom_goes_by_what_they_hold_where_they_look(stage):
    await asks(stage)
    for lent, number in ((frozenset(), 0), (APPROVER, 1), (frozenset({Role.ADMIN}), 0)):
        assert len(await stage.ears.waiting("chris", lent, "discord")) == number
    for elsewhere in ("slack", ""):  # which lends nothing
        assert await stage.ears.waiting("chris", APPROVER, elsewhere) == ()


# -- judged again ----------------------------------------------------------------------------------


async def test_a_plan_that_waits_for_its_time_begins_with_what_was_lent_then(stage):
    await asks(stage, text=f"{ASK} in 20 minutes")
    assert (await votes(stage)).accepted
    await stage.later(minutes=21)
    assert (await stage.card()).state == "DONE"


@pytest.mark.parametrize(
    "settings",
    ["discord: {roles: {'50': operator}}\n", "discord: {roles: {'60': approver}}\n", ""],
)
async def test_what_the_settings_lend_no_more_counts_no_more(stage, settings):
    await asks(stage, text=f"{ASK} in 20 minutes")
    assert (await votes(stage)).accepted
    await rewrite(stage, settings)
    await stage.later(minutes=21)
    assert stage.changes() == []
    assert (await stage.card()).state != "DONE"


async def test_a_waiting_plan_is_judged_by_what_its_requester_was_lent_as_they_asked(stage):
    await asks(stage)
    await rewrite(stage, SETTINGS + "approval: {expiry_minutes: 40}\n")  # all is judged anew
    assert (await votes(stage)).accepted
    assert stage.changes("web-1")


async def test_a_waiting_plan_whose_requesters_role_is_lent_no_more_does_not_run(stage):
    await asks(stage)
    await rewrite(stage, "discord: {roles: {'60': approver}}\n")
    await votes(stage)
    assert not stage.changes()
    assert (await stage.card()).state != "DONE"


async def test_a_change_of_what_is_lent_has_all_judged_again(stage):
    before = stage.app.world.versions
    await rewrite(stage, "discord: {roles: {'50': operator, '60': admin}}\n")
    assert stage.app.world.versions != before


async def test_a_vote_that_was_withdrawn_and_cast_again_without_has_nothing_lent(stage):
    text = stage.home.people.read_text()
    both = text.replace("roles: [viewer], identities: ['web:chris'", "roles: [approver], identities: ['web:chris'")  # fmt: skip
    await asks(stage, text=f"{ASK} in 20 minutes")
    await votes(stage)
    stage.home.people.write_text(both)
    await stage.app.reload(by="ana")
    assert (await stage.press("chris", "unvote")).accepted
    assert (await votes(stage, frozenset())).accepted
    stage.home.people.write_text(text)
    await stage.app.reload(by="ana")
    await stage.later(minutes=21)
    assert stage.changes() == []


async def test_what_a_crash_left_unread_is_read_with_what_was_lent_as_it_was_said(stage):
    identity = Identity(surface="discord", account="1")
    await stage.ears.on_message(
        Message(event_id="7/1", thread=PLACE, identity=identity, person="ben", text=ASK,
                at=stage.clock.now(), lent=OPERATOR)
    )  # fmt: skip
    assert await stage.app.store.read(lambda u: u.kept_keys("pending")) == ("7/1",)
    await stage.crash()
    await stage.revive()
    await stage.settle()
    assert (await stage.card()).state == "WAITING"


async def test_who_holds_an_approvers_role_stops_what_others_asked_for_there(stage):
    await asks(stage)
    await stage.hear("2", "stop", thread=PLACE, addressed=False, lent=frozenset())
    assert (await stage.card()).state == "WAITING"
    await stage.hear("2", "stop", thread=PLACE, addressed=False, lent=APPROVER)
    assert (await stage.card(1)).state == "CANCELLED"


async def test_asking_again_asks_with_what_is_held_where_it_is_pressed(stage):
    await asks(stage, text=ASK, plan_only=True)
    again = next(b for b in (await stage.card()).buttons if b.id == "again")
    assert again
    await stage.press("ben", "again")  # on the page
    assert (await stage.card()).state == "REFUSED"


async def test_an_option_is_said_with_what_its_presser_holds(stage):
    await stage.hear("1", "restart nginx on web-9", thread=PLACE, lent=OPERATOR)
    asked = await stage.card()
    option = next(b for b in asked.buttons if b.id == "option")
    await stage.click("1", "option", thread=PLACE, value=option.value, lent=OPERATOR)
    assert (await stage.card()).state == "WAITING"
