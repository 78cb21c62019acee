"""What becomes of imported hosts: written, written again, and what one's own file says of them."""

import pytest

from bot.adapters.files.ansible import read_ansible
from bot.adapters.files.imported import Imported, around, kept_beside, save
from bot.adapters.files.inventory_file import load_inventory
from bot.domain.inventory import Host
from bot.errors import ConfigError


def reasons(pairs, name):
    return " | ".join(why for who, why in pairs if who == name)


def ansible(tmp_path, text, name="hosts"):
    path = tmp_path / name
    path.write_text(text)
    return read_ansible(path)


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
