"""Run everything that checks Overseer: ./overseer test [OPTIONS] [PYTEST ARGUMENTS].

Lint, types and floors first, then the suites in random order, with warnings as errors.
Debian packages that the suites drive are installed where that is allowed, and the emulators
of models and of Slack are fetched; otherwise those suites are skipped by name. Standard library only.
"""

import argparse
import collections
import fnmatch
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.node_packages import PACKAGES, fetch, is_whole
from tests.programs import Program, find, install_command, missing

ROOT = Path(__file__).resolve().parent.parent

LIMIT_S = 50 * 60
"""How long one run of pytest may take: past it, it is ended and tells where it was."""

AT_ONCE = 4
"""Runs of pytest side by side: half of them wait for programs, and the machine has more to do."""

CHECKS = {
    "ruff check": ("-m", "ruff", "check"),
    "ruff format": ("-m", "ruff", "format", "--check"),
    "mypy": ("-m", "mypy"),
    # Through -c: its script in .venv/bin would break when the checkout is moved.
    "import floors": (
        "-c",
        "from importlinter.cli import lint_imports_command as main; main()",
        "--no-logo",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one test, or one check, ended."""

    suite: str
    """The folder under tests/, or the name of the check."""
    test: str
    """``tests/unit/test_x.py::test_y``, as pytest takes it; for a check its name."""
    outcome: str
    """passed, failed or skipped."""
    reason: str = ""
    """Why it was skipped."""


def main() -> int:
    """Run what was asked for; 0 when nothing failed and every skip is explained."""
    options, arguments = parse(sys.argv[1:])
    os.chdir(ROOT)
    markers = ["sshd", "browser"] + ["systemd"] * options.systemd
    if options.install and (lacking := missing(*markers)):
        install(lacking)
    for package in PACKAGES if options.install else ():
        if is_whole(package):
            continue
        say(f"Fetching {package.name} {package.version} for the tests.")
        if why := fetch(package):
            say(f"That failed, so its suites are skipped:\n{why}")

    results = [] if options.bench else [run_check(name) for name in CHECKS]
    if options.bench:
        arguments = [
            "--bench",
            "--capture=no",
            "--timeout=0",
            "-p",
            "no:randomly",
            *benches(arguments),
        ]
    # Whoever names tests gets one run; the whole takes the time of its longest part, with
    # options of the form --name=value too (--durations=20).
    whole = all(argument.startswith("--") and "=" in argument for argument in arguments)
    runs = [[*part, *arguments] for part in (in_parts() if whole else [[]])]
    if options.systemd:
        runs[0].append("--systemd")
    results += run_pytest(runs, limit_s=None if options.bench else LIMIT_S)

    unexplained = list(unlisted(results, options.skip_list)) if options.skip_list else []
    summarize(results, unexplained, options)
    return int(bool(unexplained) or any(r.outcome == "failed" for r in results))


def benches(arguments: list[str]) -> list[str]:
    """Give pytest's arguments with all benches, where they name none themselves."""
    named = (each.partition("::")[0] for each in arguments if not each.startswith("-"))
    folder = [] if any(Path(name).exists() for name in named) else ["tests/bench"]
    return [*folder, *arguments]


def in_parts() -> list[list[str]]:
    """All suites in runs that share no file, those first that take longest.

    Hosts as processes; people at the page and whole products; commands as processes; scenarios in
    two halves; the other surfaces in their rigs; promises and the like; the units.
    """
    hosts = _rigs("ssh", "host", "systemd")
    pages = [*_rigs("browser", "web", "four", "across", "chat"), *_rigs("models_end")]
    commands = _rigs("cli")
    taken = (f"--ignore={file}" for file in (*hosts, *pages, *commands))
    scenarios = sorted(map(str, Path("tests/scenario").glob("test_*.py")))
    others = ["tests/rigs", *taken]
    rest = ["tests", *(f"--ignore=tests/{each}" for each in ("rigs", "scenario", "unit"))]
    halves = [scenarios[::2], scenarios[1::2]]
    return [hosts, pages, commands, *halves, others, rest, ["tests/unit"]]


def _rigs(*kinds: str) -> list[str]:
    """The files of these kinds in tests/rigs."""
    folder = Path("tests/rigs")
    return [str(file) for kind in kinds for file in sorted(folder.glob(f"test_{kind}_*.py"))]


def parse(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split our options from pytest's."""
    parser = argparse.ArgumentParser(
        prog="./overseer test",
        description="Run lint, types, floors and all suites.",
        epilog="Everything else goes to pytest: ./overseer test tests/unit -k digest",
        allow_abbrev=False,
    )
    parser.add_argument("--systemd", action="store_true", help="also boot real systemd containers")
    parser.add_argument("--bench", action="store_true", help="run only tests/bench: the figures")
    parser.add_argument(
        "--skip-list",
        type=Path,
        metavar="FILE",
        help="fail on a skip that has no line `PATTERN  REASON` in FILE",
    )
    parser.add_argument(
        "--no-install",
        dest="install",
        action="store_false",
        help="install and fetch nothing; skip the suites that lack theirs",
    )
    options, rest = parser.parse_known_args(argv)
    if options.skip_list:
        options.skip_list = options.skip_list.resolve()
    return options, rest


def install(programs: list[Program]) -> None:
    """Install what the suites drive, if this user may and the system is Debian's."""
    command = install_command(programs)
    right = rights() if command[0] == "apt-get" else None
    if right is None:
        return
    say(f"Installing {' '.join(command[3:])} for the tests.")
    quiet = [*right, "env", "DEBIAN_FRONTEND=noninteractive"]
    # A fresh container has no package lists yet, an older machine has stale ones.
    for step in ([*quiet, "apt-get", "update"], [*quiet, *command, "--no-install-recommends"]):
        done = subprocess.run(
            step, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    if done.returncode:
        say(f"That failed, so their suites are skipped:\n{done.stderr.strip()[-800:]}")


def rights() -> list[str] | None:
    """Give the words that make a command root's; None where this user may not."""
    if os.geteuid() == 0:
        return []
    if not find("sudo"):
        return None
    if call("sudo", "-n", "true", quiet=True) == 0:
        return ["sudo", "-n"]
    if sys.stdin is not None and sys.stdin.isatty():
        say("Some suites drive real programs that are not installed yet. With your password they")
        say("are installed now; Ctrl-C goes on without them.")
        try:
            if subprocess.run(["sudo", "--validate"], check=False).returncode == 0:
                return ["sudo"]
        except KeyboardInterrupt:
            say("")
    return None


def run_check(name: str) -> Result:
    """Run a check that is not pytest."""
    say(f"== {name}")
    passed = call(sys.executable, *CHECKS[name]) == 0
    return Result(suite=name, test=name, outcome="passed" if passed else "failed")


def run_pytest(runs: list[list[str]], *, limit_s: float | None) -> list[Result]:
    """Run pytest once with each of these arguments, and read how each test ended.

    So many go side by side; another begins as one ends. What the first says is seen as it is
    said; the others' output follows in their order, as soon as they have ended, or when
    ``limit_s`` seconds have passed for all of them.
    """
    until = None if limit_s is None else time.monotonic() + limit_s
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(AT_ONCE) as pool:
        folders = [Path(scratch, str(number)) for number in range(len(runs))]
        for folder in folders:
            folder.mkdir()
        begun = [
            pool.submit(whole_run, arguments, folder, until, quiet=bool(number))
            for number, (arguments, folder) in enumerate(zip(runs, folders, strict=True))
        ]
        try:
            for number, (run, arguments, folder) in enumerate(
                zip(begun, runs, folders, strict=True)
            ):
                say(f"{chr(10) if number else ''}== pytest {' '.join(arguments)}".rstrip(" "))
                status = run.result()
                if number:
                    with Path(folder, "output").open("rb") as output:
                        shutil.copyfileobj(output, sys.stdout.buffer)
                results += ended(status, folder)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # interrupted: no other begins
    return results


def whole_run(arguments: list[str], folder: Path, until: float | None, *, quiet: bool) -> int:
    """Run pytest to its end; its status."""
    return end_of(start_pytest(arguments, folder, quiet=quiet), until)


def end_of(run: subprocess.Popen[bytes], until: float | None) -> int:
    """Wait for a run's end, at the latest until this time of the monotonic clock."""
    try:
        return run.wait(None if until is None else max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGABRT)  # pytest's faulthandler writes where each thread stands
        return run.wait()


def pytest_of(arguments: list[str], folder: Path) -> tuple[str, ...]:
    """Give pytest's command line; its report lies in the folder."""
    # xunit1 is the family that names each test's file.
    options = ("-o", "junit_family=xunit1", f"--junit-xml={folder / 'report.xml'}")
    return (sys.executable, "-P", "-m", "pytest", *options, *arguments)


def start_pytest(
    arguments: list[str], folder: Path, *, quiet: bool = False
) -> subprocess.Popen[bytes]:
    """Start pytest; a quiet one's output lies in the folder."""
    command = pytest_of(arguments, folder)
    if not quiet:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL)
    with Path(folder, "output").open("wb") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )


def ended(status: int, folder: Path) -> list[Result]:
    """Read what a run of pytest reports, or that it has no report."""
    report = folder / "report.xml"
    results = list(read_report(report)) if report.exists() else []
    if status and not any(r.outcome == "failed" for r in results):
        reason = {
            5: "no test was found",
            -signal.SIGABRT: "hung and was ended: its last lines tell where",
        }.get(status, f"ended with status {status}")
        results.append(Result(suite=f"pytest {reason}", test="pytest", outcome="failed"))
    return results


def read_report(report: Path) -> Iterator[Result]:
    """Read pytest's XML; a test that passed and then failed to clean up counts as failed."""
    cases: dict[str, Result] = {}
    for case in ET.parse(report).iter("testcase"):
        file, test = identify(case)
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome, reason = "failed", ""
        elif skipped is not None:
            outcome, reason = "skipped", skipped.get("message") or "no reason given"
        else:
            outcome, reason = "passed", ""
        if test not in cases or outcome == "failed":
            suite = "/".join(file.split("/")[1:-1]) or "tests"
            cases[test] = Result(suite=suite, test=test, outcome=outcome, reason=reason)
    yield from cases.values()


def identify(case: ET.Element) -> tuple[str, str]:
    """Give a test's file and its name as pytest takes it."""
    name, path = case.get("name", ""), case.get("classname", "")
    if not path:  # a file that could not be collected
        return name.replace(".", "/") + ".py", name
    file = case.get("file", "")
    classes = path.replace(".", "/").removeprefix(file.removesuffix(".py")).split("/")
    return file, "::".join([file, *filter(None, classes), name])


def unlisted(results: list[Result], skip_list: Path) -> Iterator[Result]:
    """Give the skips that no line of the list explains."""
    patterns = []
    for line in skip_list.read_text(encoding="utf-8").splitlines():
        pattern, _, reason = line.strip().partition(" ")
        if not pattern or pattern.startswith("#"):
            continue
        if not reason.strip():
            sys.exit(f"{skip_list}: {pattern} has no reason beside it")
        patterns.append(pattern)
    for result in results:
        names = (result.suite, result.test)
        listed = any(fnmatch.fnmatchcase(name, p) for name in names for p in patterns)
        if result.outcome == "skipped" and not listed:
            yield result


def summarize(
    results: list[Result], unexplained: list[Result], options: argparse.Namespace
) -> None:
    """Print a line per suite, each skip with its reason, and the closing line."""
    say("\n== summary")
    for suite in dict.fromkeys(r.suite for r in results):
        say(f"{suite:<24} {tally(r for r in results if r.suite == suite)}")
    skips = collections.defaultdict(list)
    for result in results:
        if result.outcome == "skipped":
            skips[result.reason].append(result.test)
    for reason, tests in skips.items():
        say(f"\nskipped: {reason}")
        for test in tests:
            say(f"  {test}")
    if unexplained:
        say(f"\nSkips that {options.skip_list.name} does not explain:")
        for result in unexplained:
            say(f"  {result.test}")
    if not (options.systemd or options.bench):
        say("\nNot asked for: the suites on real systemd (--systemd) and the figures (--bench).")
    count = collections.Counter(r.outcome for r in results)
    say(f"\n{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")


def tally(results: Iterable[Result]) -> str:
    """Count outcomes in words, leaving out those that did not happen."""
    count = collections.Counter(r.outcome for r in results)
    return ", ".join(f"{count[o]} {o}" for o in ("passed", "failed", "skipped") if count[o])


def call(*command: str, quiet: bool = False) -> int:
    """Run a command without input and give its exit status."""
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
    ).returncode


def say(line: str) -> None:
    """Print a line at once, so that it stands in order with what the tools print."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
