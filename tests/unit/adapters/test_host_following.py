"""Following a change over a line that is cut at any byte; this machine's environment."""

import pytest

from bot.adapters.hosts.access import Access
from bot.adapters.hosts.carrier import CutError, Ended, Machine
from bot.adapters.hosts.changing import Changes
from bot.adapters.hosts.local import LocalRunner
from bot.domain.commands import Script, Shell
from bot.domain.inventory import Connection, ConnectionKind, Host, Inventory, Target
from bot.errors import HostLostError, HostUnreachableError
from bot.settings import HostSettings

HOST = Host(name="web-1", connection=Connection(kind=ConnectionKind.LOCAL))
TARGET = Target(name="web-1", kind=ConnectionKind.LOCAL, user="root", port=0)
OUT = b"one\ntwo \xc3\xa9\no 3\n"


class NoTime:
    def monotonic(self):
        return 0.0

    async def sleep(self, seconds):
        pass


class CutLine:
    """Says the same every time from where it is asked to, and is cut after so many bytes."""

    machine = Machine(user="root", port=0, is_root=True)

    def __init__(self, cuts):
        self.cuts = cuts
        self.asked = 0

    async def execute(self, argv, feed, *, stdin=b"", mark="", urgent=False, keep=None):
        self.asked += 1
        keep(lambda _data: None)
        offset = int(argv[argv.index("start") + 5])
        said = b"h\no %d\n" % (len(OUT) - offset) + OUT[offset:] + b"f 3 1.0 2.0 - - - - - -\n"
        if self.cuts:
            feed(said[: self.cuts.pop(0)], False)
            raise CutError("gone", sent=True)
        feed(said, False)
        return Ended(0)


class Lines(Changes, Access):
    def __init__(self, carrier):
        super().__init__(HostSettings(), None, NoTime())
        self.carrier = carrier

    def host_of(self, target):
        return HOST

    async def reach(self, host, *, fresh=False):
        if self.carrier is None:
            raise HostUnreachableError("no", host=host.name)
        return self.carrier


@pytest.mark.parametrize("first", range(len(OUT) + 20))
async def test_a_cut_at_any_byte_loses_and_repeats_nothing(first):
    line = CutLine([first, 5])
    heard = []
    result = await Lines(line).change(
        TARGET, Script(text="x"), attempt="a.0", timeout_s=5, hear=heard.append
    )
    assert (result.exit_status, result.stdout) == (3, OUT.decode())
    assert "".join(heard) == OUT.decode()
    assert line.asked == 3


async def test_a_line_that_is_always_cut_is_given_up():
    with pytest.raises(HostLostError):
        await Lines(CutLine([0] * 50)).change(TARGET, Script(text="x"), attempt="a.0", timeout_s=5)


async def test_what_never_was_reached_was_not_started():
    with pytest.raises(HostUnreachableError):
        await Lines(None).change(TARGET, Script(text="x"), attempt="a.0", timeout_s=5)


async def test_commands_on_this_machine_do_not_see_overseers_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("SLACK_TOKEN", "xoxb-nobody")
    monkeypatch.setenv("LC_TIME", "C")
    runner = LocalRunner(
        lambda: Inventory(hosts=(HOST,)),
        HostSettings(),
        None,
        NoTime(),
        runs_dir=str(tmp_path / "r"),
    )
    target = await runner.identify(HOST)
    read = await runner.read(target, Shell(argv=("env",)), timeout_s=5)
    change = await runner.change(target, Shell(argv=("env",)), attempt="env.0", timeout_s=5)
    for result in (read, change):
        assert "LC_TIME=C" in result.stdout
        assert "PATH=" in result.stdout
        assert "xoxb" not in result.stdout
    await runner.close()
