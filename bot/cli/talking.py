"""`chat`, `ask` and the commands that speak of one plan: over the running server, or one here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.cli.linking import linked
from bot.settings import Home

if TYPE_CHECKING:
    from bot.adapters.terminal.client import Link
    from bot.adapters.terminal.console import Console


def _over(home: Home, work: Callable[[Link, Console], int]) -> int:
    from bot.adapters.terminal.console import Console

    with linked(home) as link:
        return work(link, Console())


def chat(home: Home, plan: int | None = None) -> int:
    """Talk until the person leaves."""
    from bot.adapters.terminal.chat import run_chat

    # In another user's Overseer one keeps no home of one's own, so no history of what was typed.
    history = home.path / "history" if home.server_at is None else None
    return _over(home, lambda link, c: run_chat(link, c, plan=plan, history=history))


def ask(
    home: Home,
    text: str,
    *,
    yes: bool = False,
    json: bool = False,
    wait: bool = True,
    plan_only: bool = False,
    tier: str | None = None,
) -> int:
    """Ask, and follow it to its end."""
    from bot.adapters.terminal.ask import run_ask
    from bot.domain.usage import READERS, chosen
    from bot.domain.wording import listed
    from bot.errors import RequestError

    if tier is not None and chosen(tier) is None:
        raise RequestError(f"There is no tier {tier!r}.", cure=f"Tiers are {listed(READERS)}.")
    how = {"yes": yes, "json": json, "wait": wait, "plan_only": plan_only}
    return _over(home, lambda link, c: run_ask(link, c, text, **how, tier=tier or ""))


def approve(home: Home, plan: int, *, digest: str, json: bool) -> int:
    """Vote, and follow what it starts."""
    from bot.adapters.terminal.deciding import run_approve

    return _over(home, lambda link, c: run_approve(link, c, plan, digest=digest, json=json))


def deny(home: Home, plan: int, reason: str, *, json: bool) -> int:
    """End a plan, with a reason."""
    from bot.adapters.terminal.deciding import run_deny

    return _over(home, lambda link, c: run_deny(link, c, plan, reason=reason, json=json))


def stop(home: Home, plan: int | None, *, everything: bool, kill: bool) -> int:
    """Start nothing more."""
    from bot.adapters.terminal.deciding import run_stop

    return _over(home, lambda link, c: run_stop(link, c, plan, everything=everything, kill=kill))


def resume(home: Home) -> int:
    """End the freeze."""
    from bot.adapters.terminal.deciding import run_resume

    return _over(home, run_resume)


def status(home: Home, *, json: bool) -> int:
    """How it stands."""
    from bot.adapters.terminal.deciding import run_status

    return _over(home, lambda link, c: run_status(link, c, json=json))


def output(home: Home, plan: int, host: str, step: str) -> int:
    """What a target printed."""
    from bot.adapters.terminal.deciding import run_output

    return _over(home, lambda link, c: run_output(link, c, plan, host, step=step))


def show(home: Home, plan: int, *, json: bool) -> int:
    """A plan's card."""
    from bot.adapters.terminal.deciding import run_show

    return _over(home, lambda link, c: run_show(link, c, plan, json=json))
