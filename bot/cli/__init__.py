"""The command line: `overseer COMMAND`.

Commands are declared here with their help and do their work in the modules beside this one,
imported when needed, so that `--help` and `ask` start fast.
"""

from __future__ import annotations

import sys

EX_USAGE = 64
EX_INTERNAL = 1
EX_FAILED = 4
EX_DETACHED = 130


def main(argv: list[str] | None = None) -> None:
    """Run a command and exit with its status (0, 2, 3, 4, 5, 6, 64, 1 or 130)."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: list[str]) -> int:
    """Run a command; its exit status.

    64 is a mistake in the command line, 1 is a fault of Overseer's own, which is printed
    whole; everything else is the command's own word.
    """
    import typer
    from typer import _click

    from bot.cli.commands import app
    from bot.errors import ConfigError, OverseerError

    try:
        return int(app(argv, prog_name="overseer", standalone_mode=False) or 0)
    except _click.exceptions.UsageError as error:
        error.show()
        return EX_USAGE
    except (KeyboardInterrupt, typer.Abort):
        print(file=sys.stderr)
        return EX_DETACHED
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        sys.stderr.close()
        return EX_DETACHED
    except OverseerError as error:
        print(f"overseer: {error.sentence}", file=sys.stderr)
        if error.cure:
            print(f"          {error.cure}", file=sys.stderr)
        return EX_USAGE if isinstance(error, ConfigError) else EX_FAILED
