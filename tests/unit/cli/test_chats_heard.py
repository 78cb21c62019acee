"""`./overseer check slack` beside an Overseer that runs: whether that one listens there."""

import pytest

from bot.adapters.terminal import client
from bot.cli.chat_checks import heard
from bot.errors import NotAllowedError
from bot.ports import Status
from bot.ports.surfaces import NOT_YET
from bot.settings import Home


class Link:
    def __init__(self, *chats, error=None):
        self._chats, self._error, self.closed = chats, error, False

    def status(self):
        if self._error is not None:
            raise self._error
        return Status("1", "rules", "", "", "", frozen=False, chats=self._chats)

    def close(self):
        self.closed = True


@pytest.mark.parametrize(
    ("link", "well"),
    [
        (None, True),
        (Link("slack on"), True),
        (Link("slack can't hear: why"), True),
        (Link(error=NotAllowedError("I don't know you.")), True),
        (Link(), False),
        (Link("discord on"), False),
        (Link(f"slack {NOT_YET}"), False),
    ],
)
def test_it_says_where_the_running_one_does_not_listen_yet(
    link, well, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(client, "connect", lambda home: link)
    assert heard(Home(path=tmp_path), "slack") is well
    said = capsys.readouterr().out
    assert ("The running Overseer doesn't listen there yet." in said) is not well
    assert ("start it anew" in said) is not well
    assert link is None or link.closed


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_each_check_asks(platform, tmp_path, monkeypatch):
    from bot.cli import chat_checks, discord_checks, slack_checks
    from bot.domain.messages import People
    from bot.settings import Settings

    asked = []
    monkeypatch.setattr(chat_checks, "tell", lambda name, checks: True)
    monkeypatch.setattr(chat_checks, "heard", lambda home, name: asked.append(name))
    check = {"slack": slack_checks.check_slack, "discord": discord_checks.check_discord}[platform]
    settings = Settings.model_validate({platform: {"enabled": True}})
    assert not check(Home(path=tmp_path), settings, People())
    assert asked == [platform]
