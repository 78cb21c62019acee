"""The log of a home: its owner's alone, also when it is begun anew."""

import logging
import os
from types import SimpleNamespace

import pytest
import structlog

from bot.cli import logs
from bot.cli.crash import LOG
from bot.errors import ConfigError


@pytest.fixture
def root():
    """The root logger and structlog, as they were afterwards."""
    root = logging.getLogger()
    before, level, configured = root.handlers[:], root.level, structlog.get_config()
    yield root
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**configured)


def test_no_log_of_a_home_can_be_read_by_others(tmp_path, root, monkeypatch):
    monkeypatch.setattr(logs, "KEPT_BYTES", 1_000)
    before = os.umask(0o022)
    try:
        logs.to_file(SimpleNamespace(path=tmp_path))
        for number in range(50):
            root.info("a line of the log, number %s", number)
    finally:
        os.umask(before)
    found = sorted(tmp_path.glob(f"{LOG}*"))
    assert len(found) == 4
    assert {oct(path.stat().st_mode & 0o777) for path in found} == {"0o600"}


def test_a_log_that_cannot_be_written_is_told(tmp_path, root):
    with pytest.raises(ConfigError, match="can't be written"):
        logs.to_file(SimpleNamespace(path=tmp_path / "nowhere"))
