"""Secrets by reference: found, or a sentence that never has the value in it."""

import asyncio

import pytest

from bot.adapters import secrets
from bot.adapters.secrets import SecretStore, set_secret
from bot.domain.commands import SecretRef
from bot.errors import SecretError
from bot.settings import Home

VALUE = "v4lue nobody may see"


@pytest.fixture
def store(tmp_path):
    return SecretStore(Home(path=tmp_path / "home"))


def resolve(store, reference):
    return asyncio.run(store.resolve(SecretRef(reference=reference)))


def test_env(store, monkeypatch):
    monkeypatch.setenv("MY_TOKEN", VALUE)
    assert resolve(store, "env:MY_TOKEN") == VALUE


def test_store(store, tmp_path):
    home = Home(path=tmp_path / "home")
    path = set_secret(home, "sudo-web", f"{VALUE}\nsecond")
    assert path.stat().st_mode & 0o777 == 0o600
    assert home.secrets.stat().st_mode & 0o777 == 0o700
    assert resolve(store, "store:sudo-web") == f"{VALUE}\nsecond"
    set_secret(home, "sudo-web", "new")
    assert resolve(store, "store:sudo-web") == "new"
    assert [p.name for p in home.secrets.iterdir()] == ["sudo-web"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_get_at_is_refused(store, tmp_path, mode):
    path = tmp_path / "token"
    path.write_text(VALUE)
    path.chmod(0o600)
    assert resolve(store, f"file:{path}") == VALUE
    path.chmod(mode)
    with pytest.raises(SecretError, match="chmod 600") as caught:
        resolve(store, f"file:{path}")
    assert VALUE not in str(caught.value)


def test_a_stored_secret_that_was_opened_up_is_refused(store, tmp_path):
    set_secret(Home(path=tmp_path / "home"), "x", VALUE).chmod(0o644)
    with pytest.raises(SecretError, match="Others"):
        resolve(store, "store:x")


def test_one_newline_at_the_end_is_the_files_own(store, tmp_path):
    path = tmp_path / "token"
    path.write_text(f"{VALUE}\n\n")
    path.chmod(0o600)
    assert resolve(store, f"file:{path}") == f"{VALUE}\n"


def test_command(store):
    assert resolve(store, "command:printf '%s\\n' 'a b'") == "a b"


def test_nothing_waits_for_a_slow_command(store, tmp_path):
    """The command ends only after others have got their turn; else it ends empty."""
    went_on = tmp_path / "went-on"
    command = f"until [ -e {went_on} ]; do n=$((n+1)); [ $n -gt 100 ] && exit; sleep 0.1; done"
    reference = f"command:sh -c '{command}; echo {VALUE}'"

    async def others():
        for _ in range(100):
            await asyncio.sleep(0)
        went_on.touch()

    async def both():
        slow = store.resolve(SecretRef(reference=reference))
        return (await asyncio.gather(slow, others()))[0]

    assert asyncio.run(both()) == VALUE


def test_a_command_meets_no_shell(store, tmp_path):
    assert resolve(store, f"command:echo $(touch {tmp_path}/canary)") != ""
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("env:NOT_SET", "not set"),
        ("file:/no/such/file", "There is no such file"),
        ("store:slack-bot", r"^The secret slack-bot is not set yet\..* secret set slack-bot$"),
        ("file:/etc", "can't be read|no regular file"),
        ("command:false", "exit 1"),
        ("command:no-such-program", "can't be run"),
        ("command:'", "can't be run"),
        ("store:absent", "secret set absent"),
        ("store:../overseer.db", "can't be called"),
        ("hunter2", "is written as"),
        ("hunter2:", "is written as"),
    ],
)
def test_what_is_not_there(store, reference, says):
    with pytest.raises(SecretError, match=says):
        resolve(store, reference)


def test_a_command_that_does_not_end_is_said_to(store, monkeypatch):
    monkeypatch.setattr(secrets, "_COMMAND_S", 0.05)
    with pytest.raises(SecretError, match="command sleep did not end within") as caught:
        resolve(store, "command:sleep 30")
    assert "no input" in caught.value.cure


def test_a_secret_in_clear_is_not_repeated(store):
    with pytest.raises(SecretError) as caught:
        resolve(store, "hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_command_that_fails_does_not_tell_what_it_said(store):
    with pytest.raises(SecretError) as caught:
        resolve(store, f"command:sh -c 'echo {VALUE} >&2; exit 3'")
    assert VALUE not in str(caught.value)


@pytest.mark.parametrize("name", ["", ".x", "a/b", "../x", "a b", "x" * 200, "-x"])
def test_names_are_plain(tmp_path, name):
    with pytest.raises(SecretError):
        set_secret(Home(path=tmp_path), name, "x")


def test_an_empty_secret_is_not_kept(tmp_path):
    with pytest.raises(SecretError):
        set_secret(Home(path=tmp_path), "x", "")
