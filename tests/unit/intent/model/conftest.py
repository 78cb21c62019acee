"""A fleet of three, and the one of its models that most suites ask."""

import pytest

from tests.unit.intent.model.fleet import Fleet


@pytest.fixture
async def fleet(tmp_path):
    async with Fleet(tmp_path) as fleet:
        yield fleet


@pytest.fixture
def quick(fleet):
    return fleet.models["quick"]
