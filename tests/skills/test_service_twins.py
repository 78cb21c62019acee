"""One service, several units: each spelling is one service for the gate, and one unit on a host."""

import pytest

from bot.domain.commands import CommandResult
from bot.errors import RequestError
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load
from skills.service.facts import unit

CATALOG = Catalog(load())


def found(service, *ids):
    blocks = "\n".join(f"Id={name}.service\nLoadState=loaded\nActiveState=active\n" for name in ids)
    said = CommandResult(exit_status=0, stdout=f"systemd=yes\nclock=9.0\n{blocks}")
    return unit(service).parse(said)


def test_what_was_said_is_kept_beside_the_service_s_one_name():
    params = CATALOG.params("service.stop", {"service": "redis-server", "hosts": ["web-1"]})
    assert (params.service, params.called) == ("redis", "redis-server")
    again = CATALOG.params("service.stop", params.model_dump(mode="json", exclude_none=True))
    assert again == params


def test_what_was_said_can_be_no_unit_of_another_service():
    given = {"service": "nginx", "said": "ssh", "hosts": ["web-1"]}
    with pytest.raises(RequestError, match="no unit of nginx"):
        CATALOG.params("service.stop", given)


def test_an_alias_of_systemd_s_own_is_no_second_unit():
    state = found("sshd", "ssh", "ssh")
    assert state.twins == ()
    assert state.called("sshd").unit == "ssh.service"


def test_what_a_step_does_to_one_unit_leaves_the_other_as_it_is():
    state = found("redis", "redis", "redis-server").called("redis-server").become("inactive")
    assert state.unit == "redis-server.service"
    assert state.called("redis").active == "active"
    assert state.called("redis-server").active == "inactive"
