"""`check` and `policy`: is everything in order, and if not, which line of which file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.adapters.files.first_start import prepare
from bot.errors import ConfigError, OverseerError
from bot.ports import World
from bot.settings import Home

if TYPE_CHECKING:
    from bot.gate.cedar import CedarGate
    from bot.gate.policy_tests import PolicyTestReport
    from bot.skillkit.catalog import Catalog


def world_of(home: Home) -> World:
    """The configuration as a start would read it.

    Raises:
        ConfigError: the first thing that is wrong, with file, line and cure.
    """
    from bot.app.world import load_world

    return load_world(home, catalog_at(home))


def catalog_at(home: Home) -> Catalog:
    """Every skill that a start would load.

    Raises:
        ConfigError: a shipped one is broken, or the settings are.
    """
    from bot.adapters.files.settings_file import load_settings
    from bot.pipeline.skillset import catalog_of

    prepare(home)
    return catalog_of(home, load_settings(home.settings))


def check(home: Home) -> int:
    """All that can be looked at before anybody asks for anything. 0 when all is well, else 4."""
    from bot.adapters.store import integrity
    from bot.app.world import load_world
    from bot.cli.discord_checks import check_discord
    from bot.cli.hosting import check_hosts
    from bot.cli.model_checks import check_models
    from bot.cli.prompt_checks import check_prompts
    from bot.cli.slack_checks import check_slack

    try:
        catalog = catalog_at(home)
        world = load_world(home, catalog)
    except OverseerError as error:
        print(f"✗ configuration  {error.sentence}")
        if error.cure:
            print(f"                 {error.cure}")
        return 4
    people = world.people.persons
    number = "1 person" if len(people) == 1 else f"{len(people)} people"
    print(f"✓ configuration  {home.path}: {number}, autonomy "
          f"{world.settings.autonomy.level.value}")  # fmt: skip
    well = _skills(catalog)
    try:
        passed, failed = _examples(home)
    except OverseerError as error:
        passed, failed = 0, 1
        print(f"✗ policy         {error}")
    else:
        print(f"{'✗' if failed else '✓'} policy         {passed} examples pass"
              + (f", {failed} fail: ./overseer policy test" if failed else ""))  # fmt: skip
    well = well and not failed
    if home.database.exists():
        flaws = integrity(home.database)
        print(f"{'✗' if flaws else '✓'} database       {flaws[0] if flaws else 'sound'}")
        well = well and not flaws
    else:
        print("· database       none yet; the first start makes it")
    well = check_prompts(home) and well
    well = check_models(home, world.settings.models) and well
    if world.settings.slack.enabled:
        well = check_slack(home, world.settings, world.people) and well
    if world.settings.discord.enabled:
        well = check_discord(home, world.settings, world.people) and well
    print("  hosts")
    status = check_hosts(home, ())
    return status if well else 4


def check_only_models(home: Home) -> int:
    """Only the language models and what they are asked. 0 when all is well, else 4.

    Raises:
        ConfigError: the settings are wrong.
    """
    from bot.adapters.files.settings_file import load_settings
    from bot.cli.model_checks import check_models
    from bot.cli.prompt_checks import check_prompts

    prepare(home)
    settings = load_settings(home.settings)
    well = check_prompts(home)
    return 0 if check_models(home, settings.models) and well else 4


def _skills(catalog: Catalog) -> bool:
    """Say which skills there are, and what is wrong with those that are disabled."""
    own = [skill.name for skill in catalog.skills.values() if skill.own]
    broken = catalog.disabled
    about = f"{len(catalog.skills) - len(own)} shipped"
    about += f", {len(own)} of your own ({', '.join(own)})" if own else ""
    about += f", {len(broken)} disabled" if broken else ""
    print(f"{'✗' if broken else '✓'} skills         {about}")
    for one in broken:
        print(f"                 {one.where}: {one.why}")
        if one.cure:
            print(f"                   {one.cure}")
    return not broken


def _examples(home: Home) -> tuple[int, int]:
    report = _report(home)
    failed = sum(not r.ok for r in report.results)
    return len(report.results) - failed, failed


def _report(home: Home) -> PolicyTestReport:
    from bot.gate.policy_tests import run_policy_tests

    gate, path = _gate(home), home.policy_tests
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"It can't be read: {error}.", path=str(path)) from error
    return run_policy_tests(text, str(path), gate)


def _gate(home: Home) -> CedarGate:
    from bot.gate.cedar import CedarGate

    gate = world_of(home).gate
    if not isinstance(gate, CedarGate):
        raise TypeError("the world's gate is Cedar's")
    return gate


def policy_test(home: Home) -> int:
    """Run the policy's own examples. 0 when all pass, else 4."""
    report = _report(home)
    print("\n".join(report.lines()))
    return 0 if report.ok else 4


def policy_schema(home: Home) -> int:
    """Print the schema."""
    print(_gate(home).schema)
    return 0
