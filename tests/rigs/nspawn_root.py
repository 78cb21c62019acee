"""The Debian root that every guest is an overlay of: made once, kept in the user's cache."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGES = (
    "systemd", "systemd-sysv", "libpam-systemd", "dbus", "openssh-server", "sudo", "nginx-light",
    "cron",
)  # fmt: skip
USER, UID = "ops", 5000
SUITE = "bookworm"
"""What is booted where the machine itself is not Debian."""
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
