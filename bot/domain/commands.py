"""Commands as data: what a plan shows, hashes and runs.

An action yields these; nothing here runs. `Shell` is an argv that never meets a shell
unquoted; `Script` is a text for `sh -c`, either written by a skill's author or, for
`host.run` alone, by the requester.
"""

from __future__ import annotations

import shlex
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.domain.messages import Frozen


class SecretRef(Frozen):
    """Where a secret is kept: `env:NAME`, `file:PATH`, `command:ARGV`, `store:NAME`.

    The value itself is never part of a plan, a card, a log or an event.
    """

    reference: str

    def __str__(self) -> str:
        """The reference, which may be shown."""
        return f"<secret {self.reference}>"


class Condition(Frozen):
    """`unless`: the command is skipped as *already so* when this read says it is so.

    Met when `argv` exits 0 and, if `stdout` is given, prints exactly that (stripped).
    """

    argv: tuple[str, ...]
    stdout: str | None = None
    says: str = "already so"


class Shell(Frozen):
    """One program with its arguments. `stdin` is closed unless a secret is passed through it."""

    kind: Literal["shell"] = "shell"
    argv: tuple[str, ...]
    sudo: bool = False
    unless: Condition | None = None
    stdin: SecretRef | None = None
    env: tuple[tuple[str, str], ...] = ()


class Script(Frozen):
    """A text for `sh -c`."""

    kind: Literal["script"] = "script"
    text: str
    sudo: bool = False
    unless: Condition | None = None


class Upload(Frozen):
    """A file to put on the host: absolute path, content, octal mode."""

    kind: Literal["upload"] = "upload"
    path: str
    content: str
    mode: str = "0644"
    sudo: bool = False
    unless: Condition | None = None


class Request(Frozen):
    """An HTTP request from Overseer itself. Headers may be secrets."""

    kind: Literal["request"] = "request"
    method: str
    url: str
    headers: tuple[tuple[str, str | SecretRef], ...] = ()
    body: str = ""


class Call(Frozen):
    """Something inside Overseer: an operation of the closed registry in `bot.ports`."""

    kind: Literal["call"] = "call"
    operation: str
    arguments: dict[str, Any] = {}


Command = Annotated[Shell | Script | Upload | Request | Call, Field(discriminator="kind")]


class CommandResult(Frozen):
    """What came of one command on one host.

    `exit_status` is None when a signal ended it, it timed out or it is a `Call` that failed
    before it began. `dropped_bytes` counts output past the cap, `sha256` is over all of it.
    `data` is what a `Call` returned.
    """

    exit_status: int | None
    stdout: str = ""
    stderr: str = ""
    duration_s: float = 0.0
    signal: str = ""
    timed_out: bool = False
    dropped_bytes: int = 0
    sha256: str = ""
    error: str = ""
    data: Any = None

    @property
    def ok(self) -> bool:
        """Whether the command exited with status 0."""
        return self.exit_status == 0


def shown(command: Shell | Script | Upload | Request | Call) -> str:
    """The command as a card shows it, in one or more lines; what runs is exactly this.

    >>> shown(Shell(argv=("systemctl", "restart", "--", "nginx.service"), sudo=True))
    'sudo systemctl restart -- nginx.service'
    """
    match command:
        case Shell():
            env = "".join(f"{k}={shlex.quote(v)} " for k, v in command.env)
            prefix = "sudo " if command.sudo else ""
            return f"{prefix}{'env ' + env if env else ''}{shlex.join(command.argv)}"
        case Script():
            return f"{'sudo ' if command.sudo else ''}sh -c {shlex.quote(command.text)}"
        case Upload():
            about = f"{len(command.content.encode())} bytes, {command.mode}"
            path = shlex.quote(command.path)
            return f"{'sudo ' if command.sudo else ''}write {path} ({about})"
        case Request():
            return f"{command.method} {command.url}"
        case Call():
            words = ", ".join(f"{k}={v!r}" for k, v in sorted(command.arguments.items()))
            return f"{command.operation}({words})"
