"""Slack's SDKs are imported when Slack is started, and never on the event loop."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MADE = """
import json, sys
from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform
from bot.domain.messages import People
from bot.settings.chat import SlackSettings

SlackPlatform(SlackSettings(), None, SystemClock(), People, ids=RandomIds())
print(json.dumps(sorted(sys.modules)))
"""

# Notes what the thread of the event loop imports while Slack is started, up to a first message.
STARTED = """
import asyncio, json, sys, threading

SDKS = {"slack_sdk", "slack_bolt"}
noted = {"loop": [], "beside": []}

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in SDKS:
            loop = threading.current_thread() is threading.main_thread()
            noted["loop" if loop else "beside"].append(name)

sys.meta_path.insert(0, Finder())

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform
from bot.domain.messages import People
from bot.settings.chat import SlackSettings

class Secrets:
    async def resolve(self, ref):
        return "xoxb-1" if "bot" in ref.reference else "xapp-1"

async def main():
    settings = SlackSettings(api_url="http://127.0.0.1:9/api/")
    platform = SlackPlatform(settings, Secrets(), SystemClock(), People, ids=RandomIds())
    await platform.start(None)
    await asyncio.sleep(0.5)
    await platform.stop()

asyncio.run(main())
print(json.dumps(noted))
"""


def printed(script):
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_platform_that_is_not_started_imports_none():
    modules = {name.partition(".")[0] for name in printed(MADE)}
    assert modules & {"slack_sdk", "slack_bolt", "aiohttp"} == set()


def test_the_start_imports_beside_the_event_loop():
    noted = printed(STARTED)
    assert noted["loop"] == []
    assert "slack_bolt.async_app" in noted["beside"]
