"""Guards compare names, so one thing has one name and what only looks like it is refused."""

import pytest

from bot.domain.inventory import Host
from bot.domain.naming import TWINS, MisnamedError, environment_name, group_name, service_name


@pytest.mark.parametrize(
    "said", ["production", "Production", "PRODUCTION", "prod", "Prod", "PRD", "live", "Live", " prod ", ""]
)  # fmt: skip
def test_every_word_for_production_is_production(said):
    assert environment_name(said) == "production"
    assert Host(name="a", environment=said).is_production


@pytest.mark.parametrize(
    "said",
    ["producton", "prodution", "Produktion", "product", "prodd", "prod-eu", "eu-prod", "prod1", "live_2",
     "production-eu", "eu.production", "PROD-1", "prod-uction"],
)  # fmt: skip
def test_what_looks_like_production_is_refused_and_not_taken_for_something_harmless(said):
    with pytest.raises(MisnamedError, match="looks like production") as caught:
        environment_name(said)
    assert "environment: production" in caught.value.cure


@pytest.mark.parametrize(
    "said",
    ["staging", "test", "development", "lab", "research", "local", "office", "off", "bench", "qa", "demo",
     "preprod", "pre-prod", "pre-production", "non-production", "nonprod", "not-live", "project-x", "delivery"],
)  # fmt: skip
def test_other_environments_keep_their_names_in_lower_case(said):
    assert environment_name(said) == said
    assert environment_name(said.upper()) == said


@pytest.mark.parametrize(
    "said", ["рroduction", "prоd", "prod\u200b", "stag ing", "-x", "all", "a\nb", "x" * 64]
)
def test_an_environment_is_plain_ascii(said):
    with pytest.raises(MisnamedError, match="can't be an environment's name"):
        environment_name(said)


def test_the_odd_character_is_named():
    with pytest.raises(MisnamedError, match=r"U\+0435, CYRILLIC SMALL LETTER IE"):
        group_name("wеb")


@pytest.mark.parametrize("said", ["wеb", "", "-web", "a b", "all", "Everything", "overseer", "a;b"])
def test_a_group_is_plain_ascii_and_no_word_that_means_something_else(said):
    with pytest.raises(MisnamedError, match="can't be a group's name"):
        group_name(said)


@pytest.mark.parametrize(
    ("said", "name"),
    [("nginx", "nginx"), ("nginx.service", "nginx"), ("nginx.service.service", "nginx"),
     ("docker.socket", "docker.socket"), ("postgresql@15-main.service", "postgresql@15-main"),
     ("sshd.service", "ssh"), ("redis-server", "redis"), ("httpd", "apache2"), ("crond", "cron")],
)  # fmt: skip
def test_a_service_has_one_name_however_it_is_spelt(said, name):
    assert service_name(said) == name
    assert service_name(name) == name


def test_all_twins_are_one_service():
    for group in TWINS:
        assert {service_name(twin) for twin in group} == {group[0]}


@pytest.mark.parametrize(
    "said", ["", "-rf", ".service", "a b", "nginx; rm -rf /", "ngіnx", "a/b", "$(id)", "a\\x2d"]
)
def test_a_service_is_a_plain_name(said):
    with pytest.raises(MisnamedError, match="can't be a service's name"):
        service_name(said)
