"""What a platform takes only once somebody has mended something: a token, a right, an invitation.

It stays owed for a week, and is tried ever more seldom, at each start and after each reload. The
log tells once what to mend; how the platform stands says it for as long as anything waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.posts import Post, PostKind, plan_of
from bot.ports import Unit

BARRED: Final = "barred"
"""The box of what is kept: surface/post → since when, where, and why."""
LONGEST: Final = timedelta(days=7)
NEVER_MENDED = "{why} That went on for {days} days."


def barred(unit: Unit, post: Post, why: str, *, doubt: bool, tell: bool) -> bool:
    """Let it be tried again later; False when that has gone on for too long.

    `doubt`: it may be there. `tell`: the log says so, unless it has of this post; of a notice it
    says so always, as those whom it concerns have to be told elsewhere.
    """
    known = unit.kept(BARRED, _key(post))
    since = datetime.fromisoformat(known["since"]) if known is not None else unit.now
    if unit.now - since >= LONGEST:
        return False
    if known is None or known["why"] != why:
        where = {"place": post.place.place, "why": why}
        unit.keep(BARRED, _key(post), {"since": since.isoformat(), **where})
    # Nothing else in its lane waits for it, so that the next start need not.
    unit.put_off(post.id, unit.now, doubt=doubt)
    if known is None and (tell or post.kind is PostKind.NOTICE):
        refused(unit, post, why, again=True)
    return True


def lifted(unit: Unit, post: Post) -> bool:
    """It is there, or never will be; False when nothing barred it."""
    return unit.drop(BARRED, _key(post))


def why_barred(unit: Unit, post: Post) -> str:
    """What is to be mended before it gets there; empty: nothing."""
    known = unit.kept(BARRED, _key(post))
    return "" if known is None else str(known["why"])


def why_there(unit: Unit, place: ThreadRef) -> str:
    """What is to be mended before anything new gets to a direct message; empty: nothing.

    What waits behind what is barred there has no bar of its own.
    """
    known = unit.kept_with(BARRED, "place", place.place)
    return "" if known is None else str(known["why"])


def all_barred(unit: Unit, surface: str) -> tuple[int, str, str]:
    """How much of a platform waits for somebody, and where and why the last of it does."""
    keys = [key for key in unit.kept_keys(BARRED) if key.startswith(f"{surface}/")]
    if not keys:
        return 0, "", ""
    last = unit.kept(BARRED, keys[-1])
    return len(keys), str(last.get("place", "")), str(last["why"])


def refused(unit: Unit, post: Post, why: str, *, again: bool = False) -> None:
    """The log says that a platform does not take a post; `again`: it is tried again."""
    told: dict[str, Any] = {
        "surface": post.place.surface, "place": str(post.place), "what": post.kind.value,
        "card": post.card, "why": why, "again": again,
    }  # fmt: skip
    if post.kind is PostKind.NOTICE:
        told |= {"post": post.id, "key": post.key}
    calls = post.kind is PostKind.NOTICE or (post.kind is PostKind.CARD and post.reader)
    plan = plan_of(post) if calls else None  # a card in its own channel calls nobody
    unit.append(Event(kind="post.refused", at=unit.now, plan=plan, data=told))


def _key(post: Post) -> str:
    return f"{post.place.surface}/{post.id}"
