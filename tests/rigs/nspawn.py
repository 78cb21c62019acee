"""Three hosts on which real systemd runs: containers over one Debian root, on loopback.

The root is made once (mmdebstrap, from this machine's own apt sources) and kept in the user's
cache. Each guest is an overlay of it in a mount namespace and a control group of its own,
booted by systemd-nspawn; its sshd and nginx listen on a 127.x address of its own. Needs root.
Everything dies with its starter, and what a guest writes lies in memory.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs import no_containers
from tests.rigs.nspawn_groups import (
    MARK,
    SCRATCH,
    children,
    group_roots,
    remove_group,
    remove_old,
)
from tests.rigs.nspawn_packages import make_package, stanza
from tests.rigs.nspawn_root import UID, USER, CannotError, base_root
from tests.rigs.sshd import make_key, until

NAMES = ("web-1", "web-2", "web-3")

SLOW = """\
[Unit]
Description=Takes twenty seconds to start

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo began >>/var/lib/slow; sleep 20; echo ended >>/var/lib/slow'
"""

ENTER = """
set -e
folder=$1 base=$2 name=$3; shift 3
for group; do echo $$ >"$group/cgroup.procs"; done
mount -t tmpfs -o mode=0755 tmpfs "$folder/disk"
cd "$folder/disk"
mkdir base upper work root
mount --bind "$base" base
cp -a "$folder/seed/." upper/
mount -t overlay overlay -o lowerdir=base,upperdir=upper,workdir=work root
trap 'kill "$child"' TERM  # also when the starter dies; systemd-nspawn then shuts it down
while :; do
  setpriv --pdeathsig TERM systemd-nspawn -q -D root --register=no --keep-unit -M "$name" \
    --link-journal=no --resolv-conf=off --timezone=off --boot &
  child=$!
  while status=0; wait "$child" || status=$?; kill -0 "$child" 2>/dev/null; do :; done
  [ "$status" = 133 ] || exit "$status"  # 133: it reboots
done
"""
MEND = """
rm -f /etc/nginx/conf.d/broken.conf
rm -rf /run/systemd/system/slow.service.d /etc/systemd/system/ssh.service.d
systemctl daemon-reload
systemctl stop slow.service
systemctl unmask --quiet nginx cron; systemctl reset-failed
rm -rf /var/lib/slow /var/lib/overseer
systemctl start nginx cron
"""


@dataclass(kw_only=True)
class Guest:
    """One container."""

    name: str
    folder: Path
    address: str
    ports: tuple[int, int]
    groups: list[Path]
    process: subprocess.Popen | None = None

    @property
    def page(self) -> tuple[str, int]:
        """Where its nginx listens."""
        return self.address, self.ports[1]

    @property
    def console(self) -> str:
        return (self.folder / "console").read_text(errors="replace")

    def seed(self, client_key: str) -> None:
        """Write what tells this guest from the others into a tree of plain folders.

        It becomes the overlay's upper layer; the root itself is never written to, so no link
        in it can lead out of it.
        """
        make_key(self.folder / "host_key")
        (self.folder / "disk").mkdir()
        ssh, http = self.ports
        self._put("etc/hostname", f"{self.name}\n")
        self._put("etc/hosts", f"127.0.0.1 localhost\n{self.address} {self.name}\n")
        self._put("etc/ssh/rig_key", (self.folder / "host_key").read_text(), mode=0o600)
        self._put(
            "etc/ssh/sshd_config.d/rig.conf",
            f"""\
ListenAddress {self.address}
Port {ssh}
HostKey /etc/ssh/rig_key
MaxStartups 500
""",
        )
        self._put(
            "etc/nginx/conf.d/rig.conf",
            f"""\
server {{
    listen {self.address}:{http};
    return 200 "{self.name}\\n";
}}
""",
        )
        self._put("etc/systemd/system/slow.service", SLOW)
        self._put("etc/apt/sources.list", "deb [trusted=yes] file:/srv/packages ./\n")
        self._put("home/ops/.ssh/authorized_keys", client_key, mode=0o600)
        for part in ("home/ops", "home/ops/.ssh", "home/ops/.ssh/authorized_keys"):
            os.chown(self.folder / "seed" / part, UID, UID)
        (self.folder / "seed/home/ops/.ssh").chmod(0o700)

    def _put(self, path: str, text: str, *, mode: int = 0o644) -> None:
        file = self.folder / "seed" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def start(self, base: Path) -> None:
        """Boot it; `wait` until it is up."""
        for group in self.groups:
            group.mkdir(parents=True)
        with (self.folder / "console").open("w") as console:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "unshare", "--mount", "--propagation", "private",
                 "sh", "-c", ENTER, "rig", str(self.folder), str(base),
                 f"{self.name}-{secrets.token_hex(4)}", *map(str, self.groups)],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
            )  # fmt: skip

    def wait(self, seconds: float = 60) -> None:
        """Wait until its units have started and sshd listens."""
        until(self.is_up, f"{self.name} is up: {self.console[-800:]}", seconds)

    def is_up(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"{self.name} has ended: {self.console[-800:]}")
        state = self.do("systemctl is-system-running", check=False).strip()
        return state in {"running", "degraded"} and self.answers(self.ports[0])

    def answers(self, port: int) -> bool:
        with socket.socket() as attempt:
            attempt.settimeout(1)
            return attempt.connect_ex((self.address, port)) == 0

    @property
    def leader(self) -> int | None:
        """Its first process, seen from here; another one after each boot."""
        if self.process is None or self.process.poll() is not None:
            return None
        for nspawn in children(self.process.pid, "systemd-nspawn"):
            for pid in children(nspawn, "systemd"):
                return pid
        return None

    def do(self, script: str, *, check: bool = True) -> str:
        """Run a script inside, as root: what an administrator does there beside Overseer."""
        leader = self.leader
        if leader is None:
            return ""
        done = subprocess.run(
            ["nsenter", "--target", str(leader), "--all", "sh", "-c", script],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{self.name}: {script!r} ended {done.returncode}: {done.stderr}")
        return done.stdout

    def boot_id(self) -> str:
        """Empty while it is down, or so far on its way down that it kills what looks."""
        return self.do("cat /proc/sys/kernel/random/boot_id", check=False).strip()

    def unit(self, name: str, what: str = "ActiveState") -> str:
        """A property of a unit, as systemd has it now."""
        return self.do(f"systemctl show -p {what} --value -- {name}").strip()

    def began(self, name: str) -> str:
        """Which life of a unit this is: it differs after each restart."""
        return self.unit(name, "InvocationID")

    def break_nginx(self) -> None:
        """Have nginx refuse its configuration; the running one goes on until it is restarted."""
        self.do("echo 'listne 80;' >/etc/nginx/conf.d/broken.conf")

    def mend_nginx(self) -> None:
        self.do("rm -f /etc/nginx/conf.d/broken.conf")

    def publish(self, folder: Path, *versions: str) -> None:
        """Put versions of a tiny package into the guest's own archive, and read its lists."""
        index = ""
        for version in versions:
            file = make_package(folder, version)
            self.copy(file, f"/srv/packages/{file.name}")
            index += stanza(file, version)
        (folder / "Packages").write_text(index)
        self.copy(folder / "Packages", "/srv/packages/Packages")
        self.do("apt-get -q update")

    def copy(self, file: Path, to: str) -> None:
        with file.open("rb") as content:
            subprocess.run(
                ["nsenter", "--target", str(self.leader), "--all", "sh", "-c", f"cat >{to}"],
                stdin=content, check=True,
            )  # fmt: skip

    def power_off(self) -> None:
        """Begin its way down; `end` waits for that."""
        if self.process is not None and self.process.poll() is None:
            for nspawn in children(self.process.pid, "systemd-nspawn"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(nspawn, signal.SIGTERM)

    def end(self) -> None:
        """See it gone, by force if need be; its mounts go with its namespace."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
            for pid in (self.leader, *children(self.process.pid, "systemd-nspawn")):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid or 0, signal.SIGKILL) if pid else None
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
        for group in self.groups:
            remove_group(group)


@dataclass
class Rig:
    """Three guests and a client key that they let in."""

    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix=f"{MARK}-{os.getpid()}-", dir=SCRATCH))
    )
    guests: dict[str, Guest] = field(default_factory=dict)

    def start(self) -> None:
        """Boot them.

        Raises:
            CannotError: this machine can't, or the root can't be made.
        """
        if reason := no_containers():
            raise CannotError(reason)
        base = base_root()
        remove_old()
        self.folder.chmod(0o755)
        make_key(self.folder / "client_key")
        token = f"{MARK}-{os.getpid()}-{secrets.token_hex(3)}"
        net = f"127.{secrets.randbelow(150) + 50}.{secrets.randbelow(250)}"
        for number, name in enumerate(NAMES, start=2):
            address = f"{net}.{number}"
            guest = self.guests[name] = Guest(
                name=name, folder=self.folder / name, address=address,
                ports=(free_port(address), free_port(address)),
                groups=[root / token / name for root in group_roots()],
            )  # fmt: skip
            guest.folder.mkdir()
            guest.seed((self.folder / "client_key.pub").read_text())
            guest.start(base)
        for guest in self.guests.values():
            guest.wait()

    def mend(self) -> None:
        """Make every guest as it was, whatever a test has done."""

        def mend(guest: Guest) -> None:
            if not guest.is_up():
                guest.wait()
            guest.do(MEND)

        with ThreadPoolExecutor(len(self.guests)) as pool:
            list(pool.map(mend, self.guests.values()))

    @property
    def known_hosts(self) -> str:
        lines = []
        for guest in self.guests.values():
            key = " ".join((guest.folder / "host_key.pub").read_text().split()[:2])
            lines.append(f"[{guest.address}]:{guest.ports[0]} {key}\n")
        return "".join(lines)

    @property
    def inventory(self) -> str:
        """The guests as inventory.yaml has them: production, in one group.

        None of them has a cron-jobs.
        """
        hosts = [
            f"  {g.name}: {{groups: [web], environment: production, connection: "
            f"{{address: {g.address}, port: {g.ports[0]}, user: {USER}, sudo: passwordless, "
            f"identity_file: {self.folder / 'client_key'}}}}}\n"
            for g in self.guests.values()
        ]
        return f"hosts:\n{''.join(hosts)}services: [nginx, cron, cron-jobs, ssh, slow]\n"

    def stop(self) -> None:
        """End all of them, and leave nothing."""
        for guest in self.guests.values():
            guest.power_off()
        for guest in self.guests.values():
            guest.end()
        for group in {group.parent for guest in self.guests.values() for group in guest.groups}:
            remove_group(group)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]
