"""`./overseer check slack`: one thing after the other, each failure with its cure."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.slack.api import Api
from bot.adapters.slack.checks import SCOPES, checks
from bot.domain.messages import Identity, People, Person
from bot.errors import ChatDoubtError, SecretError
from bot.settings.chat import SlackSettings
from tests.rigs.slack_fixtures import emulator, side  # noqa: F401
from tests.rigs.slack_side import Secrets

pytestmark = pytest.mark.slack


@pytest.fixture
def well(side):
    """Everything is as it should be."""
    side.scopes = ",".join(SCOPES)
    channels = [{"id": i, "name": n} for n, i in side.emulator.channels.items() if n == "ops"]
    side.answers["users.conversations", "*"] = {"ok": True, "channels": channels}
    return side


def people(side, account=""):
    identity = Identity(surface="slack", account=account or side.emulator.users["ana"])
    ana = Person(name="ana", display="Ana", roles=frozenset(), identities=(identity,))
    return People(persons=(ana,))


async def found(side, known=None, secrets=None, channels=(), guests=False, **settings):
    settings = SlackSettings(enabled=True, api_url=side.url, **settings)
    known = people(side) if known is None else known
    return [f async for f in checks(settings, secrets or Secrets(), known, channels, guests=guests)]


def bad(findings):
    return [(f.name, f.said, f.cure) for f in findings if not f.well]


async def test_all_is_well(well):
    findings = await found(well)
    assert bad(findings) == []
    assert [f.name for f in findings] == ["bot token", "scopes", "app token", "channels", "people"]
    assert "in #ops" in [f.said for f in findings]
    assert findings[0].said.startswith("works, in the workspace ")


async def test_by_http_the_signing_secret_is_enough(well):
    findings = await found(well, mode="http")
    assert bad(findings) == []
    assert "127.0.0.1:8421/slack/events" in next(f.said for f in findings if "secret" in f.name)
    assert well.sent("apps.connections.open") == []


class Wrong(Secrets):
    def __init__(self, **other):
        self.other = other

    async def resolve(self, ref):
        for name, value in self.other.items():
            if name in ref.reference:
                if value is None:
                    raise SecretError(f"{name} is not set.", cure="./overseer secret set it")
                return value
        return await super().resolve(ref)


@pytest.mark.parametrize(
    ("secrets", "name", "says"),
    [
        (Wrong(bot=None), "bot token", "bot is not set"),
        (Wrong(bot="xoxp-1"), "bot token", "begins with xoxb-"),
        (Wrong(app=None), "app token", "app is not set"),
        (Wrong(app="xoxb-1"), "app token", "begins with xapp-"),
        (Wrong(app="xapp-other"), "app token", "opens no socket"),
    ],
)
async def test_a_token_that_is_wrong_is_named(well, secrets, name, says):
    ((where, said, cure),) = bad(await found(well, secrets=secrets))
    assert where == name
    assert says in said
    assert cure


async def test_blanks_that_were_copied_along_with_a_token_are_no_part_of_it(well):
    class Blanks(Secrets):
        async def resolve(self, ref):
            return f" {await super().resolve(ref)} \n"

    assert bad(await found(well, secrets=Blanks())) == []


async def test_a_token_that_slack_refuses_ends_the_checks(well):
    well.answers["auth.test", ""] = {"ok": False, "error": "token_revoked"}
    ((where, said, cure),) = bad(await found(well))
    assert (where, said) == ("bot token", "My token was revoked.")
    assert cure.startswith("Install the app again")
    assert "secret set slack-bot" in cure


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_right_that_is_missing_is_named_with_what_lacks(well, scope):
    well.scopes = ",".join(s for s in SCOPES if s != scope)
    ((where, said, cure),) = bad(await found(well))
    assert where == "scopes"
    assert said == f"{scope} is missing: {SCOPES[scope]}."
    assert "config/slack-manifest.yaml" in cure


async def test_what_helps_against_all_that_is_missing_is_said_once(well):
    well.scopes = "chat:write,files:write"
    told = bad(await found(well))
    assert len(told) == len(SCOPES) - 2
    assert [bool(cure) for *_, cure in told] == [False] * (len(told) - 1) + [True]


async def test_a_channel_without_me_is_named(well):
    web_channel = well.emulator.channels["web"]

    def not_in_it(method, form):  # the emulator takes everybody for a member
        if method == "conversations.info" and form.get("channel") == web_channel:
            about = {"id": web_channel, "name": "web", "is_member": False}
            return web.json_response({"ok": True, "channel": about})
        return None

    well.faults.append(not_in_it)
    ((where, said, cure),) = bad(await found(well, channels=(web_channel,)))
    assert (where, said) == ("channels", "I am not in #web.")
    assert "/invite" in cure
    ((_, said, _),) = bad(await found(well, channels=("C0NOWHERE",)))
    assert "chat.channels names slack:C0NOWHERE" in said


async def test_group_messages_and_many_channels_are_counted(well):
    group = well.emulator.group("ana", "ben")
    channels = [{"id": f"C{n}", "name": f"c{n}"} for n in range(10)]
    channels.append({"id": group, "name": "mpdm-ana--ben-1", "is_mpim": True})
    well.answers["users.conversations", "*"] = {"ok": True, "channels": channels}
    said = next(f.said for f in await found(well, channels=(group,)) if f.name == "channels")
    assert said == (
        "in #c0, #c1, #c2, #c3, #c4, #c5, #c6, #c7, 2 more and 1 group direct message"
    )  # fmt: skip
    assert "mpim" in well.sent("users.conversations")[0]["types"]


async def test_no_channel_at_all_is_said(well):
    well.answers["users.conversations", "*"] = {"ok": True, "channels": []}
    ((where, said, _),) = bad(await found(well))
    assert (where, said) == ("channels", "I am in no channel; direct messages work.")


async def test_accounts_that_are_none_are_named(well):
    ((where, said, _),) = bad(await found(well, known=people(well, "U0NOBODY")))
    assert (where, said) == (
        "people", "ana is linked to slack:U0NOBODY: Slack knows no such account.",
    )  # fmt: skip
    ((_, said, _),) = bad(await found(well, known=People()))
    assert "nobody is linked" in said


async def test_slack_that_is_away_is_said(well):
    well.faults.append(lambda *_: web.Response(status=503))
    ((where, said, cure),) = bad(await found(well))
    assert (where, said) == ("connection", "Slack does not serve right now.")
    assert "reaches slack.com" in cure


async def test_of_what_shows_nothing_it_is_not_said_that_it_may_have_been_shown(well):
    fails = lambda method, _: web.Response(status=500) if method == "users.conversations" else None  # noqa: E731
    well.faults.append(fails)
    ((where, said, _),) = bad(await found(well))
    assert (where, said) == ("channels", "Slack failed in the middle of it.")


async def test_a_channel_behind_the_first_page_is_mine_too(well):
    page = [{"id": f"C{n}", "name": f"c{n}"} for n in range(200)]
    well.answers["users.conversations", "*"] = {
        "ok": True, "channels": page, "response_metadata": {"next_cursor": "more"},
    }  # fmt: skip

    def second(method, form):
        if method == "users.conversations" and form.get("cursor"):
            return web.json_response({"ok": True, "channels": [{"id": "C230", "name": "ops"}]})
        return None

    well.faults.append(second)
    assert bad(await found(well, channels=("C230",))) == []
    assert len(well.sent("users.conversations")) == 2


async def test_a_channel_that_slack_did_not_list_and_says_i_am_in_is_mine(well):
    well.answers["conversations.info", "*"] = {
        "ok": True, "channel": {"id": "C230", "name": "ops", "is_member": True},
    }  # fmt: skip
    assert bad(await found(well, channels=("C230",))) == []


async def test_a_guest_who_would_be_refused_is_named(well):
    user = {"id": well.emulator.users["ana"], "is_ultra_restricted": True}
    well.answers["users.info", "*"] = {"ok": True, "user": user}
    ((where, said, cure),) = bad(await found(well))
    assert (where, "guest" in said, "guests: true" in cure) == ("people", True, True)
    assert bad(await found(well, guests=True)) == []


@pytest.mark.parametrize("ask", [lambda api: api.scopes(), lambda api: api.call("auth.test")])
async def test_a_cut_is_a_doubt_whatever_was_asked(side, monkeypatch, ask):
    api = Api(side.url)
    api.open("xoxb-1")

    async def cut(*_, **__):
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(api.client, "api_call", cut)
    with pytest.raises(ChatDoubtError):
        await ask(api)
    await api.close()
