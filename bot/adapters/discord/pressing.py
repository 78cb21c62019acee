"""What people press: buttons, menus and the small forms that some of them open.

Whatever a button needs stands in its id (`custom_ids`), so a press works after any restart. The
ears write a press down; then Discord is answered, within three seconds: with nothing, or with a
sentence that only the one who pressed reads. What takes longer is acknowledged first; where it is
not even written down, so that who pressed sees that it is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.adapters.discord import custom_ids, text
from bot.adapters.discord.answering import Answering
from bot.adapters.discord.buttons import menu_value
from bot.adapters.discord.custom_ids import Pressed
from bot.adapters.discord.places import DIRECT, SURFACE
from bot.adapters.discord.server_roles import ServerRoles
from bot.domain.cards import Button, Card, Choice
from bot.domain.exactly import is_blank
from bot.domain.messages import ButtonPress, Identity, People, Reply, ThreadRef
from bot.ports import Clock, Ears

if TYPE_CHECKING:
    import discord

LABEL, INPUT, MENU = 18, 4, 3
FIELD = "text"
TITLE = 45
LONGEST = 1000
IN_MENU, MENUS = 25, 5
"""Entries of a menu, and menus of a form."""
ONE_LINE = 1
ABOUT = 100
TYPE_IT = "There are {number}, more than menus take: type one, such as {one}, or a part of it."
"""What Discord shows below a field's label, of at most so many characters."""
NO_TEXT = "That needs a few words; press the button again."
CHOOSE_ONE = "Choose one; press the button again."
MOST_NAMED = 20
OLD = "That button is of another version of Overseer, or of an older card; the newest one counts."


class Pressing:
    """Hands presses to the ears."""

    def __init__(
        self,
        ears: Ears,
        answering: Answering,
        clock: Clock,
        people: Callable[[], People],
        roles: ServerRoles,
    ) -> None:
        """`answering` tells the one who pressed; `roles` are what the server's stand for."""
        self._ears = ears
        self._answering = answering
        self._clock = clock
        self._people = people
        self._roles = roles

    async def press(self, event: discord.Interaction) -> None:
        """A button, or an entry of a menu."""
        data = _data(event)
        pressed = custom_ids.read(str(data.get("custom_id", "")))
        place = place_of(event)
        if pressed is None:
            await self._answering.refuse(event, OLD)
            return
        if values := data.get("values"):
            pressed = _chosen(pressed, str(values[0]))
        if pressed.asks:
            made = self._asked(event, place, pressed, data["custom_id"])
            await self._answering.form(event, made)
            return
        taken = asyncio.Event()
        work = self._pressed(event, place, pressed, taken=taken)
        printed = pressed.button == "output"
        await self._answering.answer(event, work, printed=printed, taken=taken)

    async def submit(self, event: discord.Interaction) -> None:
        """A form that a button opened."""
        data = _data(event)
        pressed = custom_ids.read(str(data.get("custom_id", "")))
        if pressed is None:
            await self._answering.refuse(event, OLD)
            return
        taken = asyncio.Event()
        parts = data.get("components") or ()
        work = self._submitted(event, place_of(event), pressed, parts, taken)
        printed = pressed.button == "output"
        await self._answering.answer(event, work, printed=printed, taken=taken)

    async def _asked(
        self, event: discord.Interaction, place: ThreadRef, pressed: Pressed, custom_id: str
    ) -> Reply | dict[str, Any]:
        """The form, for who is heard: a card may say more to somebody than its place does.

        A button that its card has no more asks nobody for anything, but for what is shown of any
        run at any time.
        """
        away = await self._ears.turned_away(self._press(event, place, pressed, pressed.value))
        if away is not None:
            return away
        found = await self._button(place, pressed) or _shows(pressed)
        choices = await self._choices(found, pressed)
        if found is None or (found is _OUTPUT and not choices):
            return Reply(accepted=False, text=OLD)
        return self._form(found, choices, pressed, custom_id)

    async def _submitted(
        self,
        event: discord.Interaction,
        place: ThreadRef,
        pressed: Pressed,
        parts: Sequence[Mapping[str, Any]],
        taken: asyncio.Event,
    ) -> Reply:
        said = await self._typed(place, pressed, parts)
        if isinstance(said, Reply):
            return said
        if is_blank(said):
            return Reply(accepted=False, text=NO_TEXT)
        return await self._pressed(event, place, pressed, said, taken=taken)

    async def _pressed(
        self,
        event: discord.Interaction,
        place: ThreadRef,
        pressed: Pressed,
        said: str = "",
        *,
        taken: asyncio.Event,
    ) -> Reply:
        value = pressed.value
        if pressed.tag:
            found = await self._button(place, pressed)
            if found is None:
                return Reply(accepted=False, text=OLD)
            value = custom_ids.value_of(found)
        press = self._press(event, place, pressed, value, said)
        return await self._ears.on_button(press, taken.set)

    def _press(
        self,
        event: discord.Interaction,
        place: ThreadRef,
        pressed: Pressed,
        value: str,
        said: str = "",
    ) -> ButtonPress:
        identity = identity_of(event)
        owner = self._people().owner(identity)
        return ButtonPress(
            event_id=str(event.id),
            thread=place,
            identity=identity,
            person=owner.name if owner else None,
            button=pressed.button,
            at=self._clock.now(),
            plan=pressed.plan,
            revision=pressed.revision,
            digest=pressed.digest,
            value=value,
            text=said,
            lent=self._roles.lent(event.user) if event.guild_id is not None else frozenset(),
        )

    # -- what stands on the card -------------------------------------------------------------

    async def _button(self, place: ThreadRef, pressed: Pressed) -> Button | None:
        """The button as the stored card has it: for what did not fit into its id."""
        for card in await self._cards(place, pressed):
            for button in card.buttons:
                if button.id != pressed.button:
                    continue
                value = custom_ids.value_of(button)
                if pressed.tag in ("", custom_ids.tag_of(value)) and (
                    pressed.tag or pressed.value == value
                ):
                    return button
        return None

    async def _cards(self, place: ThreadRef, pressed: Pressed) -> Sequence[Card]:
        if pressed.plan is not None:
            item = await self._ears.card(pressed.plan)
            return [item.card] if item and item.card else []
        items = await self._ears.thread(place)
        return [item.card for item in reversed(items) if item.card is not None]

    @staticmethod
    def _form(
        found: Button, choices: Sequence[Choice], pressed: Pressed, custom_id: str
    ) -> dict[str, Any]:
        asks, title = found.asks, found.label
        title += f" #{pressed.plan}" if pressed.plan is not None else ""
        menus = [choices[at : at + IN_MENU] for at in range(0, len(choices), IN_MENU)]
        if 0 < len(menus) <= MENUS:
            fields = [_menu(asks, number, menus) for number in range(len(menus))]
        else:
            fields = [_text_field(asks, choices)]
        return {
            "custom_id": custom_id, "title": text.label(title, TITLE), "components": fields
        }  # fmt: skip

    async def _choices(self, found: Button | None, pressed: Pressed) -> tuple[Choice, ...]:
        """What may be answered; nothing where that isn't known."""
        if found is None or found.choices or pressed.plan is None:
            return found.choices if found is not None else ()
        return await self._ears.choices(pressed.plan, found.id)

    async def _typed(
        self, place: ThreadRef, pressed: Pressed, parts: Sequence[Mapping[str, Any]]
    ) -> str | Reply:
        """What was typed or chosen in a form; a reply where that is not one thing."""
        fields = [part.get("component") or part for part in _fields(parts)]
        found = await self._button(place, pressed) or _shows(pressed)
        choices = await self._choices(found, pressed)
        if not any("values" in field for field in fields):
            typed = str(fields[0].get("value", "")).strip()[:LONGEST] if fields else ""
            return _meant(typed, choices)
        chosen = [str(value) for field in fields for value in field.get("values") or ()]
        if len(chosen) != 1:
            return Reply(accepted=False, text=CHOOSE_ONE)
        if chosen[0].startswith("="):
            return chosen[0][1:]
        return next((c.value for c in choices if menu_value(c.value) == chosen[0]), "")


_OUTPUT = Button(id="output", label="Output of…", asks="Of which host?")


def _shows(pressed: Pressed) -> Button | None:
    """The button as an older card had it, where that still does something."""
    return _OUTPUT if pressed.button == "output" and pressed.plan is not None else None


def place_of(event: discord.Interaction) -> ThreadRef:
    """The conversation in which something was pressed or called."""
    channel = event.channel
    parent = getattr(channel, "parent_id", None)
    where = str(event.channel_id)
    if event.guild_id is None:
        return ThreadRef(surface=SURFACE, channel=where, thread=DIRECT)
    if parent and type(channel).__name__ == "Thread":
        return ThreadRef(surface=SURFACE, channel=str(parent), thread=where)
    before = event.message.reference if event.message else None
    root = before.message_id if before else None
    return ThreadRef(surface=SURFACE, channel=where, thread=str(root or event.id))


def identity_of(event: discord.Interaction) -> Identity:
    """Whose account pressed or called it."""
    return Identity(surface=SURFACE, account=str(event.user.id))


def _menu(asks: str, number: int, menus: Sequence[Sequence[Choice]]) -> dict[str, Any]:
    """One of the menus of a form; of several, whose entries it has."""
    choices, alone = menus[number], len(menus) == 1
    said = asks if alone else f"{choices[0].label} … {choices[-1].label}"
    field: dict[str, Any] = {
        "type": MENU, "custom_id": FIELD if alone else f"{FIELD}{number}", "required": alone,
        "options": [
            {"label": text.label(choice.label, 100), "value": menu_value(choice.value)}
            for choice in choices
        ],
    }  # fmt: skip
    label = {"type": LABEL, "label": text.label(said, TITLE), "component": field}
    return label if alone or number else label | {"description": text.label(asks, ABOUT)}


def _text_field(asks: str, choices: Sequence[Choice]) -> dict[str, Any]:
    field = {
        "type": INPUT, "custom_id": FIELD, "style": ONE_LINE if choices else 2, "required": True,
        "min_length": 1, "max_length": LONGEST,
    }  # fmt: skip
    label = {"type": LABEL, "label": text.label(asks, TITLE), "component": field}
    if not choices:
        return label
    about = TYPE_IT.format(number=len(choices), one=choices[0].value)
    return label | {"description": about[:ABOUT]}


def _meant(typed: str, choices: Sequence[Choice]) -> str | Reply:
    """What somebody means who typed a name, or enough of it to tell it from the others."""
    said = typed.casefold()
    if not choices or any(said in _names(c) for c in choices):
        return next((c.value for c in choices if said in _names(c)), typed)
    near = [c for c in choices if any(said in name for name in _names(c))]
    if len(near) < 2:
        return near[0].value if near else typed
    shown = ", ".join(c.label for c in near[:MOST_NAMED])
    more = f" and {len(near) - MOST_NAMED} more" if len(near) > MOST_NAMED else ""
    return Reply(accepted=False, text=f"Several fit: {shown}{more}. Press again and say which.")


def _names(choice: Choice) -> tuple[str, str]:
    """What it is called, in any case of letters."""
    return choice.value.casefold(), choice.label.casefold()


def _data(event: discord.Interaction) -> dict[str, Any]:
    return dict(event.data or {})


def _chosen(pressed: Pressed, entry: str) -> Pressed:
    """A menu's press: its value is the entry's."""
    value, tag = (entry[1:], "") if entry.startswith("=") else ("", entry[1:])
    return Pressed(
        button=pressed.button, plan=pressed.plan, revision=pressed.revision,
        digest=pressed.digest, value=value, tag=tag,
    )  # fmt: skip


def _fields(parts: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The fields of a form, in a label or in a row of their own."""
    return [
        field
        for part in parts
        for field in ([part] if part.get("component") else part.get("components") or [part])
    ]
