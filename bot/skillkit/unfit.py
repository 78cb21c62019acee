"""A value that an action can't take, said to whoever typed the request. Pure.

Their sentence names what is wrong with it in plain words and never repeats the value: that may be
long, or a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bot.domain.naming import MisnamedError
from bot.errors import RequestError

_OWN = "Value error, "
"""What the library puts before an action's own words."""


class UnfitError(ValueError):
    """A value that an action can't take; `cure` says what to give instead."""

    def __init__(self, sentence: str, cure: str) -> None:
        """`sentence` goes on after the name of the field: "is longer than…"."""
        super().__init__(sentence)
        self.cure = cure


def unfit(action: str, error: ValidationError) -> RequestError:
    """The first thing that is wrong with an action's parameters."""
    first = error.errors(include_url=False)[0]
    where = [str(part).replace("_", " ") for part in first["loc"]]
    field = where[0] if where else "request"
    given, bounds = first.get("input"), first.get("ctx", {})
    said = bounds.get("error")
    if isinstance(said, UnfitError):
        return RequestError(f"The {field} of {action} {said}.", cure=said.cure)
    if isinstance(said, MisnamedError):
        return RequestError(f"{action}: {field}: {said}", cure=said.cure)
    tell = _TELLS.get(first["type"])
    if tell is None:
        what = str(first["msg"]).removeprefix(_OWN).rstrip(".")
        return RequestError(f"{action}: {field}: {what}.")
    return RequestError(f"{tell(action, field, given, bounds)}.")


_Tell = Callable[[str, str, Any, Mapping[str, Any]], str]

_TELLS: Mapping[str, _Tell] = {
    "missing": lambda action, field, *_: f"{action} needs to be told its {field}",
    "extra_forbidden": lambda action, field, *_: f"{action} knows no {field}",
    "string_too_long": lambda action, field, given, bounds: (
        f"The {field} of {action} has {len(given):,} characters; at most "
        f"{bounds['max_length']:,} are taken"
    ),
    "string_too_short": lambda action, field, given, bounds: (
        f"The {field} of {action} "
        + (f"needs {bounds['min_length']} characters or more" if given else "is empty")
    ),
    "string_pattern_mismatch": lambda action, field, _, bounds: (
        f"{action} takes only a {field} of the form `{bounds['pattern']}`"
    ),
    "too_long": lambda action, field, given, bounds: (
        f"{action} takes at most {bounds['max_length']:,} {field}, and that is {len(given):,}"
    ),
    "too_short": lambda action, field, *_: f"{action} needs to be told its {field}",
    "greater_than_equal": lambda action, field, _, bounds: (
        f"The {field} of {action} must be {bounds['ge']:,} or more"
    ),
    "less_than_equal": lambda action, field, _, bounds: (
        f"The {field} of {action} must be {bounds['le']:,} or less"
    ),
}
