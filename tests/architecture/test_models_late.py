"""An SDK of a model is imported when a model is first asked, and never on the event loop."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SDKS = {"anthropic", "openai", "httpx2", "httpcore2"}

BUILT = """
import asyncio, json, sys
from pathlib import Path
from bot.app import fresh
from bot.settings import Home

async def main():
    app = await fresh(Home(path=Path(sys.argv[1])))
    await app.start()
    await app.stop()

asyncio.run(main())
print(json.dumps(sorted(sys.modules)))
"""

MADE = """
import json, sys
from bot.adapters.llm import model_of
from bot.settings import ModelSettings

for provider in ("anthropic", "openai"):
    for base_url in ("", "http://127.0.0.1:1"):
        model_of(
            ModelSettings(tier="cloud-fast", provider=provider, model="m", base_url=base_url), None
        )
print(json.dumps(sorted(sys.modules)))
"""

# Notes what the thread of the event loop imports while a model is asked for the first time.
ASKED = """
import asyncio, json, sys, threading

SDKS = {"anthropic", "openai", "httpx2", "httpcore2"}
noted = {"loop": [], "beside": []}

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in SDKS:
            loop = threading.current_thread() is threading.main_thread()
            noted["loop" if loop else "beside"].append(name)

sys.meta_path.insert(0, Finder())

from bot.adapters.llm import model_of
from bot.adapters.llm.openai import OpenAIResponses
from bot.intent.model.answer import Answer
from bot.ports import Prompt, Turn
from bot.settings import ModelSettings
from tests.rigs.raw_endpoint import RawEndpoint

BODIES = {
    "anthropic": {"content": [{"type": "text", "text": "{}"}]},
    "openai": {"choices": [{"message": {"content": "{}"}}]},
    "responses": {"output": [{"type": "message", "content": [{"type": "output_text", "text": "{}"}]}]},
}

async def main(api):
    async with RawEndpoint() as raw:
        raw.answer(BODIES[api])
        settings = ModelSettings(
            tier="local", provider="anthropic" if api == "anthropic" else "openai", model="m",
            base_url=raw.url,
        )
        model = model_of(settings, None)
        if api == "responses":
            model._dialect = OpenAIResponses(settings)
        prompt = Prompt("p@1", "s", "f", (Turn("user", "hi"),), Answer)
        await model.open(connections=1, timeout_s=60)
        opened = {name for name in sys.modules if name.partition(".")[0] in SDKS}
        assert (await model.ask(prompt, timeout_s=60)).text == "{}"
        asked = {name for name in sys.modules if name.partition(".")[0] in SDKS}
        noted["late"] = sorted(asked - opened)
        raw._answers[:] = []
        raw.answer({"data": [{"id": "m"}]})
        await model.check(timeout_s=60)
        await model.close()

asyncio.run(main(sys.argv[1]))
print(json.dumps(noted))
"""


def printed(script, *arguments):
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def packages(modules):
    return {name.partition(".")[0] for name in modules}


def test_an_overseer_without_models_imports_none(tmp_path):
    modules = packages(printed(BUILT, str(tmp_path / "home")))
    assert modules & SDKS == set()


def test_a_model_that_nobody_has_asked_imports_none():
    assert packages(printed(MADE)) & SDKS == set()


@pytest.mark.parametrize("api", ["anthropic", "openai", "responses"])
def test_the_first_ask_imports_beside_the_event_loop_and_after_an_opening_nothing(api):
    noted = printed(ASKED, api)
    assert noted["late"] == []
    assert noted["loop"] == []
    assert "httpx2" in noted["beside"]
