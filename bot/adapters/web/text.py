"""Text becomes HTML here and nowhere else.

Whatever a card carries is data: words of a person, a model, a host, a log. So every
character that HTML reads as markup is escaped, and every character that the eye does not
see, or that would turn the text around, is shown as its code point. What a reader approves
is then what stands there: no command hides a letter, no line runs backwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape

from bot.domain.exactly import Visible
from bot.domain.marked import Mark, marked
from bot.domain.moments import Named, Where, parts

# C0 and C1 controls but tab and newline, soft hyphen, Arabic letter mark, zero-width space,
# direction marks, line separators, bidi embeddings, overrides and isolates, word joiner and
# invisible operators, BOM, interlinear marks, tag characters, lone surrogates.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff"
)
_PROSE = re.compile(f"[{_UNSEEN}]")
_CODE = re.compile(f"[{_UNSEEN}\u200c\u200d\u00a0\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]")
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_OVERWRITES = re.compile(r"\r+\n?")


def _shown(match: re.Match[str]) -> str:
    point = ord(match.group())
    return f'<span class="o-odd" title="a character that is not seen">U+{point:04X}</span>'


def prose(text: str) -> str:
    """Escaped text; characters that hide or turn text show as their code points."""
    return _PROSE.sub(_shown, escape(text.replace("\r\n", "\n"), quote=True))


def words(text: str, named: Sequence[Named] = ()) -> str:
    """A sentence: as `prose`, with its `code` and the *Names* of buttons drawn as such.

    A channel that it names leads there.
    """
    return "".join(
        _DRAWN[mark](each) if isinstance(each, str) else _named(each)
        for mark, part in marked(text)
        for each in (parts(part, named) if mark is Mark.WORDS else (part,))
    )


def _named(named: Named) -> str:
    said = prose(named.text)
    if not isinstance(named, Where) or not named.link.startswith("https://"):
        return said
    way = attributes(href=named.link, rel="noopener noreferrer", target="_blank")
    return f'<a class="o-where"{way}>{said}</a>'


def code(text: str) -> str:
    """As `prose`, stricter: joiners, odd spaces and variation selectors show as well."""
    return _CODE.sub(_shown, escape(text.replace("\r\n", "\n"), quote=True))


_DRAWN: Mapping[Mark, Callable[[str], str]] = {
    Mark.WORDS: prose,
    Mark.CODE: lambda part: f'<code class="o-inline">{code(part)}</code>',
    Mark.NAME: lambda part: f"<em>{prose(part)}</em>",
}
_WRITTEN = re.compile(r"\\(?:\\|t|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def exact(text: Visible) -> str:
    """A text that is approved as it stands: what was written out in it is set apart."""
    plain = escape("\n".join(text.lines), quote=True)
    return _WRITTEN.sub(_set_apart, plain) if text.odd else plain


def _set_apart(match: re.Match[str]) -> str:
    return match[0] if match[0] == "\\\\" else f'<span class="o-odd">{match[0]}</span>'


def printed(text: str) -> str:
    """What a command printed: terminal sequences are dropped, then as `code`.

    Nothing overwrites what stood before a carriage return: that may be what hides an error.
    """
    return code(_OVERWRITES.sub("\n", _TERMINAL.sub("", text)))


def attributes(**values: str | int | bool | None) -> str:
    """Attributes with escaped values; `class_` and `data_key` become `class` and `data-key`.

    None and False leave an attribute out, True gives it without a value.
    """
    return given({name.rstrip("_").replace("_", "-"): value for name, value in values.items()})


def given(values: Mapping[str, str | int | bool | None]) -> str:
    """Attributes by their own names."""
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        parts.append(f" {name}" if value is True else f' {name}="{_flat(str(value))}"')
    return "".join(parts)


def _flat(value: str) -> str:
    """An attribute's value: escaped; NUL and lone surrogates can't stand in HTML."""
    return escape(re.sub("[\x00\ud800-\udfff]", "\ufffd", value), quote=True)
