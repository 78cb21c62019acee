"""The first start writes a home that only its owner can read, once."""

import errno
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.adapters.files import first_start
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.keys import page_key
from bot.adapters.files.people_file import add_person, load_people
from bot.adapters.files.settings_file import load_settings
from bot.domain.inventory import ConnectionKind
from bot.domain.messages import Role
from bot.errors import ConfigError, RequestError
from bot.ports.accounts import account_of
from bot.settings import Home, Settings


@pytest.fixture
def home(tmp_path):
    return Home(path=tmp_path / "deep" / "home")


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_everything_is_there_and_private(home):
    old = os.umask(0)
    try:
        made = first_start.prepare(home)
    finally:
        os.umask(old)
    assert set(made) == {
        "overseer.yaml", "policies.cedar", "policy-tests.yaml", "inventory.yaml", "people.yaml",
    }  # fmt: skip
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert modes(home.path) == dict.fromkeys(made, 0o600) | {"secrets": 0o700, "backups": 0o700}
    assert load_settings(home.settings) == Settings()
    host = load_inventory(home.inventory).host("localhost")
    assert (host.environment, host.connection.kind) == ("local", ConnectionKind.LOCAL)
    (person,) = load_people(home.people).persons
    assert person.roles == {Role.ADMIN}
    assert [str(i) for i in person.identities] == [
        f"os:{first_start.own_name()}",
        f"web:{person.name}",
    ]


def test_a_user_without_a_name_is_who_the_socket_says(home, monkeypatch):
    def nameless(uid):
        raise KeyError(uid)

    monkeypatch.setattr("pwd.getpwuid", nameless)
    first_start.prepare(home)
    (person,) = load_people(home.people).persons
    assert f"os:{account_of(os.geteuid())}" in map(str, person.identities)
    assert account_of(1234) == "uid-1234"


def test_two_first_starts_at_once_wait_for_each_other(home, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    people = first_start._people

    def slowly():
        begun.set()
        assert go_on.wait(10)
        return people()

    monkeypatch.setattr(first_start, "_people", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(first_start.prepare, home)
        assert begun.wait(10)
        second = pool.submit(first_start.prepare, home)
        with pytest.raises(TimeoutError):
            second.result(0.2)  # it waits for the first
        go_on.set()
        assert "people.yaml" in first.result(10)
        assert second.result(10) == ()


def test_a_second_start_changes_nothing(home):
    first_start.prepare(home)
    home.people.write_text("people: {}\n")
    home.policies.unlink()
    before = home.inventory.stat().st_mtime_ns
    assert first_start.prepare(home) == ("policies.cedar",)
    assert home.people.read_text() == "people: {}\n"
    assert home.inventory.stat().st_mtime_ns == before
    assert first_start.prepare(home) == ()


def test_a_home_open_to_others_is_closed(home):
    first_start.prepare(home)
    home.path.chmod(0o755)
    first_start.prepare(home)
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_somebody_elses_home_is_refused(home, monkeypatch):
    first_start.prepare(home)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(ConfigError, match=r"belongs to another user.*--home DIR"):
        first_start.prepare(home)


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    tmp_path.chmod(0o755)
    with pytest.raises(ConfigError, match="holds other things"):
        first_start.prepare(Home(path=tmp_path))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_empty_folder_will_do(tmp_path):
    assert first_start.prepare(Home(path=tmp_path))


def test_a_file_is_no_home(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="This is no folder"):
        first_start.prepare(Home(path=tmp_path / "file"))


def test_a_full_disk_leaves_no_half_file(home, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"No space left on device\. Free some space"):
        first_start.prepare(home)
    assert not [path for path in home.path.iterdir() if path.is_file()]
    monkeypatch.undo()
    assert len(first_start.prepare(home)) == 5


@pytest.mark.parametrize(
    "user", ["ana", "o'neil", 'DOMAIN\\jürgen "x"', "no", "-", "4711", "x" * 99]
)
def test_whoever_starts_it_is_its_administrator(home, monkeypatch, user):
    monkeypatch.setattr(first_start, "own_name", lambda: user)
    first_start.prepare(home)
    (person,) = load_people(home.people).persons
    assert person.roles == {Role.ADMIN}
    assert f"os:{user}" in map(str, person.identities)


def test_keys_are_made_once_and_stay_private(home):
    first_start.prepare(home)
    key = page_key(home)
    assert page_key(home) == key
    (home.path / "keys" / "page").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        page_key(home)


PEOPLE = [
    "people:\n  ana: {roles: [admin]}\n",
    "people:\n  ana: {roles: [admin]}",
    "# who\npeople:\n    ana:\n        roles: [admin]   # the boss\n\n# the end\n",
    "people:\n  ana:\n    roles:\n    - admin\n\nother: 1\n",
    "people:\n  ana: {roles: [admin]}\n# ben: {}\nother:\n  people: {}\n",
]


@pytest.mark.parametrize("text", PEOPLE)
def test_a_person_is_added_where_people_stand(tmp_path, text):
    path = tmp_path / "people.yaml"
    path.write_text(text)
    add_person(path, "ben", 'Ben "B" O\'Neil', Role.APPROVER)
    ana, ben = load_people(path).persons
    assert ana.roles == {Role.ADMIN}
    assert (ben.name, ben.display, ben.roles) == ("ben", 'Ben "B" O\'Neil', {Role.APPROVER})
    assert [str(i) for i in ben.identities] == ["web:ben"]
    for line in text.splitlines():
        assert line in path.read_text().splitlines()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "people:\n", "people: # nobody\nother: 1\n", "# nobody\n"])
def test_the_first_person_is_added_too(tmp_path, text):
    path = tmp_path / "people.yaml"
    path.write_text(text)
    add_person(path, "ben", "Ben", Role.VIEWER)
    assert [person.name for person in load_people(path).persons] == ["ben"]


def test_a_list_in_braces_is_for_its_author(tmp_path):
    path = tmp_path / "people.yaml"
    path.write_text("people: {ana: {roles: [admin]}}\n")
    with pytest.raises(ConfigError, match="Add these lines yourself"):
        add_person(path, "ben", "Ben", Role.VIEWER)
    assert path.read_text() == "people: {ana: {roles: [admin]}}\n"


@pytest.mark.parametrize("name", ["ana", "Ben", "a b", "-x", "x" * 40, "b\nroles", ""])
def test_who_can_not_be_added(tmp_path, name):
    path = tmp_path / "people.yaml"
    path.write_text(PEOPLE[0])
    with pytest.raises(RequestError):
        add_person(path, name, "X", Role.ADMIN)
    assert path.read_text() == PEOPLE[0]


def test_shipped_files_are_found():
    assert (first_start.shipped() / "policies.cedar").is_file()
    assert Path(first_start.shipped()).is_absolute()
