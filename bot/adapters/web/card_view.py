"""A card becomes HTML: one pure function, the same text for the same card.

Every piece of text passes `text.prose`, `text.code` or `text.printed`; tags and class names
are written here. Classes start with `o-` because NiceGUI's own styles share the page. What
a button sends (plan, revision, digest) stands on the card's `article`, so that a press
names exactly the card that was looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.adapters.web.text import attributes, code, exact, printed, prose, words
from bot.domain.cards import (
    SIGNS,
    Attachment,
    Bar,
    Block,
    Button,
    ButtonStyle,
    Card,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    StepRow,
    Table,
    TargetRow,
    Tone,
)
from bot.domain.exactly import NOTE, visible
from bot.domain.moments import in_one_zone

FOLD_LINES = 12
"""Output longer than this is folded until somebody asks for all of it."""
_TYPED_BELOW = frozenset({"change"})
"""Buttons whose text is typed into the page's input, and asked for by no dialog."""

_NUMBERED = re.compile(r"(.*?[^0-9])([1-9][0-9]{0,8}|0)")

_MEANS = {Tone.GOOD: "done", Tone.BUSY: "runs", Tone.WARNING: "mind this", Tone.BAD: "failed"}
"""A mark read aloud, where no word stands beside it."""


def card_html(card: Card, *, thread: str = "", way: str = "") -> str:
    """The card as one `article`.

    `thread` is the key of the thread that it stands in, `way` the address of the plan's own page.
    """
    card = in_one_zone(card)
    frame = attributes(
        class_=f"o-card o-tone-{card.tone}",
        id=f"card-{card.id}",
        aria_label=f"{card.title} {card.state}".strip(),
        data_busy=card.busy,  # aria-busy would tell a screen reader to wait with all of it
        data_state=card.state,
        data_card=card.id,
        data_serial=card.serial,
        data_plan=card.plan,
        data_revision=card.revision,
        data_digest=card.digest,
        data_thread=thread,
        tabindex="-1",
    )
    parts = [
        _head(card, way),
        "".join(f'<p class="o-line">{words(line, card.moments)}</p>' for line in card.lines),
        _body(card.body),
        _attachments(card.attachments),
        _buttons(card.buttons, card.plan),
        "".join(f'<p class="o-foot">{words(line)}</p>' for line in card.feet()),
        '<p class="o-notice" role="status" data-ui-own></p>',
    ]
    return f"<article{frame}>{''.join(parts)}</article>"


def _head(card: Card, way: str) -> str:
    if not (card.title or card.state or card.standing):
        return ""
    number = f'<span class="o-number">#{card.plan}</span> ' if card.plan is not None else ""
    if number and way:
        frame = attributes(class_="o-number", href=way, data_go=True, title="graph, targets, story")
        number = f"<a{frame}>#{card.plan}</a> "
    right = f'<span class="o-standing">{prose(card.standing)}</span>' if card.standing else ""
    if card.ends:
        moment = card.ends.isoformat()
        right += f'<time class="o-ends"{attributes(datetime=moment)} data-ui-own></time>'
    if card.state:
        right = f'<span class="o-chip o-tone-{card.tone}">{prose(card.state)}</span>{right}'
    return (
        f'<header class="o-head"><h2 class="o-title">{number}{words(card.subject)}</h2>'
        f'<div class="o-state">{right}</div></header>'
    )


def _body(blocks: tuple[Block, ...]) -> str:
    if not blocks:
        return ""
    return f'<div class="o-body">{"".join(block_html(block) for block in blocks)}</div>'


def block_html(block: Block) -> str:
    """One block of a card's body."""
    match block:
        case Row():
            return _row(block)
        case Paragraph():
            return f'<p class="o-text o-ink-{block.tone}">{words(block.text)}</p>'
        case Heading():
            aside = f'<span class="o-aside">{prose(block.aside)}</span>' if block.aside else ""
            return f'<h3 class="o-heading o-ink-{block.tone}">{words(block.text)}{aside}</h3>'
        case Bar():
            return _bar(block)
        case Table():
            return _table(block)
        case Exact():
            return _exact(block)
        case Output():
            return _output(block)
        case StepRow():
            return _step(block)
        case Divider():
            return '<hr class="o-rule">'


def _spans(spans: tuple[Span, ...]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    tag = "code" if span.code else "strong" if span.strong else "span"
    text = code(span.text) if span.code else words(span.text)
    classes = [f"o-ink-{span.tone}"] if span.tone is not Tone.NEUTRAL else []
    if span.code and span.strong:
        classes.append("o-strong")
    if tag == "span" and not classes:
        return text
    return f"<{tag}{attributes(class_=' '.join(classes) or None)}>{text}</{tag}>"


def _row(row: Row) -> str:
    loud = " o-loud" if row.label.isupper() else ""
    aside = f'<span class="o-aside">{words(row.aside)}</span>' if row.aside else ""
    return (
        f'<div class="o-row o-ink-{row.tone}"><span class="o-label{loud}">{prose(row.label)}</span>'
        f'<span class="o-value">{_spans(row.spans)}</span>{aside}</div>'
    )


def _exact(block: Exact) -> str:
    """All of it, to the letter, however long: nothing here is folded away."""
    text = visible(block.text)
    label = f'<span class="o-label">{prose(block.label)}</span>'
    aside = f'<span class="o-aside">{prose(block.aside)}</span>' if block.aside else ""
    lines = " o-lines" if len(text.lines) > 1 else ""
    odd = f'<span class="o-beneath">{prose(NOTE)}</span>' if text.odd else ""
    more = f'<span class="o-beneath">… {prose(block.more)}</span>' if block.more else ""
    return (
        f'<div class="o-row o-ink-{block.tone}">{label}<span class="o-value">'
        f'<code class="o-exact{lines}">{exact(text)}</code>{odd}{more}</span>{aside}</div>'
    )


def percent(share: float) -> int:
    """A share as whole percent within 0 to 100; what is no number counts as 0."""
    if share != share:  # noqa: PLR0124 -- NaN is the one number that differs from itself
        return 0
    return round(100 * min(1.0, max(0.0, share)))


def _gauge(share: float, tone: Tone, name: str) -> str:
    full = percent(share)
    frame = attributes(
        class_=f"o-gauge o-tone-{tone}",
        role="img",
        aria_label=f"{name} {full} %".strip(),
    )
    return f'<span{frame}><i style="width:{full}%"></i></span>'


def _bar(bar: Bar) -> str:
    return (
        f'<div class="o-bar"><span class="o-label">{prose(bar.label)}</span>'
        f"{_gauge(bar.share, bar.tone, bar.label)}"
        f'<span class="o-measure o-ink-{bar.tone}">{prose(bar.text)}</span></div>'
    )


def _table(table: Table) -> str:
    def cell(tag: str, column: int, text: str) -> str:
        names = ["o-right"] if column in table.right else []
        mono = column in table.code
        names += ["o-mono"] if mono and tag == "td" else []
        kind = attributes(class_=" ".join(names) or None, scope="col" if tag == "th" else None)
        return f"<{tag}{kind}>{code(text) if mono else words(text)}</{tag}>"

    head = "".join(cell("th", at, name) for at, name in enumerate(table.columns))
    rows = "".join(
        f"<tr>{''.join(cell('td', at, text) for at, text in enumerate(row))}</tr>"
        for row in table.rows
    )
    top = f"<thead><tr>{head}</tr></thead>" if any(table.columns) else ""
    return f'<div class="o-scroll"><table class="o-table">{top}<tbody>{rows}</tbody></table></div>'


def _output(output: Output) -> str:
    text = output.text.rstrip("\n")
    lines = text.count("\n") + 1 if text else 0
    title = f'<figcaption class="o-ink-{output.tone}">{prose(output.title)}</figcaption>'
    hidden = ""
    if output.hidden_lines:
        word = "line" if output.hidden_lines == 1 else "lines"
        hidden = f'<p class="o-hidden">… {output.hidden_lines} more {word} not shown</p>'
    long = lines > FOLD_LINES
    fold = (
        '<button type="button" class="o-fold" data-fold>'
        f'<span class="o-more">show all {lines} lines</span>'
        '<span class="o-less">show less</span></button>'
        if long
        else ""
    )
    return (
        f'<figure class="o-output o-tone-{output.tone}{" o-long" if long else ""}">'
        f"{title if output.title else ''}"
        f"{hidden}<pre>{printed(text) or '<em>printed nothing</em>'}</pre>{fold}</figure>"
    )


def elapsed(seconds: float) -> str:
    """A duration as people say it: `0.4 s`, `12 s`, `3 min 10 s`, `2 h 5 min`."""
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _mark(tone: Tone, state: str) -> str:
    means = {"role": "img", "aria_label": _MEANS[tone]} if not state and tone in _MEANS else {}
    frame = attributes(class_="o-mark", aria_hidden=None if means else "true", **means)
    return f"<span{frame}>{SIGNS[tone]}</span>"


def _step(step: StepRow) -> str:
    count = f"{step.done}/{step.total}" if step.total else ""
    took = elapsed(step.elapsed_s) if step.elapsed_s is not None else ""
    gauge = _gauge(step.done / step.total, step.tone, "done") if step.total > 1 else ""
    targets = "".join(_target(target) for target in step.targets)
    targets = f'<div class="o-targets">{targets}</div>' if targets else ""
    return (
        f'<section class="o-step o-tone-{step.tone}">'
        f'<div class="o-step-head"><span class="o-step-number">{step.number}</span>'
        f"{_mark(step.tone, step.state)}"
        f'<code class="o-step-title">{code(step.title)}</code>'
        f'<span class="o-step-aside">{prose(step.aside)}</span>'
        f'<span class="o-step-state">{prose(step.state)}</span>'
        f'<span class="o-measure">{prose(count)}</span>{gauge}'
        f'<span class="o-took">{took}</span></div>{targets}</section>'
    )


def folded(hosts: Sequence[str]) -> str:
    """Names with each run of three and more consecutive numbers as `ci-19…ci-27`."""
    runs: list[list[str]] = []
    for host in hosts:
        if runs and _follows(runs[-1][-1], host):
            runs[-1].append(host)
        else:
            runs.append([host])
    return " ".join(f"{run[0]}…{run[-1]}" if len(run) > 2 else " ".join(run) for run in runs)


def _follows(one: str, other: str) -> bool:
    before, after = _NUMBERED.fullmatch(one), _NUMBERED.fullmatch(other)
    if not before or not after:
        return False
    return before[1] == after[1] and int(before[2]) + 1 == int(after[2])


def _target(target: TargetRow) -> str:
    took = elapsed(target.elapsed_s) if target.elapsed_s is not None else ""
    blocks = "".join(block_html(block) for block in target.blocks)
    every = " ".join(target.hosts)
    short = folded(target.hosts)
    names = attributes(class_="o-hosts", data_hosts=every, title=every if short != every else None)
    return (
        f'<div class="o-target o-tone-{target.tone}">'
        f"{_mark(target.tone, target.state)}"
        f"<span{names}>{prose(short)}</span>"
        f'<span class="o-target-state">{prose(target.state)}</span>'
        f'<span class="o-took">{took}</span>'
        f'<span class="o-said">{words(target.text)}</span></div>'
        + (f'<div class="o-under">{blocks}</div>' if blocks else "")
    )


def _attachments(files: tuple[Attachment, ...]) -> str:
    if not files:
        return ""
    links = "".join(
        f'<button type="button" class="o-file"{attributes(data_file=at)}>'
        f"{prose(file.name)} <small>{_size(file.text)}</small></button>"
        for at, file in enumerate(files)
    )
    return f'<div class="o-files">{links}</div>'


def _size(text: str) -> str:
    size = len(text.encode("utf-8", "replace"))
    return f"{size} B" if size < 1024 else f"{size / 1024:.0f} KiB"


def _buttons(buttons: tuple[Button, ...], plan: int | None) -> str:
    if not buttons:
        return ""
    made = "".join(_button(button, plan) for button in buttons)
    listed = " o-listed" if any("\t" in button.label for button in buttons) else ""
    about = "What you can do" if plan is None else f"What you can do about #{plan}"
    frame = attributes(class_=f"o-buttons{listed}", role="group", aria_label=about)
    return f"<div{frame}>{made}</div>"


def _choices(button: Button) -> str:
    return json.dumps([[c.value, c.label] for c in button.choices]) if button.choices else ""


def _button(button: Button, plan: int | None) -> str:
    """A button. What follows a tab in its label stands beside it (`web-1⇥production`).

    Read aloud it names its plan: a list of a page's buttons has more than one Deny.
    """
    style = "" if button.style is ButtonStyle.PLAIN else f" o-{button.style}"
    label, _, aside = button.label.partition("\t")
    frame = attributes(
        type="button",
        class_=f"o-button{style}",
        data_button=button.id,
        data_value=button.value or None,
        data_asks=(button.id not in _TYPED_BELOW and button.asks) or None,
        data_choices=_choices(button) or None,
        data_says=button.says or None,
        data_key=button.key or None,
        aria_keyshortcuts=button.key or None,
        aria_label=None if plan is None else f"{label} {aside}".rstrip() + f" #{plan}",
    )
    key = f'<kbd aria-hidden="true">{prose(button.key)}</kbd>' if button.key else ""
    beside = f'<span class="o-aside">{prose(aside)}</span>' if aside else ""
    return f"<button{frame}><span>{prose(label)}</span>{beside}{key}</button>"
