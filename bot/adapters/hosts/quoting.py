"""From a command to an argv, and from an argv to the one line that SSH carries.

SSH has no argv: the server hands one string to the login shell. So each argument is quoted
for a POSIX shell, and `exec` takes the place of the shell, so that the program runs and never a
builtin, keyword or function of its name. A login shell that reads quotes in another way is
found out when the connection is made (`greeting.PROBE`) and refused.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from bot.domain.commands import Script, Shell, Upload
from bot.domain.inventory import SudoMode
from bot.errors import HostSudoError, RequestError
from bot.ports import HostCommand

MARK = "OVERSEER_READ"
"""The environment variable by which the processes of a read are found again."""

LINE_LIMIT = 120_000
"""Linux takes 128 KiB for one argument, and the line is one argument of the login shell."""

_ATTEMPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MODE = re.compile(r"0?[0-7]{3,4}")

_PUT = """
set -u; umask 077
[ ! -d "$1" ] || { echo "$1 is a directory" >&2; exit 1; }
t=$(mktemp "$(dirname "$1")/.overseer.XXXXXXXXXX") || exit 1
trap 'rm -f "$t"' EXIT
cat >"$t" || exit 1
[ "$(wc -c <"$t")" -eq "$3" ] || { echo "the content was cut off" >&2; exit 1; }
[ ! -e "$1" ] || chown "$(stat -c %u:%g "$1")" "$t" || exit 1
chmod "$2" "$t" && mv -f "$t" "$1"
"""


def attempt_name(attempt: str) -> str:
    """The attempt's name, which becomes a folder's name on the host.

    Raises:
        RequestError: it is not made of letters, digits, dots, dashes and underscores.
    """
    if not _ATTEMPT.fullmatch(attempt):
        raise RequestError(f"An attempt can't be called {attempt!r}.")
    return attempt


def argv_of(command: HostCommand) -> tuple[str, ...]:
    """What is executed, before sudo.

    Raises:
        RequestError: the command can't be carried to a host unharmed.
    """
    match command:
        case Shell():
            argv = command.argv
            if not argv or not argv[0] or argv[0].startswith("-") or "=" in argv[0]:
                raise RequestError(f"{argv[:1]!r} is no program's name.")
            if bad := [key for key, _ in command.env if not _VARIABLE.fullmatch(key)]:
                raise RequestError(f"{bad[0]!r} is no variable's name.")
            if command.env:
                argv = ("env", *(f"{key}={value}" for key, value in command.env), *argv)
        case Script():
            argv = ("sh", "-c", command.text)
        case Upload():
            if not command.path.startswith("/") or not _MODE.fullmatch(command.mode):
                raise RequestError("An upload needs an absolute path and an octal mode.")
            size = len(command.content.encode())
            argv = ("sh", "-c", _PUT, "overseer", command.path, command.mode, str(size))
    if any("\0" in argument for argument in argv):
        raise RequestError("A command can't contain a NUL byte.")
    if sum(len(argument.encode()) + 3 for argument in argv) > LINE_LIMIT:
        raise RequestError(
            "The command is too long for one command line.",
            cure="Put it into a file on the host and run that.",
        )
    return argv


def with_sudo(
    argv: Sequence[str], mode: SudoMode, *, host: str, user: str, is_root: bool
) -> tuple[str, ...]:
    """The argv that runs as root, by the host's sudo mode.

    In `password` mode sudo reads one line from stdin. `-k` makes it ask each time; a sudoers
    rule with NOPASSWD still leaves the line unread, so that whatever runs must not inherit
    this stdin (`closed_stdin`) or skip that line (the start script does).

    Raises:
        HostSudoError: the host gives no way to become root.
    """
    if is_root:
        return tuple(argv)
    match mode:
        case SudoMode.PASSWORDLESS:
            return ("sudo", "-n", "--", *argv)
        case SudoMode.PASSWORD:
            return ("sudo", "-k", "-S", "-p", "", "--", *argv)
        case SudoMode.ROOT:
            raise HostSudoError(
                f"{host} is listed with `sudo: root`, but the login is {user}.",
                host=host,
                cure="Set `user: root`, or `sudo: passwordless` or `password`, in inventory.yaml.",
            )
        case SudoMode.NONE:
            raise HostSudoError(
                f"{host} is listed with `sudo: none`, and this command needs root there.",
                host=host,
                cure="Allow sudo to that user and set `sudo:` for the host in inventory.yaml.",
            )


def closed_stdin(argv: Sequence[str]) -> tuple[str, ...]:
    """The argv with /dev/null for stdin, whatever sudo left unread on it."""
    return ("sh", "-c", 'exec "$@" </dev/null', "overseer", *argv)


def after_mark(argv: Sequence[str], mark: str) -> tuple[str, ...]:
    """The argv with a stdin that begins after the line `mark`: what sudo left is skipped."""
    skip = 'm=$1; shift; while IFS= read -r l; do [ "$l" != "$m" ] || break; done; exec "$@"'
    return ("sh", "-c", skip, "overseer", mark, *argv)


def shell_line(argv: Sequence[str], *, mark: str = "") -> str:
    """One line for a POSIX login shell that executes exactly this argv.

    >>> shell_line(("printf", "%s", "a b"))
    "exec printf %s 'a b'"
    """
    line = f"exec {shlex.join(argv)}"
    if len(line.encode()) > LINE_LIMIT + 8_000:
        raise RequestError(
            "The command is too long for one command line.",
            cure="Put it into a file on the host and run that.",
        )
    return f"{MARK}={mark} {line}" if mark else line
