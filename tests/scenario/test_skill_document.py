"""`docs/skills.md` is true to the letter: its blocks are the files, and what it shows is shown."""

import contextlib
import importlib.util
import io
import re
import threading
from datetime import UTC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.adapters.terminal.render import lines
from bot.app import fresh
from bot.cli import run
from bot.cli.skill_scaffold import files_of
from bot.testing.scenario import PEOPLE, Scenario, words

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "skills.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))
TOKEN = "s3cr3t-of-the-network"


def block(kind, number=0):
    return re.findall(rf"^```{kind}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)[number]


@pytest.fixture
def own(tmp_path):
    """The folder of own skills, outside the clone, as the document has it."""
    root = tmp_path / "own"
    (root / "cdn").mkdir(parents=True)
    for name, text in files_of("cdn").items():  # `./overseer skill new cdn`
        (root / "cdn" / name).write_text(text, encoding="utf-8")
    replaced = [name for name in FILES if (root / name).is_file()]
    assert len(replaced) == 4, "as the document counts them"
    (root / "cdn" / "facts.py").unlink()
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


class Network(BaseHTTPRequestHandler):
    """A content network that tells back what it was told."""

    def do_PURGE(self):
        said = self.headers["Authorization"]
        self.server.seen.append((self.command, self.path, said))
        body = f'{{"purged": 12, "by": "{said}"}}'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PURGE  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def network():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Network)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_document_has_all_its_files():
    assert set(FILES) == {
        "cdn/__init__.py", "cdn/actions.py", "cdn/phrases.yaml", "cdn/cases.json", "test_cdn.py",
    }  # fmt: skip
    assert len(TEXT.split()) < 2000, "ten minutes of reading"


async def test_the_example_against_a_real_server(own, network, tmp_path):
    url = f"http://127.0.0.1:{network.server_port}"
    actions = own / "cdn" / "actions.py"
    actions.write_text(actions.read_text().replace("https://api.cdn.example", url))
    play = Scenario(tmp_path, start=fresh, skills=[own / "cdn"], requests=False)
    play.secret("cdn-token", TOKEN)
    async with play:
        await play.say("ben", "clear the cache of the shop")
        card = await play.card()
        shown = f"PURGE {url}/sites/shop/cache\nAuthorization: Bearer store:cdn-token"
        assert card.state == "WAITING"
        assert shown in words(card)
        assert not network.seen
        await play.press("ana", "approve")
        assert (await play.card()).state == "DONE"
        assert network.seen == [("PURGE", "/sites/shop/cache", f"Bearer {TOKEN}")]
        await play.say("ben", "show the cache of the shop")
        await play.press("ana", "approve")
        assert '"purged": 12' in await play.said()
        assert TOKEN not in await play.said()
        events = await play.app.store.read(lambda u: repr(u.events()))
        assert "purged" in events
        assert TOKEN not in events
    for file in play.home.path.iterdir():
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes(), file.name


@pytest.mark.parametrize(
    "name", re.findall(r"^async def (test_\w+)", FILES.get("test_cdn.py", ""), re.MULTILINE)
)
async def test_the_documents_own_tests_pass(own, tmp_path, name):
    spec = importlib.util.spec_from_file_location("document_test_cdn", own / "test_cdn.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    await getattr(module, name)(tmp_path)


def test_what_the_commands_print_is_what_the_document_says(own, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    home = tmp_path / "home"
    assert said(home, "skill", "check")[0] == 0  # it makes the home
    (home / "people.yaml").write_text(PEOPLE)
    (home / "overseer.yaml").write_text(f"skills_dir: {own}\n")
    for path in (own, own / "cdn", *(own / "cdn").iterdir()):
        path.chmod(path.stat().st_mode & ~0o022)
    parts = re.split(r"^\$ \./overseer (.*)\n", block("console"), flags=re.MULTILINE)[1:]
    for line, expected in zip(parts[::2], parts[1::2], strict=True):
        words_of = re.findall(r'"([^"]*)"|(\S+)', line)
        status, text = said(home, *(quoted or bare for quoted, bare in words_of))
        assert status == 0, text
        assert text.startswith(expected), text


async def test_the_card_in_the_document_is_the_one_that_is_drawn(own, tmp_path):
    async with Scenario(tmp_path, start=fresh, skills=[own / "cdn"]) as play:
        await play.say("ben", "clear the cache of the shop")
        card = await play.card()
        drawn = "\n".join(map(plainly, lines(card, 80, True, UTC, play.clock.now())))
    for line in block("text").splitlines():
        assert line in drawn, drawn


def plainly(line):
    return "".join(piece.text for piece in line).rstrip()


def said(home, *argv):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = run(["--home", str(home), *argv])
    return status, out.getvalue()
