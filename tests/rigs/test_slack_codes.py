"""A linking code that is said among people in Slack is void, though nobody spoke to Overseer."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.domain.messages import Identity
from bot.errors import StoreBusyError
from tests.rigs.slack_fixtures import ears, emulator, platform, side, stage_of  # noqa: F401
from tests.rigs.test_slack_jobs import seen

pytestmark = pytest.mark.slack


@pytest.mark.parametrize("form", ["link {}", "my code is {}, what now?"])
async def test_a_code_that_is_said_among_people_is_void(side, stage_of, form):
    async with stage_of() as stage:
        linking = stage.app.pipeline.linking
        code = await linking.code(stage.app.world.people.named("ben"))
        await side.deliver(side.said("vera", form.format(code.replace("-", ""))))
        (told,) = await seen(lambda: side.sent("chat.postEphemeral"), "what Vera is told")
        assert "void" in told["text"]
        assert told["user"] == side.emulator.users["vera"]
        assert await stage.app.store.read(lambda u: u.login_hashes("code")) == frozenset()


def edited(payload, text, former="hello"):
    """That its author has changed what a message says."""
    event = payload["event"]
    channel, said = event.pop("channel"), {**event, "type": "message", "text": text}
    said["edited"] = {"user": event["user"], "ts": "1800000000.000001"}
    changed = {
        "type": "message", "subtype": "message_changed", "channel": channel, "hidden": True,
        "ts": "1800000000.000001", "message": said, "previous_message": {**event, "text": former},
    }  # fmt: skip
    return {**payload, "event": changed}


@pytest.mark.parametrize("where", ["ops", "D0STRANGER", "a thread of ours"])
async def test_a_code_that_is_edited_into_a_message_is_void_and_links_nobody(side, stage_of, where):
    """Whether it is a channel's, a direct message's, or stands where Overseer is spoken to."""
    async with stage_of() as stage:
        code = await stage.app.pipeline.linking.code(stage.app.world.people.named("ben"))
        given = {"channel": where} if where != "a thread of ours" else {}
        if not given:
            asked = side.mention("ben", "how is web-1?")
            await side.deliver(asked)
            given = {"thread": asked["event"]["ts"]}
        await side.deliver(edited(side.said("U0STRANGER", "hello", **given), f"link {code}"))
        (told,) = await seen(lambda: side.sent("chat.postEphemeral"), "what they are told")
        assert "That code is void now" in told["text"]
        assert "nothing was linked" in told["text"]
        assert told["user"] == "U0STRANGER"
        stranger = Identity(surface="slack", account="U0STRANGER")
        assert stage.app.world.people.owner(stranger) is None
        assert await stage.app.store.read(lambda u: u.login_hashes("code")) == frozenset()


async def test_of_what_is_edited_only_a_code_is_heard(platform, side, ears):
    me = side.emulator.me["user_id"]
    code = "link K7QF-2M9X-PD4T"
    await side.deliver(edited(side.said("ben", "hello"), f"<@{me}> restart nginx on web-1"))
    await side.deliver(edited(side.said("ben", code), code, former=code))  # a link unfolds
    assert (ears.heard, ears.overheard) == ([], [])
    await side.deliver(edited(side.said("ben", "hello"), code))
    assert [(m.text, m.edited) for m in ears.overheard] == [(code, True)]
    assert ears.heard == []


async def test_only_what_may_hold_a_code_is_overheard(platform, side, ears):
    for text in ("is web-1 up?", "lgtm", "K7QF-2M9X-PD4T", "restart nginx on web-1"):
        await side.deliver(side.said("ben", text))
    assert [(m.text, m.addressed) for m in ears.overheard] == [("K7QF-2M9X-PD4T", False)]
    assert ears.heard == []


async def test_nobody_is_told_of_a_fault_in_what_was_not_said_to_overseer(platform, side, ears):
    tries = []

    async def busy(message):
        tries.append(message)
        if len(tries) < 3:
            raise StoreBusyError("The database is busy.")
        return ears.reply

    ears.on_overheard = busy
    await side.deliver(side.said("ben", "K7QF-2M9X-PD4T"), tries=5, wait_s=0.2)
    assert len(tries) == 3  # Slack brings it again
    await asyncio.sleep(0.1)
    assert side.sent("chat.postEphemeral") == []


async def test_linking_by_the_command_leaves_no_root(side, stage_of):
    async with stage_of() as stage:
        code = await stage.app.pipeline.linking.code(stage.app.world.people.named("ben"))
        emulator = side.emulator
        theirs = emulator.call("conversations.open", users=emulator.users["vera"])["channel"]["id"]
        account = emulator.users["vera"]
        people = stage.home.people.read_text()
        stage.home.people.write_text(people.replace(f"'slack:{account}', ", ""))
        await stage.app.reload(by="ana")
        before = len(emulator.said_in(theirs))
        asked = side.command("vera", f"link {code}", channel=theirs)
        await side.deliver(asked, "slash_commands")
        await seen(lambda: side.sent("chat.delete"), "that the root goes")
        owner = stage.app.world.people.owner(Identity(surface="slack", account=account))
        assert owner.name == "ben"
        assert len(emulator.said_in(theirs)) == before


async def test_a_code_that_is_used_up_is_answered_for_who_typed_the_command_alone(side, stage_of):
    async with stage_of() as stage:
        linking, person = stage.app.pipeline.linking, stage.app.world.people.named("ben")
        code = await linking.code(person)
        await linking.code(person)  # the newer one counts
        channel = side.emulator.channels["ops"]
        before = len(side.emulator.said_in(channel))
        await side.deliver(side.command("ben", f"link {code}"), "slash_commands")
        await seen(lambda: side.sent("chat.delete"), "that the root goes")
        assert len(side.emulator.said_in(channel)) == before
        assert not [sent for sent in side.sent("chat.update") if code in str(sent)]
