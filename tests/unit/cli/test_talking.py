"""What `ask` turns away before it says anything to anybody."""

import pytest

from bot.cli.talking import ask
from bot.errors import RequestError
from bot.settings import Home


@pytest.mark.parametrize("tier", ["", "gold", "Rules"])
def test_a_tier_that_is_none_is_refused_and_the_tiers_are_named(tmp_path, tier):
    with pytest.raises(RequestError) as caught:
        ask(Home(path=tmp_path), "how is localhost?", tier=tier)
    assert caught.value.cure == "Tiers are local, cloud-fast, cloud-heavy and rules."
