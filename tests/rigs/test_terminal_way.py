"""The way to a shared socket, and the room on it: nobody stands in for Overseer or shuts it."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.adapters.terminal.client import connect
from bot.adapters.terminal.opening import Shared
from bot.adapters.terminal.server import PER_USER
from bot.adapters.terminal.way import weak_spot
from bot.errors import ConfigError, ConflictError, NotAllowedError
from bot.settings import Home
from tests.rigs.terminal_server import Server

MINE = grp.getgrgid(os.getgid()).gr_name
OWNERS = {0, os.geteuid()}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")


@pytest.fixture
def place():
    """A folder of ours in the sticky /tmp, as anybody may have one."""
    with tempfile.TemporaryDirectory(prefix="overseer-") as made:
        Path(made).chmod(0o755)
        yield Path(made).resolve()


@pytest.fixture
def server(tmp_path, place):
    folder = place / "run"
    it = Server(tmp_path / "home", shared=Shared(folder / "o.sock", MINE))
    it.shared = Home(path=tmp_path / "none", server_at=folder / "o.sock")
    yield it
    it.stop()


def made(folder, mode=0o755):
    folder.mkdir()
    folder.chmod(mode)
    return folder


class TestWay:
    def test_a_way_that_is_ours_is_taken(self, place):
        assert weak_spot(made(place / "run"), OWNERS) is None

    @pytest.mark.parametrize("mode", [0o777, 0o775])
    def test_a_folder_above_it_that_others_write_is_found(self, place, mode):
        above = made(place / "world", mode)
        assert weak_spot(made(above / "run"), OWNERS) == above

    def test_a_link_in_a_folder_that_others_write_is_found(self, place):
        above, real = made(place / "world", 0o777), made(place / "real")
        (above / "run").symlink_to(real)
        assert weak_spot(above / "run", OWNERS) == above

    def test_where_a_link_leads_is_looked_at_too(self, place):
        above = made(place / "world", 0o777)
        (place / "run").symlink_to(made(above / "real"))
        assert weak_spot(place / "run", OWNERS) == above

    def test_a_sticky_folder_may_lie_on_the_way_and_not_at_its_end(self, place):
        sticky = made(place / "tmp", 0o1777)
        assert weak_spot(made(sticky / "run"), OWNERS) is None
        assert weak_spot(sticky, OWNERS) == sticky

    @as_root
    def test_what_another_owns_in_a_sticky_folder_is_found(self, place):
        sticky = made(place / "tmp", 0o1777)
        (sticky / "run").symlink_to(made(place / "real"))
        os.lchown(sticky / "run", pwd.getpwnam("nobody").pw_uid, -1)
        assert weak_spot(sticky / "run", OWNERS) == sticky / "run"

    def test_no_server_opens_its_socket_there(self, tmp_path, place):
        folder = made(made(place / "world", 0o777) / "run")
        with pytest.raises(ConfigError, match=r"others can write to .*world"):
            Server(tmp_path / "home", shared=Shared(folder / "o.sock", MINE))
        assert not (folder / "o.sock").exists()


class TestWhoListens:
    def test_the_folders_owner_is_talked_to(self, server):
        with connect(server.shared) as link:
            assert link.person.name == "ana"

    def test_a_way_that_has_become_weak_is_not_taken(self, server, place):
        place.chmod(0o777)
        with pytest.raises(NotAllowedError, match="others can change"):
            connect(server.shared)
        with connect(server.home) as link:  # the server has seen that nobody stayed
            link.status()
            link.status()

    @as_root
    def test_another_user_who_listens_there_is_not(self, tmp_path, place):
        script = (
            "import os,socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); "
            "os.setuid(int(sys.argv[2])); s.listen(); print(flush=True); s.accept()[0].recv(1)"
        )
        nobody = str(pwd.getpwnam("nobody").pw_uid)
        listening = subprocess.Popen(
            [sys.executable, "-c", script, str(place / "o.sock"), nobody], stdout=subprocess.PIPE
        )
        try:
            listening.stdout.readline()
            with pytest.raises(NotAllowedError, match="doesn't own its folder"):
                connect(Home(path=tmp_path / "none", server_at=place / "o.sock"))
        finally:
            listening.kill()
            listening.communicate()


def test_one_users_terminals_leave_room_for_everybody_else(server):
    with contextlib.ExitStack() as open_ones:
        for _ in range(PER_USER):
            open_ones.enter_context(connect(server.shared))
        with pytest.raises(ConflictError, match=f"You have {PER_USER} terminals connected"):
            connect(server.shared)
        with connect(server.home) as own:
            assert own.person.name == "ana"


def test_a_terminal_that_was_closed_makes_room(server):
    for _ in range(PER_USER + 2):
        with connect(server.shared) as link:
            link.status()


def test_a_full_shared_socket_does_not_shut_the_owners(server, monkeypatch):
    monkeypatch.setattr("bot.adapters.terminal.server.CONNECTIONS", 2)
    with connect(server.shared), connect(server.shared):
        with pytest.raises(ConflictError, match="terminals are connected here"):
            connect(server.shared)
        with (
            connect(server.home),
            connect(server.home),
            pytest.raises(ConflictError, match="close one of them"),
        ):
            connect(server.home)
