"""What platforms call channels and accounts: on cards, and nothing of it that only some may know."""

import pytest

from bot.domain.messages import Outside, ThreadRef
from bot.domain.moments import Where
from bot.errors import StoreBusyError
from tests.scenario.rooms import DIRECT, PEOPLE, ROOM, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
RESTART = "restart nginx on web-3"
READS = "chat: {unlinked: reads}\n"
LINK = "https://ops.slack.com/archives/C1"
OTHER = ThreadRef(surface="slack", channel="C2", thread="1.1")


@pytest.fixture
async def rooms(tmp_path):
    async with Rooms(tmp_path, settings=READS) as made:
        for host in ("web-1", "web-3"):
            made.service(host, "nginx", "active")
        yield made


def first(card):
    return card.lines[0].partition(" · ")[0]


def wheres(card):
    return [each for each in card.moments if isinstance(each, Where)]


async def test_a_channel_that_all_may_see_is_called_by_its_name_and_leads_there(rooms):
    rooms.ears.known_as("slack:C1", "ops", LINK)
    await rooms.hear("UBEN", RESTART)
    card = await rooms.card_in(ROOM)
    assert first(card).startswith("Ben, ")
    assert first(card).endswith(", #ops")
    assert wheres(card) == [Where(text="#ops", surface="slack", channel="C1", link=LINK)]


async def test_one_that_only_some_may_see_is_not_nor_where_it_became_so(rooms):
    await rooms.hear("UBEN", RESTART)
    card = await rooms.card_in(ROOM)
    assert first(card).endswith(", a channel on Slack")
    rooms.ears.known_as("slack:C1", "secret-merger", LINK)
    rooms.ears.known_as("slack:C1", "", LINK)
    await rooms.app._speaker.refresh(1)
    card = await rooms.card_in(ROOM)
    assert first(card).endswith(", a channel on Slack")
    assert wheres(card) == []


async def test_a_card_that_waits_is_drawn_anew_once_its_channel_has_a_name(rooms):
    await rooms.hear("UBEN", RESTART)
    await rooms.hear("UBEN", RESTART, thread=OTHER)
    rooms.ears.known_as("slack:C1", "ops", LINK)
    await rooms.app.pipeline.tick()
    assert first(await rooms.card_in(ROOM)).endswith(", #ops")
    assert first(await rooms.card_in(OTHER)).endswith(", a channel on Slack")


async def test_a_direct_message_is_called_so_whatever_its_channel_is_called(rooms):
    rooms.ears.known_as("slack:D1", "ben", LINK)
    await rooms.hear("UBEN", RESTART, thread=DIRECT)
    card = await rooms.card_in(DIRECT)
    assert first(card).endswith(", a direct message on Slack")
    assert wheres(card) == []


async def test_names_are_written_down_beside_the_work_and_outlive_a_restart(rooms):
    rooms.ears.known_as("slack:C1", "ops", LINK)
    await rooms.hear("UBEN", RESTART)
    await rooms.later(seconds=1)
    await rooms.crash()
    await rooms.revive()
    await rooms.settle()
    assert first(await rooms.card_in(ROOM)).endswith(", #ops")
    rooms.ears.known_as("slack:C1", "")
    await rooms.later(seconds=1)
    assert await rooms.app.store.read(lambda u: u.kept("called", "slack:C1")) is None


async def test_at_most_so_many_names_are_kept(rooms, monkeypatch):
    monkeypatch.setattr("bot.pipeline.called.MOST", 3)
    for number in range(5):
        rooms.ears.known_as(f"slack:C{number}", f"c{number}")
        await rooms.later(seconds=1)
    kept = await rooms.app.store.read(lambda u: u.kept_keys("called"))
    assert kept == ("slack:C2", "slack:C3", "slack:C4")


async def test_an_account_of_nobodys_is_called_as_its_platform_says_and_said_to_be_nobodys(rooms):
    rooms.ears.known_as("slack:U024", "Ana")
    await rooms.hear("U024", RESTART)
    card = await rooms.card_in(ROOM)
    assert first(card).startswith("“Ana” (not linked), ")
    assert "slack:U024" not in first(card)


async def test_in_the_log_it_goes_by_its_id(rooms):
    rooms.ears.known_as("slack:U024", "Ana")
    await rooms.hear("U024", RESTART)
    log = await rooms.app.books.log("ana")
    assert "slack:U024" in {line.who for line in log.lines}
    assert "Ana" not in str([line.who for line in log.lines])
    sheet = await rooms.app.books.run(1, "ana")
    assert {line.who for line in sheet.story} >= {"slack:U024"}


async def test_of_an_account_without_a_name_its_id_is_shown(rooms):
    await rooms.hear("U024", RESTART)
    assert first(await rooms.card_in(ROOM)).startswith("slack:U024, ")


async def test_who_is_linked_is_called_as_people_yaml_says(rooms):
    rooms.ears.known_as("slack:UBEN", "the boss")
    await rooms.hear("UBEN", RESTART)
    assert first(await rooms.card_in(ROOM)).startswith("Ben, ")


async def test_it_is_drawn_anew_also_where_that_could_not_be_read_at_first(rooms, monkeypatch):
    await rooms.hear("UBEN", RESTART)
    rooms.ears.known_as("slack:C1", "ops", LINK)
    read = rooms.app.store.read

    async def busy(work):
        raise StoreBusyError("The database is busy.")

    monkeypatch.setattr(rooms.app.store, "read", busy)
    with pytest.raises(StoreBusyError):
        await rooms.app._speaker.tick()
    monkeypatch.setattr(rooms.app.store, "read", read)
    rooms.ears.known_as("slack:C2", "dev", LINK)  # what is told meanwhile is told, too
    await rooms.app.pipeline.tick()
    assert first(await rooms.card_in(ROOM)).endswith(", #ops")


# -- an approver who is a guest there ---------------------------------------------------------------


async def votes_row(rooms):
    await rooms.app.pipeline.tick()
    (row,) = [b for b in (await rooms.card_in(ROOM)).body if getattr(b, "label", "") == "VOTES"]
    return "".join(span.text for span in row.spans)


@pytest.mark.parametrize(
    ("outside", "being"), [(Outside.GUEST, "a guest"), (Outside.FOREIGN, "another organisation's")]
)
async def test_who_may_vote_and_can_not_there_is_said_to_vote_on_the_page(rooms, outside, being):
    rooms.ears.known_as("slack:UBEN", "ben", outside=outside)  # of who may not vote it says nothing
    await rooms.hear("UANA", RESTART)
    before = await votes_row(rooms)
    assert before.startswith("may vote: Chris")
    assert "Slack" not in before
    rooms.ears.known_as("slack:UCHRIS", "", outside=outside)
    told = f" · Chris not in Slack, being {being} there: on the page"
    assert await votes_row(rooms) == before + told
    await rooms.crash()
    await rooms.revive()
    await rooms.app._speaker.refresh(1)
    assert await votes_row(rooms) == before + told, "a start knows it still"
    rooms.ears.known_as("slack:UCHRIS", "chris")
    assert await votes_row(rooms) == before, "a member now"


async def test_it_is_said_where_the_account_is_linked_to_who_may_vote(rooms):
    rooms.ears.known_as("slack:UNEW", "", outside=Outside.GUEST)
    await rooms.hear("UANA", RESTART)
    assert "Slack" not in await votes_row(rooms)
    people = rooms.home.people.read_text().replace("slack:UCHRIS", "slack:UNEW")
    rooms.home.people.write_text(people)
    await rooms.app.reload(by="ana")
    assert "Chris not in Slack" in await votes_row(rooms)


async def test_what_could_not_be_drawn_is_drawn_with_the_next_tick(rooms, monkeypatch):
    await rooms.hear("UANA", RESTART)
    redraw = rooms.app._speaker.redraw_waiting

    async def busy(places):
        monkeypatch.setattr(rooms.app._speaker, "redraw_waiting", redraw)
        raise StoreBusyError("The database is busy.")

    monkeypatch.setattr(rooms.app._speaker, "redraw_waiting", busy)
    rooms.ears.known_as("slack:UCHRIS", "chris", outside=Outside.GUEST)
    assert "Slack" not in await votes_row(rooms)
    assert "Chris not in Slack" in await votes_row(rooms)


async def test_of_accounts_that_are_forgotten_it_is_forgotten_as_well(rooms, monkeypatch):
    monkeypatch.setattr("bot.pipeline.called.MOST", 2)
    for account in ("UCHRIS", "U1", "U2"):
        rooms.ears.known_as(f"slack:{account}", "x", outside=Outside.GUEST)
    outside = rooms.app._speaker.called.outside
    assert [outside(f"slack:{account}") for account in ("UCHRIS", "U1", "U2")] == [
        None, Outside.GUEST, Outside.GUEST,
    ]  # fmt: skip


async def test_an_account_of_nobodys_draws_nothing_again(rooms, monkeypatch):
    await rooms.hear("UANA", RESTART)
    drawn = []

    async def redraw(places):
        drawn.append(places)

    monkeypatch.setattr(rooms.app._speaker, "redraw_waiting", redraw)
    rooms.ears.known_as("slack:USTRANGER", "", outside=Outside.FOREIGN)
    await rooms.app.pipeline.tick()
    assert None not in drawn
    rooms.ears.known_as("slack:UCHRIS", "", outside=Outside.FOREIGN)
    await rooms.app.pipeline.tick()
    assert None in drawn


async def test_who_has_another_account_there_that_is_the_teams_votes_there(tmp_path):
    people = PEOPLE.replace("'slack:UCHRIS'", "'slack:UCHRIS', 'slack:UGUEST'")
    assert people != PEOPLE
    async with Rooms(tmp_path, people=people) as made:
        made.service("web-1", "nginx", "active")
        made.ears.known_as("slack:UGUEST", "c", outside=Outside.GUEST)
        await made.hear("UBEN", "restart nginx on web-1")
        await made.app.pipeline.tick()
        assert "not in Slack" not in words(await made.card_in(ROOM, 1))
        made.ears.known_as("slack:UCHRIS", "c", outside=Outside.GUEST)
        await made.app.pipeline.tick()
        assert "Chris not in Slack" in words(await made.card_in(ROOM, 1))
