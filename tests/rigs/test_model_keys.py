"""Keys by reference: of this moment, shown to nobody; and nothing of the environment steers."""

import asyncio
import json
import logging

import pytest

from bot.adapters.secrets import SecretStore
from bot.errors import ModelAnswerError, ModelAuthError, ModelAwayError
from bot.settings import Home
from tests.rigs.model_bodies import BODIES, SECRET, ask

pytest_plugins = ("tests.rigs.model_fixtures",)


class Mute:
    """A keeper of secrets that waits for somebody to type."""

    async def resolve(self, _):
        await asyncio.Event().wait()


@pytest.fixture(params=BODIES)
def api(request):
    return request.param


AMBIENT = {
    "ANTHROPIC_API_KEY": "ambient-1",
    "ANTHROPIC_AUTH_TOKEN": "ambient-2",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:1/ambient",
    "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer ambient-3\nX-Ambient: ambient-4",
    "OPENAI_API_KEY": "ambient-5",
    "OPENAI_ADMIN_KEY": "ambient-6",
    "OPENAI_BASE_URL": "http://127.0.0.1:1/ambient",
    "OPENAI_ORG_ID": "ambient-7",
    "OPENAI_PROJECT_ID": "ambient-8",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer ambient-9\nX-Ambient: ambient-10",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
    "ALL_PROXY": "http://127.0.0.1:1",
}


async def test_nothing_of_the_environment_steers_it(raw, model, api, monkeypatch):
    for name, value in AMBIENT.items():
        monkeypatch.setenv(name, value)
    raw.answer(BODIES[api])
    await ask(model(api, raw.url))
    (got,) = raw.received
    assert got.headers["authorization"] == f"Bearer {SECRET}"
    assert "ambient" not in str(got.headers)


def test_the_providers_own_addresses_are_not_taken_from_the_environment(model, api, monkeypatch):
    for name, value in AMBIENT.items():
        monkeypatch.setenv(name, value)
    dialect = model(api, "", own=True)._dialect
    dialect.__init__(model(api, "", own=True)._settings)
    import httpx2

    host = str(dialect.client("k", httpx2.AsyncClient()).base_url.host)
    assert host == {"messages": "api.anthropic.com"}.get(api, "api.openai.com")


async def test_an_endpoint_without_a_key_gets_a_harmless_one(raw, model, api, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "ambient")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "ambient")
    raw.answer(BODIES[api])
    await ask(model(api, raw.url, key=""))
    assert raw.received[0].headers["authorization"] == "Bearer none"


async def test_a_key_of_this_moment(raw, model, keys, api):
    raw.answer(BODIES[api])
    asked = model(api, raw.url)
    await ask(asked)
    keys.value = "sk-new"
    await ask(asked)
    assert [got.headers["authorization"][7:] for got in raw.received] == [SECRET, "sk-new"]


@pytest.mark.parametrize("key", ["sk-line\nbreak-4711", "sk-ünfit-4711", "sk-\0-4711"])
async def test_a_key_that_is_none(raw, model, keys, api, key):
    keys.value = key
    with pytest.raises(ModelAuthError, match="not one line of ASCII") as caught:
        await ask(model(api, raw.url))
    assert "4711" not in repr(caught.value.__dict__)
    assert raw.received == []


async def test_a_key_that_is_missing(raw, model, api):
    with pytest.raises(ModelAuthError, match="store:x is empty or not set") as caught:
        await ask(model(api, raw.url, key="store:x"))
    assert caught.value.cure == "Set it."
    with pytest.raises(ModelAuthError, match="wants a key, and the settings name none"):
        await ask(model(api, raw.url, own=True, key=""))
    assert raw.received == []


async def test_a_key_that_a_server_echoes_is_masked(raw, model, keys, api):
    keys.value = odd = "no shape that anybody knows 0123456789"
    raw.answer({"error": {"message": f"odd: {odd} " + "x" * 300 + odd}}, 400)
    with pytest.raises(ModelAnswerError, match="odd: ") as caught:
        await ask(model(api, raw.url))
    assert "0123456789" not in str(caught.value)
    assert "…" in str(caught.value)


async def test_neither_key_nor_words_are_logged(raw, model, api, monkeypatch, caplog):
    monkeypatch.setenv("OPENAI_LOG", "debug")
    monkeypatch.setenv("ANTHROPIC_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    for name in ("anthropic", "openai", "httpx2", "httpcore2"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    raw.answer(BODIES[api])
    await ask(model(api, raw.url))
    assert SECRET not in caplog.text
    assert "Fitted." not in caplog.text


async def test_it_follows_nobody_elsewhere(raw, model, api):
    raw.answer("", 307, headers=[("Location", f"{raw.url}/elsewhere")])
    with pytest.raises(ModelAwayError, match=r"no model's API at this address \(307\)"):
        await ask(model(api, raw.url))
    assert len(raw.received) == 1


async def test_a_model_that_says_the_key_is_not_repeated(raw, model, keys, api):
    keys.value = "a-key-without-any-shape-4711"
    body = json.dumps(BODIES[api]).replace("talk", keys.value)
    raw.answer(json.loads(body))
    said = await ask(model(api, raw.url))
    assert said.text == '{"kind":"[redacted]"}'


async def test_a_key_that_can_not_be_read_names_no_folder_of_this_machine(
    raw, model, api, tmp_path
):
    asked = model(api, raw.url, key="store:x")
    asked._secrets = SecretStore(Home(path=tmp_path))
    with pytest.raises(ModelAuthError) as caught:
        await ask(asked)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.cure == "Run ./overseer secret set x"


async def test_a_key_that_does_not_come_is_not_the_servers_fault(raw, model, keys, api):
    asked = model(api, raw.url)
    asked._secrets = Mute()
    for work in (lambda: ask(asked, timeout_s=0.2), lambda: asked.check(timeout_s=0.2)):
        with pytest.raises(ModelAuthError, match="can't be had: what `env:` names gave none"):
            await work()
    assert raw.received == []
