"""The App Home: what waits for this person, what they asked for, and the hosts."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.adapters.slack import text as texts
from bot.adapters.slack.blocks import DOTS
from bot.adapters.slack.events import SURFACE
from bot.adapters.slack.rich import Json, Message, emoji, moment, run, words
from bot.chat.whereabouts import in_words
from bot.domain.cards import ThreadItem, Tone
from bot.domain.messages import ThreadRef
from bot.domain.sheets import HostLine, RunLine
from bot.domain.wording import count, folded, shortened

MOST_BLOCKS = 90
WAITING = 20
RUNS = 15
MOST_RUNS = 100
"""Runs of one person that are looked up."""
ENVIRONMENTS = 20
NAMES = 24
UNKNOWN = (
    "I don't know this account yet. If I know you on the page or in the terminal, say `link slack` "
    "there and send me the code as a direct message; else ask an admin to add you. Then this page "
    "shows what waits for you."
)

Way = Callable[[str], str]
"""The address of a conversation, by the key of its thread; empty where there is none."""


def stranger(told: str = UNKNOWN) -> Json:
    """The page of somebody who is not heard; `told` says why, as a sentence."""
    message = Message(blocks=MOST_BLOCKS)
    message.line(words(told))
    return _view(message)


def home(
    waiting: Sequence[ThreadItem],
    runs: Sequence[RunLine],
    hosts: Sequence[HostLine],
    way: Way,
    copies: Container[str] = (),
    asked: Mapping[int, str] = MappingProxyType({}),
) -> Json:
    """The page of one person; of their `runs` at most `MOST_RUNS` are known.

    `copies` are the cards (by id) of which a copy stands in their direct messages here, and `asked`
    who asked for the plans that are open.
    """
    message = Message(blocks=MOST_BLOCKS)
    _title(message, "Waits for you", len(waiting))
    for item in waiting[:WAITING]:
        if item.card is not None:
            state = f"{item.card.state} {item.card.standing}".strip()
            there = item.card.id in copies
            also = "and its card under Messages" if there else f"write me {_shown(item.card.plan)}"
            _entry(
                message, item.card.tone, _numbered(item.card.plan, item.card.title), state, item.at,
                way(item.thread), ", ".join(filter(None, (_elsewhere(item.thread), also))),
                by=asked.get(item.card.plan or 0, ""), until=item.card.until,
            )  # fmt: skip
    _rest(message, len(waiting), WAITING, "Nothing waits for you.")
    message.divider()
    _title(message, "Your runs", len(runs) if len(runs) < MOST_RUNS else 0)
    for each in runs[:RUNS]:
        state = f"{each.state} {each.standing}".strip()
        _entry(
            message, each.tone, _numbered(each.plan, each.title), state, each.at,
            way(each.thread), _elsewhere(each.thread),
        )  # fmt: skip
    if len(runs) >= MOST_RUNS:
        message.line(run("and earlier ones", italic=True))
    else:
        _rest(message, len(runs), RUNS, "You have not asked for anything yet: write to me.")
    if away := [each.plan for each in runs[:RUNS] if not way(each.thread)]:
        message.line(words(f"Write me `show plan {away[0]}`, say, to see it here.", italic=True))
    message.divider()
    _title(message, "Hosts", len(hosts))
    _hosts(message, hosts)
    return _view(message)


def _title(message: Message, text: str, number: int) -> None:
    message.line([*run(text, bold=True), *run(f"  {number}" if number else "")])


def _numbered(plan: int | None, title: str) -> str:
    return title if plan is None else f"#{plan} {title.removeprefix(f'#{plan} ')}"


def _elsewhere(thread: str) -> str:
    """Where a conversation is to which no link leads from here."""
    surface, channel, inner = (*thread.split("/", 2), "", "")[:3]
    if surface != SURFACE:
        return in_words(surface)
    place = ThreadRef(surface=surface, channel=channel, thread=inner)
    return "in a direct message" if place.is_direct else "in a conversation that not all may open"


def _shown(plan: int | None) -> str:
    """What to say to have a card sent: its answer has a button for that."""
    return f"“show plan {plan}” to have its card"


def _entry(
    message: Message,
    tone: Tone,
    title: str,
    state: str,
    at: datetime,
    link: str,
    where: str,
    *,
    by: str = "",
    until: datetime | None = None,
) -> None:
    parts = [*emoji(DOTS[tone]), *run("  "), *words(shortened(texts.one_line(title), 140))]
    if state:
        parts += [*run("  "), *run(texts.one_line(state), bold=True)]
    parts += [*run("  ·  "), *moment(at, "{date_short_pretty} {time}")]
    if by:
        parts += [*run("  ·  asked by "), *run(texts.one_line(by))]
    if until is not None:
        parts += [*run("  ·  until "), *moment(until, "{date_short_pretty} {time}")]
    if link:
        parts += [*run("  ·  "), {"type": "link", "url": link, "text": "open"}]
    elif where:
        parts += run(f"  ·  {where}", italic=True)
    message.line(parts)


def _rest(message: Message, number: int, shown: int, none: str) -> None:
    if not number:
        message.line(run(none, italic=True))
    elif number > shown:
        message.line(run(f"and {number - shown} more", italic=True))


def _hosts(message: Message, hosts: Sequence[HostLine]) -> None:
    by_environment: dict[str, list[HostLine]] = {}
    for host in hosts:
        by_environment.setdefault(host.environment, []).append(host)
    for name, found in list(by_environment.items())[:ENVIRONMENTS]:
        names = folded([host.name for host in found], most=NAMES)
        message.line(
            [*run(name, italic=True), *run(f"  {count(len(found), 'host')}  "), *run(names)]
        )
        for host in (each for each in found if each.held_by is not None):
            how = "is being changed by #{n}"
            if host.halted:
                how = "is held by #{n} until somebody decides about it"
            message.line(run(f"    {host.name} {how.format(n=host.held_by)}"))
    if not hosts:
        message.line(words("No hosts yet: `./overseer hosts import`.", italic=True))


def permalink(team_url: str, ref: ThreadRef) -> str:
    """The address of a thread in this workspace."""
    return f"{team_url.rstrip('/')}/archives/{ref.channel}/p{ref.thread.replace('.', '')}"


def _view(message: Message) -> Json:
    return {"type": "home", "blocks": message.blocks()}
