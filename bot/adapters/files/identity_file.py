"""Accounts in `people.yaml`: one is added to a person or taken away, and all else stays as it is.

Where the text has to be changed is asked of the YAML parser, which knows each node's place; what
comes of it is read again before it is written, so that no file is left behind that says more or
less than was meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from bot.adapters.files.first_start import alone
from bot.adapters.files.marked_yaml import parsed, text_of
from bot.adapters.files.people_file import people_in
from bot.domain.messages import Identity, People, Person
from bot.errors import ConfigError, RequestError
from bot.settings.private import write_private

FREE = frozenset({"slack", "discord", "api", "web", "os"})
"""Surfaces whose accounts are linked here."""

Edit = Callable[[str, yaml.Node, yaml.Node | None, str], str]


def identity_of(text: str) -> Identity:
    """An identity as somebody types it.

    Raises:
        RequestError: it is none.
    """
    surface, _, account = text.partition(":")
    if surface not in FREE or not re.fullmatch(r"[\w.@+-]{1,100}", account, re.ASCII):
        raise RequestError(
            f"{text!r} is no identity.",
            cure="Write surface:account, such as slack:U024BE7LH or discord:1234567890.",
        )
    return Identity(surface=surface, account=account)


_SHAPES = {
    "slack": (r"[UW][A-Z0-9]+", "In Slack: the person's profile → ⋮ → Copy member ID."),
    "discord": (
        r"\d{1,20}",
        "In Discord: Developer Mode, right click on the person → Copy User ID.",
    ),
}
"""How a platform writes the ids of its accounts, and where one is found."""


def must_be_an_id(identity: Identity) -> None:
    """See that an account may be one of its platform's: a wrong one would let nobody in, silently.

    Raises:
        RequestError: no account there is called so.
    """
    shape, cure = _SHAPES.get(identity.surface, ("", ""))
    if shape and not re.fullmatch(shape, identity.account, re.ASCII):
        platform = identity.surface.capitalize()
        raise RequestError(f"{identity.account!r} is no id of an account in {platform}.", cure=cure)


def link_identity(path: Path, name: str, identity: Identity) -> None:
    """Make it an account of this person's; comments and everybody else stay as they are.

    Raises:
        RequestError: it is somebody's already, or there is no such person.
        ConfigError: the file is broken, or written so that only its author can add to it.
    """

    def may(people: People, person: Person) -> tuple[Identity, ...]:
        for other in people.persons:
            if identity in other.identities:
                raise RequestError(
                    f"{identity} is {other.display}'s already; one account is one person.",
                    cure=f"./overseer people unlink {other.name} {identity}",
                )
        return (*person.identities, identity)

    _edit(path, name, identity, may, _added)


def unlink_identity(path: Path, name: str, identity: Identity) -> None:
    """Let it be nobody's account.

    Raises:
        RequestError: it is none of this person's, or there is no such person.
        ConfigError: the file is broken, or written so that only its author can change it.
    """

    def may(people: People, person: Person) -> tuple[Identity, ...]:
        del people
        if identity not in person.identities:
            known = ", ".join(map(str, person.identities)) or "none"
            raise RequestError(f"{identity} is not {name}'s.", cure=f"Theirs: {known}.")
        return tuple(each for each in person.identities if each != identity)

    _edit(path, name, identity, may, _taken_away)


def _edit(
    path: Path,
    name: str,
    identity: Identity,
    may: Callable[[People, Person], tuple[Identity, ...]],
    edit: Edit,
) -> None:
    with alone(path.parent):
        text = text_of(path)
        before = people_in(parsed(text, str(path)))
        person = before.named(name)
        if person is None:
            raise RequestError(f"Nobody is called {name}.", cure="./overseer people list")
        wanted = person.model_copy(update={"identities": may(before, person)})
        try:
            new = edit(text, *_places(text, name), json.dumps(str(identity)))
            after = people_in(parsed(new, str(path))).persons
        except (ConfigError, yaml.YAMLError, LookupError, ValueError):
            after = ()
        if set(after) != {p if p.name != name else wanted for p in before.persons}:
            raise ConfigError(
                f"Its entry of {name} is written in a way that can't be changed by itself.",
                path=str(path),
                cure=f"Mend its `identities` yourself ({identity}), then ./overseer reload.",
            )
        write_private(path, new)


def _places(text: str, name: str) -> tuple[yaml.Node, yaml.Node | None]:
    """A person's entry, and its identities where it has any."""
    entry = _value(_value(yaml.compose(text, Loader=yaml.SafeLoader), "people"), name)
    if entry is None:
        raise LookupError(name)
    return entry, _value(entry, "identities")


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for k, value in pairs if k.value == key), None)


def _added(text: str, entry: yaml.Node, listed: yaml.Node | None, said: str) -> str:
    if isinstance(listed, yaml.SequenceNode):
        return _added_to(text, listed, said)
    if listed is not None:
        raise LookupError(said)
    if not isinstance(entry, yaml.MappingNode):  # `ana:` and nothing more
        return _put(text, entry, f" {{identities: [{said}]}}")
    if entry.flow_style:
        at = entry.start_mark.index + 1
        return f"{text[:at]}identities: [{said}]{', ' if entry.value else ''}{text[at:]}"
    at, column = entry.start_mark.index, entry.start_mark.column
    return f"{text[:at]}identities: [{said}]\n{' ' * column}{text[at:]}"


def _added_to(text: str, listed: yaml.SequenceNode, said: str) -> str:
    if not listed.value:
        at = listed.start_mark.index + 1
        return f"{text[:at]}{said}{text[at:]}"
    last = listed.value[-1].end_mark.index
    if listed.flow_style:
        return f"{text[:last]}, {said}{text[last:]}"
    end = text.find("\n", last)
    end = len(text) if end < 0 else end
    return f"{text[:end]}\n{' ' * listed.start_mark.column}- {said}{text[end:]}"


def _taken_away(text: str, entry: yaml.Node, listed: yaml.Node | None, said: str) -> str:
    del entry
    if not isinstance(listed, yaml.SequenceNode):
        raise LookupError(said)
    items = [item for item in listed.value if isinstance(item, yaml.ScalarNode)]
    at = [item.value for item in items].index(json.loads(said))
    if len(items) == 1:
        # A block list ends only where something else begins, behind comments that stay.
        end = listed.end_mark.index if listed.flow_style else items[0].end_mark.index
        deeper = "" if listed.flow_style else "  "  # than its key, which a block list may not be
        return f"{text[: listed.start_mark.index]}{deeper}[]{text[end:]}"
    if not listed.flow_style:
        start = text.rfind("\n", 0, items[at].start_mark.index) + 1
        end = text.find("\n", items[at].end_mark.index)
        return text[:start] + (text[end + 1 :] if end >= 0 else "")
    if at + 1 < len(items):
        return text[: items[at].start_mark.index] + text[items[at + 1].start_mark.index :]
    return text[: items[at - 1].end_mark.index] + text[items[at].end_mark.index :]


def _put(text: str, node: yaml.Node, said: str) -> str:
    """Instead of a value that is none; right behind its key's colon."""
    start, end = node.start_mark.index, node.end_mark.index
    return text[:start].rstrip(" ") + said + text[end:]
