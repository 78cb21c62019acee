"""What a card looks like in a chat, and which files go with it: rules, without a network.

Everything that will run can be read from the card or from a file beside it, or *Approve* is not
offered there: as long as a file is on its way the card says so, and when it could not be put
there, where else the plan can be approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.cards import Attachment, Card, Exact, Output, StepRow, TargetRow, card_for
from bot.domain.exactly import visible
from bot.domain.excerpts import is_unfiled
from bot.domain.pages import aside
from bot.domain.posts import Post, file_key

COMES = "Approve is missing until all of it can be read here: the whole plan follows as a file."
NOT_HERE = "Approve is missing: all of it can't be shown here"

NOT_ALL = "The file with all of it can't be shown here"


@dataclass(frozen=True)
class Wanted:
    """A file that belongs to a card here. `attachment` is None for the whole card as text.

    `now`: it is to be put there, if it isn't yet.
    """

    key: str
    attachment: Attachment | None
    now: bool = True


@dataclass(frozen=True)
class Beside:
    """A file of a card and how it stands here: `there`, with its `link`; or why it never will."""

    name: str
    there: bool = False
    link: str = ""
    gone: str = ""


def seen_by(card: Card, reader: str) -> Card:
    """The card as a place shows it: to one person, or to all who are in a room.

    In a room stand the buttons of everybody who has some; a button for nobody is none.
    """
    if reader:
        return card_for(card, reader)
    nobodys = [button for button in card.buttons if button.only == ()]
    if not nobodys:
        return card
    said = tuple(button.others for button in nobodys if button.others)
    kept = tuple(button for button in card.buttons if button not in nobodys)
    return card.model_copy(update={"buttons": kept, "footer": (*said, *card.footer)})


def wanted(card: Card, *, fits: bool) -> tuple[Wanted, ...]:
    """The files that go with a card, by keys that another content makes others.

    Its attachments are put there while it is a plan that may be approved or changed: whatever ran
    unasked would leave a file of its commands behind. Where the card does not fit into a message,
    and its files don't tell what is to be approved, its whole text is one of them: once in each
    state that waits or rests, and anew where other outputs stand on it there: something was tried
    again since.
    """
    files = tuple(
        Wanted(file_key(card.id, _mark(file)), file, _is_open(card)) for file in card.attachments
    )
    if fits or (files and _is_open(card) and told_by(card, card.attachments)):
        return files
    if is_unfiled(card):
        return files
    of = f"whole:{card.revision}:{card.digest}:{card.state}"
    if not card.digest:
        of += f":{_hashed(card.model_dump_json())}"
    elif printed := [target.model_dump_json() for target in _printed(card)]:
        of += f":{_hashed(*printed)}"
    return (*files, Wanted(file_key(card.id, of), None))


def told_by(card: Card, files: Sequence[Attachment]) -> bool:
    """Whether every text of the card that is approved as it stands is in the files, line by line.

    The card may show the head of a text alone, and says so itself (`Exact.more`).
    """
    there = {line.strip().removeprefix("| ") for file in files for line in file.text.splitlines()}
    return all(
        line.strip() in there or not line.strip()
        for block in card.body
        if isinstance(block, Exact)
        for line in visible(block.text).lines
    )


def drawn(card: Card, beside: Sequence[Beside], address: str) -> Card:
    """The card with *Approve* only when each of its files can be read here.

    Any other says so where the file with all of it can't be put here. `address` is where the page
    is; empty: there is none.
    """
    missing = [file for file in beside if not file.there]
    card = _marked(card, {file.name for file in missing if file.gone or not _is_open(card)})
    if not missing or not card.asks_for_approval:
        return _told(card, missing, address)
    gone = next((file.gone for file in missing if file.gone), "")
    note = f"{NOT_HERE} ({gone.rstrip('.')}). {_elsewhere(card, address)}" if gone else COMES
    buttons = tuple(button for button in card.buttons if button.id != "approve")
    return card.model_copy(update={"buttons": buttons, "footer": (note, *card.footer)})


def _marked(card: Card, lost: Container[str]) -> Card:
    """With its files marked that won't come: refused, or of a plan that is open no more."""
    files = tuple(
        file.model_copy(update={"lost": True}) if file.name in lost else file
        for file in card.attachments
    )
    return card if files == card.attachments else card.model_copy(update={"attachments": files})


def _told(card: Card, missing: Sequence[Beside], address: str) -> Card:
    its = {each.name for each in card.attachments}
    gone = next((file.gone for file in missing if file.gone and file.name not in its), "")
    if not gone:
        return card
    page = f" The page has it{aside(address)}." if address else ""
    note = f"{NOT_ALL} ({gone.rstrip('.')}).{page}"
    return card.model_copy(update={"footer": (note, *card.footer), "in_full": True})


def links(beside: Sequence[Beside]) -> Mapping[str, str]:
    """The files that can be read here: name → link."""
    return {file.name: file.link for file in beside if file.there}


def how(wish: Wanted, post: Post | None, link: str, barred: str = "") -> Beside:
    """How a wanted file stands, by its post; `barred` is what must be mended before it is there."""
    file = post.body if post is not None else wish.attachment
    name = file.name if isinstance(file, Attachment) else ""
    if post is None:
        return Beside(name)
    return Beside(name, there=bool(post.remote), link=link, gone=post.gone or barred)


def _is_open(card: Card) -> bool:
    """Whether it is a plan that may still be approved, or changed in words."""
    return any(button.id in {"approve", "change"} for button in card.buttons)


def _printed(card: Card) -> Iterator[TargetRow]:
    """The targets below which stands what they printed."""
    for block in card.body:
        if isinstance(block, StepRow):
            yield from (t for t in block.targets if any(isinstance(b, Output) for b in t.blocks))


def _hashed(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _mark(file: Attachment) -> str:
    return hashlib.sha256(f"{file.name}\n{file.text}".encode()).hexdigest()[:24]


def _elsewhere(card: Card, address: str) -> str:
    ways = [f"on the page{aside(address)}"] if address else []
    if card.plan is not None:
        ways.append(f"in a terminal with `./overseer approve {card.plan}`")
    return f"Approve it {' or '.join(ways)}." if ways else "Ask for it in parts."
