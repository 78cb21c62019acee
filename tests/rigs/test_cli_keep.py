"""Keeping a home: backup, restore, reload, check, policy, people, secrets."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json
import signal
import sqlite3
import stat
import subprocess
import urllib.request
from contextlib import closing

import pexpect
import pytest

from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import LAB, link_in, until

BROKEN = "hosts:\n  localhost: {environment: local}\n web-1: {}\n"


def plans_in(database):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT count(*) FROM plans").fetchone()[0]


def test_backup_and_restore(overseer, tmp_path):
    none = overseer.cli("backup")
    assert none.returncode == 64
    assert "There is no database yet" in none.stderr
    server = overseer.start()
    assert overseer.cli("ask", "how is localhost?").returncode == 0
    saved = overseer.cli("backup", tmp_path / "safe.db")
    assert saved.returncode == 0, saved.stderr
    assert saved.stdout == f"Saved {tmp_path / 'safe.db'}\n"
    assert stat.S_IMODE((tmp_path / "safe.db").stat().st_mode) == 0o600
    again = overseer.cli("backup", tmp_path / "safe.db")
    assert again.returncode != 0
    assert "safe.db" in again.stderr
    dated = overseer.cli("backup")
    assert dated.returncode == 0
    assert "/home/backups/" in dated.stdout

    refused = overseer.cli("restore", tmp_path / "safe.db")
    assert refused.returncode == 3
    assert f"(process {server.pid})" in refused.stderr
    assert "can't be replaced under it; nothing was done" in refused.stderr
    assert "then restore" in refused.stderr
    assert overseer.cli("ask", "how is localhost?").returncode == 0
    overseer.stop(server)

    missing = overseer.cli("restore", "nothing.db")
    assert missing.returncode == 64
    assert "There is no file" in missing.stderr
    (tmp_path / "text.db").write_text("no database\n" * 500)
    assert overseer.cli("restore", tmp_path / "text.db").returncode != 0
    assert plans_in(overseer.home / "overseer.db") == 2

    done = overseer.cli("restore", tmp_path / "safe.db")
    assert done.returncode == 0, done.stderr
    former = done.stdout.split("is kept as ")[1].strip().removesuffix(".")
    assert plans_in(overseer.home / "overseer.db") == 1
    assert plans_in(former) == 2
    assert overseer.cli("status").returncode == 0


def test_reload_takes_all_or_nothing(overseer):
    overseer.home.mkdir()
    inventory, policies = overseer.home / "inventory.yaml", overseer.home / "policies.cedar"
    inventory.write_text(LAB)
    idle = overseer.cli("reload")
    assert idle.returncode == 0
    assert "The configuration is valid" in idle.stdout
    server = overseer.start()
    assert overseer.cli("reload").stdout == "Nothing has changed.\n"
    inventory.write_text(LAB + "  web-1: {environment: staging}\n")
    assert overseer.cli("reload").stdout == "Reloaded: inventory.yaml.\n"
    assert "hosts     3 in" in overseer.cli("status").stdout

    inventory.write_text(BROKEN)
    (overseer.home / "overseer.yaml").write_text("run: {step_timeout: 7}\n")
    refused = overseer.cli("reload")
    assert refused.returncode in {4, 64}
    assert "inventory.yaml:3: This is no valid YAML" in refused.stderr
    assert "Check indentation" in refused.stderr
    assert "hosts     3 in" in overseer.cli("status").stdout
    inventory.write_text(LAB)

    good = policies.read_text()
    policies.write_text(good + "\npermit (principl, action, resource);\n")
    refused = overseer.cli("reload")
    assert refused.returncode in {4, 64}
    line = good.count("\n") + 2
    assert f"policies.cedar:{line}: " in refused.stderr
    assert "hosts     3 in" in overseer.cli("status").stdout
    assert overseer.cli("ask", "how is localhost?").returncode == 0

    server.send_signal(signal.SIGHUP)
    until(lambda: "Not reloaded, everything stays as it was" in server.output.read_text(),
          server.output.read_text)  # fmt: skip
    assert f"policies.cedar:{line}: " in server.output.read_text()
    assert "policies.cedar" in overseer.log
    policies.write_text(good)
    server.send_signal(signal.SIGHUP)
    until(lambda: "Reloaded: overseer.yaml, inventory.yaml." in server.output.read_text(),
          server.output.read_text)  # fmt: skip
    assert "hosts     2 in" in overseer.cli("status").stdout
    overseer.stop(server)

    policies.write_text("permit (principal")
    start = overseer.cli("run", "--port", "0")
    assert start.returncode == 64
    assert "policies.cedar:1: " in start.stderr


def test_check_and_policy(overseer):
    well = overseer.cli("check")
    assert well.returncode == 0, well.stdout + well.stderr
    for part in ("✓ configuration", ": 1 person, ", "✓ policy", "database", "localhost  yes"):
        assert part in well.stdout
    tests = overseer.cli("policy", "test")
    assert tests.returncode == 0
    assert "examples hold" in tests.stdout
    schema = overseer.cli("policy", "schema")
    assert schema.returncode == 0
    assert "service.restart" in schema.stdout
    (overseer.home / "overseer.db").write_bytes(b"no database" * 1000)
    sick = overseer.cli("check")
    assert sick.returncode == 4
    assert "✗ database" in sick.stdout
    (overseer.home / "overseer.db").unlink()

    examples = overseer.home / "policy-tests.yaml"
    good = examples.read_text()
    examples.write_text(good.replace("expect: deny", "expect: allow", 1))
    failing = overseer.cli("policy", "test")
    assert failing.returncode == 4
    assert "allow" in failing.stdout
    checked = overseer.cli("check")
    assert checked.returncode == 4
    assert "1 fail: ./overseer policy test" in checked.stdout
    examples.write_text("tests:\n - {\n")
    broken = overseer.cli("policy", "test")
    assert broken.returncode == 64
    assert "policy-tests.yaml:" in broken.stderr
    assert overseer.cli("check").returncode == 4
    examples.write_text(good)

    policies = overseer.home / "policies.cedar"
    policies.write_text(policies.read_text() + "\npermit (principl);\n")
    for command in (("check",), ("policy", "test"), ("policy", "schema")):
        told = overseer.cli(*command)
        assert told.returncode in {4, 64}
        assert "policies.cedar:" in told.stdout + told.stderr
        assert "Traceback" not in told.stderr
    (overseer.home / "inventory.yaml").write_text(BROKEN)
    told = overseer.cli("check")
    assert told.returncode == 4
    assert "inventory.yaml:3: " in told.stdout


def test_people(overseer):
    alone = overseer.cli("people", "invite", "ben", "--role", "viewer", "--display", 'Ben "B"')
    assert alone.returncode == 0, alone.stderr
    assert "./overseer people link ben" in alone.stdout
    server = overseer.start()
    solo = overseer.cli("plan", "run `echo hi` on localhost")
    assert "[solo]" in solo.stdout
    invited = overseer.cli("people", "invite", "ana", "--role", "approver")
    assert invited.returncode == 0, invited.stderr
    link = link_in(invited.stdout)
    jar = urllib.request.HTTPCookieProcessor()
    with urllib.request.build_opener(jar).open(link, timeout=30) as page:
        assert page.status == 200
    both = overseer.cli("ask", "--no-wait", "run `echo hi` on localhost")
    assert both.returncode == 6
    assert "[solo]" not in both.stdout
    assert "Ana" in both.stdout
    listed = overseer.cli("people", "list").stdout
    assert [line.split()[:2] for line in listed.splitlines()][1:] == [
        ["ben", "viewer"],
        ["ana", "approver"],
    ]
    assert link_in(overseer.cli("people", "link", "ana").stdout) != link

    for name, role, said in (
        ("ana", "viewer", "already"), ("eva", "boss", "viewer, operator, approver, admin"),
        ("E va", "viewer", "lower-case"), ("-x", "viewer", "--help"),
    ):  # fmt: skip
        refused = overseer.cli("people", "invite", name, "--role", role)
        assert refused.returncode == 64
        assert said in refused.stderr
    nobody = overseer.cli("people", "link", "eva")
    assert nobody.returncode == 64
    assert "Nobody is called eva" in nobody.stderr

    (overseer.home / "inventory.yaml").write_text(BROKEN)
    half = overseer.cli("people", "invite", "eva", "--role", "viewer")
    assert half.returncode != 0
    assert "does not know eva yet" in half.stderr
    assert "people link eva" in half.stderr
    overseer.stop(server)


SECRET = "s3cr3t-öl value"


def everything_in(home):
    return b"".join(
        p.read_bytes() for p in home.rglob("*") if p.is_file() and p.parent.name != "secrets"
    )


def recorded(overseer):
    """The kinds, persons and payloads in the log that commands have put there."""
    wanted = "('people.changed', 'host.trusted', 'secret.set', 'login.made')"
    with closing(sqlite3.connect(overseer.home / "overseer.db")) as connection:
        found = connection.execute(
            f"SELECT kind, person, data FROM events WHERE kind IN {wanted} ORDER BY seq"
        ).fetchall()
    return [(kind, person, json.loads(data)) for kind, person, data in found]


def test_what_commands_change_is_in_the_log(overseer):
    early = overseer.cli("secret", "set", "early", input=SECRET)
    assert (early.returncode, early.stderr) == (0, "")  # nothing to write into yet
    server = overseer.start()
    assert overseer.cli("secret", "set", "one", input=SECRET).stderr == ""
    assert overseer.cli("people", "invite", "ana", "--role", "approver").returncode == 0
    with_server = recorded(overseer)
    overseer.stop(server)
    assert overseer.cli("secret", "set", "two", input=SECRET).stderr == ""
    me = with_server[0][1]
    assert me
    assert recorded(overseer) == [
        ("secret.set", me, {"name": "one"}),
        ("people.changed", me, {"person": "ana", "what": "invited as approver"}),
        ("secret.set", me, {"name": "two"}),
    ]
    assert SECRET.encode() not in everything_in(overseer.home)
    overseer.stop(overseer.start())


def test_only_an_admin_has_something_recorded(overseer):
    overseer.stop(overseer.start())
    people = overseer.home / "people.yaml"
    people.write_text(people.read_text().replace("admin", "viewer"))
    overseer.start()
    kept = overseer.cli("secret", "set", "one", input=SECRET)
    assert kept.returncode == 0
    assert "not in the event log: Only an admin may" in kept.stderr
    assert recorded(overseer) == []


def test_a_secret_from_a_pipe(overseer):
    overseer.start()
    kept = overseer.cli("secret", "set", "db-sudo", input=SECRET + "\n")
    assert kept.returncode == 0, kept.stderr
    assert "store:db-sudo" in kept.stdout
    path = overseer.home / "secrets" / "db-sudo"
    assert path.read_text() == SECRET
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in kept.stdout + kept.stderr
    assert SECRET.encode() not in everything_in(overseer.home)
    assert overseer.cli("secret", "list").stdout == "store:db-sudo\n"
    for given in ("", "\n"):
        empty = overseer.cli("secret", "set", "other", input=given)
        assert empty.returncode == 64
        assert "nothing was kept" in empty.stderr
    odd = overseer.cli("secret", "set", "../people.yaml", input="x")
    assert odd.returncode == 64
    assert overseer.cli("secret", "remove", "db-sudo").returncode == 0
    assert overseer.cli("secret", "list").stdout == ""
    assert overseer.cli("secret", "remove", "db-sudo").returncode == 64
    assert overseer.cli("secret", "remove", "..").returncode == 64


@pytest.mark.pty
def test_a_secret_is_typed_without_echo(overseer):
    argv = overseer.argv("secret", "set", "db-sudo")
    child = pexpect.spawn(argv[0], argv[1:], env=overseer.environ, timeout=60, encoding="utf-8")
    try:
        child.expect_exact("db-sudo: ")
        told = subprocess.run(
            ["ps", "-o", "args", "-p", str(child.pid)], capture_output=True, check=False
        )
        child.sendline(SECRET)
        child.expect_exact("once more: ")
        child.sendline(SECRET)
        child.expect(pexpect.EOF)
        assert SECRET not in child.before
        assert "Use it as store:db-sudo" in child.before
        assert SECRET.encode() not in told.stdout
    finally:
        child.close()
    assert child.exitstatus == 0
    assert (overseer.home / "secrets" / "db-sudo").read_text() == SECRET
    assert SECRET.encode() not in everything_in(overseer.home)

    child = pexpect.spawn(argv[0], argv[1:], env=overseer.environ, timeout=60, encoding="utf-8")
    child.expect_exact("db-sudo: ")
    child.sendline("other")
    child.expect_exact("once more: ")
    child.sendline("another")
    child.expect_exact("Those two differ")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 64
    child = pexpect.spawn(argv[0], argv[1:], env=overseer.environ, timeout=60, encoding="utf-8")
    child.expect_exact("db-sudo: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in child.before
    assert (overseer.home / "secrets" / "db-sudo").read_text() == SECRET
    assert [p.name for p in (overseer.home / "secrets").iterdir()] == ["db-sudo"]
