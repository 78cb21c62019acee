"""Everything of the page that is not a card, as HTML: what was said, the lists, the composer.

Pure, as `card_view`. A `time` holds the moment; the page's script writes it in the reader's
zone, and keeps what it wrote because of `data-ui-own`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from bot.adapters.web.card_view import card_html
from bot.adapters.web.text import attributes, prose, words
from bot.domain.cards import ThreadItem, ThreadSummary, card_for
from bot.domain.messages import People, Person, Role
from bot.ports import Status


@dataclass(frozen=True)
class Place:
    """What a page shows: a conversation, or one plan's card from somebody else's."""

    thread: str
    """The thread's key; for a plan the thread that it stands in, which may not be ours."""
    path: str
    plan: int | None = None
    may_say: bool = True
    found: bool = True
    whose: str = ""
    all_of_it: str = ""
    """For one plan's card: where the whole conversation is, when it is ours."""
    book: bool = False
    """Not a conversation: runs, hosts, people, the log."""


SKIP = '<a href="#main" data-skip>Skip to what the page shows</a>'
"""The first thing that Tab reaches: past the sidebar, however long it is."""

HEARD = '<p role="status" data-heard data-ui-own></p>'
"""What a screen reader says by itself: cards that change state, not each tick of their progress.

The script fills it; no region that is redrawn is live.
"""


def path_of(thread: str, person: str) -> str:
    """The page's address of one of the person's own threads."""
    surface, _, rest = thread.partition("/")
    channel, _, name = rest.partition("/")
    if (surface, channel) == ("web", person):
        return f"/c/{quote(name, safe='', errors='replace')}"
    return f"/thread/{quote(thread, safe='/', errors='replace')}"


def item_html(item: ThreadItem, people: People, reader: str, *, books: bool = False) -> str:
    """One thing in a thread; with `books` a plan's number leads to its own page."""
    if item.card is not None:
        way = f"/runs/{item.card.plan}" if books and item.card.plan is not None else ""
        return card_html(card_for(item.card, reader), thread=item.thread, way=way)
    if item.kind == "note":
        return f'<p class="o-note">{words(item.text)} {moment(item.at)}</p>'
    person = people.named(item.person)
    name = person.display or person.name if person else item.person
    mine = " o-mine" if item.person == reader else ""
    return (
        f'<div class="o-speech{mine}"><p class="o-who">{prose(name)} {moment(item.at)}</p>'
        f'<p class="o-words">{prose(item.text)}</p></div>'
    )


def moment(at: datetime) -> str:
    """A moment, in UTC until the script writes it in the reader's zone."""
    return (
        f'<time class="o-time"{attributes(datetime=at.isoformat())} data-ui-own>'
        f"{at:%H:%M} UTC</time>"
    )


def sidebar_html(
    person: Person,
    threads: Sequence[ThreadSummary],
    waiting: Sequence[ThreadItem],
    here: Place,
    status: Status | None,
    *,
    eye: str = "",
    books: str = "",
) -> str:
    """The left column; `eye` is the mark above it, `books` the way to the lists."""
    return (
        f'<a class="o-brand" href="/" data-go>{eye}<span>Overseer</span></a>'
        '<a class="o-new" href="/" data-go>New conversation</a>'
        + books
        + _waiting(person, waiting, here)
        + _threads(person, threads, here)
        + _self(person, status)
    )


def _waiting(person: Person, waiting: Sequence[ThreadItem], here: Place) -> str:
    links = []
    for item in waiting:
        card = item.card
        if card is None:
            continue
        own = item.thread.startswith(f"web/{person.name}/")
        path = path_of(item.thread, person.name) if own else f"/plan/{card.plan}"
        current = here.plan is not None and card.plan == here.plan
        number = f"#{card.plan} " if card.plan is not None else ""
        frame = attributes(href=path, data_go=True, aria_current="page" if current else None)
        links.append(
            f'<li><a{frame}><span class="o-link-title">'
            f'<span class="o-number">{number}</span>{words(card.subject)}</span>'
            f'<span class="o-link-side"><span class="o-chip o-tone-{card.tone}">'
            f"{prose(card.state)}</span> {prose(card.standing)}</span></a></li>"
        )
    count = f'<span class="o-count"{attributes(data_waiting=len(links))}>{len(links)}</span>'
    inner = (
        f'<ul class="o-links">{"".join(links)}</ul>'
        if links
        else '<p class="o-none">Nothing waits for you.</p>'
    )
    return (
        '<section class="o-waiting" aria-labelledby="o-waits">'
        f'<h2 id="o-waits">Waits for you {count}</h2>{inner}</section>'
    )


def _threads(person: Person, threads: Sequence[ThreadSummary], here: Place) -> str:
    links = []
    for thread in threads:
        current = here.plan is None and thread.thread == here.thread
        chip = (
            f'<span class="o-chip o-tone-{thread.tone}">{prose(thread.state)}</span> '
            if thread.state
            else ""
        )
        place = {"web": ""}.get(kind := thread.thread.partition("/")[0], kind)
        frame = attributes(
            href=path_of(thread.thread, person.name),
            data_go=True,
            aria_current="page" if current else None,
        )
        links.append(
            f'<li><a{frame}><span class="o-link-title">{words(thread.title)}</span>'
            f'<span class="o-link-side">{chip}{moment(thread.at)} {prose(place)}</span></a></li>'
        )
    inner = (
        f'<ul class="o-links">{"".join(links)}</ul>'
        if links
        else '<p class="o-none">What you ask will be listed here.</p>'
    )
    return f'<nav class="o-threads" aria-label="Conversations"><h2>Conversations</h2>{inner}</nav>'


def roles(person: Person) -> str:
    """The person's roles in words, in the order of what they may do."""
    return ", ".join(role.value for role in Role if role in person.roles) or "no role"


def _self(person: Person, status: Status | None) -> str:
    about = ""
    if status is not None:
        more = "".join(
            f"<br>{prose(line)}" for line in (*status.models, *status.chats, status.hosts)
        )
        first = f"Overseer {prose(status.version)} · {prose(status.parser)}"
        about = f'<p class="o-about">{first}{more}</p>'
    return (
        f'<section class="o-self"><p><strong>{prose(person.display or person.name)}</strong> '
        f'<span class="o-roles">{prose(roles(person))}</span></p>'
        '<div class="o-tools"><button type="button" data-theme-next>Theme</button>'
        '<a href="/password">Password</a>'
        '<form method="post" action="/logout"><button>Sign out</button></form></div>'
        f"{about}</section>"
    )


def frozen_html(status: Status | None) -> str:
    """The banner while everything is stopped."""
    if status is None or not status.frozen:
        return ""
    return (
        '<p class="o-frozen" role="status"><strong>FROZEN</strong> Everything was stopped: '
        "nothing new starts until somebody says <code>./overseer resume</code>.</p>"
    )


def composer_html(place: Place) -> str:
    """The input; the text is the browser's own."""
    if not place.may_say:
        if not place.found:
            plan = re.fullmatch(r"/plan/(\d+)", place.path)
            text = f"There is no plan #{plan[1]}." if plan else _NO_THREAD
        elif place.all_of_it:
            text = "This card stands in a conversation of yours."
        elif place.whose:
            text = f"This card stands in {place.whose}’s conversation."
        else:
            text = "This card stands in another conversation."
        way = attributes(href=place.all_of_it or "/")
        says = "Show all of it" if place.all_of_it else "Your own" if place.found else "Home"
        return f'<p class="o-elsewhere">{prose(text)} <a{way} data-go>{says}</a></p>'
    frame = attributes(class_="o-composer", data_thread=place.thread, data_path=place.path)
    return (
        f'<p class="o-notice" role="status" data-ui-own></p><form{frame} autocomplete="off">'
        '<textarea name="text" rows="1" maxlength="16000" aria-label="Say what you want done" '
        'placeholder="Say what you want done…" data-ui-own></textarea>'
        '<button type="submit" class="o-send" aria-label="Send">'
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6"/></svg>'
        "</button></form>"
        '<p class="o-keys"><kbd>Enter</kbd> sends · <kbd>Shift Enter</kbd> new line · '
        "<kbd>/</kbd> to the input · a card’s keys work outside it</p>"
    )


_NO_THREAD = "There is no such conversation, or it is somebody else's."


def name_html(place: Place, threads: Sequence[ThreadSummary], items: Iterable[ThreadItem]) -> str:
    """The page's only `h1` where none is drawn: what a screen reader and the tab call it."""
    if place.book:
        return ""
    if not place.found:
        name = "Nothing here"
    elif place.plan is not None:
        card = next((item.card for item in items if item.card is not None), None)
        title = card.subject if card else ""
        name = f"#{place.plan} {title}".rstrip()
    else:
        name = next((t.title for t in threads if t.thread == place.thread), "New conversation")
    return f"<h1>{words(name)}</h1>"


def nothing_html(path: str) -> str:
    """Where an address names nothing: `path` is of a run whose number nobody has."""
    number = path.partition("?")[0].rpartition("/")[2]
    text = f"There is no run #{number}; nothing was ever asked under that number."
    return (
        '<h1 class="o-unseen">Nothing here</h1>'
        f'<p class="o-elsewhere">{prose(text)} <a href="/runs" data-go>All runs</a></p>'
    )


def earlier_html(count: int) -> str:
    """The way to the beginning of a long conversation."""
    return f'<button type="button" class="o-earlier" data-earlier>Show {count} earlier</button>'


def top_html(eye: str) -> str:
    """The narrow screen's top bar."""
    return (
        '<button type="button" class="o-menu" data-menu aria-label="Conversations and lists" '
        'aria-expanded="false">'
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h16M4 12h16M4 17h16"/></svg>'
        '<span class="o-badge" data-ui-own></span></button>'
        f'<a class="o-brand" href="/" data-go>{eye}<span>Overseer</span></a>'
    )
