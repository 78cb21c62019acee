"""What somebody says is acknowledged after one unit of work that goes first, and nothing else."""

import pytest

from bot.domain.messages import Identity, Message
from tests.scenario.rooms import Rooms

pytestmark = pytest.mark.asyncio
SAID = "C1/17.1"


def watched(stage, monkeypatch):
    """What is asked of the store and of the rules from now on."""
    asked, store, parser = [], stage.app.store, stage.app.pipeline._hearing._parser
    reading, writing = store.read, store.write
    parsing, understanding = type(parser).parse, type(parser).read

    async def read(work, **how):
        asked.append("read")
        return await reading(work, **how)

    async def write(work, **how):
        asked.append("write first" if how.get("first") else "write")
        return await writing(work, **how)

    async def parse(self, text, context):
        asked.append("parse")
        return await parsing(self, text, context)

    async def understand(self, text, context, **how):
        asked.append("parse")
        return await understanding(self, text, context, **how)

    monkeypatch.setattr(store, "read", read)
    monkeypatch.setattr(store, "write", write)
    monkeypatch.setattr(type(parser), "parse", parse)
    monkeypatch.setattr(type(parser), "read", understand)
    return asked


def message(stage, text):
    return Message(
        event_id=SAID, remote="17.1", text=text, thread=stage.thread, person="ben",
        identity=Identity(surface="slack", account="UBEN"), at=stage.clock.now(), addressed=True,
    )  # fmt: skip


async def test_a_request_is_acknowledged_after_its_row_alone(tmp_path, monkeypatch):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        asked = watched(stage, monkeypatch)
        reply = await stage.ears.on_message(message(stage, "restart nginx on web-1"))
        assert reply.accepted
        assert asked == ["write first"]
        await stage.settle()
        assert asked.count("parse") == 1
        assert (await stage.card()).state == "WAITING"


async def test_what_may_hold_a_secret_is_read_before_it_is_stored(tmp_path, monkeypatch):
    async with Rooms(tmp_path) as stage:
        asked = watched(stage, monkeypatch)
        await stage.ears.on_message(message(stage, "the db password is hunter2222"))
        # It might be a code for linking as well: that is looked up before anything.
        assert asked == ["read", "parse", "write first"]
        await stage.settle()
        assert "hunter2222" not in str(await stage.events("request.heard"))
