"""What `autonomy` names must exist, or a misspelt group would loosen a level without a word."""

import pytest

from bot.adapters.files.first_start import prepare
from bot.app import load_world
from bot.errors import ConfigError
from bot.settings import Home
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

INVENTORY = """
hosts:
  db-1: {groups: [databases]}
  web-1: {groups: [web], environment: staging}
services: [nginx, ssh]
"""
GROUPS = "autonomy:\n  groups:\n    {}: cautious\n"
LISTED = "autonomy:\n  pre_approved:\n    - action: service.reload\n    - {}\n"


@pytest.fixture(scope="module")
def catalog():
    return Catalog(load())


def world(tmp_path, catalog, settings, inventory=INVENTORY):
    home = Home(path=tmp_path / "home")
    prepare(home)
    home.inventory.write_text(inventory)
    home.settings.write_text(settings)
    return load_world(home, catalog)


@pytest.mark.parametrize("name", ["databases", "web", "staging", "production", "all"])
def test_a_group_an_environment_and_all_have_a_level(tmp_path, catalog, name):
    assert world(tmp_path, catalog, GROUPS.format(name)).settings.autonomy.groups


@pytest.mark.parametrize(
    ("text", "line", "said", "cure"),
    [
        (GROUPS.format("databses"), 3, "no group 'databses'", "Did you mean databases?"),
        (GROUPS.format("Prod"), 3, "no group 'Prod'", "production"),
        (GROUPS.format("web-1"), 3, "no group 'web-1'", "web"),
        (LISTED.format("action: service.relaod"), 4, "no action 'service.relaod'", "service.reload"),
        (LISTED.format("action: service.reboot"), 4, "no action 'service.reboot'", "service.restart"),
        (LISTED.format("{action: service.stop, groups: [wbe]}"), 4, "no group 'wbe'", "web"),
        (LISTED.format("{action: service.stop, hosts: [web-2]}"), 4, "no host 'web-2'", "web-1"),
        (LISTED.format("{action: service.stop, services: [ngnix]}"), 4, "no service 'ngnix'", "nginx"),
        (LISTED.format("{action: service.stop, services: ['a;b']}"), 4, "a service's name", "without"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_refused_with_the_nearest(
    tmp_path, catalog, text, line, said, cure
):
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, catalog, text)
    assert (caught.value.line, caught.value.path.endswith("overseer.yaml")) == (line, True)
    assert said in caught.value.sentence
    assert cure in caught.value.cure


def test_a_service_may_be_spelt_otherwise_and_without_a_list_any_unit_will_do(tmp_path, catalog):
    text = LISTED.format("{action: service.stop, services: [sshd, nginx.service]}")
    assert world(tmp_path, catalog, text)
    text = LISTED.format("{action: service.stop, services: [whatever]}")
    assert world(tmp_path, catalog, text, "hosts: {}\n")
