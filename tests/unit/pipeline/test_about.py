"""How Overseer stands is told in names where they are known."""

import pytest

from bot.domain.known import Known
from bot.pipeline.about import named

NAMES = {"slack:C1": Known(name="ops"), "discord:812": Known(name="#ops")}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("slack on; the last in slack:C1: I am not in it", "slack on; the last in #ops: I am not in it"),
        ("discord on; the last in discord:812: no", "discord on; the last in #ops: no"),
        ("slack on; the last in slack:C2: no", "slack on; the last in slack:C2: no"),
        ("slack on; the last in slack:D7: no", "slack on; the last in a direct message: no"),
        ("slack on", "slack on"),
    ],
)  # fmt: skip
def test_a_channel_goes_by_its_name(line, told):
    assert named([line], lambda key: NAMES.get(key, Known())) == (told,)
