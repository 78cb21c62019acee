"""The commands with which people talk, and their options. The work is imported late."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.cli.completing import hosts as hosts_that_begin

if TYPE_CHECKING:
    from bot.settings import Home

TALK, KEEP, CONFIGURE = "Talk", "Run and keep", "Configure"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Say what you want done; see exactly what will run; approve it; watch it happen.",
    epilog="A first try: ./overseer run, then in another terminal: "
    './overseer ask "how is localhost?"',
)

_chosen: list[Path] = []
_shared: list[Path] = []

F = TypeVar("F", bound=Callable[..., Any])
TierName = Annotated[
    str | None,
    typer.Option(
        "--tier",
        help="Read by this tier of models (local, cloud-fast, cloud-heavy), or by rules alone.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
PlanNumber = Annotated[int, typer.Argument(min=1, metavar="PLAN", help="The card's number.")]
HostName = Annotated[
    str, typer.Argument(metavar="HOST", help="The host.", autocompletion=hosts_that_begin)
]
Words = Annotated[list[str], typer.Argument(metavar="WORDS", help="What you want, in words.")]


def command(
    to: typer.Typer, panel: str, example: str, *, name: str | None = None
) -> Callable[[F], F]:
    """Declare a command with the example that ends its help."""
    return to.command(name, rich_help_panel=panel or None, epilog=f"Example: {example}")


def _version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


@app.callback()
def options(
    home: Annotated[
        str | None,
        typer.Option(
            "--home", metavar="DIR", envvar="OVERSEER_HOME", help="The folder of this Overseer."
        ),
    ] = None,
    socket: Annotated[
        str | None,
        typer.Option(
            "--socket",
            metavar="PATH",
            envvar="OVERSEER_SOCKET",
            help="Talk to the server of another user, who shares this socket.",
        ),
    ] = None,
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Overseer."""
    del show_version  # its callback has printed it
    if home is not None and not home.strip():
        raise typer.BadParameter("a folder's name is needed.", param_hint="--home")
    choose(home)
    _shared[:] = [Path(socket)] if socket else []


def choose(folder: str | None) -> None:
    """The home that every command is about from now on."""
    _chosen[:] = [Path(folder)] if folder else []


def home() -> Home:
    """The home that this command is about: --home, $OVERSEER_HOME, or `local/` in the checkout.

    Installed outside a checkout it is `~/.overseer`.
    """
    from bot.settings import Home

    there = _shared[0].expanduser().absolute() if _shared else None
    if _chosen:
        return Home(path=_chosen[0].expanduser().absolute(), server_at=there)
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").is_file() and os.access(root, os.W_OK):
        return Home(path=root / "local", server_at=there)
    return Home(path=Path.home() / ".overseer", server_at=there)


def own_home() -> Home:
    """The home, for what is done to its files and not by the server that listens on a socket.

    Raises:
        RequestError: another user's server was named, whose files these are not.
    """
    from bot.errors import RequestError

    found = home()
    if found.server_at is not None:
        raise RequestError(
            f"This works on the files of an Overseer, and {found.server_at} is only its socket; "
            "nothing was done.",
            cure="Whoever runs it does that there. For your own Overseer leave out --socket "
            "(or unset OVERSEER_SOCKET).",
        )
    return found


@command(app, TALK, "./overseer chat")
def chat(
    number: Annotated[
        int | None, typer.Argument(min=1, metavar="[PLAN]", help="Begin with this plan's card.")
    ] = None,
) -> int:
    """Talk in this terminal, with live cards."""
    from bot.cli.talking import chat as work

    return work(home(), number)


@command(app, TALK, './overseer ask "restart nginx on web-1" --yes')
def ask(
    words: Words,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Cast your own vote at once.")] = False,
    json: Json = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Exit 6 while others must vote.")
    ] = False,
    tier: TierName = None,
) -> int:
    """Ask, see the plan, approve it, watch it run."""
    from bot.cli.talking import ask as work

    return work(home(), " ".join(words), yes=yes, json=json, wait=not no_wait, tier=tier)


@command(app, TALK, './overseer plan "restart nginx on the web servers"')
def plan(words: Words, json: Json = False, tier: TierName = None) -> int:
    """Show a request's plan and run nothing."""
    from bot.cli.talking import ask as work

    return work(home(), " ".join(words), json=json, plan_only=True, tier=tier)


@command(app, TALK, "./overseer approve 12")
def approve(
    number: PlanNumber,
    digest: Annotated[
        str,
        typer.Option(
            "--digest", metavar="HEX", help="What you have read; a terminal shows it and asks."
        ),
    ] = "",
    json: Json = False,
) -> int:
    """Approve a plan that waits, and watch it run."""
    from bot.cli.talking import approve as work

    return work(home(), number, digest=digest, json=json)


@command(app, TALK, './overseer deny 12 --reason "not before the backup"')
def deny(
    number: PlanNumber,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; the card shows it.")] = "",
    json: Json = False,
) -> int:
    """Deny a plan that waits."""
    from bot.cli.talking import deny as work

    return work(home(), number, reason, json=json)


@command(app, TALK, "./overseer stop, ./overseer stop 12, or: ./overseer stop --all")
def stop(
    number: Annotated[
        int | None,
        typer.Argument(min=1, metavar="[PLAN]", help="Its number; without one, your only run."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All runs, until `resume`.")] = False,
    kill: Annotated[bool, typer.Option("--kill", help="Also end what runs.")] = False,
) -> int:
    """Start nothing more. Never gated."""
    from bot.cli.talking import stop as work

    if number is not None and everything:
        raise typer.BadParameter("one plan or --all, not both.", param_hint="PLAN")
    return work(home(), number, everything=everything, kill=kill)


@command(app, TALK, "./overseer resume")
def resume() -> int:
    """Let runs start again after `stop --all`."""
    from bot.cli.talking import resume as work

    return work(home())


@command(app, TALK, "./overseer show 12")
def show(number: PlanNumber, json: Json = False) -> int:
    """Show a plan's card again."""
    from bot.cli.talking import show as work

    return work(home(), number, json=json)


@command(app, TALK, "./overseer output 12 web-1")
def output(
    number: PlanNumber,
    host: HostName,
    step: Annotated[str, typer.Option(metavar="STEP", help="Only this step, such as s2.")] = "",
) -> int:
    """Print all that a host's commands printed."""
    from bot.cli.talking import output as work

    return work(home(), number, host, step)


@command(app, TALK, "./overseer history of web-1 since yesterday")
def history(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]", help="Of what, by whom, since when: in words."),
    ] = None,
    json: Json = False,
) -> int:
    """What was asked and done."""
    from bot.cli.talking import ask as work

    return work(home(), " ".join(["history", *(words or ())]), yes=False, json=json, wait=True)


@command(app, TALK, "./overseer status --json")
def status(json: Json = False) -> int:
    """What waits, what runs, how Overseer stands."""
    from bot.cli.talking import status as work

    return work(home(), json=json)


def version() -> None:
    """Print the version, of Python too."""
    import platform

    from bot import __version__

    print(f"overseer {__version__} (Python {platform.python_version()})")
