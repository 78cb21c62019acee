"""Hosts from ssh_config: what it says and gets, and what it says and does not get."""

import pytest
from asyncssh.config import SSHClientConfig

from bot.adapters.files.ssh_config import read_ssh_config
from bot.adapters.files.ssh_options import _REASONS, HONOURED, OF_NO_MATTER
from bot.domain.inventory import Connection
from bot.errors import ConfigError


def reasons(pairs, name):
    return " | ".join(why for who, why in pairs if who == name)


def test_ssh_config(tmp_path):
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "b").write_text("Host db-1\n  User ops\n")
    (tmp_path / "conf.d" / "a").write_text("host=cache-1\n")
    path = tmp_path / "config"
    path.write_text(
        "# mine\nInclude conf.d/*\ninclude nothing/*\nHost web-1 web-2 web-1\n\tHostName 192.0.2.1\n"
        'Host *.lan !bad.lan\n  User x\nMatch host web-1 exec "test -f /x"\n  User y\n'
        'Host "quoted" ümlaut\nHost github.com\n  User git\nHost *\n  ServerAliveInterval 5\n'
    )
    found = read_ssh_config(path, known={"web-2"})
    assert [h.name for h in found.hosts] == ["cache-1", "db-1", "web-1", "quoted"]
    assert {h.connection for h in found.hosts} == {Connection()}
    assert {name for name, _ in found.skipped} == {
        "web-2",
        "*.lan",
        "!bad.lan",
        "ümlaut",
        "github.com",
    }
    assert {name for name, _ in found.unhonoured} == {
        "Include nothing/*", "Match host web-1 exec test -f /x",
    }  # fmt: skip


def test_what_an_ssh_config_wants_and_does_not_get_is_named_with_the_host(tmp_path):
    path = tmp_path / "config"
    path.write_text(
        "ForwardAgent yes\nHost weird odd\n  ProxyCommand nc %h %p\n  StrictHostKeyChecking no\n"
        "  UserKnownHostsFile /dev/null\n  LocalForward 1 a:1\n  RemoteCommand tmux\n"
        "Host *.lan\n  ConnectTimeout 3\nHost *\n  NoSuchThing secret-value\n"
    )
    found = read_ssh_config(path)
    assert [h.name for h in found.hosts] == ["weird", "odd"]
    for name in ("weird", "odd"):
        said = [why for host, why in found.unhonoured if host == name]
        assert [why.partition(":")[0] for why in said] == [
            "ProxyCommand", "StrictHostKeyChecking no", "UserKnownHostsFile", "LocalForward",
            "RemoteCommand",
        ]  # fmt: skip
    assert "ConnectTimeout" in reasons(found.unhonoured, "*.lan")
    everywhere = [why for host, why in found.unhonoured if host == "every host"]
    assert everywhere[0].startswith("ForwardAgent")
    assert everywhere[1] == "nosuchthing: it has no counterpart here"
    assert "secret-value" not in repr(found)


def test_what_an_ssh_config_says_and_gets_is_not_named(tmp_path):
    path = tmp_path / "config"
    path.write_text(
        "Host a\n  HostName 192.0.2.1\n  Port 2222\n  User ops\n  IdentityFile ~/.ssh/k\n"
        "  IdentitiesOnly yes\n  ProxyJump b\n  ServerAliveInterval 5\n  ControlMaster auto\n"
        "  StrictHostKeyChecking yes\n  ForwardAgent no\n  ProxyCommand none\n  LogLevel ERROR\n"
    )
    assert read_ssh_config(path).unhonoured == []


@pytest.mark.parametrize("value", ["no", "off", "accept-new", "No"])
def test_no_host_key_goes_unchecked_whatever_an_ssh_config_says(tmp_path, value):
    path = tmp_path / "config"
    path.write_text(f"Host a\n  StrictHostKeyChecking {value}\n")
    assert "hosts trust" in reasons(read_ssh_config(path).unhonoured, "a")


def test_every_keyword_that_connections_read_has_been_thought_of():
    keywords = set(SSHClientConfig._handlers) - {"host", "match", "include"}
    assert keywords <= HONOURED | OF_NO_MATTER | set(_REASONS)


def test_a_file_that_includes_itself_ends(tmp_path):
    path = tmp_path / "config"
    path.write_text(f"Include {path}\nHost a\n")
    found = read_ssh_config(path)
    assert [h.name for h in found.hosts] == ["a"]
    assert "too many" in reasons(found.unhonoured, f"Include {path}")


def test_an_open_quote_is_named(tmp_path):
    path = tmp_path / "config"
    path.write_text('Host a\nHost "b\n')
    with pytest.raises(ConfigError, match=r"config:2: .*Close the quote"):
        read_ssh_config(path)
