"""OpenAI's APIs through the `openai` SDK.

Chat Completions is what everybody speaks, Ollama, vLLM and llama.cpp among them: it is used with a
`base_url`. OpenAI's own endpoint is asked through Responses, which knows all of its models, with
`store` off. A schema goes as `chat.completions.parse(response_format=…)` and `responses.parse` send
it; `create` is called in their place because `parse` throws away an answer that does not fit.

No temperature is sent: reasoning models refuse one.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from bot.adapters.llm.dialect import Api
from bot.adapters.llm.replies import Reply, of_completion, of_response
from bot.adapters.llm.shapes import closed_schema, system_text
from bot.ports import Prompt
from bot.settings import Structured

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


class _OpenAI(Api):
    """What both APIs share."""

    own_address = "https://api.openai.com/v1"

    def load(self) -> ModuleType:
        """See `dialect.Dialect`."""
        import openai

        return openai

    def client(self, key: str, http: httpx2.AsyncClient) -> AsyncOpenAI:
        """See `dialect.Dialect`."""
        from openai import AsyncOpenAI

        client = AsyncOpenAI(
            api_key=key,
            base_url=self.address,
            http_client=http,
            max_retries=0,  # whether, when and whom to ask again is the router's to say
        )
        # What the SDK has read from the environment by itself, headers with a key among it.
        client.organization = client.project = client.admin_api_key = client.webhook_secret = None
        client._custom_headers = {}  # noqa: SLF001 - from OPENAI_CUSTOM_HEADERS
        return client


class OpenAIChat(_OpenAI):
    """Chat Completions, of whoever serves it. Fulfils `dialect.Dialect`."""

    _bound = "max_tokens"

    def call(self, client: AsyncOpenAI) -> Any:
        """See `dialect.Dialect`."""
        return client.chat.completions.with_raw_response.create

    async def say(
        self, client: AsyncOpenAI, prompt: Prompt, level: Structured, timeout: Any
    ) -> bytes:
        """See `dialect.Dialect`."""
        turns: list[Any] = [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
        if system := system_text(prompt, level):
            turns.insert(0, {"role": "system", "content": system})
        more: dict[str, Any] = {self._bound: prompt.max_tokens}
        if level is Structured.SCHEMA:
            schema = {"name": prompt.schema.__name__, "strict": True}
            schema |= {"schema": closed_schema(prompt.schema)}
            more["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif level is Structured.JSON:
            more["response_format"] = {"type": "json_object"}
        answer = await self.call(client)(model=self._model, messages=turns, timeout=timeout, **more)
        body: bytes = answer.http_response.content
        return body

    def reply(self, body: bytes) -> Reply:
        """See `dialect.Dialect`."""
        return of_completion(body)

    def adapts(self, message: str) -> bool:
        """See `dialect.Dialect`. Local servers know `max_tokens`; newer models refuse it."""
        if self._bound == "max_tokens" and "max_completion_tokens" in message:
            self._bound = "max_completion_tokens"
            return True
        return False


class OpenAIResponses(_OpenAI):
    """Responses, of OpenAI's own endpoint. Fulfils `dialect.Dialect`."""

    def call(self, client: AsyncOpenAI) -> Any:
        """See `dialect.Dialect`."""
        return client.responses.with_raw_response.create

    async def say(
        self, client: AsyncOpenAI, prompt: Prompt, level: Structured, timeout: Any
    ) -> bytes:
        """See `dialect.Dialect`."""
        turns: list[Any] = [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
        more: dict[str, Any] = {}
        if system := system_text(prompt, level):
            more["instructions"] = system
        if level is Structured.SCHEMA:
            held = {"type": "json_schema", "name": prompt.schema.__name__, "strict": True}
            more["text"] = {"format": held | {"schema": closed_schema(prompt.schema)}}
        elif level is Structured.JSON:
            more["text"] = {"format": {"type": "json_object"}}
        answer = await self.call(client)(
            model=self._model,
            input=turns,
            max_output_tokens=prompt.max_tokens,
            store=False,
            timeout=timeout,
            **more,
        )
        body: bytes = answer.http_response.content
        return body

    def reply(self, body: bytes) -> Reply:
        """See `dialect.Dialect`."""
        return of_response(body)
