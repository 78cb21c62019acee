"""The books as HTML: runs, one run, the log. Pure, as `card_view`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from bot.adapters.web.card_view import card_html
from bot.adapters.web.graph_view import graph_html
from bot.adapters.web.text import attributes, code, printed, prose, words
from bot.adapters.web.thread_view import moment
from bot.domain.cards import SIGNS, Card, card_for
from bot.domain.messages import People
from bot.domain.sheets import (
    Log,
    RunLine,
    RunList,
    RunSheet,
    StepSheet,
    TargetSheet,
    Told,
)
from bot.domain.wording import duration

BOOKS = (("/runs", "Runs"), ("/hosts", "Hosts"), ("/people", "People"), ("/audit", "Audit"))
NAMED = 3
"""Hosts that a line names; the others are counted."""


def nav_html(path: str) -> str:
    """The way to the books."""
    links = []
    for address, name in BOOKS:
        here = path == address or path.startswith((f"{address}/", f"{address}?"))
        frame = attributes(href=address, data_go=True, aria_current="page" if here else None)
        links.append(f"<li><a{frame}>{name}</a></li>")
    return f'<nav class="o-books" aria-label="Lists"><ul>{"".join(links)}</ul></nav>'


def bare(line: RunLine) -> str:
    """A plan's title without its number, which stands beside it."""
    return line.title.removeprefix(f"#{line.plan} ").strip()


def sheet(title: str, *parts: str, beside: str = "") -> str:
    """A book's page."""
    return (
        f'<article class="o-sheet"><header class="o-sheet-head"><h1>{title}</h1>{beside}</header>'
        f"{''.join(parts)}</article>"
    )


def _tabs(label: str, ways: Iterable[tuple[str, str, bool]]) -> str:
    """Links beside the title, as (address, name, whether one is there)."""
    links = "".join(
        f"<a{attributes(href=way, data_go=True, aria_current='page' if here else None)}>"
        f"{prose(name)}</a>"
        for way, name, here in ways
    )
    return f'<nav class="o-tabs"{attributes(aria_label=label)}>{links}</nav>'


def section(title: str, number: int, inner: str) -> str:
    """A part of it, counted."""
    tally = f' <span class="o-tally">{number}</span>' if number else ""
    return f'<section class="o-part"><h2>{prose(title)}{tally}</h2>{inner}</section>'


def chip(state: str, tone: str) -> str:
    """A state's word in its colour."""
    return f'<span class="o-chip o-tone-{tone}">{prose(state)}</span>'


# -- runs ----------------------------------------------------------------------------------


def runs_html(runs: RunList, people: People, *, everything: bool, first: bool) -> str:
    """The list of runs; `first`: its first page."""
    ways = (("/runs", "Changes", not everything), ("/runs?all=1", "Everything", everything))
    tabs = _tabs("Which runs", ways)
    parts = []
    if runs.open:
        parts.append(section("Open", len(runs.open), _lines(runs.open, people)))
    ended = _lines(runs.ended, people) if runs.ended else ""
    if not ended:
        what = "Nothing has been asked yet." if everything else "Nothing has been changed yet."
        ended = f'<p class="o-none">{what if first else "Nothing older."}</p>'
    parts.append(section("Ended", 0, ended))
    if runs.older is not None:
        query = urlencode({**({"all": 1} if everything else {}), "before": runs.older})
        parts.append(_older(f"/runs?{query}"))
    return sheet("Runs", *parts, beside=tabs)


def _older(way: str) -> str:
    return f'<p class="o-older"><a{attributes(href=way, data_go=True)}>Older</a></p>'


def _lines(lines: Iterable[RunLine], people: People) -> str:
    return f'<ul class="o-list">{"".join(_line(line, people) for line in lines)}</ul>'


def _line(line: RunLine, people: People) -> str:
    person = people.named(line.requester)
    who = person.display or person.name if person else line.requester
    because = (
        f' <span class="o-because">because: {prose(line.reason)}</span>' if line.reason else ""
    )
    return (
        f"<li><a{attributes(class_='o-entry', href=f'/runs/{line.plan}', data_go=True)}>"
        f'<span class="o-number">#{line.plan}</span>'
        f'<span class="o-entry-title">{words(bare(line))}{because}</span>'
        f'<span class="o-entry-side">{chip(line.state, line.tone)} {prose(line.standing)}</span>'
        f'<span class="o-entry-more">{prose(who)} · {_hosts(line.hosts)} · {moment(line.at)}</span>'
        "</a></li>"
    )


def _hosts(hosts: Sequence[str]) -> str:
    if not hosts or hosts == ("overseer",):
        return "Overseer itself"
    if len(hosts) <= NAMED:
        return prose(", ".join(hosts))
    return prose(f"{', '.join(hosts[: NAMED - 1])} and {len(hosts) - NAMED + 1} more")


# -- one run -------------------------------------------------------------------------------


def run_html(run: RunSheet, reader: str) -> str:
    """One request: its graph, its card, each target, its story."""
    assert run.item.card is not None  # noqa: S101 - a sheet is made of a card
    card = card_for(run.item.card, reader)
    plan = card.plan or 0
    steps = "".join(_step(step, plan) for step in run.steps)
    cut = '<p class="o-none">The middle of a long story is left out.</p>' if run.cut else ""
    story = "".join(_told(line, numbered=False) for line in run.story)
    return sheet(
        f'<a href="/runs" data-go>Runs</a> <span aria-hidden="true">/</span> #{plan}',
        graph_html(run.steps),
        card_html(card, thread=run.item.thread),
        f'<section class="o-part"><h2>Targets</h2>{steps}</section>' if steps else "",
        f'<section class="o-part"><h2>From the sentence to the output</h2>{cut}'
        f'<ol class="o-story">{story}</ol></section>',
    )


def _step(step: StepSheet, plan: int) -> str:
    rows = "".join(_target(target, step, plan) for target in step.targets)
    return (
        f'<section class="o-step-part" id="step-{step.number}" tabindex="-1">'
        f'<h3><span class="o-step-number">{step.number}</span> {prose(step.title)} '
        f'<span class="o-step-state o-tone-{step.tone}">{prose(step.state)}</span>'
        f' <span class="o-tally">{step.done}/{len(step.targets)}</span></h3>'
        f'<ul class="o-list">{rows}</ul></section>'
    )


def _target(target: TargetSheet, step: StepSheet, plan: int) -> str:
    took = duration(target.took_s) if target.took_s is not None else ""
    again = f"attempt {target.attempt} · " if target.attempt > 1 else ""
    head = (
        f'<span class="o-mark" aria-hidden="true">{SIGNS[target.tone]}</span>'
        f'<span class="o-hosts">{prose(target.host)}</span>'
        f'<span class="o-target-state">{prose(target.state)}</span>'
        f'<span class="o-said">{words(target.note)}</span>'
        f'<span class="o-took">{again}{took}</span>'
    )
    frame = f"o-target-line o-tone-{target.tone}"
    tail = f'<pre class="o-printed">{printed(target.tail)}</pre>' if target.tail else ""
    if not target.printed:
        return f'<li class="{frame}"><div class="o-target-head">{head}</div>{tail}</li>'
    way = f"/output?{urlencode({'plan': plan, 'host': target.host, 'step': step.id})}"
    return (
        f'<li class="{frame}"><details{attributes(data_output=way)}>'
        f'<summary class="o-target-head">{head}</summary>'
        f'<pre class="o-printed" data-ui-own></pre></details>{tail}</li>'
    )


# -- the log -------------------------------------------------------------------------------


def log_html(log: Log, query: str) -> str:
    """The log with its search."""
    field = attributes(type="search", name="q", value=query, aria_label="Search the log",
                       placeholder="A host, a name, #90, failed …")  # fmt: skip
    search = (
        '<form class="o-search" data-search="/audit" role="search">'
        f'<input{field} data-ui-own><button class="o-button">Search</button></form>'
    )
    whose = "" if log.everything else (
        '<p class="o-none">These are your own requests; approvers see everybody’s.</p>'
    )  # fmt: skip
    lines = "".join(_told(line) for line in log.lines)
    nothing = f"Nothing in the log has “{prose(query)}” in it." if query else "Nothing yet."
    story = f'<ol class="o-story">{lines}</ol>' if lines else f'<p class="o-none">{nothing}</p>'
    more = {"q": query} if query else {}
    older = _older(f"/audit?{urlencode({**more, 'before': log.older})}") if log.older else ""
    return sheet("Audit", whose, story, older, beside=search)


def gallery_html(rooms: Mapping[str, Mapping[str, Card]], room: str) -> str:
    """Every card of a room, with its name; its buttons do nothing."""
    here = room if room in rooms else next(iter(rooms))
    ways = ((f"/gallery?room={name}", name, name == here) for name in rooms)
    tabs = _tabs("Which cards", ways)
    shown = "".join(
        f'<section class="o-part"><h2>{prose(name)}</h2>{card_html(card)}</section>'
        for name, card in rooms[here].items()
    )
    return sheet(
        "Gallery", f'<div class="o-gallery" data-ui-gallery>{shown}</div>',
        beside=tabs,
    )  # fmt: skip


def _told(line: Told, *, numbered: bool = True) -> str:
    who = f"<strong>{prose(line.who)}</strong> " if line.who else ""
    way = attributes(class_="o-number", href=f"/runs/{line.plan}", data_go=True)
    number = f"<a{way}>#{line.plan}</a> " if numbered and line.plan is not None else ""
    aside = f' <span class="o-because">{prose(line.aside)}</span>' if line.aside else ""
    sign = "$ " if line.prompt else ""
    text = "\n".join(f"{sign}{part}" for part in line.exact)
    draw = code if line.prompt else printed
    exact = f'<pre class="o-printed">{draw(text)}</pre>' if text else ""
    return (
        f'<li class="o-told o-tone-{line.tone}"><span class="o-told-at">{moment(line.at)}</span>'
        f'<span class="o-mark" aria-hidden="true">{SIGNS[line.tone]}</span>'
        f'<div class="o-told-text">{number}{who}{words(line.text)}{aside}{exact}</div></li>'
    )
