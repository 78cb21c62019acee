"""A sign on a request, its card or what is said about it is no vote, and gets one private hint."""

import pytest

from bot.domain.messages import Identity, Reaction, ThreadRef
from bot.domain.posts import PostKind, direct
from tests.scenario.rooms import Rooms

pytestmark = pytest.mark.asyncio
REQUEST, CARD, COPY = "17.1", "17.2", "55.5"


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        await made.hear("UBEN", "restart nginx on web-1", event=f"C1/{REQUEST}", remote=REQUEST)
        await posted(made, CARD)
        yield made


async def posted(stage, remote, plan=1, reader=""):
    """The newest card stands on the platform as this message."""

    def work(unit):
        card = next(p for p in unit.posts_of(f"plan-{plan}") if p.reader == reader)
        unit.sent(card.id, remote, card.version)

    await stage.app.store.write(work)


async def react(stage, account, remote=CARD, emoji="+1", channel="C1"):
    """What an account puts on a message; the hints that are owed since."""
    await stage.ears.on_reaction(
        Reaction(
            identity=Identity(surface="slack", account=account), channel=channel, remote=remote,
            event_id=f"{channel}/{remote}", emoji=emoji,
        )
    )  # fmt: skip
    return await hints(stage)


async def hints(stage):
    owed = await stage.app.store.read(lambda u: u.owed("slack"))
    found = [p for p in owed if p.kind is PostKind.NOTICE and p.key.startswith("no-vote:")]
    # It is theirs alone: where the account is no longer theirs, nothing is sent.
    assert all(p.reader for p in found)
    return [(p.place.channel, p.body.text) for p in found]


@pytest.mark.parametrize("remote", [REQUEST, CARD])
@pytest.mark.parametrize("emoji", ["+1", "👍", "✅", "thumbsdown", "tada"])
async def test_a_sign_is_no_vote_and_is_told_once_to_its_author_alone(stage, remote, emoji):
    ((channel, text),) = await react(stage, "UCHRIS", remote, emoji)
    assert channel == "@UCHRIS"
    assert text == (
        "A reaction is no vote on #1 restart nginx on web-1: press *Approve* or *Deny…* on its card."
    )
    for again in (REQUEST, CARD):
        assert len(await react(stage, "UCHRIS", again, "tada")) == 1
    assert (await stage.card()).state == "WAITING"
    assert not await stage.events("vote.cast")


NO_VOTE = {
    "UVERA": "needs an approver and you are a viewer; ask",
    "UBEN": "nobody approves their own plan; ask",
}


@pytest.mark.parametrize("account", NO_VOTE)
async def test_who_has_no_vote_is_told_why_and_sent_to_no_button(stage, account):
    ((_, text),) = await react(stage, account)
    assert text.startswith("A reaction is no vote on #1 restart nginx on web-1. Thanks, but ")
    assert NO_VOTE[account] in text
    said = (await stage.hear(account, "approve #1")).text
    assert said.startswith("That is no vote on #1. Thanks, but ")
    assert NO_VOTE[account] in said
    for each in (text, said):
        assert "Approve*" not in each


async def test_each_is_told_once_for_each_plan(stage):
    assert [c for c, _ in await react(stage, "UCHRIS")] == ["@UCHRIS"]
    assert len(await react(stage, "UANA")) == 2
    await stage.hear("UBEN", "restart nginx on web-2", event="C1/17.5", remote="17.5")
    await posted(stage, "17.6", plan=2)
    assert "no vote on #2" in (await react(stage, "UCHRIS", "17.6"))[-1][1]


async def test_a_sign_on_the_copy_and_on_the_call_for_votes_counts_as_little(stage):
    def copied(unit):
        (card,) = (p for p in unit.posts_of("plan-1") if not p.reader)
        copy = unit.owe_card(direct("slack", "UANA"), unit.card("plan-1")[1], "ana")
        unit.sent(copy.id, COPY, card.version)
        call = unit.owe(stage.thread, "votes:1:1", PostKind.NOTICE)
        unit.sent(call.id, "17.3", 1)

    await stage.app.store.write(copied)
    assert [c for c, _ in await react(stage, "UANA", COPY, channel="D7")] == ["@UANA"]
    assert len(await react(stage, "UCHRIS", "17.3")) == 2


async def test_a_sign_on_the_root_of_what_a_command_asked_for_counts_as_little(stage):
    root = ThreadRef(surface="slack", channel="C1", thread="17.8")
    await stage.hear("UBEN", "restart nginx on web-2", thread=root, event="command-1")
    assert "no vote on #2" in (await react(stage, "UCHRIS", "17.8"))[0][1]


async def test_words_and_signs_are_told_once_together(stage):
    assert (await stage.hear("UCHRIS", "lgtm", addressed=False)).text
    assert await react(stage, "UCHRIS") == []
    await react(stage, "UANA")
    assert not (await stage.hear("UANA", "lgtm", addressed=False)).text


@pytest.mark.parametrize("emoji", ["👀", "eyes"])
async def test_who_only_looks_is_told_nothing(stage, emoji):
    assert await react(stage, "UCHRIS", emoji=emoji) == []
    assert len(await react(stage, "UCHRIS")) == 1


async def test_an_account_of_nobodys_is_told_nothing(stage):
    assert await react(stage, "UNOBODY") == []


async def test_a_sign_on_anything_else_is_nothing(stage):
    assert await react(stage, "UCHRIS", "99.9") == []
    assert await react(stage, "UCHRIS", CARD, channel="C2") == []


async def test_once_it_is_decided_applause_is_welcome(stage):
    await stage.click("UCHRIS", "approve")
    assert await react(stage, "UANA") == []
    assert await react(stage, "UANA", REQUEST) == []
