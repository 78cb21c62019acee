"""Real sshd processes on loopback addresses: hosts that can be stopped, re-keyed and rebooted.

Each host is one sshd in a mount namespace of its own, with its own users, sudoers, /root,
/var/lib/overseer and boot id, so that nothing is left on the machine and hosts can't see each
other's runs. Needs root, openssh-server, sudo and util-linux. Everything dies with its starter.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from bot.domain.inventory import Connection, Host, Inventory, SudoMode
from bot.settings import Home
from tests import programs
from tests.rigs.processes import name_of, namespace

SUDO_PASSWORD = "open sesame, it's me"
LISTEN_LIMIT = 16  # sshd's MAX_LISTEN_SOCKS
USERS = {"plain": 53001, "careful": 53002, "humble": 53003, "odd": 53004}
SUDOERS = """\
Defaults lecture=never
plain ALL=(ALL) NOPASSWD: ALL
careful ALL=(ALL) PASSWD: ALL
"""
ODD_SHELL = """#!/bin/sh
# Reads its command as no POSIX shell does: backslashes are gone.
exec /bin/sh -c "$(printf %s "$2" | tr -d '\\\\')"
"""
ENTER = """
set -e
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/shadow" /etc/shadow
mount --bind "$1/group" /etc/group
mount --bind "$1/sudoers.d" /etc/sudoers.d
if [ -n "$3" ]; then mount -t tmpfs -o "size=$3,mode=0755" tmpfs /var/lib/overseer
else mount --bind "$1/lib" /var/lib/overseer; fi
mount --bind "$1/root" /root
mount --bind "$1/boot_id" /proc/sys/kernel/random/boot_id
exec "$2" -D -e -f "$1/sshd_config"
"""


def why_not() -> str | None:
    """Say why the rig can't run here; None where it can."""
    if os.geteuid() != 0:
        return "the sshd rig needs root (users and mounts of its own)"
    if lacking := programs.why_not("sshd"):
        return lacking
    tried = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return None if tried.returncode == 0 else "mount namespaces are not allowed here"


def memory() -> Path | None:
    """A folder in memory, for the files of hosts that are measured; None where there is none."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    found = any(mount[1:3] == ["/dev/shm", "tmpfs"] for mount in mounts)
    return Path("/dev/shm") if found else None


def where() -> str:
    """Where the files of `many_hosts` lie, for a bench's first lines."""
    return f"the hosts' files are {'in memory' if memory() else 'on one disk, with the database'}"


def until(condition, what, seconds=10.0):
    """Poll a condition; what it gives when it holds."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return value


@dataclass(kw_only=True)
class Server:
    """One sshd."""

    folder: Path
    addresses: tuple[str, ...]
    port: int
    extra: str = ""
    disk: str = ""
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return self.addresses[0]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def build(self, authorized_keys: Path) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "lib").mkdir()
        (self.folder / "home").mkdir()
        (self.folder / "root").mkdir(mode=0o700)
        sudoers = self.folder / "sudoers.d"
        sudoers.mkdir()
        (sudoers / "rig").write_text(SUDOERS)
        (sudoers / "rig").chmod(0o440)
        shell = self.folder / "odd-shell"
        shell.write_text(ODD_SHELL)
        shell.chmod(0o755)
        tables = {name: Path("/etc", name).read_text() for name in ("passwd", "shadow", "group")}
        hashed = subprocess.run(
            ["openssl", "passwd", "-6", "-stdin"],
            input=SUDO_PASSWORD, capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        for user, uid in USERS.items():
            home = self.folder / "home" / user
            home.mkdir()
            os.chown(home, uid, uid)
            shell_path = shell if user == "odd" else "/bin/sh"
            tables["passwd"] += f"{user}:x:{uid}:{uid}::{home}:{shell_path}\n"
            tables["shadow"] += f"{user}:{hashed if user == 'careful' else '*'}:19000::::::\n"
            tables["group"] += f"{user}:x:{uid}:\n"
        for name, text in tables.items():
            path = self.folder / name
            path.write_text(text)
            path.chmod(0o640 if name == "shadow" else 0o644)
        self.new_boot_id()
        self.new_key()
        listen = "\n".join(f"ListenAddress {address}" for address in self.addresses)
        (self.folder / "sshd_config").write_text(f"""\
Port {self.port}
{listen}
HostKey {self.folder}/host_key
PidFile none
AuthorizedKeysFile {authorized_keys}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxStartups 500
LogLevel INFO
{self.extra}
""")

    def new_boot_id(self) -> None:
        path = self.folder / "boot_id"
        path.write_text(f"{uuid.uuid4()}\n")  # in place: it is bind-mounted

    def new_key(self) -> None:
        key = self.folder / "host_key"
        key.unlink(missing_ok=True)
        make_key(key)

    @property
    def known_hosts_lines(self) -> list[str]:
        key = " ".join((self.folder / "host_key.pub").read_text().split()[:2])
        return [f"[{address}]:{self.port} {key}" for address in self.addresses]

    def start(self) -> None:
        """Start sshd and wait until it listens. It ends with the thread that starts it."""
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "unshare", "-m", "--propagation", "private",
                 "sh", "-c", ENTER, "rig", str(self.folder), str(programs.find("sshd")), self.disk],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        until(self.listens, f"sshd on {self.address}: {self.log}")

    def listens(self) -> bool:
        for address in self.addresses:
            with socket.socket() as attempt:
                attempt.settimeout(1)
                if attempt.connect_ex((address, self.port)):
                    return False
        return True

    def family(self) -> list[int]:
        """Every process of this host: those in its mount namespace."""
        if self.process is None or self.process.poll() is not None:
            return []
        here = namespace(self.process.pid)
        if not here:
            return []
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and namespace(int(entry.name)) == here
        ]

    def signal(self, number: int) -> None:
        """Signal every process of the host: SIGSTOP hangs it, SIGCONT goes on."""
        for pid in self.family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def cut(self) -> None:
        """Cut every connection; what runs goes on."""
        assert self.process
        for pid in self.family():
            if pid != self.process.pid and name_of(pid).startswith("sshd"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop listening; what runs goes on."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def power_off(self) -> None:
        """End every process of the host."""
        while family := self.family():
            assert self.process
            for pid in family:
                if pid != self.process.pid:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            if family == [self.process.pid]:
                self.stop()

    def reboot(self) -> None:
        """End everything, and come back with another boot id."""
        self.power_off()
        self.new_boot_id()
        self.start()


def make_key(path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(path))
    path.chmod(0o600)
    key.write_public_key(str(path.with_name(f"{path.name}.pub")))


@dataclass
class Rig:
    """Servers, a client key, and an Overseer home that trusts them."""

    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix="overseer-rig-", dir="/var/tmp"))
    )
    disks: Path | None = None
    """Where the servers' files lie, when not beside the rig's own."""
    servers: dict[str, Server] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)
        if self.disks is not None:
            self.disks.chmod(0o755)
        self.home = Home(path=self.folder / "overseer-home")
        self.home.path.mkdir(mode=0o700)
        self.key = self.folder / "client_key"
        make_key(self.key)
        # Two rigs on one machine share no address, and the last one to end tidies up.
        self.net = f"127.{secrets.randbelow(40) + 10}.{secrets.randbelow(125) * 2}"
        self._shared = Path("/run/overseer-rigs.lock").open("a")  # noqa: SIM115
        fcntl.flock(self._shared, fcntl.LOCK_SH)
        Path("/run/sshd").mkdir(exist_ok=True)
        self._lib_was = Path("/var/lib/overseer").exists()
        Path("/var/lib/overseer").mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind((self.address(2), 0))
            self.port = probe.getsockname()[1]

    def address(self, number: int) -> str:
        """One of the rig's own loopback addresses, 2 to 450."""
        first, second, third = self.net.split(".")
        return f"{first}.{second}.{int(third) + number // 226}.{number % 226}"

    def add(
        self,
        name,
        addresses,
        *,
        user="root",
        sudo=SudoMode.PASSWORDLESS,
        extra="",
        disk="",
        **connection,
    ):
        """Start a server; its first address becomes the host `name`, trusted."""
        server = Server(
            folder=(self.disks or self.folder) / name, addresses=tuple(addresses),
            port=self.port, extra=extra, disk=disk,
        )  # fmt: skip
        server.build(self.folder / "client_key.pub")
        server.start()
        self.servers[name] = server
        for number, address in enumerate(addresses):
            host = name if number == 0 else f"{name}-{number}"
            self.hosts[host] = Host(
                name=host,
                environment="bench" if len(addresses) > 1 else "staging",
                connection=Connection(
                    address=address, port=self.port, user=user, sudo=sudo,
                    identity_file=str(self.key), **connection,
                ),
            )  # fmt: skip
        self.trust(server)
        return server

    def alias(self, name, of, **connection):
        """Another host on the same server: another user, sudo mode or way."""
        old = self.hosts[of]
        self.hosts[name] = old.model_copy(
            update={"name": name, "connection": old.connection.model_copy(update=connection)}
        )
        return self.hosts[name]

    def trust(self, server: Server) -> None:
        with self.home.known_hosts.open("a") as file:
            file.write("".join(f"{line}\n" for line in server.known_hosts_lines))

    def distrust_all(self) -> str:
        """Empty known_hosts; gives what was in it."""
        was = self.home.known_hosts.read_text()
        self.home.known_hosts.write_text("")
        return was

    @property
    def inventory(self) -> Inventory:
        return Inventory(hosts=tuple(self.hosts.values()))

    def stop(self) -> None:
        for server in self.servers.values():
            server.power_off()
        for folder in (self.folder, self.disks):
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
        with self._shared, contextlib.suppress(OSError):
            fcntl.flock(self._shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._lib_was:
                Path("/var/lib/overseer").rmdir()


def five_hosts() -> Rig:
    """The usual rig: two root logins, and one host each for the ways of sudo."""
    rig = Rig()
    try:
        rig.add("web-1", [rig.address(2)])
        rig.add("web-2", [rig.address(3)])
        rig.add("ops-1", [rig.address(4)], user="plain")
        rig.add("ops-2", [rig.address(5)], user="careful", sudo=SudoMode.PASSWORD,
                sudo_password="env:RIG_SUDO")  # fmt: skip
        rig.add("ops-3", [rig.address(6)], user="humble", sudo=SudoMode.NONE)
    except BaseException:
        rig.stop()
        raise
    return rig


def many_hosts(count: int) -> Rig:
    """`count` addresses on as few sshds as may listen on them, in environment `bench`.

    The hosts' files lie in memory where the machine has a file system there: as many real hosts
    have as many disks, where these would all wait for the journal of one, and for each other,
    and for the database. The coordinator's home stays on its disk.
    """
    place = memory()
    rig = Rig(disks=Path(tempfile.mkdtemp(prefix="overseer-rig-", dir=place)) if place else None)
    addresses = [rig.address(10 + n) for n in range(count)]
    try:
        for n in range(0, count, LISTEN_LIMIT):
            rig.add(f"bench-{n // LISTEN_LIMIT}", addresses[n : n + LISTEN_LIMIT],
                    extra="MaxSessions 50")  # fmt: skip
    except BaseException:
        rig.stop()
        raise
    return rig
