"""Commands that a process was stopped at: kept without their secrets, until they are seen to."""

import pytest

from bot.domain.messages import Called, Identity, Role
from tests.scenario.stage import Stage

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        yield made


def call(stage, text="restart nginx on web-1", event="5", surface="discord"):
    return Called(
        event_id=event, channel="3000", identity=Identity(surface=surface, account="4"), who="Ben",
        text=text, at=stage.clock.now(), lent=frozenset({Role.OPERATOR}),
    )  # fmt: skip


async def test_what_is_kept_outlives_a_crash_until_it_is_seen_to(stage):
    first, second = call(stage), call(stage, event="4")
    for each in (first, second, call(stage, surface="slack")):
        await stage.ears.keep_call(each)
    await stage.crash()
    await stage.revive()
    assert await stage.ears.calls("discord") == (first, second)
    await stage.ears.called("discord", "5")
    assert await stage.ears.calls("discord") == (second,)
    assert len(await stage.ears.calls("slack")) == 1


async def test_what_was_given_up_is_so_after_a_crash(stage):
    first, second = call(stage), call(stage, event="4")
    for each in (first, second):
        await stage.ears.keep_call(each)
    await stage.ears.give_up_call("discord", "5")
    await stage.ears.give_up_call("discord", "6")  # it was never kept
    await stage.crash()
    await stage.revive()
    assert await stage.ears.calls("discord") == (
        first.model_copy(update={"given_up": True}), second,
    )  # fmt: skip


async def test_a_secret_is_taken_out_before_it_is_kept(stage):
    secret = "AKIAIOSFODNN7EXAMPLE"
    await stage.ears.keep_call(call(stage, f"is nginx up on web-1? key {secret}"))
    (kept,) = await stage.ears.calls("discord")
    assert kept.redacted
    assert secret not in kept.text
    await stage.crash()
    database = b"".join(path.read_bytes() for path in stage.home.path.glob("*.db*"))
    assert database
    assert secret.encode() not in database
    await stage.revive()


async def test_what_another_version_kept_holds_up_nothing(stage):
    await stage.app.store.write(lambda u: u.keep("calls", "discord/1", {"of": "another shape"}))
    await stage.ears.keep_call(call(stage))
    assert [each.event_id for each in await stage.ears.calls("discord")] == ["5"]


async def test_what_is_kept_or_was_taken_in_is_kept_no_second_time(stage):
    first = call(stage)
    assert await stage.ears.keep_call(first)
    assert not await stage.ears.keep_call(first)
    await stage.ears.called("discord", "5")
    await stage.app.store.write(lambda u: u.receive("discord", "5"))
    assert not await stage.ears.keep_call(first)
    assert await stage.ears.calls("discord") == ()
