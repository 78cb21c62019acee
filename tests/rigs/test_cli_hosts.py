"""hosts list, check, import and trust, against real sshd."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from bot.adapters.files.inventory_file import written
from tests.rigs import sshd
from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import LAB

SITE = Path(__file__).resolve().parents[1] / "unit" / "files" / "site.json"


@pytest.fixture(scope="module")
def machine():
    """One real sshd."""
    if reason := sshd.why_not():
        pytest.skip(reason)
    rig = sshd.Rig()
    try:
        rig.add("web-1", [rig.address(42)])
        yield rig
    finally:
        rig.stop()


def with_inventory(overseer, text):
    overseer.home.mkdir()
    (overseer.home / "inventory.yaml").write_text(text)
    (overseer.home / "overseer.yaml").write_text(
        "hosts: {known_hosts: /dev/null, ssh_config: /dev/null, connect_timeout: 8}\n"
    )


@pytest.mark.sshd
def test_a_never_seen_key_is_compared_and_a_changed_one_refused(overseer, machine):
    with_inventory(overseer, written([machine.hosts["web-1"]], comment="rig"))
    server = machine.servers["web-1"]
    known = overseer.home / "known_hosts"
    seen = subprocess.run(
        ["ssh-keygen", "-lf", str(server.folder / "host_key.pub")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()[1]

    unknown = overseer.cli("hosts", "check")
    assert unknown.returncode == 4
    assert "./overseer hosts trust web-1" in " ".join(unknown.stdout.split())
    nobody = overseer.cli("hosts", "trust", "web-1")
    assert nobody.returncode == 64
    assert seen in nobody.stdout
    assert "ssh-keygen -lf" in nobody.stdout
    assert f"--fingerprint {seen}" in nobody.stderr
    wrong = overseer.cli("hosts", "trust", "web-1", "--fingerprint", "SHA256:" + "x" * 43)
    assert wrong.returncode == 3
    assert "nothing was trusted" in wrong.stderr
    assert not known.exists()

    argv = overseer.argv("hosts", "trust", "web-1")
    for answer, status in (("no", 3), ("yes", 0)):
        child = pexpect.spawn(argv[0], argv[1:], env=overseer.environ, timeout=60, encoding="utf-8")
        child.expect_exact(seen)
        child.expect_exact("Type yes: ")
        assert not known.exists()
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == status
    assert known.stat().st_mode & 0o077 == 0
    well = overseer.cli("hosts", "check", "web-1")
    assert well.returncode == 0, well.stdout + well.stderr
    assert "trusted already" in overseer.cli("hosts", "trust", "web-1").stdout
    pinned = overseer.cli("hosts", "trust", "web-1", "--fingerprint", "SHA256:" + "x" * 43)
    assert pinned.returncode == wrong.returncode != 0
    assert "another key than" in pinned.stderr

    before = known.read_text()
    server.stop()
    server.new_key()
    server.start()
    for args in ((), ("--fingerprint", "SHA256:" + "x" * 43)):
        changed = overseer.cli("hosts", "trust", "web-1", *args)
        assert changed.returncode == 3, changed.stdout + changed.stderr
        assert "known with another key" in changed.stderr
        assert f"remove {known}:1 by hand" in changed.stderr
    new = changed.stdout.split("SHA256:")[1].split()[0]
    forced = overseer.cli("hosts", "trust", "web-1", "--fingerprint", f"SHA256:{new}")
    assert forced.returncode == 3
    assert known.read_text() == before
    assert overseer.cli("hosts", "check").returncode == 4
    known.write_text("")
    overseer.stop(overseer.start())  # now there is a log
    assert overseer.cli("hosts", "trust", "web-1", "--fingerprint", f"SHA256:{new}").returncode == 0
    with closing(sqlite3.connect(overseer.home / "overseer.db")) as connection:
        wanted = "SELECT host, data FROM events WHERE kind = 'host.trusted'"
        ((host, data),) = connection.execute(wanted).fetchall()
    assert (host, json.loads(data)["fingerprint"]) == ("web-1", f"SHA256:{new}")
    assert overseer.cli("hosts", "check").returncode == 0


@pytest.mark.sshd
def test_check_says_what_to_do_about_each(overseer, machine):
    hosts = [
        machine.hosts["web-1"],
        machine.hosts["web-1"].model_copy(
            update={
                "name": "wrong-user",
                "connection": machine.hosts["web-1"].connection.model_copy(
                    update={"user": "nobody"}
                ),
            }
        ),
    ]
    with_inventory(overseer, written(hosts, comment="rig") + LAB.removeprefix("hosts:\n"))
    line = machine.servers["web-1"].known_hosts_lines[0]
    overseer.cli("people", "list")
    (overseer.home / "known_hosts").write_text(line + "\n")
    started = time.monotonic()
    told = overseer.cli("hosts", "check")
    assert time.monotonic() - started < 30
    assert told.returncode == 4
    table = told.stdout.splitlines()[1:5]
    rows = {row.split()[0]: row.split()[1:] for row in table}
    assert rows["web-1"][:3] == ["yes", "yes", "yes"]
    assert rows["down-1"][0] == "no"
    assert rows["localhost"][:3] == ["yes", "yes", "yes"]
    said = " ".join(told.stdout.split())
    assert "down-1 refused the connection on 127.0.0.1:1" in said
    assert "wrong-user" in said
    assert overseer.cli("hosts", "check", "localhost").returncode == 0
    nobody = overseer.cli("hosts", "check", "web-9")
    assert nobody.returncode == 64
    assert "Did you mean " in nobody.stderr
    assert "web-1" in nobody.stderr


def test_import_and_reload(overseer, tmp_path):
    overseer.start()
    dry = overseer.cli("hosts", "import", SITE, "--dry-run")
    assert dry.returncode == 0
    assert "Nothing was written" in dry.stdout
    assert not (overseer.home / "inventory.d").exists()
    taken = overseer.cli("hosts", "import", SITE)
    assert taken.returncode == 0, taken.stderr
    for part in ("Taken: 5", "  web-x  production [web]", "Skipped: 3", "win1: its connection is winrm",
                 "http_port: variables of playbooks stay in Ansible", "counts as production",
                 "The running Overseer knows them already."):  # fmt: skip
        assert part in taken.stdout, part
    assert "hosts     6 in" in overseer.cli("status").stdout
    assert "hunter2" not in taken.stdout + overseer.log
    listed = overseer.cli("hosts", "list").stdout
    assert listed.startswith("localhost ")
    assert len(listed.splitlines()) == 6
    own = overseer.home / "inventory.yaml"
    own.write_text(own.read_text().rstrip() + "\n  web-x: {environment: staging}\n")
    target = overseer.home / "inventory.d" / "site-json.yaml"
    target.write_text("hosts: {\n")
    again = overseer.cli("hosts", "import", SITE)
    assert "Taken: 5" in again.stdout
    assert "Said otherwise in inventory.yaml, which wins: web-x (environment)" in again.stdout
    kept = target.with_name("site-json.yaml.broken")
    assert f"what stood there is kept as {kept}" in " ".join(again.stdout.split())
    kept.unlink()
    assert [p.name for p in (overseer.home / "inventory.d").iterdir()] == ["site-json.yaml"]
    assert (overseer.home / "inventory.d" / "site-json.yaml").stat().st_mode & 0o077 == 0

    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host nas web-x *.lan\n  User me\n")
    ssh = overseer.cli("hosts", "import")
    assert ssh.returncode == 0, ssh.stderr
    for part in (
        "Taken: 1",
        "  nas  production",
        "web-x: it is in the inventory already",
        "*.lan: a pattern",
    ):
        assert part in ssh.stdout
    (tmp_path / ".ssh" / "config").write_text("Host pi\n")
    assert "No longer there: nas" in overseer.cli("hosts", "import").stdout

    for given, said in (
        ("nothing", "There is no file"), (tmp_path / ".ssh", "is a folder"), ("/dev/null", "There is no file"),
    ):  # fmt: skip
        refused = overseer.cli("hosts", "import", given)
        assert refused.returncode == 64
        assert said in refused.stderr
    (tmp_path / "bad.ini").write_text("[web]\nweb-1 oops\n")
    broken = overseer.cli("hosts", "import", "bad.ini")
    assert broken.returncode == 64
    assert "bad.ini:2: " in broken.stderr
    (tmp_path / "clash.ini").write_text("[localhost]\na\n[nas]\nb\n")
    clash = overseer.cli("hosts", "import", "clash.ini")
    assert clash.returncode == 0, clash.stderr
    assert "localhost: this group is called like a host" in clash.stdout
    assert overseer.cli("status").returncode == 0
