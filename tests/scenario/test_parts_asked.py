"""What of one's plan is asked about is told from the store, as its card shows it: nothing is planned."""

import pytest

from bot.domain.cards import Exact, Output, Paragraph, Row, StepRow
from tests.scenario.rooms import DIRECT, ROOM, Rooms, meets_silence
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
COMMAND = "sudo systemctl restart -- nginx.service"
COMMANDS = [
    "show me the command", "what will it run?", "what does it do exactly?", "what's the command?",
    "which command?", "what will you run", "what are you going to run?", "show me the commands",
    "can I see the exact command?", "what commands will it execute?", "what would it change?",
]  # fmt: skip
HOSTS = [
    "which hosts?", "what hosts?", "on which hosts?", "which servers are affected?", "where will it run?",
    "which machines does it touch?", "which hosts will it restart?",
]  # fmt: skip
ERROR = [
    "what's the error?", "what was the error", "what went wrong?", "what failed?", "where did it fail?",
    "show me the error", "why did it fail?", "what happened?", "it failed again", "what's wrong?",
    "that failed", "which step failed?", "it didn't work", "how did it end?", "what did it say?",
]  # fmt: skip
WAITS = [
    "what is it waiting for?", "who is it waiting for?", "what are we waiting for?", "what's holding it up?",
    "what does it need?", "what's missing?", "what's it waiting on",
]  # fmt: skip
ASKED = [{"thread": ROOM}, {"thread": ROOM, "addressed": False}, {"thread": DIRECT}]
HOW = pytest.mark.parametrize("how", ASKED, ids=["mentioned", "unmentioned", "direct"])


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def asks(stage, thread=ROOM, hosts="web-1"):
    await stage.hear("UBEN", f"restart nginx on {hosts}", thread=thread)


async def runs(stage, thread=ROOM, hosts="web-1"):
    await asks(stage, thread, hosts)
    await stage.press("ana", "approve", await stage.card_in(thread, 1))
    await stage.settle()


async def halts(stage, thread=ROOM):
    stage.broken.add(("web-1", "nginx"))
    await runs(stage, thread)


async def told(stage, text, *, account="UBEN", thread=ROOM, **more):
    """The card that answers; no plan is made of it."""
    before = {item.card.id for item in await stage.ears.thread(thread) if item.card}
    await stage.hear(account, text, thread=thread, **more)
    new = [i.card for i in await stage.ears.thread(thread) if i.card and i.card.id not in before]
    assert len(new) == 1, text
    assert new[0].plan is None, text
    return new[0]


def said(card):
    return " ".join(block.text for block in card.body if isinstance(block, Paragraph))


@HOW
async def test_the_commands_are_those_of_its_card(stage, how):
    await asks(stage, how["thread"])
    shown = [b for b in (await stage.card_in(how["thread"], 1)).body if isinstance(b, Exact)]
    for text in COMMANDS:
        card = await told(stage, text, **how)
        assert [b for b in card.body if isinstance(b, Exact)] == shown, text
        assert COMMAND not in said(card), "a surface draws no command as words"
        assert not card.buttons
    assert shown[0].text == COMMAND


@HOW
async def test_so_are_its_hosts(stage, how):
    await asks(stage, how["thread"], "web-1 and web-2")
    for text in HOSTS:
        card = await told(stage, text, **how)
        assert "#1, restart nginx on web-1, web-2" in said(card), text
        rows = [span.text for b in card.body if isinstance(b, Row) for span in b.spans]
        assert rows == ["production  ", "web-1 web-2"], text


@HOW
async def test_what_failed_is_told_with_its_last_lines_and_the_ways_on(stage, how):
    await halts(stage, how["thread"])
    for text in ERROR:
        card = await told(stage, text, **how)
        assert "“restart nginx” failed on web-1: exit 1." in said(card), text
        assert "#1 waits for a decision of Ben, Ana or Chris: say `retry`, `skip`" in said(card)
        (row,) = (b for b in card.body if isinstance(b, StepRow))
        outputs = [b.text for t in row.targets for b in t.blocks if isinstance(b, Output)]
        assert outputs[0] == "Job for nginx.service failed.", text
        assert "Job for" not in said(card)


async def test_an_error_is_looked_for_in_what_ran_and_found_where_there_is_one(stage):
    await asks(stage)
    for text in ("what's the error?", "what failed?"):
        assert "Nothing of it has run." in said(await told(stage, text))
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1))
    await stage.settle()
    for text in ("what's the error?", "what failed?"):
        assert "DONE, 1 of 1 done" in said(await told(stage, text))
        assert "Nothing of it has failed." in said(await told(stage, text))
    assert "failed" not in said(await told(stage, "what happened?"))


@HOW
async def test_what_it_waits_for_is_told_of_votes_and_of_decisions(stage, how):
    await asks(stage, how["thread"])
    for text in WAITS:
        assert "It waits for 1 vote, of Ana or Chris" in said(await told(stage, text, **how)), text
    stage.broken.add(("web-1", "nginx"))
    await stage.press("ana", "approve", await stage.card_in(how["thread"], 1))
    await stage.settle()
    for text in (*WAITS, "who needs to approve?", "who can approve this?"):
        assert "waits for a decision of Ben, Ana or Chris" in said(await told(stage, text, **how))


async def test_a_decision_that_was_handed_over_is_the_receivers_or_an_admins(stage):
    await halts(stage)
    await stage.press("ben", "handover", await stage.card_in(ROOM, 1), text="chris")
    told_so = said(await told(stage, "what is it waiting for?"))
    assert "waits for a decision of Chris or an admin: say" in told_so


async def test_how_long_it_takes_is_told_where_that_is_known(stage):
    await asks(stage)
    assert "How long it takes I don't know yet." in said(
        await told(stage, "how long will it take?")
    )
    stage.hosts.hang(RESTART)
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1))
    await stage.settle()
    assert "It has run for" in said(await told(stage, "how long will it take?"))
    stage.release(RESTART)
    await stage.settle()
    assert "It took" in said(await told(stage, "how long did it take?"))


async def test_the_plan_that_is_meant_is_the_one_that_fits(stage):
    await halts(stage)
    await stage.hear("UBEN", "restart nginx on web-2")
    assert "#2, restart nginx on web-2" in said(await told(stage, "what will it run?"))
    assert "failed on web-1" in said(await told(stage, "what's the error?"))
    assert "#1, restart nginx on web-1: NEEDS A DECISION" in said(
        await told(stage, "it failed again")
    )
    assert "#1 waits for a decision" in said(await told(stage, "what is it waiting for?"))


@pytest.mark.parametrize(
    "text", ["which hosts?", "what will it run?", "what happened?", "it failed again"]
)
async def test_of_others_only_who_mentions_it_is_answered(stage, text):
    await halts(stage)
    await meets_silence(stage, "UVERA", text)
    assert "#1, restart nginx on web-1" in said(await told(stage, text, account="UVERA"))


LOOKS = [
    "list hosts", "which hosts are down?", "which hosts do you know?", "what are the commands?",
    "list commands", "what happened today?", "what's the error on web-1?", "which hosts run nginx?",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOKS)
async def test_what_is_about_something_else_is_looked_up_there(stage, text):
    await asks(stage)
    await stage.hear("UBEN", text)
    assert not said(await stage.card_in(ROOM)).startswith("#1, restart nginx"), text
    assert (await stage.card_in(ROOM, 1)).state == "WAITING"


async def test_beside_a_question_nothing_is_told_of_an_earlier_plan(stage):
    await runs(stage)
    await stage.hear("UBEN", "reboot")
    for text in ("which hosts?", "what will it run?"):
        assert "#1" not in words(await told(stage, text)), text


async def test_where_only_looks_were_asked_for_it_is_the_history_that_is_asked(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", "what happened?")
    assert "Nobody has changed anything" in words(await stage.card_in(ROOM))
