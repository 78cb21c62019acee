"""The log keeps no secret that a library's sentence holds, and is still one JSON line an event."""

import json
import logging

import pytest
import structlog

from bot.cli.crash import LOG
from bot.cli.logs import to_file
from bot.settings import Home

TOKEN = "xoxb-" + "1234567890-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx"
PROXY = "http://me:hunter22@proxy.example:3128"


@pytest.fixture
def lines(tmp_path):
    """Logs into a home; what stands there then."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    home = Home(path=tmp_path)
    to_file(home)

    def written():
        for handler in root.handlers:
            handler.flush()
        return [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]

    yield written
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def raised(text):
    try:
        raise OSError(text)
    except OSError:
        logging.getLogger("a.library").exception("it broke at %s", PROXY)
        structlog.get_logger("bot.here").exception("it.broke", why=text, tries=3)


@pytest.mark.parametrize("secret", [TOKEN, PROXY])
def test_what_an_error_says_is_kept_without_its_secrets(lines, secret):
    raised(f"cannot reach {secret} now")
    said = lines()
    assert len(said) == 2
    assert "hunter22" not in json.dumps(said)
    assert TOKEN not in json.dumps(said)
    assert "Traceback" in said[0]["exception"]
    assert said[1]["tries"] == 3
    assert said[1]["why"].startswith("cannot reach ")


def test_plain_words_stay_as_they_are(lines):
    structlog.get_logger("bot.here").info("slack.away", why="Slack can't be reached: no route.")
    (said,) = lines()
    assert (said["event"], said["level"]) == ("slack.away", "info")
    assert said["why"] == "Slack can't be reached: no route."
