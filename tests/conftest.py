"""What holds for every suite: real programs or a named skip, and no network.

- A test that drives a real program carries its marker: sshd, browser, pty, aimock, slack or
  systemd. Where the program is missing the test is skipped with the command that installs it.
- ``systemd`` tests and everything in tests/bench run only when asked for.
- No live language model is asked, by whichever SDK: `bot.testing.no_live_model` sees to it.
- Names are looked up and connections made on loopback only. A test that reaches further fails.
- Code that suites share lives beside them and is imported as ``from tests.rigs import …``.
"""

import gc
import ipaddress
import json
import signal
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from bot.testing.no_live_model import forbid_live_models
from tests.programs import why_not

# Who starts the tests in the background may have SIGINT ignored; the programs that they start
# would inherit that, and could not be interrupted as a person does it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Python looks for garbage after each 700 new objects, and through all that was imported and
# collected again and again: a tenth of what the suites compute.
gc.set_threshold(10_000)

# No test asserts a time, and a loaded machine is no fault of what is tested.
settings.register_profile("overseer", deadline=None)
settings.load_profile("overseer")

ROOT = Path(__file__).resolve().parent.parent
INJECTIONS = ("injection-text-train.json", "injection-code-train.json")
PROGRAM_MARKERS = ("sshd", "browser", "pty", "aimock", "slack", "systemd")


def pytest_addoption(parser):
    parser.addoption("--systemd", action="store_true", help="also boot real systemd containers")
    parser.addoption("--bench", action="store_true", help="also run tests/bench")


def pytest_collection_modifyitems(config, items):
    reasons = {marker: why_not(marker) for marker in PROGRAM_MARKERS}
    chosen, left = [], []
    for item in items:
        if Path(item.path).is_relative_to(ROOT / "tests" / "bench"):
            item.add_marker("bench")
        opt_ins = [name for name in ("systemd", "bench") if item.get_closest_marker(name)]
        (chosen if all(config.getoption(name) for name in opt_ins) else left).append(item)
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):  # names the command that installs it
                item.add_marker(pytest.mark.skip(reason=reason))
    items[:] = chosen
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish():
    """What was collected stays to the end: the garbage collector goes past it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_dir():
    """The folder with reference data and corpora that may lie beside the checkout."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        pytest.skip("there is no shared/ beside this checkout")
    return path


@pytest.fixture(scope="session")
def payloads(shared_dir):
    """Texts that would make a model do what nobody asked for."""
    found = []
    for name in INJECTIONS:
        path = shared_dir / "data" / name
        if not path.is_file():
            pytest.skip(f"shared/data/{name} is not there")
        found += [p for group in json.loads(path.read_text("utf-8")).values() for p in group]
    assert len(found) > 100
    return found


class NetworkError(AssertionError):
    """A test reached for something beyond loopback."""


def is_local(host):
    if not isinstance(host, str) or host in ("", "localhost", socket.gethostname()):
        return True  # no host at all: a Unix socket, or any address of this machine
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def stay_on_loopback(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not is_local(address[0]):
            raise NetworkError(f"{event} to {address}: tests stay on loopback")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else host
        if not is_local(name) and not is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, f"tests look up no names: {name}")


def is_address(name):
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


sys.addaudithook(stay_on_loopback)
forbid_live_models()
