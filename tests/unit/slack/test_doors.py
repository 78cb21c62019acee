"""Only what Slack signed, just now and for the first time, is read at all."""

import hashlib
import hmac
import io

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.doors import KEPT, WINDOW_S, Door, Signatures
from bot.errors import ConfigError
from bot.testing.manual_clock import ManualClock

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def signed(body, at, secret=SECRET):
    base = f"v0:{at}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def now(clock, plus=0):
    return str(int(clock.now().timestamp()) + plus)


def test_slacks_own_example_is_known():
    # From "Verifying requests from Slack".
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
        b"G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-"
        b"collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885"
        b"554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fc"
        b"e8b6703c"
    )

    class Then(ManualClock):
        def now(self):
            from datetime import UTC, datetime

            return datetime.fromtimestamp(1531420618, UTC)

    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert Signatures(SECRET, Then()).good("1531420618", signature, body)


@given(st.binary(max_size=300))
def test_a_request_is_taken_once(body):
    clock = ManualClock()
    known = Signatures(SECRET, clock)
    at = now(clock)
    assert known.good(at, signed(body, at), body)
    assert not known.good(at, signed(body, at), body)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_any_flipped_bit_is_refused(body, data):
    clock = ManualClock()
    known = Signatures(SECRET, clock)
    at = now(clock)
    bit = data.draw(st.integers(0, 8 * len(body) - 1))
    flipped = bytearray(body)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not known.good(at, signed(body, at), bytes(flipped))
    signature = signed(body, at)
    place = data.draw(st.integers(0, len(signature) - 1))
    wrong = signature[:place] + ("0" if signature[place] != "0" else "1") + signature[place + 1 :]
    assert not known.good(at, wrong, body)
    assert known.good(at, signature, body)


@pytest.mark.parametrize("plus", [-WINDOW_S - 1, WINDOW_S + 1, -(10**9), 10**9])
def test_what_is_old_or_ahead_is_refused(plus):
    clock = ManualClock()
    at = now(clock, plus)
    assert not Signatures(SECRET, clock).good(at, signed(b"x", at), b"x")


@pytest.mark.parametrize("at", ["", "-1", "1e9", " 1", "1\n", "²", "9" * 400, "nan", "0x10"])
def test_what_is_no_time_is_refused(at):
    assert not Signatures(SECRET, ManualClock()).good(at, signed(b"x", at), b"x")


@pytest.mark.parametrize("signature", ["", "v0=", "v0=é", "v1=00", "\ud800"])
def test_what_is_no_signature_is_refused(signature):
    clock = ManualClock()
    assert not Signatures(SECRET, clock).good(now(clock), signature, b"x")


def test_without_a_secret_nothing_is_slacks():
    clock = ManualClock()
    at = now(clock)
    assert not Signatures("", clock).good(at, signed(b"x", at, ""), b"x")


async def test_a_replay_is_refused_for_as_long_as_its_time_is_good():
    clock = ManualClock()
    known = Signatures(SECRET, clock)
    at = now(clock, WINDOW_S)  # its clock is ahead of ours
    assert known.good(at, signed(b"x", at), b"x")
    for _ in range(12):
        await clock.advance(WINDOW_S / 6)
        assert not known.good(at, signed(b"x", at), b"x")


def test_what_was_not_done_may_come_again():
    clock = ManualClock()
    known = Signatures(SECRET, clock)
    at = now(clock)
    assert known.good(at, signed(b"x", at), b"x")
    known.forget(signed(b"x", at))
    assert known.good(at, signed(b"x", at), b"x")


async def test_few_signatures_are_kept_for_long():
    clock = ManualClock()
    known = Signatures(SECRET, clock)
    for n in range(50):
        body = str(n).encode()
        at = now(clock)
        assert known.good(at, signed(body, at), body)
        await clock.advance(WINDOW_S)
    assert len(known._seen) <= 4 < KEPT


class Taking:
    def __init__(self):
        self.taken = []

    async def __call__(self, body, headers):
        self.taken.append(body)
        return 200, {"content-type": "application/json;charset=utf-8"}, "{}"


async def test_the_door_parses_nothing_that_is_not_slacks():
    clock, take = ManualClock(), Taking()
    door = Door(Signatures(SECRET, clock), take)
    await door.open("127.0.0.1", 0)
    at = now(clock)
    url = f"http://127.0.0.1:{door.port}/slack/events"

    async def post(body, **headers):
        async with session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    good = {"X-Slack-Request-Timestamp": at}
    async with aiohttp.ClientSession() as session:
        assert await post(b"{}") == (401, "")
        assert await post(b"{}", **good) == (401, "")
        assert await post(b"{ ", **good, **{"X-Slack-Signature": signed(b"{}", at)}) == (401, "")
        assert take.taken == []
        assert await post(b"{}", **good, **{"X-Slack-Signature": signed(b"{}", at)}) == (200, "{}")
        assert await post(b"{}", **good, **{"X-Slack-Signature": signed(b"{}", at)}) == (401, "")
        assert (await post(b"\xff", **good, **{"X-Slack-Signature": signed(b"\xff", at)}))[0] == 400
        assert (await post(io.BytesIO(b"x" * (2 << 20)), **good))[0] == 413
        assert take.taken == ["{}"]
        async with session.get(url) as answer:
            assert answer.status == 405
    await door.close()


async def test_a_port_that_is_taken_is_a_fault_of_the_settings():
    first, second = (Door(Signatures(SECRET, ManualClock()), Taking()) for _ in range(2))
    await first.open("127.0.0.1", 0)
    with pytest.raises(ConfigError, match=r"can't listen on .* slack: \{port: N\}"):
        await second.open("127.0.0.1", first.port)
    await first.close()
