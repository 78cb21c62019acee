"""A real socket server with scripted ears behind it: `python tests/rigs/terminal_server.py HOME`.

And the commands, as the CLI calls them: `... terminal_server.py HOME chat`, `ask TEXT [--yes]`.
"""

from __future__ import annotations

import asyncio
import getpass
import io
import sys
import threading
from pathlib import Path

from bot.adapters.machine import SystemClock
from bot.adapters.terminal.client import connect
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.server import TerminalSurface
from bot.domain.messages import Identity, People, Person, Role
from bot.ports.accounts import account_of
from bot.settings import Home
from bot.testing.scripted_ears import ScriptedEars


def persons(account=None):
    me = Person(
        name="ana",
        display="Ana",
        roles=frozenset({Role.APPROVER, Role.ADMIN}),
        identities=(Identity(surface="os", account=account or getpass.getuser()),),
        timezone="Europe/Berlin",
    )
    return People(persons=(me,))


async def started(home, ears=None, **more):
    ears = ears or ScriptedEars(persons())
    surface = TerminalSurface(
        Home(path=home).socket,
        clock=SystemClock(),
        version="0.1.0",
        **{"account": account_of} | more,
    )
    ears.subscribe(lambda item, edited: surface.show(item, edited=edited))
    await surface.start(ears)
    return surface, ears


class Server:
    """A server on a loop of its own, as it is for a client in another process."""

    def __init__(self, home, people=None, *, ears=None, **more):
        self.home = Home(path=home)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        ears = ears or ScriptedEars(people or persons())
        self.links = []
        try:
            self.surface, self.ears = self.do(started(home, ears, **more))
        except BaseException:
            self._end()
            raise

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def connect(self):
        link = connect(self.home)
        self.links.append(link)
        return link

    def call(self, function):
        self.loop.call_soon_threadsafe(function)

    def stop(self):
        self.do(self.surface.stop())
        self.do(self.ears.close())
        for link in self.links:
            link.close()
        self._end()

    def _end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


def console(**environ):
    return Console(stdin=io.StringIO(), stdout=io.StringIO(), stderr=io.StringIO(), environ=environ)


def out(of):
    return of.stdout.getvalue()


async def serve(home, pause):
    ears = ScriptedEars(persons(), pause=lambda: asyncio.sleep(pause))
    surface, _ = await started(home, ears)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await surface.stop()


def command(home, args):
    from bot.adapters.terminal.ask import run_ask
    from bot.adapters.terminal.chat import run_chat

    link = connect(Home(path=home))
    if link is None:
        return 1
    flags = {a for a in args if a.startswith("--")}
    words = [a for a in args if not a.startswith("--")]
    if words[0] == "chat":
        return run_chat(link, Console(), plan=int(words[1]) if words[1:] else None)
    return run_ask(
        link,
        Console(),
        words[1],
        yes="--yes" in flags,
        json="--json" in flags,
        wait="--no-wait" not in flags,
        plan_only=words[0] == "plan",
    )


if __name__ == "__main__":
    where = Path(sys.argv[1])
    if sys.argv[2:3] in ([], ["serve"]):
        pause = float(sys.argv[3]) if sys.argv[3:] else 0.0
        asyncio.run(serve(where, pause))
    else:
        raise SystemExit(command(where, sys.argv[2:]))
