"""`./overseer chat`: cards that redraw above an input line.

What is settled scrolls away like any output; only what still moves is redrawn. Where the
cursor can't be moved (TERM=dumb) the same conversation goes line by line.
"""

from __future__ import annotations

import asyncio
import os
import select
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.adapters.terminal.ask import failed
from bot.adapters.terminal.client import Link
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.layout import Line
from bot.adapters.terminal.live import bare, left
from bot.adapters.terminal.outcomes import OPEN, Exit
from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import card_lines
from bot.adapters.terminal.talk import Talk
from bot.errors import OverseerError

if TYPE_CHECKING:
    from prompt_toolkit import Application
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


def run_chat(
    link: Link,
    console: Console,
    *,
    plan: int | None = None,
    history: Path | None = None,
) -> int:
    """Talk until the person leaves; 130 when something still runs then.

    `plan` goes on where that plan was asked. `history` keeps typed lines (0600).
    """
    if not console.tty:
        console.say('chat needs a terminal; in a pipe use ./overseer ask "…".', aside=True)
        return Exit.USAGE
    console.use_zone(link.person.timezone)
    try:
        thread = ""
        if plan is not None:
            item = link.card(plan)
            if item is None:
                console.say(f"There is no plan #{plan}.", aside=True)
                return Exit.USAGE
            thread = item.thread
        talk = Talk(link, console, thread=thread)
        if console.dumb:
            _plainly(talk)
        else:
            _Chat(talk, history).run()
    except OverseerError as error:
        return failed(console, error)
    return _leave(talk)


def _leave(talk: Talk) -> int:
    console = talk.console
    console.show(talk.settled())
    card = talk.card
    if card is None or not (card.busy or card.state in OPEN):
        return Exit.DONE
    console.show(card_lines(bare(card), console.frame(keys=False)))
    return left(console, card, alone=talk.link.alone)


class _Chat:
    """The prompt_toolkit side: a live region, an input line, a hint."""

    def __init__(self, talk: Talk, history: Path | None) -> None:
        from prompt_toolkit.buffer import Buffer
        from prompt_toolkit.history import FileHistory, InMemoryHistory

        self._talk = talk
        self._console = talk.console
        self._error: OverseerError | None = None
        if history is not None:
            os.close(os.open(history, os.O_CREAT | os.O_APPEND, 0o600))
        self._buffer = Buffer(
            multiline=False,
            history=FileHistory(str(history)) if history is not None else InMemoryHistory(),
        )
        self._app = self._application()

    def run(self) -> None:
        """Talk.

        Raises:
            OverseerError: the server is gone.
        """
        asyncio.run(self._main())
        if self._error is not None:
            raise self._error

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._talk.link.fileno(), self._pushed)
        printer = asyncio.create_task(self._printer())
        try:
            await self._app.run_async(handle_sigint=False)
        finally:
            printer.cancel()
            if not self._talk.link.closed:
                loop.remove_reader(self._talk.link.fileno())

    # -- events ---------------------------------------------------------------------------------

    def _pushed(self) -> None:
        try:
            self._talk.following.step(0.0)
        except OverseerError as error:
            asyncio.get_running_loop().remove_reader(self._talk.link.fileno())
            self._end(error)
            return
        self._news.set()
        self._app.invalidate()

    def _end(self, error: OverseerError | None = None) -> None:
        if self._app.is_running and self._app.future and not self._app.future.done():
            self._error = error
            self._app.exit()

    def _do(self, typed: str) -> None:
        try:
            self._talk.entered(typed)
        except OverseerError as error:
            self._end(error)
            return
        self._news.set()
        if self._talk.over:
            self._end()

    async def _printer(self) -> None:
        """Move what is settled above the live region, in order."""
        from prompt_toolkit.application import run_in_terminal

        while True:
            lines = self._talk.settled()
            if lines:
                await run_in_terminal(partial(self._console.show, lines))
            self._app.invalidate()
            await self._news.wait()
            self._news.clear()

    # -- layout ---------------------------------------------------------------------------------

    def _application(self) -> Application[None]:
        from prompt_toolkit import Application
        from prompt_toolkit.data_structures import Size
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.formatted_text import ANSI
        from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
        from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
        from prompt_toolkit.layout.processors import BeforeInput
        from prompt_toolkit.output import ColorDepth
        from prompt_toolkit.output.vt100 import Vt100_Output

        self._news = asyncio.Event()

        def text(lines: list[Line]) -> ANSI:
            return ANSI("\n".join(painted(lines, colour=self._console.colour)))

        def live() -> ANSI:
            lines = self._talk.live(self._console.size[1] - 4)
            if self._talk.has_said:  # drawing found more to print
                self._news.set()
            return text([*lines, ()] if lines else [])

        def hint() -> ANSI:
            return text([self._talk.hint(self._buffer.text)])

        def sign() -> str:
            return f"{self._console.frame().signs.said} "

        region = Window(
            FormattedTextControl(live, show_cursor=False),
            dont_extend_height=True,
            always_hide_cursor=True,
        )
        line = Window(
            BufferControl(self._buffer, input_processors=[BeforeInput(sign)]),
            height=1,
            wrap_lines=False,
        )
        below = Window(FormattedTextControl(hint), height=1, dont_extend_height=True)

        def measured() -> Size:
            columns, rows = self._console.size
            return Size(rows=rows, columns=columns)

        moving = ConditionalContainer(region, Condition(lambda: self._talk.moving))
        return Application(
            layout=Layout(HSplit([moving, line, below]), focused_element=line),
            key_bindings=self._bindings(),
            erase_when_done=True,
            color_depth=None if self._console.colour else ColorDepth.DEPTH_1_BIT,
            output=Vt100_Output(
                self._console.stdout,
                measured,
                term=self._console.environ.get("TERM"),
                enable_cpr=False,
            ),
        )

    def _bindings(self) -> KeyBindings:
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.keys import Keys

        keys = KeyBindings()

        @keys.add("enter")
        def _(_event: KeyPressEvent) -> None:
            typed = self._buffer.text
            self._buffer.reset(append_to_history=len(typed.strip()) > 1 and not self._talk.asked)
            self._do(typed)

        @keys.add("escape", eager=True)
        def _(_event: KeyPressEvent) -> None:
            self._talk.no()
            self._buffer.reset()

        @keys.add("c-c")
        def _(_event: KeyPressEvent) -> None:
            if self._buffer.text or self._talk.asked:
                self._talk.no()
                self._buffer.reset()
            else:
                self._end()

        @keys.add("c-d", filter=Condition(lambda: not self._buffer.text))
        def _(_event: KeyPressEvent) -> None:
            self._end()

        @keys.add(
            Keys.Any, filter=Condition(lambda: not self._buffer.text and not self._talk.asked)
        )
        def _(event: KeyPressEvent) -> None:
            if self._talk.quick(event.data):
                self._do(event.data)
            else:
                self._buffer.insert_text(event.data)

        return keys


def _plainly(talk: Talk) -> None:
    """The same without moving the cursor: what changed is written again.

    Raises:
        OverseerError: the server is gone.
    """
    console = talk.console
    fd = console.stdin.fileno()
    shown: object = None
    while not talk.over:
        console.show(talk.settled())
        card = talk.card
        state = card and (card.id, card.revision, card.state, card.standing)
        if state != shown:
            shown = state
            console.show([*talk.live(10_000), ()])
            console.show(talk.settled())
            console.show([talk.hint("")])
        if talk.asked:
            console.show([talk.hint("")])
        try:
            ready, _, _ = select.select([fd, talk.link.fileno()], [], [])
            typed = console.stdin.readline() if fd in ready else None
        except KeyboardInterrupt:
            return
        if typed == "":
            return
        if typed is None:
            talk.following.step(0.0)
        else:
            talk.entered(typed)
