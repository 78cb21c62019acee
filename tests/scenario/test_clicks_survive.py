"""A click that was taken in is done, once, whatever happens to the process meanwhile."""

import asyncio

import pytest

from bot.domain.runs import RunState
from bot.errors import StoreBusyError
from bot.execution.executor import Executor
from tests.scenario.stage import RESTART, keys, words

pytestmark = pytest.mark.asyncio


async def killed_at(stage, work, *, press):
    """The process dies when it comes to `work` (an owner and its method's name) of a click."""
    owner, name = work
    reached = asyncio.Event()

    async def hang(*_, **__):
        reached.set()
        await asyncio.Event().wait()

    real = getattr(owner, name)
    setattr(owner, name, hang)
    pressing = asyncio.ensure_future(press)
    await reached.wait()
    await stage.stored()
    pressing.cancel()
    setattr(owner, name, real)
    await stage.crash()


async def revived(stage):
    await stage.revive()
    await stage.settle()


async def run_of(stage, plan=1):
    return await stage.app.store.read(lambda u: u.run(plan))


async def waiting(stage):
    await stage.say("ben", "restart nginx on web-3")
    return await stage.card()


async def test_a_vote_is_counted_after_a_crash_and_only_once(stage):
    card = await waiting(stage)
    pipeline = stage.app.pipeline
    press = stage.press("chris", "approve", card, event="vote-1", settle=False)
    await killed_at(stage, (pipeline._desk, "vote"), press=press)
    await revived(stage)
    assert (await stage.card(1)).state == "DONE"
    again = await stage.press("chris", "approve", card, event="vote-1")
    assert again.accepted
    assert stage.changes() == [("web-3", RESTART)]


async def test_a_vote_that_comes_to_late_after_a_crash_counts_for_nothing(stage):
    card = await waiting(stage)
    press = stage.press("chris", "approve", card, settle=False)
    await killed_at(stage, (stage.app.pipeline._desk, "vote"), press=press)
    await stage.clock.advance(3600)
    await revived(stage)
    await stage.later(seconds=1)
    assert stage.changes() == []
    assert (await stage.card(1)).state == "EXPIRED"


async def test_a_vote_of_somebody_who_may_no_longer_vote_counts_for_nothing(stage):
    card = await waiting(stage)
    press = stage.press("chris", "approve", card, settle=False)
    await killed_at(stage, (stage.app.pipeline._desk, "vote"), press=press)
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("roles: [approver]", "roles: [viewer]"))
    await revived(stage)
    await stage.later(seconds=1)
    assert stage.changes() == []
    assert (await stage.card(1)).state == "WAITING"


@pytest.mark.parametrize(
    ("button", "method", "state"), [("deny", "vote", "DENIED"), ("cancel", "cancel", "CANCELLED")]
)
async def test_a_no_is_heeded_after_a_crash(stage, button, method, state):
    card = await waiting(stage)
    who = "chris" if button == "deny" else "ben"
    press = stage.press(who, button, card, text="not now", settle=False)
    await killed_at(stage, (stage.app.pipeline._desk, method), press=press)
    await revived(stage)
    assert (await stage.card(1)).state == state


async def running(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    card = await stage.card()
    await stage.press("chris", "approve", card, settle=False)
    await stage.until(stage.changes)
    await stage.stored()
    return card


@pytest.mark.parametrize("button", ["stop", "kill"])
async def test_a_stop_is_heeded_after_a_crash_before_anything_more_starts(stage, button):
    card = await running(stage)
    stop = (stage.app.pipeline._stopping, "stop")
    await killed_at(stage, stop, press=stage.press("ben", button, card, settle=False))
    job = next(iter(stage.machines["web-1"].attempts.values()))
    if button == "stop":  # it has ended meanwhile: the next host's turn has come
        stage.release(RESTART)
    await stage.revive()
    if button == "kill":
        await stage.until(lambda: job.result is not None)
    await stage.settle()
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert stage.changes() == []  # since the crash


@pytest.mark.parametrize("button", ["stop", "kill"])
async def test_a_stop_of_a_former_life_is_stored_before_any_run_goes_on(stage, monkeypatch, button):
    card = await running(stage)
    stop = (stage.app.pipeline._stopping, "stop")
    await killed_at(stage, stop, press=stage.press("ben", button, card, settle=False))
    recover, stopping = Executor.recover, []

    async def watched(self):
        stopping.append((await self._store.read(lambda u: u.run(1))).stopping)
        await recover(self)

    monkeypatch.setattr(Executor, "recover", watched)
    await stage.revive()
    assert stopping == [True]
    stage.release(RESTART)
    await stage.settle()


@pytest.mark.parametrize("button", ["say", "option"])
async def test_a_request_by_button_that_never_was_stored_may_be_sent_again(stage, button):
    card, value = None, "restart nginx on web-3"
    if button == "option":
        await stage.say("ana", "restart nginx on web-9")
        card = await stage.card()
        value = next(b.value for b in card.buttons if b.label.startswith("web-3"))
    else:
        await stage.say("ana", "thanks")
    before = len(await stage.cards())
    pipeline = stage.app.pipeline
    press = stage.press("ana", button, card, value=value, event="once", settle=False)
    await killed_at(stage, (pipeline._hearing, "take"), press=press)
    await revived(stage)
    for _ in range(2):
        reply = await stage.press("ana", button, card, value=value, event="once")
        assert reply.accepted
    assert len(await stage.cards()) == before + 1
    assert "web-3" in (await stage.card()).title


@pytest.mark.parametrize("button", ["say", "option"])
async def test_a_request_by_button_is_answered_after_a_crash(stage, button):
    card, value = None, "restart nginx on web-3"
    if button == "option":
        await stage.say("ana", "restart nginx on web-9")
        card = await stage.card()
        value = next(b.value for b in card.buttons if b.label.startswith("web-3"))
    else:
        await stage.say("ana", "thanks")
    press = stage.press("ana", button, card, value=value, settle=False)
    await killed_at(stage, (stage.app.pipeline._asking, "plan"), press=press)
    await revived(stage)
    newest = await stage.card()
    assert (newest.state, newest.plan) == ("WAITING", 1)


async def halted(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve", await stage.card())
    card = await stage.card()
    assert "retry" in keys(card)
    stage.broken.clear()
    return card


async def test_a_decision_of_which_nothing_was_stored_may_be_sent_again(stage):
    card = await halted(stage)
    press = stage.press("ben", "retry", card, event="once", settle=False)
    await killed_at(stage, (stage.app.pipeline._decisions, "retry"), press=press)
    await revived(stage)
    assert (await run_of(stage)).state is RunState.NEEDS_DECISION  # not done behind their back
    assert (await stage.press("ben", "retry", card, event="once")).accepted
    assert (await run_of(stage)).state is RunState.SUCCEEDED


async def test_a_decision_that_was_stored_is_not_taken_twice(stage):
    card = await halted(stage)
    stage.broken.add(("web-1", "nginx"))
    decisions, retry = stage.app.pipeline._decisions, stage.app.pipeline._decisions.retry
    reached = asyncio.Event()

    async def then_hang(*args, **more):
        await retry(*args, **more)
        reached.set()
        await asyncio.Event().wait()

    decisions.retry = then_hang
    pressing = asyncio.ensure_future(stage.press("ben", "retry", card, event="once", settle=False))
    await reached.wait()
    await stage.settle()
    pressing.cancel()
    await stage.crash()
    await revived(stage)
    before = stage.changes()
    await stage.press("ben", "retry", card, event="once")
    assert stage.changes() == before


async def test_a_fault_in_the_middle_does_not_swallow_the_next_try(stage):
    card = await waiting(stage)
    desk, voting = stage.app.pipeline._desk, stage.app.pipeline._desk.vote

    async def breaks(*_, **__):
        desk.vote = voting
        raise RuntimeError("a library's fault")

    desk.vote = breaks
    with pytest.raises(RuntimeError):
        await stage.press("chris", "approve", card, event="once")
    assert (await stage.press("chris", "approve", card, event="once")).accepted
    assert stage.changes() == [("web-3", RESTART)]


async def test_a_vote_that_cannot_be_written_is_kept_and_counts_later(stage):
    card = await waiting(stage)
    desk, voting = stage.app.pipeline._desk, stage.app.pipeline._desk.vote

    async def busy(*_, **__):
        desk.vote = voting
        raise StoreBusyError("The database is locked. Nothing was done.")

    desk.vote = busy
    reply = await stage.press("chris", "approve", card)
    assert reply.accepted
    assert "Nothing was done" not in reply.text
    await stage.later(seconds=1)
    assert stage.changes() == [("web-3", RESTART)]


async def test_a_double_click_is_one_click(stage):
    card = await waiting(stage)
    replies = await asyncio.gather(
        *(stage.press("chris", "approve", card, event="once", settle=False) for _ in range(3))
    )
    await stage.settle()
    assert all(r.accepted for r in replies)
    assert stage.changes() == [("web-3", RESTART)]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("button", ["stop", "kill", "cancel", "deny"])
async def test_a_click_that_is_still_kept_does_nothing_to_a_later_revision(
    stage, button, restarted
):
    card = await waiting(stage)
    store, writing = stage.app.store, stage.app.store.write

    async def write(work, **how):
        if "Clicks._done" in getattr(work, "__qualname__", ""):
            raise StoreBusyError("The database is locked. Nothing was done.")
        return await writing(work, **how)

    store.write = write
    who = "chris" if button == "deny" else "ben"
    assert (await stage.press(who, button, card)).accepted
    store.write = writing
    assert await store.read(lambda u: u.kept_keys("clicks"))
    await stage.press("ben", "again", await stage.card(1))
    if restarted:
        await stage.crash()
        await revived(stage)
    await stage.later(seconds=1)
    assert ((await stage.card(1)).state, (await stage.card(1)).revision) == ("WAITING", 2)
    assert not await stage.app.store.read(lambda u: u.kept_keys("clicks"))


def kept_of(unit):
    """The clicks that are kept, whole."""
    return [unit.kept("clicks", key) for key in unit.kept_keys("clicks")]


async def kept_anywhere(stage, secret):
    """Whether it is stored: with a click, in an event, on a card, in what was said."""

    def work(unit):
        events, votes = unit.events(), unit.votes(1, 1)
        return [kept_of(unit), [e.data for e in events], votes, unit.run(1)]

    stored = await stage.app.store.read(work)
    return secret in f"{stored} {[item.model_dump() for item in await stage.items()]}"


@pytest.mark.parametrize("secret", ["hunter2horse", "ghp_" + "a1B2" * 9])
@pytest.mark.parametrize("button", ["deny", "stop"])
async def test_a_secret_in_a_typed_reason_is_kept_nowhere(stage, button, secret):
    card = await waiting(stage)
    text = f"no; the root password is {secret}"
    who, work = ("chris", "_desk") if button == "deny" else ("ben", "_stopping")
    owner = getattr(stage.app.pipeline, work)
    press = stage.press(who, button, card, text=text, settle=False)
    await killed_at(stage, (owner, "vote" if button == "deny" else "stop"), press=press)
    stage.app = await stage._built()
    assert await stage.app.store.read(lambda u: u.kept_keys("clicks"))
    assert not await stage.app.store.read(lambda u: secret in str(kept_of(u)))
    await stage.app.store.close()
    await revived(stage)
    assert (await stage.card(1)).state in ("DENIED", "CANCELLED")
    assert not await kept_anywhere(stage, secret)
    assert button == "stop" or "redacted" in words(await stage.card(1))


async def test_a_secret_where_a_name_was_asked_for_is_not_said_again(stage):
    card = await halted(stage)
    text = "the root password is hunter2horse"
    reply = await stage.press("ben", "handover", card, text=text)
    assert not reply.accepted
    assert "hunter2horse" not in reply.text
    assert not await kept_anywhere(stage, "hunter2horse")
    assert (await stage.press("ben", "handover", card, text="@ana")).accepted


async def test_an_ordinary_reason_is_shown_as_it_was_typed(stage):
    await stage.press("chris", "deny", await waiting(stage), text="stop it, not before lunch")
    assert "stop it, not before lunch" in words(await stage.card(1))


async def test_nothing_waits_once_all_is_done(stage):
    card = await waiting(stage)
    await stage.press("chris", "approve", card)
    await stage.press("ben", "why", card)
    kept = await stage.app.store.read(lambda u: (u.kept_keys("clicks"), u.kept_keys("pending")))
    assert not any(kept)
