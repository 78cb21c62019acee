"""Hosts from Ansible (three forms) and ssh_config: nothing guessed, nothing dropped silently.

site.json and site.yaml are what ansible-core 2.19 printed for site.ini with a group_vars/db.yml
beside it (templates, a vault value): `ansible-inventory -i site.ini --list [--yaml]`.
"""

from pathlib import Path

import pytest

from bot.adapters.files.ansible import read_ansible
from bot.domain.inventory import Connection, ConnectionKind, SudoMode
from bot.errors import ConfigError

HERE = Path(__file__).parent


def reasons(pairs, name):
    return " | ".join(why for who, why in pairs if who == name)


def ansible(tmp_path, text, name="hosts"):
    path = tmp_path / name
    path.write_text(text)
    return read_ansible(path)


@pytest.mark.parametrize("form", ["site.ini", "site.json", "site.yaml"])
def test_the_three_forms_give_the_same_hosts(form):
    found = read_ansible(HERE / form)
    hosts = {host.name: host for host in found.hosts}
    assert {"web-x", "web01.lan", "web02.lan", "web03.lan", "mail.example.com"} <= set(hosts)
    web = hosts["web01.lan"]
    assert (web.groups, web.environment) == (("web",), "production")
    assert web.connection == Connection(
        user="deploy", identity_file="~/.ssh/ops", proxy_jump="bastion.lan"
    )
    assert hosts["web-x"].connection.address == "192.0.2.13"
    assert hosts["web-x"].connection.port == 2222
    mail = hosts["mail.example.com"]
    assert (mail.groups, mail.environment) == ((), "production")
    assert "winrm" in reasons(found.skipped, "win1")
    assert "http_port" in reasons(found.unhonoured, "web01.lan")
    assert "motd" in reasons(found.unhonoured, "web-x")
    named = {name for name, _ in found.skipped} | set(hosts)
    assert named == {
        "web-x",
        "web01.lan",
        "web02.lan",
        "web03.lan",
        "mail.example.com",
        "db-a",
        "db-b",
        "win1",
    }


def test_a_template_skips_its_host_and_says_so():
    for form in ("site.json", "site.yaml"):
        found = read_ansible(HERE / form)
        assert "ansible_user is a template" in reasons(found.skipped, "db-a")


def test_ini_honours_become_and_asks_for_its_password():
    found = read_ansible(HERE / "site.ini")
    db = next(host for host in found.hosts if host.name == "db-b")
    assert db.connection.sudo is SudoMode.PASSWORD
    assert db.connection.sudo_password == "store:db-b-sudo"
    assert "secret set db-b-sudo" in reasons(found.unhonoured, "db-b")


@pytest.mark.parametrize("form", ["site.ini", "site.json", "site.yaml"])
def test_no_secret_is_taken_along(form):
    found = read_ansible(HERE / form)
    assert "hunter2" not in repr(found)
    assert "ANSIBLE_VAULT" not in repr(found)


def test_variables_beside_the_file_are_named(tmp_path):
    (tmp_path / "group_vars").mkdir()
    found = ansible(tmp_path, "web-1\n")
    assert "--list" in reasons(found.unhonoured, "group_vars/")


YAML = """
all:
  vars: {ansible_user: ops}
  hosts:
    edge-1: {ansible_port: 2200}
  children:
    staging:
      children:
        web:
          vars: {ansible_user: deploy}
          hosts:
            web-[1:2]:
            web-3: {ansible_user: root}
    qa: {hosts: {web-3: }}
    prod:
      hosts:
        web-3:
        db-1:
          ansible_password: !vault |
            $ANSIBLE_VAULT;1.1
            00
"""


def test_yaml_inherits_as_ansible_does(tmp_path):
    found = ansible(tmp_path, YAML, "inventory")
    hosts = {host.name: host for host in found.hosts}
    assert {n: h.connection.user for n, h in hosts.items()} == {
        "edge-1": "ops", "web-1": "deploy", "web-2": "deploy", "web-3": "root", "db-1": "ops",
    }  # fmt: skip
    assert hosts["web-1"].environment == "staging"
    assert hosts["web-1"].groups == ("web",)
    assert hosts["web-3"].connection.sudo is SudoMode.ROOT
    assert hosts["web-3"].environment == "production"
    assert "several environments" in reasons(found.unhonoured, "web-3")
    assert hosts["db-1"].connection.password == "store:db-1-password"
    assert hosts["edge-1"].connection.port == 2200


def test_the_nearer_group_wins(tmp_path):
    found = ansible(
        tmp_path,
        "[site:children]\nweb\n[site:vars]\nansible_user=far\n[web]\na\n[web:vars]\nansible_user=near\n"
        "[all:vars]\nansible_port=2022\nansible_user=farthest\n",
    )
    (host,) = found.hosts
    assert (host.connection.user, host.connection.port) == ("near", 2022)
    assert host.groups == ("web", "site")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("web[08:10]", ["web08", "web09", "web10"]),
        ("db-[a:c].lan", ["db-a.lan", "db-b.lan", "db-c.lan"]),
        ("r[1:2]n[1:5:2]", ["r1n1", "r1n3", "r1n5", "r2n1", "r2n3", "r2n5"]),
        ("plain", ["plain"]),
    ],
)
def test_ranges(tmp_path, pattern, names):
    assert [host.name for host in ansible(tmp_path, f"[x]\n{pattern}\n").hosts] == sorted(names)


def test_a_port_behind_the_name(tmp_path):
    found = ansible(tmp_path, "a:2222\nb[1:2]:2022\n")
    assert {h.name: h.connection.port for h in found.hosts} == {"a": 2222, "b1": 2022, "b2": 2022}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[web]\nweb-1 oops\n", 2, "name=value pairs"),
        ("[web]\nweb-1 a='b\n", 2, "No closing quotation"),
        ("[web:vars]\nuser\n", 2, "name=value"),
        ("[web:child]\nx\n", 1, "neither :children nor :vars"),
        ("[web]\nweb[1:99999999]\n", 2, "10000"),
        ("[web]\nweb[5:1]\n", 2, "10000"),
        ("[web]\na[1:200]b[1:200]\n", 2, "more than 10000"),
    ],
)
def test_a_broken_ini_names_its_line(tmp_path, text, line, said):
    with pytest.raises(ConfigError, match=said) as caught:
        ansible(tmp_path, text)
    assert caught.value.line == line
    assert "ansible-inventory" in caught.value.cure


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.yaml", "all:\n  hosts: [a, b]\n", "all.hosts must be a mapping"),
        ("x.yaml", "all:\n  host: {a: }\n", "knows hosts, children and vars"),
        ("x.yaml", "all: &all\n  children:\n    web: *all\n", "inside themselves"),
        ("x.yaml", "- a\n", "The file must be a mapping"),
        ("x.yaml", "all:\n  hosts:\n   a: {\n", "no valid YAML"),
        ("x.json", '{"a": {}}', "_meta.hostvars"),
        ("x.json", '{"a": ', "x.json:1: It begins like .* no JSON: Expecting value"),
        (
            "x.yml",
            "{all: {hosts: {a: {}}}\n",
            "x.yml:2: This is no valid YAML: expected ',' or '}'",
        ),
        ("x.sh", "#!/bin/sh\necho\n", "This is a program"),
    ],
)
def test_what_is_no_inventory_is_named(tmp_path, name, text, said):
    with pytest.raises(ConfigError, match=said):
        ansible(tmp_path, text, name)


def test_what_has_no_counterpart_is_named(tmp_path):
    found = ansible(
        tmp_path,
        "a ansible_become=false ansible_become_method=doas ansible_become_user=app "
        "ansible_python_interpreter=/usr/bin/python3 ansible_host_key_checking=false "
        "ansible_ssh_common_args='-o ProxyCommand=nc'\n"
        "here ansible_connection=local\n"
        "bad_port ansible_port=ssh\nlxc-1 ansible_connection=lxc\nall ansible_host=x\nwörld\n",
    )
    said = reasons(found.unhonoured, "a")
    for part in ("become is false", "become_method", "become_user", "python_interpreter",
                 "host keys are always checked", "ansible_ssh_common_args"):  # fmt: skip
        assert part in said
    assert [h.name for h in found.hosts] == ["a", "here"]
    assert found.hosts[1].connection.kind is ConnectionKind.LOCAL
    assert {name for name, _ in found.skipped} == {"bad_port", "lxc-1", "all", "wörld"}


def test_an_odd_letter_in_a_name_is_pointed_out(tmp_path):
    found = ansible(tmp_path, "wеb-9\n[dаtabase]\nok\n")
    assert "it holds U+0435, CYRILLIC SMALL LETTER IE" in reasons(found.skipped, "wеb-9")
    assert "it holds U+0430, CYRILLIC SMALL LETTER A" in reasons(found.unhonoured, "ok")


def test_yaml_may_be_written_in_braces(tmp_path):
    assert [h.name for h in ansible(tmp_path, "{all: {hosts: {a: {}}}}\n", "x.yml").hosts] == ["a"]
    listed = '{"_meta": {"hostvars": {"a": {}}}}'
    assert [h.name for h in ansible(tmp_path, listed, "x.yml").hosts] == ["a"]


def test_a_word_means_one_thing(tmp_path):
    found = ansible(tmp_path, "[db]\nweb\n[web]\ndb-1\n[cache]\nlonely\n")
    found.settle_groups(known={"cache"}, known_groups={"lonely"})
    assert {h.name: h.groups for h in found.hosts} == {"web": ("db",), "db-1": ()}
    assert {name for name, _ in found.unhonoured} == {"web", "cache"}
    assert "group" in reasons(found.skipped, "lonely")


def test_known_hosts_are_not_taken_twice(tmp_path):
    path = tmp_path / "hosts"
    path.write_text("a\nb\n")
    found = read_ansible(path, known={"a"})
    assert [h.name for h in found.hosts] == ["b"]
    assert "already" in reasons(found.skipped, "a")


def test_a_host_that_could_never_be_reached_is_skipped_with_the_reason(tmp_path):
    path = tmp_path / "hosts.ini"
    path.write_text("a ansible_host=-oProxyCommand=x\nb ansible_host=192.0.2.1\n")
    found = read_ansible(path)
    assert [h.name for h in found.hosts] == ["b"]
    assert "address can't be" in reasons(found.skipped, "a")
