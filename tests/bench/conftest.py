"""Collects bench_*.py, and only when figures are asked for (`./overseer test --bench`)."""

import pytest


def pytest_collect_file(file_path, parent):
    if file_path.match("bench_*.py") and parent.config.getoption("--bench"):
        return pytest.Module.from_parent(parent, path=file_path)
    return None
