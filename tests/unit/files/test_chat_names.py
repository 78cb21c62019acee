"""What `chat.channels` names must exist, and must bind somebody."""

import pytest

from bot.adapters.files.first_start import prepare
from bot.app import load_world
from bot.errors import ConfigError
from bot.settings import Home
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

HOSTS = "hosts:\n  db-1: {}\n  web-1: {environment: staging}\n"
CHANNEL = "chat:\n  channels:\n    {}:\n      environments: [{}]\n"


@pytest.fixture(scope="module")
def catalog():
    return Catalog(load())


@pytest.fixture
def home(tmp_path):
    made = Home(path=tmp_path / "home")
    prepare(made)
    made.inventory.write_text(HOSTS)
    return made


@pytest.mark.parametrize("name", ["staging", "production", "Prod"])
def test_an_environment_that_a_host_has_binds_a_channel(home, catalog, name):
    home.settings.write_text(CHANNEL.format("slack:C1", name))
    assert load_world(home, catalog).settings.chat.channels["slack:C1"].environments


@pytest.mark.parametrize(
    ("place", "name", "says"),
    [
        ("slack:C1", "stagging", r"no environment 'stagging'"),
        ("slack:C1", "producton", r"looks like production"),
        ("C1", "staging", r"slack:C024BE91L or discord:1234567890"),
    ],
)
def test_what_binds_nothing_is_refused_with_its_line(home, catalog, place, name, says):
    home.settings.write_text(CHANNEL.format(place, name))
    with pytest.raises(ConfigError) as raised:
        load_world(home, catalog)
    assert raised.value.line in (3, 4, 5)
    assert says in str(raised.value)


def test_policies_that_look_at_no_channel_are_refused_where_one_is_bound(home, catalog):
    text = home.policies.read_text()
    start = text.index('@id("channel-environment")')
    home.policies.write_text(text[:start] + text[text.index('@id("busy")') :])
    assert load_world(home, catalog)
    home.settings.write_text(CHANNEL.format("slack:C1", "staging"))
    with pytest.raises(ConfigError, match="would bind nobody"):
        load_world(home, catalog)
