"""One model at one endpoint, through one SDK.

`dialect.Dialect` is what an SDK adds: how to import it, how to say a prompt, how to read the
reply. The rest is the same for all: the key, fetched at each call; one deadline over all that a
call does; the way of asking, from strict to loose; and faults in sentences.

**Ways of asking.** With `structured: auto` the strictest way that the dialect has is tried first.
Where the server refuses *that* (never for another reason), the next looser one follows at once,
and what was taken is kept for the calls to come. A server that took a schema and then did not
answer in JSON has not minded it, or has slipped once: the schema stands in the prompt for the next
call, and for `LONGER` times as many each time that it does so again in a row, up to `MOST_PLAIN`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from bot.adapters.llm.dialect import Dialect
from bot.adapters.llm.faults import Complaint, Faults, complaint
from bot.adapters.llm.replies import Ending, is_json, lists, unwrapped
from bot.domain.commands import SecretRef
from bot.domain.usage import Usage
from bot.errors import ModelAnswerError, ModelError, SecretError
from bot.ports import Prompt, Said, Secrets, Turn
from bot.settings import ModelSettings, Structured

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 10.0
"""At most so long until there is a connection."""
IMPORT_S = 30.0
"""So long an SDK may take to be imported before a check begins."""
LONGER = 8
MOST_PLAIN = 512
"""Calls: a server that minds no schema costs a repair in so many."""
NO_KEY = "none"
"""What an endpoint that wants no key is given: the SDKs must have one."""


class _Word(BaseModel):
    ok: bool


_TINY = Prompt("try", "", "", (Turn("user", "Is it on?"),), _Word, max_tokens=16)
"""The least that all take: OpenAI's Responses refuse to answer in fewer than 16 tokens."""

_CHATTY = ("anthropic", "openai", "httpx2", "httpcore2")  # at DEBUG they tell what was said


class EndpointModel:
    """Fulfils `ports.Model`."""

    def __init__(self, settings: ModelSettings, secrets: Secrets, dialect: Dialect) -> None:
        """Nothing is imported or connected yet."""
        self.name = settings.called
        self._settings = settings
        self._secrets = secrets
        self._dialect = dialect
        self._faults = Faults(settings, dialect.address)
        self._sdk: Any = None
        self._http: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()
        asked = settings.structured
        fitting = [each for each in dialect.levels if each is asked]
        self._levels = tuple(fitting) or dialect.levels
        self._slips = 0
        """Answers in a row that were not JSON, though that was wanted."""
        self._plain = 0
        """Calls to come in which the schema stands in the prompt because of them."""

    async def ask(self, prompt: Prompt, *, timeout_s: float) -> Said:
        """See `bot.ports.Model`."""
        if plain := self._plain > 0:
            self._plain -= 1
        first = Structured.TEXT if plain else self._levels[0]
        async with self._within(timeout_s):
            body, level = await self._answer(prompt, first, timeout_s)
        if not plain:
            self._remember(level)
        return self._said(body, level)

    async def check(self, *, timeout_s: float) -> None:
        """See `bot.ports.Model`."""
        async with self._within(IMPORT_S):  # on a busy machine that is no fault of the server's
            await self._connections()
        async with self._within(timeout_s):
            client = await self._client(timeout_s)
            if self._settings.health:
                await self._is_well(timeout_s)
                return
            models = client.models.with_raw_response
            waits = self._waits(timeout_s)
            try:
                if not self._settings.base_url:
                    await models.retrieve(self._settings.model, timeout=waits)
                    return
                listed = await models.list(timeout=waits)
                body = listed.http_response.content  # of a large gateway a megabyte
                known = await asyncio.to_thread(lists, body, self._settings.model)
            except self._sdk.APIStatusError as error:
                said = _complaint(error)
                if self._faults.tells_nothing(said):
                    raise self._faults.no_list(said) from None
                if said.status in {404, 405, 501}:
                    raise self._faults.unknown() from None
                raise self._faults.of(said) from None
            except (ValueError, RecursionError):
                raise self._faults.no_list() from None
            except Exception as error:
                if isinstance(self._translated(error), ModelAnswerError):  # too long, or packed
                    raise self._faults.no_list() from None
                raise
            if not known:
                raise self._faults.unknown()

    async def try_out(self, *, timeout_s: float) -> Usage:
        """See `bot.ports.Model`."""
        async with self._within(timeout_s):
            body, _ = await self._answer(_TINY, Structured.TEXT, timeout_s)
        try:
            return self._dialect.reply(body).usage
        except (ValueError, RecursionError):
            raise self._faults.no_reply(body) from None

    async def open(self, *, connections: int, timeout_s: float) -> None:
        """See `bot.ports.Model`. The address is asked for nothing, without the key."""
        with suppress(ModelError):
            async with self._within(timeout_s):
                http, waits = await self._connections(), self._waits(timeout_s)
                greet = partial(http.head, self._dialect.address, timeout=waits)
                await asyncio.gather(*(greet() for _ in range(connections)))

    async def close(self) -> None:
        """See `bot.ports.Model`."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _answer(
        self, prompt: Prompt, level: Structured, timeout_s: float
    ) -> tuple[bytes, Structured]:
        """The body of an answer, and the way of asking that was taken, from this one on."""
        client = await self._client(timeout_s)
        while True:
            try:
                return await self._dialect.say(client, prompt, level, self._waits(timeout_s)), level
            except self._sdk.APIStatusError as error:
                said = _complaint(error)
                if self._dialect.adapts(said.message):
                    continue
                looser = self._looser(level)
                if looser is None or not said.refuses_format:
                    raise self._faults.of(said) from None
                level = looser

    @asynccontextmanager
    async def _within(self, timeout_s: float) -> AsyncIterator[None]:
        """One deadline over all of it, and every failure as a `ModelError`."""
        try:
            async with asyncio.timeout(timeout_s):
                yield
        except ModelError:
            raise
        except TimeoutError:
            raise self._faults.silent(timeout_s) from None
        except SecretError as error:
            raise self._faults.lost_key(error.bare, error.cure) from None
        except Exception as error:  # noqa: BLE001 - an SDK may raise anything
            raise self._translated(error) from None

    def _translated(self, error: Exception) -> ModelError:
        """An error of the SDK or its HTTP layer; its own words may hold the key."""
        import httpx2

        from bot.adapters.llm.connections import PackedError, TooMuchError

        cause: BaseException | None = error
        while cause is not None:
            match cause:
                case ExceptionGroup():
                    cause = cause.exceptions[0]
                    continue
                case TooMuchError(most=most):
                    return self._faults.too_much(most)
                case PackedError():
                    return self._faults.packed()
                case OverflowError():  # a port past 65535
                    return self._faults.unreachable(error)
                case httpx2.ConnectTimeout() | httpx2.ConnectError() | httpx2.UnsupportedProtocol():
                    return self._faults.unreachable(error)
                case httpx2.TransportError() | httpx2.DecodingError():
                    return self._faults.cut()
                case httpx2.InvalidURL():
                    return self._faults.unreachable(error)
            cause = cause.__cause__ or cause.__context__
        return self._faults.odd(error)

    async def _client(self, timeout_s: float) -> Any:
        """A client with the key of this moment, on connections that are kept."""
        key = await self._key(timeout_s / 2)
        return self._dialect.client(key, await self._connections())

    async def _connections(self) -> httpx2.AsyncClient:
        async with self._opening:
            if self._http is None:
                opened = await asyncio.to_thread(_opened, self._dialect)
                self._sdk, self._http = opened
                return opened[1]
            return self._http

    async def _key(self, within_s: float) -> str:
        if not self._settings.key:
            if not self._settings.base_url:
                raise self._faults.no_key()
            return NO_KEY
        try:
            async with asyncio.timeout(within_s):
                found = await self._secrets.resolve(SecretRef(reference=self._settings.key))
        except TimeoutError:  # the server was not even asked
            raise self._faults.slow_key(within_s) from None
        key = found.strip()
        if not (key.isascii() and key.isprintable() and key):
            raise self._faults.unfit_key()
        self._faults.hide(key)
        return key

    def _waits(self, timeout_s: float) -> httpx2.Timeout:
        import httpx2

        # The deadline is over all of a call; one for each read would only be later.
        return httpx2.Timeout(None, connect=min(CONNECT_S, timeout_s))

    async def _is_well(self, timeout_s: float) -> None:
        """Its health address, which may be another server's: no key goes there."""
        http = await self._connections()
        waits = self._waits(timeout_s)
        async with http.stream("GET", self._settings.health, timeout=waits) as answer:
            if answer.status_code != 200:  # what it says besides is not read
                raise self._faults.unwell(answer.status_code)

    def _looser(self, level: Structured) -> Structured | None:
        after = self._levels[self._levels.index(level) + 1 :] if level in self._levels else ()
        return after[0] if after else None

    def _remember(self, level: Structured) -> None:
        """Begin with this way from now on; calls that overlap may have learnt more meanwhile."""
        if level in self._levels:
            self._levels = self._levels[self._levels.index(level) :]

    def _minded(self, *, well: bool) -> None:
        """Whether an answer for which JSON was wanted was JSON."""
        if well:
            self._slips = 0
        elif Structured.TEXT in self._levels:
            self._plain = min(LONGER**self._slips, MOST_PLAIN)
            self._slips += 1

    def _said(self, body: bytes, level: Structured) -> Said:
        """The answer in a reply.

        Raises:
            ModelError: there is none in it.
        """
        try:
            reply = self._dialect.reply(body)
        except (ValueError, RecursionError):
            raise self._faults.no_reply(body) from None
        usage = reply.usage
        match reply.ending:
            case Ending.CUT:
                raise self._faults.useless("was cut off in the middle of its answer.", usage)
            case Ending.REFUSED:
                raise self._faults.useless("declines to answer this request.", usage)
            case Ending.FILTERED:
                why = "was kept from answering by its provider's content filter."
                raise self._faults.useless(why, usage)
            case Ending.TOOL:
                raise self._faults.useless("called a tool, and none was offered to it.", usage)
            case Ending.WHOLE:
                text = self._faults.masked(unwrapped(reply.text))
        if not text:
            raise self._faults.useless("gave an empty answer.", usage)
        if level is not Structured.TEXT:
            self._minded(well=is_json(text))
        return Said(text=text, usage=usage, model=self.name, tier=self._settings.tier)


def _opened(dialect: Dialect) -> tuple[ModuleType, httpx2.AsyncClient]:
    """The SDK and bounded connections for it."""
    from bot.adapters.llm import connections

    sdk = dialect.load()
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    http = connections.client()
    client = dialect.client(NO_KEY, http)
    dialect.call(client)
    _ = client.models.with_raw_response
    return sdk, http


def _complaint(error: Any) -> Complaint:
    """What an SDK's error about a status holds."""
    answer = error.response
    try:
        text = answer.text
    except Exception:  # noqa: BLE001 - a body that was never read, or can't be decoded
        text = ""
    return complaint(answer.status_code, answer.headers, text)
