"""The inventory: its forms, and what it writes reads back."""

import pytest

from bot.adapters.files.inventory_file import load_inventory, written
from bot.domain.inventory import Connection, ConnectionKind, Host, Service, SudoMode


def inventory(tmp_path, text):
    path = tmp_path / "inventory.yaml"
    path.write_text(text)
    return load_inventory(path)


def test_the_lab_that_the_corpus_speaks_of_loads(shared_dir):
    lab = load_inventory(shared_dir / "corpus" / "inventory.yaml")
    assert len(lab.hosts) == 10
    assert lab.groups()["web"] == ("web-1", "web-2", "web-3")
    assert lab.host("web-3").environment == "staging"
    assert "redis" in [service.name for service in lab.services]
    assert lab.others["vms"]["114"]["name"] == "minecraft"
    assert lab.others["plans"] == [88, 90]


def test_a_host_without_environment_is_production(tmp_path):
    found = inventory(tmp_path, "hosts:\n  a: {}\n  b:\n  c: {environment: ''}\n")
    assert [host.is_production for host in found.hosts] == [True, True, True]


def test_production_is_production_however_it_is_written(tmp_path):
    words = ("production", "Production", "prod", "PROD", "live")
    text = "".join(f"  h{n}: {{environment: {word}}}\n" for n, word in enumerate(words))
    found = inventory(tmp_path, f"hosts:\n{text}")
    assert found.environments() == {"production": ("h0", "h1", "h2", "h3", "h4")}
    assert all(host.is_production for host in found.hosts)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("local", ConnectionKind.LOCAL), ("ssh", ConnectionKind.SSH), ("{kind: local}", ConnectionKind.LOCAL)],
)  # fmt: skip
def test_a_connection_may_be_one_word(tmp_path, text, kind):
    found = inventory(tmp_path, f"hosts:\n  a: {{connection: {text}}}\n")
    assert found.hosts[0].connection.kind is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[nginx, redis]", (Service(name="nginx"), Service(name="redis"))),
        ("{nginx: [web server]}", (Service(name="nginx", aliases=("web server",)),)),
        ("{nginx: {aliases: [www], hosts: [a]}}\nhosts: {a: {}}", (Service(name="nginx", aliases=("www",), hosts=("a",)),)),
        ("[sshd, ssh, nginx.service]", (Service(name="ssh", aliases=("sshd",)), Service(name="nginx", aliases=("nginx.service",)))),
        ("{sshd: {hosts: [a]}, ssh: }\nhosts: {a: {}}", (Service(name="ssh", aliases=("sshd",)),)),
        ("{nginx: }", (Service(name="nginx"),)),
        ("", ()),
    ],
)  # fmt: skip
def test_services_are_a_list_or_have_aliases(tmp_path, text, expected):
    assert inventory(tmp_path, f"services: {text}\n").services == expected


def test_numbers_in_labels_and_groups_are_text(tmp_path):
    host = inventory(tmp_path, "hosts:\n  a: {labels: {rack: 7}, groups: [2024]}\n").hosts[0]
    assert (host.labels, host.groups) == ({"rack": "7"}, ("2024",))


def test_the_version_changes_with_any_file(tmp_path):
    first = inventory(tmp_path, "hosts: {a: {}}\n").version
    assert inventory(tmp_path, "hosts: {a: {}}\n").version == first
    (tmp_path / "inventory.d").mkdir()
    (tmp_path / "inventory.d" / "b.yaml").write_text("hosts: {b: {}}\n")
    assert inventory(tmp_path, "hosts: {a: {}}\n").version != first


def test_what_is_written_reads_back(tmp_path):
    hosts = [
        Host(name="no", groups=("on", "2024"), environment="off"),
        Host(
            name="web-1",
            groups=("web",),
            environment="staging",
            connection=Connection(
                address="2001:db8::7", port=2222, user="o'ps", identity_file="~/.ssh/my key",
                proxy_jump="a@b:22,c", sudo=SudoMode.PASSWORD, sudo_password="store:web-1-sudo",
            ),
        ),
        Host(name="here", connection=Connection(kind=ConnectionKind.LOCAL, sudo=SudoMode.ROOT)),
        Host(name="odd", connection=Connection(user='a"b\\c: #{}', address="22:30")),
    ]  # fmt: skip
    text = written(hosts, comment="one\ntwo")
    assert text.startswith("# one\n# two\nhosts:\n")
    assert list(inventory(tmp_path, text).hosts) == hosts


def test_nothing_to_write_is_an_inventory_too(tmp_path):
    assert inventory(tmp_path, written([], comment="none")).hosts == ()
