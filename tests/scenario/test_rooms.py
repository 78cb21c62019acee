"""Who is heard in a channel: the holder of a conversation, whoever mentions Overseer, nobody else."""

import pytest

from bot.domain.messages import ThreadRef
from tests.scenario.rooms import DIRECT, PEOPLE, ROOM, Rooms, silent
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def test_the_holder_answers_and_revises_without_a_mention(stage):
    await stage.hear("UBEN", "restart nginx on web-9")
    assert (await stage.card()).state == "QUESTION"
    assert silent(await stage.hear("UBEN", "web-3", addressed=False))
    assert "web-3" in (await stage.card()).title
    await stage.hear("UBEN", "also on web-1", addressed=False)
    assert (await stage.card()).revision == 2


@pytest.mark.parametrize(
    "text", ["web-3", "restart nginx on web-3", "not web-1", "is nginx up on web-1?", "never mind"]
)
async def test_what_others_say_to_each_other_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx on web-9")
    before = await stage.items()
    assert silent(await stage.hear("UCHRIS", text, addressed=False))
    assert await stage.items() == before
    assert not [e for e in await stage.events("request.heard") if e.person == "chris"]


async def test_who_is_in_no_conversation_is_not_heard_without_a_mention(stage):
    assert silent(await stage.hear("UBEN", "restart nginx on web-3", addressed=False))
    assert await stage.items() == ()


@pytest.mark.parametrize(
    "text", ["thanks all", "hm let me think", "nginx is such a pain", "great", "hello"]
)
async def test_small_talk_of_the_holder_that_is_addressed_to_nobody_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    before = await stage.items()
    assert silent(await stage.hear("UBEN", text, addressed=False))
    assert await stage.items() == before
    await stage.hear("UBEN", text)
    assert len(await stage.items()) == len(before) + 2


async def test_who_mentions_overseer_in_somebodys_conversation_asks_for_themselves(stage):
    await stage.hear("UBEN", "restart nginx on web-9")
    await stage.hear("UCHRIS", "is nginx up on web-1?")
    await stage.hear("UCHRIS", "restart nginx on web-8")
    assert "What I asked Ben is still open here" in str((await stage.card()).body)
    assert (await stage.app.store.read(lambda u: u.asked(ROOM)))[2] == "ben"
    await stage.hear("UBEN", "web-3", addressed=False)
    assert (await stage.card()).state == "WAITING"


@pytest.mark.parametrize(
    ("words", "named"),
    [("web-1", ""), ("frobnicate web-1", ""), ("restart nginx", "(db-1, db-2, web-1")],
)
async def test_beside_anothers_question_nobody_is_sent_to_options_that_are_not_there(
    stage, words, named
):
    await stage.hear("UBEN", "restart nginx on web-9")
    await stage.hear("UCHRIS", words)
    card = await stage.card()
    assert "What I asked Ben is still open here" in str(card.body)
    assert "one of these" not in str(card.body)
    assert named in str(card.body)
    assert card.buttons == ()


@pytest.mark.parametrize(("account", "heard"), [("UCHRIS", True), ("UANA", True), ("UVERA", False)])
async def test_a_stop_of_who_may_stop_needs_no_mention(stage, account, heard):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear(account, "stop", addressed=False)
    assert ((await stage.card(1)).state == "CANCELLED") is heard
    assert (len(await stage.said()) == 2) is heard


# -- handing over ----------------------------------------------------------------------------------


async def test_a_conversation_is_handed_over_with_its_question_and_its_plan(stage):
    await stage.hear("UBEN", "restart nginx on web-9")
    assert (await stage.hear("UBEN", "hand over to Chris", addressed=False)).accepted
    assert "Chris's now" in str((await stage.card()).body)
    assert silent(await stage.hear("UBEN", "web-1", addressed=False))
    assert (await stage.card()).plan is None
    await stage.hear("UCHRIS", "web-3")
    assert (await stage.card()).plan is not None
    handed = (await stage.events("thread.handed"))[0]
    assert (handed.person, handed.data["to"]) == ("ben", "chris")


async def test_who_it_was_handed_to_changes_the_plan_and_then_asks_for_it_themselves(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "hand it over to <@UCHRIS>")
    assert "Chris's to change" in (await stage.click("UBEN", "change")).text
    assert (await stage.click("UCHRIS", "change")).accepted
    await stage.hear("UCHRIS", "also on web-2", addressed=False)
    card = await stage.card(1)
    assert card.revision == 2
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert stored.plan.requester == "chris"
    assert not (await stage.click("UCHRIS", "approve")).accepted
    assert "Chris's to change" in (await stage.click("UBEN", "change")).text


async def test_who_handed_a_plan_over_does_not_approve_its_next_revision(stage):
    await stage.hear("UCHRIS", "restart nginx on web-1")
    await stage.hear("UCHRIS", "hand over to ben")
    await stage.hear("UBEN", "also on web-2", addressed=False)
    assert (await stage.app.store.read(lambda u: u.plan(1))).plan.verdict.approvers == ("ana",)
    assert "own plan" in (await stage.click("UCHRIS", "approve")).text
    assert (await stage.click("UANA", "approve")).accepted


async def test_who_handed_a_plan_over_is_told_of_no_vote_that_they_have_not(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "hand over to chris")
    await stage.hear("UCHRIS", "also on web-2", addressed=False)
    told = (await stage.click("UBEN", "change")).text
    assert "Chris's to change. Tell Chris what you would rather have" in told
    told = (await stage.click("UBEN", "deny", text="not today")).text
    assert "You asked for #1 before it became" in told
    assert "Tell Chris, who can *Cancel* it" in told
    assert "Deny… it and say" in (await stage.click("UANA", "change")).text


async def test_only_its_holder_hands_it_over_and_only_to_somebody(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert "Ben's to hand over" in (await stage.hear("UCHRIS", "hand over to vera")).text
    assert "don't know 'eva'" in (await stage.hear("UBEN", "hand over to eva")).text
    assert silent(await stage.hear("UCHRIS", "hand over to vera", addressed=False))
    assert silent(await stage.hear("UCHRIS", "also on web-2", addressed=False))


async def test_the_button_hands_the_conversation_over_with_the_decision(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UANA", "approve")
    assert (await stage.click("UBEN", "handover", text="chris")).accepted
    assert silent(await stage.hear("UBEN", "is nginx up on web-2?", addressed=False))
    await stage.hear("UCHRIS", "is nginx up on web-2?", addressed=False)
    assert [person for person, _ in await stage.said()] == ["ben", "chris"]


async def test_a_decision_that_was_handed_over_is_its_receivers_and_no_longer_everybodys(stage):
    stage.home.people.write_text(PEOPLE.replace("[viewer]", "[operator]"))
    await stage.app.reload(by="ana")
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UANA", "approve")
    assert (await stage.click("UBEN", "handover", text="vera")).accepted
    for account in ("UBEN", "UCHRIS"):
        told = await stage.click(account, "skip")
        assert not told.accepted
        assert "was handed to Vera: Vera or an admin decides" in told.text
    assert (await stage.card(1)).state == "NEEDS A DECISION"
    assert (await stage.click("UVERA", "skip")).accepted
    assert (await stage.card(1)).state != "NEEDS A DECISION"


async def test_an_admin_decides_for_a_receiver_who_does_not_and_anybody_for_one_who_is_gone(stage):
    stage.home.people.write_text(PEOPLE.replace("[viewer]", "[operator]"))
    await stage.app.reload(by="ana")
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UCHRIS", "approve")
    await stage.click("UBEN", "handover", text="vera")
    assert (await stage.click("UANA", "retry")).accepted
    assert not (await stage.click("UCHRIS", "end")).accepted
    stage.home.people.write_text("\n".join(x for x in PEOPLE.splitlines() if "vera:" not in x))
    await stage.app.reload(by="ana")
    assert (await stage.click("UCHRIS", "end")).accepted


async def test_a_decision_is_offered_to_those_who_could_answer_there(stage):
    people = PEOPLE.replace(", 'slack:UCHRIS'", "")
    stage.home.people.write_text(people)
    await stage.app.reload(by="ana")
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UANA", "approve")
    hand = next(b for b in (await stage.card(1)).buttons if b.id == "handover")
    assert [choice.label for choice in hand.choices] == ["Ana"]
    assert (
        "no account of Chris's in Slack"
        in (await stage.click("UBEN", "handover", text="chris")).text
    )
    assert "Ben's to decide already" in (await stage.click("UBEN", "handover", text="ben")).text


async def test_a_conversation_goes_back_to_who_had_it(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "hand over to chris")
    await stage.hear("UCHRIS", "hand over to ben")
    await stage.hear("UBEN", "also on web-2", addressed=False)
    assert (await stage.card(1)).revision == 2


# -- applause --------------------------------------------------------------------------------------

NODS = ["lgtm", "+1", "👍", "👍🏽", ":+1:", "approved", "Approve", "ship it!", "looks good to me",
        "approve #1", "ok, approved", "do it", "go ahead", "LGTM 👍", "👍👍", "I vote yes",
        "looks good to me, go ahead", ":+1: :+1:", "lgtm, ship it 👍🏽"]  # fmt: skip


@pytest.mark.parametrize("text", NODS)
async def test_applause_is_no_vote_and_is_told_once(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    before = await stage.items()
    told = await stage.hear("UCHRIS", text, addressed=False)
    assert "no vote on #1" in told.text
    assert silent(await stage.hear("UCHRIS", text, addressed=False))
    assert await stage.items() == before
    assert not await stage.events("vote.cast")


async def test_each_is_told_once_for_each_plan_the_requester_too(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    for account in ("UBEN", "UCHRIS", "UVERA"):
        assert "no vote" in (await stage.hear(account, "lgtm", addressed=False)).text
    await stage.hear("UBEN", "restart nginx on web-2")
    assert "no vote on #2" in (await stage.hear("UCHRIS", "lgtm", addressed=False)).text


async def test_an_approve_that_is_addressed_is_no_vote_either_and_says_so_each_time(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    for _ in range(2):
        assert "press *Approve*" in (await stage.hear("UCHRIS", "approve #1")).text
    assert not await stage.events("vote.cast")


async def test_one_delivery_twice_tells_once(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await stage.hear("UCHRIS", "approve", event="C1/77.7")).text
    assert silent(await stage.hear("UCHRIS", "approve", event="C1/77.7"))


async def test_applause_where_nothing_waits_meets_silence(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    assert silent(await stage.hear("UCHRIS", "lgtm", addressed=False))
    assert silent(await stage.hear("UBEN", "lgtm", addressed=False))


# -- one person, several accounts -----------------------------------------------------------------


async def test_nobody_approves_their_own_plan_from_another_account(stage):
    await stage.hear("UCHRIS", "restart nginx on web-1")
    assert "own plan" in (await stage.press("chris", "approve")).text
    direct = ThreadRef(surface="slack", channel="D2", thread="19.1")
    await stage.hear("UANA", "hello", thread=direct)
    assert (await stage.press("ana", "approve")).accepted
    assert (await stage.card(1)).state == "DONE"


async def test_one_persons_two_accounts_have_one_vote(stage):
    stage.home.settings.write_text("approval: {votes: 2}\n")
    await stage.app.reload(by="ana")
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await stage.click("UCHRIS", "approve")).accepted
    assert "one vote a person" in (await stage.press("chris", "approve")).text
    assert (await stage.card()).state == "WAITING"


async def test_a_role_that_was_taken_between_vote_and_run_voids_a_vote_of_a_chat_account(stage):
    await stage.hear("UBEN", "restart nginx on web-1 in 20 minutes")
    assert (await stage.click("UCHRIS", "approve")).accepted
    text = stage.home.people.read_text()
    stage.home.people.write_text(text.replace("roles: [approver]", "roles: [viewer]"))
    await stage.app.reload(by="ana")
    await stage.later(minutes=21)
    assert stage.changes() == []
    assert (await stage.card(1)).state != "DONE"


async def test_a_vote_counts_only_as_long_as_its_account_is_the_voters(stage):
    await stage.hear("UBEN", "restart nginx on web-1 in 20 minutes")
    await stage.click("UCHRIS", "approve")
    text = stage.home.people.read_text()
    stage.home.people.write_text(text.replace(", 'slack:UCHRIS'", ""))
    await stage.app.reload(by="ana")
    assert not (await stage.click("UCHRIS", "unvote")).accepted
    await stage.later(minutes=21)
    assert stage.changes() == []
    assert (await stage.card(1)).state != "DONE"


async def test_in_a_direct_message_there_is_nobody_else(stage):
    await stage.hear("UBEN", "restart nginx on web-1", thread=DIRECT)
    assert "no vote" in (await stage.hear("UBEN", "lgtm", thread=DIRECT)).text


async def test_the_thread_of_the_line_before_is_named_where_each_line_is_a_thread_of_its_own(stage):
    await stage.hear("UBEN", "restart nginx on web-1", thread=DIRECT)
    below = DIRECT.model_copy(update={"thread": "18.2"})
    await stage.hear("UBEN", "also on web-2", thread=below)
    said = words(await stage.card_in(below))
    assert "#1 is, in another. To change #1, answer in the thread of its card, here above." in said
    assert "./overseer chat" not in said
    await stage.hear("UBEN", "cancel", thread=below)
    told = words(await stage.card_in(below))
    assert "In another thread here #1 waits: say `stop 1`." in told
    other = DIRECT.model_copy(update={"channel": "C7", "thread": "18.3"})
    await stage.hear("UBEN", "also on web-2", thread=other)
    told = words(await stage.card_in(other))
    assert "To change #1, answer in the thread of its card in Slack." in told
    assert "./overseer chat" not in told
    await stage.hear("UBEN", "cancel", thread=other)
    assert "with a number" in words(await stage.card_in(other))
    await stage.hear("UBEN", "stop 1", thread=below)
    assert (await stage.card_in(DIRECT, 1)).state == "CANCELLED"
