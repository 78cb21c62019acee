"""`skill new|check|try`: write one, see whether it is whole, see what a sentence would do."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.files.first_start import prepare
from bot.adapters.files.settings_file import load_settings
from bot.cli.skill_scaffold import files_of
from bot.domain.commands import CommandResult
from bot.domain.intents import Intent
from bot.domain.inventory import Host
from bot.domain.messages import Person, Role
from bot.domain.wording import count
from bot.errors import ConfigError, RequestError
from bot.pipeline.skillset import catalog_of, own_folder
from bot.planning.planner import OutlineStep, outline
from bot.planning.preview import INSIDE
from bot.ports import GateQuestion, World
from bot.settings import Home
from bot.skillkit.cases import flaw_in, lines_of
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Skill
from bot.skillkit.expand import expand
from bot.skillkit.loader import BUILT_IN
from bot.skillkit.own import NAME, Disabled, only, shown

LABEL = 10


_PLAIN = str.maketrans({"✓": "+", "✗": "x", "·": "-", "“": '"', "”": '"', "…": "...", "’": "'"})


def _out(text: str) -> None:
    """Print it, also where the terminal speaks no UTF-8."""
    coding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(coding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN).encode(coding, "replace").decode(coding)
    print(text)


def new(home: Home, name: str) -> int:
    """Write the files of a new skill into the folder of own skills."""
    prepare(home)
    if not NAME.fullmatch(name):
        raise RequestError(
            f"A skill can't be called {name!r}.", cure="Use lower-case letters, digits and _."
        )
    if name in BUILT_IN:
        raise RequestError(f"Overseer ships a skill {name}.", cure="Call yours otherwise.")
    folder = own_folder(home, load_settings(home.settings)) / name
    if folder.exists():
        raise RequestError(f"There is {folder} already; nothing was written.")
    try:
        folder.mkdir(mode=0o700, parents=True)
        for file, text in files_of(name).items():
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"It can't be written: {error.strerror}.", path=str(folder)) from error
    _out(f"Wrote {folder}/")
    _out(f"  {', '.join(files_of(name))}")
    _para(f"It works as it stands: ./overseer skill check {name}, then make it yours. "
          "A running Overseer takes it with its next start.")  # fmt: skip
    return 0


def check(home: Home, name: str | None) -> int:
    """Whether one own skill, or each, is whole. 0 when they are, else 4."""
    prepare(home)
    settings = load_settings(home.settings)
    catalog = catalog_of(home, settings)
    root = own_folder(home, settings)
    own = [skill for skill in catalog.skills.values() if skill.own]
    wanted = sorted([s.name for s in own] + [d.name for d in catalog.disabled])
    if name is not None:
        wanted = [each for each in wanted if each == name]
        if not wanted:
            raise RequestError(f"There is no skill {name} in {root}.", cure=_make_one(name))
    if not wanted:
        _out(f"There are no own skills in {root}. {_make_one('NAME')}")
        return 0
    well = True
    for each in wanted:
        skill = only(own, each)
        flaws = list(_flaws(skill, root / each, catalog) if skill else _broken(catalog, each))
        about = "disabled"
        if skill is not None:
            about = f"{count(len(skill.actions), 'action')}, {count(_cases(root / each), 'case')}"
        _out(f"{'✗' if flaws else '✓'} {each:<{LABEL}} {about}")
        for flaw in flaws:
            _flaw(flaw)
        well = well and not flaws
    return 0 if well else 4


def _make_one(name: str) -> str:
    return f"./overseer skill new {name} writes one."


def _broken(catalog: Catalog, name: str) -> Iterator[Disabled]:
    return (disabled for disabled in catalog.disabled if disabled.name == name)


def _flaw(flaw: Disabled) -> None:
    _out(f"  {flaw.where}")
    for text in (flaw.why, flaw.cure):
        if text:
            _para(text, indent=4)


def _para(text: str, indent: int = 0) -> None:
    """A paragraph that fits 80 columns; words are never cut."""
    width = min(80, shutil.get_terminal_size().columns)
    gap = " " * indent
    _out(textwrap.fill(text, max(width, 40), initial_indent=gap, subsequent_indent=gap,
                        break_long_words=False, break_on_hyphens=False))  # fmt: skip


def _flaws(skill: Skill, folder: Path, catalog: Catalog) -> Iterator[Disabled]:
    """What a skill that loads still lacks."""
    from bot.intent.skill_rehearsal import strays

    def flaw(file: str, why: str, *, word: str = "", cure: str = "") -> Disabled:
        path = folder / file
        lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
        line = next((n for n, text in enumerate(lines, 1) if word and word in text), None)
        return Disabled(name=skill.name, path=shown(path), line=line, why=why, cure=cure)

    others = Catalog([s for s in catalog.skills.values() if s.name != skill.name])
    for phrase, why in strays(skill, catalog, others):
        in_phrases = any(phrase in block["phrases"] for block in skill.phrases.get("sentences", ()))
        yield flaw(
            "phrases.yaml" if in_phrases else "actions.py", f"{why.rstrip('.')}.", word=phrase,
            cure="Say it otherwise: small words such as of and for are never part of a phrase.",
        )  # fmt: skip
    for why in _quality(folder / "quality.yaml"):
        yield flaw("quality.yaml", why, word=why.partition(" ")[0])
    files = sorted(folder.glob("*.json"))
    if not files:
        yield flaw("cases.json", "there is no case.", cure="docs/skills.md shows one.")
    for file in files:
        try:
            cases = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            at = getattr(error, "lineno", None)
            yield Disabled(name=skill.name, path=shown(file), line=at, why=f"{error}.")
            continue
        for title, case in cases.items() if isinstance(cases, dict) else ():
            if why := flaw_in(case, catalog):
                yield flaw(file.name, f"{title}: {why.rstrip('.')}.", word=f'"{title}"')


def _quality(file: Path) -> Iterator[str]:
    try:
        rules = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("rules")
    except (OSError, AttributeError, yaml.YAMLError) as error:
        yield f"rules can't be read: {str(error).splitlines()[0]}."
        return
    if not isinstance(rules, dict):
        yield "rules is missing: it says what is done, todo or exempt."
        return
    for rule, answer in rules.items():
        said = answer if isinstance(answer, dict) else {}
        status = said.get("status")
        if status != "done" and not (status in ("todo", "exempt") and said.get("why")):
            yield f"{rule} is neither done, nor todo or exempt with a why."


def _cases(folder: Path) -> int:
    try:
        return sum(len(json.loads(f.read_text(encoding="utf-8"))) for f in folder.glob("*.json"))
    except (ValueError, TypeError):
        return 0


# -- try ---------------------------------------------------------------------------------------


def rehearse(home: Home, name: str, sentence: str, facts: Path | None, who: str) -> int:
    """Match, commands and verdict of a sentence. Nothing is read and nothing runs."""
    from bot.app.world import load_world
    from bot.intent.rules.vocabulary import Vocabulary
    from bot.intent.skill_rehearsal import matched, outcome_of

    prepare(home)
    catalog = catalog_of(home, load_settings(home.settings))
    skill = catalog.skills.get(name)
    if skill is None:
        for broken in _broken(catalog, name):
            _row("disabled", broken.where)
            _row("", f"{broken.why} {broken.cure}")
            return 4
        own = [s.name for s in catalog.skills.values() if s.own]
        raise RequestError(f"There is no skill {name}.", cure=f"Yours: {', '.join(own) or 'none'}.")
    recorded = _recorded(facts)
    world = load_world(home, catalog)
    vocabulary = Vocabulary.build(world.inventory, catalog)
    _row("sentence", sentence)
    templates = matched(sentence, skill, vocabulary)
    for told in templates:
        took = f"   {', '.join(told.slots)}" if told.slots else ""
        _row("matches", f'{told.action}: "{told.phrase}"{took}')
    if not templates:
        _row("matches", f"no phrase of {name}")
    outcome = outcome_of(sentence, vocabulary)
    if not isinstance(outcome, Intent):
        _row("read as", f"{outcome.kind}: {getattr(outcome, 'text', '')}")
        return 4
    draft = outline(outcome, catalog, world.inventory, world.settings.run)
    for step in draft.steps:
        _step(step, recorded)
    person = _person(world, who)
    verdict = world.gate.judge(
        GateQuestion(
            person=person, asks=draft.asks(), inventory=world.inventory, people=world.people,
            force_production=draft.options.force_production, reason=draft.reason,
        )
    )  # fmt: skip
    able = ", ".join(verdict.approvers)
    votes = f"; may vote: {able}; needed: {verdict.votes}" if able else ""
    _row("verdict", f"{verdict.decision.value.upper()} for {person.name}{votes}")
    for reason in verdict.reasons:
        _row("", f"{reason.text} [{reason.id}]")
    _out("Nothing was read and nothing has run.")
    return 0


def _step(step: OutlineStep, recorded: Mapping[str, Any]) -> None:
    action = step.action
    params = step.params.model_dump(mode="json", exclude_none=True)
    said = ", ".join(f"{name}={value!r}" for name, value in params.items())
    _row("action", f"{action.name}({said}) · {action.effect.value}")
    declared = {fact.name: fact for fact in action.facts(step.params)}
    for fact_name, fact in declared.items():
        state = "recorded" if fact_name in recorded else "would be read"
        _row("fact", f"{fact_name}, {state}: {' / '.join(lines_of(fact.command))}")
    if missing := [each for each in declared if each not in recorded]:
        _row("commands", f"known once {', '.join(missing)} is read; --facts FILE gives it here")
        return
    facts = {name: fact.parse(CommandResult(**recorded[name])) for name, fact in declared.items()}
    for host in step.hosts or (INSIDE,):
        _commands(step, host, facts)


def _commands(step: OutlineStep, host: Host, facts: Mapping[str, Any]) -> None:
    from bot.domain.inventory import Target

    plan = expand(step.action, step.params, host, Target(name=host.name), facts).plan
    where = "" if host is INSIDE else f"on {host.name}"
    for label, text in (("now", plan.now), ("nothing", plan.already), ("can't", plan.cannot)):
        if text:
            _row(label, f"{text} {where}".strip())
    for label, commands in (("run", plan.commands), ("undo", plan.undo)):
        for command in commands:
            first, *rest = lines_of(command)
            _row(label, f"{first}   {where}".rstrip())
            for line in rest:
                _row("", line)
    for check in plan.checks:
        _row("check", " ".join(check.argv))


def _recorded(file: Path | None) -> Mapping[str, Any]:
    """Facts as JSON: name to what its command gave.

    Raises:
        RequestError: the file is not that.
    """
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        for output in found.values():
            CommandResult(**output)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RequestError(
            f"{file} holds no facts: {str(error).splitlines()[0]}.",
            cure='It is JSON: {"NAME.marker": {"exit_status": 0, "stdout": ""}}',
        ) from error
    return dict(found)


def _person(world: World, who: str) -> Person:
    """Whose request it is: the named one, else the first administrator."""
    people: Sequence[Person] = world.people.persons
    found = world.people.named(who) if who else next((p for p in people if p.has(Role.ADMIN)), None)
    if found is None:
        names = ", ".join(p.name for p in people)
        raise RequestError(f"There is no {who or 'administrator'} in people.yaml.", cure=names)
    return found


def _row(label: str, text: str) -> None:
    width = max(40, min(80, shutil.get_terminal_size().columns))
    _out(textwrap.fill(text, width, initial_indent=f"{label:<{LABEL}}",
                        subsequent_indent=" " * LABEL, break_long_words=False,
                        break_on_hyphens=False))  # fmt: skip
