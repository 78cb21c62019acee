"""Answers HTTP requests from a script; what was sent is kept.

    requests = ScriptedRequests()
    requests.answer("PURGE", "https://cdn.example/shop", 200, '{"purged": 12}')

What has no answer can't be reached. `cut` sends and never answers, as a broken connection does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from bot.domain.commands import CommandResult, Request
from bot.errors import NoAnswerError, NotSentError

Answer = Callable[[Request], CommandResult | Awaitable[CommandResult]]


class ScriptedRequests:
    """Fulfils `ports.Requests`."""

    def __init__(self) -> None:
        """Nobody is there yet."""
        self.sent: list[Request] = []
        """What went out, in order, the cut ones too."""
        self._answers: dict[tuple[str, str], Answer] = {}

    def answer(self, method: str, url: str, status: int = 200, body: str = "") -> None:
        """Answer this from now on."""
        ok = 200 <= status < 300
        said = "" if ok else f"{url.split('/')[2]} answered {status} {HTTPStatus(status).phrase}"
        result = CommandResult(
            exit_status=0 if ok else 1, stdout=body, error=said, data={"status": status}
        )
        self._answers[method, url] = lambda _: result

    def cut(self, method: str, url: str) -> None:
        """Take it and never answer, from now on."""

        def act(request: Request) -> CommandResult:
            raise NoAnswerError(
                f"{request.method} to {request.url.split('/')[2]} was cut off before it answered; "
                "it may have done it."
            )

        self._answers[method, url] = act

    def hang(self, method: str, url: str) -> None:
        """Take it and say nothing, for as long as anybody waits."""

        async def wait(request: Request) -> CommandResult:
            del request
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        self._answers[method, url] = wait

    def act(self, method: str, url: str, answer: Answer) -> None:
        """Answer with what a function says, from now on."""
        self._answers[method, url] = answer

    async def send(self, request: Request) -> CommandResult:
        """See `bot.ports.Requests`."""
        answer = self._answers.get((request.method, request.url))
        if answer is None:
            where = request.url.split("/")[2]
            raise NotSentError(f"{request.method} to {where} can't be reached; nothing was sent.")
        self.sent.append(request)
        said = answer(request)
        return said if isinstance(said, CommandResult) else await said
