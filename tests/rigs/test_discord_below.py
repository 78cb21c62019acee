"""In a direct message a reply to the copy of a card is about its plan, and other words are not."""

import pytest

from bot.errors import StoreBusyError
from tests.rigs.discord_sim import buttons_of, dms, sim, text_of

pytestmark = pytest.mark.asyncio


async def copies(desk, *hosts):
    """The copies of cards that Chris has, in the order of their plans."""
    for host in hosts:
        await desk.write(desk.ben, f"restart nginx on {host}")
    found = [m for m in desk.chris.user.dm_channel.history() if "WAITING" in text_of(m)]
    return sorted(found, key=lambda each: each.id)


async def says(desk, text, message=None):
    more = {}
    if message is not None:
        there = message.channel.id
        of = {"channel_id": str(there), "message_id": str(message.id)}
        more["reference"] = desk.env.backend.normalize_message_reference(there, of)
    await desk.chris.send_dm(text, **more)
    await desk.rest_a_while()
    return dms(desk.chris)[-1]


async def state(desk, number):
    return (await desk.stage.app.store.read(lambda u: u.plan(number))).state.value


async def test_a_stop_that_answers_one_means_its_plan(tmp_path):
    async with sim(tmp_path) as desk:
        first, _ = await copies(desk, "web-1", "web-2")
        await says(desk, "stop", first)
        assert (await state(desk, 1), await state(desk, 2)) == ("cancelled", "waiting")


async def test_what_is_answered_there_is_a_reply_and_answering_that_is_about_it_too(tmp_path):
    async with sim(tmp_path) as desk:
        first, _ = await copies(desk, "web-1", "web-2")
        said = await says(desk, "why?", first)
        assert "web-1" in said
        answer = desk.chris.user.dm_channel.history()[-1]
        assert answer.reference.message_id == first.id
        assert "No thread can be made" not in str(dms(desk.chris))
        await says(desk, "stop", answer)
        assert (await state(desk, 1), await state(desk, 2)) == ("cancelled", "waiting")


async def test_beside_it_nothing_is_guessed(tmp_path):
    async with sim(tmp_path) as desk:
        await copies(desk, "web-1", "web-2")
        await says(desk, "stop")
        assert (await state(desk, 1), await state(desk, 2)) == ("waiting", "waiting")


async def test_a_question_that_is_asked_below_one_is_answered_by_its_button(tmp_path):
    async with sim(tmp_path) as desk:
        (first,) = await copies(desk, "web-1")
        await says(desk, "restart nginx on web-9", first)
        asked = desk.chris.user.dm_channel.history()[-1]
        assert "QUESTION" in text_of(asked)
        option = next(b for b in buttons_of(asked) if b["label"].startswith("web-2"))
        await desk.chris.user.click(asked, custom_id=option["custom_id"])
        await desk.rest_a_while()
        assert any("WAITING" in said and "web-2" in said for said in dms(desk.chris))


async def test_a_reply_to_what_is_no_card_is_said_in_the_direct_message_itself(tmp_path):
    async with sim(tmp_path) as desk:
        await says(desk, "restart nginx on web-9")
        asked = desk.chris.user.dm_channel.history()[-1]
        assert "QUESTION" in text_of(asked)
        await says(desk, "web-2", asked)
        assert any("WAITING" in said and "web-2" in said for said in dms(desk.chris))


async def test_while_the_database_is_busy_it_is_heard_as_what_stands_beside_it(tmp_path):
    async with sim(tmp_path) as desk:
        first, _ = await copies(desk, "web-1", "web-2")
        inner = desk.outside.ears

        class Busy:
            async def is_below(self, thread, person):
                raise StoreBusyError("locked")

            def __getattr__(self, name):
                return getattr(inner, name)

        desk.outside.ears = Busy()
        assert "Nothing is stopped." in await says(desk, "stop", first)
        assert (await state(desk, 1), await state(desk, 2)) == ("waiting", "waiting")
