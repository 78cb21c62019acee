"""What the person themselves said: which hosts, services and words a model may speak of unmarked.

The rules' own tagger reads the request and the person's earlier ones of the thread, in which
groups, ranges and "all but" stand for their hosts. Whatever a model names beyond that is not
wrong, but it is not the person's word either: it is marked, and never runs unasked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.intents import ParseContext
from bot.intent.model import counts, inflected
from bot.intent.model.exceptions import closed_at
from bot.intent.model.spared import is_spared
from bot.intent.patterns import compiled
from bot.intent.rules.tagging import Item, Tagger
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import plain, tokens

_QUOTES = compiled("[`\"'\u2018-\u201f\u00ab\u00bb]")
_WORD = compiled(r"[^\s,;()\"'`]+")
_INSIDE = compiled(
    r"\s*(?:(?:servers?|servern|hosts?|machines?|maschinen|rechnern?|boxes|nodes?|serveurs?|servidores|machines)\s+)?"
    r"(?:in|im|aus|of|from|within|inside|dans|de|van|uit|di|della|nel|nella|der|des|del)\s+"
    r"(?:(?:the|der|dem|den|la|le|el|het)\s+)?(?:(?:gruppe|group|groupe|grupo|gruppo|groep)\s+)?",
    re.IGNORECASE,
)
"""Between a set and another one in which it is meant."""
_ALL = compiled(
    r"\b(?:alle[nrs]?|sämtliche[nrs]?|all(?: the| our)?|tous les|todos los|tutti i|alle de)\s+$",
    re.IGNORECASE,
)
_WHERE = compiled(
    r"\s+(?:auf|bei|von|in|im|on|of|at|from|sur|dans|de|du|des|en|del?|su|sul\w*|di|op|van)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Words:
    """The words of a request and of those before it in the thread.

    `text` and `earlier` are folded: one case, single spaces. `numbers` are those of both, also
    where they are spelt, and of the person's open plans; `since` the lengths of time ("2h").
    `every` are all hosts that this request names, also those that are to be left alone; `is_name`
    tells the names of hosts, groups and environments.
    `single` are the hosts that are called by their own names, `sets` the groups and other sets
    that this request names, each with its word and without what is spared; `before` are the sets
    that were spoken of earlier. `spared` are the hosts that this request says to leave alone.
    """

    hosts: frozenset[str]
    services: frozenset[str]
    text: str
    earlier: str
    exact: str = ""
    numbers: frozenset[float] = frozenset()
    since: frozenset[str] = frozenset()
    every: frozenset[str] = frozenset()
    is_name: Callable[[str], bool] = lambda _: False
    single: frozenset[str] = frozenset()
    sets: tuple[tuple[str, frozenset[str]], ...] = ()
    before: tuple[frozenset[str], ...] = ()
    spared: frozenset[str] = frozenset()

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
        pieces_said = _QUOTES.sub(" ", said).split()
        pieces = [re.escape(piece) for piece in pieces_said]
        if not pieces or len("".join(pieces)) < 3:
            return ""
        if "".join(pieces_said).casefold() not in self._bare:
            return ""
        between = rf"(?:\s|{_QUOTES.pattern})+"
        within = re.search(rf"(?<!\w){between.join(pieces)}(?!\w)", self.exact, re.IGNORECASE)
        return within[0] if within else ""

    @cached_property
    def _bare(self) -> str:
        """The request without spaces and quotes: what is not in here is nowhere in it.

        That is seen at once; a search for what may stand between the words takes its time at each
        place, and nobody else gets on meanwhile.
        """
        return "".join(_QUOTES.sub(" ", self.exact).split()).casefold()

    def quoted(self, command: str) -> bool:
        """Whether a command stands in the request to the letter, by itself."""
        if not command.strip() or "\n" in command:
            return False
        return bool(re.search(rf"(?<![\w/.$-]){re.escape(command)}(?![\w/.$-])", self.exact))

    def named(self, name: str) -> bool:
        """Whether this name stands in the request or an earlier one, as a word of its own."""
        low, within, at = _folded(name), self._within, -1
        while low and (at := within.find(low, at + 1)) >= 0:
            end = at + len(low)
            if _stands(within, at, end, "/" in name):
                spared = is_spared if self.is_name(low) else _spared
                if not spared(within, at, end, self.is_name):
                    return True
                at = end - 1
        return False

    @cached_property
    def _within(self) -> str:
        return f"{self.text} {self.earlier}"


def _stands(text: str, start: int, end: int, path: bool) -> bool:
    """Whether what stands there is a word of its own; a folder is not what is in it."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before and (before in ".-" or _in_word(before)):
        return False
    if after and (after[0] == "-" or _in_word(after[0])):
        return False
    return not path or not (after[:1] == "/" or (after[:1] == "." and _in_word(after[1:])))


def _in_word(sign: str) -> bool:
    return sign == "_" or sign.isalnum()


def words_of(text: str, context: ParseContext, vocabulary: Vocabulary) -> Words:
    """What was said here and, by the same person, before."""
    before = [plan.request for plan in context.open if plan.mine]
    before += [context.request] if context.request else []
    hosts: set[str] = set()
    services: set[str] = set()
    single: set[str] = set()
    sets: list[list[tuple[str, frozenset[str]]]] = []
    now, not_now, every, left = (frozenset[str]() for _ in range(4))
    is_name = _is_name(vocabulary)
    for said in (text, *before):
        plainly = plain(said)
        items = Tagger(tokens(plainly), vocabulary).items()
        found = _mentions(plainly, items, vocabulary)
        meant = [each for each in found if not each.spared]
        spared = {h for each in found if each.spared and not each.within for h in each.hosts}
        services.update(_services(plainly, items, is_name))
        services.update(_joined_services(plainly, vocabulary, is_name))
        hosts.update(_together(meant, plainly) - spared)
        single.update(host for each in meant if each.single for host in each.hosts)
        sets.append([(m.text, m.hosts - spared) for m in meant if len(m.hosts - spared) > 1])
        if said is text:
            now, not_now = frozenset(hosts), frozenset(spared)
            every = frozenset(host for each in found for host in each.hosts)
            left = frozenset(host for each in found if each.spared for host in each.hosts)
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
        every=every,
        is_name=is_name,
        single=frozenset(single),
        sets=tuple(sets[0]),
        spared=left - now,
        before=(*spoken, *(of for earlier in sets[1:] for _, of in earlier)),
    )


@dataclass(frozen=True)
class _Mention:
    """A place of the text that names hosts. `within`: a wider one says which of them are meant."""

    text: str
    start: int
    end: int
    hosts: frozenset[str]
    spared: bool
    single: bool = False
    within: bool = False


def _mentions(text: str, items: Sequence[Item], vocabulary: Vocabulary) -> list[_Mention]:
    """What the rules' grammar reads as hosts, with its exceptions, and each name by itself.

    Names are written alike in every language; only what joins them is not.
    """
    read = [item for item in items if item.selection is not None]
    taken = [
        item
        for item in items
        if item.selection is not None or (read and item.names and not _of_all(item, text))
    ]
    is_name = _is_name(vocabulary)
    whole = [
        _Mention(
            item.text, item.start, item.end, frozenset(item.selection.hosts),
            is_spared(text, item.start, item.end, is_name),
        )
        for item in read
        if item.selection is not None
    ]  # fmt: skip
    found: list[_Mention] = []
    for word in _WORD.finditer(text):
        bare = word[0].strip(".?!:")
        within = any(item.start <= word.start() < item.end for item in taken)
        for name, hosts in _called(
            bare, vocabulary, text[max(0, word.start() - inflected.NEAR) : word.start()]
        ):
            start = word.start() + word[0].index(bare)
            spared = is_spared(text, start, start + len(bare), is_name)
            single = _host(bare, vocabulary) in hosts
            end = start + len(bare)
            found.append(_Mention(name, start, end, hosts, spared, single, within))
    for match, hosts in _phrases(text, vocabulary, is_name):
        within = any(item.start <= match.start() < item.end for item in taken)
        spared = is_spared(text, *match.span(), is_name)
        found.append(_Mention(match[0], *match.span(), hosts, spared, within=within))
    return [*found, *whole]  # a set's own name is told before a phrase that has it


def _of_all(item: Item, text: str) -> bool:
    """Whether a service's name stands for hosts: "alle Webserver", and not "… auf web-2"."""
    before = text[max(0, item.start - inflected.NEAR) : item.start]
    return bool(_ALL.search(before)) and not _WHERE.match(text, item.end)


def _phrases(
    text: str, vocabulary: Vocabulary, is_name: Callable[[str], bool]
) -> Iterable[tuple[re.Match[str], frozenset[str]]]:
    """What other languages call a set of hosts in several words."""
    for found in inflected.everywhere_in(text, is_name):
        yield found, frozenset(vocabulary.hosts)
    for found, group in inflected.databases_in(text, vocabulary.group_words):
        yield found, frozenset(vocabulary.groups[group])


def _called(
    word: str, vocabulary: Vocabulary, before: str = ""
) -> Iterable[tuple[str, frozenset[str]]]:
    """The host, the group and the environment of this name, each with its hosts.

    So are those of which it is another form, behind the text `before` it.
    """
    if host := _host(word, vocabulary):
        yield word, frozenset({host})
    low, groups, environments = (
        word.casefold(), vocabulary.group_words, vocabulary.environment_words,
    )  # fmt: skip
    forms = vocabulary.service(word) is None  # "redis-server" is no server of the group "redis"
    group = groups.get(low) or (inflected.group_in(word, before, groups) if forms else None)
    if group is not None:
        yield group, frozenset(vocabulary.groups[group])
    environment = environments.get(low) or (
        inflected.environment_in(word, environments) if forms else None
    )
    if environment is not None:
        yield environment, frozenset(vocabulary.environments[environment])


def _host(word: str, vocabulary: Vocabulary) -> str | None:
    return vocabulary.host(word) or vocabulary.host(inflected.host_in(word))


def _is_name(vocabulary: Vocabulary) -> Callable[[str], bool]:
    """Whether a word is a name; each is asked about again and again by those around it."""
    known: dict[str, bool] = {}

    def is_name(word: str) -> bool:
        found = known.get(word)
        if found is None:
            found = known[word] = any(True for _ in _called(word, vocabulary))
        return found

    return is_name


def _together(mentions: Sequence[_Mention], text: str) -> frozenset[str]:
    """All hosts of these; of a set inside another ("web in staging") what both have.

    So it is of two that stand side by side ("auf den produktiven Webservern").
    """
    parts: list[tuple[frozenset[str], int]] = []
    for each in sorted(mentions, key=lambda mention: mention.start):
        if each.within:
            continue
        between = f"{text[parts[-1][1] : each.start]}{_first(each, text)}" if parts else ""
        if parts and (not between.strip() or _INSIDE.fullmatch(between)):
            both = parts[-1][0] & each.hosts
            parts[-1] = (both or parts[-1][0] | each.hosts, each.end)
        else:
            parts.append((each.hosts, each.end))
    return frozenset[str]().union(*(of for of, _ in parts))


def _first(mention: _Mention, text: str) -> str:
    """The preposition with which what the grammar reads begins ("in staging")."""
    said = text[mention.start : mention.end].split()
    return f"{said[0]} " if len(said) > 1 else ""


def _services(text: str, items: Sequence[Item], is_name: Callable[[str], bool]) -> Iterable[str]:
    """The services that are named, but for those that are to be left alone."""
    for item in items:
        if item.kind == "service" and not _spared(text, item.start, item.end, is_name):
            yield from item.names


def _spared(text: str, start: int, end: int, is_name: Callable[[str], bool]) -> bool:
    """Whether something that is no host is to be left alone; an exception of hosts is not of it."""
    if not is_spared(text, start, end, is_name):
        return False
    cut = closed_at(text, start, is_name)
    return not cut or is_spared(text[cut:], start - cut, end - cut, is_name)


def _joined_services(
    text: str, vocabulary: Vocabulary, is_name: Callable[[str], bool]
) -> Iterable[str]:
    """Those that are named in a word with a noun ("nginx-Logs")."""
    for word in _WORD.finditer(text):
        service = vocabulary.service(inflected.service_in(word[0].strip(".?!:")))
        if service is not None and not _spared(text, *word.span(), is_name):
            yield service


def _hosts_of(params: dict[str, object]) -> Iterable[str]:
    hosts = params.get("hosts")
    return [str(h) for h in hosts] if isinstance(hosts, (list, tuple)) else []


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
