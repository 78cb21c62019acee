"""Ids that come out the same in every run of a test."""

from __future__ import annotations

import random
import string

_SIGNS = string.ascii_lowercase + string.digits


class SeededIds:
    """`bot.ports.Ids` from a seed: distinct, repeatable, and guessable on purpose."""

    def __init__(self, seed: int = 1) -> None:
        """Equal seeds give equal ids."""
        self._random = random.Random(seed)  # noqa: S311 - repeatable is what is wanted

    def new(self) -> str:
        """A fresh id of 26 lower-case letters and digits."""
        return "".join(self._random.choices(_SIGNS, k=26))
