"""What a first request says of where, when and which part is read, or asked about."""

from bot.ports import PlanFilter
from tests.scenario.rooms import Rooms

PEOPLE = """
people:
  ben: {display: Ben, roles: [operator], identities: ['slack:UBEN']}
  chris: {display: Chris, roles: [approver], identities: ['slack:UCHRIS']}
"""
INVENTORY = """
hosts:
  web-1: {groups: [web], environment: production}
  web-2: {groups: [web], environment: production}
  web-3: {groups: [web], environment: staging}
services: [nginx]
"""


async def _plans(stage):
    return await stage.app.store.read(lambda unit: unit.plans(PlanFilter()))


async def test_a_sign_calls_a_person_who_is_known_and_nobody_else(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE, inventory=INVENTORY) as stage:
        await stage.hear("UBEN", "restart nginx on web @edge")
        assert not await _plans(stage)  # it was every web host
        await stage.hear("UBEN", "restart nginx on web-1 @chris")
        assert [plan.plan.hosts for plan in await _plans(stage)] == [("web-1",)]
