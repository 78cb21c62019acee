r"""Text becomes what Slack shows here and nowhere else; and what people wrote there becomes text.

Whatever a card carries is data: words of a person, a model, a host, a log. Three readings of it:

    prose    words: escape sequences, controls and signs that can't be seen are taken out
    printed  what a command printed: the same lines, what can't be seen is written out (`\u202e`)
    mrkdwn   prose inside Slack's own markup: no mention, link, emoji, quote or style comes of it

Cards are rich text, which Slack doesn't parse: prose and printed go into it as they are. Markup
is left for the places that have no rich text (context lines, notices, notifications). Its four
signs have no escape, so that prose carries their look-alikes there; what is approved or was
printed never comes that way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from html import unescape

from bot.domain.harmless import TAB, shaped, unmoved
from bot.domain.marked import Mark, marked
from bot.domain.moments import Form, Named, Where, parts
from bot.domain.unstyled import outside_code, without_bold

_BREAKS = re.compile(r"\r\n|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_OVERWRITES = re.compile(r"\r+\n?")
_PLAIN = re.compile(
    "[ -~\n\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff]*\\Z"
)
"""What has a shape of its own in any order: nearly all that is ever said, found out at once."""
_NO_SHAPE = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_LOOKS_LIKE = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "&": "&amp;", "<": "&lt;", ">": "&gt;"})  # noqa: RUF001 -- on purpose
_EDGE_LINE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_EMOJI = re.compile(r":(?=[\w+'-]*[^\W\d][\w+'-]*:)|(?<!\w):(?=\d+:)")
"""A name between colons; digits too (:100:), unless they are a time's."""
_QUOTE = re.compile(r"^(\s*)>", re.MULTILINE)


def prose(text: str) -> str:
    """Words, with their line breaks; nothing in them that hides or turns the text."""
    if _PLAIN.match(text):
        return text
    text = unmoved(text)
    return "\n".join(_seen(line.replace("\r", " ")) for line in _BREAKS.split(text))


def one_line(text: str) -> str:
    """Words on one line."""
    return " ".join(prose(text).split())


def printed(text: str) -> str:
    """What a command printed: nothing overwrites what stood before a carriage return.

    What a terminal would show last may be what hides an error from whoever looks.
    """
    lines = _OVERWRITES.sub("\n", unmoved(text))
    return "\n".join(
        "".join(map(_written, line.expandtabs(TAB))).rstrip() for line in _BREAKS.split(lines)
    )


def mrkdwn(text: str) -> str:
    """Words inside Slack's markup, where they stay words."""
    out = _QUOTE.sub(r"\1›", prose(text))
    out = _EDGE_LINE.sub("ˍ", _EMOJI.sub("∶", out))  # noqa: RUF001 -- on purpose
    return out.translate(_LOOKS_LIKE)


def sentence(text: str, moments: Sequence[Named] = ()) -> str:
    """A sentence of Overseer's in Slack's markup, its `code` and the *Names* of buttons as such.

    Of the `moments` that it names each reader sees the time in their own zone.
    """
    return "".join(
        _DRAWN[mark](each) if isinstance(each, str) else _named(each)
        for mark, part in marked(prose(text))
        for each in (parts(part, moments) if mark is Mark.WORDS else (part,))
    )


_URL = re.compile(r"https://[^\s<>|]+\Z")
FORMS = {
    Form.TIME: "{time}",
    Form.SECONDS: "{time_secs}",
    Form.DAY: "{date_short_pretty} {time}",
}
"""How Slack is told to say a moment."""


def is_channel(where: Where) -> bool:
    """Whether it is one of Slack's own, whose name clients show by its id."""
    own = where.surface == "slack"
    return own and re.fullmatch(r"C[A-Z0-9]{1,30}", where.channel) is not None


def _named(named: Named) -> str:
    """A moment or a channel in Slack's markup; a moment with what is shown by who knows none."""
    if isinstance(named, Where):
        said = mrkdwn(named.text)
        if is_channel(named):
            return f"<#{named.channel}>"
        return f"<{named.link}|{said}>" if _URL.match(named.link) else said
    return f"<!date^{int(named.at.timestamp())}^{FORMS[named.form]}|{mrkdwn(named.text)}>"


def code(text: str) -> str:
    """A short monospaced text in Slack's markup; it can't end what it stands in."""
    bare = one_line(text).translate(_LOOKS_LIKE)
    return f"`{bare}`" if bare else ""


_DRAWN: Mapping[Mark, Callable[[str], str]] = {
    Mark.WORDS: mrkdwn,
    Mark.CODE: code,
    Mark.NAME: lambda part: f"*{mrkdwn(part)}*",
}


def mention(account: str) -> str:
    """What pings an account; empty for what is no id of Slack's, so that nothing else can."""
    return f"<@{account}>" if re.fullmatch(r"[UW][A-Z0-9]{2,30}", account) else ""


def heard(text: str, me: str = "", name: Callable[[str], str] = lambda _: "") -> str:
    """What a person wrote, as they read it: names instead of ids, and no mention of me.

    Bold words are words, and of signs (which come as `:pray:`) only applause is said by itself.
    """
    text = re.sub(rf"<@{re.escape(me)}(?:\|[^>]*)?>[:,]?", " ", text) if me else text
    text = _REFERENCE.sub(lambda found: _as_read(found, name), text).replace("\u00a0", " ")
    text = unescape(text).strip()
    return outside_code(text, _plainly).strip() or text


def called(text: str) -> frozenset[str]:
    """The words, folded, by which `heard` hands on whoever is called in what a person wrote.

    >>> sorted(called("reload nginx, <@U0999ABCD|Max M>, <!subteam^S12|@sre> <#C1|ops>"))
    ['m', 'max', 'sre']
    """
    found = (
        _as_read(each, lambda _: "") for each in _REFERENCE.finditer(text) if each[1] in {"@", "!"}
    )
    return frozenset(
        word.casefold() for said in found if said.startswith("@") for word in _WORD.findall(said)
    )


def _plainly(text: str) -> str:
    said = without_bold(text, r"\*")
    return _SIGN.sub(lambda found: _sign(found, said), said)


def _sign(found: re.Match[str], said: str) -> str:
    name = found["name"]
    if name.isdecimal() and name != "100":  # a time's
        return found[0]
    first = not said[: found.start()].strip()
    return found[0] if first and name in _APPLAUSE else ""


# Of a bounded length: looked for from each colon of a long text, it takes no time to speak of.
_SIGN = re.compile(r"(?<![^\s:]):(?P<name>[a-z0-9_+'-]{1,100}):(?::skin-tone-\d:)?(?=[\s:.,!?]|\Z)")
_APPLAUSE = frozenset({"+1", "-1", "thumbsup", "thumbsdown", "shipit", "white_check_mark"})
_WORD = re.compile(r"[\w:.-]*\w")
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def _as_read(match: re.Match[str], name: Callable[[str], str]) -> str:
    """A link, a person, a channel or a command, as it stands in the message."""
    sign, target, label = match.groups()
    if sign == "@" and (person := name(target)):
        return person
    if sign in ("@", "#"):
        return f"{sign}{label or target}"
    if sign == "!":
        return label or f"@{target.partition('^')[0]}"
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def _seen(line: str) -> str:
    """Without what has no shape of its own."""
    return shaped("".join(c for c in line if c not in _NO_SHAPE).replace("\t", " "))


def _written(c: str) -> str:
    if " " <= c <= "~" or (unicodedata.category(c)[0] in "LNPS" and c not in _NO_SHAPE):
        return c
    point = ord(c)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
