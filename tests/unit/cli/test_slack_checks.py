"""`./overseer check slack` in a terminal: one line for each thing, its cure under it."""

import pytest

from bot.cli.slack_checks import check_slack
from bot.domain.messages import People
from bot.errors import SecretError
from bot.settings import Home, Settings


class Nothing:
    async def resolve(self, ref):
        raise SecretError(f"The secret {ref.reference} is not set.", cure="./overseer secret set x")


@pytest.mark.parametrize("enabled", [False, True])
def test_what_is_wrong_is_printed_with_its_cure(tmp_path, capsys, enabled):
    settings = Settings.model_validate({"slack": {"enabled": enabled}})
    well = check_slack(Home(path=tmp_path), settings, People(), Nothing())
    said = capsys.readouterr().out
    assert well is not enabled
    if enabled:
        assert "✗ slack bot token" in said
        assert "The secret store:slack-bot is not set." in said
        assert said.splitlines()[1].strip() == "./overseer secret set x"
    else:
        assert "slack: {enabled: true}" in said
