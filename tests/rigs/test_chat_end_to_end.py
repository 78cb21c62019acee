"""The whole product with Slack and Discord at once, set up as their pages in docs/ say.

Its process is the real one, `kill -9` is the real one, and so are both libraries; the workspace is
the emulator's, the server the small one of the tests.
"""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import contextlib
import json
import re

import httpx
import pytest

from bot.adapters.discord.commands import COMMANDS
from bot.adapters.slack.checks import SCOPES
from tests.rigs.discord_guild import CHRIS, GUILD, TOKEN, direct
from tests.rigs.discord_wire import Wire
from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import LAB, link_in
from tests.rigs.slack_emulator import APP_TOKEN, BOT_TOKEN
from tests.rigs.surfaces.at_slack import AtSlack

pytestmark = pytest.mark.slack
pytest_plugins = ("tests.rigs.surfaces.fixtures", "tests.rigs.discord_fixtures")

CODE = re.compile(r"link\s+(\w{4}-\w{4}-\w{4})")
RESTS = re.compile(r"chats +slack on\n +discord on\n(?s:.*)0 running, 0 waiting")
WITHIN_S = 60


async def until(look, what):
    """What `look` finds, as soon as it finds something."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            while not (found := look()):
                await asyncio.sleep(0.05)
            return found
    raise AssertionError(f"not to be seen: {what}")


class Product:
    """The process, a workspace and a server."""

    def __init__(self, overseer, slack, wire):
        self.overseer, self.slack, self.wire = overseer, slack, wire
        self.process = None

    async def cli(self, *args, **more):
        return await asyncio.to_thread(self.overseer.cli, *args, **more)

    async def start(self):
        known = len(self.wire.identified)
        self.process = await asyncio.to_thread(self.overseer.start)
        await asyncio.wait_for(self.slack.side.connected.wait(), WITHIN_S)
        await until(lambda: len(self.wire.identified) > known, "Discord's connection")

    async def kill(self):
        self.process.kill()
        await asyncio.to_thread(self.process.wait)
        await until(lambda: not self.slack.side.sockets, "the end of Slack's connection")

    def cards_in_slack(self, talk):
        said = self.slack.emulator.said_in(talk.channel, talk.thread)
        return [m["text"] for m in said if " · " in m["text"]]

    def cards_in_discord(self):
        """What Chris has been sent directly, but for plain sentences."""
        return [m for m in self.wire.posted(direct(CHRIS)) if "###" in json.dumps(m["components"])]

    async def press_in_discord(self, card, label):
        shown = [b for b in walk(card["components"]) if b.get("label", "").startswith(label)]
        pressed = self.wire.presses(CHRIS, card["id"], shown[0]["custom_id"])
        return await self.wire.answered(pressed)

    async def rests(self):
        """Wait until `status` shows that nothing waits, runs or is to be shown still."""
        async with asyncio.timeout(WITHIN_S):
            while not RESTS.search((await self.cli("status")).stdout):
                await asyncio.sleep(0.1)

    async def linked(self):
        """Ana and Chris link their accounts, each by a code shown in one place and typed in another."""
        slack, wire = self.slack, self.wire
        shown = await self.cli("people", "link")
        user = slack.emulator.users["ana"]
        alone = slack.emulator.call("conversations.open", users=user)["channel"]["id"]
        said = f"link {CODE.search(shown.stdout)[1]}"
        await slack.side.deliver(slack.side.said("ana", said, channel=alone, channel_type="im"))
        await until(lambda: "from now on" in "".join(slack.told["ana"]), "that Ana is linked")
        invited = await self.cli("people", "invite", "chris", "--role", "approver")
        said = f"link {await code_on_the_page(link_in(invited.stdout))}"
        wire.says(CHRIS, said, channel=direct(CHRIS), mention=False)
        await until(
            lambda: "from now on" in json.dumps(wire.posted(direct(CHRIS))), "that Chris is linked"
        )


async def code_on_the_page(link):
    """The code that who came by a one-time link is shown on the page."""
    address, _, token = link.partition("/login?token=")
    async with httpx.AsyncClient(base_url=address, headers={"origin": address}) as page:
        await page.post("/login", data={"token": token})
        said = {"event_id": "e-12345678", "thread": "web/chris/c1", "text": "link discord"}
        return CODE.search((await page.post("/say", json=said)).json()["text"])[1]


def walk(parts):
    for part in parts:
        yield part
        yield from walk(part.get("components") or ())


@pytest.fixture
async def product(overseer, emulated_slack, discord_api):
    async with Wire(discord_api) as wire, AtSlack(emulated_slack).opened(None) as slack:
        wire.commands = COMMANDS
        wire.application["flags"] = 1 << 19
        slack.side.scopes = ",".join(SCOPES)
        ops = {"id": slack.emulator.channels["ops"], "name": "ops"}
        slack.side.answers["users.conversations", "*"] = {"ok": True, "channels": [ops]}
        overseer.home.mkdir()
        (overseer.home / "inventory.yaml").write_text(LAB)
        (overseer.home / "overseer.yaml").write_text(
            f"slack: {{enabled: true, api_url: '{slack.side.url}'}}\n"
            f"discord: {{enabled: true, api_url: '{wire.base}', gateway_url: '{wire.gateway}'}}\n"
        )
        product = Product(overseer, slack, wire)
        for name, value in (("slack-bot", BOT_TOKEN), ("slack-app", APP_TOKEN), ("discord", TOKEN)):
            assert (await product.cli("secret", "set", name, input=value)).returncode == 0
        yield product
        overseer.end()
        assert wire.flaws == []


async def test_it_is_set_up_as_its_pages_say(product):
    early = await product.cli("check", "slack")
    wrong = [line for line in early.stdout.splitlines() if line.startswith("✗")]
    assert (early.returncode, len(wrong)) == (4, 1), wrong
    assert "nobody is linked to a Slack account yet" in wrong[0]
    assert "Each links their own: ./overseer people link" in early.stdout
    product.wire.guilds = []
    said = (await product.cli("check", "discord")).stdout
    assert "Open the invite link below" in said
    assert "https://discord.com/oauth2/authorize?client_id=1000&scope=bot" in said
    product.wire.guilds = [{"id": GUILD, "name": "Ops"}]
    await product.start()
    await product.linked()
    for platform in ("slack", "discord"):
        checked = await product.cli("check", platform)
        assert checked.returncode == 0, checked.stdout
    people = (await product.cli("people")).stdout
    assert f"slack:{product.slack.emulator.users['ana']}" in people
    assert f"discord:{CHRIS}" in people
    await product.rests()
    log = product.overseer.log
    assert "voice" not in log
    assert not {BOT_TOKEN, APP_TOKEN, TOKEN} & set(re.split(r"[^\w-]", log))


async def test_asked_in_slack_approved_in_discord_and_killed_in_between(product, tmp_path):
    slack, proof = product.slack, tmp_path / "proof"
    await product.start()
    await product.linked()
    talk = await slack.ask("ana", f"run `sleep 2; echo once >> {proof}` on localhost")
    await until(lambda: "WAITING" in "".join(product.cards_in_slack(talk)), "the plan")
    (card,) = await until(product.cards_in_discord, "the plan, for Chris")

    await product.kill()  # while it waits for a vote
    meanwhile = asyncio.create_task(slack.ask("ana", "how is localhost?"))
    await product.start()
    answer = await meanwhile
    await product.press_in_discord(card, "Approve")
    await until(lambda: "RUNNING" in "".join(product.cards_in_slack(talk)), "the run")
    await product.kill()  # while it runs
    await product.start()

    await until(lambda: "DONE" in "".join(product.cards_in_slack(talk)), "its end in Slack")
    await until(lambda: "DONE" in json.dumps(product.cards_in_discord()), "its end in Discord")
    await until(lambda: "ANSWER" in "".join(product.cards_in_slack(answer)), "the answer")
    assert proof.read_text() == "once\n"
    assert len(product.cards_in_slack(talk)) == len(product.cards_in_slack(answer)) == 1
    assert [each["id"] for each in product.cards_in_discord()] == [card["id"]]
    await product.rests()
    await asyncio.to_thread(product.overseer.stop, product.process)
