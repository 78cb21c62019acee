"""Row 19 and pasted secrets: no byte of one on a card, in `output()`, or in the database's files."""

import sqlite3
from pathlib import Path

import pytest

from tests.scenario.stage import Stage, words

SECRET = "hunter2Zq9"
PASTED = [
    "use ghp_hunter2Zq90123456789 to restart nginx on web-1",
    "restart nginx on web-1 with AWS_SECRET_ACCESS_KEY=hunter2Zq9/abc",
    "run `curl -u admin:hunter2Zq9 http://localhost/` on web-1",
    "run `mysql -uroot -phunter2Zq9 -e status` on web-1",
    "the password for web-1 is hunter2Zq9",
    "das Passwort ist hunter2Zq9, starte nginx auf web-1 neu",
    "le mot de passe de web-1 est hunter2Zq9",
    "contraseña: hunter2Zq9, reinicia nginx en web-1",
    "on web-1 run `echo postgres://app:hunter2Zq9@db/x`",
    "run `app --token hunter2Zq9` on web-1",
]


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


def stored(stage):
    """Every byte under the home, the WAL taken into the database first."""
    for path in Path(stage.home.path).rglob("*.db"):
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [p for p in Path(stage.home.path).rglob("*") if p.is_file()]
    assert any(p.suffix == ".db" for p in files)
    return b"".join(p.read_bytes() for p in files)


async def nowhere(stage, capsys, secret=SECRET):
    assert secret not in repr(stage.shown)
    assert secret not in repr(await stage.items())
    assert not any(secret in words(card) for card in await stage.cards())
    printed = capsys.readouterr()
    assert secret not in printed.out + printed.err
    await stage.stored()
    assert secret.encode() not in stored(stage)


@pytest.mark.parametrize("text", PASTED)
async def test_what_is_pasted_into_the_chat_is_kept_nowhere(stage, text, capsys):
    await stage.say("ana", text)
    await nowhere(stage, capsys)


@pytest.mark.parametrize(
    "text",
    [
        "restart nginx on web-1 with password Sommerregen",
        "nginx neu starten, mit Passwort Sommerregen",
    ],
)
async def test_a_password_that_only_its_place_tells_is_kept_nowhere(stage, text, capsys):
    await stage.say("ana", text)
    await nowhere(stage, capsys, "Sommerregen")
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="no, log in with password Sommerregen first")
    await nowhere(stage, capsys, "Sommerregen")


async def test_a_token_in_the_reason_of_a_denial_is_kept_nowhere(stage, capsys):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="no: ghp_hunter2Zq90123456789 is live there")
    assert (await stage.card()).state == "DENIED"
    await nowhere(stage, capsys)


@pytest.mark.parametrize("status", [0, 1])
async def test_what_a_host_prints_is_shown_and_stored_without_its_secrets(stage, status, capsys):
    stage.service("web-3", "nginx", "active")
    argv = ("cat", "/etc/app.env")
    text = f"NAME=app\nDB_PASSWORD={SECRET}\nPORT=1\n"
    for shape in (argv, ("sh", "-c", "cat /etc/app.env")):
        stage.hosts.answer(shape, status=status, stdout=text, stderr=f"token: {SECRET}\n")
    await stage.say("ana", "run `cat /etc/app.env` on web-3")
    plan = (await stage.card()).plan
    reply = await stage.press("chris", "approve")
    assert reply.accepted, reply
    assert any(ran.argv[-1].endswith("/etc/app.env") for ran in stage.hosts.ledger)
    output = await stage.ears.output(plan, "web-3")
    assert "DB_PASSWORD=[redacted]\nPORT=1" in output
    assert SECRET not in output
    await nowhere(stage, capsys)
