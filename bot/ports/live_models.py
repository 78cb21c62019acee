"""A switch for tests: with `OVERSEER_MODELS=loopback` in the environment, the adapters ask no
model beyond this machine, whatever the settings say.

Tests set it (`bot.testing.no_live_model`), and so it reaches the Overseers that they start as
programs of their own. `LiveModelError` is no `Exception` on purpose: the SDKs would turn one into
"connection error", the router would fall to the rules, and the test would pass.
"""

from __future__ import annotations

import ipaddress
from typing import Final

SWITCH: Final = "OVERSEER_MODELS"
LOOPBACK: Final = "loopback"


class LiveModelError(BaseException):
    """A test was about to ask a model that is not on this machine."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This test was about to ask a language model at {host}. Tests never do: give the "
            "model's settings a base_url on 127.0.0.1, such as the one of tests/rigs/aimock.py."
        )


def stay_here(host: str) -> None:
    """Let nothing through to another machine.

    Raises:
        LiveModelError: it is about to go there.
    """
    if host in {"", "localhost"}:
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise LiveModelError(host)
