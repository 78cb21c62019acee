"""Since when a host is up, and a service as it is: to tell what Overseer has not done.

Both are told as lengths of time, so that a host whose clock is wrong is no trouble.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from bot.domain.commands import CommandResult, Script
from bot.domain.naming import TWINS
from bot.skillkit.contract import Fact

_LOOK = """\
echo "up=$(cut -d' ' -f1 /proc/uptime)"
"""
_UNIT = """\
if [ -d /run/systemd/system ]; then
  echo
  systemctl show -p LoadState,ActiveState,ActiveEnterTimestampMonotonic -- {units}
fi
"""


FOREVER_S = 1e10
"""Three hundred years: what claims more is no uptime."""


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """Seconds that the host has been up, and that the service has been active.

    `active_s` is None when the service is not active, or nobody can tell since when.
    """

    up_s: float
    active_s: float | None = None


def lasting(service: str | None) -> Fact[Lasting]:
    """Since when a host, and a service on it, has been up."""
    if service is None:
        return Fact(name="plan.lasting", command=Script(text=f"{_LOOK}exit 0\n"), parse=parse)
    names = next((group for group in TWINS if service in group), (service,))
    units = " ".join(shlex.quote(n if "." in n else f"{n}.service") for n in names)
    text = f"{_LOOK}{_UNIT.format(units=units)}exit 0\n"
    return Fact(name=f"plan.lasting:{service}", command=Script(text=text), parse=parse)


def parse(result: CommandResult) -> Lasting:
    """What the read printed.

    Raises:
        ValueError: it does not say since when the host is up.
    """
    head, *blocks = result.stdout.split("\n\n")
    said = _values(head)
    if "up" not in said:
        raise ValueError("the host's answer has no uptime")
    up = float(said["up"])
    if not 0 <= up < FOREVER_S:
        raise ValueError(f"no host is up for {said['up']} s")
    for block in blocks:
        values = _values(block)
        entered = values.get("ActiveEnterTimestampMonotonic", "")
        active = values.get("LoadState") == "loaded" and values.get("ActiveState") == "active"
        if active and entered.isascii() and entered.isdigit() and int(entered):
            return Lasting(up_s=up, active_s=max(0.0, up - int(entered) / 1e6))
    return Lasting(up_s=up)


def _values(block: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in block.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
