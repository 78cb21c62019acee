"""Fixtures for models: `pytest_plugins = ("tests.rigs.model_fixtures",)`."""

import pytest

from bot.adapters.llm.anthropic import AnthropicMessages
from bot.adapters.llm.endpoint import EndpointModel
from bot.adapters.llm.openai import OpenAIChat, OpenAIResponses
from bot.errors import SecretError
from bot.settings import ModelSettings
from tests.rigs.aimock import KEY, Aimock
from tests.rigs.raw_endpoint import RawEndpoint

APIS = {
    "messages": (AnthropicMessages, "anthropic", ""),
    "chat": (OpenAIChat, "openai", "/v1"),
    "responses": (OpenAIResponses, "openai", "/v1"),
}


class Keys:
    """Fulfils `ports.Secrets`: `env:KEY` is the emulator's key until it is set otherwise."""

    def __init__(self):
        self.value = KEY

    async def resolve(self, ref):
        if ref.reference != "env:KEY":
            raise SecretError(f"The secret {ref.reference} is empty or not set.", cure="Set it.")
        return self.value


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    emulator = Aimock(tmp_path_factory.mktemp("aimock"))
    yield emulator
    emulator.stop()


@pytest.fixture
def aimock(emulator):
    """The emulator with no fixture and no chaos."""
    emulator.reset()
    return emulator


@pytest.fixture
async def raw():
    async with RawEndpoint() as endpoint:
        yield endpoint


@pytest.fixture
def keys():
    return Keys()


@pytest.fixture
async def model(keys):
    """Makes a model of one of `APIS` at an address; `own` as if it were the provider's own."""
    made = []

    def make(api, url, *, own=False, **settings):
        dialect_of, provider, path = APIS[api]
        base = {} if own else {"base_url": url + path}
        given = {"tier": "cloud-fast", "model": "m-1", "key": "env:KEY", **base, **settings}
        settings = ModelSettings(provider=provider, **given)
        dialect = dialect_of(settings)
        if own:
            dialect.address = url + path
        made.append(EndpointModel(settings, keys, dialect))
        return made[-1]

    yield make
    for each in made:
        await each.close()
