"""A halted run is decided by whose it is, though its hosts or its requester are gone since."""

import pytest

from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import INVENTORY, RESTART, words

pytestmark = pytest.mark.asyncio
OLGA = "  olga: {display: Olga, roles: [operator], identities: ['web:olga', 'slack:UOLGA']}\n"
BEN = next(line for line in PEOPLE.splitlines() if line.strip().startswith("ben:"))
NO_PRODUCTION = """
@id("not-on-production")
@reason("{who} changes nothing on production.")
forbid (principal, action in Action::"change", resource == May::"request")
when { context has production && context.production }
unless { principal in Role::"approver" };
"""
GOES_ON = ("retry", "skip", "mark_done", "rollback", "recheck")


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + OLGA) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def halted(stage, hosts, failed):
    """Ben's run on these hosts, which has failed on one."""
    stage.broken.add((failed, "nginx"))
    await stage.hear("UBEN", f"restart nginx on {hosts}")
    await stage.click("UCHRIS", "approve")
    assert await state(stage) == "NEEDS A DECISION"


async def state(stage):
    return (await stage.card_in(ROOM, 1)).state


async def without(stage, host):
    """The inventory without a host."""
    lines = [x for x in INVENTORY.splitlines() if not x.strip().startswith(f"{host}:")]
    assert len(lines) < len(INVENTORY.splitlines())
    stage.home.inventory.write_text("\n".join(lines))
    await stage.app.reload(by="ana")


async def without_ben(stage):
    people = stage.home.people.read_text()
    assert BEN in people
    stage.home.people.write_text(people.replace(BEN, ""))
    await stage.app.reload(by="ana")


async def not_on_production(stage):
    """Operators ask for nothing there any more."""
    stage.home.policies.write_text(stage.home.policies.read_text() + NO_PRODUCTION)
    await stage.app.reload(by="ana")


async def decided(stage):
    """Who let it go on or took it back."""
    found = [(e.person, e.data["button"]) for e in await stage.events("run.decided")]
    return [each for each in found if each[1] in GOES_ON]


@pytest.mark.parametrize(("hosts", "ends"), [("web-2", "FAILED"), ("web-2, web-3", "DONE")])
async def test_what_failed_on_a_host_that_is_gone_is_skipped_by_its_requester(stage, hosts, ends):
    await halted(stage, hosts, "web-2")
    await without(stage, "web-2")
    reply = await stage.click("UBEN", "skip")
    assert (reply.accepted, reply.text) == (True, "")
    assert await state(stage) == ends, "as without the other host"
    assert await decided(stage) == [("ben", "skip")]


async def test_it_is_taken_back_by_its_requester(stage):
    await halted(stage, "web-2, web-3", "web-2")
    await without(stage, "web-2")
    assert (await stage.click("UBEN", "rollback")).accepted
    assert await decided(stage) == [("ben", "rollback")]


@pytest.mark.parametrize("who", ["UBEN", "UCHRIS"])
@pytest.mark.parametrize("minutes", [0, 10], ids=["votes hold", "votes expired"])
async def test_nothing_is_tried_again_on_a_host_that_is_gone_and_it_waits_on(stage, who, minutes):
    stage.broken.add(("web-2", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-2, web-3")
    await stage.later(minutes=25)
    await stage.click("UCHRIS", "approve")
    await stage.later(minutes=minutes)
    await without(stage, "web-2")
    before = stage.changes()
    reply = await stage.click(who, "retry")
    assert not reply.accepted
    assert "The inventory no longer has web-2, so nothing can be tried again there" in reply.text
    assert (await state(stage), await decided(stage)) == ("NEEDS A DECISION", [])
    assert (await stage.click(who, "skip")).accepted
    assert (await state(stage), stage.changes()) == ("DONE", before)


async def test_it_is_named_only_where_it_is_to_be_tried_again(stage):
    stage.broken.add(("web-3", "nginx"))
    await halted(stage, "web-2, web-3", "web-2")
    await without(stage, "web-2")
    for value, named in (("", True), ("web-2", True), ("web-3", False)):
        reply = await stage.click("UBEN", "retry", value=value)
        assert ("no longer has web-2" in reply.text) == named


async def test_what_was_approved_with_the_host_does_not_go_on_without_it(stage):
    """The rest waits for new votes, and the card says why."""
    await halted(stage, "web-2, web-3 one at a time", "web-2")
    await without(stage, "web-2")
    assert (await stage.click("UBEN", "skip")).accepted
    assert await state(stage) == "PAUSED"
    assert "web-2 is no longer in the inventory" in words(await stage.card_in(ROOM, 1))
    assert stage.changes() == [("web-2", RESTART)]
    assert (await stage.click("UBEN", "again")).accepted
    assert await state(stage) == "WAITING"


@pytest.mark.parametrize("button", ["skip", "rollback"])
async def test_a_receiver_decides_though_its_requester_is_gone(stage, button):
    await halted(stage, "web-2, web-3", "web-2")
    assert (await stage.click("UBEN", "handover", text="olga")).accepted
    await without_ben(stage)
    reply = await stage.click("UOLGA", button)
    assert (reply.accepted, reply.text) == (True, "")
    assert await decided(stage) == [("olga", button)]


async def test_what_is_tried_again_for_who_is_gone_pauses_and_says_so(stage):
    """Going on is theirs to press; that it was asked for by somebody who may is looked at as ever."""
    await halted(stage, "web-2, web-3", "web-2")
    await stage.click("UBEN", "handover", text="olga")
    before = stage.changes()
    await without_ben(stage)
    assert (await stage.click("UOLGA", "retry")).accepted
    assert await state(stage) == "PAUSED"
    assert "ben is no longer in people.yaml" in words(await stage.card_in(ROOM, 1))
    assert stage.changes() == before


# -- who still may not -----------------------------------------------------------------------------


@pytest.mark.parametrize("gone", ["host", "requester"])
@pytest.mark.parametrize("button", GOES_ON)
async def test_a_viewer_lets_nothing_go_on_whatever_is_gone(stage, button, gone):
    await halted(stage, "web-2, web-3", "web-2")
    await stage.click("UBEN", "handover", text="olga")
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace(OLGA, OLGA.replace("operator", "viewer")))
    await (without(stage, "web-2") if gone == "host" else without_ben(stage))
    reply = await stage.click("UOLGA", button)
    assert not reply.accepted
    assert "you are a viewer and may not restart nginx" in reply.text
    assert (await state(stage), await decided(stage)) == ("NEEDS A DECISION", [])


@pytest.mark.parametrize("hosts", ["web-2", "web-2, web-3"])
@pytest.mark.parametrize("button", GOES_ON)
async def test_who_may_not_ask_for_it_where_the_host_was_lets_nothing_go_on(stage, button, hosts):
    """It was on production, and what was done there may be taken back there."""
    await halted(stage, hosts, "web-2")
    await not_on_production(stage)
    await without(stage, "web-2")
    reply = await stage.click("UBEN", button)
    assert not reply.accepted
    assert "Ben changes nothing on production." in reply.text
    assert (await state(stage), await decided(stage)) == ("NEEDS A DECISION", [])


async def test_who_may_ask_for_it_where_the_host_was_decides(stage):
    """It was on staging: that it is gone makes it none of production."""
    await halted(stage, "web-3", "web-3")
    await not_on_production(stage)
    await without(stage, "web-3")
    assert (await stage.click("UBEN", "skip")).accepted
    assert await decided(stage) == [("ben", "skip")]
