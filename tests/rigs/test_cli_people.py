"""Linking accounts from the command line, beside a server and without one."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json
import re
import sqlite3
from contextlib import closing

from tests.rigs.overseer_fixtures import overseer  # noqa: F401


def changes(overseer):
    with closing(sqlite3.connect(overseer.home / "overseer.db")) as connection:
        query = "SELECT data FROM events WHERE kind = 'people.changed' ORDER BY seq"
        return [json.loads(data)["what"] for (data,) in connection.execute(query)]


def kept_in(home):
    return b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())


def test_accounts_are_linked_and_unlinked(overseer):
    invited = overseer.cli("people", "invite", "ana", "--role", "approver")
    assert invited.returncode == 0, invited.stderr
    first = overseer.cli("people", "link", "ana", "slack:U024BE7LH")
    assert (first.returncode, first.stderr) == (0, "")
    server = overseer.start()
    second = overseer.cli("people", "link", "ana", "discord:1234")
    assert (second.returncode, second.stderr) == (0, "")
    listed = overseer.cli("people")
    assert listed.returncode == 0
    ana = next(line for line in listed.stdout.splitlines() if line.startswith("ana"))
    assert ana.split()[2:] == ["web:ana", "slack:U024BE7LH", "discord:1234"]
    assert overseer.cli("people", "list").stdout == listed.stdout
    gone = overseer.cli("people", "unlink", "ana", "slack:U024BE7LH")
    assert (gone.returncode, gone.stderr) == (0, "")
    for args, status, said in (
        (("link", "ana", "discord:1234"), 64, "Ana's already"),
        (("link", "ana", "slack:bla"), 64, "no id of an account in Slack"),
        (("link", "eva", "discord:99"), 64, "Nobody is called eva"),
        (("link", "ana", "irc:99"), 64, "no identity"),
        (("unlink", "ana", "slack:U024BE7LH"), 64, "not ana's"),
    ):
        refused = overseer.cli("people", *args)
        assert refused.returncode == status
        assert said in refused.stderr
    assert changes(overseer) == ["linked discord:1234", "unlinked slack:U024BE7LH"]
    (overseer.home / "inventory.yaml").write_text("hosts: [")
    half = overseer.cli("people", "link", "ana", "discord:5")
    assert half.returncode != 0
    assert "does not know it yet" in half.stderr
    overseer.stop(server)


def test_a_code_is_shown_to_who_asks_and_kept_nowhere(overseer):
    none = overseer.cli("people", "link")
    assert none.returncode != 0
    assert "does not run" in none.stderr
    overseer.start()
    for args in (("people", "link"), ("ask", "link slack")):
        shown = overseer.cli(*args)
        assert shown.returncode == 0, shown.stderr
        code = re.search(r"link\s+(\w{4}-\w{4}-\w{4})", shown.stdout)[1]
        assert "within ten minutes" in shown.stdout.replace("\n", " ")
        assert code.encode() not in kept_in(overseer.home)
