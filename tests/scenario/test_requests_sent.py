"""A step of HTTP requests through the whole product: asked, sent, refused, cut off, taken back."""

import asyncio

import pytest

from bot.app import fresh
from bot.domain.commands import CommandResult
from bot.errors import NoAnswerError
from bot.testing.scenario import Scenario, keys, words
from tests.own_skill import write_skill

URL = "https://cdn.example/zones/shop"
INIT = '''"""A content network."""

from bot.skillkit.contract import Skill

from . import actions

SKILL = Skill(
    name="cdn", summary="the content network",
    actions=(actions.purge, actions.renew, actions.zone, actions.warm),
)
'''
ACTIONS = '''"""Purge and look."""

from bot.domain.commands import Credential, SecretRef
from bot.skillkit.contract import Effect, Params, Request, Undo, View, Yields, action

URL = "https://cdn.example/zones/shop"
AUTH = (("Authorization", Credential(scheme="Bearer", secret=SecretRef(reference="store:cdn"))),)


class Nothing(Params):
    """None."""


@action("cdn.purge", params=Nothing, effect=Effect.WRITE, title=lambda p: "clear the shop cache",
        undo_says="none: what is cleared comes back by itself")
def purge(p: Nothing, host: View) -> Yields:
    """Clear it."""
    yield Request(method="PURGE", url=URL, headers=AUTH)


@action("cdn.renew", params=Nothing, effect=Effect.WRITE, title=lambda p: "renew the shop cache",
        repeatable=True)
def renew(p: Nothing, host: View) -> Yields:
    """Renew it."""
    yield Request(method="POST", url=URL + "/renew", headers=AUTH)


@action("cdn.zone", params=Nothing, effect=Effect.READ, title=lambda p: "show the shop zone")
def zone(p: Nothing, host: View) -> Yields:
    """Look."""
    yield Request(method="GET", url=URL, headers=AUTH)


@action("cdn.warm", params=Nothing, effect=Effect.WRITE, title=lambda p: "warm the shop cache")
def warm(p: Nothing, host: View) -> Yields:
    """Warm it, then switch it on."""
    yield Request(method="POST", url=URL + "/warm", body="all")
    yield Request(method="POST", url=URL + "/on")
    yield Undo(Request(method="POST", url=URL + "/off"))
'''
PHRASES = """sentences:
  - action: cdn.purge
    phrases: ["clear shop cache"]
  - action: cdn.renew
    phrases: ["renew shop cache"]
  - action: cdn.zone
    phrases: ["show shop zone"]
  - action: cdn.warm
    phrases: ["warm shop cache"]
"""


@pytest.fixture
async def play(tmp_path):
    folder = write_skill(tmp_path / "own", "cdn", init=INIT, actions=ACTIONS, phrases=PHRASES)
    async with Scenario(tmp_path, start=fresh, skills=[folder]) as made:
        yield made


async def wanted(play, text):
    await play.say("ben", text)
    assert (await play.card()).state == "WAITING", await play.said()
    await play.press("ana", "approve")
    return await play.card()


async def test_the_card_shows_the_request_masked_and_nothing_is_sent_before_the_vote(play):
    play.requests.answer("PURGE", URL, 200, '{"purged": 12}')
    await play.say("ben", "clear the shop cache")
    card = await play.card()
    assert f"PURGE {URL}\nAuthorization: Bearer store:cdn" in words(card)
    assert "none: what is cleared comes back by itself" in words(card)
    assert not play.requests.sent
    await play.press("ana", "approve")
    assert (await play.card()).state == "DONE"
    assert [r.method for r in play.requests.sent] == ["PURGE"]


async def test_a_read_over_http_is_answered(play):
    play.requests.answer("GET", URL, 200, "12 objects")
    await wanted(play, "show the shop zone")
    assert "12 objects" in await play.said()


@pytest.mark.parametrize("who", ["ana", "ben"])
async def test_what_the_server_refuses_has_failed_and_may_be_retried(play, who):
    play.requests.answer("PURGE", URL, 503, "come back later")
    card = await wanted(play, "clear the shop cache")
    assert card.state == "NEEDS A DECISION"
    assert "cdn.example answered 503 Service Unavailable" in words(card)
    assert "come back later" in words(card)
    play.requests.answer("PURGE", URL, 200)
    await play.press(who, "retry")
    assert (await play.card()).state == "DONE"


async def test_what_was_never_sent_has_failed_and_is_not_in_doubt(play):
    card = await wanted(play, "clear the shop cache")
    assert card.state == "NEEDS A DECISION"
    assert "nothing was sent" in words(card)


async def test_what_was_cut_off_before_its_answer_is_interrupted_and_sent_once(play):
    play.requests.cut("PURGE", URL)
    card = await wanted(play, "clear the shop cache")
    assert card.state == "INTERRUPTED"
    assert "it may have done it" in words(card)
    left = await play.app.store.read(lambda u: u.left(("overseer",)))
    assert not left, "nothing of it goes on anywhere, so nobody is asked about it"
    assert {"retry", "mark_done"} <= {key.replace("-", "_") for key in keys(card)}
    assert len(play.requests.sent) == 1


async def test_what_may_be_repeated_is_sent_again_instead(play):
    answers = iter([play.requests.cut, play.requests.cut])
    url = f"{URL}/renew"
    play.requests.cut("POST", url)
    cut = play.requests._answers["POST", url]

    def then(request):
        if next(answers, None) is None:
            play.requests.answer("POST", url, 200)
            return play.requests._answers["POST", url](request)
        return cut(request)

    play.requests.act("POST", url, then)
    card = await wanted(play, "renew the shop cache")
    assert card.state == "DONE"
    assert len(play.requests.sent) == 3


async def test_what_may_be_repeated_and_is_never_answered_is_interrupted_in_the_end(play):
    play.requests.cut("POST", f"{URL}/renew")
    card = await wanted(play, "renew the shop cache")
    assert card.state == "INTERRUPTED"
    assert "It was sent 3 times." in words(card)
    assert len(play.requests.sent) == 3


async def crashed_while_sending(play, text, method, url):
    play.requests.hang(method, url)
    await play.say("ben", text)
    await play.press("ana", "approve", settle=False)
    await play.until(lambda: play.requests.sent)
    await play.crash()
    play.requests.answer(method, url, 200)
    await play.revive()
    return await play.card()


async def test_a_crash_while_it_is_sent_leaves_it_to_a_person(play):
    card = await crashed_while_sending(play, "clear the shop cache", "PURGE", URL)
    assert card.state == "INTERRUPTED"
    assert "nobody here can tell whether it was done" in words(card)
    assert len(play.requests.sent) == 1
    await play.press("ana", "check")
    assert (await play.card()).state == "INTERRUPTED"
    assert len(play.requests.sent) == 1
    await play.press("ana", "retry")
    assert (await play.card()).state == "DONE"
    assert len(play.requests.sent) == 2


async def test_after_a_crash_what_may_be_repeated_goes_on_by_itself(play):
    url = f"{URL}/renew"
    card = await crashed_while_sending(play, "renew the shop cache", "POST", url)
    assert card.state == "DONE"
    assert len(play.requests.sent) == 2


async def test_a_roll_back_sends_the_undo_that_was_approved(play):
    play.requests.answer("POST", f"{URL}/warm", 200)
    play.requests.answer("POST", f"{URL}/on", 500)
    play.requests.answer("POST", f"{URL}/off", 200)
    card = await wanted(play, "warm the shop cache")
    assert card.state == "NEEDS A DECISION"
    await play.press("ana", "rollback")
    assert (await play.card()).state == "ROLLED BACK"
    assert [r.url.rpartition("/")[2] for r in play.requests.sent] == ["warm", "on", "off"]


async def test_stop_lets_what_is_on_its_way_end_and_sends_no_further_one(play):
    under_way = asyncio.Event()

    async def wait(request):
        await under_way.wait()
        return CommandResult(exit_status=0, data={"status": 200})

    play.requests.act("POST", f"{URL}/warm", wait)
    play.requests.answer("POST", f"{URL}/on", 200)
    await play.say("ben", "warm the shop cache")
    await play.press("ana", "approve", settle=False)
    await play.until(lambda: play.requests.sent)
    await play.press("ana", "kill", settle=False)
    under_way.set()
    await play.settle()
    assert [r.url.rpartition("/")[2] for r in play.requests.sent] == ["warm"]
    assert "before its next request" in await play.said()


async def test_nothing_is_sent_while_everything_is_stopped(play):
    play.requests.answer("PURGE", URL, 200)
    await play.say("ben", "clear the shop cache")
    waiting = await play.card()
    await play.say("ana", "stop everything")
    await play.press("ana", "approve", waiting)
    assert not play.requests.sent
    await play.say("ana", "resume")
    await play.later(seconds=2)
    assert len(play.requests.sent) == 1


async def test_what_a_server_failed_at_may_have_been_half_done_and_is_taken_back(play):
    play.requests.answer("POST", f"{URL}/warm", 500)
    play.requests.answer("POST", f"{URL}/off", 200)
    card = await wanted(play, "warm the shop cache")
    assert card.state == "NEEDS A DECISION"
    await play.press("ana", "rollback")
    assert (await play.card()).state == "ROLLED BACK"
    assert [r.url.rpartition("/")[2] for r in play.requests.sent] == ["warm", "off"]


async def test_a_gateway_that_lost_sight_of_it_leaves_it_in_doubt(play):
    play.requests.answer("PURGE", URL, 504)
    card = await wanted(play, "clear the shop cache")
    assert card.state == "INTERRUPTED"
    assert len(play.requests.sent) == 1


async def test_what_was_stopped_is_not_sent_once_more(play):
    """Ended while it is on its way and never answered: its further tries are not begun."""
    under_way = asyncio.Event()

    async def never(request):
        await under_way.wait()
        raise NoAnswerError("no answer")

    play.requests.act("POST", f"{URL}/renew", never)
    await play.say("ben", "renew the shop cache")
    await play.press("ana", "approve", settle=False)
    await play.until(lambda: play.requests.sent)
    await play.press("ana", "kill", settle=False)
    under_way.set()
    await play.settle()
    assert len(play.requests.sent) == 1


async def test_a_request_on_its_way_is_not_called_given_up(play):
    under_way = asyncio.Event()

    async def wait(request):
        await under_way.wait()
        return CommandResult(exit_status=0, data={"status": 200})

    play.requests.act("PURGE", URL, wait)
    await play.say("ben", "clear the shop cache")
    await play.press("ana", "approve", settle=False)
    await play.until(lambda: play.requests.sent)
    reply = await play.press("ana", "giveup", value="overseer", settle=False)
    assert "finishes first" in reply.text
    under_way.set()
    await play.settle()
    assert (await play.card()).state == "DONE"
