"""A request that is deleted where it was said takes back what nobody has approved."""

from tests.scenario.stage import Stage


async def test_a_deleted_request_ends_what_waits(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="C1/17.1")
        assert (await stage.card()).state == "WAITING"
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        card = await stage.card()
        assert card.state == "CANCELLED"
        assert "its request was deleted" in str(card.body)


async def test_what_was_approved_goes_on(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="C1/17.1")
        await stage.press("ana", "approve")
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        assert (await stage.card()).state == "DONE"


async def test_a_deleted_remark_ends_nothing(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="C1/17.1")
        await stage.ears.on_deleted(stage.thread, "C1/17.9")
        assert (await stage.card()).state == "WAITING"


async def test_a_deleted_revision_ends_the_plan_that_it_changed(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        await stage.say("ben", "restart nginx on web-1 and web-2", event="C1/17.1")
        await stage.say("ben", "not web-2", event="C1/17.2")
        await stage.ears.on_deleted(stage.thread, "C1/17.2")
        assert (await stage.card()).state == "CANCELLED"
