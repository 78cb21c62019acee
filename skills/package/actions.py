"""What can be done with packages: list the waiting updates, install exactly the listed ones."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from bot.domain.wording import count, duration, listed
from bot.skillkit.contract import (
    Already,
    Cannot,
    Caution,
    Check,
    Effect,
    Fact,
    Hosts,
    Now,
    PackageName,
    Params,
    Shell,
    View,
    Yields,
    action,
)
from skills.package import report
from skills.package.facts import Update, Updates, updates

STALE_S = 7 * 86400
"""From this age on the package lists are worth a caution."""

QUIET = (("DEBIAN_FRONTEND", "noninteractive"), ("LC_ALL", "C"), ("NEEDRESTART_SUSPEND", "1"))
"""Nothing may ask: a question that nobody sees would wait for ever."""

APT = (
    "apt-get", "install", "--only-upgrade", "--no-remove", "-y", "-q",
    "-o", "DPkg::Lock::Timeout=120",
    "-o", "Dpkg::Options::=--force-confdef",
    "-o", "Dpkg::Options::=--force-confold",
)  # fmt: skip


class OnHosts(Params):
    """Some hosts."""

    hosts: Hosts


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


class UpgradeParams(OnHosts):
    """`packages` None means every package that has an update, or those `only` for security."""

    packages: (
        Annotated[tuple[PackageName, ...], Field(min_length=1), AfterValidator(_distinct)] | None
    ) = None
    only: Literal["security"] | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> UpgradeParams:
        if self.packages and self.only:
            raise ValueError("name packages or say only security, not both")
        return self


def _fact(p: UpgradeParams) -> Fact[Updates]:
    return updates(p.packages or (), p.only)


def _facts(p: UpgradeParams) -> tuple[Fact[Any], ...]:
    return (_fact(p),)


def _title(p: UpgradeParams) -> str:
    if p.only:
        return "install the security updates"
    if not p.packages:
        return "upgrade all packages"
    few = len(p.packages) < 4
    return f"upgrade {listed(p.packages) if few else count(len(p.packages), 'package')}"


@action(
    "package.check_updates",
    params=OnHosts,
    effect=Effect.READ,
    title=lambda _: "list the waiting updates",
    example="are there updates for {host}?",
    repeatable=True,
    report=report.check_updates,
)
def check_updates(p: OnHosts, host: View) -> Yields:
    """Which updates wait, and which of them are for security."""
    yield updates().command


@action(
    "package.upgrade",
    params=UpgradeParams,
    effect=Effect.WRITE,
    title=_title,
    example="upgrade openssl on {host}",
    facts=_facts,
    undo_says="none: the old versions may be gone from the archive",
    may_break="services whose packages change are restarted by them",
    repeatable=True,
    killable=False,
)
def upgrade(p: UpgradeParams, host: View) -> Yields:
    """Install waiting updates: the very versions that the card lists."""
    state = host[_fact(p)]
    if refusal := _refusal(state, host):
        yield refusal
        return
    if not state.updates:
        yield _nothing(p, state, host)
        return
    yield Now(_now(state))
    yield from _cautions(state, host)
    if p.only and state.family == "apt" and (others := _others(state)):
        yield Caution(f"also upgrades {listed(others)} on {host.name}, which these need")
    if state.family == "apt":
        pinned = tuple(f"{u.name}={u.new}" for u in state.updates)
        yield Shell(argv=(*APT, "--", *pinned), sudo=host.sudo, env=QUIET)
        if state.auto:  # installing by name would mark them as asked for
            yield Shell(argv=("apt-mark", "-qq", "auto", "--", *state.auto), sudo=host.sudo)
        yield Check(argv=("dpkg", "--audit"), stdout="")
    else:
        pinned = tuple(f"{u.name}-{u.new}.{u.arch}" for u in state.updates)
        yield Shell(argv=("dnf", "-y", "-q", "upgrade", "--", *pinned), sudo=host.sudo)


def _refusal(state: Updates, host: View) -> Cannot | None:
    if not state.family:
        return Cannot(
            f"{host.name} has neither apt nor dnf, the two I can upgrade with; nothing ran, "
            f"and `run … on {host.name}` takes any command."
        )
    if state.lists == 0:
        return Cannot(
            f"{host.name} has no package lists yet; "
            f"To fetch them, in backticks: run `apt-get update` on {host.name}."
        )
    if state.unknown:
        names = listed(state.unknown, "or")
        return Cannot(f"{host.name} knows no package {names}; nothing ran, check the name.")
    if state.absent and not state.updates:
        names = listed(state.absent, "or")
        return Cannot(f"{host.name} has not installed {names}, so there is nothing to upgrade.")
    if state.removed:
        return Cannot(
            f"on {host.name} this would remove {listed(state.removed)}, and an upgrade of mine "
            "removes nothing; do that one by hand."
        )
    if state.frozen:
        names = " ".join(state.frozen)
        return Cannot(
            f"{listed(state.frozen)} on {host.name} {'is' if len(state.frozen) == 1 else 'are'} "
            f"held: somebody wants the version to stay; `apt-mark unhold {names}` there lifts that."
        )
    if state.error:
        return Cannot(f"the package tool on {host.name} refuses: {state.error}")
    if state.updates and not host.can_be_root:
        return Cannot(
            f"my login on {host.name} can't become root, which an upgrade needs; "
            "set `sudo:` for it in the inventory."
        )
    return None


def _nothing(p: UpgradeParams, state: Updates, host: View) -> Already:
    if p.only:
        return Already(f"no security update waits on {host.name}{_age(state)}")
    what = listed(p.packages) if p.packages else "everything"
    verb = "are" if p.packages and len(p.packages) > 1 else "is"
    held = f"; kept back: {listed(state.held)}" if state.held else ""
    return Already(f"{what} {verb} up to date on {host.name}{_age(state)}{held}")


def _age(state: Updates) -> str:
    old = state.age_s or 0.0
    return f" (lists {duration(old)} old)" if old >= STALE_S else ""


def _now(state: Updates) -> str:
    security = f", {len(state.security)} for security" if state.security else ""
    if len(state.updates) <= 2:
        return ", ".join(_way(u) for u in state.updates) + security
    return f"{count(len(state.updates), 'update')} waiting{security}"


def _others(state: Updates) -> tuple[str, ...]:
    return tuple(update.name for update in state.updates if not update.security)


def _way(update: Update) -> str:
    return f"{update.name} {f'{update.old} → ' if update.old else '→ '}{update.new}"


def _cautions(state: Updates, host: View) -> Yields:
    if state.absent:
        yield Caution(f"{listed(state.absent)} not installed on {host.name}: left out")
    if state.added:
        yield Caution(f"also installs {listed(state.added)}, which these need")
    if state.held:
        yield Caution(f"kept back on {host.name}: {listed(state.held)}")
    if state.age_s is not None and state.age_s >= STALE_S:
        yield Caution(f"the package lists on {host.name} are {duration(state.age_s)} old")
