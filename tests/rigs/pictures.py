"""`python -m tests.rigs.pictures [DIR]`: the README's pictures, taken of a real run.

Three booted containers, the real page in Chromium, the real command in a terminal. Needs root,
systemd-nspawn and chromium, as the systemd suite does.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

from tests.rigs import nspawn
from tests.rigs.whole_product import furnish

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PEOPLE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['os:root', 'web:ana']}
"""


def command(home, *words):
    """A command of ours, as somebody types it at 80 columns in colour."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bot", "--home", str(home.path), *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env=os.environ | {"CLICOLOR_FORCE": "1", "COLUMNS": "80", "TERM": "xterm-256color",
                          "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.stdout


def page_pictures(browser, link, folder):
    """A plan of a rolling restart, its end, and a run's own page."""
    page = browser.new_page(viewport={"width": 1180, "height": 800})
    page.goto(link)
    if (button := page.query_selector("button")) and "login" in page.url:
        button.click()
    page.wait_for_selector("textarea")
    page.wait_for_timeout(1500)

    def say(words):
        page.fill("textarea", words)
        page.press("textarea", "Enter")

    say("restart nginx on web, one at a time because the certificate is new")
    approve = page.get_by_role("button", name=re.compile("^Approve"))
    approve.wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=folder / "chat.png")
    approve.click()
    page.get_by_text(re.compile("^DONE$")).first.wait_for(timeout=90_000)
    page.wait_for_timeout(800)
    page.screenshot(path=folder / "done.png")
    say("stop cron on web-3, then restart nginx there")
    approve = page.get_by_role("button", name=re.compile("^Approve 2 steps"))
    approve.wait_for()
    page.wait_for_timeout(800)  # a card that has just changed takes no press
    approve.click()
    page.wait_for_timeout(1000)
    page.goto(f"{page.url.partition('/c/')[0]}/runs/2")
    page.locator(".o-card .o-chip", has_text="DONE").wait_for(timeout=90_000)
    page.wait_for_timeout(800)
    page.screenshot(path=folder / "run.png")
    page.close()


def terminal_picture(browser, said, file):
    """What a terminal shows, as a picture."""
    console = Console(record=True, width=82, file=io.StringIO(), legacy_windows=False)
    console.print(Text.from_ansi(said))
    svg = re.sub(r"@font-face\s*{[^}]*}", "", console.export_svg(title="./overseer"))
    page = browser.new_page(viewport={"width": 1040, "height": 700}, device_scale_factor=1)
    page.set_content(f"<body style='margin:0'>{svg}</body>")
    page.locator("svg").screenshot(path=file, omit_background=True)
    page.close()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rig = nspawn.Rig()
    try:
        rig.start()
        home = furnish(
            Path(tempfile.mkdtemp(prefix="overseer-pictures-")) / "home", rig, people=PEOPLE
        )
        server = subprocess.Popen(
            [sys.executable, "-P", "-m", "bot", "--home", str(home.path), "run", "--port", "0"],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            link = next(found for line in server.stdout if (found := re.search(r"http\S+", line)))
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                page_pictures(browser, link[0], folder)
                said = '$ ./overseer ask "how are the web hosts?"\n'
                said += command(home, "ask", "how are the web hosts?")
                said += '\n$ ./overseer plan "stop cron on web-1"\n'
                said += command(home, "plan", "stop cron on web-1")
                terminal_picture(browser, said, folder / "terminal.png")
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    finally:
        rig.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
