"""What waits for a person goes before what moves, and that before what is over."""

import pytest

from bot.domain.attention import foremost


@pytest.mark.parametrize(
    ("newest_first", "stands"),
    [
        (["ANSWERED", "WAITING"], "WAITING"),
        (["RUNNING", "WAITING"], "WAITING"),
        (["WAITING", "NEEDS A DECISION"], "NEEDS A DECISION"),
        (["DONE", "RUNNING", "FAILED"], "RUNNING"),
        (["ANSWER", "FAILED"], "FAILED"),
        (["", "ANSWERED", "ROLLED BACK", "DONE"], "ROLLED BACK"),
        (["DONE", "FAILED"], "DONE"),
        (["ANSWER", "DONE", "FAILED"], "ANSWER"),
        (["REFUSED", "DONE"], "REFUSED"),
        ([""], ""),
    ],
)
def test_the_card_that_most_wants_attention_is_found(newest_first, stands):
    assert newest_first[foremost(newest_first)] == stands


def test_of_two_that_want_the_same_the_newest_stands():
    assert foremost(["DONE", "WAITING", "WAITING"]) == 1
