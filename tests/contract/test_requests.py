"""HTTP requests: the real sender against a real server on loopback, and the shipped fake.

What a server is told it may tell back; nothing of a secret may come back with it.
"""

import base64
import logging
import socket
import ssl
import threading
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.adapters.http import HttpRequests
from bot.domain.commands import Credential, Request, SecretRef
from bot.errors import NoAnswerError, NotSentError, SecretError
from bot.testing.scripted_requests import ScriptedRequests
from tests.rigs.certificates import certificate

TOKEN = 's3cr3t/"tok+en"=='
REF = SecretRef(reference="store:cdn-token")
AUTH = (("Authorization", Credential(scheme="Bearer", secret=REF)),)
CAP = 2000


class Vault:
    """Secrets by their reference."""

    def __init__(self, **kept):
        self.kept = {"store:cdn-token": TOKEN, **kept}
        self.asked = []

    async def resolve(self, ref):
        self.asked.append(ref.reference)
        if ref.reference not in self.kept:
            raise SecretError(f"The secret {ref.reference} is empty or not set.")
        return self.kept[ref.reference]


class Handler(BaseHTTPRequestHandler):
    """Answers by path, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers), body.decode()))
        getattr(self, f"do_{self.path.strip('/').split('?')[0]}", self.do_fine)()

    do_GET = do_POST = do_PURGE = answer  # noqa: N815 - the server calls them so

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_fine(self):
        self.say(200, b'{"purged": 12}')

    def do_missing(self):
        self.say(404, b"no such zone")

    def do_echo(self):
        header = self.headers["Authorization"]
        encoded = base64.b64encode(header.removeprefix("Bearer ").encode())
        self.say(403, f"denied: {header}\n".encode() + encoded)

    def do_echo_at_the_cap(self):
        token = self.headers["Authorization"].removeprefix("Bearer ").encode()
        self.say(200, b"x" * (CAP - 5) + token + b"y" * 100)

    def do_echo_often(self):
        token = self.headers["Authorization"].removeprefix("Bearer ").encode()
        text = (b"\xc3\xa9" + token) * 4
        self.say(200, text + b"x" * (CAP - 10 - len(text)) + token + b"y" * 100)

    def do_elsewhere(self):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.say(302, b"", Location=f"{self.server.other}/fine?{token}")

    def do_here(self):
        self.say(307, b"", Location="/fine")

    def do_big(self):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        with suppress(OSError):
            for _ in range(1 << 14):
                self.wfile.write(b"z" * 65536)
                self.server.written += 65536

    def do_cut(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_broken_off(self):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"half of it")
        self.wfile.flush()
        self.do_cut()

    def do_silent(self):
        self.server.let_go.wait(10)
        self.close_connection = True

    def log_message(self, *_):
        pass


@contextmanager
def serving(tls=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.let_go, server.other = [], threading.Event(), ""
    server.written = 0
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        scheme = "https" if tls else "http"
        server.url = f"{scheme}://127.0.0.1:{server.server_port}"
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server():
    with serving() as one:
        yield one


def real(vault=None):
    return HttpRequests(vault or Vault(), cap_bytes=CAP)


def scripted(server):
    fake = ScriptedRequests()
    fake.answer("PURGE", f"{server.url}/fine", 200, '{"purged": 12}')
    fake.answer("GET", f"{server.url}/missing", 404, "no such zone")
    fake.cut("PURGE", f"{server.url}/cut")
    return fake


@pytest.fixture(params=["real", "fake"])
def requests(request, server):
    return real() if request.param == "real" else scripted(server)


# -- what both promise -------------------------------------------------------------------------


async def test_a_success_has_its_body_and_its_status(requests, server):
    result = await requests.send(Request(method="PURGE", url=f"{server.url}/fine", headers=AUTH))
    assert result.ok
    assert result.stdout == '{"purged": 12}'
    assert result.data == {"status": 200}
    assert not result.error


async def test_another_status_is_no_success_and_says_which(requests, server):
    result = await requests.send(Request(method="GET", url=f"{server.url}/missing"))
    assert not result.ok
    assert result.error.endswith("answered 404 Not Found")
    assert result.data == {"status": 404}


async def test_nobody_there_is_nothing_sent(requests):
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(NotSentError, match="can't be reached; nothing was sent"):
            await requests.send(Request(method="PURGE", url=url))


async def test_what_is_cut_off_before_its_answer_may_have_been_done(requests, server):
    with pytest.raises(NoAnswerError, match="before it answered; it may have done it"):
        await requests.send(Request(method="PURGE", url=f"{server.url}/cut"))


# -- on the wire -------------------------------------------------------------------------------


async def test_the_secret_is_fetched_when_it_is_sent_and_goes_out_whole(server):
    vault = Vault()
    requests = real(vault)
    assert not vault.asked
    body = '{"zone": "shop"}'
    await requests.send(
        Request(
            method="POST", url=f"{server.url}/fine?a=1", body=body,
            headers=(*AUTH, ("X-Key", REF), ("Accept", "application/json")),
        )
    )  # fmt: skip
    assert vault.asked == ["store:cdn-token"] * 2
    [(method, path, headers, sent)] = server.seen
    assert (method, path, sent) == ("POST", "/fine?a=1", body)
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["X-Key"] == TOKEN
    assert headers["Accept"] == "application/json"


async def test_a_secret_that_cannot_be_had_sends_nothing(server):
    missing = (("Authorization", SecretRef(reference="store:none")),)
    with pytest.raises(SecretError, match="store:none"):
        await real().send(Request(method="PURGE", url=f"{server.url}/fine", headers=missing))
    assert not server.seen


@pytest.mark.parametrize("value", ["two\nlines", "a\r\nX-More: b", "tök", "tab\tbed"])
async def test_a_secret_that_no_header_holds_is_not_sent_and_not_told(server, value):
    with pytest.raises(SecretError) as caught:
        await real(Vault(**{"store:cdn-token": value})).send(
            Request(method="PURGE", url=f"{server.url}/fine", headers=AUTH)
        )
    assert value not in str(caught.value)
    assert not server.seen


@pytest.mark.parametrize("path", ["echo", "echo_at_the_cap", "echo_often", "elsewhere"])
async def test_a_server_that_tells_it_back_is_masked(server, path, caplog):
    caplog.set_level(logging.DEBUG)
    server.other = "http://127.0.0.1:1"
    result = await real().send(Request(method="GET", url=f"{server.url}/{path}", headers=AUTH))
    everything = f"{result!r} {result.model_dump_json()} {caplog.text}"
    plain = TOKEN.strip("=")
    for spelt in (TOKEN, plain, plain[:5], base64.b64encode(TOKEN.encode()).decode().rstrip("=")):
        assert spelt not in everything
    assert "Authorization" not in caplog.text


async def test_no_redirect_is_followed_to_another_host_or_to_the_same(server):
    with serving() as other:
        server.other = other.url
        result = await real().send(
            Request(method="GET", url=f"{server.url}/elsewhere", headers=AUTH)
        )
        assert not result.ok
        assert f"sends to {other.url}, where I don't follow" in result.error
        assert not other.seen
    result = await real().send(Request(method="PURGE", url=f"{server.url}/here"))
    assert not result.ok
    assert [path for _, path, *_ in server.seen] == ["/elsewhere", "/here"]


async def test_an_endless_answer_is_read_to_the_cap(server):
    result = await real().send(Request(method="GET", url=f"{server.url}/big"))
    assert len(result.stdout) == CAP
    assert result.dropped_bytes == (1 << 30) - CAP
    assert server.written < 1 << 26, "it was not read to its end"
    assert result.ok


async def test_a_body_that_breaks_off_does_not_take_the_answer_back(server):
    result = await real().send(Request(method="PURGE", url=f"{server.url}/broken_off"))
    assert result.ok
    assert result.stdout == "half of it"
    assert result.error == "its answer broke off"


async def test_silence_ends_after_the_requests_own_time(server):
    request = Request(method="PURGE", url=f"{server.url}/silent", timeout_s=0.2)
    with pytest.raises(NoAnswerError, match=r"no answer within 0\.2 s; it may have done it"):
        await real().send(request)


async def test_the_environments_proxy_is_not_asked(server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    result = await real().send(Request(method="PURGE", url=f"{server.url}/fine"))
    assert result.ok


async def test_a_certificate_that_nobody_vouches_for_stops_it_before_anything_is_sent(tmp_path):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate(tmp_path))
    with serving(tls) as server:
        with pytest.raises(NotSentError, match=r"certificate can't be trusted .* nothing was sent"):
            await real().send(Request(method="PURGE", url=f"{server.url}/fine", headers=AUTH))
        assert not server.seen
        trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        requests = HttpRequests(Vault(), cap_bytes=CAP, trust=lambda: trusted)
        result = await requests.send(Request(method="PURGE", url=f"{server.url}/fine"))
        assert result.ok
