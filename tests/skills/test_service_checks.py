"""When a service step is done, and that what a host calls its units can do nothing else."""

import subprocess

import pytest

from bot.domain.commands import CommandResult
from bot.domain.inventory import Host, Target
from bot.execution.verdicts import passes
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import HostResult
from bot.skillkit.expand import expand
from bot.skillkit.loader import load
from skills.service.facts import parse_unit, parse_units, unit

CATALOG = Catalog(load())
SAID = "systemd=yes\nclock=9.0\nId={}\nLoadState=loaded\nActiveState={}\nCanReload=yes\nType={}\n"


def state(name="nginx", unit="nginx.service", active="active", kind="simple"):
    said = CommandResult(exit_status=0, stdout=SAID.format(unit, active, kind))
    return parse_unit(name, said)


def part_of(action, found):
    params = CATALOG.params(action, {"service": found.service, "hosts": ["web-1"]})
    facts = {f"service.unit:{found.service}": found}
    made = expand(CATALOG.action(action), params, Host(name="web-1"), Target(name="web-1"), facts)
    return made.plan


@pytest.mark.parametrize(
    ("action", "active", "kind"),
    [("service.stop", "active", "simple"), ("service.start", "inactive", "simple"),
     ("service.start", "inactive", "oneshot"), ("service.restart", "active", "simple"),
     ("service.restart", "active", "oneshot"), ("service.reload", "active", "simple")],
)  # fmt: skip
def test_every_check_of_a_service_has_time_to_settle_and_knows_its_words(action, active, kind):
    (check,) = part_of(action, state(active=active, kind=kind)).checks
    assert check.settle_s > 0
    assert check.stdout


@pytest.mark.parametrize(
    ("said", "done"),
    [("inactive", True), ("failed", True), ("active", False), ("deactivating", False),
     ("reloading", False), ("activating", False), ("", False), ("Failed to connect to bus", False)],
)  # fmt: skip
def test_a_stop_is_done_when_the_service_has_ended_however_it_ended(said, done):
    (check,) = part_of("service.stop", state()).checks
    assert passes(check, CommandResult(exit_status=0, stdout=f"{said}\n")) is done


def test_a_stop_is_not_done_when_nobody_can_say():
    (check,) = part_of("service.stop", state()).checks
    assert not passes(check, CommandResult(exit_status=1, stderr="Failed to connect to bus\n"))


@pytest.mark.parametrize("unit", [r"systemd-cryptsetup@dm\x2dhome.service", "a@b:c.service"])
@pytest.mark.parametrize("action", ["service.stop", "service.restart", "service.reload"])
def test_a_unit_s_name_stands_in_every_command_as_it_is_and_in_no_shell(action, unit):
    part = part_of(action, state("cryptd", unit))
    commands = [c.argv for c in (*part.commands, *part.undo)]
    reads = [check.argv for check in part.checks]
    reads += [argv for check in part.checks for argv in check.diagnose]
    for argv in (*commands, *reads):
        assert argv[0] in {"systemctl", "journalctl"}
        assert unit in argv


@pytest.mark.parametrize(
    "unit",
    ["x.service; touch /tmp/canary", "$(id).service", "a b.service", "-f.service", "x*.service",
     "wеb.service", "x\x1b[2J.service", "x" * 300],
)  # fmt: skip
def test_a_host_that_calls_a_unit_something_else_is_not_understood(unit):
    with pytest.raises(ValueError, match="no unit's name"):
        state(unit=unit)


def test_odd_names_among_a_host_s_units_and_logs_are_left_out():
    said = CommandResult(
        exit_status=0, stdout="good.service enabled\n$(id).service enabled\n-rf.service static\n"
    )
    assert parse_units(said) == ("good",)
    bare = CommandResult(
        exit_status=0,
        stdout="systemd=no\nlog=/var/log/nginx/a.log\nlog=/var/log/nginx/$(id) b.log\n",
    )
    assert parse_unit("nginx", bare).log_files == ("/var/log/nginx/a.log",)


def test_without_systemd_the_processes_of_containers_are_not_the_host_s(tmp_path):
    for pid, spaces in (("7", "7"), ("8", "8\t1"), ("9", "9\t4\t1")):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "comm").write_text("sshd\n")
        (tmp_path / pid / "status").write_text(f"Name:\tsshd\nNSpid:\t{spaces}\nThreads:\t1\n")
    (tmp_path / "10").mkdir()
    (tmp_path / "10" / "comm").write_text("sshd\n")  # an old kernel tells nothing of it
    text = unit("ssh").command.text.replace("/run/systemd/system", str(tmp_path / "none"))
    text = text.replace("/proc", str(tmp_path))
    done = subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=True)
    found = parse_unit("ssh", CommandResult(exit_status=0, stdout=done.stdout))
    assert [pid for pid, _ in found.processes] == [7, 10]


def test_a_service_under_its_twin_s_name_says_so():
    part = part_of("service.restart", state("ssh", "sshd.service"))
    assert part.now == "ssh (here sshd) active"
    assert part.commands[0].argv == ("systemctl", "restart", "--", "sshd.service")


def test_a_log_since_a_moment_is_turned_entry_by_entry():
    """`journalctl -r` says the newest first; an entry's further lines are indented."""
    params = CATALOG.params("service.logs", {"service": "nginx", "hosts": ["web-1"], "since": "1h"})
    said = "12:02 third\n\n      and more\n12:01 second\n12:00 first\n"
    result = HostResult(host="web-1", results=(CommandResult(exit_status=0, stdout=said),))
    (block,) = CATALOG.action("service.logs").report(params, [result]).blocks
    assert block.text == "12:00 first\n12:01 second\n12:02 third\n\n      and more"
