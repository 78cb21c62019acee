"""HTTP requests from Overseer itself, through httpx.

A secret is fetched at the moment of sending and is in nothing that leaves this module: not in the
result (a server may echo it), not in an error, not in a log. The request goes to its own URL alone:
no redirect is followed, no proxy or .netrc of the environment is asked, TLS is verified.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from time import monotonic
from urllib.parse import quote, quote_plus, urlsplit

import httpx

from bot.domain.commands import CommandResult, Credential, Request, SecretRef
from bot.domain.redaction import literals_of, masked, redact, spans
from bot.errors import NoAnswerError, NotSentError, OverseerError, SecretError
from bot.ports import Secrets

CONNECT_S = 10.0
"""At most so long until there is a connection."""

for _chatty in ("httpx", "httpcore"):  # at DEBUG they tell what a server answered, word by word
    logging.getLogger(_chatty).setLevel(logging.WARNING)

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class HttpRequests:
    """Fulfils `ports.Requests`."""

    def __init__(
        self,
        secrets: Secrets,
        *,
        cap_bytes: int,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        """Keep at most `cap_bytes` of an answer; `trust` makes what TLS is verified against."""
        self._secrets = secrets
        self._cap = cap_bytes
        self._trust = trust
        self._tls: ssl.SSLContext | None = None

    async def send(self, request: Request) -> CommandResult:
        """See `bot.ports.Requests`."""
        headers, hidden = await self._headers(request)
        before = monotonic()
        try:
            result = await self._sent(request, headers, hidden)
        except OverseerError:
            raise
        except httpx.HTTPError as error:
            raise _translated(request, error) from None
        except Exception as error:  # noqa: BLE001 - its words may hold a header
            raise NoAnswerError(f"{_where(request)}: {type(error).__name__} at sending.") from None
        return result.model_copy(update={"duration_s": monotonic() - before})

    async def _headers(self, request: Request) -> tuple[list[tuple[bytes, bytes]], list[str]]:
        """The headers with their secrets, and every text that must not be seen again."""
        found: list[tuple[bytes, bytes]] = []
        hidden: list[str] = []
        for name, value in request.headers:
            if isinstance(value, str):
                found.append((name.encode("ascii"), value.encode("ascii")))
                continue
            ref = value.secret if isinstance(value, Credential) else value
            secret = await self._secrets.resolve(ref)
            if not (secret.isascii() and secret.isprintable()):
                raise _unfit(ref)
            hidden += _spellings(secret)
            text = f"{value.scheme} {secret}" if isinstance(value, Credential) else secret
            found.append((name.encode("ascii"), text.encode("ascii")))
        return found, sorted(set(hidden), key=len, reverse=True)

    async def _sent(
        self, request: Request, headers: list[tuple[bytes, bytes]], hidden: list[str]
    ) -> CommandResult:
        timeout = httpx.Timeout(request.timeout_s, connect=min(CONNECT_S, request.timeout_s))
        if self._tls is None:
            self._tls = await asyncio.to_thread(self._trust)
        async with httpx.AsyncClient(
            verify=self._tls, trust_env=False, follow_redirects=False, timeout=timeout
        ) as client:
            made = client.build_request(
                request.method,
                request.url,
                headers=[(b"Accept-Encoding", b"identity"), *headers],
                content=request.body.encode() if request.body else None,
            )
            started = monotonic()
            try:
                async with asyncio.timeout(request.timeout_s):
                    answer = await client.send(made, stream=True)
            except TimeoutError:
                raise _silent(request) from None
            try:
                left = max(1.0, request.timeout_s - (monotonic() - started))
                return await self._read(request, answer, hidden, left)
            finally:
                await answer.aclose()

    async def _read(
        self, request: Request, answer: httpx.Response, hidden: list[str], left_s: float
    ) -> CommandResult:
        """The status is the answer; a body that breaks off takes nothing back from it."""
        spare = max((len(each) for each in hidden), default=0)  # for one that the cap would cut
        body, total, broken = bytearray(), 0, ""
        whole = hashlib.sha256()
        try:
            async with asyncio.timeout(left_s):
                async for piece in answer.aiter_raw():
                    total += len(piece)
                    whole.update(piece)
                    body += piece[: max(0, self._cap + spare - len(body))]
                    if total > self._cap + spare:
                        break
        except (TimeoutError, httpx.HTTPError):
            broken = "its answer broke off"
        told = int(answer.headers.get("content-length", "0") or 0)
        dropped = max(total, told) - self._cap
        text = _masked(bytes(body), hidden, self._cap)
        status = answer.status_code
        return CommandResult(
            exit_status=0 if 200 <= status < 300 else 1,
            stdout=text,
            dropped_bytes=max(0, dropped),
            sha256=whole.hexdigest() if dropped > 0 else "",
            error=_verdict(request, answer, hidden) or broken,
            data={"status": status},
        )


def _masked(body: bytes, hidden: Sequence[str], cap: int) -> str:
    """The first `cap` bytes, secrets masked; one that lies across the cut is masked as well.

    `body` holds more than that by the longest of them. Looked for in bytes, cut in bytes: text
    that a mask has shortened would let the end of a cut secret slide back in.
    """
    seen = body.decode("latin-1")  # a character for each byte
    found = spans(seen, [each.encode().decode("latin-1") for each in hidden])
    return masked(seen, found, 0, cap).encode("latin-1").decode("utf-8", "replace")


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it stands, and as servers write it back: escaped, quoted, encoded."""
    for line in literals_of(secret):
        yield line
        yield json.dumps(line)[1:-1]
        yield quote(line, safe="")
        yield quote_plus(line)
        yield base64.b64encode(line.encode()).decode().rstrip("=")


def _verdict(request: Request, answer: httpx.Response, hidden: list[str]) -> str:
    """Why an answer is no success, in our words; nothing when it is one."""
    status = answer.status_code
    if 200 <= status < 300:
        return ""
    try:
        name = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        name = str(status)
    if not 300 <= status < 400:
        return f"{_host(request.url)} answered {name}"
    place = urlsplit(answer.headers.get("location", ""))
    there = redact(f"{place.scheme}://{place.netloc}", hidden) if place.netloc else "elsewhere"
    return f"{_host(request.url)} answered {name} and sends to {there}, where I don't follow"


def _translated(request: Request, error: httpx.HTTPError) -> OverseerError:
    """An error of httpx in a sentence; its own words may hold a header, so they are not used."""
    where = _where(request)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotSentError(
                f"{where}: its certificate can't be trusted ({cause.verify_message}); "
                "nothing was sent.",
                cure="Have it mended there, or trust its authority on this machine.",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectTimeout):
        return NotSentError(f"{where} did not answer the call; nothing was sent.")
    if isinstance(error, _NOT_SENT):
        return NotSentError(f"{where} can't be reached; nothing was sent.")
    if isinstance(error, httpx.TimeoutException):
        return _silent(request)
    return NoAnswerError(f"{where} was cut off before it answered; it may have done it.")


def _silent(request: Request) -> NoAnswerError:
    return NoAnswerError(
        f"{_where(request)} gave no answer within {request.timeout_s:g} s; it may have done it."
    )


def _where(request: Request) -> str:
    return f"{request.method} to {_host(request.url)}"


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _unfit(ref: SecretRef) -> SecretError:
    return SecretError(
        f"The secret {ref.reference} can't stand in a header: it is not one line of ASCII.",
        cure="Keep it as the server's page shows it.",
    )
