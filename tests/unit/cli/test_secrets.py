"""A token in another's place is told of when it is set; it is neither kept nor sent to anybody."""

import io
import itertools

import pytest

from bot.adapters.files.first_start import prepare
from bot.cli import secrets
from bot.cli.secrets import set_secret
from bot.domain.token_kinds import TokenKind, kind_of
from bot.errors import RequestError
from bot.settings import Home

DISCORD = ".".join(("M" * 26, "Gxyz12", "a-_" * 12))
VALUES = {
    "slack-bot": ("xoxb-1-2-abc", TokenKind.SLACK_BOT),
    "slack-app": ("xapp-1-A1-2-abc", TokenKind.SLACK_APP),
    "slack-signing": ("0123456789abcdef" * 2, TokenKind.SLACK_SIGNING),
    "discord": (DISCORD, TokenKind.DISCORD),
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    made = Home(path=tmp_path)
    prepare(made)
    monkeypatch.setattr(secrets, "record", lambda *_, **__: None)
    return made


@pytest.fixture
def kept(home, monkeypatch):
    def keep(name, value):
        given = io.TextIOWrapper(io.BytesIO(value.encode()))
        monkeypatch.setattr("sys.stdin", given)
        set_secret(home, name)
        return (home.secrets / name).read_text()

    return keep


@pytest.mark.parametrize("name", VALUES)
def test_the_right_one_is_kept_without_the_blanks_around_it(kept, name):
    value, kind = VALUES[name]
    assert kind_of(value) is kind
    assert kept(name, value) == kept(name, f"  {value} \n") == value
    if name == "discord":
        assert kept(name, f"Bot {value}") == value


@pytest.mark.parametrize(("name", "other"), list(itertools.permutations(VALUES, 2)))
def test_another_ones_says_what_it_is_and_what_was_expected(home, kept, name, other):
    value, kind = VALUES[other]
    with pytest.raises(RequestError) as told:
        kept(name, value)
    said = str(told.value)
    assert f"That is {kind}, and `{name}` is to hold {VALUES[name][1]}" in said
    assert "Nothing was kept" in said
    assert value not in said + told.value.cure
    assert not (home.secrets / name).exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("slack-bot", "xoxp-1-2"), ("slack-bot", "hunter2"), ("slack-app", "xoxe.xoxp-1"),
     ("discord", "sk-ant-api03-x"), ("slack-signing", "sk-x")],
)  # fmt: skip
def test_what_is_none_of_them_either(kept, name, value):
    with pytest.raises(RequestError, match="is to hold"):
        kept(name, value)


def test_the_settings_say_which_name_holds_what(home, kept, capsys):
    home.settings.write_text("slack: {bot_token: 'store:chat', app_token: 'env:APP'}\n")
    assert kept("chat", "xoxb-1") == "xoxb-1"
    with pytest.raises(RequestError, match="Slack's app-level token"):
        kept("chat", "xapp-1")
    assert capsys.readouterr().err == ""
    assert kept("slack-bot", "xapp-1") == "xapp-1"
    assert "That is Slack's app-level token" in capsys.readouterr().err


def test_settings_that_can_not_be_read_are_those_that_are_shipped(home, kept):
    home.settings.write_text("slack: [")
    with pytest.raises(RequestError, match="Slack's bot token"):
        kept("slack-app", "xoxb-1")
    assert kept("anything", " as it is ") == " as it is "


MODEL = "models: {tiers: [{tier: cloud-fast, provider: openai, model: m, key: 'store:model'}]}\n"


@pytest.mark.parametrize("value", ["sk-x", "0123456789abcdef" * 2, "Ab12" * 8, DISCORD])
def test_a_key_for_models_may_have_any_shape(home, kept, value):
    home.settings.write_text(MODEL)
    assert kept("model", value) == value


def test_a_token_of_a_chat_is_no_key_for_models(home, kept):
    home.settings.write_text(MODEL)
    with pytest.raises(RequestError, match="That is Slack's bot token") as told:
        kept("model", "xoxb-1-2-abc")
    assert told.value.cure == "Copy it from the pages of the provider of that model."
