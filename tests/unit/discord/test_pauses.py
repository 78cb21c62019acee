"""However Discord words a pause, it is a number of seconds that can be waited for."""

import pytest

from bot.adapters.discord.faults import LEAST_PAUSE_S, RestError
from bot.errors import ChatAwayError, ChatRefusedError


@pytest.mark.parametrize(
    ("body", "header", "pause"),
    [
        ('{"retry_after": 7.5}', "", 7.5), ('{"retry_after": 0}', "", LEAST_PAUSE_S),
        ('{"retry_after": NaN}', "3", 3.0), ('{"retry_after": Infinity}', "", 5.0),
        ("<html>", "nan", 5.0), ("<html>", "2", 2.0), ("<html>", "", 5.0),
    ],
)  # fmt: skip
def test_a_pause_is_finite_and_not_none(body, header, pause):
    headers = {"Retry-After": header} if header else {}
    assert RestError.of(429, body, headers).retry_after == pause


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, "<html>error code: 1020</html>", ChatAwayError), (408, "", ChatAwayError),
        (403, '{"message": "Cannot send an empty message", "code": 50006}', ChatRefusedError),
        (413, "<html>", ChatRefusedError),
    ],
)  # fmt: skip
def test_what_something_on_the_way_refuses_discord_has_not(status, body, kind):
    assert isinstance(RestError.of(status, body, {}).told(), kind)
