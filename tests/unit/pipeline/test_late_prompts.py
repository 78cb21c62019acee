"""Prompts that are compiled late: what changes while they are compiled is not lost."""

import asyncio
import threading
from dataclasses import replace

import pytest

from bot.adapters.files.prompt_files import load_prompts
from bot.errors import ConfigError
from bot.intent.model import prompting
from bot.pipeline.reading import LatePrompts
from tests.unit.intent.grounds import grounds

pytestmark = pytest.mark.asyncio


class Files:
    """The prompts of a home, whose reading a test holds up; each reading is another version."""

    def __init__(self):
        self.read = 0
        self.wrong = False
        self.reading = threading.Event()
        self.go_on = threading.Event()

    def __call__(self):
        self.read += 1
        version, wrong = self.read, self.wrong
        self.reading.set()
        assert self.go_on.wait(30)
        if wrong:
            raise ConfigError("The prompt is wrong.")
        return {"plan": load_prompts()["plan"].model_copy(update={"version": version})}


async def asked(prompts):
    return (await prompts.plan(grounds("how is web-1?"))).name


async def begun(prompts, files):
    """The first request, which has come to where the files have been read."""
    first = asyncio.ensure_future(asked(prompts))
    assert await asyncio.to_thread(files.reading.wait, 30)
    return first


async def test_what_changes_while_the_prompt_is_compiled_counts_for_all_that_is_asked_then():
    files = Files()
    prompts = LatePrompts(files)
    first = await begun(prompts, files)
    prompts.renew()
    files.go_on.set()
    assert await first == "plan@2"
    assert await asked(prompts) == "plan@2"
    assert files.read == 2


async def test_what_was_mended_while_the_wrong_one_was_compiled_is_no_fault_any_more():
    files = Files()
    files.wrong = True
    prompts = LatePrompts(files)
    first = await begun(prompts, files)
    files.wrong = False
    prompts.renew()
    files.go_on.set()
    assert await first == "plan@2"


async def test_a_wrong_prompt_is_told_and_looked_at_anew_after_a_reload():
    files = Files()
    files.wrong = True
    files.go_on.set()
    prompts = LatePrompts(files)
    with pytest.raises(ConfigError, match="wrong"):
        await asked(prompts)
    files.wrong = False
    prompts.renew()
    assert await asked(prompts) == "plan@2"


async def test_what_takes_long_is_read_beside_the_loop_at_first_and_after_each_reload(monkeypatch):
    beside, held = [], grounds("how is web-1?")

    def seen(whose, name):
        real = getattr(whose, name)

        def called(*given, **more):
            beside.append(threading.current_thread() is not threading.main_thread())
            return real(*given, **more)

        monkeypatch.setattr(whose, name, called)

    files = Files()
    files.go_on.set()
    prompts = LatePrompts(files)
    seen(prompting.Templates, "build")
    seen(prompting.Census, "of")
    other = held.inventory.model_copy(update={"version": "another"})
    await prompts.plan(held)
    first = len(beside)
    await prompts.plan(held)
    assert len(beside) == first, "it is kept"
    prompts.renew()
    await prompts.plan(held)
    assert len(beside) == 2 * first
    await prompts.plan(replace(held, inventory=other))
    assert len(beside) == 2 * first + 1
    assert all(beside)
