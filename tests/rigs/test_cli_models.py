"""Language models from the command line: check, status, usage, and a start with none that works."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.domain.usage import Usage
from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import LAB, PATIENCE
from tests.rigs.stores import opened

NOWHERE = """\
timezone: UTC
models:
  tiers:
    - base_url: http://127.0.0.1:9/v1   # line 4; nobody listens on the discard port
      tier: local
      provider: openai
      model: qwen
  budget: {person_tokens: 200_000, money: 5}
"""
USED = Usage(calls=3, tokens_in=12_000, cached=9_000, tokens_out=300, micros=41_500)


def prepared(overseer, settings=NOWHERE):
    overseer.home.mkdir()
    (overseer.home / "inventory.yaml").write_text(LAB)
    (overseer.home / "overseer.yaml").write_text(settings)


def booked(overseer, *entries):
    async def work():
        store = opened(overseer.home / "overseer.db")
        for entry in entries:
            await store.write(lambda u, e=entry: u.book(*e))
        await store.close()

    asyncio.run(work())


def test_a_check_names_the_line_and_the_bot_runs_on_with_the_rules(overseer):
    prepared(overseer)
    for command in (["check"], ["check", "models"]):
        checked = overseer.cli(*command)
        assert checked.returncode == 4, checked.stdout + checked.stderr
        assert "✗ models         0 of 1 are well; without one the rules read" in checked.stdout
        assert "overseer.yaml:4: " in checked.stdout
        assert "✓ prompts        plan@" in checked.stdout
        assert ("hosts" in checked.stdout) == (len(command) == 1)
    server = overseer.start()
    assert overseer.cli("ask", "how is localhost?").returncode == 0
    status = overseer.cli("status", "--json")
    told = json.loads(status.stdout)["status"]
    assert told["parser"].endswith("no model answers")
    assert told["models"][0].startswith("local: qwen")
    assert "of 5.00 USD" in told["models"][-1]
    drawn = overseer.cli("status").stdout
    assert "models    local: qwen" in drawn
    assert "\n          today: " in drawn

    checked = overseer.cli("check", "models")
    assert checked.returncode == 4
    assert "the server that runs has left out: " in checked.stdout

    (overseer.home / "overseer.yaml").write_text("")
    assert overseer.cli("reload").stdout == "Reloaded: overseer.yaml.\n"
    assert "no language model is set up" in overseer.cli("status").stdout
    overseer.stop(server)


def test_what_can_not_be_checked_is_said(overseer):
    wrong = overseer.cli("check", "hosts")
    assert wrong.returncode == 64
    assert "./overseer hosts check" in wrong.stderr


def test_usage_of_today_and_the_month_by_person_and_model(overseer):
    prepared(overseer)
    none = overseer.cli("usage")
    assert none.returncode == 0, none.stderr
    assert "No language model was asked this month." in none.stdout
    assert "a day may take  200,000 tokens a person; 5.00 USD all together" in none.stdout
    people = (overseer.home / "people.yaml").read_text()
    today = datetime.now(UTC).date()
    entries = [(today, "ana", "qwen", USED), (today, "ben", "qwen", USED)]
    earlier = today.replace(day=1)
    booked(overseer, *entries, (earlier, "ana", "claude", USED))

    told = json.loads(overseer.cli("usage", "--json").stdout)
    assert [(r["person"], r["model"], r["calls"]) for r in told["month"]] == [
        ("ana", "claude", 3), ("ana", "qwen", 3), ("ben", "qwen", 3),
    ]  # fmt: skip
    assert told["today"][-1] == {
        "person": "ben", "model": "qwen", **USED.model_dump(), "currency": "USD",
    }  # fmt: skip
    lines = overseer.cli("usage").stdout.splitlines()
    assert lines[0] == f"today, {today}"
    assert ["ben", "qwen", "3", "12,000", "9,000", "300", "0.042", "USD"] in map(str.split, lines)
    together = [line.split() for line in lines if line.startswith("together")]
    assert together[-1] == ["together", "9", "36,000", "27,000", "900", "0.12", "USD"]

    (overseer.home / "overseer.yaml").write_text(f"{NOWHERE}  currency: EUR\n")
    booked(overseer, (today, "eva", "qwen", USED, "EUR"), (today, "eva", "qwen", USED, "USD"))
    lines = [line.split() for line in overseer.cli("usage").stdout.splitlines()]
    eva = ["eva", "qwen", "3", "12,000", "9,000", "300", "0.042"]
    assert [*eva, "EUR"] in lines
    assert [*eva, "USD"] in lines
    together = max(at for at, line in enumerate(lines) if line[:1] == ["together"])
    assert lines[together][-2:] == ["0.17", "EUR"]
    assert lines[together + 1] == ["0.042", "USD"], "an amount of its own, never added up"

    (overseer.home / "people.yaml").write_text(people.replace("admin", "operator"))
    own = json.loads(overseer.cli("usage", "--json").stdout)
    assert own["month"] == [], "what others have used is for admins"


class Hung(BaseHTTPRequestHandler):
    """A model that is well whenever it is looked at, and answers no request until it is let."""

    asked: threading.Event
    let: threading.Event

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"data": [{"id": "qwen"}]}')

    def do_POST(self):
        self.asked.set()
        self.let.wait(PATIENCE)

    def log_message(self, *_):
        pass


@pytest.fixture
def hung():
    """Its handler; `.settings` are those of a home that asks it and waits."""
    it = type("Hung", (Hung,), {"asked": threading.Event(), "let": threading.Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), it)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    it.settings = NOWHERE.replace("127.0.0.1:9", f"127.0.0.1:{server.server_port}").replace(
        "  budget", "      timeout: 90\n  patience: 90\n  budget"
    )
    yield it
    it.let.set()
    server.shutdown()
    server.server_close()


def test_a_request_that_somebody_elses_stop_drops_has_not_been_done(overseer, hung):
    prepared(overseer, hung.settings)
    overseer.start()
    asking = overseer.spawn("ask", "wie voll ist die platte von localhost?")
    assert hung.asked.wait(PATIENCE), asking.output.read_text()
    stopped = overseer.cli("stop", "--all")
    assert "Dropped 1 request" in stopped.stdout, stopped.stdout + stopped.stderr
    assert asking.wait(PATIENCE) == 5, asking.output.read_text()
    assert "A stop came before I had read that" in " ".join(asking.output.read_text().split())


def test_a_spent_budget_is_told_by_a_process_that_has_refused_nothing(overseer, hung):
    prepared(overseer, hung.settings.replace("200_000", "100"))
    server = overseer.start()
    assert "less than one request" in " ".join(
        overseer.cli("ask", "wie geht es localhost?").stdout.split()
    )
    overseer.stop(server)
    assert not hung.asked.is_set()
    told = "budget for language models (100 tokens a day) is less than one request may take"
    assert told in overseer.cli("usage").stdout
    assert told in " ".join(json.loads(overseer.cli("status", "--json").stdout)["status"]["models"])
