"""Hosts from Ansible (three forms) and ssh_config: nothing guessed, nothing dropped silently.

site.json and site.yaml are what ansible-core 2.19 printed for site.ini with a group_vars/db.yml
beside it (templates, a vault value): `ansible-inventory -i site.ini --list [--yaml]`.
"""

from pathlib import Path

import pytest
from asyncssh.config import SSHClientConfig

from bot.adapters.files.ansible import read_ansible
from bot.adapters.files.imported import Imported, around, kept_beside, save
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.ssh_config import read_ssh_config
from bot.adapters.files.ssh_options import _REASONS, HONOURED, OF_NO_MATTER
from bot.domain.inventory import Connection, ConnectionKind, Host, SudoMode
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


# -- ssh_config ----------------------------------------------------------------------------------


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


def test_a_host_that_could_never_be_reached_is_skipped_with_the_reason(tmp_path):
    path = tmp_path / "hosts.ini"
    path.write_text("a ansible_host=-oProxyCommand=x\nb ansible_host=192.0.2.1\n")
    found = read_ansible(path)
    assert [h.name for h in found.hosts] == ["b"]
    assert "address can't be" in reasons(found.skipped, "a")


# -- what becomes of it ----------------------------------------------------------------------------


def test_importing_again_replaces(tmp_path):
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text("hosts: {old: {}}\n")
    save(inventory, Imported("hosts.ini", hosts=[Host(name="a"), Host(name="b")]))
    assert around(inventory, "hosts.ini").before == {"a", "b"}
    save(inventory, Imported("hosts.ini", hosts=[Host(name="b"), Host(name="c")]))
    save(inventory, Imported("other", hosts=[Host(name="d")]))
    assert load_inventory(inventory).names() == ("b", "c", "d", "old")


@pytest.mark.parametrize("before", [[], [Host(name="a")]])
def test_an_import_that_does_not_fit_leaves_everything_as_it_was(tmp_path, before):
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text("hosts: {old: {groups: [web]}}\n")
    if before:
        save(inventory, Imported("x", hosts=before))
    files = {path: path.read_text() for path in tmp_path.rglob("*.yaml")}
    with pytest.raises(ConfigError, match="a host and a group"):
        save(inventory, Imported("x", hosts=[Host(name="web")]))
    assert {path: path.read_text() for path in tmp_path.rglob("*.yaml")} == files


SITE = """[web]
web-3 ansible_host=192.0.2.3 ansible_port=2222 ansible_user=ops ansible_ssh_private_key_file=~/k
"""
OVERRIDE = "hosts:\n  web-3: {environment: staging, connection: {user: me}}\n"
BARE = "hosts: {}\n"


def imported_from(tmp_path, inventory):
    """As `hosts import site.ini` does it."""
    source = tmp_path / "site.ini"
    source.write_text(SITE)
    there = around(inventory, source.name)
    found = read_ansible(source, known=there.other)
    found.settle_groups(there.names, there.groups)
    save(inventory, found, broken=there.broken is not None)
    return found, there


@pytest.mark.parametrize(
    "order", [("write", "import"), ("import", "write"), ("import", "write", "import"),
              ("write", "import", "import"), ("import", "write", "import", "import")],
)  # fmt: skip
def test_what_ones_own_file_says_wins_by_field_in_any_order(tmp_path, order):
    """An import never costs a host its address because inventory.yaml says something of it."""
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(BARE)
    for act in order:
        if act == "write":
            inventory.write_text(OVERRIDE)
        else:
            found, _ = imported_from(tmp_path, inventory)
            assert [host.name for host in found.hosts] == ["web-3"]
    (host,) = load_inventory(inventory).hosts
    there = host.connection
    assert (host.environment, there.user) == ("staging", "me")
    assert host.groups == ("web",)
    assert (there.address, there.port, there.identity_file) == ("192.0.2.3", 2222, "~/k")
    assert around(inventory, "site.ini").own_words("web-3") == ("environment", "user")
    inventory.write_text(BARE)
    (host,) = load_inventory(inventory).hosts
    assert (host.environment, host.connection.user) == ("production", "ops")


def test_groups_may_be_said_to_be_none(tmp_path):
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text("hosts: {web-3: {groups: []}}\n")
    imported_from(tmp_path, inventory)
    assert load_inventory(inventory).hosts[0].groups == ()


def test_the_example_in_an_imported_file_is_one(tmp_path):
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(BARE)
    imported_from(tmp_path, inventory)
    comment = [line for line in save(inventory, imported_from(tmp_path, inventory)[0]).read_text()
               .splitlines() if line.startswith("#")]  # fmt: skip
    inventory.write_text(comment[-1].removeprefix("#   "))
    (host,) = load_inventory(inventory).hosts
    assert (host.environment, host.connection.user) == ("staging", "ops")
    assert (host.connection.address, host.groups) == ("192.0.2.3", ("web",))


def test_a_host_of_two_imports_stays_with_the_first_whoever_amends_it(tmp_path):
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(OVERRIDE)
    save(inventory, Imported("first", hosts=[Host(name="web-3")]))
    found, _ = imported_from(tmp_path, inventory)
    assert "already" in reasons(found.skipped, "web-3")
    (inventory.parent / "inventory.d" / "x.yaml").write_text("hosts: {web-3: {}}\n")
    with pytest.raises(ConfigError, match=r"x.yaml:1: web-3 is in .*first.yaml:\d+ already"):
        load_inventory(inventory)


@pytest.mark.parametrize("text", ["hosts: {\n", "hosts: {web-3: {enviroment: x}}\n"])
def test_a_broken_imported_file_is_written_anew_and_kept_beside(tmp_path, text):
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(BARE)
    imported_from(tmp_path, inventory)
    target = tmp_path / "inventory.d" / "site-ini.yaml"
    target.write_text(text)
    _, there = imported_from(tmp_path, inventory)
    assert "site-ini.yaml" in str(there.broken)
    assert kept_beside(target).read_text() == text
    assert load_inventory(inventory).names() == ("web-3",)
    (tmp_path / "inventory.d" / "other.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"other\.yaml"):
        imported_from(tmp_path, inventory)
