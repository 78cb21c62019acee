"""Language models through their providers' own SDKs.

`model_of` makes a `ports.Model` of one entry of the settings. Nothing is imported, resolved or
connected until it is first asked; then the SDK is imported in a thread, for a second or two.

Each SDK is used for one call and no more: its own retries, its environment variables (keys,
addresses, organisations, headers), its proxies and its logs are off, so that the settings alone
say where a request goes and with which key. What comes back is read with our own strict shapes,
and every failure becomes a `ModelError` with a sentence for a reader in a channel.

    dialect.py      what an SDK and its API add
    endpoint.py     one model at one endpoint: key, deadline, ways of asking, check
    anthropic.py    the Messages API
    openai.py       Chat Completions (also of Ollama, vLLM, llama.cpp) and OpenAI's Responses
    connections.py  how much may come back
    shapes.py       the answer's schema, and the prompt with it
    replies.py      what an endpoint sends back, and the answer in it
    faults.py       what went wrong, in sentences
"""

from __future__ import annotations

from bot.adapters.llm.anthropic import AnthropicMessages
from bot.adapters.llm.dialect import Dialect
from bot.adapters.llm.endpoint import EndpointModel
from bot.adapters.llm.openai import OpenAIChat, OpenAIResponses
from bot.ports import Model, Secrets
from bot.settings import ModelSettings, Provider

__all__ = ["model_of"]


def model_of(settings: ModelSettings, secrets: Secrets) -> Model:
    """The model of these settings; its key is asked of `secrets` at each call."""
    dialect: Dialect
    if settings.provider is Provider.ANTHROPIC:
        dialect = AnthropicMessages(settings)
    elif settings.base_url:
        dialect = OpenAIChat(settings)
    else:
        dialect = OpenAIResponses(settings)
    return EndpointModel(settings, secrets, dialect)
