"""Accounts of nobody's, guests, and channels that others are in: refused unless the settings say so."""

import pytest

from bot.domain.messages import Outside, ThreadRef
from tests.scenario.rooms import DIRECT, ROOM, Rooms, silent
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
READS = "chat: {unlinked: reads}\n"
LOOK = "is nginx up on web-1?"


def rooms(tmp_path, settings=""):
    made = Rooms(tmp_path, settings=settings)
    for host in ("web-1", "web-3"):
        made.units[host, "nginx"] = "active"
    return made


async def test_an_account_of_nobodys_is_refused_privately_with_the_way_in(tmp_path):
    async with rooms(tmp_path) as stage:
        reply = await stage.hear("U024", LOOK)
        assert not reply.accepted
        assert "slack:U024" in reply.text
        assert "`link slack`" in reply.text
        assert "Ana" in reply.text
        assert silent(await stage.hear("U024", LOOK, addressed=False))
        assert await stage.items() == ()
        assert not await stage.events("request.heard")


async def test_where_the_settings_say_so_it_may_look_under_its_own_name(tmp_path):
    async with rooms(tmp_path, READS) as stage:
        assert silent(await stage.hear("U024", LOOK))
        assert (await stage.card()).state == "ANSWER"
        heard = (await stage.events("request.heard"))[0]
        assert heard.person == "slack:U024"
        stored = await stage.app.store.read(lambda u: u.plan(1))
        assert stored.plan.requester == "slack:U024"


async def test_it_changes_nothing_answers_nobody_and_votes_on_nothing(tmp_path):
    async with rooms(tmp_path, READS) as stage:
        await stage.hear("U024", "restart nginx on web-3")
        assert (await stage.card()).state == "REFUSED"
        assert "belongs to nobody" in str((await stage.card()).body)
        other = DIRECT
        await stage.hear("UBEN", "restart nginx on web-9", thread=other)
        for button in ("approve", "deny", "cancel", "change", "again"):
            assert "slack:U024" in (await stage.click("U024", button, thread=other)).text
        assert "for Ben" in (await stage.click("U024", "option", thread=other, value="1")).text
        assert silent(await stage.hear("U024", "web-3", thread=other, addressed=False))
        await stage.hear("UBEN", "restart nginx on web-1", thread=other)
        for button in ("approve", "deny", "cancel"):
            assert not (await stage.click("U024", button, thread=other)).accepted
        assert not (await stage.click("U024", "stop", thread=other)).accepted
        await stage.hear("U024", "not web-1", thread=other)
        assert (await stage.card_in(other, 2)).state == "WAITING"
        assert "`link slack` on the page" in (await stage.hear("U024", "lgtm", thread=other)).text
        assert stage.changes() == []


async def test_it_has_its_own_question_and_its_own_follow_ups(tmp_path):
    async with rooms(tmp_path, READS) as stage:
        await stage.hear("U024", "is nginx up on web-9?")
        assert (await stage.card()).state == "QUESTION"
        await stage.hear("U024", "web-3", addressed=False)
        assert (await stage.card()).state == "ANSWER"


async def test_what_it_asked_ends_where_the_settings_change_before_it_runs(tmp_path):
    async with rooms(tmp_path, READS + "autonomy: {level: cautious}\n") as stage:
        await stage.hear("U024", LOOK)
        assert (await stage.card()).state == "WAITING"
        stage.home.settings.write_text("autonomy: {level: cautious}\n")
        await stage.app.reload(by="ana")
        assert not (await stage.click("UCHRIS", "approve")).accepted
        assert stage.hosts.ledger == []


async def test_who_is_linked_since_may_not_approve_what_their_account_asked_before(tmp_path):
    async with rooms(tmp_path, READS + "autonomy: {level: cautious}\n") as stage:
        await stage.hear("U024", LOOK)
        text = stage.home.people.read_text()
        stage.home.people.write_text(text.replace("'slack:UCHRIS'", "'slack:U024'"))
        await stage.app.reload(by="ana")
        assert "own plan" in (await stage.click("U024", "approve")).text
        assert (await stage.click("UANA", "approve")).accepted
        assert (await stage.card()).state == "ANSWER"


async def test_a_restart_takes_up_what_it_asked(tmp_path):
    async with rooms(tmp_path, READS) as stage:
        await stage.hear("U024", LOOK)
        await stage.crash()
        await stage.revive()
        await stage.hear("U024", "is nginx up on web-3?", addressed=False)
        assert (await stage.card()).state == "ANSWER"


# -- guests, and channels that others are in -----------------------------------------------------


@pytest.mark.parametrize("account", ["UBEN", "U024"])
@pytest.mark.parametrize("outside", Outside)
async def test_who_is_outside_is_refused_privately(tmp_path, account, outside):
    async with rooms(tmp_path, READS) as stage:
        reply = await stage.hear(account, LOOK, outside=outside)
        assert not reply.accepted
        assert f"{'guests' if outside is Outside.GUEST else 'another organisation'}" in reply.text
        assert silent(await stage.hear(account, LOOK, outside=outside, addressed=False))
        assert await stage.items() == ()


async def test_who_is_of_another_organisation_is_not_told_to_write_directly_where_they_do(tmp_path):
    direct = ThreadRef(surface="slack", channel="D9", thread="1.1")
    async with rooms(tmp_path, READS) as stage:
        in_a_channel = (await stage.hear("U024", LOOK, outside=Outside.SHARED)).text
        told = (await stage.hear("U024", LOOK, thread=direct, outside=Outside.SHARED)).text
        assert "Write to me directly" in in_a_channel
        assert told == (
            "Your account is another organisation's, so I do nothing for it. Ask Ana, who can "
            "change `chat.shared`."
        )
        assert told == (await stage.hear("U024", LOOK, outside=Outside.FOREIGN)).text


@pytest.mark.parametrize("outside", Outside)
async def test_the_settings_let_in_who_is_linked_and_nobody_else(tmp_path, outside):
    allowed = "chat: {unlinked: reads, guests: true, shared: true}\n"
    async with rooms(tmp_path, allowed) as stage:
        assert "slack:U024" in (await stage.hear("U024", LOOK, outside=outside)).text
        assert await stage.items() == ()
        await stage.hear("UBEN", LOOK, outside=outside)
        assert (await stage.card()).state == "ANSWER"


async def test_one_setting_is_not_the_other(tmp_path):
    async with rooms(tmp_path, "chat: {guests: true}\n") as stage:
        assert not (await stage.hear("UBEN", LOOK, outside=Outside.SHARED)).accepted


@pytest.mark.parametrize("settings", ["", "chat: {guests: true, shared: true}\n"])
@pytest.mark.parametrize("outside", Outside)
async def test_nobody_approves_from_outside(tmp_path, settings, outside):
    async with rooms(tmp_path, settings) as stage:
        await stage.hear("UBEN", "restart nginx on web-1")
        refused = await stage.click("UANA", "approve", outside=outside)
        assert not refused.accepted
        assert_says_who_is_there(refused.text, outside)
        assert (await stage.card()).state == "WAITING"
        assert (await stage.click("UANA", "approve")).accepted


@pytest.mark.parametrize("settings", ["", "chat: {guests: true, shared: true}\n"])
@pytest.mark.parametrize("outside", Outside)
async def test_nobody_starts_what_was_approved_from_outside(tmp_path, settings, outside):
    async with rooms(tmp_path, settings) as stage:
        await stage.hear("UBEN", "restart nginx on web-1 in 20 minutes")
        assert (await stage.click("UANA", "approve")).accepted
        refused = await stage.click("UANA", "begin", outside=outside)
        assert not refused.accepted
        assert_says_who_is_there(refused.text, outside)
        assert stage.changes() == []
        assert (await stage.click("UANA", "begin")).accepted
        assert stage.changes()


@pytest.mark.parametrize(
    "button", ["retry", "skip", "mark_done", "rollback", "recheck", "again", "without", "queue"]
)
@pytest.mark.parametrize("outside", Outside)
async def test_nobody_lets_anything_go_on_from_outside(tmp_path, button, outside):
    async with rooms(tmp_path, "chat: {guests: true, shared: true}\n") as stage:
        stage.broken.add(("web-1", "nginx"))
        await stage.hear("UBEN", "restart nginx on web-1")
        await stage.click("UANA", "approve")
        before = (await stage.card()).buttons
        assert "retry" in {each.id for each in before}
        done = len(stage.changes())
        refused = await stage.click("UCHRIS", button, outside=outside, value="web-1")
        assert not refused.accepted
        assert_says_who_is_there(refused.text, outside)
        assert len(stage.changes()) == done
        assert (await stage.card()).buttons == before
        assert (await stage.click("UANA", "end", outside=outside)).accepted


@pytest.mark.parametrize("outside", Outside)
async def test_nobody_resumes_from_outside(tmp_path, outside):
    async with rooms(tmp_path, "chat: {guests: true, shared: true}\n") as stage:
        await stage.hear("UANA", "stop everything", outside=outside)
        assert (await stage.ears.status()).frozen
        await stage.hear("UANA", "resume", outside=outside)
        assert (await stage.ears.status()).frozen
        assert_says_who_is_there(str((await stage.items())[-1]), outside)
        await stage.hear("UANA", "resume")
        assert not (await stage.ears.status()).frozen


def assert_says_who_is_there(text, outside):
    assert ("guest" in text) is (outside is Outside.GUEST)
    assert ("nother organisation" in text) is (outside is not Outside.GUEST)


async def test_a_stop_of_who_is_known_is_heard_from_everywhere(tmp_path):
    async with rooms(tmp_path) as stage:
        await stage.hear("UBEN", "restart nginx on web-1")
        assert (await stage.hear("UANA", "stop", outside=Outside.SHARED)).accepted
        assert (await stage.card(1)).state == "CANCELLED"
        await stage.hear("UBEN", "restart nginx on web-1")
        assert (await stage.click("UANA", "stop", outside=Outside.GUEST)).accepted


# -- channels and their environments -------------------------------------------------------------

BOUND = """
chat:
  channels:
    slack:C1: {name: ops-staging, environments: [staging]}
    slack:C2: {name: ops, environments: [production]}
"""


async def test_a_channel_is_for_its_environments(tmp_path):
    async with rooms(tmp_path, BOUND) as stage:
        await stage.hear("UANA", "restart nginx on web-3")
        assert (await stage.card()).state == "WAITING"
        await stage.hear("UANA", "restart nginx on web-1")
        card = await stage.card()
        assert card.state == "REFUSED"
        assert "#ops-staging is for staging" in str(card.body)
        assert "ask in #ops." in str(card.body)
        await stage.hear("UANA", LOOK)
        assert (await stage.card()).state == "REFUSED"
        await stage.hear("UANA", LOOK, thread=DIRECT)
        assert (await stage.card_in(DIRECT)).state == "ANSWER"


async def test_a_revision_stays_in_its_channel_too(tmp_path):
    async with rooms(tmp_path, BOUND) as stage:
        await stage.hear("UANA", "restart nginx on web-3")
        await stage.hear("UANA", "also on web-1", addressed=False)
        card = await stage.card(1)
        assert (card.state, card.revision) == ("WAITING", 1)
        assert "this reaches further (web-1)" in str(await stage.card_in(stage.thread))


async def test_a_channel_that_is_bound_since_is_judged_again_before_anything_begins(tmp_path):
    async with rooms(tmp_path) as stage:
        await stage.hear("UBEN", "restart nginx on web-1 in 20 minutes")
        await stage.click("UANA", "approve")
        stage.home.settings.write_text(BOUND)
        await stage.app.reload(by="ana")
        await stage.later(minutes=21)
        assert stage.changes() == []
        assert "ops-staging is for staging" in str(await stage.card(1))


async def test_what_runs_is_judged_again_when_a_channel_is_bound(tmp_path):
    async with rooms(tmp_path) as stage:
        restart = ("systemctl", "restart", "--", "nginx.service")
        stage.hosts.hang(restart, host="web-3")
        await stage.hear("UBEN", "restart nginx on web-3, then restart nginx on web-1")
        await stage.click("UANA", "approve")
        stage.home.settings.write_text(BOUND)
        await stage.app.reload(by="ana")
        stage.release(restart)
        await stage.settle()
        assert {host for host, _ in stage.changes()} == {"web-3"}


async def test_help_lists_what_this_person_may_ask_here(tmp_path):
    async with rooms(tmp_path, BOUND + "  unlinked: reads\n") as stage:
        said = {}
        for account in ("UANA", "UBEN", "UVERA", "U024"):
            await stage.hear(account, "help")
            said[account] = str(await stage.card())
        assert "reboot db-2" in said["UANA"]
        assert "web-1" not in said["UANA"]
        assert "ops-staging is for staging" in said["UVERA"]
        for account in ("UANA", "UBEN"):
            assert "restart nginx on db-2" in said[account]
        for account in ("UVERA", "U024"):
            assert "restart" not in said[account].lower().replace("restarts", "")
            assert "how is db-2" in said[account].lower()
        assert "belongs to nobody" in said["U024"]
        await stage.hear("UVERA", "help service.restart", thread=DIRECT)
        assert "may not ask for that here" in str(await stage.card_in(DIRECT))


async def test_the_room_of_a_page_has_no_bounds(tmp_path):
    async with rooms(tmp_path, BOUND) as stage:
        assert stage.app.world.bounds(ROOM) is not None
        assert stage.app.world.bounds(DIRECT) is None


async def test_it_reads_times_in_the_zone_of_all(tmp_path):
    settings = READS + "timezone: Europe/Berlin\n"
    async with rooms(tmp_path, settings) as stage:
        await stage.hear("U024", LOOK)
        card = await stage.card()
        assert "10:00 CET" in card.lines[0]
        await stage.hear("UBEN", "restart nginx on web-1")
        await stage.hear("U024", "why?")
        assert "UTC" not in words(await stage.card())
        assert "CET" in words(await stage.card())
