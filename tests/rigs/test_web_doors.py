"""Who gets in, over real HTTP: links, passwords, sessions."""

import asyncio
import threading
from types import SimpleNamespace

import httpx
import pytest

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.store.store import open_store
from bot.adapters.web.login import fingerprint
from bot.adapters.web.surface import WebSurface
from bot.domain.linkcodes import KINDS
from bot.errors import ConfigError
from bot.ports import Login
from bot.settings import WebSettings
from bot.testing.recorded_ears import RecordedEars
from tests.rigs.browser import MemoryLogins, enter, served

pytest_plugins = ("tests.rigs.web_fixtures",)
GOOD = "four unrelated words"


async def test_a_link_lets_in_once_and_a_preview_spends_nothing(visitor, surface):
    path = await surface.make_link("ana")
    for _ in range(2):
        assert "lets you in once" in (await visitor.get(path)).text
    token = path.partition("token=")[2]
    first = await visitor.post("/login", data={"token": token})
    assert first.status_code == 303
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert (await visitor.get("/session")).json() == {"person": "ana"}
    visitor.cookies.clear()
    second = await visitor.post("/login", data={"token": token})
    assert second.status_code == 403
    assert "has been used" in second.text
    assert (await visitor.get("/session")).status_code == 401


async def test_only_hashes_are_stored(visitor, surface):
    path = await surface.make_link("ana")
    await enter(visitor, surface)
    session = next(iter(visitor.cookies.values()))
    stored = repr(surface.logins._store.rows)
    assert path.partition("token=")[2] not in stored
    assert session not in stored
    assert fingerprint(session) in stored


async def test_each_session_that_is_opened_is_in_the_log(visitor, surface):
    await enter(visitor, surface)
    assert (await visitor.post("/login", data={"token": "wrong"})).status_code == 403
    await surface.logins.set_password(surface.ears.persons[0], GOOD, "")
    await surface.logins.enter_by_password(surface.ears.persons[0].name, GOOD)
    said = [(e.kind, e.person, dict(e.data)) for e in surface.logins._store.events]
    who = surface.ears.persons[0].name
    assert said == [
        ("login.made", "ana", {"surface": "web"}), ("password.set", who, {}),
        ("login.made", who, {"surface": "web"}),
    ]  # fmt: skip


async def test_links_and_sessions_run_out(visitor, surface, clock):
    path = await surface.make_link("ana")
    clock.tick(minutes=31)
    token = path.partition("token=")[2]
    assert (await visitor.post("/login", data={"token": token})).status_code == 403
    await enter(visitor, surface)
    clock.tick(days=13)
    assert (await visitor.get("/session")).status_code == 200
    clock.tick(days=2)
    assert (await visitor.get("/session")).status_code == 401


async def test_somebody_who_has_left_is_out_at_once(visitor, surface):
    await enter(visitor, surface)
    surface.ears.persons = [p for p in surface.ears.persons if p.name != "ana"]
    assert (await visitor.get("/session")).status_code == 401
    assert (await enter(visitor, surface)).status_code == 403


async def test_signing_out_ends_the_session(visitor, surface):
    await enter(visitor, surface)
    cookies = dict(visitor.cookies)
    assert (await visitor.post("/logout")).status_code == 303
    visitor.cookies.update(cookies)
    assert (await visitor.get("/session")).status_code == 401


async def test_a_password_opens_and_ends_other_sessions(visitor, surface):
    await enter(visitor, surface)
    other = dict(visitor.cookies)
    visitor.cookies.clear()
    await enter(visitor, surface)
    bad = await visitor.post("/password", data={"password": "short", "again": "short"})
    assert bad.status_code == 422
    differ = await visitor.post("/password", data={"password": GOOD, "again": GOOD + "!"})
    assert "not the same" in differ.text
    assert (
        await visitor.post("/password", data={"password": GOOD, "again": GOOD})
    ).status_code == 200
    assert (await visitor.get("/session")).status_code == 200
    visitor.cookies.clear()
    visitor.cookies.update(other)
    assert (await visitor.get("/session")).status_code == 401
    visitor.cookies.clear()
    wrong = await visitor.post("/login", data={"name": "ana", "password": "nothing of that"})
    assert wrong.status_code == 403
    right = await visitor.post("/login", data={"name": " ana ", "password": GOOD})
    assert right.status_code == 303
    assert GOOD not in repr(surface.logins._store.rows)


NEW = "another few unrelated words"


async def change(visitor, former, password=NEW):
    form = {"former": former, "password": password, "again": password}
    return await visitor.post("/password", data=form)


async def test_a_new_password_wants_the_one_until_now(visitor, surface, clock):
    await enter(visitor, surface)
    assert "Password until now" not in (await visitor.get("/password")).text
    assert (await change(visitor, "")).status_code == 200
    assert "Password until now" in (await visitor.get("/password")).text
    for former in ("", "not that one", GOOD):
        refused = await change(visitor, former, GOOD)
        assert (refused.status_code, "not your password until now" in refused.text) == (422, True)
    assert (await change(visitor, NEW, GOOD)).status_code == 200
    for _ in range(5):
        await change(visitor, "guess")
    assert "Too many wrong tries" in (await change(visitor, GOOD)).text
    clock.tick(minutes=6)
    assert (await change(visitor, GOOD)).status_code == 200


async def test_of_two_new_passwords_at_once_one_is_set(visitor, surface):
    await enter(visitor, surface)
    assert (await change(visitor, "")).status_code == 200
    real, both_are_here = surface.logins._hasher, threading.Barrier(2, timeout=30)

    def slowly(password):
        both_are_here.wait()
        return real.hash(password)

    surface.logins._hasher = SimpleNamespace(verify=real.verify, hash=slowly)
    both = [change(visitor, NEW, f"unrelated words number {n}") for n in (1, 2)]
    codes = [answer.status_code for answer in await asyncio.gather(*both)]
    assert sorted(codes) == [200, 422]


class OpenPage:
    def __init__(self, name, session):
        person = SimpleNamespace(name=name)
        self.visit, self.closed = SimpleNamespace(person=person, session=session), False

    def close(self):
        self.closed = True


async def test_a_new_password_sends_open_pages_of_other_sessions_to_the_login(visitor, surface):
    await enter(visitor, surface)
    own = fingerprint(next(iter(visitor.cookies.values())))
    pages = [OpenPage("ana", own), OpenPage("ana", "another"), OpenPage("ben", "bens")]
    surface.pages.update(pages)
    assert (await change(visitor, "")).status_code == 200
    surface.pages.clear()
    assert [page.closed for page in pages] == [False, True, False]


async def test_who_forgot_the_password_pastes_a_fresh_link_of_their_own(visitor, surface, clock):
    await enter(visitor, surface)
    assert (await change(visitor, "", GOOD)).status_code == 200
    fresh = surface.address + await surface.make_link("ana")
    assert (await change(visitor, fresh)).status_code == 200
    assert "used or has run out" in (await change(visitor, fresh)).text
    foreign = surface.address + await surface.make_link("ben")
    assert (await change(visitor, foreign)).status_code == 422
    old = surface.address + await surface.make_link("ana")
    clock.tick(minutes=31)
    assert (await change(visitor, old)).status_code == 422
    assert (await change(visitor, NEW, GOOD)).status_code == 200


async def test_a_new_password_ends_the_links_that_were_made_before_it(visitor, surface):
    token = (await surface.make_link("ana")).partition("token=")[2]
    bens = (await surface.make_link("ben")).partition("token=")[2]
    store = surface.logins._store
    for name in ("ana", "ben"):  # codes that link an account
        for kind in KINDS.values():
            store.add_login(Login(name, kind, f"hash of {name}'s"))
    await enter(visitor, surface)
    assert (await change(visitor, "")).status_code == 200
    visitor.cookies.clear()
    assert (await visitor.post("/login", data={"token": token})).status_code == 403
    assert (await visitor.post("/login", data={"token": bens})).status_code == 303
    for kind in KINDS.values():
        assert store.login(kind, "hash of ana's") is None
        assert store.login(kind, "hash of ben's") is not None


async def test_every_way_to_a_fresh_link_is_one_for_the_person_who_needs_it(visitor, surface):
    """`./overseer login` lets in whoever runs it, the administrator, and nobody else."""
    token = (await surface.make_link("ben")).partition("token=")[2]
    asked = (await visitor.get("/login")).text
    await visitor.post("/login", data={"token": token})
    visitor.cookies.clear()
    spent = (await visitor.post("/login", data={"token": token})).text
    await enter(visitor, surface)
    assert (await change(visitor, "")).status_code == 200
    setting = (await visitor.get("/password")).text
    refused = (await change(visitor, "wrong", GOOD)).text
    for page, name in ((asked, "NAME"), (spent, "NAME"), (setting, "ana"), (refused, "ana")):
        assert f"./overseer people link {name}" in page
        assert "./overseer login" not in page


async def test_unknown_names_are_verified_too(visitor, surface, monkeypatch):
    verified = []
    fits = surface.logins._fits
    monkeypatch.setattr(surface.logins, "_fits", lambda *a: verified.append(a) or fits(*a))
    for name in ("ana", "nobody"):
        answer = await visitor.post("/login", data={"name": name, "password": "some password"})
        assert "don&#x27;t go together" in answer.text
    assert len(verified) == 2


async def test_guessing_is_slowed_down_and_a_link_still_works(visitor, surface, clock):
    hashed = surface.logins._hasher.hash(GOOD)
    surface.logins._store.add_login(Login("ana", "password", hashed))

    async def guess(password):
        form = {"name": "ana", "password": password}
        return (await visitor.post("/login", data=form)).status_code

    assert [await guess(f"wrong {n}") for n in range(5)] == [403] * 5
    assert await guess(GOOD) == 429
    assert (await enter(visitor, surface)).status_code == 303
    clock.tick(minutes=6)
    assert await guess(GOOD) == 303
    assert await guess(GOOD) == 303


async def test_guessing_many_names_is_slowed_down(visitor, surface):
    codes = [
        (await visitor.post("/login", data={"name": f"n{n}", "password": "x"})).status_code
        for n in range(51)
    ]
    assert codes == [403] * 50 + [429]
    assert len(surface.logins._throttle._tries) == 1


async def test_a_taken_port_is_named(surface):
    port = int(surface.address.rpartition(":")[2])
    clock = SystemClock()
    ears = RecordedEars(clock)
    other = WebSurface(
        WebSettings(port=port), MemoryLogins(clock), clock, RandomIds(), ears.people, "s"
    )
    with pytest.raises(ConfigError, match=rf"overseer.yaml: Port {port} is taken.*web\.port"):
        await other.start(ears)
    await other.stop()


async def test_two_overseers_do_not_share_a_cookie(surface, visitor):
    async with served(secret="another") as second:
        await enter(visitor, surface)
        own = set(visitor.cookies)
        token = (await second.make_link("ana")).partition("token=")[2]
        headers = {"origin": second.address}
        answer = await visitor.post(
            f"{second.address}/login", data={"token": token}, headers=headers
        )
        assert answer.cookies.keys().isdisjoint(own)


async def test_with_the_real_store_sessions_outlive_a_restart(tmp_path, clock):
    for start in range(2):
        store = open_store(tmp_path / "overseer.db", clock=clock)
        async with served(clock=clock, store=store) as surface:
            headers = {"origin": surface.address}
            async with httpx.AsyncClient(base_url=surface.address, headers=headers) as visitor:
                if start == 0:
                    token = (await surface.make_link("ana")).partition("token=")[2]
                    form = {"token": token}
                    both = [visitor.post("/login", data=form) for _ in range(2)]
                    codes = [answer.status_code for answer in await asyncio.gather(*both)]
                    assert sorted(codes) == [303, 403]
                    cookies = dict(visitor.cookies)
                visitor.cookies.update(cookies)
                assert (await visitor.get("/session")).json() == {"person": "ana"}
                if start == 1:
                    form = {"password": GOOD, "again": GOOD}
                    assert (await visitor.post("/password", data=form)).status_code == 200
                    assert (await visitor.get("/session")).status_code == 200
                    visitor.cookies.clear()
                    form = {"name": "ana", "password": GOOD}
                    assert (await visitor.post("/login", data=form)).status_code == 303
        await store.close()
