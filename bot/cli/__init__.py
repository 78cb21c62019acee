"""The command line: `overseer COMMAND`.

Commands are declared in `commands` and `groups` with their help and do their work in the
modules beside them, imported when needed, so that `--help` and `ask` start fast.

Exit statuses: 0 done, 2 question, 3 denied or refused, 4 failed, 5 cancelled, expired or dropped,
6 waiting for votes, 64 a mistake in the command line or the configuration, 130 detached,
1 a fault of Overseer's own, whose details are in the log and never on the screen.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import cast

from bot.cli.room import with_room

EX_USAGE = 64
EX_INTERNAL = 1
EX_REFUSED = 3
EX_FAILED = 4
EX_DETACHED = 130

USUAL = gc.get_threshold()
STARTING = 20_000
"""After so many new objects garbage is looked for, until a server has started.

Nearly all that a start makes stays: with the usual 700 a tenth of it goes into looking.
"""


def main(argv: list[str] | None = None) -> None:
    """Run a command and exit with its status."""
    gc.set_threshold(STARTING, *USUAL[1:])
    _open_standard_streams()
    words = sys.argv[1:] if argv is None else argv
    sys.exit(with_room(lambda: run(words)))


def home_first(argv: list[str]) -> list[str]:
    """`--home DIR` and `--socket PATH` wherever they stand, before everything else."""
    for name in ("--home", "--socket"):
        for at, word in enumerate(argv):
            if word == "--":
                break
            if word.startswith(f"{name}="):
                argv = [word, *argv[:at], *argv[at + 1 :]]
                break
            if word == name and at + 1 < len(argv):
                argv = [word, argv[at + 1], *argv[:at], *argv[at + 2 :]]
                break
    return argv


def run(argv: list[str]) -> int:
    """Run a command; its exit status."""
    try:
        status = _dispatched(argv)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return EX_DETACHED
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        _hush()
        return EX_DETACHED
    except SystemExit:  # rich ends so when its reader has gone
        return EX_DETACHED
    except Exception as error:  # noqa: BLE001 - no traceback ever reaches the screen
        with contextlib.suppress(BrokenPipeError):
            return _explained(error)
        return EX_INTERNAL


def _dispatched(argv: list[str]) -> int:
    """Parse and call, without the ways in which Typer itself would end the process."""
    import typer

    from bot.cli import completing, groups
    from bot.cli.commands import app

    groups.add_to(app)
    # Typer's copy of click has no public name for this one.
    usage_error = cast("type[Exception]", typer.BadParameter.__mro__[1])
    command = typer.main.get_command(app)
    if completing.asked():
        completing.answer(command)
    try:
        with command.make_context("overseer", home_first(argv)) as context:
            return int(command.invoke(context) or 0)
    except typer.Exit as leaving:
        return leaving.exit_code
    except usage_error as error:
        from bot.cli.usage import explain

        return explain(error, argv)


def _explained(error: Exception) -> int:
    """Say what was wrong and what to do; the status."""
    from bot.errors import (
        ConfigError,
        ConflictError,
        NotAllowedError,
        OverseerError,
        RequestError,
    )

    if not isinstance(error, OverseerError):
        from bot.cli.crash import noted

        say(*noted(error))
        return EX_INTERNAL
    say(error.sentence, error.cure)
    if isinstance(error, ConfigError | RequestError):
        return EX_USAGE
    return EX_REFUSED if isinstance(error, ConflictError | NotAllowedError) else EX_FAILED


def say(sentence: str, cure: str = "") -> None:
    """A sentence to the person at the terminal, and below it the way out."""
    print(f"overseer: {sentence}", file=sys.stderr)
    if cure:
        print(f"          {cure}", file=sys.stderr)


def _open_standard_streams() -> None:
    """Fill closed ones, so that no database or socket takes their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _hush() -> None:
    """Let what is still buffered go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
