"""Windows in a simulated Discord: what a button asks for first, and what comes of what is typed."""

import pytest

from tests.rigs.discord_sim import privately, sim, text_of

pytestmark = pytest.mark.asyncio


async def test_deny_asks_for_its_reason_in_a_form(tmp_path):
    async with sim(tmp_path) as desk:
        await desk.write(desk.ben, "restart nginx on web-1")
        shown = await desk.click(desk.chris, "Deny…")
        assert shown.modal["title"] == "Deny… #1"
        assert shown.modal["components"][0]["label"] == "Why not?"
        await desk.chris.submit_modal(shown, {"text": "not on a *Friday* @everyone"})
        await desk.rest_a_while()
        card = text_of(await desk.message())
        assert "**DENIED**" in card
        assert "@everyone" not in card
        assert not desk.stage.changes()


async def test_who_may_not_deny_is_told_so_and_types_nothing(tmp_path):
    async with sim(tmp_path) as desk:
        await desk.write(desk.ben, "restart nginx on web-1")
        shown = await desk.click(desk.vera, "Deny…")
        assert shown.modal is None
        assert "you are a viewer" in privately(shown)


async def test_change_asks_what_should_be_different_in_a_form(tmp_path):
    async with sim(tmp_path) as desk:
        await desk.write(desk.ben, "restart nginx on web-1 and web-2")
        refused = await desk.click(desk.chris, "Change…")
        assert refused.modal is None
        assert "#1 is Ben's to change." in privately(refused)
        shown = await desk.click(desk.ben, "Change…")
        assert shown.modal["components"][0]["label"] == "What should be different?"
        await desk.ben.submit_modal(shown, {"text": "not web-2"})
        await desk.rest_a_while()
        assert "revision 2" in text_of(await desk.message())
        assert not desk.stage.changes()


async def test_a_form_that_was_open_over_a_restart_still_counts(tmp_path):
    async with sim(tmp_path) as desk:
        await desk.write(desk.ben, "restart nginx on web-1")
        shown = await desk.click(desk.chris, "Deny…")
        await desk.restart()
        await desk.chris.submit_modal(shown, {"text": "no"})
        await desk.rest_a_while()
        assert "**DENIED**" in text_of(await desk.message())


async def test_a_decision_is_handed_over_by_a_choice(tmp_path):
    async with sim(tmp_path) as desk:
        desk.stage.broken.add(("web-1", "nginx"))
        await desk.write(desk.ben, "restart nginx on web-1")
        await desk.click(desk.chris, "Approve")
        assert "NEEDS A DECISION" in text_of(await desk.message())
        shown = await desk.click(desk.ben, "Hand over…")
        field = shown.modal["components"][0]["component"]
        value = next(o["value"] for o in field["options"] if "Chris" in o["label"])
        result = await desk.ben.submit_modal(shown, {"text": [value]})
        await desk.rest_a_while()
        assert "Chris decides about #1 now." in privately(result)
        result = await desk.click(desk.chris, "Output")
        assert "Job for nginx.service failed" in privately(result)
