"""Anthropic's Messages API through the `anthropic` SDK.

A schema goes as `output_config.format`, as `messages.parse(output_format=…)` sends it; `create` is
called in its place because `parse` throws an answer away that does not fit, with its usage. Models
that know no schemas are made to call one tool whose input is the answer; the loosest way is words.

The stable part of the prompt is a block of its own with a mark for the provider's cache; what was
chosen for this request comes after it. No temperature is sent: the newer models refuse one.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from bot.adapters.llm.dialect import Api
from bot.adapters.llm.replies import ANSWER_TOOL, Reply, of_message
from bot.adapters.llm.shapes import closed_schema, stable_part
from bot.ports import Prompt
from bot.settings import Structured

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic


class AnthropicMessages(Api):
    """Fulfils `dialect.Dialect`."""

    own_address = "https://api.anthropic.com"

    def load(self) -> ModuleType:
        """See `dialect.Dialect`."""
        import anthropic

        return anthropic

    def call(self, client: AsyncAnthropic) -> Any:
        """See `dialect.Dialect`."""
        return client.messages.with_raw_response.create

    def client(self, key: str, http: httpx2.AsyncClient) -> AsyncAnthropic:
        """See `dialect.Dialect`."""
        from anthropic import AsyncAnthropic

        client = AsyncAnthropic(
            api_key=key,
            base_url=self.address,
            http_client=http,
            max_retries=0,  # whether, when and whom to ask again is the router's to say
            open_telemetry=False,
        )
        client._custom_headers = {}  # noqa: SLF001 - from ANTHROPIC_CUSTOM_HEADERS, a key among them
        return client

    async def say(
        self, client: AsyncAnthropic, prompt: Prompt, level: Structured, timeout: Any
    ) -> bytes:
        """See `dialect.Dialect`."""
        words = Structured.TEXT if level is Structured.TEXT else Structured.SCHEMA
        system: list[Any] = []
        if stable := stable_part(prompt, words):
            kept = {"type": "ephemeral"}
            system.append({"type": "text", "text": stable, "cache_control": kept})
        if prompt.fitted:
            system.append({"type": "text", "text": prompt.fitted})
        turns: list[Any] = [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
        answer = await self.call(client)(
            model=self._model,
            max_tokens=prompt.max_tokens,
            system=system,
            messages=turns,
            timeout=timeout,
            **_shaped(prompt, level),
        )
        body: bytes = answer.http_response.content
        return body

    def reply(self, body: bytes) -> Reply:
        """See `dialect.Dialect`."""
        return of_message(body)


def _shaped(prompt: Prompt, level: Structured) -> dict[str, Any]:
    """What holds the answer to its shape."""
    from anthropic import transform_schema

    schema = closed_schema(prompt.schema)
    match level:
        case Structured.SCHEMA:
            held = {"type": "json_schema", "schema": transform_schema(schema)}
            return {"output_config": {"format": held}}
        case Structured.JSON:
            tool = {"name": ANSWER_TOOL, "description": "Give your answer.", "input_schema": schema}
            return {"tools": [tool], "tool_choice": {"type": "tool", "name": ANSWER_TOOL}}
        case _:
            return {}
