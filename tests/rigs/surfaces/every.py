"""Every surface by its name, with the program that its rig needs."""

import pytest

SURFACES = tuple(
    pytest.param(name, marks=[getattr(pytest.mark, mark)] if mark else [])
    for name, mark in (("web", "browser"), ("terminal", ""), ("slack", "slack"), ("discord", ""))
)
