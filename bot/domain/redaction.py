"""Secrets in text are masked before it is stored, shown or logged.

    redact(text)          whole texts: messages, reasons, what a command printed
    Redactor(literals)    text that arrives in pieces: a secret that two of them share is masked
    spans(text)           where the secrets are, for who keeps only parts of a text

What is masked looks like a secret (a token's known shape, `password=…` and its kin) or is one
of the literal values that were used. The name of the key stays: `DB_PASSWORD=[redacted]`.
Ordinary output is searched for a few short strings and left at that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

MASK = "[redacted]"
LONGEST_LINE = 16_384
"""A `Redactor` holds back no more of a line than this."""

_LONGEST_KEY = 20_000
_SHORT = 4
"""A literal shorter than this is masked only where it stands alone."""

Found = tuple[int, int, int]
"""Where the match begins, where the secret in it begins, where the secret ends."""

_TO = r"(?=[\s,;\"'`)}\]]|$)"
_HARMLESS = (
    r"(?!(?:null|nil|none|true|false|yes|no|on|off|files|compat|sss|systemd|required|optional|set"
    r"|unset|missing|empty|\*+|-+|password|token|secret|string|\[redacted\]\S*|<[^>\s]*>|\$\{[^}\s]*\}"
    r"|(?-i:\$[A-Z_][A-Z0-9_]*)|\{\{[^}]*\}\}|(?:env|file|command|store):\S*)" + _TO + ")"
)
_ORDINARY = (
    r"files?|paths?|dirs?|names?|min|max|len\w*|types?|counts?|polic\w*|expir\w*|age|ttl|ur[li]|last"
    r"|authentication|chang\w*|cmd|commands?|prompts?|refs?|days|warn\w*|timeout|endpoint|algo\w*"
    r"|manager|enabled|agents?|version|size|limit|usage|mode"
)
_KEY = (
    r"(?:(?<![/(])passw(?:or)?d|passwort|kennwort|wachtwoord|mot de passe|contrase(?:ñ|n\u0303|n)a"
    r"|passphrase|passcode|(?<![a-z/(])pass(?![a-z])|(?<![a-z])pwd(?!\W{1,3}/)"
    r"|secret(?!s\W)|token(?!s\W)|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key"
    r"|encryption[_-]?key|signing[_-]?key|masterauth)"
    rf"(?!(?:[\w.-]{{0,40}}[_.-])?(?:{_ORDINARY})(?![a-z]))[\w.-]{{0,40}}+"
)
_SEPARATOR = r"\\*+[\"'`]?+\]?+[ \t]*+(?>=>|:=|==?|:(?!:|//))[ \t]*+"
_QUOTED = r"(?P<q>\\*[\"'`])(?P<a>(?:(?!(?<!\\)(?P=q))[^\n])+)"
_WORD = r"(?P<b>[^\s\"'`]\S*|[\"'`]\S+)"
_LINE_START = (
    r"^[ \t]*(?:[-+#;>]+[ \t]*)?(?:(?:export|set|setenv|declare(?: -\w+)?)[ \t]+)?[\w.-]{0,80}?"
)


def _rule(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII if case else re.ASCII | re.IGNORECASE)


_KEY_GATES = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "masterauth",
    "kennwort",
    "wachtwoord",
    "contrase",
)
_KEY_WORDS = (
    *("passw", "passphrase", "passcode", "pass=", "pass:", "_pass", "-pass", 'pass"', "pass'"),
    *("kennwort", "wachtwoord", "mot de passe", "contrase"),
    *("pass ", "pwd", "secret", "token", "masterauth"),
    *("api_key", "api-key", "apikey", "access_key", "access-key", "accesskey"),
    *("private_key", "private-key", "privatekey", "auth_key", "auth-key", "authkey"),
    *("encryption_key", "encryption-key", "encryptionkey", "signing_key", "signing-key"),
)

_TOKEN = re.compile(
    r"(?:AKIA[0-9A-Z]{12,}|ASIA[0-9A-Z]{12,}|gh[opsur]_\w{8,}|github_pat_\w{8,}"
    r"|xox[abeoprs]-[\w-]{6,}|sk-(?<![\w-]sk-)(?=[\w-]*\d)[\w-]{12,}|sk_(?:live|test)_\w{8,}"
    r"|rk_(?:live|test)_\w{8,}|glpat-[\w-]{8,}|AIza[\w-]{20,}"
    r"|eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}|hvs\.[\w-]{8,}|npm_\w{30,}"
    r"|hooks\.slack\.com/services/\S{8,}|webhooks/\d+/\S{8,}|AGE-SECRET-KEY-1\w{8,}"
    r"|\$(?:[1567y]|2[abxy]|gy|argon2\w*)\$[./\w$=,+-]{16,})",
    re.ASCII,
)

_Rule = tuple[tuple[str, ...], tuple[str, ...], tuple[re.Pattern[str], ...]]
_RULES: tuple[_Rule, ...] = (
    (
        _KEY_GATES,
        _KEY_WORDS,
        (
            _rule(rf"{_LINE_START}{_KEY}{_SEPARATOR}{_HARMLESS}(?P<a>[^\s\"'`\\{{\[][^\n]*)"),
            _rule(
                rf"{_KEY}{_SEPARATOR}(?!\\*[\"'`]{_HARMLESS[3:]}{_HARMLESS}(?:{_QUOTED}|{_WORD})"
            ),
            _rule(rf"<[\w:.-]{{0,60}}{_KEY}(?:[ \t][^<>]{{0,200}})?>(?P<a>[^<\n]+)"),
            _rule(
                r"(?<![\w-])--?(?:[\w]+-){0,4}(?:password|passwd|passphrase|pass|secret|token|"
                rf"api-?key|secret-key|access-key)[ \t]+(?!-){_HARMLESS}(?:{_QUOTED}|{_WORD})"
            ),
            _rule(rf"\bsshpass\b[^\n]{{0,200}}?[ \t]-p[ \t]*(?:{_QUOTED}|{_WORD})", case=True),
            _rule(rf"\brequirepass[ \t]+(?:{_QUOTED}|{_WORD})"),
            _rule(r"\blogin[ \t]+\S+[ \t]+password[ \t]+(?P<a>\S+)"),
        ),
    ),
    (
        ("authorization",),
        ("authorization",),
        (
            _rule(
                r"authorization\\*[\"']?[ \t]*[:=][ \t]*\\*[\"']?(?:(?:bearer|basic|token|digest"
                r"|negotiate|apikey|aws4-hmac-sha256)[ \t]+)?+" + _HARMLESS + r"(?P<a>[^\s\"'`\\]+)"
            ),
        ),
    ),
    (("bearer ",), ("bearer ",), (_rule(r"\bbearer[ \t]+(?P<a>[\w.~+/=-]{16,})"),)),
    (("://",), ("@",), (_rule(r"://[^\s/:@\"'`]{0,256}:(?!\[redacted\]@)(?P<a>[^\s/\"'`]+)@"),)),
    (
        ("curl",),
        ("curl",),
        (
            _rule(
                r"\bcurl\b[^\n]{0,1000}?[ \t](?:-\w*[uU]|--(?:proxy-)?user)[ \t=]*"
                r"(?:(?P<q>[\"'])[^:\"'\n]{1,256}:(?P<a>[^\n]*?)(?=(?P=q)|$)"
                r"|[^\s:\"'`]{1,256}:(?P<b>\S+))",
                case=True,
            ),
        ),
    ),
    (
        ("mysql", "mariadb"),
        ("mysql", "mariadb"),
        (
            _rule(
                rf"\b(?:mysql|mariadb)\w*[^\n|;&]{{0,300}}?[ \t]-p(?:{_QUOTED}|{_WORD})", case=True
            ),
        ),
    ),
    (
        ("identified ",),
        ("identified ",),
        (_rule(rf"\bidentified[ \t]+(?:with[ \t]+\S+[ \t]+)?by[ \t]+{_QUOTED}"),),
    ),
)

_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"[^\n]{0,100}?[A-Za-z0-9+/=]{1,80}[\"',\\ \r]*|[A-Za-z-]+: [^\n]{1,80}|\s*")
_KEY_TEXT = re.compile(r"[^\n]{0,100}?[A-Za-z0-9+/]{40,80}={0,2}[\"',\\ \r]*")


def redact(text: str, literals: Sequence[str] = ()) -> str:
    """The text with every secret in it masked. Masking twice changes nothing more.

    >>> redact("DB_PASSWORD=hunter2")
    'DB_PASSWORD=[redacted]'
    """
    found = spans(text, literals)
    return masked(text, found) if found else text


def masked(text: str, found: Iterable[Found], begin: int = 0, end: int | None = None) -> str:
    """What lies between `begin` and `end`, with what was found masked."""
    end = len(text) if end is None else end
    parts: list[str] = []
    at = begin
    for _, first, last in found:
        if last <= begin or first >= end:
            continue
        parts += [text[at:first], MASK]
        at = last
    parts.append(text[at:end])
    return "".join(parts)


def literals_of(value: str) -> tuple[str, ...]:
    """A secret's value as the lines in which it would be printed."""
    return tuple(line for line in map(str.strip, value.splitlines()) if line)


def spans(text: str, literals: Sequence[str] = ()) -> list[Found]:
    """Where secrets are, in order and without overlap."""
    found = list(_private_keys(text)) if "-----" in text else []
    for literal in literals:
        found += _literal(text, literal)
    found += ((match.start(), *match.span()) for match in _TOKEN.finditer(text))
    low = text.lower()
    rules = [rule for rule in _RULES if any(gate in low for gate in rule[0])]
    if rules:
        start = 0
        for line in text.split("\n"):
            low = line.lower()
            for _, words, patterns in rules:
                if any(word in low for word in words):
                    found += _matches(line, patterns, start)
            start += len(line) + 1
    return _merged(found) if found else found


def _matches(line: str, patterns: Iterable[re.Pattern[str]], start: int) -> Iterator[Found]:
    for pattern in patterns:
        for match in pattern.finditer(line):
            group = "a" if match["a"] is not None else "b"
            first, last = match.span(group)
            yield start + match.start(), start + first, start + last


def _literal(text: str, literal: str) -> Iterator[Found]:
    at = text.find(literal)
    while at >= 0:
        end = at + len(literal)
        around = text[at - 1 : at] + text[end : end + 1]
        if len(literal) >= _SHORT or not any(c.isalnum() for c in around):
            yield at, at, end
        at = text.find(literal, at + 1)


def _private_keys(text: str) -> Iterator[Found]:
    """Keys from BEGIN to END; where one of the two is missing, what looks like the key's lines."""
    at = 0
    while begin := _BEGIN.search(text, at):
        end = _END.search(text, begin.end(), begin.end() + _LONGEST_KEY)
        at = end.end() if end else _key_lines(text, begin.end())
        yield begin.start(), begin.start(), at
    first_begin = _BEGIN.search(text)
    end = _END.search(text)
    if end and (first_begin is None or end.start() < first_begin.start()):
        start = _before_end(text, end.start())
        yield start, start, end.end()


def _last_begin(text: str) -> re.Match[str] | None:
    begins = list(_BEGIN.finditer(text)) if "-----BEGIN" in text else []
    return begins[-1] if begins else None


def _key_lines(text: str, at: int) -> int:
    """Where the lines of a key end that has no END."""
    limit = at + _LONGEST_KEY
    while at < min(len(text), limit):
        newline = text.find("\n", at)
        newline = len(text) if newline < 0 else newline
        if not _KEY_LINE.fullmatch(text, at, min(newline, limit)):
            break
        at = newline + 1
    return min(at, len(text))


def _before_end(text: str, end: int) -> int:
    """Where the lines of a key begin that has no BEGIN."""
    start = text.rfind("\n", 0, end) + 1
    shorts = 1  # the last line before END has any length; the first may be what a cut left
    while start:
        previous = text.rfind("\n", 0, start - 1) + 1
        if not _KEY_TEXT.fullmatch(text, previous, start - 1):
            if not shorts and previous:
                break
            shorts = 0
        start = previous
    return start


def _merged(found: list[Found]) -> list[Found]:
    found.sort(key=lambda span: span[1])
    merged: list[Found] = [found[0]]
    for match, first, last in found[1:]:
        before = merged[-1]
        if first < before[2]:
            merged[-1] = (min(before[0], match), before[1], max(before[2], last))
        else:
            merged.append((match, first, last))
    return merged


class Redactor:
    """Masks text that arrives in pieces; a line is held back until it is whole.

    Of a private key nothing comes through until its END. A line longer than `LONGEST_LINE`
    is passed on in pieces, cut where no secret lies.
    """

    def __init__(self, literals: Sequence[str] = ()) -> None:
        """`literals` may be a list that grows while this is used."""
        self._literals = literals
        self._held = ""
        self._in_key = -1
        self._drop_line = False

    def feed(self, text: str) -> str:
        """Take what comes next; what is safe to show now."""
        text = self._held + text
        parts: list[str] = []
        whole = 0  # so far reaches a private key that is here from BEGIN to END
        while True:
            if self._drop_line:
                _, newline, text = text.partition("\n")
                self._drop_line = not newline
                parts.append(newline)
            if self._in_key >= 0 and not (text := self._after_key(text)):
                break
            begin = _last_begin(text)
            end = _END.search(text, begin.end()) if begin else None
            if begin is None or end:
                whole = end.end() if end else 0
                break
            parts += [redact(text[: begin.start()], self._literals), MASK]
            text, self._in_key = text[begin.end() :], 0
        if self._in_key < 0:
            cut = max(whole, text.rfind("\n") + 1)
            if len(text) - cut > LONGEST_LINE:
                cut = self._cut(text)
            parts.append(redact(text[:cut], self._literals))
            self._held = "" if self._drop_line else text[cut:]
            if self._drop_line:
                parts.append(MASK)
        return "".join(parts)

    def end(self, *, broken: bool = False) -> str:
        """What was held back; nothing of it when the text was `broken` off there."""
        held, self._held = self._held, ""
        inside, self._in_key = self._in_key >= 0, -1
        return "" if inside or broken else redact(held, self._literals)

    def _after_key(self, text: str) -> str:
        """What follows the key; empty while its END has not come."""
        end = _END.search(text)
        if end:
            self._in_key, self._held = -1, ""
            return text[end.end() :]
        keep = text[-100:]
        self._in_key += len(text) - len(keep)
        self._held = keep
        if self._in_key > _LONGEST_KEY:
            self._in_key, self._held = -1, ""
            return keep
        return ""

    def _cut(self, text: str) -> int:
        """Where a line that is too long can be cut."""
        middle = len(text) - LONGEST_LINE // 2
        space = text.rfind(" ", middle - 500, middle) + 1
        middle = space or middle
        for match, _, last in spans(text, self._literals):
            if match < middle < last:
                if last == len(text) and last - match > LONGEST_LINE // 2:
                    self._drop_line = True  # a secret without an end in sight
                return match
        return middle


def holds(literals: list[str], value: str) -> None:
    """Add a secret's value to a list of literals."""
    literals += [line for line in literals_of(value) if line not in literals]
