"""A value that an action can't take is told in words, without it and without the library's."""

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from bot.errors import RequestError
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Duration, Params
from bot.skillkit.loader import load
from bot.skillkit.unfit import unfit


class Odd(Params):
    host_names: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("a",)
    note: Annotated[str, Field(min_length=3, max_length=5)] = "abc"
    lines: Annotated[int, Field(ge=2, le=1000)] = 2
    since: Duration = "1h"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"host_names": ()}, "odd.do needs to be told its host names."),
        ({"host_names": ("a", "b", "c")}, "odd.do takes at most 2 host names, and that is 3."),
        ({"note": "x" * 1234}, "The note of odd.do has 1,234 characters; at most 5 are taken."),
        ({"note": "x"}, "The note of odd.do needs 3 characters or more."),
        ({"note": ""}, "The note of odd.do is empty."),
        ({"lines": 1}, "The lines of odd.do must be 2 or more."),
        ({"lines": 1001}, "The lines of odd.do must be 1,000 or less."),
        ({"since": "soon"}, "odd.do takes only a since of the form `^(\\d+[smhdw])+$`."),
        ({"extra": 1}, "odd.do knows no extra."),
        ({"lines": "many"}, "odd.do: lines: Input should be a valid integer, unable to parse"),
    ],
)
def test_each_fault_in_words(given, said):
    with pytest.raises(ValidationError) as found:
        Odd.model_validate(given)
    assert str(unfit("odd.do", found.value)).startswith(said)


def faults(action, **params):
    with pytest.raises(RequestError) as found:
        Catalog(load()).params(action, params)
    return found.value


def test_a_command_that_is_too_long_has_its_length_and_a_way_out():
    error = faults("host.run", hosts=("web-1",), command="echo abcdefghij; " * 900)
    assert error.sentence == (
        "The command of host.run has 15,300 characters, and at most 8,000 are taken."
    )
    assert "script on the host" in error.cure
    assert Catalog(load()).params("host.run", {"hosts": ("web-1",), "command": "x" * 8000})


def test_a_command_of_nothing_and_one_with_what_is_unseen():
    assert faults("host.run", hosts=("a",), command=" ").sentence == (
        "The command of host.run is empty."
    )
    unseen = faults("host.run", hosts=("a",), command="ls \u202e")
    assert unseen.sentence.endswith("holds a character that can't be seen (U+202E).")
    assert unseen.cure == "Type it anew without it."
    assert faults("host.run", hosts=("a",)).sentence == "host.run needs to be told its command."
