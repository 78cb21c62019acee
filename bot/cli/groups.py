"""The commands of two words: hosts, people, policy, skill, secret."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import bot.cli.upkeep  # noqa: F401 - its commands hang on the app once it is imported
from bot.cli.commands import CONFIGURE, HostName, command, home, own_home
from bot.cli.completing import hosts as hosts_that_begin

hosts_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
people_app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich")
policy_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
secret_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
skill_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")

GROUPS = (
    ("hosts", hosts_app, "Hosts: list, check, import, trust.", "./overseer hosts check"),
    ("people", people_app, "People: list, invite, link, unlink.", "./overseer people list"),
    ("policy", policy_app, "The policy: test, schema.", "./overseer policy test"),
    ("skill", skill_app, "Your own skills: new, check, try.", "./overseer skill new cdn"),
    ("secret", secret_app, "Secrets: set, list, remove.", "./overseer secret set db-sudo"),
)


def add_to(app: typer.Typer) -> None:
    """Hang the groups into the command line, once."""
    if not app.registered_groups:
        for name, group, text, example in GROUPS:
            app.add_typer(
                group,
                name=name,
                help=text,
                rich_help_panel=CONFIGURE,
                epilog=f"Example: {example}",
            )


PersonName = Annotated[
    str, typer.Argument(metavar="NAME", help="A short name: lower-case letters and digits.")
]
SkillName = Annotated[str, typer.Argument(metavar="NAME", help="The skill's folder.")]
SecretName = Annotated[str, typer.Argument(metavar="NAME", help="Then use it as store:NAME.")]


@command(hosts_app, "", "./overseer hosts list", name="list")
def list_hosts() -> int:
    """List the inventory."""
    from bot.cli.hosting import list_hosts as work

    return work(own_home())


@command(hosts_app, "", "./overseer hosts check web-1", name="check")
def check_hosts(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[HOST]…", help="Only these hosts.", autocompletion=hosts_that_begin
        ),
    ] = None,
) -> int:
    """Say per host what works, and what to do about the rest."""
    from bot.cli.hosting import check_hosts as work

    return work(own_home(), tuple(names or ()))


@command(hosts_app, "", "./overseer hosts import /etc/ansible/hosts --dry-run", name="import")
def import_hosts(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="An Ansible inventory; default: ~/.ssh/config."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would take.")
    ] = False,
) -> int:
    """Take hosts from Ansible (list output, YAML, INI) or ~/.ssh/config."""
    from bot.cli.importing import import_hosts as work

    return work(own_home(), file, dry_run=dry_run)


@command(hosts_app, "", "./overseer hosts trust web-1", name="trust")
def trust_host(
    name: HostName,
    fingerprint: Annotated[
        str, typer.Option("--fingerprint", metavar="SHA256:…", help="Trust only this one, unasked.")
    ] = "",
) -> int:
    """Show a never-seen host key, and trust it when you say so."""
    from bot.cli.hosting import trust as work

    return work(own_home(), name, fingerprint)


@command(people_app, "", "./overseer people list", name="list")
def list_people() -> int:
    """List who may do what."""
    from bot.cli.people import list_people as work

    return work(own_home())


@command(people_app, "", "./overseer people invite ana --role approver", name="invite")
def invite_person(
    name: PersonName,
    role: Annotated[
        str,
        typer.Option("--role", metavar="ROLE", help="viewer, operator, approver or admin"),
    ],
    display: Annotated[
        str, typer.Option("--display", metavar="TEXT", help="The name others read.")
    ] = "",
) -> int:
    """Add a person and print their one-time link."""
    from bot.cli.people import invite as work

    return work(own_home(), name, role, display)


@command(
    people_app, "",
    "./overseer people link, ./overseer people link ana, or: ./overseer people link ana slack:U024",
    name="link",
)  # fmt: skip
def link_person(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Print this person's link to the page.")
    ] = "",
    account: Annotated[
        str,
        typer.Argument(metavar="[ACCOUNT]", help="Make it theirs: slack:U024BE7LH, discord:1234."),
    ] = "",
) -> int:
    """Print a code that links your own chat account, or a person's link to the page."""
    from bot.cli import people

    if account:
        return people.link_account(own_home(), name, account)
    return people.link(home(), name) if name else people.code(home())


@command(people_app, "", "./overseer people unlink ana slack:U024BE7LH", name="unlink")
def unlink_account(
    name: PersonName,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Such as slack:U024BE7LH.")],
) -> int:
    """Let an account be nobody's; what it voted on and has not begun needs another vote."""
    from bot.cli.people import unlink_account as work

    return work(own_home(), name, account)


@people_app.callback()
def people_group(context: typer.Context) -> int | None:
    """List, invite and link people; without a command: list them."""
    return list_people() if context.invoked_subcommand is None else None


@command(policy_app, "", "./overseer policy test", name="test")
def test_policy() -> int:
    """Run the policy's own examples."""
    from bot.cli.checking import policy_test as work

    return work(own_home())


@command(policy_app, "", "./overseer policy schema > overseer.cedarschema", name="schema")
def show_schema() -> int:
    """Print the schema that policies are held against."""
    from bot.cli.checking import policy_schema as work

    return work(own_home())


@command(skill_app, "", "./overseer skill new cdn", name="new")
def new_skill(name: SkillName) -> int:
    """Write a small skill that works, to be made yours."""
    from bot.cli.skills import new as work

    return work(own_home(), name)


@command(skill_app, "", "./overseer skill check cdn", name="check")
def check_skill(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only this one; default: all.")
    ] = None,
) -> int:
    """See whether it is whole; exit status 4 when it is not."""
    from bot.cli.skills import check as work

    return work(own_home(), name)


@command(skill_app, "", './overseer skill try cdn "clear the cache of the shop"', name="try")
def try_skill(
    name: SkillName,
    sentence: Annotated[list[str], typer.Argument(metavar="SENTENCE", help="What one would say.")],
    facts: Annotated[
        Path | None,
        typer.Option("--facts", metavar="FILE", help="Recorded facts, as JSON by their names."),
    ] = None,
    who: Annotated[
        str, typer.Option("--as", metavar="PERSON", help="Who asks; default: an admin.")
    ] = "",
) -> int:
    """Show match, commands and verdict. Reads nothing, runs nothing."""
    from bot.cli.skills import rehearse as work

    return work(own_home(), name, " ".join(sentence), facts, who)


@command(secret_app, "", "./overseer secret set db-sudo", name="set")
def set_secret(name: SecretName) -> int:
    """Keep a secret, typed without echo or piped in."""
    from bot.cli.secrets import set_secret as work

    return work(own_home(), name)


@command(secret_app, "", "./overseer secret list", name="list")
def list_secrets() -> int:
    """List the names of kept secrets."""
    from bot.cli.secrets import list_secrets as work

    return work(own_home())


@command(secret_app, "", "./overseer secret remove db-sudo", name="remove")
def remove_secret(name: SecretName) -> int:
    """Forget a secret."""
    from bot.cli.secrets import remove_secret as work

    return work(own_home(), name)
