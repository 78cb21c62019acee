"""One person, many accounts: a code is shown in one place and typed in another."""

import asyncio
import re

import pytest

from bot.domain.linkcodes import may_hold_code
from bot.domain.messages import Identity, Outside, ThreadRef
from bot.pipeline.linking import TRIES, TRIES_OF_ALL
from tests.scenario.rooms import DIRECT, ROOM, Rooms, silent

pytestmark = pytest.mark.asyncio
NEW = Identity(surface="discord", account="1234")
ELSEWHERE = ThreadRef(surface="discord", channel="77", thread="dm")
PAGE = ThreadRef(surface="web", channel="ben", thread="t1")
WRONG = "link 0000-0000-0000"


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        made.service("web-1", "nginx", "active")
        yield made


async def code_for(stage, who="ben", words="link discord"):
    thread = ThreadRef(surface="web", channel=who, thread="t1")
    reply = await stage.say(who, words, thread=thread)
    assert reply.accepted
    return re.search(r"`link (\S+)`", reply.text)[1]


def owner(stage, identity=NEW):
    found = stage.app.world.people.owner(identity)
    return found.name if found else ""


def everything_kept(stage):
    files = [p for p in stage.home.path.rglob("*") if p.is_file()]
    return b"".join(path.read_bytes() for path in files)


class Room:
    """A chat platform that is told to try again."""

    tried = 0

    def again(self):
        self.tried += 1


async def test_what_was_sent_to_an_account_lives_again_once_it_is_linked_anew(stage):
    room = Room()
    stage.app._box.rooms = (room,)
    code = await code_for(stage)
    await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    assert owner(stage) == "ben"
    assert room.tried == 1
    stage.app._box.rooms = ()


@pytest.mark.parametrize("words", ["link discord", "please link my Discord account"])
async def test_a_code_shown_on_the_page_links_the_account_that_sends_it(stage, words, capfd):
    code = await code_for(stage, words=words)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code)
    reply = await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    assert reply.accepted
    assert "Ben" in reply.text
    assert owner(stage) == "ben"
    assert "discord:1234" in stage.home.people.read_text()
    assert "display: Ana" in stage.home.people.read_text()
    what = [(e.person, e.data["what"]) for e in await stage.events("people.changed")]
    assert what == [("ben", "code typed by discord:1234"), ("ben", "linked discord:1234 by a code")]
    await stage.hear("1234", "restart nginx on web-1", thread=ELSEWHERE)
    assert (await stage.app.store.read(lambda u: u.plan(1))).plan.requester == "ben"
    for form in (code, code.replace("-", "")):
        assert form.encode() not in everything_kept(stage)
        assert form not in "".join(capfd.readouterr())


async def test_a_code_works_once_however_it_is_written(stage):
    code = await code_for(stage)
    typed = f"Link `{code.lower().replace('-', ' ')}`"
    assert (await stage.hear("1234", typed, thread=ELSEWHERE)).accepted
    again = await stage.hear("99", f"link {code}", thread=ELSEWHERE)
    assert "used up" in again.text
    assert owner(stage, Identity(surface="discord", account="99")) == ""


async def test_one_delivery_twice_is_one(stage):
    code = await code_for(stage)
    for _ in range(2):
        reply = await stage.hear("1234", f"link {code}", thread=ELSEWHERE, event="77/1")
        assert reply.accepted
    assert len(await stage.events("people.changed")) == 2


async def test_a_code_ends_after_ten_minutes_and_with_the_next(stage):
    old = await code_for(stage)
    code = await code_for(stage)
    assert not (await stage.hear("1234", f"link {old}", thread=ELSEWHERE)).accepted
    await stage.clock.advance(600)
    assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted
    assert owner(stage) == ""


async def test_a_code_for_each_platform_is_open_at_once(stage):
    """Whoever links two accounts asks for both codes first."""
    slack = await code_for(stage, words="link slack")
    discord = await code_for(stage)
    assert (await stage.hear("U9", f"link {slack}", thread=DIRECT)).accepted
    assert (await stage.hear("1234", f"link {discord}", thread=ELSEWHERE)).accepted
    assert owner(stage) == owner(stage, Identity(surface="slack", account="U9")) == "ben"


async def test_a_code_for_one_platform_links_no_account_of_the_other(stage):
    code = await code_for(stage, words="link discord")
    told = await stage.hear("U9", f"link {code}", thread=DIRECT)
    assert not told.accepted
    assert told.text == (
        "That was a code for an account in Discord, so nothing was linked here, and it is void "
        "now. Say `link slack` on the page or in the terminal for one that links this account."
    )
    assert owner(stage, Identity(surface="slack", account="U9")) == ""
    assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted
    assert owner(stage) == ""


async def test_who_sends_a_replaced_code_is_not_told_that_it_is_old_or_used(stage):
    old = await code_for(stage)
    shown = await stage.say("ben", "link discord", thread=PAGE)
    assert "once you have asked for another for Discord, it is void" in shown.text
    told = (await stage.hear("1234", f"link {old}", thread=ELSEWHERE)).text
    assert "replaced by a newer one" in told


async def test_each_open_code_is_void_where_others_read_it(stage):
    codes = [await code_for(stage, words=f"link {each}") for each in ("slack", "discord")]
    assert "void" in (await stage.overhear("U024", " and ".join(codes))).text
    for code in codes:
        assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted
    assert owner(stage) == ""


@pytest.mark.parametrize("say", ["link {}", "my code is {}, how do I use it?", "{}"])
@pytest.mark.parametrize("account", ["U024", "UCHRIS"])
async def test_a_code_that_others_could_read_is_void(stage, say, account):
    code = await code_for(stage)
    reply = await stage.hear(account, say.format(code), addressed=False)
    assert "void" in reply.text
    assert await stage.items() == ()
    assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted
    assert owner(stage) == ""
    assert code.encode() not in everything_kept(stage)


async def test_a_code_in_a_conversation_of_the_page_is_void_and_not_stored(stage):
    code = await code_for(stage)
    assert "void" in (await stage.say("ben", f"the code is {code}", thread=PAGE)).text
    assert await stage.said(PAGE) == []
    assert code.encode() not in everything_kept(stage)


FORMS = [
    "my code is {n}, what now?", "here: {n}", "link my account with {s}", "link code: {n} please",
    "{en}", "{n}", "link {n}", "K: {low} :)",
]  # fmt: skip


def written(form, code):
    return form.format(
        n=code.replace("-", ""), s=code.replace("-", " "), en=code.replace("-", "\u2013"),
        low=" ".join(code.lower()),
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("among", [False, True], ids=["heard", "overheard"])
async def test_a_code_is_void_however_it_is_written(stage, form, among):
    code = await code_for(stage)
    said = written(form, code)
    if among:
        reply = await stage.overhear("U024", said)
    else:
        reply = await stage.hear("UBEN", said)
    assert "others could read it" in reply.text
    assert await stage.items() == ()
    assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted
    assert owner(stage) == ""
    kept = everything_kept(stage)
    assert not any(each.encode() in kept for each in (code, code.replace("-", ""), said))


async def test_a_code_that_was_voided_is_not_stored_when_it_is_delivered_again(stage):
    code = await code_for(stage)
    said = written(FORMS[0], code)
    assert "void" in (await stage.hear("UBEN", said, event="C1/5.1")).text
    assert silent(await stage.hear("UBEN", said, event="C1/5.1"))
    assert await stage.items() == ()
    assert code.replace("-", "").encode() not in everything_kept(stage)


async def test_what_is_overheard_and_holds_no_code_does_nothing(stage):
    stage.service("web-1", "nginx")
    await stage.hear("UBEN", "restart nginx on web-1")
    before = everything_kept(stage)
    for said in ("stop", "stop everything, K7QF-2M9X-PD4T", "lgtm", "restart nginx on web-1"):
        assert silent(await stage.overhear("UANA", said))
    assert everything_kept(stage) == before
    assert (await stage.card()).state == "WAITING"


@pytest.mark.parametrize("form", ["{}", "`{}`", " {} "])
async def test_a_code_alone_links_who_sends_it_where_nobody_else_reads_it(stage, form):
    code = await code_for(stage)
    for said in (code, code):  # delivered twice
        await stage.hear("1234", form.format(said), thread=ELSEWHERE, event="77/1")
    assert owner(stage) == "ben"
    assert code.encode() not in everything_kept(stage)


async def test_a_code_alone_of_whose_account_it_is_already_stays_good(stage):
    code = await code_for(stage)
    reply = await stage.hear("UCHRIS", code, thread=DIRECT)
    assert "Chris's already" in reply.text
    assert (await stage.hear("1234", code, thread=ELSEWHERE)).accepted
    assert owner(stage) == "ben"


async def test_a_code_in_other_words_is_void_for_a_reason_that_is_true(stage):
    code = await code_for(stage)
    told = (await stage.hear("1234", f"here is {code}", thread=ELSEWHERE)).text
    assert "not said alone" in told
    assert "others" not in told
    assert "`link CODE`, and nothing else" in told
    assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted


async def test_guessing_by_codes_alone_is_limited_too(stage):
    for _ in range(TRIES):
        reply = await stage.hear("1234", "K7QF-2M9X-PD4T", thread=ELSEWHERE)
        assert "no code of mine" in reply.text
    code = await code_for(stage)
    assert "Too many" in (await stage.hear("1234", code, thread=ELSEWHERE)).text


async def test_every_code_is_one_that_is_found_again(stage):
    for _ in range(40):
        assert may_hold_code(await code_for(stage))


async def test_who_has_an_account_keeps_it(stage):
    code = await code_for(stage)
    reply = await stage.hear("UCHRIS", f"link {code}", thread=DIRECT)
    assert "Chris's already" in reply.text
    assert owner(stage, Identity(surface="slack", account="UCHRIS")) == "chris"
    assert (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted


async def test_an_account_that_was_given_away_in_the_file_meanwhile_stays_there(stage):
    code = await code_for(stage)
    text = stage.home.people.read_text().replace("'slack:UVERA'", "'discord:1234'")
    stage.home.people.write_text(text)  # and not loaded yet
    reply = await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    assert "Vera's already" in reply.text
    assert stage.home.people.read_text() == text
    assert not (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted


async def test_a_broken_file_links_nobody_and_says_so(stage):
    code = await code_for(stage)
    stage.home.people.write_text("people: [")
    reply = await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    assert not reply.accepted
    assert "people.yaml" in reply.text
    assert owner(stage) == ""
    assert stage.home.people.read_text() == "people: ["


async def test_who_is_gone_since_links_nothing(stage):
    code = await code_for(stage)
    kept = [line for line in stage.home.people.read_text().splitlines() if "ben:" not in line]
    stage.home.people.write_text("\n".join(kept))
    await stage.app.reload(by="ana")
    reply = await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    assert "no code of mine" in reply.text


@pytest.mark.parametrize("outside", Outside)
async def test_a_guest_links_nothing(stage, outside):
    code = await code_for(stage)
    reply = await stage.hear("1234", f"link {code}", thread=ELSEWHERE, outside=outside)
    assert not reply.accepted
    assert owner(stage) == ""


async def test_a_code_is_shown_where_nobody_else_reads_it_and_to_who_is_known(stage):
    assert "only where nobody else" in (await stage.hear("UBEN", "link discord")).text
    assert "don't know" in (await stage.hear("U024", "link discord", thread=DIRECT)).text
    assert "`link " in (await stage.hear("UBEN", "link discord", thread=DIRECT)).text
    assert await stage.said(DIRECT) == []


async def test_guessing_is_limited_for_an_account(stage):
    code = await code_for(stage)
    for _ in range(TRIES):
        assert "no code of mine" in (await stage.hear("1234", WRONG, thread=ELSEWHERE)).text
    for said in (WRONG, f"link {code}"):
        assert "Too many" in (await stage.hear("1234", said, thread=ELSEWHERE)).text
    assert (await stage.hear("99", f"link {code}", thread=ELSEWHERE)).accepted
    await stage.clock.advance(601)
    code = await code_for(stage)
    assert (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).accepted


async def test_guessing_is_limited_for_all_together_and_over_a_restart(stage):
    code = await code_for(stage)
    for number in range(TRIES_OF_ALL):
        await stage.hear(f"x{number}", WRONG, thread=ELSEWHERE)
    await stage.crash()
    await stage.revive()
    assert "Too many" in (await stage.hear("1234", f"link {code}", thread=ELSEWHERE)).text
    assert owner(stage) == ""


async def test_a_link_is_not_lost_to_a_reload_that_was_under_way(stage):
    code = await code_for(stage)
    async with stage.app._box.swapping:  # as a reload does between reading and swapping
        linking = asyncio.ensure_future(stage.hear("1234", f"link {code}", thread=ELSEWHERE))
        await asyncio.sleep(0.1)
        assert owner(stage) == ""
    assert (await linking).accepted
    assert owner(stage) == "ben"
    assert await stage.app.reload(by="ana") == ()


async def test_words_that_only_look_alike_are_requests(stage):
    assert silent(await stage.hear("UBEN", "is nginx up on web-1?", thread=ROOM))
    assert await stage.said(ROOM)


# -- where others read it, and it counts no more ---------------------------------------------------


@pytest.mark.parametrize("where", [ROOM, ThreadRef(surface="discord", channel="C", thread="2")])
async def test_a_code_that_is_used_up_is_answered_for_its_senders_eyes_alone(stage, where):
    code = await code_for(stage)
    await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    who = "UBEN" if where is ROOM else "1234"
    for said in (code, code.replace("-", ""), code.replace("-", " ").lower()):
        reply = await stage.hear(who, f"link {said}", thread=where)
        assert not reply.accepted
        assert reply.text.startswith("That is no code of mine, or it is used up")
        assert reply.text.endswith(
            "send it to me as a direct message: `link CODE`, and nothing else."
        )
    assert await stage.ears.thread(where) == (), "it is no request"


async def test_who_is_not_heard_there_is_told_that_instead(stage):
    code = await code_for(stage)
    await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    reply = await stage.hear("UBEN", f"link {code}", outside=Outside.GUEST)
    assert "guests" in reply.text


async def test_what_only_looks_like_that_is_a_request_still_and_talk_is_talk(stage):
    assert (await stage.hear("UBEN", "link that with this")).accepted
    code = await code_for(stage)
    await stage.hear("1234", f"link {code}", thread=ELSEWHERE)
    assert silent(await stage.hear("UANA", f"link {code}", addressed=False))
