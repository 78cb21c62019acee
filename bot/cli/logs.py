"""Where the log goes: one JSON line per event in the home, never among cards and figures."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from io import TextIOWrapper

import structlog

from bot.cli.crash import LOG
from bot.domain.redaction import redact
from bot.errors import ConfigError
from bot.settings import Home

KEPT_BYTES = 5_000_000


def to_file(home: Home) -> None:
    """Send structlog and the libraries' warnings to `overseer.log` (0600, rotated).

    Raises:
        ConfigError: it can't be written.
    """
    path = home.path / LOG
    try:
        handler = _Private(path, maxBytes=KEPT_BYTES, backupCount=3)
    except OSError as error:
        raise ConfigError(f"It can't be written: {error.strerror}.", path=str(path)) from error
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_secrets,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("asyncssh", "nicegui", "uvicorn", "httpx", "alembic", "engineio", "socketio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _without_secrets(
    logger: structlog.typing.WrappedLogger, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """What a library says of its faults may hold an address with a password, or a token."""
    del logger, method
    for name, said in event.items():
        if isinstance(said, str) and name not in ("level", "logger", "timestamp"):
            event[name] = redact(said)
    return event


class _Private(logging.handlers.RotatingFileHandler):
    """Whatever it opens is its owner's alone: also the file that follows a full one."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()


def silent() -> None:
    """No log among figures: what a model got wrong there is a figure itself.

    Only what broke is told, on stderr.
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
