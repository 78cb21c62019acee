"""One host as Ansible describes it, as the inventory here describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.adapters.files.ansible_groups import Resolved
from bot.adapters.files.first_start import own_sudo
from bot.adapters.files.imported import Imported
from bot.domain.inventory import PRODUCTION, Connection, ConnectionKind, Host, SudoMode
from bot.domain.naming import NAME, PRODUCTION_WORDS, RESERVED, odd_in

ENVIRONMENTS = {
    **dict.fromkeys(PRODUCTION_WORDS, PRODUCTION),
    "staging": "staging", "stage": "staging", "test": "test", "testing": "test", "qa": "test",
    "dev": "development", "development": "development", "lab": "lab", "research": "research",
}  # fmt: skip
"""Group names that say which environment a host is in."""

_ADDRESS = ("ansible_host", "ansible_ssh_host")
_PORT = ("ansible_port", "ansible_ssh_port")
_USER = ("ansible_user", "ansible_ssh_user")
_KEY = ("ansible_ssh_private_key_file", "ansible_private_key_file")
_CONNECTION = ("ansible_connection",)
_PASSWORD = ("ansible_password", "ansible_ssh_password", "ansible_ssh_pass")
_PASSPHRASE = ("ansible_ssh_private_key_passphrase",)
_SUDO_PASSWORD = (
    "ansible_become_password", "ansible_become_pass", "ansible_sudo_password", "ansible_sudo_pass",
)  # fmt: skip
_ARGUMENTS = ("ansible_ssh_common_args", "ansible_ssh_extra_args")
_HANDLED = frozenset(
    {*_ADDRESS, *_PORT, *_USER, *_KEY, *_CONNECTION, *_PASSWORD, *_PASSPHRASE, *_SUDO_PASSWORD,
     *_ARGUMENTS, "ansible_become", "ansible_become_user", "ansible_become_method"}
)  # fmt: skip
_JUMP = re.compile(r"""\s*(?:-o\s*["']?ProxyJump[=\s]|-J\s*)([A-Za-z0-9@._:,-]+)["']?\s*""")


class UnusableError(Exception):
    """This host can't be taken; the message says why."""


def host_of(ansible: Resolved, found: Imported) -> Host | None:
    """The host; what can't be honoured is noted. None when it can't be taken at all."""
    one = _One(ansible, found)
    try:
        connection = one.connection()
    except UnusableError as error:
        found.skipped.append((ansible.name, str(error)))
        return None
    one.note_the_rest()
    groups, environment = one.groups()
    return Host(name=ansible.name, groups=groups, environment=environment, connection=connection)


class _One:
    """One host while it is being read."""

    def __init__(self, ansible: Resolved, found: Imported) -> None:
        """Values never get into the notes: some are secrets."""
        self._name = ansible.name
        self._said: Mapping[str, Any] = ansible.variables
        self._lineage = ansible.groups
        self._found = found

    def _note(self, why: str) -> None:
        self._found.unhonoured.append((self._name, why))

    def connection(self) -> Connection:
        """How it is reached."""
        kind = self._text(_CONNECTION, needed=True) or "ssh"
        if kind.rpartition(".")[2] == "local":
            return Connection(kind=ConnectionKind.LOCAL, sudo=own_sudo())
        if kind.rpartition(".")[2] not in {"ssh", "smart", "paramiko", "paramiko_ssh"}:
            raise UnusableError(f"its connection is {kind}; only ssh and local are known here")
        user = self._text(_USER, needed=True)
        sudo_password = self._secret(_SUDO_PASSWORD, "sudo")
        return Connection(
            kind=ConnectionKind.SSH,
            address=self._text(_ADDRESS, needed=True),
            port=self._port(),
            user=user,
            identity_file=self._text(_KEY),
            proxy_jump=self._jump(),
            password=self._secret(_PASSWORD, "password"),
            passphrase=self._secret(_PASSPHRASE, "passphrase"),
            sudo=SudoMode.ROOT if user == "root" and not sudo_password
            else SudoMode.PASSWORD if sudo_password else SudoMode.PASSWORDLESS,
            sudo_password=sudo_password,
        )  # fmt: skip

    def _text(self, keys: tuple[str, ...], *, needed: bool = False) -> str:
        for key in keys:
            value = self._said.get(key)
            if isinstance(value, dict) and "__ansible_unsafe" in value:
                value = value["__ansible_unsafe"]
            if value is None or value == "":
                continue
            if isinstance(value, dict | list | bool):
                why = f"{key} is encrypted or no plain text"
            elif "{{" in str(value) or "{%" in str(value):
                why = f"{key} is a template"
            else:
                return str(value)
            if needed:
                raise UnusableError(f"{why}; write its value, then import again")
            self._note(why)
        return ""

    def _port(self) -> int | None:
        text = self._text(_PORT, needed=True)
        if not text:
            return None
        if not (text.isdigit() and 0 < int(text) < 65536):
            raise UnusableError("its port is no number from 1 to 65535")
        return int(text)

    def _secret(self, keys: tuple[str, ...], what: str) -> str:
        """A reference to a secret that Ansible has; the value is not taken along."""
        key = next((k for k in keys if self._said.get(k) not in (None, "")), "")
        if not key:
            return ""
        kept = f"{self._name}-{what}"
        self._note(f"{key} is not taken along: ./overseer secret set {kept}")
        return f"store:{kept}"

    def _jump(self) -> str:
        jump = ""
        for key in _ARGUMENTS:
            text = self._text((key,))
            match = _JUMP.fullmatch(text)
            if match:
                jump = match[1]
            elif text:
                self._note(f"{key} has no counterpart here; ssh_config is honoured")
        return jump

    def note_the_rest(self) -> None:
        """Say what else stood there."""
        if str(self._said.get("ansible_become", "true")).lower() in {"false", "no", "0"}:
            self._note("ansible_become is false: here sudo is used where a command needs it")
        if str(self._said.get("ansible_become_user", "root")) != "root":
            self._note("ansible_become_user: commands become root or stay who they are")
        if str(self._said.get("ansible_become_method", "sudo")).rpartition(".")[2] != "sudo":
            self._note("ansible_become_method: only sudo is known here")
        for key in sorted(map(str, self._said)):
            if key in _HANDLED:
                continue
            if "host_key_checking" in key:
                self._note(f"{key}: host keys are always checked: ./overseer hosts trust")
            elif key.startswith("ansible_"):
                self._note(f"{key} has no counterpart here")
            else:
                self._note(f"{key}: variables of playbooks stay in Ansible")

    def groups(self) -> tuple[tuple[str, ...], str]:
        """Its groups without those that name an environment, and the environment."""
        plain = [g for g in self._lineage if g not in {"all", "ungrouped"}]
        environments = {ENVIRONMENTS[g.lower()] for g in plain if g.lower() in ENVIRONMENTS}
        if len(environments) > 1:
            self._note("it is in several environments, so it counts as production")
        kept = []
        for group in (g for g in plain if g.lower() not in ENVIRONMENTS):
            if NAME.fullmatch(group) and group.lower() not in RESERVED:
                kept.append(group)
            else:
                self._note(f"the group {group!r} can't be a group's name here{odd_in(group)}")
        environment = environments.pop() if len(environments) == 1 else PRODUCTION
        return tuple(kept), environment
