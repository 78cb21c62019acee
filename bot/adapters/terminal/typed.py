"""What the keys of a card do, as commands: for where nobody can press one."""

from __future__ import annotations

import shlex

from bot.adapters.terminal.exact import exact_lines
from bot.adapters.terminal.frame import Frame
from bot.adapters.terminal.layout import Line, dim, flowed, wrap
from bot.adapters.terminal.outcomes import CHOICES, HALTED
from bot.domain.cards import Button, Card, Exact, Tone

_DRAFT = "PLAN ONLY"
"""Its one button is what turns it into a request."""
SAID_DIGEST = 16
"""Signs of the digest in a command that may be typed: enough that nobody can make another."""


def approve_command(card: Card) -> str:
    """The command that votes for just this card's plan."""
    digest = f" --digest {card.digest[:SAID_DIGEST]}" if card.digest else ""
    return f"./overseer approve {card.plan}{digest}"


def command_lines(card: Card, frame: Frame) -> list[Line]:
    """The commands that stand for a card's buttons."""
    if card.state == "QUESTION":
        return _requests(card, frame)
    if card.plan is None:
        return []
    by_button = {
        "approve": approve_command(card),
        "deny": f'./overseer deny {card.plan} --reason "{frame.signs.more}"',
        "stop": f"./overseer stop {card.plan}",
    }
    said = [by_button[button.id] for button in card.buttons if button.id in by_button]
    if not said and any(button.id == "kill" for button in card.buttons):  # it is stopping
        said = [f"./overseer stop {card.plan} --kill"]
    if not said and card.buttons and card.state in HALTED | CHOICES:
        said = [f"./overseer chat {card.plan}"]
    if not said and any(button.id == "again" for button in card.buttons) and card.state == _DRAFT:
        said = [f"Ask for it: ./overseer chat {card.plan}"]
    return flowed([(dim(text),) for text in said], 3, frame.width)


def _requests(card: Card, frame: Frame) -> list[Line]:
    """What the options of a question say, as whole requests."""
    said = [button for button in card.buttons if button.id == "option" and button.says]
    if not said:
        how = f'Say it again with what is missing: ./overseer ask "{frame.signs.more}"'
        return wrap((dim(how),), frame.width)
    out: list[Line] = []
    for text in dict.fromkeys(map(_said_anew, said)):
        command = Exact(label="", text=text, tone=Tone.DIM)
        out += exact_lines(command, frame, column=0)
    return out


def _said_anew(option: Button) -> str:
    """The command that comes to what pressing it does.

    A change to an open plan is none by itself: its question is answered where that plan was asked.
    """
    if option.change is not None:
        return f"./overseer chat {option.change}"
    tier = f"--tier {shlex.quote(option.tier)} " if option.tier else ""
    return f"./overseer ask {tier}{shlex.quote(option.says)}"
