"""Three hosts on which real systemd runs: containers over one Debian root, on loopback.

The root is made once (mmdebstrap, from this machine's own apt sources) and kept in the user's
cache. Each guest is an overlay of it in a mount namespace and a control group of its own,
booted by systemd-nspawn; its sshd and nginx listen on a 127.x address of its own. Needs root.
Everything dies with its starter, and what a guest writes lies in memory.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs import CGROUPS, no_containers
from tests.rigs.sshd import make_key, until

NAMES = ("web-1", "web-2", "web-3")
PACKAGES = (
    "systemd", "systemd-sysv", "libpam-systemd", "dbus", "openssh-server", "sudo", "nginx-light",
    "cron",
)  # fmt: skip
USER, UID = "ops", 5000
MARK, SCRATCH = "overseer-nspawn", Path("/var/tmp")
TINY = "overseer-tiny"
SUITE = "bookworm"
"""What is booted where the machine itself is not Debian."""

SLOW = """\
[Unit]
Description=Takes twenty seconds to start

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo began >>/var/lib/slow; sleep 20; echo ended >>/var/lib/slow'
"""
FRESH = f"""\
set -e
rm -f /etc/ssh/ssh_host_*_key* /etc/nginx/sites-enabled/default
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/99mmdebstrap
useradd --create-home --uid {UID} --shell /bin/bash {USER}
echo '{USER} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/{USER}
chmod 0440 /etc/sudoers.d/{USER}
systemctl mask --quiet apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \\
  e2scrub_all.timer e2scrub_reap.service console-getty.service getty@.service
mkdir -p /srv/packages
"""
"""Run inside the new root, once."""

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


class CannotError(Exception):
    """The rig can't run here."""


def cache() -> Path:
    """Where roots are kept, outside of any checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "overseer-tests"


def suite() -> str:
    """The release of Debian that this machine runs, whose packages it therefore can fetch."""
    text = Path("/etc/os-release").read_text()
    fields = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', text, re.MULTILINE))
    return fields.get("VERSION_CODENAME") or SUITE if fields.get("ID") == "debian" else SUITE


def sources(release: str) -> list[str]:
    """This machine's own package sources of that release; none means mmdebstrap's default."""
    apt = Path("/etc/apt")
    files = [apt / "sources.list", *sorted(apt.glob("sources.list.d/*"))]
    return [
        str(file)
        for file in files
        if file.suffix in {".list", ".sources"}
        and file.is_file()
        and re.search(rf"^[^#]*\b{release}\b", file.read_text(), re.MULTILINE)
    ]


def own_options() -> list[str]:
    """How this machine's apt reaches its sources (a proxy, an archive's age), for mmdebstrap."""
    shown = subprocess.run(
        ["apt-config", "dump", "--no-empty"], capture_output=True, text=True, check=False
    ).stdout
    wanted = re.compile(r"Acquire::(\w+::Proxy.*|Check-Valid-Until|Check-Date|Languages.*) ")
    lines = [line for line in shown.splitlines() if wanted.match(line)]
    return [f"--aptopt={line}" for line in lines]


def base_root() -> Path:
    """The root that all guests share, made when it is missing: under a minute, 300 MB.

    Raises:
        CannotError: its packages can't be fetched.
    """
    release = suite()
    recipe = "\n".join((release, *PACKAGES, FRESH))
    root = cache() / f"root-{release}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    root.parent.mkdir(parents=True, exist_ok=True)
    with (root.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another session may be making it
        if root.is_dir():
            return root
        scratch = Path(tempfile.mkdtemp(prefix="new-", dir=root.parent))
        scratch.chmod(0o755)
        hook = scratch.with_suffix(".sh")
        hook.write_text(FRESH)
        try:
            made = subprocess.run(
                ["mmdebstrap", "--mode=root", "--variant=minbase", "--quiet",
                 f"--include={','.join(PACKAGES)}", *own_options(),
                 f'--customize-hook=chroot "$1" sh <"{hook}"',
                 release, str(scratch), *sources(release)],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if made.returncode:
                raise CannotError(f"no Debian root could be made: {made.stderr.strip()[-500:]}")
            scratch.rename(root)
        finally:
            hook.unlink()
            shutil.rmtree(scratch, ignore_errors=True)
    return root


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
        return self.do("cat /proc/sys/kernel/random/boot_id").strip()

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


def make_package(folder: Path, version: str) -> Path:
    """A package with nothing but a file that says its version."""
    tree = folder / f"tree-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/share" / TINY).mkdir(parents=True)
    (tree / "usr/share" / TINY / "version").write_text(f"{version}\n")
    (tree / "DEBIAN/control").write_text(
        f"Package: {TINY}\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: Tests <tests@localhost>\nDescription: something to upgrade\n"
    )
    tree.chmod(0o755)
    file = folder / f"{TINY}_{version}_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", str(tree), str(file)],
        stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    return file


def stanza(file: Path, version: str) -> str:
    """A package's entry in the archive's index."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return (
        f"Package: {TINY}\nVersion: {version}\nArchitecture: all\n"
        f"Filename: ./{file.name}\nSize: {file.stat().st_size}\nSHA256: {digest}\n"
        "Maintainer: Tests <tests@localhost>\nDescription: something to upgrade\n\n"
    )


def children(parent: int, name: str) -> list[int]:
    """The children of a process that bear this name."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                before, _, after = (entry / "stat").read_text().rpartition(") ")
                if before.partition("(")[2] == name[:15] and int(after.split()[1]) == parent:
                    found.append(int(entry.name))
    return found


def group_roots() -> list[Path]:
    """Where control groups are made: systemd's own trees, or the one tree of version 2."""
    old = [CGROUPS / name for name in ("systemd", "unified") if (CGROUPS / name).is_dir()]
    return old or [CGROUPS]


def remove_group(group: Path) -> None:
    """Remove a control group with those inside; the kernel lets go of the dead a bit later."""
    deadline = time.monotonic() + 5
    while group.is_dir() and time.monotonic() < deadline:
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        time.sleep(0.02)


def remove_old() -> None:
    """Remove what sessions left that were killed: all of it bears their process id."""
    for root in group_roots():
        for group in root.glob(f"{MARK}-*"):
            if is_old(group):
                for file in group.rglob("cgroup.procs"):
                    for pid in file.read_text().split():
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(int(pid), signal.SIGKILL)
                remove_group(group)
    for folder in SCRATCH.glob(f"{MARK}-*"):
        if is_old(folder):
            shutil.rmtree(folder, ignore_errors=True)


def is_old(path: Path) -> bool:
    """Whether the session that made it is gone."""
    return not Path("/proc", path.name.removeprefix(f"{MARK}-").partition("-")[0]).exists()


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
