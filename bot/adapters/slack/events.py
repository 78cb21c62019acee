"""What Slack's payloads say, in our words: pure readings, each None where it is none of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.slack import text as texts
from bot.adapters.slack.whispers import Place
from bot.domain.messages import Frozen, Identity, Reaction, ThreadRef

SURFACE = "slack"
SPOKEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages in which a person says something."""

Payload = Mapping[str, Any]


class Utterance(Frozen):
    """A message as it came. `begins`: it is the first of its thread."""

    account: str
    channel: str
    ts: str
    thread: str
    text: str
    addressed: bool
    begins: bool
    shared: bool | None
    called: frozenset[str] = frozenset()

    @property
    def ref(self) -> ThreadRef:
        """The conversation that it belongs to."""
        return ThreadRef(surface=SURFACE, channel=self.channel, thread=self.thread)

    @property
    def written(self) -> datetime:
        """When it was, as its id says: seconds since 1970."""
        return datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def place(self) -> Place:
        """Where its sender can be told something."""
        thread = "" if self.begins else self.thread
        return Place(account=self.account, channel=self.channel, thread=thread)


class Deleted(Frozen):
    """A message that is gone."""

    ref: ThreadRef
    event_id: str


def event_id(channel: str, ts: str) -> str:
    """The id of a message's delivery, the same however often and by whichever event it comes."""
    return f"{channel}/{ts}"


def utterance(
    body: Payload, me: str, name: Callable[[str], str] = lambda _: ""
) -> Utterance | None:
    """What a person said; None: a bot's words, or no words at all.

    `name` is the person whom an account belongs to, where that is known.
    """
    event = _part(body, "event")
    account, channel, ts = (_text(event, name) for name in ("user", "channel", "ts"))
    if not (account and channel and ts) or _text(event, "subtype") not in SPOKEN:
        return None
    if event.get("bot_id") or event.get("bot_profile") or account in (me, "USLACKBOT"):
        return None
    raw = _text(event, "text")
    mentions = f"<@{me}>" in raw or f"<@{me}|" in raw
    said = texts.heard(raw, me, name)
    if not said and not mentions:
        return None
    thread = _text(event, "thread_ts") or ts
    return Utterance(
        account=account,
        channel=channel,
        ts=ts,
        thread=thread,
        text=said or "help",
        addressed=mentions or channel.startswith("D"),
        begins=thread == ts,
        shared=is_shared(body),
        called=texts.called(raw),
    )


def is_shared(body: Payload) -> bool | None:
    """Whether the channel of an event is shared with another organisation; None: it does not say.

    Every event of a channel says it, whatever it tells of.
    """
    shared = body.get("is_ext_shared_channel")
    return shared if isinstance(shared, bool) else None


def channel_of(body: Payload) -> str:
    """The channel of an event; empty: it is about none."""
    event = _part(body, "event")
    return _text(event, "channel") or _text(_part(event, "item"), "channel")


def edited(body: Payload, me: str, name: Callable[[str], str] = lambda _: "") -> Utterance | None:
    """What a person's message says since they have changed its words; None: none was."""
    event = _part(body, "event")
    said = _part(event, "message")
    if _text(event, "subtype") != "message_changed":
        return None
    if _text(said, "text") == _text(_part(event, "previous_message"), "text"):  # a link unfolds
        return None
    now = {**said, "channel": _text(event, "channel")}
    return utterance({**body, "event": now}, me, name)


def deleted(body: Payload) -> Deleted | None:
    """The message that is gone.

    One that was answered leaves a stone in its place: to Slack that is a change.
    """
    event = _part(body, "event")
    channel = _text(event, "channel")
    kind = _text(event, "subtype")
    if kind == "message_deleted":
        former, ts = _part(event, "previous_message"), _text(event, "deleted_ts")
    elif kind == "message_changed" and _part(event, "message").get("subtype") == "tombstone":
        former = _part(event, "previous_message") or _part(event, "message")
        ts = _text(_part(event, "message"), "ts")
    else:
        return None
    ts = ts or _text(former, "ts")
    if not (channel and ts):
        return None
    thread = _text(former, "thread_ts") or ts
    ref = ThreadRef(surface=SURFACE, channel=channel, thread=thread)
    return Deleted(ref=ref, event_id=event_id(channel, ts))


def reaction(body: Payload, me: str) -> Reaction | None:
    """The sign that somebody else has put on a message; whatever its skin, `+1` is `+1`."""
    event = _part(body, "event")
    item = _part(event, "item")
    account, emoji = _text(event, "user"), _text(event, "reaction").partition("::")[0]
    channel, ts = _text(item, "channel"), _text(item, "ts")
    if not (account and emoji and channel and ts) or account == me:
        return None
    return Reaction(
        identity=Identity(surface=SURFACE, account=account),
        channel=channel,
        remote=ts,
        event_id=event_id(channel, ts),
        emoji=emoji,
    )


class Click(Frozen):
    """A button that was pressed under a message."""

    account: str
    ref: ThreadRef
    event_id: str
    value: str
    trigger: str
    within: bool

    @property
    def place(self) -> Place:
        """Where whoever pressed can be told something."""
        thread = self.ref.thread if self.within else ""
        return Place(account=self.account, channel=self.ref.channel, thread=thread)


def click(body: Payload) -> Click | None:
    """The press of a button of ours under a message of ours."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    container, message = _part(body, "container"), _part(body, "message")
    channel = _text(container, "channel_id") or _text(_part(body, "channel"), "id")
    ts = _text(container, "message_ts") or _text(message, "ts")
    account = _text(_part(body, "user"), "id")
    value = action.get("value") if isinstance(action, Mapping) else None
    if not (channel and ts and account and isinstance(value, str)):
        return None
    thread = _text(message, "thread_ts") or _text(container, "thread_ts")
    moment = _text(action, "action_ts") or _text(body, "trigger_id")
    return Click(
        account=account,
        ref=ThreadRef(surface=SURFACE, channel=channel, thread=thread or ts),
        event_id=f"click/{moment}/{account}/{ts}",
        value=value,
        trigger=_text(body, "trigger_id"),
        within=bool(thread),
    )


def _part(body: Payload, name: str) -> Payload:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Payload, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
