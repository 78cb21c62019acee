"""What is sent next in a channel, and when: rules, without a clock or a network.

A channel is a *lane*: one call at a time. What makes a new message there (a card, a file, a
notice) goes in the order in which it was owed; what changes a message that is there (an edit)
needs no order, and takes turns with it. Marks need none either, and are no words: a channel has
another lane for them, so that nobody's answer waits for the sign that it was asked for.

    in one thread     nothing new overtakes what was owed before it, ever
    in one channel    neither, as long as that fails because of the channel or the platform
    a dead message    one that has failed `PATIENCE` times is passed by other threads, once one
                      of their messages got there: then it is the message, and not the channel
    a barred one      what somebody must mend first is tried ever more seldom, and meanwhile holds
                      up its own thread alone; a file not even that. Once one of its channel got
                      there, and when `freed`, all of them are tried at once

A failure makes the lane wait, ever longer; so does the platform's own word (`retry_after`), but
where that was said of an edit only edits wait: a platform limits what is new by itself. When the
lane goes on, the oldest goes first, so that an hour's cut changes no order. New messages are paced
by a bucket of `burst` that fills by one in `post_s`; a message is edited at once after it was
posted, and again `edit_s` after its last edit has returned; a copy for one reader, that tells of
progress alone, `copy_s` after it. What all lanes together may edit is said by `edits`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.delivery.edits import kept_s
from bot.domain.posts import Post, PostKind
from bot.ports import Pace

FIRST_RETRY_S: Final = 0.5
LONGEST_RETRY_S: Final = 60.0
LONGEST_PAUSE_S: Final = 3600.0
"""No word of a platform makes a channel silent for longer."""
SETTLE_S: Final = 2.0
"""After which a message that got there can be found there."""
FIRST_BAR_S: Final = 60.0
LONGEST_BAR_S: Final = 3600.0
PATIENCE: Final = 6
"""Failures in a row, half a minute of them, after which other threads may pass a message."""


Ready = Callable[[Post, float, float], float]
"""When it is an edit's turn: of (post, its last change, now)."""


@dataclass(frozen=True)
class Lane:
    """A channel. Times are those of a monotonic clock, in seconds.

    `credit` new messages could be sent at once at `counted`; `until` is the end of its pause,
    `edits_until` that of a pause of its edits;
    `streak` counts failures since something last got there, `suspects` are the posts that have
    failed too often among them; `put_off` is when a post may be tried again, `edited` when a
    message was last changed, `since` stands for those of which that is not known. `barred` counts
    the tries of posts that somebody must mend something for. `posted`: the last thing that was
    sent was a new message.
    """

    credit: float
    counted: float
    since: float = float("-inf")
    until: float = 0.0
    edits_until: float = 0.0
    streak: int = 0
    suspects: frozenset[int] = frozenset()
    put_off: Mapping[int, float] = field(default_factory=dict)
    edited: Mapping[int, float] = field(default_factory=dict)
    barred: Mapping[int, int] = field(default_factory=dict)
    posted: bool = False


@dataclass(frozen=True)
class Choice:
    """What to do in a lane: send `post`, or look again at `at` (None: when more is owed)."""

    post: Post | None = None
    at: float | None = None


@dataclass(frozen=True)
class Setback:
    """What a failure means: the lane as it is then, when to try again, and whether it counts."""

    lane: Lane
    wait_s: float
    counts: bool


def lane_of(post: Post) -> str:
    """The lane in which a post goes; no channel's name has a line's end in it."""
    beside = "\nmarks" if post.kind is PostKind.MARK else ""
    return post.place.channel + beside


def opened(
    posts: Sequence[Post], waits: Mapping[int, float], pace: Pace, now: float, *, since: float
) -> Lane:
    """A lane that was not known before; `waits` are the seconds for which posts are put off.

    What a former life has sent before `since` may have been sent the moment before. And a message
    that failed often is tried first, and not passed, until it is known that others get there.
    """
    patient = {n: now + s for n, s in waits.items() if s > 0 and _tries(posts, n) < PATIENCE}
    told = {p.id for p in posts if not p.is_first and not p.tries}  # no failure: too fast
    unpaced = Lane(credit=0.0, counted=since)
    return Lane(
        credit=_credit(unpaced, pace, now),
        counted=now,
        since=since,
        put_off={post.id: now + SETTLE_S for post in posts if post.nonce and post.is_first},
        until=max((at for n, at in patient.items() if n not in told), default=now),
        edits_until=max((at for n, at in patient.items() if n in told), default=now),
        streak=max((post.tries for post in posts), default=0),
    )


def chosen(
    lane: Lane, posts: Sequence[Post], pace: Pace, now: float, ready: Ready | None = None
) -> Choice:
    """What is next; `posts` are all that the channel is owed, the oldest first.

    `ready` says when it is an edit's turn among those of all channels.
    """
    if lane.until > now:
        return Choice(at=lane.until if posts else None)
    new, later = _new(lane, posts, pace, now)
    edit, edits_later = _edit(lane, posts, pace, now, ready)
    first, second = (edit, new) if lane.posted else (new, edit)
    if first is not None or second is not None:
        return Choice(post=first if first is not None else second)
    times = [at for at in (later, edits_later) if at is not None]
    return Choice(at=min(times, default=None))


def _new(
    lane: Lane, posts: Sequence[Post], pace: Pace, now: float
) -> tuple[Post | None, float | None]:
    """The next new message, or when there may be one."""
    threads = set()
    waits: list[float] = []
    for post in posts:
        if not post.is_first or post.place in threads:
            continue
        at = lane.put_off.get(post.id, now)
        bar = post.id in lane.barred
        if at <= now or not (bar and post.kind is PostKind.FILE):
            threads.add(post.place)
        if at <= now:
            ready = _paid(lane, pace, now)
            return (post, None) if ready <= now else (None, min([ready, *waits]))
        waits.append(at)
        if post.tries < PATIENCE and not bar:  # the others wait with it
            break
    return None, min(waits, default=None)


def _edit(
    lane: Lane, posts: Sequence[Post], pace: Pace, now: float, ready: Ready | None
) -> tuple[Post | None, float | None]:
    """Which message is changed, or when one may be: another state first, then the longest ago."""
    found: tuple[tuple[bool, float], Post] | None = None
    later: float | None = None
    for post in posts:
        if post.is_first:
            continue
        last = lane.edited.get(post.id, lane.since)
        between = pace.copy_s if post.reader and post.is_progress else pace.edit_s
        at = max(lane.put_off.get(post.id, now), last + between, lane.edits_until)
        if post.kind is PostKind.MARK and pace.mark_s > 0:
            at = max(at, max(lane.edited.values(), default=now - pace.mark_s) + pace.mark_s)
        if at <= now and ready is not None:
            at = ready(post, last, now)
        if at > now:
            later = at if later is None else min(later, at)
        elif found is None or (post.is_progress, last) < found[0]:
            found = ((post.is_progress, last), post)
    return (found[1] if found else None), later


def _paid(lane: Lane, pace: Pace, now: float) -> float:
    """When the next new message is within the pace."""
    credit = _credit(lane, pace, now)
    return now if credit >= 1 - 1e-9 else now + (1 - credit) * pace.post_s


def _credit(lane: Lane, pace: Pace, now: float) -> float:
    if pace.post_s <= 0:
        return float(pace.burst)
    return min(float(pace.burst), lane.credit + (now - lane.counted) / pace.post_s)


def tried(lane: Lane, post: Post, pace: Pace, now: float) -> Lane:
    """A call for this post has returned, however: it counts for the pace."""
    if post.is_first:
        lane = replace(lane, credit=_credit(lane, pace, now) - 1, counted=now)
    edited = {n: at for n, at in lane.edited.items() if at + kept_s(pace) > now}
    if not post.is_first:  # its first change may follow at once: mostly it asks for votes
        edited[post.id] = now
    return replace(lane, edited=edited, posted=post.is_first)


def got_there(lane: Lane, post: Post) -> Lane:
    """It is there: the channel works, whatever failed before."""
    if post.id in lane.barred:
        lane = freed(lane)
    put_off = {n: at for n, at in lane.put_off.items() if n != post.id}
    return replace(lane, streak=0, suspects=frozenset(), put_off=put_off)


def never(lane: Lane, post: Post) -> Lane:
    """It is given up: the platform answers, and of what else it takes that says nothing."""
    count = {n: times for n, times in lane.barred.items() if n != post.id}
    return got_there(replace(lane, barred=count), post)


def barred(lane: Lane, post: Post, chance: float, now: float) -> Lane:
    """Somebody must mend something before it gets there; the platform answers, all the same."""
    times = lane.barred.get(post.id, 0) + 1
    wait = min(FIRST_BAR_S * 2 ** min(times - 1, 20), LONGEST_BAR_S) * (0.75 + chance / 4)
    return replace(
        lane,
        streak=0,
        suspects=lane.suspects - {post.id},
        put_off={**lane.put_off, post.id: now + wait},
        barred={**lane.barred, post.id: times},
    )


def freed(lane: Lane) -> Lane:
    """Something may have been mended: what was barred is tried at once."""
    put_off = {n: at for n, at in lane.put_off.items() if n not in lane.barred}
    return replace(lane, put_off=put_off, barred={})


def busy(lane: Lane, post: Post, retry_after: float, now: float) -> Setback:
    """The platform wants the channel, or its messages as they are, to be left alone for a while.

    Nobody is to blame.
    """
    wait = min(max(retry_after, 0.0), LONGEST_PAUSE_S)
    if post.is_first:
        lane = replace(lane, until=max(lane.until, now + wait))
    else:
        lane = replace(lane, edits_until=max(lane.edits_until, now + wait))
    return Setback(lane, wait, counts=False)


def failed(lane: Lane, post: Post, chance: float, now: float, *, doubt: bool = False) -> Setback:
    """It did not get there, or (`doubt`) nobody knows; `chance` is between 0 and 1.

    While one that has failed too often is tried and not yet cleared by another's success, the
    failures of others count for the lane alone: an outage makes none of them a suspect.
    """
    counts = not lane.suspects - {post.id}
    tries = post.tries + counts
    streak = lane.streak + 1
    wait = max(backoff(tries, chance), SETTLE_S if doubt else 0.0)
    put_off = {**lane.put_off, post.id: now + wait} if counts else lane.put_off
    suspects = lane.suspects | {post.id} if tries >= PATIENCE and counts else lane.suspects
    until = now
    if tries < PATIENCE or not counts:
        until = now + (wait if counts else backoff(streak, chance))
        if streak >= PATIENCE:  # an outage: the oldest goes first when it is over
            until = max([until, *(put_off.get(n, now) for n in suspects)])
    lane = replace(
        lane, until=max(lane.until, until), streak=streak, suspects=suspects, put_off=put_off
    )
    return Setback(lane, max(wait if counts else 0.0, until - now), counts)


def backoff(tries: int, chance: float) -> float:
    """Seconds until the next try: doubled each time, and spread so that not all come at once."""
    return float(
        min(FIRST_RETRY_S * 2 ** min(tries - 1, 20), LONGEST_RETRY_S) * (0.75 + chance / 4)
    )


def rests(lane: Lane, pace: Pace, now: float) -> bool:
    """Whether nothing of a lane need be remembered that owes nothing."""
    fresh = any(at + kept_s(pace) > now for at in lane.edited.values())
    return (
        max(lane.until, lane.edits_until) <= now
        and _credit(lane, pace, now) >= pace.burst
        and not fresh
    )


def _tries(posts: Sequence[Post], number: int) -> int:
    return next((post.tries for post in posts if post.id == number), 0)
