"""Ansible beside us, in an environment of its own: `ansible all -m raw -a true -f 50`.

The environment is made once, under the user's cache folder, when a package index can be
reached. Ansible gets what helps it most: OpenSSH's multiplexing with connections that stay
open between rounds, no fact gathering, no Python on the host.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FORKS = 50


def environment(*, make):
    """The environment's folder; None when there is none and it can't (or shall not) be made."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = cache / "overseer-bench" / f"ansible-{sys.version_info[0]}.{sys.version_info[1]}"
    if (folder / "whole").exists():
        return folder
    if not make:
        return None
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "ansible-core"]
        subprocess.run(pip, check=True, timeout=300, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"ansible is not measured: {error}")
        return None
    (folder / "whole").touch()
    return folder


class Ansible:
    """The rig's hosts as Ansible's inventory."""

    def __init__(self, folder, rig):
        self.program = folder / "bin" / "ansible"
        self.place = tempfile.TemporaryDirectory(prefix="ob-", dir="/tmp")  # sockets: a short path
        here = Path(self.place.name)
        hosts = [(host.name, host.connection) for host in rig.hosts.values()]
        (here / "hosts").write_text(
            "".join(
                f"{name} ansible_host={c.address} ansible_port={c.port} ansible_user={c.user}\n"
                for name, c in hosts
            )
        )
        (here / "ansible.cfg").write_text(f"""\
[defaults]
inventory = {here}/hosts
private_key_file = {rig.key}
local_tmp = {here}/tmp
[ssh_connection]
control_path_dir = {here}
ssh_args = -F none -o ControlMaster=auto -o ControlPersist=600s -o UserKnownHostsFile={rig.home.known_hosts} -o IdentitiesOnly=yes
""")
        self.sockets = here
        self.environ = {
            "PATH": os.environ["PATH"], "HOME": str(here), "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(here / "ansible.cfg"),
        }  # fmt: skip
        self.count = len(hosts)
        shown = self._call("--version").partition("\n")[0]
        self.version = shown.removeprefix("ansible ").strip("[]")

    def _call(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments], env=self.environ, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
        return done.stdout

    def raw(self):
        """Run `true` on all hosts; seconds."""
        begun = time.perf_counter()
        said = self._call("all", "-m", "raw", "-a", "true", "-f", str(FORKS))
        taken = time.perf_counter() - begun
        assert said.count("rc=0") == self.count, said[-2000:]
        return taken

    def close(self):
        """End the connections that were kept open."""
        for socket in self.sockets.iterdir():
            if socket.is_socket():
                order = ["ssh", "-F", "none", "-S", str(socket), "-O", "exit", "nobody"]
                subprocess.run(order, capture_output=True, check=False)
        self.place.cleanup()
