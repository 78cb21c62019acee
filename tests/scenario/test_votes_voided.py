"""A vote of an account that is unlinked is taken off its card, and asked for anew (promise 7, 11)."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.adapters.files.identity_file import unlink_identity
from bot.domain.cards import text_of
from bot.domain.messages import ButtonPress, Identity, ThreadRef
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.rooms_told import THREAD, asked, stage  # noqa: F401
from tests.scenario.test_unlinked_since import restarted

pytestmark = pytest.mark.asyncio
SERVER = ThreadRef(surface="discord", channel="100", thread="200")
BOTH = {"slack": (ROOM, "UBEN", "UCHRIS", "UANA"), "discord": (SERVER, "91", "92", "93")}
DANA = "  dana: {display: Dana, roles: [approver], identities: ['web:dana', 'discord:94']}\n"
RESTART = "restart nginx on web-3"


def _linked():
    people = PEOPLE + DANA
    for name, account in (("BEN", "91"), ("CHRIS", "92"), ("ANA", "93")):
        people = people.replace(f"'slack:U{name}'", f"'slack:U{name}', 'discord:{account}'")
    return people


@pytest.fixture
async def rooms(tmp_path):
    async with Rooms(tmp_path, people=_linked(), settings="approval: {votes: 2}\n") as made:
        made.service("web-3", "nginx", "active")
        yield made


@pytest.fixture(params=sorted(BOTH))
async def there(request, rooms):
    """A room and the accounts of Ben, Chris and Ana there."""
    return BOTH[request.param]


async def unlinked(rooms, thread, account):
    theirs = Identity(surface=thread.surface, account=account)
    unlink_identity(rooms.home.people, "chris", theirs)
    await rooms.app.reload(by="ana")
    await rooms.settle()


async def approves(rooms, account, place, card):
    """Somebody approves a card from another place than its own."""
    identity = Identity(surface=place.surface, account=account)
    owner = rooms.ears.people().owner(identity)
    press = ButtonPress(
        event_id=f"{place}/{account}", thread=place, identity=identity, person=owner.name,
        button="approve", plan=card.plan, revision=card.revision, digest=card.digest,
        at=rooms.clock.now(),
    )  # fmt: skip
    reply = await rooms.ears.on_button(press)
    await rooms.settle()
    assert reply.accepted


async def votes_of(rooms, thread):
    card = await rooms.card_in(thread)
    row = next(b for b in card.body if b.kind == "row" and b.label == "VOTES")
    return card, text_of(row.spans)


async def test_a_reload_takes_it_off_the_card_and_says_so(rooms, there):
    thread, ben, chris, ana = there
    await rooms.hear(ben, RESTART, thread=thread)
    await rooms.click(chris, "approve", thread=thread)
    assert (await rooms.card_in(thread)).standing == "1 of 2 votes"
    await unlinked(rooms, thread, chris)
    card, said = await votes_of(rooms, thread)
    assert (card.state, card.standing) == ("WAITING", "0 of 2 votes")
    assert said.startswith("void: Chris's vote, by an account no longer theirs · may vote: Ana, ")
    await rooms.click(ana, "approve", thread=thread)
    assert (await rooms.card_in(thread)).state == "WAITING"
    assert rooms.changes() == []


async def test_the_log_says_whose_account_it_was(rooms, there):
    thread, ben, chris, _ = there
    await rooms.hear(ben, RESTART, thread=thread)
    await rooms.click(chris, "approve", thread=thread)
    await unlinked(rooms, thread, chris)
    (event,) = await rooms.events("vote.voided")
    assert (event.person, event.data["account"]) == ("chris", f"{thread.surface}:{chris}")
    await rooms.app.reload(by="ana")
    assert len(await rooms.events("vote.voided")) == 1


async def test_what_was_approved_for_later_waits_again_and_asks_again(rooms, there):
    thread, ben, chris, ana = there
    await rooms.hear(ben, f"{RESTART} in 30 minutes", thread=thread)
    for account in (chris, ana):
        await rooms.click(account, "approve", thread=thread)
    assert (await rooms.card_in(thread)).state == "SCHEDULED"
    await unlinked(rooms, thread, chris)
    card, said = await votes_of(rooms, thread)
    assert (card.state, card.standing) == ("WAITING", "1 of 2 votes")
    assert said.startswith("void: Chris's vote, ")
    assert "Ana approved" in said
    await rooms.later(seconds=31 * 60)
    await rooms.settle()
    assert rooms.changes() == []


async def test_who_votes_again_by_another_account_counts(rooms, there):
    thread, ben, chris, ana = there
    await rooms.hear(ben, RESTART, thread=thread)
    await rooms.click(chris, "approve", thread=thread)
    await unlinked(rooms, thread, chris)
    other, account = next((t, c) for t, _, c, _ in BOTH.values() if t != thread)
    await approves(rooms, account, other, await rooms.card_in(thread))
    _, said = await votes_of(rooms, thread)
    assert said.startswith("Chris approved")
    assert "void" not in said
    await rooms.click(ana, "approve", thread=thread)
    assert [host for host, _ in rooms.changes()] == ["web-3"]


async def test_a_vote_on_the_page_stays(rooms):
    await rooms.hear("UBEN", RESTART)
    page = ThreadRef(surface="web", channel="chris", thread="t")
    await approves(rooms, "chris", page, await rooms.card_in(ROOM))
    await unlinked(rooms, ROOM, "UCHRIS")
    assert (await rooms.card_in(ROOM)).standing == "1 of 2 votes"


async def test_a_start_takes_it_off_as_well(rooms):
    await rooms.hear("UBEN", f"{RESTART} in 30 minutes")
    for account in ("UCHRIS", "UANA"):
        await rooms.click(account, "approve")
    await restarted(rooms, (", 'slack:UCHRIS'", ""))
    card, _ = await votes_of(rooms, ROOM)
    assert (card.state, card.standing) == ("WAITING", "1 of 2 votes")


async def test_who_may_vote_is_asked_again_and_told_why(stage):
    await asked(stage, "restart nginx on web-1 in 30 minutes")
    (card,) = [c for c in await stage.cards() if c.plan is not None]
    await approves(stage, "UANA", THREAD, card)
    assert await stage.owed() == []  # approved before it was sent: it asks for nothing any more
    unlink_identity(stage.home.people, "ana", Identity(surface="slack", account="UANA"))
    await stage.app.reload(by="ana")
    (again,) = [p for p in await stage.owed() if p.key != "votes:1:1"]
    assert (again.place.surface, again.reader, again.key) == ("discord", "chris", "votes:1:1:1")
    assert "needs 1 vote until " in again.body.text
    assert again.body.text.endswith(" Void: Ana's vote, by an account no longer theirs.")
