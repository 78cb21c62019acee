"""What the person themselves said: which hosts, services and words a model may speak of unmarked.

The rules' own tagger reads the request and the person's earlier ones of the thread, in which
groups, ranges and "all but" stand for their hosts. Whatever a model names beyond that is not
wrong, but it is not the person's word either: it is marked, and never runs unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.intents import ParseContext
from bot.intent.model import counts
from bot.intent.rules.tagging import Item, Tagger
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import plain, tokens

_SPARING = frozenset((
    "not no don't dont without except excluding but never nicht kein keine keinen ohne außer "
    "ausser nie pas sans sauf jamais sin excepto salvo menos nunca non senza tranne eccetto niet "
    "geen zonder behalve bez oprócz inte utan förutom"
).split())  # fmt: skip
"""Words of several languages that spare what comes next."""
_NEAR = 3
"""So many words before a name may spare it."""

_QUOTES = re.compile("[`\"'\u2018-\u201f\u00ab\u00bb]")
_WORD = re.compile(r"[^\s,;()\"'`]+")


@dataclass(frozen=True)
class Words:
    """The words of a request and of those before it in the thread.

    `text` and `earlier` are folded: one case, single spaces. `numbers` are those of both, also
    where they are spelt, and of the person's open plans; `since` the lengths of time ("2h").
    `single` are the hosts that are called by their own names, `sets` the groups and other sets
    that this request names, each with its word and without what is spared; `before` are the sets
    that were spoken of earlier.
    """

    hosts: frozenset[str]
    services: frozenset[str]
    text: str
    earlier: str
    exact: str = ""
    numbers: frozenset[float] = frozenset()
    since: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    sets: tuple[tuple[str, frozenset[str]], ...] = ()
    before: tuple[frozenset[str], ...] = ()

    def are_of(self, said: str, *, earlier: bool = False) -> bool:
        """Whether these are whole words of the request, in this order.

        A single sign or letter is no word. `earlier`: those of an earlier request count too.
        """
        low = _folded(said)
        if len(low) < 3:
            return False
        within = f"{self.text} {self.earlier}" if earlier else self.text
        return bool(re.search(rf"(?<!\w){re.escape(low)}(?!\w)", within))

    def found(self, said: str) -> str:
        """The part of the request that these words are but for its quotes; empty: there is none.

        "run df -h on web-1" is "run `df -h` on web-1", which models seldom quote to the letter.
        """
        pieces = [re.escape(piece) for piece in _QUOTES.sub(" ", said).split()]
        if not pieces or len("".join(pieces)) < 3:
            return ""
        between = rf"(?:\s|{_QUOTES.pattern})+"
        within = re.search(rf"(?<!\w){between.join(pieces)}(?!\w)", self.exact, re.IGNORECASE)
        return within[0] if within else ""

    def quoted(self, command: str) -> bool:
        """Whether a command stands in the request to the letter, by itself."""
        if not command.strip() or "\n" in command:
            return False
        return bool(re.search(rf"(?<![\w/.$-]){re.escape(command)}(?![\w/.$-])", self.exact))

    def named(self, name: str) -> bool:
        """Whether this name stands in the request or an earlier one, as a word of its own."""
        low = re.escape(_folded(name))
        within = f"{self.text} {self.earlier}"
        ends = r"(?![\w/-]|\.\w)" if "/" in name else r"(?![\w-])"  # a folder is not what is in it
        found = re.finditer(rf"(?<![\w.-]){low}{ends}", within)
        return any(not _spared(within[: match.start()].split()) for match in found)


def words_of(text: str, context: ParseContext, vocabulary: Vocabulary) -> Words:
    """What was said here and, by the same person, before."""
    before = [plan.request for plan in context.open if plan.mine]
    before += [context.request] if context.request else []
    hosts: set[str] = set()
    services: set[str] = set()
    single: set[str] = set()
    sets: list[list[tuple[str, frozenset[str]]]] = []
    now, not_now = frozenset[str](), frozenset[str]()
    for said in (text, *before):
        plainly = plain(said)
        items = Tagger(tokens(plainly), vocabulary).items()
        left = [item for item in items if _spared(plainly[: item.start].split())]
        meant = [item for item in items if item not in left]
        services.update(name for i in meant if i.kind == "service" for name in i.names)
        named = list(_named(plainly, vocabulary))
        # What the rules' grammar reads it reads with its exceptions ("all web but web-2").
        read = _selected(meant) or {host for _, of in named for host in of}
        hosts.update(read - _selected(left))
        single.update(host for word, of in named if vocabulary.host(word) in of for host in of)
        tagged = [(i.text, frozenset(i.selection.hosts)) for i in meant if i.selection is not None]
        spared = _selected(left)
        sets.append([(w, of - spared) for w, of in (*named, *tagged) if len(of - spared) > 1])
        if said is text:
            now, not_now = frozenset(hosts), frozenset(spared)
    hosts.update(context.hosts)
    spoken = [frozenset(context.hosts)]
    for plan in context.open:
        if plan.mine:
            for wish in plan.intent.wishes:  # what a model put in there is nobody's word yet
                spoken.append(frozenset(_hosts_of(wish.params)) - frozenset(wish.unsaid))
                hosts.update(spoken[-1])
    if context.service:
        services.add(context.service)
    hosts -= not_now - now  # spared now, whatever was said of it before
    mine = [plan.number for plan in context.open if plan.mine]
    spelt = [counts.spelt(said) for said in (text, *before)]
    return Words(
        hosts=frozenset(hosts),
        services=frozenset(services),
        text=_folded(text),
        earlier=" ".join(map(_folded, before)),
        exact=text,
        numbers=frozenset(map(float, mine)).union(*(found.numbers for found in spelt)),
        since=frozenset().union(*(found.since for found in spelt)),
        single=frozenset(single),
        sets=tuple(sets[0]),
        before=(*spoken, *(of for earlier in sets[1:] for _, of in earlier)),
    )


def _selected(items: Sequence[Item]) -> set[str]:
    """The hosts of what was tagged as hosts."""
    return {h for i in items if i.selection is not None for h in i.selection.hosts}


def _named(text: str, vocabulary: Vocabulary) -> Iterable[tuple[str, frozenset[str]]]:
    """The words that are the own name of a host, a group or an environment, with its hosts.

    In every language these are written alike; only what joins them is not.
    """
    said = _WORD.findall(text)
    for at, word in enumerate(said):
        bare = word.strip(".?!:")
        if _spared(said[:at]):
            continue
        if host := vocabulary.host(bare):
            yield bare, frozenset({host})
        group = vocabulary.group_words.get(bare.casefold())
        if group is not None:
            yield group, frozenset(vocabulary.groups[group])
        environment = vocabulary.environment_words.get(bare.casefold())
        if environment is not None:
            yield environment, frozenset(vocabulary.environments[environment])


def _spared(before: list[str]) -> bool:
    """Whether what comes after these words is named to be left alone."""
    return any(word.casefold().strip(".,;:!?") in _SPARING for word in before[-_NEAR:])


def _hosts_of(params: dict[str, object]) -> Iterable[str]:
    hosts = params.get("hosts")
    return [str(h) for h in hosts] if isinstance(hosts, (list, tuple)) else []


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
