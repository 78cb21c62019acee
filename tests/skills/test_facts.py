"""Whatever a host prints, a fact's parser gives a value or says that it did not understand."""

import contextlib
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import CommandResult
from bot.domain.inventory import Host, Target
from bot.skillkit.catalog import Catalog
from bot.skillkit.expand import expand
from bot.skillkit.loader import load
from skills.host.facts import STATUS, parse_df, parse_health, parse_system
from skills.package.facts import parse_updates, updates
from skills.plan.facts import Lasting, lasting
from skills.plan.facts import parse as parse_lasting
from skills.service.facts import candidates, near, parse_unit, parse_units, unit, unit_name

HERE = Path(__file__).parent
CATALOG = Catalog(load())
REAL = [json.loads(p.read_text(encoding="utf-8"))["stdout"] for p in HERE.glob("*/recorded/*.json")]
LINES = sorted({line for lines in REAL for line in lines} | {"Remv ", "Skipping ", "Remv x [1]"})
SCRIPTS = (
    STATUS,
    unit("nginx").command.text,
    updates(("a",)).command.text,
    updates((), "security").command.text,
    lasting(None).command.text,
    lasting("ssh").command.text,
)
PARSERS = {
    "health": parse_health,
    "system": parse_system,
    "updates": parse_updates,
    "unit": lambda result: parse_unit("nginx", result),
    "units": parse_units,
    "lasting": parse_lasting,
    "disks": lambda result: parse_df(result.stdout),
}

lines = st.lists(st.sampled_from(LINES) | st.text(max_size=40), max_size=40)


@pytest.mark.parametrize("name", PARSERS)
@given(lines)
def test_a_parser_raises_nothing_but_value_error(name, said):
    result = CommandResult(exit_status=0, stdout="\n".join(said))
    with contextlib.suppress(ValueError):
        PARSERS[name](result)


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("real", range(len(REAL)))
def test_truncated_and_torn_output_too(name, real):
    whole = "\n".join(REAL[real])
    for cut in range(0, len(whole), max(1, len(whole) // 60)):
        for text in (whole[:cut], whole[cut:]):
            with contextlib.suppress(ValueError):
                PARSERS[name](CommandResult(exit_status=0, stdout=text))


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_the_scripts_are_plain_sh(script, shell):
    done = subprocess.run([shell, "-n", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


APT = """#!/bin/sh
case "$*" in
*--only-upgrade*) shift 6; echo "asked: $*" ;;
*) cat <<'END'
Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64])
Inst libgcrypt20 [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64])
Inst security-tool [1] (2 Debian:12.15/oldstable [all])
Inst liblzma5 [5.4.1-1] (5.4.1-1+deb12u2 Debian-Security:12/oldstable-security [amd64]) []
Inst new-thing (1 Debian-Security:12/oldstable-security [amd64])
E: something is broken
END
esac
"""


def look(tmp_path, apt):
    for name, text in (("apt-get", apt), ("apt-mark", "#!/bin/sh\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", updates((), "security").command.text],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_security_alone_simulates_only_what_a_security_archive_has(tmp_path):
    assert "asked: -- libgcrypt20 liblzma5\n" in look(tmp_path, APT)


def test_security_alone_with_nothing_for_security_upgrades_nothing_and_keeps_what_apt_says(
    tmp_path,
):
    text = "\n".join(x for x in APT.splitlines() if "Security" not in x)
    found = parse_updates(CommandResult(exit_status=0, stdout=look(tmp_path, text)))
    assert (found.updates, found.error) == ((), "something is broken")


def test_a_unit_is_asked_by_its_twins_too():
    assert candidates("ssh") == ("ssh.service", "sshd.service")
    assert candidates("nginx") == ("nginx.service",)
    assert unit_name("docker.socket") == "docker.socket"


def test_the_nearest_names():
    known = ("nginx", "ssh", "cron", "postgresql", "systemd-networkd")
    assert near("ngnix", known) == ("nginx",)
    assert near("postgres", known) == ("postgresql",)
    assert near("zzz", known) == ()


def test_a_container_s_own_mounts_are_no_disks():
    text = (
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
        "overlay 1000000 500000 500000 50% /\n"
        "/dev/sda1 1000000 500000 500000 50% /etc/hosts\n"
        "tmpfs 64000 0 64000 0% /dev/shm\n"
        "nas:/export/my data 2000000 1900000 100000 95% /mnt/my data\n"
        "/dev/loop3 65536 65536 0 100% /snap/core/1\n"
    )
    assert [(d.mount, round(d.share, 2)) for d in parse_df(text)] == [
        ("/mnt/my data", 0.95),
        ("/", 0.5),
    ]


# -- since when -----------------------------------------------------------------------------------


def lasts(stdout):
    return parse_lasting(CommandResult(exit_status=0, stdout=stdout))


def shows(load, active, entered):
    return f"LoadState={load}\nActiveState={active}\nActiveEnterTimestampMonotonic={entered}\n"


def test_a_host_tells_how_long_it_and_a_service_on_it_have_been_up():
    twins = f"\n{shows('not-found', 'inactive', 0)}\n{shows('loaded', 'active', 60_000_000)}"
    assert lasts("up=100.50\n") == Lasting(up_s=100.5)
    assert lasts(f"up=100.50\n{twins}") == Lasting(up_s=100.5, active_s=40.5)


def test_a_service_that_is_not_active_lasts_for_no_time():
    for active, entered in (("failed", 5), ("active", 0)):
        assert lasts(f"up=100.50\n\n{shows('loaded', active, entered)}").active_s is None


@pytest.mark.parametrize("said", ["", "up=\n", "up=inf\n", "up=nan\n", "up=-3\n", "up=x\n"])
def test_an_uptime_that_is_none_is_not_understood(said):
    with pytest.raises(ValueError):
        lasts(said)


def test_this_machine_tells_how_long_it_has_been_up():
    script = lasting("ssh").command.text
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert lasts(done.stdout).up_s > 0


def test_the_history_names_what_was_read_and_what_did_not_answer():
    action = CATALOG.action("plan.history")
    params = CATALOG.params(action.name, {"hosts": ["db-1", "web-1"], "service": "nginx"})
    read = {"web-1": {"plan.lasting:nginx": Lasting(up_s=99.6, active_s=9.4)}, "db-1": {}}
    inside = Host(name="overseer", environment="overseer")
    made = expand(action, params, inside, Target(name="overseer"), {}, read).plan
    (call,) = made.commands
    assert call.arguments["up"] == {"db-1": None, "web-1": 100}
    assert call.arguments["active"] == {"web-1": 9}


def test_many_hosts_are_not_looked_at_for_their_history():
    hosts = [f"web-{n}" for n in range(30)]
    action = CATALOG.action("plan.history")
    assert action.facts(CATALOG.params(action.name, {"hosts": hosts})) == ()
    assert action.facts(CATALOG.params(action.name, {})) == ()
