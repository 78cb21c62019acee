"""`./overseer check discord`: what is wrong, one by one, each with its cure."""

import asyncio

import pytest

from bot.adapters.discord.checks import checks
from bot.adapters.discord.commands import COMMANDS
from bot.adapters.discord.permissions import LEAST, NEEDED
from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.machine import RandomIds, SystemClock
from bot.cli.discord_checks import check_discord
from bot.domain.messages import Identity, People, Person, Role
from bot.errors import ConfigError, SecretError
from bot.settings import Home, Settings
from bot.settings.chat import ChannelSettings, ChatSettings, DiscordSettings
from tests.rigs.discord_guild import BEN, CHANNEL, GUILD, ME, TOKEN, VERA
from tests.rigs.discord_wire import Wire

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


class Secrets:
    def __init__(self, token):
        self.token = token

    async def resolve(self, ref):
        if not self.token:
            raise SecretError("The secret store:discord is empty or not set.", cure="Set it.")
        return self.token


@pytest.fixture
async def wire(discord_api):
    async with Wire(discord_api) as made:
        made.commands = COMMANDS
        yield made
        assert made.flaws == []


def people(*accounts):
    return People(
        persons=tuple(
            Person(name=f"p{n}", display=f"P{n}", roles=frozenset({Role.OPERATOR}),
                   identities=(Identity(surface="discord", account=account),))
            for n, account in enumerate(accounts)
        )
    )  # fmt: skip


async def found(wire, *, token=TOKEN, known=(BEN,), channels=(), **more):
    settings = DiscordSettings(enabled=True, api_url=wire.base, **more)
    given = (settings, Secrets(token), SystemClock(), people(*known), channels)
    return [each async for each in checks(*given)]


def bad(findings):
    return {each.name: each for each in findings if not each.well}


async def test_when_all_is_well_each_thing_says_so_and_the_link_asks_for_the_least(wire):
    findings = await found(wire)
    assert bad(findings) == {}
    assert [each.name for each in findings] == [
        "token", "intents", "buttons", "invitations", "commands", "servers", "channel", "people", "invite",
    ]  # fmt: skip
    assert findings[-1].said.endswith(f"&scope=bot+applications.commands&permissions={LEAST}")
    assert LEAST & 1 << 3 == 0  # never administrator


async def test_no_token_and_a_wrong_one(wire):
    (only,) = await found(wire, token="")
    assert only.cure == "Set it."
    (only,) = await found(wire, token="wrong")
    assert (only.name, "does not accept" in only.said) == ("token", True)
    assert "./overseer secret set discord" in only.cure


@pytest.mark.parametrize("given", [" {} ", "{}\n\n", "Bot {}", "\tbot  {}"])
async def test_what_was_copied_along_with_a_token_is_no_part_of_it(wire, given):
    assert bad(await found(wire, token=given.format(TOKEN))) == {}


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ("xoxb-emulated-1", "is Slack's bot token (xoxb-…)"),
        (" xapp-1-A-1", "is Slack's app-level token (xapp-…)"),
        ("1188235716412358656", "is a number"),
        ("0a" * 32, "is the application's public key"),
        ("two words", "has a blank or a line break in it"),
        ("Bot ", "is blank"),
        (" \n ", "is blank"),
    ],
)
async def test_what_is_no_bots_token_is_sent_nowhere(wire, given, what):
    (only,) = await found(wire, token=given)
    assert (only.name, only.well) == ("token", False)
    assert f"what store:discord holds {what}" in only.said
    assert only.cure.endswith("./overseer secret set discord")
    assert wire.asked == []
    platform = DiscordPlatform(
        DiscordSettings(enabled=True, api_url=wire.base), Secrets(given), SystemClock(), people,
        ids=RandomIds(),
    )  # fmt: skip
    with pytest.raises(ConfigError, match="no bot's token"):
        await platform.start(None)
    assert wire.asked == []


async def test_a_discord_that_can_not_be_reached_says_where_to_look(wire):
    settings = DiscordSettings(enabled=True, api_url="http://127.0.0.1:9/api/v10")
    (only,) = [x async for x in checks(settings, Secrets(TOKEN), SystemClock(), people(), ())]
    assert (only.name, only.well) == ("connection", False)
    assert "reaches discord.com" in only.cure


async def test_the_intent_is_checked_as_it_is_asked_for(wire):
    wire.application["flags"] = 0
    assert "Message Content Intent" in bad(await found(wire))["intents"].cure
    assert bad(await found(wire, message_content=False)) == {}


async def test_presses_that_go_elsewhere_are_found(wire):
    wire.application["interactions_endpoint_url"] = "https://example.org/x"
    assert "leave that field empty" in bad(await found(wire))["buttons"].cure


async def test_a_bot_that_anybody_may_invite_is_found(wire):
    wire.application["bot_public"] = True
    finding = bad(await found(wire))["invitations"]
    assert "anybody on Discord can invite the bot" in finding.said
    assert "Public Bot off" in finding.cure


async def test_a_bot_in_no_server_is_told_to_be_invited(wire):
    wire.guilds = []
    assert "invite link" in bad(await found(wire))["servers"].cure


@pytest.mark.parametrize("permission", NEEDED)
async def test_each_permission_is_missed_by_its_name(wire, permission):
    wire.channels[0]["permission_overwrites"] = [
        {"id": GUILD, "type": 0, "allow": "0", "deny": str(permission)}
    ]
    missed = bad(await found(wire, channels=(CHANNEL,)))["channel"]
    assert NEEDED[permission][0] in missed.said
    assert "Permissions" in missed.cure


async def test_overwrites_count_in_their_order(wire):
    send = 1 << 11
    wire.members[ME] = ["70"]
    wire.channels[0]["permission_overwrites"] = [
        {"id": GUILD, "type": 0, "allow": "0", "deny": str(send)},
        {"id": "70", "type": 0, "allow": str(send), "deny": "0"},
    ]
    assert bad(await found(wire)) == {}
    wire.channels[0]["permission_overwrites"].append(
        {"id": ME, "type": 1, "allow": "0", "deny": str(send)}
    )
    assert "Send Messages" in bad(await found(wire))["channel"].said


async def test_an_administrator_may_everything(wire):
    wire.everyone = 1 << 3
    wire.channels[0]["permission_overwrites"] = [
        {"id": GUILD, "type": 0, "allow": "0", "deny": str(LEAST)}
    ]
    assert bad(await found(wire)) == {}


async def test_a_bot_that_can_see_no_channel_is_told_where_to_let_it_in(wire):
    wire.everyone = 0
    missed = bad(await found(wire))["channels"]
    assert missed.said == "the bot can see no channel; direct messages work"
    assert "View Channel" in missed.cure
    wire.guilds = []
    assert "channels" not in bad(await found(wire))


async def test_a_hidden_channel_is_no_fault_unless_the_settings_name_it(wire):
    wire.channels.append({**wire.channels[0], "id": "998", "permission_overwrites": []})
    wire.channels[0]["permission_overwrites"] = [
        {"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 10)}
    ]
    assert bad(await found(wire)) == {}
    assert "View Channel" in bad(await found(wire, channels=(CHANNEL,)))["channel"].said
    assert "in no server" in bad(await found(wire, channels=("999",)))["channel"].said


async def test_people_who_are_not_there_are_named(wire):
    assert "nobody can vote" in bad(await found(wire, known=()))["people"].said
    assert "is no id" in bad(await found(wire, known=("ana", BEN)))["people"].said
    assert bad(await found(wire, known=(BEN, VERA)))["people"].said.startswith("P1 in no server")


async def test_each_role_of_the_server_is_named_with_what_it_stands_for(wire):
    wire.roles = {"50": "Ops", "60": "On call"}
    said = await found(wire, roles={"50": Role.OPERATOR, "On call": Role.APPROVER})
    assert [each.said for each in said if each.name == "roles"] == [
        "Ops (50, of Ops) is operator, for who is linked",
        "On call (60, of Ops) is approver, for who is linked",
    ]
    assert bad(said) == {}


@pytest.mark.parametrize(
    ("key", "said", "cure"),
    [
        ("On call", "the name of 2 roles: On call (60, of Ops) and On call (61, of Ops)", "the id"),
        ("Nobody", "'Nobody' is no role of a server that the bot is in", "Copy Role ID"),
        ("77", "'77' is no role of a server that the bot is in", "Copy Role ID"),
        ("@everyone", "is everybody's in Ops", "Leave it out"),
        (GUILD, "is everybody's in Ops", "Leave it out"),
    ],
)
async def test_a_role_that_is_none_or_not_one_alone_is_refused(wire, key, said, cure):
    wire.roles = {"60": "On call", "61": "On call"}
    refused = bad(await found(wire, roles={key: Role.APPROVER}))["roles"]
    assert said in refused.said
    assert cure in refused.cure


async def test_it_is_printed_line_by_line(wire, tmp_path, capsys):
    wire.application["flags"] = 0
    discord = DiscordSettings(enabled=True, api_url=wire.base)
    channels = {f"discord:{CHANNEL}": ChannelSettings()}
    settings = Settings(discord=discord, chat=ChatSettings(channels=channels))
    home = Home(path=tmp_path)
    asked = (home, settings, people(BEN), Secrets(TOKEN))
    assert await asyncio.to_thread(check_discord, *asked) is False
    said = capsys.readouterr().out
    assert "✓ discord token" in said
    assert "✗ discord intents" in said
    assert "#ops of Ops: all permissions" in said
    off = Settings()
    assert await asyncio.to_thread(check_discord, home, off, people()) is True
    assert "not switched on" in capsys.readouterr().out
