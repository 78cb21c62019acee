"""Secrets are masked wherever a stream is cut; ordinary output is left as it is."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.adapters.hosts.frames import Frames
from bot.adapters.hosts.output import Capture, Listening
from bot.domain.redaction import LONGEST_LINE, MASK, Redactor, redact

S = "hunter2Zq9"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + ("b3Blbn" * 11 + "\n") * 9 + "b3BlQQ==\n"
PEM = KEY + "-----END OPENSSH PRIVATE KEY-----"
LINES = {
    line.replace("@S", S).replace("~", "")
    for line in (
        "DB_PASSWORD=@S", "export APP_SECRET_KEY='@S two'", "  password: @S and more",
        '{"user":"x","password":"@S","n":1}', '"token": "@S"', "passwd: @S", "api_key = @S",
        "AWS_SECRET_ACCESS_KEY=@S/+a", "GITHUB_TOKEN=@S", "Authorization: Bearer @S",
        "Authorization: Basic @S==", "postgres://app:@S~@db:5432/x", "redis://:@S~@cache",
        "curl -s -u admin:@S http://x/", "curl -u 'admin:@S b' x", "mysql -uroot -p@S app",
        "mysqldump --password=@S app", "app --token @S run", "sshpass -p @S ssh web-1",
        "x ghp_@S0123456789 y", "x gho_@S0123456789", "x github_pat_@S_01234567", "xoxb-1-@S",
        "key sk-proj-@S-0123", "glpat-@S-0123456789", "AIzaSy@S0123456789012345678",
        "eyJhbGciOiJIUzI1.@S.@S", "A 'password' => '@S'", "<dbPassword>@S</dbPassword>",
        "CREATE USER a IDENTIFIED BY '@S'", "-H 'PRIVATE-TOKEN: @S'", "?x=1&access_token=@S",
        'level=info msg="{\\"secret\\":\\"@S\\"}"', "Environment=PGPASSWORD=@S",
        "Passwort: @S", "DB_KENNWORT=@S", "wachtwoord: @S", "mot de passe: @S", "contraseña = @S",
    )
}  # fmt: skip
ORDINARY = [
    "/etc/passwd:x\ncat: /etc/passwd: Permission denied\nPWD=/root\nOLDPWD=/tmp\n",
    "Nov 21 sshd[9]: Failed password for root from 10.0.0.1 port 22 ssh2\n",
    "Nov 21 passwd[9]: pam_unix(passwd:chauthtok): password changed for ben\n",
    "nginx.service - A server\n   Loaded: loaded (/lib/systemd/system/nginx.service; enabled)\n",
    "Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 40G 9G 29G 24% /\ntmpfs /run/secrets\n",
    "root 812 0.0 0.1 /usr/sbin/mysqld --pid-file=/run/mysqld.pid\nroot 9 task-0123456789-abcdefg\n",
    "d41d8cd98f00b204e9800998ecf8427e  x\nsha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822\n",
    "Das Passwort wurde geändert: Antwort 3 von web-1\n",
    "PasswordAuthentication no\npasswd:         files systemd\nPASS_MAX_DAYS 99999\nsecretName: app\n",
    "https://shop.example.com/a?b=c user@example.com ssh://git@host:22/x tokens: 5 token_count=3\n",
    "Last password change : never\nPassword expires\t: never\nPASSWORD_FILE=/run/secrets/db\n",
]
RECORDED = sorted((Path(__file__).parents[2] / "skills").glob("*/recorded/*.json"))


@pytest.mark.parametrize("line", sorted(LINES))
@settings(max_examples=30)
@given(st.data())
def test_a_secret_is_masked_wherever_the_stream_is_cut(line, data):
    text = f"before\n{line}\nafter\n"
    assert S not in redact(text)
    assert redact(redact(text)) == redact(text)
    assert redact(text).startswith("before\n")
    assert redact(text).endswith("\nafter\n")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    assert streamed(text, cuts) == redact(text)


@pytest.mark.parametrize("line", [*sorted(LINES), PEM])
def test_every_single_border(line):
    text = f"before\n{line}\nafter\n"
    for cut in range(len(text)):
        assert streamed(text, [cut]) == redact(text), cut


def streamed(text, cuts, literals=()):
    redactor = Redactor(literals)
    borders = [0, *cuts, len(text)]
    parts = [redactor.feed(text[a:b]) for a, b in pairwise(borders)]
    return "".join(parts) + redactor.end()


def test_a_private_key_is_masked_whole_and_by_halves():
    assert redact(f"a\n{PEM}\nb\n") == f"a\n{MASK}\nb\n"
    assert "b3Blbn" not in redact(f"a\n{KEY}ordinary\n")
    assert redact(f"a\n{KEY}an ordinary line!\n").endswith("an ordinary line!\n")
    half = PEM[300:]
    assert redact(f"{half}\nb\n") == f"{MASK}\nb\n"
    assert "b3Blbn" not in redact(json.dumps({"key": PEM}))


@given(st.text(min_size=4, max_size=12).filter(lambda t: t.strip() == t and len(t.splitlines()) == 1),
       st.text(alphabet="ab \n", max_size=60), st.lists(st.integers(0, 70), max_size=4))  # fmt: skip
def test_a_literal_is_masked_in_whole_and_in_pieces(value, around, cuts):
    text = f"{around}{value}{around}"
    cuts = sorted(min(c, len(text)) for c in cuts)
    assert value not in redact(text, [value]).replace(MASK, "\n")
    assert value not in streamed(text, cuts, [value]).replace(MASK, "\n")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_unchanged(text):
    assert redact(text) == text


@pytest.mark.parametrize("path", RECORDED, ids=lambda p: p.stem)
def test_recorded_output_is_unchanged(path):
    def strings(node):
        if isinstance(node, str):
            yield node
        for inner in (
            node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        ):
            yield from strings(inner)

    for text in strings(json.loads(path.read_text())):
        assert redact(text) == text


@settings(max_examples=20)
@given(st.lists(st.integers(1, 5000), max_size=20))
@example([LONGEST_LINE] * 3)
def test_a_line_without_end_is_passed_on_in_pieces(sizes):
    text = ("x" * 977 + " ") * 60 + f"password={S} " + ("y" * 977 + " ") * 60
    redactor, said, rest = Redactor(), "", text
    for size in sizes:
        said += redactor.feed(rest[:size])
        rest = rest[size:]
        assert len(redactor._held) <= LONGEST_LINE + 5000
    said += redactor.feed(rest) + redactor.end()
    assert S not in said
    assert said == redact(text)


@pytest.mark.parametrize("before", range(480, 530))
def test_a_secret_across_what_a_capture_drops_is_masked(before):
    for text in (b"a" * before + b" ghp_0123456789abcdefghij " + b"b" * 5000,
                 b"a" * 5000 + b" ghp_0123456789abcdefghij " + b"b" * before):  # fmt: skip
        capture = Capture(1000)
        for at in range(0, len(text), 700):
            capture.feed(text[at : at + 700])
        assert "ghp_" not in capture.text()
        assert "abcdefghij" not in capture.text()


def test_captures_and_listening_mask_and_hash_what_was_printed():
    heard = []
    frames = Frames(4096, heard.append)
    frames.hide("s3cr3t value\n")
    out = f"DB_PASSWORD={S}\nsaid s3cr3t value here\n".encode()
    for at in range(len(out)):
        frames.feed(b"o 1\n" + out[at : at + 1])
    frames.feed(b"f 0 1.00 2.00 - - - - - -\n")
    result = frames.result()
    assert result.stdout == "".join(heard) == f"DB_PASSWORD={MASK}\nsaid {MASK} here\n"
    capture = Capture(4096)
    capture.feed(out)
    assert result.sha256 == capture.digest


def test_what_the_cap_cuts_off_is_not_heard_by_halves():
    heard = []
    listening = Listening(heard.append, 20)
    listening.feed(b"line\nx ghp_0123456789abcdef\n")
    listening.end()
    assert "".join(heard) == "line\n"
