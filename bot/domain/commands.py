"""Commands as data: what a plan shows, hashes and runs.

An action yields these; nothing here runs. `Shell` is an argv that never meets a shell
unquoted; `Script` is a text for `sh -c`, either written by a skill's author or, for
`host.run` alone, by the requester.
"""

from __future__ import annotations

import re
import shlex
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

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


class Credential(Frozen):
    """A secret with the scheme that comes before it in a header: `Bearer TOKEN`."""

    scheme: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
    secret: SecretRef


def header_shown(value: str | SecretRef | Credential) -> str:
    """A header's value as it may be shown: of a secret only where it is kept.

    >>> header_shown(Credential(scheme="Bearer", secret=SecretRef(reference="store:cdn")))
    'Bearer store:cdn'
    """
    match value:
        case SecretRef():
            return value.reference
        case Credential():
            return f"{value.scheme} {value.secret.reference}"
        case _:
            return value


_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade"})


class Request(Frozen):
    """An HTTP request from Overseer itself. A header may be a secret, by its reference.

    It is sent as it stands: to this URL alone, whatever the answer says of another one. An answer
    that has not begun after `timeout_s` seconds is none.
    """

    kind: Literal["request"] = "request"
    method: Annotated[str, Field(pattern=r"^[A-Z]{1,20}$")]
    url: str
    headers: tuple[tuple[str, str | SecretRef | Credential], ...] = ()
    body: str = ""
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0

    @property
    def reads(self) -> bool:
        """Whether it asks and changes nothing, as its method says."""
        return self.method in {"GET", "HEAD", "OPTIONS"}

    @field_validator("url")
    @classmethod
    def _whole(cls, value: str) -> str:
        match = re.fullmatch(r"https?://([^/?#\s]+)([/?][^#\s]*)?", value)
        if match is None or not value.isascii():
            raise ValueError("a URL is http:// or https:// and a host, in ASCII without blanks")
        if "@" in match[1]:
            raise ValueError("a URL holds no password: put it into a header, as a SecretRef")
        return value

    @field_validator("headers")
    @classmethod
    def _plain(
        cls, value: tuple[tuple[str, str | SecretRef | Credential], ...]
    ) -> tuple[tuple[str, str | SecretRef | Credential], ...]:
        for name, text in value:
            if not _TOKEN.fullmatch(name) or name.lower() in _FRAMING:
                raise ValueError(f"{name!r} can't be set as a header")
            if isinstance(text, str) and not (text.isascii() and text.isprintable()):
                raise ValueError(f"the header {name} is not one line of printable ASCII")
        return value


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
