"""What a card costs grows with the people who are known, and not with their square."""

import pytest

from bot.gate.policy import Policies
from tests.scenario.rooms import PEOPLE, Rooms

pytestmark = pytest.mark.asyncio
MANY = 80
CROWD = PEOPLE + "".join(
    f"  p{n}: {{display: P{n}, roles: [operator], identities: ['web:p{n}', 'slack:UP{n}']}}\n"
    for n in range(MANY)
)


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=CROWD) as made:
        made.service("web-1", "nginx", "active")
        yield made


async def test_everybody_is_judged_a_few_times_for_a_plan_and_its_card(stage, monkeypatch):
    answer, count = Policies.answer, 0

    def counted(self, inquiries):
        nonlocal count
        count += 1
        return answer(self, inquiries)

    monkeypatch.setattr(Policies, "answer", counted)
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await stage.card()).state == "WAITING"
    assert MANY < count < 10 * MANY
