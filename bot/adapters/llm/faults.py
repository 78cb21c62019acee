"""What went wrong at an endpoint, in sentences: whose turn it is, and what to do.

Three things can be wrong in the settings, and each has an error of its own, so that `check` can
point at the line: the key (`ModelAuthError`), the model's name (`ModelUnknownError`), the address
(`ModelAwayError`). What a server says is quoted only where it helps, never about a key, in one
short line, with every secret masked.
"""

from __future__ import annotations

import json
import math
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from bot.domain.marked import literal
from bot.domain.redaction import MASK, literals_of, redact
from bot.domain.usage import Usage
from bot.domain.wording import limit
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelError,
    ModelUnknownError,
    ModelUnlistedError,
)
from bot.settings import ModelSettings

LEAST = 12
"""Characters of a key that is no word."""
_QUOTED = 200
_FORMAT = re.compile(
    r"response.?format|output.?(?:config|format)|json.?(?:schema|object|mode)|structured.?output"
    r"|grammar|guided|tool.?choice|\btools?\b|\bschema\b",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"\bmodel\b.{0,120}?\b(?:not (?:found|exist)|does(?:n['’]t| not) exist|no such|unknown)"
    r"|\b(?:invalid|unknown|no such) model\b|^model: \S+$",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|(?:prompt|input|request).{0,40}too (?:long|large)"
    r"|too many tokens",
    re.IGNORECASE,
)
_UNPAID = re.compile(
    r"insufficient.?(?:quota|balance|credit)|credit balance|billing", re.IGNORECASE
)
_NARROWED = re.compile(r"scope|permission", re.IGNORECASE)
_FILTERED = re.compile(r"content.?(?:filter|policy|management)", re.IGNORECASE)


@dataclass(frozen=True)
class Complaint:
    """A status that is no success, with what its body says of it (not yet fit to be shown)."""

    status: int
    headers: Mapping[str, str]
    message: str = ""
    code: str = ""
    """Its `code` and `type`."""
    structured: bool = False
    """Whether the body was an error as APIs write them."""

    @property
    def refuses_format(self) -> bool:
        """Whether it is the way of asking that is not taken; a bare 400 may be just that."""
        if self.status not in {400, 415, 422, 500, 501}:
            return False
        if _FORMAT.search(self.message):
            return True
        return not self.message and self.status in {400, 422, 501}


def complaint(status: int, headers: Mapping[str, str], text: str) -> Complaint:
    """Read an error's body: OpenAI's and Anthropic's `error`, FastAPI's `detail`, or plain text."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        plain = "" if "<" in text[:20] else text.strip()  # a page for browsers says nothing here
        return Complaint(status, headers, plain)
    found = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(found, dict):
        return Complaint(status, headers, found if isinstance(found, str) else "")
    message = found.get("message") or found.get("detail") or ""
    if not isinstance(message, str):
        message = json.dumps(message)
    code = " ".join(str(found[key]) for key in ("code", "type") if found.get(key))
    return Complaint(status, headers, message.strip(), code, structured=bool(message))


class Faults:
    """Puts the faults of one endpoint into words. `hidden` are its key's spellings."""

    def __init__(self, settings: ModelSettings, address: str) -> None:
        """`address` is where it is asked."""
        self._settings = settings
        self._name = settings.called
        host = re.match(r"https?://(?:[^/?#]*@)?([^/?#]*)", address)
        self.where = host[1] if host else address
        self._who = f"{self._name} at {self.where}"
        self.hidden: Sequence[str] = ()

    def hide(self, key: str) -> None:
        """Show this no more, however a server spells it."""
        spelled = {*literals_of(key), quote(key, safe=""), json.dumps(key)[1:-1]}
        self.hidden = sorted(spelled, key=len, reverse=True)

    def masked(self, text: str) -> str:
        """What a model says, without the key that its server was given.

        A key that is as short as a word ("ollama") may be meant as one: it is nobody's secret.
        """
        for spelled in self.hidden:
            if len(spelled) >= LEAST:
                text = text.replace(spelled, MASK)
        return text

    # The key

    def no_key(self) -> ModelError:
        """A provider's own endpoint wants one."""
        return ModelAuthError(
            f"{self._who} wants a key, and the settings name none.",
            model=self._name,
            cure=f"Run ./overseer secret set {self._settings.provider}, and write "
            f"`key: store:{self._settings.provider}` beside this model.",
        )

    def unfit_key(self) -> ModelError:
        """It can't stand in a header."""
        return ModelAuthError(
            f"The key of {self._name} ({self._settings.key}) is not one line of ASCII.",
            model=self._name,
            cure="Keep it as the provider's page shows it.",
        )

    def lost_key(self, sentence: str, cure: str) -> ModelError:
        """It can't be had; the sentence is that of the secret's error."""
        return ModelAuthError(
            f"The key of {self._name} can't be had. {sentence}", model=self._name, cure=cure
        )

    def slow_key(self, seconds: float) -> ModelError:
        """Whatever holds it does not answer: a command that waits for a person, perhaps."""
        kind = self._settings.key.partition(":")[0]
        said = f"what `{kind}:` names gave none within {seconds:g} s"
        return ModelAuthError(
            f"The key of {self._name} can't be had: {said}.",
            model=self._name,
            cure="Run it by hand and see; it may wait for somebody to type.",
        )

    def _wrong_key(self, status: int) -> ModelError:
        given = self._settings.key
        if not given:
            return ModelAuthError(
                f"{self._who} wants a key ({status}), and the settings name none.",
                model=self._name,
                cure="Keep one with ./overseer secret set NAME, and write `key: store:NAME`.",
            )
        kind, _, rest = given.partition(":")
        cure = f"Run ./overseer secret set {rest}" if kind == "store" else f"Mend {given}"
        does = "does not take" if status == 401 else "does not let in"
        return ModelAuthError(
            f"{self._who} {does} its key ({status}).",
            model=self._name,
            cure=f"{cure}, with a key that its provider shows as valid for this model.",
        )

    # The address

    def unreachable(self, error: BaseException) -> ModelError:
        """No connection, for a reason that its chain of causes tells."""
        cause: BaseException | None = error
        seen = set()
        while cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            if isinstance(cause, ssl.SSLCertVerificationError):
                return ModelAwayError(
                    f"The certificate of {self._who} can't be trusted ({cause.verify_message}).",
                    model=self._name,
                    cure="Have it mended there, or trust its authority on this machine.",
                )
            cause = cause.__cause__ or cause.__context__
        return ModelAwayError(
            f"{self._who} can't be reached.",
            model=self._name,
            cure="Is it running, and is its base_url right?"
            if self._settings.base_url
            else "Can this machine reach it?",
        )

    def cut(self) -> ModelError:
        """The connection ended before the answer did."""
        return ModelAwayError(
            f"{self._who} broke off before it had answered.", model=self._name, taken=True
        )

    def too_much(self, most: int) -> ModelError:
        """A body that no answer has; it was read no further."""
        return ModelAnswerError(
            f"{self._who} sent more than {most // 1024} KB, which no model's answer has.",
            model=self._name,
            taken=True,
            cure="Is its base_url right?" if self._settings.base_url else "",
        )

    def packed(self) -> ModelError:
        """A body that may unpack to anything."""
        return ModelAnswerError(
            f"{self._who} sends its answers compressed, and was asked not to.",
            model=self._name,
            taken=True,
            cure="Switch compression off there, or in the proxy before it.",
        )

    def silent(self, seconds: float) -> ModelError:
        """No answer in time."""
        return ModelAwayError(
            f"{self._who} gave no answer within {limit(seconds)}.", model=self._name
        )

    def unwell(self, status: int) -> ModelError:
        """Its health address says so."""
        return ModelAwayError(
            f"The health address of {self._name} answered {status}, not 200.",
            model=self._name,
            cure="Is that server well, and is `health` right?",
        )

    def nothing_there(self, status: int) -> ModelError:
        """Someone answers, but not a model's API."""
        ends = "without /v1" if self._settings.provider == "anthropic" else "with /v1"
        return ModelAwayError(
            f"{self._who}: there is no model's API at this address ({status}).",
            model=self._name,
            cure=f"Mend its base_url: it mostly ends {ends}.",
        )

    def no_list(self, said: Complaint | None = None) -> ModelError:
        """It can't be checked for its models; `said` is what stands in the list's place."""
        shows = "has no list of models that I can read"
        if said is not None and said.status in {401, 403}:
            shows = f"does not show its list of models with this key ({said.status})"
        return ModelUnlistedError(
            f"{self._who} {shows}.",
            model=self._name,
            cure="Name an address that answers 200 while it is well as `health`.",
        )

    def tells_nothing(self, said: Complaint) -> bool:
        """Whether a complaint about the list of models says nothing of requests.

        Gateways have none, or keep it from the keys that may ask. A provider's own refuses a wrong
        key there as everywhere; only a key that was narrowed is let in to ask and not to look.
        """
        if self._settings.base_url:
            here = {402, 408, 409, 425, 429}
            return said.status == 501 or (400 <= said.status < 500 and said.status not in here)
        return said.status == 403 or (
            said.status == 401 and bool(_NARROWED.search(f"{said.code} {said.message}"))
        )

    def odd(self, error: BaseException) -> ModelError:
        """Something that nobody has thought of; its words may hold a header."""
        return ModelAwayError(
            f"Asking {self._who} failed: {type(error).__name__}.", model=self._name
        )

    # The model

    def unknown(self) -> ModelError:
        """No such model."""
        cure = "Mend its name in the settings (`model`), or load it there."
        if self._settings.base_url and not self._settings.health:
            cure += " If it answers to that name and does not list it, name a `health` address."
        return ModelUnknownError(
            f"{self.where} knows no model {self._settings.model}.", model=self._name, cure=cure
        )

    # The answer

    def no_reply(self, body: bytes) -> ModelError:
        """A success whose body is no answer; some gateways put an error into one."""
        said = complaint(200, {}, body.decode("utf-8", "replace"))
        quoted = self._quoted(said) if said.structured else ""
        return ModelAnswerError(
            f"{self._who} sent something that is no model's answer{quoted}.",
            model=self._name,
            taken=not said.structured,
            cure="Is its base_url right?" if self._settings.base_url else "",
        )

    def useless(self, why: str, usage: Usage, *, cure: str = "") -> ModelError:
        """An answer that can't be used; `why` goes on after the model's name."""
        return ModelAnswerError(f"{self._name} {why}", model=self._name, usage=usage, cure=cure)

    # Everything that has a status

    def of(self, said: Complaint) -> ModelError:
        """A status that is no success."""
        status, told = said.status, f"{said.code} {said.message}"
        if 300 <= status < 400:
            return self.nothing_there(status)
        # A 429 is mostly about speed, whatever it says of plans and billing.
        money = said.code if status == 429 else told if status == 400 else ""
        if status == 402 or _UNPAID.search(money):
            return ModelAuthError(
                f"The account behind the key of {self._name} has no credit left ({status}).",
                model=self._name,
                cure="Have it topped up at the provider.",
            )
        if "model_not_found" in said.code or (
            status in {400, 404, 422} and _NO_MODEL.search(said.message)
        ):
            return self.unknown()
        if status in {401, 403}:
            return self._wrong_key(status)
        if status in {404, 405}:
            return self.nothing_there(status)
        if status in {429, 503, 529} or "overloaded" in said.code:
            what = "too many requests" if status == 429 else "it is overloaded"
            return ModelBusyError(
                f"{self._who} can't take this now: {what} ({status}).",
                model=self._name,
                retry_after_s=retry_after(said.headers),
            )
        if status >= 500 or status in {408, 409, 425}:
            return ModelAwayError(
                f"{self._who} has a fault of its own ({status}){self._quoted(said)}.",
                model=self._name,
            )
        return self._not_taken(said, told)

    def _not_taken(self, said: Complaint, told: str) -> ModelError:
        cure = ""
        if said.status == 413 or _TOO_LONG.search(told):
            why = "can't take a request of this length"
            cure = "Say it in fewer words, or give this model a larger context window."
        elif _FILTERED.search(told):
            why = "was kept from this request by its provider's content filter"
        else:
            why = f"did not take the request{self._quoted(said)}"
            if said.refuses_format:
                cure = "Set `structured: auto` beside this model."
        return ModelAnswerError(f"{self._who} {why} ({said.status}).", model=self._name, cure=cure)

    def _quoted(self, said: Complaint) -> str:
        seen = redact(said.message, self.hidden)
        line = " ".join("".join(c if c.isprintable() else " " for c in seen).split())
        if len(line) > _QUOTED:
            line = line[:_QUOTED].rstrip() + "…"
        return f": “{literal(line)}”" if line else ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as `retry-after-ms` or `Retry-After` say: seconds or a date (RFC 9110).

    A date is held against the server's own clock where it tells that. None: not said, or nonsense.
    """
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * factor
        except ValueError:
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    until = _date(headers.get("retry-after"))
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date")) or datetime.now(UTC))).total_seconds())


def _date(text: Any) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
