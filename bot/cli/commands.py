"""Every command with its options. The work is done elsewhere, imported late."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Home

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Say what you want done; see exactly what will run; approve it; watch it happen.",
)
hosts_app = typer.Typer(no_args_is_help=True, help="Hosts: list, check, import, trust.")
people_app = typer.Typer(no_args_is_help=True, help="People: list, invite.")
policy_app = typer.Typer(no_args_is_help=True, help="Policy: test, schema.")
secret_app = typer.Typer(no_args_is_help=True, help="Secrets: set, list, remove.")
app.add_typer(hosts_app, name="hosts")
app.add_typer(people_app, name="people")
app.add_typer(policy_app, name="policy")
app.add_typer(secret_app, name="secret")

_chosen: list[Path] = []

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
PlanNumber = Annotated[int, typer.Argument(min=1, help="The number on the card.")]


@app.callback()
def options(
    home: Annotated[
        Path | None,
        typer.Option("--home", envvar="OVERSEER_HOME", help="The folder of this Overseer."),
    ] = None,
) -> None:
    """Overseer."""
    _chosen[:] = [home] if home else []


def home() -> Home:
    """The home that this command is about: --home, $OVERSEER_HOME, or `local/` in the checkout.

    Installed outside a checkout it is `~/.overseer`.
    """
    if _chosen:
        return Home(path=_chosen[0].expanduser().absolute())
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").is_file() and os.access(root, os.W_OK):
        return Home(path=root / "local")
    return Home(path=Path.home() / ".overseer")


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="The page's port.", min=0, max=65535)] = None,
    no_web: Annotated[bool, typer.Option("--no-web", help="Only the terminal.")] = False,
) -> int:
    """Start Overseer: the page and the terminal's socket."""
    from bot.cli.serving import run_server

    return run_server(home(), port=port, web=not no_web)


@app.command()
def chat() -> int:
    """Talk in this terminal, with live cards."""
    from bot.cli.talking import chat as work

    return work(home())


@app.command()
def ask(
    words: Annotated[list[str], typer.Argument(help="What you want, in plain words.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Cast your own vote at once.")] = False,
    json: Json = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Exit 6 while others must vote.")
    ] = False,
) -> int:
    """Ask for something, see the plan, approve it, watch it run."""
    from bot.cli.talking import ask as work

    return work(home(), " ".join(words), yes=yes, json=json, wait=not no_wait)


@app.command()
def plan(
    words: Annotated[list[str], typer.Argument(help="What you want, in plain words.")],
    json: Json = False,
) -> int:
    """Show the plan of a request without running anything."""
    from bot.cli.talking import ask as work

    return work(home(), " ".join(words), json=json, plan_only=True)


@app.command()
def approve(number: PlanNumber, json: Json = False) -> int:
    """Approve a plan that waits, and watch it run."""
    from bot.cli.talking import approve as work

    return work(home(), number, json=json)


@app.command()
def deny(
    number: PlanNumber,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; the card shows it.")] = "",
    json: Json = False,
) -> int:
    """Deny a plan that waits."""
    from bot.cli.talking import deny as work

    return work(home(), number, reason, json=json)


@app.command()
def stop(
    number: Annotated[int | None, typer.Argument(min=1, help="The plan's number.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All runs, until `resume`.")] = False,
    kill: Annotated[bool, typer.Option("--kill", help="Also end what runs.")] = False,
) -> int:
    """Start nothing more. Never gated."""
    from bot.cli.talking import stop as work

    return work(home(), number, everything=everything, kill=kill)


@app.command()
def resume() -> int:
    """Let runs start again after `stop --all`."""
    from bot.cli.talking import resume as work

    return work(home())


@app.command()
def output(
    number: PlanNumber,
    host: Annotated[str, typer.Argument(help="The host.")],
    step: Annotated[str, typer.Option(help="Only this step, such as s2.")] = "",
) -> int:
    """Print everything that a host's commands printed in a run."""
    from bot.cli.talking import output as work

    return work(home(), number, host, step)


@app.command()
def status(json: Json = False) -> int:
    """What waits, what runs, and how Overseer itself stands."""
    from bot.cli.talking import status as work

    return work(home(), json=json)


@app.command()
def login() -> int:
    """Print a fresh one-time link to the page."""
    from bot.cli.keeping import login as work

    return work(home())


@app.command()
def check() -> int:
    """Look over the configuration, the database and the hosts."""
    from bot.cli.checking import check as work

    return work(home())


@app.command()
def reload() -> int:
    """Read the configuration again, all or nothing."""
    from bot.cli.keeping import reload as work

    return work(home())


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; default: backups/.")] = None,
) -> int:
    """Copy the database, while it is in use."""
    from bot.cli.keeping import backup as work

    return work(home(), file)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> int:
    """Put a backup in the database's place; the former one is kept beside it."""
    from bot.cli.keeping import restore as work

    return work(home(), file)


@app.command(name="eval")
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="Requests as JSONL.")],
    inventory: Annotated[Path, typer.Option("--inventory", help="The inventory they speak of.")],
    parser: Annotated[str, typer.Option("--parser", help="rules")] = "rules",
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write what was answered, as JSONL.")
    ] = None,
) -> int:
    """Run a corpus of requests and print how many are understood. Touches no host."""
    from bot.cli.evaluating import evaluate as work

    return work(corpus, inventory, parser=parser, predictions=predictions)


@hosts_app.command("list")
def hosts_list() -> int:
    """List the inventory."""
    from bot.cli.hosting import list_hosts as work

    return work(home())


@hosts_app.command("check")
def hosts_check(
    names: Annotated[list[str] | None, typer.Argument(help="Only these hosts.")] = None,
) -> int:
    """Say per host what works (reach, key, sudo, systemd) and what to do about the rest."""
    from bot.cli.hosting import check_hosts as work

    return work(home(), tuple(names or ()))


@hosts_app.command("import")
def hosts_import(
    file: Annotated[
        Path | None, typer.Argument(help="An Ansible inventory; default: ~/.ssh/config.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would take.")
    ] = False,
) -> int:
    """Take hosts from an Ansible inventory (list output, YAML, INI) or from ~/.ssh/config."""
    from bot.cli.hosting import import_hosts as work

    return work(home(), file, dry_run=dry_run)


@hosts_app.command("trust")
def hosts_trust(
    name: Annotated[str, typer.Argument(help="The host.")],
    fingerprint: Annotated[
        str, typer.Option("--fingerprint", help="Trust only this SHA256:… without asking.")
    ] = "",
) -> int:
    """Show a never-seen host key, where to compare it, and trust it when you say so."""
    from bot.cli.hosting import trust as work

    return work(home(), name, fingerprint)


@people_app.command("list")
def people_list() -> int:
    """List who may do what."""
    from bot.cli.keeping import list_people as work

    return work(home())


@people_app.command("invite")
def people_invite(
    name: Annotated[str, typer.Argument(help="A short name: lower-case letters and digits.")],
    role: Annotated[str, typer.Option("--role", help="viewer, operator, approver, admin")],
    display: Annotated[str, typer.Option("--display", help="The name others read.")] = "",
) -> int:
    """Add a person and print their one-time link to the page."""
    from bot.cli.keeping import invite as work

    return work(home(), name, role, display)


@policy_app.command("test")
def policy_test() -> int:
    """Run the policy's own examples."""
    from bot.cli.checking import policy_test as work

    return work(home())


@policy_app.command("schema")
def policy_schema() -> int:
    """Print the Cedar schema that policies are validated against."""
    from bot.cli.checking import policy_schema as work

    return work(home())


@secret_app.command("set")
def secret_set(name: Annotated[str, typer.Argument(help="Then use it as store:NAME.")]) -> int:
    """Keep a secret, typed without echo (or piped in)."""
    from bot.cli.keeping import set_secret as work

    return work(home(), name)


@secret_app.command("list")
def secret_list() -> int:
    """List the names of kept secrets."""
    from bot.cli.keeping import list_secrets as work

    return work(home())


@secret_app.command("remove")
def secret_remove(name: Annotated[str, typer.Argument(help="The secret.")]) -> int:
    """Forget a secret."""
    from bot.cli.keeping import remove_secret as work

    return work(home(), name)
