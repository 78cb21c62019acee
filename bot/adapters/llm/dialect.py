"""What one SDK and one of its APIs add to an endpoint: how a prompt is said and a reply is read."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from bot.adapters.llm.replies import Reply
from bot.ports import Prompt
from bot.settings import ModelSettings, Structured

if TYPE_CHECKING:
    import httpx2


class Dialect(Protocol):
    """What one SDK and one of its APIs add."""

    address: str
    levels: tuple[Structured, ...]
    """The ways of asking that it has, the strictest first."""

    def load(self) -> ModuleType:
        """Import the SDK. Takes seconds: called in a thread."""
        ...

    def call(self, client: Any) -> Any:
        """The SDK's method for one call. Naming it imports more: the first time, as above."""
        ...

    def client(self, key: str, http: httpx2.AsyncClient) -> Any:
        """A client that is steered by these two and nothing of the environment."""
        ...

    async def say(self, client: Any, prompt: Prompt, level: Structured, timeout: Any) -> bytes:
        """Send it once; the body of the answer. Errors are the SDK's."""
        ...

    def reply(self, body: bytes) -> Reply:
        """Read a body.

        Raises:
            ValueError: it is no answer.
        """
        ...

    def adapts(self, message: str) -> bool:
        """Whether it can say the same in another way, after this complaint; once each."""
        ...


class Api:
    """What the APIs that we know have in common; each has an address of its provider's own."""

    own_address: ClassVar[str]
    levels: tuple[Structured, ...] = (Structured.SCHEMA, Structured.JSON, Structured.TEXT)

    def __init__(self, settings: ModelSettings) -> None:
        """Nothing is imported yet."""
        self.address = settings.base_url or self.own_address
        self._model = settings.model

    def adapts(self, message: str) -> bool:
        """See `Dialect`. There is one way."""
        return False
