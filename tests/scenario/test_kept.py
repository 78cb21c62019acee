"""What stages share is what no test changes, and nothing that only looks the same."""

from bot.settings import Home
from tests.own_skill import write_skill
from tests.scenario.kept import furnish
from tests.scenario.stage import Stage


async def test_each_has_a_gate_of_its_own_over_the_policies_of_all(tmp_path):
    async with Stage(tmp_path / "one") as one, Stage(tmp_path / "other") as other:
        gates = [stage.app.world.gate for stage in (one, other)]
        gates[0].judge = None
        assert gates[1].judge is not None
        assert gates[0]._bench.policies is gates[1]._bench.policies


async def test_what_lies_beside_the_same_file_is_read(tmp_path):
    """An import beside the inventory, and a skill of one's own beside the same settings."""
    async with Stage(tmp_path / "one"):
        pass
    stage = Stage(tmp_path / "other")
    (stage.home.path / "inventory.d").mkdir()
    (stage.home.path / "inventory.d" / "more.yaml").write_text("hosts: {app-7: {}}")
    write_skill(stage.home.skills)
    async with stage:
        assert "app-7" in stage.app.world.inventory.names()
        assert set(stage.app.catalog.skills) > set(stage.app.world.settings.skills)


def test_a_home_that_exists_is_only_completed(tmp_path):
    home = Home(path=tmp_path / "home")
    furnish(home)
    home.settings.write_text("# mine")
    home.people.unlink()
    furnish(home)
    assert home.settings.read_text() == "# mine"
    assert home.people.exists()
