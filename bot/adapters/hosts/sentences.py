"""What goes wrong with hosts, said so that somebody in a channel can act on it."""

from __future__ import annotations

from bot.domain.inventory import Host, SudoMode
from bot.errors import HostError, HostLostError, HostSudoError, HostUnreachableError


class GivenUpError(HostError):
    """The attempt was declared absent, or ended, before its start arrived: nothing ran."""


def lost(host: str, why: str) -> HostLostError:
    """The connection was cut in mid-command."""
    return HostLostError(
        f"The connection to {host} was cut while a command ran there: {_tidy(why)}",
        host=host,
        cure="Once it answers again, check what became of the command.",
    )


def unanswered(host: str, place: str, seconds: float) -> HostUnreachableError:
    """Nobody there says a word, on a new connection or on one that was there already."""
    return HostUnreachableError(
        f"{host} did not answer on {place} within {seconds:g} s.",
        host=host,
        cure="Is it up, and does a firewall let Overseer through?",
    )


def refused(host: str, said: str) -> HostError:
    """A script of the change protocol refuses (frame `x`)."""
    word, _, rest = said.partition(" ")
    match word:
        case "disk":
            return HostError(
                f"Nothing was started on {host}, because Overseer can't write there: "
                f"{_tidy(rest or 'no space left')}",
                host=host,
                cure="Free some disk space, or make the folder writable.",
            )
        case "unsafe":
            return HostError(
                f"Nothing was started on {host}: {rest} is not a folder of its own that only "
                "the user who runs the command can read.",
                host=host,
                cure="See who made it; then remove it, or chown and chmod 700 it.",
            )
        case "void":
            return GivenUpError(
                f"Nothing was started on {host}: this attempt had been given up before it "
                "arrived there.",
                host=host,
            )
        case "cut":
            return HostError(
                f"Nothing was started on {host}: its input arrived incomplete.", host=host
            )
        case "running":
            return HostError(f"It still runs on {host}, so it is not tidied up.", host=host)
        case "tools":
            return HostError(
                f"{host} has no setsid or mkfifo, without which no change can outlive its "
                "connection.",
                host=host,
                cure="Install util-linux and coreutils there, or busybox.",
            )
        case _:
            return HostError(f"{host} refused: {_tidy(said)}", host=host)


def sudo_failed(host: Host, user: str, said: str) -> HostSudoError:
    """sudo itself failed."""
    lines = [line.removeprefix("sudo: ") for line in said.strip().splitlines()]
    why = f" ({lines[-1][:200]})" if lines else ""
    if host.connection.sudo is SudoMode.PASSWORD:
        cure = (
            f"Set the password that sudo wants with ./overseer secret set, or allow {user} in "
            "/etc/sudoers there."
        )
    else:
        cure = (
            f"Allow it in /etc/sudoers.d on {host.name} (`{user} ALL=(ALL) NOPASSWD: ALL`), or "
            "set `sudo: password` or `none` in inventory.yaml."
        )
    return HostSudoError(
        f"{user} can't become root on {host.name} with `sudo: {host.connection.sudo}`{why}.",
        host=host.name,
        cure=cure,
    )


def odd_shell(host: str, user: str, said: str) -> HostError:
    """The login shell does not pass arguments on unharmed, or talks."""
    if said:
        return HostError(
            f"The login shell of {user} on {host} mixes its own words into every command's "
            f"output ({said[:80]!r}).",
            host=host,
            cure="Look for echo or similar in its start-up files (.bashrc, /etc/profile.d).",
        )
    return HostError(
        f"The login shell of {user} on {host} does not read quotes as POSIX shells do, so "
        "commands would not arrive as they were approved.",
        host=host,
        cure=f"Give that user another shell there: sudo chsh -s /bin/sh {user}",
    )


def _tidy(text: str) -> str:
    text = " ".join(text.split())[:300]
    return text if text.endswith((".", "!", "?")) else f"{text}."
