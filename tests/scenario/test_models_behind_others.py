"""Behind a colleague's words a model takes nothing from the conversation for said."""

import pytest

from bot.pipeline.behind_others import TOLD
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import words
from tests.scenario.test_rooms_read import LOCAL

pytestmark = pytest.mark.asyncio
OTHERS = "an welchem Rechner sitzt du denn?"


def restart(said, host):
    return plan(act("service.restart", said, service="nginx", hosts=[host]))


def reboot(said, host):
    return plan(act("host.reboot", said, hosts=[host]))


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Rooms(tmp_path, settings=LOCAL)
        stage.given = {"models": ScriptedModels(*says), "prompting": Plainly()}
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        return stage

    return make


async def told(stage):
    return TOLD in words((await stage.cards())[-1])


async def last(stage):
    return await stage.card_in(ROOM)


NAMED = ["auf web-2 bitte", "web-2 auch noch", "nimm web-2", "bei web-2 genauso"]
NGINX = ("restart nginx on web-1", restart)


@pytest.mark.parametrize(
    ("text", "first", "does"),
    [(text, *made) for text in NAMED for made in (NGINX, ("reboot web-1", reboot))]
    + [("web-2 auch neu starten", *NGINX)],
)
async def test_neither_its_service_nor_its_deed(staged, text, first, does):
    async with staged(does(first, "web-1"), does(text, "web-2"), does(text, "web-2")) as stage:
        await stage.hear("UBEN", first)
        await stage.press("ana", "approve", await last(stage))
        before = await stage.app.store.read(lambda u: u.plan(2))
        assert before is None
        await stage.hear("UCHRIS", OTHERS, addressed=False)
        await stage.hear("UBEN", text, addressed=False)
        assert await stage.app.store.read(lambda u: u.plan(2)) is None
        assert await told(stage)
        await stage.hear("UBEN", text, addressed=False)
        assert await stage.app.store.read(lambda u: u.plan(2)) is not None


@pytest.mark.parametrize("text", ["auf web-2 bitte", "bitte auf web-2 neu starten"])
async def test_nor_what_its_question_was_about(staged, text):
    async with staged(restart("restart nginx", "web-2"), restart(text, "web-2")) as stage:
        stage.given["models"].order, order = lambda **_: (), stage.given["models"].order
        await stage.hear("UBEN", "restart nginx")
        stage.given["models"].order = order
        await stage.hear("UCHRIS", OTHERS, addressed=False)
        await stage.hear("UBEN", text, addressed=False)
        assert await stage.app.store.read(lambda u: u.plan(1)) is None


@pytest.mark.parametrize("text", ["starte nginx auf web-2 neu", "bitte nginx auf web-2 neu starten"])  # fmt: skip
async def test_what_its_words_say_is_planned(staged, text):
    async with staged(restart("restart nginx on web-1", "web-1"), restart(text, "web-2")) as stage:
        await stage.hear("UBEN", "restart nginx on web-1")
        await stage.press("ana", "approve", await last(stage))
        await stage.hear("UCHRIS", OTHERS, addressed=False)
        await stage.hear("UBEN", text, addressed=False)
        assert (await stage.app.store.read(lambda u: u.plan(2))).plan.hosts == ("web-2",)
