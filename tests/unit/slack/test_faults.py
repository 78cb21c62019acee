"""Every fault of Slack's is one of five errors: busy, away, in doubt, barred, refused."""

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.faults import BARRED, LEAST_S, LONGEST_S, PAUSE_S, REFUSED, broken, said_no
from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatRefusedError,
)

KEY = ConnectionKey("slack.com", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "30"}, 30.0), ({"retry-after": "0.5"}, 0.5), ({}, PAUSE_S),
        ({"Retry-After": "soon"}, PAUSE_S), ({"Retry-After": "99999999"}, LONGEST_S),
        ({"Retry-After": "-3"}, LEAST_S), ({"Retry-After": "0"}, LEAST_S),
        ({"Retry-After": "nan"}, PAUSE_S), ({"Retry-After": "inf"}, PAUSE_S),
    ],
)  # fmt: skip
def test_too_fast_is_a_pause(headers, pause):
    for error, status in (("", 429), ("ratelimited", 200), ("ratelimited", 429)):
        found = said_no(error, status, headers, {})
        assert isinstance(found, ChatBusyError)
        assert found.retry_after == pause


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ("", 503, ChatAwayError), ("service_unavailable", 200, ChatAwayError),
        ("", 500, ChatDoubtError), ("", 502, ChatDoubtError), ("", 504, ChatDoubtError),
        ("fatal_error", 200, ChatDoubtError), ("internal_error", 200, ChatDoubtError),
        ("", 200, ChatDoubtError), ("message_not_found", 200, ChatRefusedError),
        ("something_new", 200, ChatBarredError), ("msg_too_long", 200, ChatRefusedError),
        ("external_channel_migrating", 200, ChatAwayError), ("update_failed", 200, ChatAwayError),
        ("org_login_required", 200, ChatAwayError), ("accesslimited", 200, ChatBarredError),
        ("restricted_action_read_only_channel", 200, ChatBarredError),
        ("edit_window_closed", 200, ChatRefusedError), ("too_many_emoji", 200, ChatRefusedError),
        ("user_disabled", 200, ChatRefusedError), ("invalid_auth", 401, ChatBarredError),
        ("token_revoked", 200, ChatBarredError), ("account_inactive", 200, ChatBarredError),
        ("missing_scope", 200, ChatBarredError), ("not_in_channel", 200, ChatBarredError),
        ("channel_not_found", 200, ChatBarredError), ("is_archived", 200, ChatBarredError),
    ],
)  # fmt: skip
def test_what_slack_says_is_one_of_five(error, status, kind):
    kinds = (ChatAwayError, ChatBarredError, ChatBusyError, ChatDoubtError, ChatRefusedError)
    found = said_no(error, status, {}, {})
    assert [each for each in kinds if isinstance(found, each)] == [kind]


@pytest.mark.parametrize("error", [*BARRED, "something_new"])
def test_whatever_can_be_mended_says_how(error):
    assert said_no(error, 200, {}, {}).cure


@pytest.mark.parametrize("error", REFUSED)
def test_every_refusal_is_a_sentence(error):
    found = said_no(error, 200, {}, {})
    assert found.sentence.endswith(".")
    assert not found.cure or found.cure[-1] in ".@" or "Overseer" in found.cure


def test_a_missing_scope_is_named():
    found = said_no("missing_scope", 200, {}, {"needed": "files:write"})
    assert "files:write" in found.sentence
    assert "slack-manifest.yaml" in found.cure


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), ChatAwayError),
        (aiohttp.ConnectionTimeoutError(), ChatAwayError),
        (aiohttp.ClientHttpProxyError(None, (), status=407), ChatAwayError),
        (RuntimeError("Session is closed"), ChatAwayError),
        (aiohttp.ServerDisconnectedError(), ChatDoubtError),
        (aiohttp.ClientOSError(104, "reset"), ChatDoubtError),
        (aiohttp.SocketTimeoutError(), ChatDoubtError),
        (aiohttp.ClientPayloadError(), ChatDoubtError),
        (TimeoutError(), ChatDoubtError),
        (ValueError("no JSON"), ChatDoubtError),
    ],
)
def test_only_what_never_left_is_away(error, kind):
    assert isinstance(broken(error), kind)


@given(st.text(), st.integers(100, 599))
def test_no_answer_is_a_sixth_thing(error, status):
    found = said_no(error, status, {}, {})
    others = ChatBusyError | ChatAwayError | ChatDoubtError
    assert isinstance(found, others | ChatBarredError | ChatRefusedError)
