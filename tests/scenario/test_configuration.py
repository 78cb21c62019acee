"""What a changed configuration does to what is under way, and what a reload says of itself."""

from dataclasses import replace

import pytest

from bot.adapters.files.settings_file import load_settings
from bot.cli.platforms import Off
from bot.errors import ConfigError
from tests.scenario.stage import PEOPLE, Stage, keys, words


async def test_a_reload_names_the_files_that_changed_and_no_others(tmp_path):
    async with Stage(tmp_path) as stage:
        app, home = stage.app, stage.home
        assert await app.reload(by="ana") == ()
        home.settings.write_text("approval: {votes: 2}\nautonomy: {level: cautious}\n")
        assert await app.reload(by="ana") == ("overseer.yaml",)
        part = home.path / "inventory.d" / "more.yaml"
        part.parent.mkdir()
        part.write_text("hosts: {new-1: {}}\n")
        home.policies.write_text(home.policies.read_text() + "\n// mine\n")
        assert await app.reload(by="ana") == ("inventory.d/more.yaml", "policies.cedar")
        part.unlink()
        assert await app.reload(by="ana") == ("inventory.d/more.yaml",)
        assert await app.reload(by="ana") == ()


async def test_votes_and_deadlines_count_at_once_as_a_reload_says(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        stage.home.settings.write_text("approval: {votes: 2, expiry_minutes: 5}\n")
        assert await stage.app.reload(by="ana") == ("overseer.yaml",)
        await stage.say("ben", "restart nginx on web-1")
        card = await stage.card()
        plan = (await stage.app.store.read(lambda u: u.plan(card.plan))).plan
        assert plan.verdict.votes == 2
        assert (plan.expires_at - plan.created_at).total_seconds() == 300


async def test_what_only_a_start_takes_is_named_until_there_was_one(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.home.settings.write_text("web: {port: 9000}\nhosts: {read_timeout: 5}\n")
        later = "web.port and hosts.read_timeout only from the next start on"
        assert await stage.app.reload(by="ana") == ("overseer.yaml", later)
        assert await stage.app.reload(by="ana") == (later,)
        stage.home.settings.write_text("")
        assert await stage.app.reload(by="ana") == ("overseer.yaml",)


CHATS = "slack: {enabled: SLACK, mode: MODE}\ndiscord: {enabled: DISCORD, roles: ROLES}\n"


def chats(slack, discord, mode="socket", roles="{}"):
    text = CHATS.replace("SLACK", slack).replace("DISCORD", discord)
    return text.replace("MODE", mode).replace("ROLES", roles)


async def test_a_chat_that_is_switched_on_waits_for_a_start_and_the_status_says_so(tmp_path):
    async with Stage(tmp_path) as stage:
        assert (await stage.ears.status()).chats == ()
        stage.home.settings.write_text(chats("true", "false", "http"))
        later = "slack.enabled only from the next start on"
        assert await stage.app.reload(by="ana") == ("overseer.yaml", later)
        assert (await stage.ears.status()).chats == (
            "slack enabled; it starts with the next `./overseer run`",
        )
        stage.home.settings.write_text(chats("false", "false", "http"))
        assert await stage.app.reload(by="ana") == ("overseer.yaml",)
        assert (await stage.ears.status()).chats == ()


async def test_what_a_chat_looks_at_as_it_starts_is_named_and_a_chat_that_goes(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.home.settings.write_text(chats("true", "true", roles="{'1': viewer, '2': operator}"))
        stage.app._box.started = load_settings(stage.home.settings)
        stage.app._box.rooms = (Off("slack", "why"),)
        stage.home.settings.write_text(chats("true", "true", "http", "{'1': viewer}"))
        later = "slack.mode only from the next start on"
        assert (await stage.app.reload(by="ana"))[1:] == (later,)
        stage.home.settings.write_text(chats("true", "true", roles="{'1': approver}"))
        later = "discord.roles only from the next start on"
        assert (await stage.app.reload(by="ana"))[1:] == (later,)
        stage.home.settings.write_text(chats("false", "false"))
        await stage.app.reload(by="ana")
        assert (await stage.ears.status()).chats == (
            "slack off until the next start: why; switched off from the next start on",
        )


async def test_a_reload_that_is_refused_still_counts_as_a_change_afterwards(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.home.inventory.write_text("hosts: {a: {environment: producton}}\n")
        with pytest.raises(ConfigError, match="looks like production"):
            await stage.app.reload(by="ana")
        stage.home.inventory.write_text("hosts: {a: {environment: prod}}\n")
        assert await stage.app.reload(by="ana") == ("inventory.yaml",)
        assert stage.app.world.inventory.host("a").is_production


async def test_a_time_zone_that_vanished_breaks_nobody_s_click(tmp_path):
    zoned = PEOPLE.replace("display: Chris,", "display: Chris, timezone: Europe/Berlin,")
    async with Stage(tmp_path, people=zoned) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1")
        card = await stage.card()
        people = stage.app.world.people
        lost = tuple(p.model_copy(update={"timezone": "Europe/Atlantis"}) for p in people.persons)
        people = people.model_copy(update={"persons": lost})
        stage.app._box.world = replace(stage.app.world, people=people)
        await stage.clock.advance(31 * 60)
        reply = await stage.press("chris", "approve", card)
        assert "Nobody decided" in reply.text
        assert (await stage.card(card.plan)).state == "EXPIRED"
        assert stage.changes() == []


@pytest.mark.parametrize("environment", ["Production", "prod", "live"])
async def test_production_is_guarded_however_it_is_spelt(tmp_path, environment):
    hosts = f"web-1: {{environment: {environment}}}, web-2: {{environment: {environment}}}"
    async with Stage(tmp_path, inventory=f"hosts: {{{hosts}}}\nservices: [nginx]\n") as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        await stage.say("ben", "run `rm -rf /srv` on web-1")
        assert "approve" not in keys(await stage.card())
        await stage.say("ben", "restart nginx on web-1 and web-2")
        assert "1 at a time" in words(await stage.card())
