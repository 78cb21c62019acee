"""A start looks for garbage seldom, since nearly all that it makes stays; what runs, as usual."""

import gc

import pytest

from bot import cli, lifecycle
from bot.adapters.files.first_start import prepare
from bot.cli import serving
from bot.settings import Home


@pytest.fixture(autouse=True)
def threshold():
    """As it is in a command that starts."""
    before = gc.get_threshold()
    gc.set_threshold(cli.STARTING)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def home(tmp_path):
    made = Home(path=tmp_path / "home")
    prepare(made)
    return made


def test_a_command_looks_for_garbage_seldom(monkeypatch):
    gc.set_threshold(*cli.USUAL)
    monkeypatch.setattr(cli, "run", lambda _: 0)
    with pytest.raises(SystemExit):
        cli.main(["version"])
    assert gc.get_threshold()[0] == cli.STARTING


async def test_a_server_that_has_started_looks_for_it_as_usual(home, monkeypatch, capsys):
    seen = []

    async def serve(app, *, ready, say):
        seen.append(gc.get_threshold()[0])
        await ready()
        seen.append(gc.get_threshold())
        await app.store.close()

    monkeypatch.setattr(lifecycle, "serve", serve)
    with lifecycle.held(home) as lock:
        await serving._serve(home, (), lock, host="", port=0, web=False)
    assert seen == [cli.STARTING, cli.USUAL]
    assert "Ctrl-C ends it" in capsys.readouterr().out


async def test_so_does_one_inside_a_command(home):
    async with serving.inside(home):
        assert gc.get_threshold() == cli.USUAL
