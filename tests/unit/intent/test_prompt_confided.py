"""A plan that was for the local model tells a cloud of none of its targets, whatever is asked next."""

import pytest

from bot.domain.intents import Intent, ParseContext, Wish
from bot.domain.inventory import Inventory
from bot.domain.usage import Tier
from bot.intent.model.confiding import told
from tests.unit.intent.prompts import WIDE, asked

HOST, SERVICE = "node17-3", "payroll"
WISH = Wish(action="service.restart", params={"service": SERVICE, "hosts": [HOST]})
LAST = ParseContext(
    hosts=(HOST,), service=SERVICE, action="service.restart",
    request=f"restart {SERVICE} on {HOST}", again=Intent(wishes=(WISH,)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "reader", "known"),
    [
        (Tier.LOCAL, Tier.CLOUD_FAST, False),
        (Tier.LOCAL, None, False),
        ("rules", Tier.LOCAL, False),
        (Tier.LOCAL, Tier.LOCAL, True),
        (None, Tier.CLOUD_FAST, True),
        (Tier.CLOUD_FAST, Tier.CLOUD_HEAVY, True),
    ],
)
def test_names_that_only_the_last_plan_spoke_of_are_for_those_who_may_know_it(
    wanted, reader, known
):
    """Among hundreds of hosts those of the thread come first, and its service is the only unit."""
    context = told(LAST.model_copy(update={"wanted": wanted}), reader)
    wide = Inventory(hosts=WIDE.hosts, services=(), version="wide, no services")
    fitted = asked("wie geht es allen?", context, wide, units=(SERVICE, "nginx")).fitted
    assert (HOST in fitted, SERVICE in fitted) == (known, known)
