"""What `bot.ports.Store` and `Unit` promise: events, settings, logins."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.events import EVENTS
from bot.domain.runs import PlanState
from bot.ports import Login
from tests.rigs.stores import START, event, opened, plan

pytestmark = pytest.mark.asyncio


# -- events, settings, logins ----------------------------------------------------------------


async def test_events_are_numbered_and_read_in_order(store):
    many = [
        event(kind, plan=n % 2, data={"n": n, "o": {"p": [1]}}) for n, kind in enumerate(EVENTS)
    ]
    for one in many:
        await store.write(lambda u, e=one: u.append(e))
    found = await store.read(lambda u: u.events())
    assert [e.seq for e in found] == list(range(1, len(many) + 1))
    assert [(e.kind, e.data) for e in found] == [(e.kind, e.data) for e in many]
    assert await store.read(lambda u: u.events(3, limit=2)) == found[3:5]
    assert await store.read(lambda u: u.events(2, plan=0)) == found[2::2]


async def test_what_a_runs_states_do_not_tell_is_found_among_its_events(store):
    ended = {"note": 'it printed {"state":"failed"}'}
    for n, state in enumerate(("succeeded", "failed", "ready", "interrupted")):
        one = event("attempt.ended", plan=1, data={"state": state, **ended, "n": n})
        await store.write(lambda u, e=one: u.append(e))
    for kind in ("run.started", "step.moved", "run.decided", "run.moved", "vote.cast"):
        await store.write(lambda u, k=kind: u.append(event(k, plan=1)))
        await store.write(lambda u, k=kind: u.append(event(k, plan=2)))

    def told(unit):
        unit.append(event("run.decided", plan=1, person="ana"))
        return [(e.kind, e.data.get("state")) for e in unit.told(1)]

    assert await store.write(told) == [
        ("attempt.ended", "failed"), ("attempt.ended", "interrupted"), ("run.started", None),
        ("run.decided", None), ("run.moved", None), ("run.decided", None),
    ]  # fmt: skip


async def test_a_unit_sees_the_events_of_its_group(store):
    def work(unit):
        unit.append(event(plan=1))
        unit.append(event(plan=2))
        return [e.seq for e in unit.events(plan=2)], len(unit.events(limit=1))

    assert await store.write(work) == ([2], 1)
    assert await store.write(lambda u: [e.seq for e in u.events(1)]) == [2]


async def test_subscribers_hear_after_commit_in_order(store):
    heard, stored = [], []

    def hear(events):
        heard.extend(e.seq for e in events)
        # Another connection sees them already.
        (count,) = store._writer._connection.execute("SELECT count(*) FROM events").fetchone()
        stored.append(count)

    def deaf(events):
        raise RuntimeError("broken ear")

    complaints = []

    asyncio.get_running_loop().set_exception_handler(lambda loop, c: complaints.append(c))
    store.subscribe(deaf)
    stop = store.subscribe(hear)
    await _at_once(store, [lambda u: u.append(event()) for _ in range(300)])
    assert heard == list(range(1, 301))
    assert stored[-1] == 300
    assert complaints
    store.publish(event("attempt.output", data={"lines": "x"}))
    assert heard[-1] == 0
    stop()
    await store.write(lambda u: u.append(event()))
    assert len(heard) == 301
    assert len(await store.read(lambda u: u.events())) == 301  # what was published is not stored


async def test_events_go_on_after_a_restart(tmp_path, store):
    await store.write(lambda u: u.append(event()))
    await store.close()
    again = opened(tmp_path / "overseer.db")
    assert await again.write(lambda u: (u.append(event()), u.events(1)[0].seq)[1]) == 2
    await again.close()


async def test_settings(store):
    assert await store.read(lambda u: u.get("frozen")) is None
    for value in (True, {"a": [1, None, "é"]}, "x", 3.5):
        await store.write(lambda u, v=value: u.put("frozen", v))
        assert await store.read(lambda u: u.get("frozen")) == value


async def test_a_link_is_spent_once_and_expires(store, clock):
    link = Login("ana", "link", "h1", START + timedelta(minutes=30))
    await store.write(lambda u: u.add_login(link))
    assert await store.read(lambda u: u.login("session", "h1")) is None
    assert await store.write(lambda u: u.spend_login("link", "h1")) == link
    assert await store.write(lambda u: u.spend_login("link", "h1")) is None
    await store.write(lambda u: u.add_login(link))
    clock.tick(minutes=30)
    assert await store.read(lambda u: u.login("link", "h1")) is None
    assert await store.write(lambda u: u.spend_login("link", "h1")) is None


async def test_passwords_replace_and_sessions_end(store):
    await store.write(lambda u: u.add_login(Login("ana", "password", "old")))
    await store.write(lambda u: u.add_login(Login("ana", "password", "new")))
    await store.write(lambda u: u.add_login(Login("ana", "session", "s1")))
    await store.write(lambda u: u.add_login(Login("bo", "session", "s2")))
    assert (await store.read(lambda u: u.password("ana"))).secret_hash == "new"
    assert await store.read(lambda u: u.password("bo")) is None
    await store.write(lambda u: u.drop_logins("ana", "session"))
    assert await store.read(lambda u: (u.login("session", "s1"), u.password("ana"))) == (
        None, Login("ana", "password", "new"),
    )  # fmt: skip
    assert await store.read(lambda u: u.login("session", "s2"))


async def _at_once(store, works):

    return await asyncio.gather(*(store.write(w) for w in works), return_exceptions=True)


# -- looking for something that happened ----------------------------------------------------------


async def test_the_log_finds_all_words_in_any_case_newest_first(store):
    def work(unit):
        unit.append(event("attempt.ended", plan=1, host="web-2", data={"note": "Exit 1"}))
        unit.append(event("attempt.ended", plan=2, host="web-1", data={"note": "exit 1"}))
        unit.append(event("request.heard", person="ana", data={"text": "größe 50% of a_b\\c"}))

    await store.write(work)

    async def found(*words, **more):
        return [e.seq for e in await store.read(lambda u: u.log(words=words, **more))]

    assert await found() == [3, 2, 1]
    assert await found("EXIT", "attempt") == [2, 1]
    assert await found("exit", "WEB-2") == [1]
    assert await found("größe") == [3]
    for sign in ("50%", "a_b", "b\\c"):
        assert await found(sign) == [3]
    for pattern in ("e%it", "we__2", "exit%"):
        assert await found(pattern) == []
    assert await found(plan=2) == [2]
    assert await found("exit", before=2) == [1]
    assert await found(limit=2) == [3, 2]


async def test_the_log_of_one_person_is_what_they_did_and_asked_for(store):
    await store.write(lambda u: u.add_plan(plan(1, requester="ben"), PlanState.WAITING))
    await store.write(lambda u: u.add_plan(plan(2, requester="ana"), PlanState.WAITING))

    def work(unit):
        unit.append(event("vote.cast", plan=1, person="ana"))
        unit.append(event("vote.cast", plan=2, person="ana"))
        unit.append(event("login.made", person="ben"))
        unit.append(event("login.made", person="ana"))

    await store.write(work)
    assert [e.seq for e in await store.read(lambda u: u.log(of="ben"))] == [3, 1]


async def test_settings_that_end_with_a_name_are_found_by_it(store):
    held = {
        "holder/a": ["ana", "ben"], "holder/b": ["ben"], "holder/c": ["ben", "ana"],
        "holder/d": ["ana", 'x"ben'], "holder/e/\U0001f600": ["ben", "ana", "ben"],
        "holders": ["ana", "ben"], "own/a": ["ana", "ben"], "holder/f": "ben", "holder/g": None,
        "holder/h": ["ana", "Ben"],
    }  # fmt: skip
    for key, value in held.items():
        await store.write(lambda u, k=key, v=value: u.put(k, v))
    assert set(await store.read(lambda u: u.ending("holder/", "ben"))) == {
        "holder/a", "holder/e/\U0001f600",
    }  # fmt: skip
    assert await store.read(lambda u: u.ending("holder/", "_en")) == ()
