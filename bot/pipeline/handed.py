"""Where the place of a hand-over takes no message, whom it went to is told in a direct one.

The conversation is theirs all the same, and nobody there could read that it is.
"""

from __future__ import annotations

from bot.conversation import holders
from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.moments import Where
from bot.domain.posts import Notice
from bot.domain.runs import PLAN_ENDED
from bot.domain.wording import listed
from bot.pipeline.meant import open_in
from bot.pipeline.notifier import Notifier
from bot.ports import Unit
from bot.ports.readable import readable
from bot.reporting.reader import Reader

_HANDED = "handed"
"""With this the keys of notices begin that tell somebody of a hand-over."""
UNSAID = "I could not say this in {where} ({why}): “{text}”"


def handed_key(event_id: str) -> str:
    """Under which a hand-over is told, by the message that said it."""
    return f"{_HANDED}:{event_id}"


def is_refused(event: Event) -> bool:
    """Whether a platform did not take a notice that tells of a hand-over."""
    return event.kind == "post.refused" and _key(event).startswith(f"{_HANDED}:")


def tell_apart(unit: Unit, event: Event, notifier: Notifier, reader: Reader) -> None:
    """Tell it where they read it, with what of theirs is open there."""
    post = unit.post(int(event.data["post"]))
    if post is None or not isinstance(post.body, Notice):
        return
    there = reader.where(post.place)
    where = there.text if isinstance(there, Where) else there
    why = str(event.data["why"]).rstrip(".")
    text = UNSAID.format(where=where, why=why, text=post.body.text)
    holder = holders.holder(unit, post.place)
    for name in post.body.concerns:
        if name != holder:  # it has gone on, or back, since
            continue
        place = notifier.reached(name, post.place)
        if place is not None:
            said = f"{text}{_open(unit, post.place, name)}"
            notifier.say(unit, place, post.key, Notice(text=said), reader=name)


def _open(unit: Unit, thread: ThreadRef, name: str) -> str:
    """What of somebody's is open there; empty: nothing."""
    found = (readable(unit, number) for number in open_in(unit, thread))
    numbers = [
        f"#{stored.plan.id}"
        for stored in found
        if stored is not None
        and stored.state not in PLAN_ENDED
        and holders.steerer(unit, stored.plan) == name
    ]
    return f" Open there: {listed(numbers)}." if numbers else ""


def _key(event: Event) -> str:
    return str(event.data.get("key", ""))
