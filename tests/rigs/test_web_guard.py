"""What a page may reach, over real HTTP: hosts, origins, sockets, other people's things."""

import re

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.rigs.browser import enter

pytest_plugins = ("tests.rigs.web_fixtures",)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
async def test_foreign_names_are_refused(visitor, surface, host):
    await enter(visitor, surface)
    for path in ("/", "/login", "/healthz", "/session"):
        assert (await visitor.get(path, headers={"host": host})).status_code in (400, 421)


async def test_this_machines_names_are_served(visitor, surface):
    for host in ("localhost:9999", "127.0.0.1", "[::1]:1"):
        assert (await visitor.get("/login", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
async def test_what_comes_from_another_page_is_refused(visitor, surface, origin):
    await enter(visitor, surface)
    del visitor.headers["origin"]
    headers = {"origin": origin} if origin else {}
    body = {"event_id": "a" * 32, "thread": "web/ana/x", "text": "stop everything"}
    assert (await visitor.post("/say", json=body, headers=headers)).status_code == 403
    assert (await visitor.post("/logout", headers=headers)).status_code == 403
    assert surface.ears.messages == []


async def test_nothing_but_the_doors_is_open(visitor, surface):
    for path in ("/session", "/output?plan=1&host=a", "/docs", "/openapi.json", "/_nicegui/x"):
        assert (await visitor.get(path)).status_code == 401
    page = await visitor.get("/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    assert (await visitor.get("/healthz")).json() == {
        "ok": True,
        "version": "0.1.0",
        "frozen": False,
    }


async def test_a_link_from_another_site_finds_the_strict_cookie(visitor):
    headers = {"accept": "text/html", "sec-fetch-site": "cross-site"}
    assert "http-equiv=refresh" in (await visitor.get("/", headers=headers)).text


def socket_address(surface):
    return (
        surface.address.replace("http", "ws") + "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    )


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("origin", ["own", "foreign", "none"])
async def test_a_socket_needs_session_and_origin(visitor, surface, signed_in, origin):
    headers = {}
    if signed_in:
        await enter(visitor, surface)
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in visitor.cookies.items())
    said = {"own": surface.address, "foreign": "http://evil.example", "none": None}[origin]
    opening = connect(socket_address(surface), additional_headers=headers, origin=said, proxy=None)
    if signed_in and origin == "own":
        async with opening as socket:
            assert '"sid"' in await socket.recv()
        return
    with pytest.raises(InvalidStatus, match="403"):
        async with opening:
            pass


async def test_polling_is_no_way_around(visitor):
    answer = await visitor.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling")
    assert answer.status_code == 401


async def test_the_headers_let_nothing_foreign_in(visitor, surface):
    await enter(visitor, surface)
    first, second = [await visitor.get("/", headers={"accept": "text/html"}) for _ in range(2)]
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = re.search("script-src ([^;]*)", policy)[1]
    assert "unsafe-inline" not in scripts
    assert "http" not in scripts
    nonce = re.search("'nonce-([^']+)'", scripts)[1]
    assert first.text.count("<script") == first.text.count(f'<script nonce="{nonce}"')
    assert nonce not in second.text
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in first.headers["cache-control"]


async def test_a_prefix_of_a_proxy_is_not_reflected(visitor, surface):
    await enter(visitor, surface)
    headers = {"accept": "text/html", "x-forwarded-prefix": "/evilprefix"}
    assert "evilprefix" not in (await visitor.get("/", headers=headers)).text


async def test_other_peoples_conversations_are_closed(visitor, surface):
    await surface.ears.fill()
    await enter(visitor, surface, "ben")
    body = {"event_id": "a" * 32, "thread": "web/ana/health", "text": "hello"}
    answer = await visitor.post("/say", json=body)
    assert answer.json()["accepted"] is False
    asked = {"thread": "web/ana/health", "card": "answer-2", "number": 0}
    assert (await visitor.get("/file", params=asked)).status_code == 404
    for path in ("/c/health", "/thread/web/ana/health"):
        page = await visitor.get(path, headers={"accept": "text/html"})
        assert "o-composer" in page.text or "no such conversation" in page.text
        assert "localhost is well" not in page.text


async def test_files_are_text_and_nothing_else(visitor, surface):
    await surface.ears.fill()
    await enter(visitor, surface)
    asked = {"thread": "web/ana/health", "card": "answer-2", "number": 0}
    answer = await visitor.get("/file", params=asked)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith('attachment; filename="processes.txt"')
    assert "kthreadd" in answer.text
    assert (await visitor.get("/file", params={**asked, "number": 5})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"event_id":"x","thread":"web/ana/x","text":"a"}', b"x" * 300_000],
)
async def test_what_is_no_submission_is_refused(visitor, surface, body):
    await enter(visitor, surface)
    for path in ("/say", "/press"):
        assert (await visitor.post(path, content=body)).status_code in (413, 422)
    assert surface.ears.messages == surface.ears.presses == []


async def test_the_same_submission_twice_is_one(visitor, surface):
    await enter(visitor, surface)
    body = {"event_id": "a" * 32, "thread": "web/ana/x", "text": "how is localhost?"}
    answers = [(await visitor.post("/say", json=body)).json() for _ in range(2)]
    assert [answer["accepted"] for answer in answers] == [True, True]
    assert len(surface.ears.messages) == 1
    assert str(surface.ears.messages[0].identity) == "web:ana"
