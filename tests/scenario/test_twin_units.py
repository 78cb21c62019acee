"""A host with two units of one service: the one that was said is acted on, or neither."""

import pytest

from bot.domain.commands import CommandResult
from skills.service.facts import unit
from tests.scenario.stage import INVENTORY, Stage, words

pytestmark = pytest.mark.asyncio
TWO = INVENTORY.replace("redis,", "redis, redis-server,").replace("cron,", "cron, cronie,")


def block(name):
    return (
        f"Id={name}.service\nLoadState=loaded\nActiveState=active\nSubState=running\n"
        "UnitFileState=enabled\nCanReload=yes\nMainPID=10\nNRestarts=0\nType=simple\n"
        "Result=success\nTriggeredBy=\nStateChangeTimestampMonotonic=1000000\n"
    )


async def asked(tmp_path, text, service, *units):
    async with Stage(tmp_path, inventory=TWO) as stage:
        said = "systemd=yes\nclock=1000.0\n" + "\n".join(block(name) for name in units)
        stage.hosts.answer(
            ("sh", "-c", unit(service).command.text), CommandResult(exit_status=0, stdout=said)
        )
        await stage.say("ben", text)
        return words(await stage.card())


@pytest.mark.parametrize("said", ["redis", "redis-server"])
async def test_the_unit_that_was_said_is_the_one_of_the_plan(tmp_path, said):
    shown = await asked(tmp_path, f"restart {said} on web-3", "redis", "redis", "redis-server")
    assert f"systemctl restart -- {said}.service" in shown


@pytest.mark.parametrize("said", ["redis", "redis-server"])
@pytest.mark.parametrize("there", ["redis", "redis-server"])
async def test_the_only_unit_is_meant_whatever_it_is_called(tmp_path, said, there):
    shown = await asked(tmp_path, f"restart {said} on web-3", "redis", there)
    assert f"systemctl restart -- {there}.service" in shown


async def test_where_several_may_be_meant_none_is_touched_and_all_are_named(tmp_path):
    shown = await asked(tmp_path, "restart cron on web-3", "cron", "crond", "cronie")
    assert "CAN'T" in shown
    assert "crond.service and cronie.service" in shown
    assert "systemctl restart" not in shown


async def test_a_read_of_a_name_that_may_mean_several_tells_of_all(tmp_path):
    shown = await asked(tmp_path, "is cron up on web-3?", "cron", "crond", "cronie")
    assert "crond" in shown
    assert "cronie" in shown
