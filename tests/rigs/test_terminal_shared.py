"""The terminal for several users of one machine: who reaches it, and what each of them sees."""

from __future__ import annotations

import getpass
import grp
import json
import os
import pwd
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from bot.adapters.files.first_start import own_name, prepare
from bot.adapters.files.people_file import load_people
from bot.adapters.terminal.client import connect
from bot.adapters.terminal.opening import Shared
from bot.cli import run
from bot.domain.cards import Button
from bot.domain.messages import Identity, People, Person, Role
from bot.errors import ConfigError, NotAllowedError, UnavailableError
from bot.ports import accounts
from bot.settings import Home, Settings
from bot.testing.scripted_ears import ScriptedEars
from tests.rigs.terminal_server import Server, persons

MINE = grp.getgrgid(os.getgid()).gr_name
APPROVE = Button(id="approve", label="Approve")


@pytest.fixture
def place():
    """A folder that other users may look into, as /run/overseer is."""
    with tempfile.TemporaryDirectory(prefix="overseer-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def begin(tmp_path):
    begun = []

    def start(people=None, ears=None, **more):
        begun.append(Server(tmp_path / f"home-{len(begun)}", people, ears=ears, **more))
        return begun[-1]

    yield start
    for server in begun:
        server.stop()


class TestReach:
    def test_a_group_reaches_the_shared_socket_and_nobody_else_does(self, begin, place):
        server = begin(shared=Shared(place / "o.sock", MINE))
        info = (place / "o.sock").stat()
        assert (stat.S_IMODE(info.st_mode), info.st_gid) == (0o660, os.getgid())
        assert stat.S_IMODE(server.home.socket.stat().st_mode) == 0o600
        with connect(Home(path=place / "none", server_at=place / "o.sock")) as link:
            assert link.person.name == "ana"

    def test_another_user_is_whom_the_kernel_names(self, begin, place):
        """As root another user really comes; else the same one, which proves less."""
        other = "nobody" if os.geteuid() == 0 else getpass.getuser()
        group = grp.getgrgid(pwd.getpwnam(other).pw_gid).gr_name
        begin(persons(account=other), shared=Shared(place / "o.sock", group))
        script = (
            "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
            "s.sendall(b'{\"overseer\":1}\\n'); print(s.makefile().readline())"
        )
        become = {"user": other, "group": group, "extra_groups": []} if os.geteuid() == 0 else {}
        said = subprocess.run(
            ["/usr/bin/python3", "-c", script, str(place / "o.sock")],
            capture_output=True, text=True, check=True, timeout=20, cwd="/", **become,
        )  # fmt: skip
        assert json.loads(said.stdout)["person"]["name"] == "ana"

    def test_it_goes_when_the_server_stops(self, tmp_path, place):
        server = Server(tmp_path / "home", shared=Shared(place / "o.sock", MINE))
        server.stop()
        assert not (place / "o.sock").exists()

    def test_a_folder_in_which_others_could_put_theirs_is_refused(self, begin, place, tmp_path):
        place.chmod(0o777)
        with pytest.raises(ConfigError, match="others can write"):
            begin(shared=Shared(place / "o.sock", MINE))
        assert not (place / "o.sock").exists()
        assert connect(Home(path=tmp_path / "home-0")) is None

    def test_a_group_that_does_not_exist_is_named_with_its_cure(self, begin, place):
        with pytest.raises(ConfigError, match="no group nosuchgroup") as told:
            begin(shared=Shared(place / "o.sock", "nosuchgroup"))
        assert "groupadd nosuchgroup" in told.value.cure

    def test_socket_and_group_belong_together(self):
        for wrong in ({"socket": "/run/o.sock"}, {"group": "x"}, {"socket": "o", "group": "x"}):
            with pytest.raises(ValueError, match=r"belong together|absolute"):
                Settings.model_validate({"terminal": wrong})

    def test_where_nobody_listens_no_server_is_begun_here(self, tmp_path):
        from bot.cli.linking import link_or_hold

        home = Home(path=tmp_path / "mine", server_at=tmp_path / "o.sock")
        with pytest.raises(UnavailableError, match="No server listens"):
            link_or_hold(home)
        assert not home.path.exists()


@pytest.mark.parametrize(
    "words",
    ["hosts list", "hosts trust web-1", "people list", "people invite eve --role admin",
     "secret list", "policy test", "backup", "restore x.db", "check", "run"],
)  # fmt: skip
def test_what_works_on_the_files_of_a_home_is_refused_with_anothers_socket(
    tmp_path, capsys, words, monkeypatch
):
    """It would act on one's own home, while the person means the one behind the socket."""
    home = tmp_path / "mine"
    monkeypatch.setenv("OVERSEER_SOCKET", str(tmp_path / "theirs.sock"))
    assert run(["--home", str(home), *words.split()]) == 64
    said = capsys.readouterr().err
    assert "theirs.sock is only its socket; nothing was done." in said
    assert "leave out --socket" in said
    assert not home.exists()


@pytest.mark.parametrize("words", ["login", "reload", "people link ana", "status"])
def test_what_a_server_does_is_asked_of_the_one_behind_the_socket(tmp_path, capsys, words):
    home, socket = str(tmp_path / "mine"), str(tmp_path / "theirs.sock")
    assert run(["--home", home, "--socket", socket, *words.split()]) == 4
    assert f"No server listens on {socket}." in capsys.readouterr().err


def test_a_user_without_a_name_is_the_same_at_the_first_start_and_at_the_socket(
    begin, tmp_path, monkeypatch
):
    def nameless(_uid):
        raise KeyError

    monkeypatch.setattr(accounts.pwd, "getpwuid", nameless)
    home = Home(path=tmp_path / "fresh")
    prepare(home)
    assert own_name() == accounts.account_of(os.geteuid())
    server = begin(load_people(home.people))
    with server.connect() as link:
        assert link.person.has(Role.ADMIN)


# -- what each of them sees ----------------------------------------------------------------------


def known(name, *roles):
    return Person(
        name=name, display=name.title(), roles=frozenset(roles),
        identities=(Identity(surface="os", account=name),),
    )  # fmt: skip


class Own(ScriptedEars):
    """As the pipeline: a conversation belongs to those who speak in it; votes wait for some."""

    async def threads(self, person):
        spoken = {i.thread for i in self._items.values() if i.person == person}
        return tuple(t for t in await super().threads(person) if t.thread in spoken)

    async def waiting(self, person):
        who = self._people.named(person)
        if who is not None and not who.has(Role.APPROVER):
            return ()
        return await super().waiting(person)


@pytest.fixture
def two(begin):
    """Ana, who approves, and Ben, both at the terminal of one server."""
    people = People(persons=(known("ana", Role.APPROVER), known("ben", Role.OPERATOR)))
    accounts = iter(("ana", "ben"))
    server = begin(people, ears=Own(people), account=lambda _uid: next(accounts))
    return server.connect(), server.connect()


def asked(link, text):
    thread = link.new_thread()
    link.say(thread, text)
    link.call("idle", thread=thread)
    return thread


class TestSight:
    def test_what_was_said_is_for_those_who_said_it(self, two):
        ana, ben = two
        thread = asked(ana, "how is localhost?")
        assert ana.thread(thread)
        assert ben.thread(thread) == ()
        assert ben.threads() == ()
        ben.follow(thread)
        ana.say(thread, "and what's eating memory?")
        ana.call("idle", thread=thread)
        ben.status()
        assert ben.pushed() == []

    def test_a_plan_is_for_everybody_and_the_words_around_it_are_not(self, two):
        ana, ben = two
        thread = asked(ben, "restart cron")
        seen = ana.thread(thread)
        assert [item.card.plan for item in seen] == [90]
        assert not any(item.text for item in seen)
        ana.follow(thread)
        assert [push["item"]["card"]["plan"] for push in ana.pushed()] == [90]
        assert ana.press(thread, seen[0].card, APPROVE).accepted

    @pytest.mark.parametrize("button", ["say", "option", "dismiss"])
    def test_nobody_speaks_in_anothers_conversation(self, two, button):
        ana, ben = two
        thread = asked(ana, "restart nginx on web-9")
        before = ana.thread(thread)
        with pytest.raises(NotAllowedError, match="somebody else's"):
            ben.say(thread, "restart cron")
        for plan in ({}, {"plan": 90}):
            with pytest.raises(NotAllowedError, match="somebody else's"):
                ben.call("button", event="e", thread=thread, button=button, value="x", **plan)
        assert ana.thread(thread) == before

    def test_a_notice_comes_to_those_for_whom_it_waits(self, two):
        ana, ben = two
        for link in two:
            link.notices()
        asked(ben, "restart cron")
        until = time.monotonic() + 10
        while not (told := ana.pushed(0.1)):
            assert time.monotonic() < until
        assert told[0]["notice"]["card"]["plan"] == 90
        asked(ana, "restart cron")
        ben.status()
        assert ben.pushed() == []
        ana.press(told[0]["notice"]["thread"], ana.card(90).card, APPROVE)
        while not any(push["notice"]["card"]["state"] == "DONE" for push in ana.pushed(0.1)):
            assert time.monotonic() < until, "a notice that is over is taken back"
