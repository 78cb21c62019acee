"""The commands that run and keep an Overseer, with their options. The work is imported late."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import CONFIGURE, KEEP, Json, app, command, home, own_home, version


@command(app, KEEP, "./overseer run --port 8421")
def run(
    port: Annotated[
        int | None, typer.Option(metavar="N", help="The page's port (0: any).", min=0, max=65535)
    ] = None,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Where the page listens. Default: this machine only."),
    ] = "",
    no_web: Annotated[bool, typer.Option("--no-web", help="Only the terminal.")] = False,
) -> int:
    """Start Overseer: the page and the terminal's socket."""
    from bot.cli.serving import run_server

    return run_server(own_home(), host=host, port=port, web=not no_web)


@command(app, KEEP, "./overseer login")
def login() -> int:
    """Print a fresh one-time link to the page."""
    from bot.cli.keeping import login as work

    return work(home())


@command(app, KEEP, "./overseer check, or only: ./overseer check models")
def check(
    part: Annotated[
        str, typer.Argument(metavar="[PART]", help="Only this: models, slack, discord.")
    ] = "",
) -> int:
    """Look over configuration, database, language models, chat platforms and hosts."""
    from bot.cli.checking import check as work
    from bot.cli.checking import check_only_models
    from bot.cli.discord_checks import check_only_discord
    from bot.cli.slack_checks import check_only_slack

    parts = {
        "": work,
        "models": check_only_models,
        "slack": check_only_slack,
        "discord": check_only_discord,
    }
    if part not in parts:
        others = f"{', '.join(filter(None, parts))}, or nothing for all."
        cure = "./overseer hosts check" if part == "hosts" else others
        raise typer.BadParameter(f"there is no {part!r} to check; {cure}", param_hint="PART")
    return parts[part](own_home())


@command(app, KEEP, "./overseer usage --json")
def usage(json: Json = False) -> int:
    """Show what language models have used, today and this month."""
    from bot.cli.spending import usage as work

    return work(home(), as_json=json)


@command(app, KEEP, "./overseer reload")
def reload() -> int:
    """Read the configuration again, all or nothing."""
    from bot.cli.keeping import reload as work

    return work(home())


@command(app, KEEP, "./overseer backup /mnt/safe/overseer.db")
def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; default: backups/.")
    ] = None,
) -> int:
    """Copy the database, while it is in use."""
    from bot.cli.keeping import backup as work

    return work(own_home(), file)


@command(app, KEEP, "./overseer restore /mnt/safe/overseer.db")
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]) -> int:
    """Put a backup in place; the former is kept."""
    from bot.cli.keeping import restore as work

    return work(own_home(), file)


@command(app, CONFIGURE, "./overseer eval requests.jsonl --inventory inventory.yaml", name="eval")
def evaluate(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS", help="Requests as JSONL.")],
    inventory: Annotated[
        Path, typer.Option("--inventory", metavar="FILE", help="The inventory they speak of.")
    ],
    parser: Annotated[
        str,
        typer.Option("--parser", metavar="NAME", help="rules, a tier (cloud-fast) or a model."),
    ] = "rules",
    beside: Annotated[
        str, typer.Option("--beside", metavar="NAME", help="A second parser to compare with.")
    ] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N cases.")
    ] = None,
    budget: Annotated[
        str,
        typer.Option(
            "--budget", metavar="MOST", help="What a model may use: 0.50 (money), '200k tokens'."
        ),
    ] = "",
    predictions: Annotated[
        Path | None,
        typer.Option("--predictions", metavar="OUT", help="Write the answers, as JSONL."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="All of what was read, where it is not exact.")
    ] = False,
) -> int:
    """See how many requests of a corpus are understood, and by whom better."""
    from bot.cli.evaluating import evaluate as work
    from bot.cli.logs import silent

    silent()
    parsers = [parser, beside] if beside else [parser]
    return work(
        home(), corpus, inventory, parsers=parsers, predictions=predictions, limit=limit,
        budget=budget, whole=verbose,
    )  # fmt: skip


@command(app, KEEP, "./overseer gallery run-")
def gallery(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Only cards whose name begins so.")
    ] = "",
) -> int:
    """Look at every card in every state, from sample data."""
    from bot.cli.showing import show

    return show(name)


@command(app, CONFIGURE, "./overseer completion bash")
def completion(
    shell: Annotated[
        str, typer.Argument(metavar="[bash|zsh|fish]", help="Default: the one you use.")
    ] = "",
) -> int:
    """Print what a shell loads to complete commands and hosts."""
    from bot.cli.completing import script

    return script(shell)


@command(app, KEEP, "./overseer version", name="version")
def show_version() -> int:
    """Print the version."""
    version()
    return 0
