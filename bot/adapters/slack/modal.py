"""The window that a button opens where it wants a text first: why not, to whom, of which host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.adapters.slack import text as texts
from bot.adapters.slack.rich import Json
from bot.domain.cards import Button, Choice
from bot.domain.exactly import is_blank
from bot.domain.messages import Frozen, ThreadRef
from bot.domain.wording import shortened

CALLBACK = "overseer:asks"
BLOCK = "overseer:answer"
ACTION = "overseer:text"
TITLE = 24
MOST_TEXT = 2_000
CHOICES = 100
"""Of one group of a menu; a menu has as many groups."""
BULK = 200_000
"""Bytes of a menu: Slack takes 250 kB of a window."""
CHOICE = 75
CHOICE_VALUE = 150


class Asked(Frozen):
    """What the window was opened for: the press as it was carried, and where."""

    press: str
    thread: ThreadRef
    within: bool
    """The card stands in a thread, where its reader can be told something in private."""


def window(button: Button, asked: Asked, plan: int | None = None) -> Json:
    """The view: a field, or a choice where it is known what may be answered; of which plan."""
    name = shortened(texts.one_line(button.label).rstrip("…") or "Overseer", TITLE)
    number = f" #{plan}" if plan is not None else ""
    title = shortened(name, TITLE - len(number)) + number
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": asked.model_dump_json(),
        "title": _plain(title),
        "submit": _plain("Show" if button.id == "output" else name),
        "close": _plain("Never mind"),
        "blocks": [
            {
                "type": "input",
                "block_id": BLOCK,
                "label": _plain(shortened(texts.one_line(button.asks), 150) or "Your answer"),
                "element": _field(button),
            }
        ],
    }


def _field(button: Button) -> Json:
    choices = button.choices
    if not choices or not all(map(_fits, choices)) or _bulk(choices) > BULK:
        return {
            "type": "plain_text_input", "action_id": ACTION, "multiline": not choices,
            "max_length": MOST_TEXT, "focus_on_load": True,
        }  # fmt: skip
    options = [
        {
            "text": _plain(shortened(texts.one_line(c.label), CHOICE)),
            "value": c.value,
        }
        for c in choices
    ]
    select: Json = {"type": "static_select", "action_id": ACTION}
    if len(options) <= CHOICES:
        return select | {"options": options}
    groups = [options[at : at + CHOICES] for at in range(0, len(options), CHOICES)]
    return select | {"option_groups": [{"label": _between(g), "options": g} for g in groups]}


def _between(options: Sequence[Json]) -> Json:
    """`web-1 … web-100`: what a group of them is called; a menu is searched by typing."""
    first, last = (str(options[at]["text"]["text"]) for at in (0, -1))
    half = CHOICE // 2 - 2
    return _plain(f"{shortened(first, half)} … {shortened(last, half)}")


def _bulk(choices: Sequence[Choice]) -> int:
    """About how many bytes a menu of them takes."""
    return sum(len(c.value.encode()) + 4 * min(len(c.label), CHOICE) + 80 for c in choices)


def _fits(choice: Choice) -> bool:
    """Whether Slack can list it, and bring its value back."""
    return 0 < len(choice.value) <= CHOICE_VALUE and bool(texts.one_line(choice.label))


def answered(view: Mapping[str, Any]) -> tuple[Asked, str] | None:
    """What it was opened for, and what was given, empty where nobody can see any of it.

    None: it is no window of ours.
    """
    if view.get("callback_id") != CALLBACK:
        return None
    try:
        asked = Asked.model_validate_json(str(view.get("private_metadata", "")))
    except ValueError:
        return None
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    field = values.get(BLOCK, {}).get(ACTION, {}) if isinstance(values, Mapping) else {}
    chosen = field.get("selected_option")
    text = chosen.get("value") if isinstance(chosen, Mapping) else field.get("value")
    text = str(text or "").strip()
    return asked, "" if is_blank(text) else text


def refused(why: str) -> Json:
    """The answer to a window that stays open, as its field can't be taken: why not."""
    return {"response_action": "errors", "errors": {BLOCK: why}}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
