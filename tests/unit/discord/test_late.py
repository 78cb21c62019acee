"""discord.py is imported when Discord is set up, and by nothing before."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ASKED = """
import sys
import bot.app, bot.cli, bot.cli.discord_checks, bot.cli.serving
import bot.adapters.discord
import bot.adapters.discord.checks
print("discord" in sys.modules)
from bot.adapters.discord import DiscordPlatform
print("discord" in sys.modules)
"""


def test_an_overseer_without_discord_imports_none_of_it():
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", ASKED],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "True"]
