"""The manifest that people paste asks for what the code uses, and for nothing else."""

import re
from pathlib import Path

import yaml

from bot.adapters.slack.checks import METHODS, SCOPES
from bot.adapters.slack.listening import COMMAND, EVENTS

ROOT = Path(__file__).resolve().parents[3]
MANIFEST = yaml.safe_load((ROOT / "config" / "slack-manifest.yaml").read_text())
SOURCES = {
    path.name: path.read_text() for path in sorted((ROOT / "bot/adapters/slack").glob("*.py"))
}
METHOD = re.compile(
    r'"((?:api|apps|auth|bots|chat|conversations|files|reactions|team|users|views)'
    r'\.[a-zA-Z.]+|reactions\.\{way\})"'
)


def called():
    found = set()
    for name, source in SOURCES.items():
        if name == "checks.py":
            source = re.sub(r"^METHODS.*?^}", "", source, flags=re.MULTILINE | re.DOTALL)
        found |= set(METHOD.findall(source))
    if "reactions.{way}" in found:
        found = found - {"reactions.{way}"} | {"reactions.add", "reactions.remove"}
    return found


def test_every_method_that_is_called_is_listed_with_its_rights():
    assert called() == set(METHODS)


def test_the_manifest_asks_for_exactly_the_rights_that_are_used():
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]
    kinds = ("channels", "groups", "im", "mpim")
    of_events = {"app_mentions:read", "reactions:read", *(f"{kind}:history" for kind in kinds)}
    used = {scope for scopes in METHODS.values() for scope in scopes} | of_events | {"commands"}
    assert asked == sorted(asked)
    assert set(asked) == used == set(SCOPES)


def test_the_manifest_subscribes_to_exactly_what_is_listened_to():
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == set(EVENTS)
    source = SOURCES["listening.py"]
    assert set(re.findall(r'app\.event\("(\w+)"\)', source)) == set(EVENTS)
    kinds = ("channels", "groups", "im", "mpim")
    assert {e for e in events if "." in e} == {f"message.{kind}" for kind in kinds}


def test_the_manifest_has_the_command_the_home_and_the_buttons():
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert MANIFEST["settings"]["socket_mode_enabled"] is True


def test_the_manifest_keeps_slacks_limits():
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
