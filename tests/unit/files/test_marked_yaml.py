"""Every complaint about a configuration file names file, line and cure."""

from pathlib import Path
from unittest import mock

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.files import marked_yaml
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.people_file import load_people
from bot.adapters.files.settings_file import load_settings
from bot.errors import ConfigError

LOADERS = {
    "inventory.yaml": load_inventory,
    "people.yaml": load_people,
    "overseer.yaml": load_settings,
}
PEOPLE = "people:\n  ana: {roles: [admin], identities: ['os:ana']}\n"

WRONG = [
    ("inventory.yaml", "hosts:\n  web-1: {}\n web-2: {}\n", 3, "no valid YAML", "indentation"),
    ("inventory.yaml", "hosts:\n\tweb-1: {}\n", 2, "no valid YAML", "indentation"),
    ("inventory.yaml", "hosts:\n  web-1: {groups: [web}\n", 2, "no valid YAML", "quotes"),
    ("inventory.yaml", "hosts:\n  a: {}\n  b: {}\n  a: {}\n", 4, "a stands here twice", "line 2"),
    ("inventory.yaml", "hosts:\n  a:\n    enviroment: x\n", 3, "not known here", "Did you mean environment?"),
    ("inventory.yaml", "hosts:\n  a:\n    connection:\n      adress: x\n", 4, "hosts.a.connection.adress", "Did you mean address?"),
    ("inventory.yaml", "hosts:\n  a: {zzz: 1}\n", 2, "not known here", "Known: groups, environment"),
    ("inventory.yaml", "hosts:\n  a:\n    groups: web\n", 3, "hosts.a.groups must be a list", "[a, b]"),
    ("inventory.yaml", "hosts:\n  a:\n    connection: {port: ssh}\n", 3, "hosts.a.connection.port", "whole number"),
    ("inventory.yaml", "hosts:\n  a:\n    connection: telnet\n", 3, "no such value", "'ssh' or 'local'"),
    ("inventory.yaml", "hosts:\n  a:\n    connection: {sudo: maybe}\n", 3, "no such value", "passwordless"),
    ("inventory.yaml", "hosts:\n  - a\n", 1, "hosts must be a mapping", "key: value"),
    ("inventory.yaml", "- a\n", 1, "The file must be a mapping", "key: value"),
    ("inventory.yaml", "hosts:\n  a: b\n", 2, "a must be a mapping", ""),
    ("inventory.yaml", "hosts:\n  ok: {}\n  -rf: {}\n", 3, "can't be a host's name", "letters, digits"),
    ("inventory.yaml", "hosts:\n  'web 1': {}\n", 2, "can't be a host's name", "letters, digits"),
    ("inventory.yaml", "hosts:\n  all: {}\n", 2, "can't be a host's name", ""),
    ("inventory.yaml", "hosts:\n  wеb: {}\n", 2, "can't be a host's name", "letters, digits"),
    ("inventory.yaml", "hosts:\n  web: {}\n  a: {groups: [web]}\n", 2, "a host and a group", "Rename"),
    ("inventory.yaml", "hosts: {}\nservices:\n  - {nginx: x}\n", 3, "just its name", "aliases"),
    ("inventory.yaml", "services:\n  nginx: {alias: [x]}\n", 2, "not known here", "Did you mean aliases?"),
    ("inventory.yaml", "hosts:\n  a:\n    environment: producton\n", 3, "looks like production", "environment: production"),
    ("inventory.yaml", "hosts:\n  a:\n    environment: prоd\n", 3, "U+043E", "letters, digits"),
    ("inventory.yaml", "hosts:\n  a:\n    groups: [web,\n      wеb]\n", 4, "can't be a group's name (it holds U+0435", "letters, digits"),
    ("inventory.yaml", "hosts:\n  a: {groups: [all]}\n", 2, "can't be a group's name", "letters, digits"),
    ("inventory.yaml", "hosts:\n  a:\n    connection:\n      sudo: password\n", 4, "no `sudo_password`", "secret set NAME"),
    ("inventory.yaml", "hosts:\n  a:\n    connection: {port: 0}\n", 3, "must be at least 1.", ""),
    ("inventory.yaml", "hosts:\n  a:\n    connection:\n      proxy_jump: -oProxyCommand=x\n", 4, "proxy_jump can't be", "[user@]host[:port]"),
    ("inventory.yaml", "hosts:\n  a:\n    connection:\n      address: a b\n", 4, "address can't be", "DNS name"),
    ("inventory.yaml", "hosts:\n  a:\n    connection:\n      user: -root\n", 4, "user can't be", "account"),
    ("inventory.yaml", "services:\n  - nginx\n  - nginx; rm -rf /\n", 3, "can't be a service's name", "without `.service`"),
    ("inventory.yaml", 'services:\n  nginx: {aliases: ["a\\u200b"]}\n', 2, "can't be an alias (it holds U+200B", "see and type"),
    ("inventory.yaml", "hosts: {web-1: {}}\nservices:\n  nginx:\n    hosts: [web-l]\n", 4, "no host here", "Did you mean web-1?"),
    ("people.yaml", "people:\n  ana:\n    timezone: Europe/Berlim\n", 3, "no time zone 'Europe/Berlim'", "Did you mean Europe/Berlin"),
    ("people.yaml", "people:\n  ana:\n    timezone: ../../etc/passwd\n", 3, "no time zone", "IANA"),
    ("overseer.yaml", "timezone: Mars/Olympus\n", 1, "no time zone 'Mars/Olympus'", ""),
    ("overseer.yaml", "web:\n  session_days: -3\n", 2, "must be at least 1.", ""),
    ("overseer.yaml", "web:\n  link_minutes: 0\n", 2, "must be at least 1.", ""),
    ("overseer.yaml", "run:\n  step_timeout: .inf\n", 2, "run.step_timeout", ""),
    ("overseer.yaml", "approval:\n  expiry_minutes: .nan\n", 2, "approval.expiry_minutes", ""),
    ("overseer.yaml", "approval:\n  votes: 0\n", 2, "must be at least 1.", ""),
    ("people.yaml", "people:\n  ana:\n    roles: [boss]\n", 3, "people.ana.roles.0", "'viewer', 'operator', 'approver' or 'admin'"),
    ("people.yaml", "people:\n  ana:\n    role: admin\n", 3, "not known here", "Did you mean roles?"),
    ("people.yaml", "people:\n  Ana: {}\n", 2, "can't be a person's name", "lower-case"),
    ("people.yaml", "people:\n  ana:\n    identities: [ana]\n", 3, "is no identity", "os:ana"),
    ("people.yaml", PEOPLE + "  ben:\n    roles: [viewer]\n    identities:\n      - os:ana\n", 5, "belongs to ana already", "remove it"),
    ("overseer.yaml", "web:\n  prot: 80\n", 2, "web.prot is not known", "Did you mean port?"),
    ("overseer.yaml", "web:\n  port: 70000\n", 2, "must be at most 65535.", ""),
    ("overseer.yaml", "web:\n  enabled: perhaps\n", 2, "web.enabled", "true or false"),
    ("overseer.yaml", "run:\n  on_failure: panic\n", 2, "no such value", "'rollback'"),
    ("overseer.yaml", "autonomy:\n  groups:\n    db: careful\n", 3, "autonomy.groups.db", "'cautious'"),
    ("overseer.yaml", "at: 2024-99-99\n", None, "no valid YAML", ""),
    ("overseer.yaml", "[" * 5000, None, "no valid YAML", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "said", "cure"), WRONG)
def test_what_is_wrong_is_named_with_file_line_and_cure(tmp_path, name, text, line, said, cure):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        LOADERS[name](path)
    error = caught.value
    assert said in error.sentence
    assert cure in error.cure
    assert error.line == line
    assert error.sentence.startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_text_that_is_no_utf8_is_named_with_its_line(tmp_path):
    path = tmp_path / "people.yaml"
    path.write_bytes(b"people:\n  ana:\n    display: J\xfcrgen\n")
    with pytest.raises(ConfigError, match=r"people.yaml:3: It is not UTF-8 text\. Save it"):
        load_people(path)


def test_a_folder_in_the_place_of_a_file_is_a_sentence(tmp_path):
    (tmp_path / "people.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"people.yaml: It can't be read: Is a directory\."):
        load_people(tmp_path / "people.yaml")


def test_a_host_that_two_imports_claim_is_named_in_both(tmp_path):
    path = tmp_path / "inventory.yaml"
    path.write_text("hosts:\n  db-1: {}\n")
    (tmp_path / "inventory.d").mkdir()
    (tmp_path / "inventory.d" / "a.yaml").write_text("hosts:\n  web-1: {}\n")
    (tmp_path / "inventory.d" / "b.yaml").write_text("# more\nhosts:\n  web-1: {}\n")
    with pytest.raises(ConfigError, match=r"b.yaml:3: web-1 is in .*a.yaml:2 already"):
        load_inventory(path)


def test_ones_own_file_amends_what_was_imported(tmp_path):
    path = tmp_path / "inventory.yaml"
    path.write_text("hosts:\n  web-1: {connection: {sudo: password, sudo_password: 'store:w'}}\n")
    (tmp_path / "inventory.d").mkdir()
    (tmp_path / "inventory.d" / "a.yaml").write_text(
        "hosts:\n  web-1: {groups: [web], environment: staging, connection: {address: 192.0.2.1}}\n"
    )
    host = load_inventory(path).hosts[0]
    assert (host.groups, host.environment) == (("web",), "staging")
    assert host.connection.address == "192.0.2.1"
    assert (host.connection.sudo, host.connection.sudo_password) == ("password", "store:w")


@pytest.mark.parametrize("key", ["password", "passphrase", "sudo_password"])
def test_a_secret_in_clear_is_refused_and_not_repeated(tmp_path, key):
    path = tmp_path / "inventory.yaml"
    path.write_text(f"hosts:\n  a:\n    connection:\n      {key}: hunter2\n")
    with pytest.raises(ConfigError, match=r"inventory.yaml:4: .* must be a reference") as caught:
        load_inventory(path)
    assert "hunter2" not in str(caught.value)
    assert "secret set" in caught.value.cure
    path.write_text(f"hosts:\n  a:\n    connection:\n      {key}: store:a\n")
    assert getattr(load_inventory(path).hosts[0].connection, key) == "store:a"


def test_names_that_yaml_takes_for_something_else_stay_names(tmp_path):
    path = tmp_path / "inventory.yaml"
    path.write_text(
        "hosts:\n  no: {}\n  007: {}\n  1e3: {}\n  12:30: {}\n".replace("  12:30: {}\n", "")
    )
    assert load_inventory(path).names() == ("007", "1e3", "no")
    people = tmp_path / "people.yaml"
    people.write_text("people:\n  on: {roles: [viewer]}\n")
    assert load_people(people).persons[0].name == "on"


def test_aliases_that_grow_without_end_are_read_quickly(tmp_path):
    path = tmp_path / "inventory.yaml"
    lines = ["x0: &x0 [a, a]"]
    lines += [f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]" for n in range(1, 40)]
    path.write_text("\n".join(lines) + "\nhosts: {web-1: {}}\n")
    assert load_inventory(path).names() == ("web-1",)


def test_shared_parts_may_be_written_once(tmp_path):
    path = tmp_path / "inventory.yaml"
    path.write_text(
        "base: &base {environment: staging, groups: [web]}\n"
        "hosts:\n  a: *base\n  b:\n    <<: *base\n    groups: [db]\n"
    )
    a, b = load_inventory(path).hosts
    assert (a.groups, b.groups, b.environment) == (("web",), ("db",), "staging")


@pytest.mark.parametrize("text", ["", "\n\n# nothing\n", "hosts:\n", "---\n"])
def test_an_empty_file_is_a_valid_one(tmp_path, text):
    path = tmp_path / "inventory.yaml"
    path.write_text(text)
    assert load_inventory(path).hosts == ()
    assert load_people(tmp_path / "missing.yaml").persons == ()


def test_a_file_is_parsed_once_for_its_lines_and_what_it_says(monkeypatch):
    """Of a thousand hosts each time took a quarter of a second."""
    parsings = []

    def counted(loader):
        class Counted(loader):
            def __init__(self, text):
                parsings.append(text)
                super().__init__(text)

        return Counted

    for name in ("_Loader", "_QuickLoader"):
        monkeypatch.setattr(marked_yaml, name, counted(getattr(marked_yaml, name)))
    monkeypatch.setattr(yaml, "compose", None)
    text = "a: &x {b: 1, no: [2]}\nc: {<<: *x, d: 3}\n"
    found = marked_yaml.parsed(text, "some.yaml")
    assert found.data == {"a": {"b": 1, "no": [2]}, "c": {"b": 1, "no": [2], "d": 3}}
    assert found.lines["c", "d"] == 2
    assert parsings == [text]


SHIPPED = [
    Path(__file__).parents[3].joinpath("config", name).read_text("utf-8")
    for name in ("overseer.yaml", "policy-tests.yaml")
]


@given(st.sampled_from(SHIPPED), st.data())
@settings(max_examples=60, deadline=None)
def test_read_quickly_or_with_care_a_text_says_the_same_on_the_same_lines(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    text = text[start : start + 400]
    at = data.draw(st.integers(0, len(text)))
    odd = data.draw(st.text("ab:- \n\t{}[],'\"#&*!|>%@`?\x00\ufeff\u2028é0\\", max_size=3))
    text = text[:at] + odd + text[at:]
    with mock.patch.object(marked_yaml, "_is_plain", return_value=False):
        with_care = outcome(text)
    assert outcome(text) == with_care


@pytest.mark.parametrize(
    "text", ["a: !", "a: >#x", "a: |#\n", "a: {b?c: 1}", "[a?-b]", "a: \u2028b", "a: b\ufeff"]
)
def test_what_is_odd_is_taken_as_with_care(text):
    with mock.patch.object(marked_yaml, "_is_plain", return_value=False):
        with_care = outcome(text)
    assert outcome(text) == with_care


@pytest.mark.parametrize("text", ["a:\tb", "a: b\t# x", "a: {b:\t1}", "a:\n\tb: 1", "'a\tb': \tc"])
def test_tabs_are_taken_as_with_care(text):
    with mock.patch.object(marked_yaml, "_is_plain", return_value=False):
        with_care = outcome(text)
    assert outcome(text) == with_care


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_what_opens_without_end_is_refused(opening):
    with pytest.raises(ConfigError, match="no valid YAML"):
        marked_yaml.parsed(opening * 200_000, "it")


def outcome(text):
    try:
        return repr(marked_yaml.parsed(text, "it"))
    except ConfigError as error:
        return str(error)


FLOW = "hosts:\n" + "".join(
    f"  web-{n}: {{groups: [web, eu-{n % 9}], address: 10.0.0.{n % 250}}}\n" for n in range(1000)
)
BLOCK = "hosts:\n" + "".join(
    f"  web-{n}:\n    groups:\n      - web\n      - eu-{n % 9}\n" for n in range(1000)
)


@pytest.mark.parametrize("text", [FLOW, BLOCK])
def test_a_thousand_hosts_are_read_quickly(text):
    with mock.patch.object(marked_yaml, "_Loader", side_effect=AssertionError("with care")):
        assert len(marked_yaml.parsed(text, "it").data["hosts"]) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "[\n" * 2000, "'a]': [\n" * 2000, "[ # ]\n" * 2000, "x: {a: [\n" * 1000,
        "- " * 2000 + "a", "\n".join(" " * n + "a:" for n in range(1000)),
        "\n".join(" " * n + "- a:" for n in range(0, 1000, 2)),
    ],
)  # fmt: skip
def test_what_is_nested_deep_is_read_with_care(text):
    assert not marked_yaml._is_plain(text + "\n" + "- - -\n" * 400)
