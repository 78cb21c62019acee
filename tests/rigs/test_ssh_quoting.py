"""Arguments arrive as they were approved, whatever is in them (promises.md, rows 15, 16, 21)."""

import resource
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.commands import Script, Shell
from bot.errors import RequestError
from tests.rigs.ssh_runners import make_runner

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

CANARY = Path(f"/tmp/overseer-canary-{uuid.uuid4().hex}")
HOSTILE = (
    f"; touch {CANARY}", f"$(touch {CANARY})", f"`touch {CANARY}`", f"'; touch {CANARY}; '",
    f'"; touch {CANARY}; "', f"\n touch {CANARY}\n", f"| touch {CANARY}", f"& touch {CANARY} &",
    f"\\'; touch {CANARY}", f"x > {CANARY}", "~", "*", "$HOME", "!!", "-n", "--", "", "\\", "'",
    "a=b", "{a,b}", "\r", "\x1b[31m", "\u202e", "ü€𝄞", "#x", "%s%n", "\\0", "\x7f", "\t",
)  # fmt: skip
TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0\u2400"), max_size=40
)
ARGUMENTS = st.lists(st.one_of(st.sampled_from(HOSTILE), TEXT), max_size=6)


@pytest.fixture(params=["web-1", "ops-1", "ops-2"])  # bash; dash; dash behind sudo's password
def name(request):
    return request.param


async def test_any_argument_arrives_unharmed(rig, name):
    runner = make_runner(rig)
    target = await runner.identify(rig.hosts[name])
    sudo = name == "ops-2"

    async def round_trip(arguments):
        command = Shell(argv=("printf", "%s\\0", *arguments), sudo=sudo)
        result = await runner.read(target, command, timeout_s=20)
        assert result.stdout.split("\u2400")[:-1] == (arguments or [""])

    await run_examples(round_trip, ARGUMENTS)
    await runner.close()
    assert not CANARY.exists()


async def test_any_argument_arrives_unharmed_in_a_change(rig, name):
    runner = make_runner(rig)
    target = await runner.identify(rig.hosts[name])
    arguments = list(HOSTILE)
    command = Shell(argv=("printf", "%s\\0", *arguments), sudo=True, env=(("X", "a $(b) 'c'"),))
    attempt = f"q{uuid.uuid4().hex[:8]}.0"
    result = await runner.change(target, command, attempt=attempt, timeout_s=20)
    assert result.stdout.split("\u2400")[:-1] == arguments
    assert not CANARY.exists()
    await runner.forget(target, attempt, sudo=True)
    await runner.close()


async def test_the_environment_arrives_unharmed(rig, ssh, name):
    target = await ssh.identify(rig.hosts[name])
    env = (("A", "x y"), ("B_2", f"$(touch {CANARY})"), ("C", "'\"\\\n"))
    for sudo in (False, True):
        command = Shell(argv=("printenv", "A", "B_2", "C"), env=env, sudo=sudo)
        result = await ssh.read(target, command, timeout_s=10)
        assert result.stdout == "".join(f"{value}\n" for _, value in env)
    assert not CANARY.exists()


async def test_a_script_arrives_as_one(rig, ssh, name):
    target = await ssh.identify(rig.hosts[name])
    text = "a='it''s'\nprintf '%s|' \"$a\" \"\\$HOME\" '$HOME'\n# 'open\n"
    result = await ssh.read(target, Script(text=text, sudo=True), timeout_s=10)
    assert result.stdout == "its|$HOME|$HOME|"


@pytest.mark.parametrize(
    "argv", [(), ("",), ("-rf", "/"), ("A=b", "true"), ("true", "a\0b"), ("echo", "x" * 130_000)]
)
async def test_what_cannot_be_carried_is_refused(rig, ssh, argv):
    target = await ssh.identify(rig.hosts["web-1"])
    with pytest.raises(RequestError):
        await ssh.read(target, Shell(argv=argv), timeout_s=5)
    with pytest.raises(RequestError):
        await ssh.change(target, Shell(argv=argv), attempt="refused.0", timeout_s=5)


async def test_a_long_line_of_quotes_is_refused_and_not_cut(rig, ssh):
    target = await ssh.identify(rig.hosts["web-1"])
    with pytest.raises(RequestError, match="too long"):
        await ssh.read(target, Shell(argv=("echo", "'" * 60_000)), timeout_s=5)


@pytest.mark.parametrize(
    "attempt", ["", ".", "..", "../x", "a/b", "-x", "a b", "a;b", "ü", "a" * 200]
)
async def test_attempts_have_plain_names(rig, ssh, attempt):
    target = await ssh.identify(rig.hosts["web-1"])
    with pytest.raises(RequestError):
        await ssh.change(target, Shell(argv=("true",)), attempt=attempt, timeout_s=5)
    for ask in (ssh.find, ssh.kill, ssh.forget):
        with pytest.raises(RequestError):
            await ask(target, attempt, sudo=False)


async def test_programs_run_not_builtins_of_their_name(rig, ssh):
    target = await ssh.identify(rig.hosts["web-1"])
    assert (await ssh.read(target, Shell(argv=("if",)), timeout_s=5)).exit_status == 127
    result = await ssh.read(target, Shell(argv=("echo", "--version")), timeout_s=5)
    assert "coreutils" in result.stdout


async def test_a_gibibyte_of_output_stays_small_here(rig, ssh):
    target = await ssh.identify(rig.hosts["ops-1"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    command = Shell(argv=("head", "-c", str(1 << 30), "/dev/zero"))
    result = await ssh.read(target, command, timeout_s=300)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert result.ok
    assert result.dropped_bytes == (1 << 30) - 262144
    assert result.sha256 == "49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14"
    assert grown < 60_000, f"{grown} KiB"


async def run_examples(check, strategy):
    """Hypothesis with an async check on this test's own loop."""
    cases = []

    @settings(
        max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    @example(list(HOSTILE))
    @example([])
    def collect(case):
        cases.append(case)

    collect()
    for case in cases:
        await check(case)
