"""The answers about plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.alike import beside, shape
from bot.domain.cards import Block, Heading, Output, Paragraph, Row, Table, Tone, plain
from bot.domain.wording import count, duration, folded, listed
from bot.skillkit.contract import HostResult, Report

SHOWN_LINES = 6
MOST_TARGETS = 8
"""So many hosts of a step have a row each."""
NAMED = 6
LONGEST_CELL = 60
IN_FULL = 5
"""So many changes of one host or service are told in full, with reason and voters."""

NEWEST = 2
"""So many of more than that are."""

NONE = ("Nobody ", "Nothing ", "You changed nothing")
"""How a first sentence begins that denies what may only be untold in a bound channel."""

Entry = Mapping[str, Any]


# -- the history ----------------------------------------------------------------------------


def history(p: Any, results: Sequence[HostResult]) -> Report:
    """What was done, first and whole; then what waits, what never ran, and the rest counted."""
    found: Mapping[str, Any] = results[0].result.data or {}
    if found.get("unknown"):
        who = f"I know nobody called {found['unknown']}"
        return Report(says=f"{who}; `./overseer people list` shows who there is.")
    done, waits, ended = (list(found.get(kind) or ()) for kind in ("done", "open", "ended"))
    cut: Mapping[str, int] = found.get("cut") or {}
    blocks: list[Block] = [Paragraph(text=text) for text in found.get("boots") or ()]
    full = (p.hosts or p.service or p.outcome) and len(done) + len(ended) <= IN_FULL
    if full:
        for entry in (*done, *waits, *ended):
            blocks += _in_full(entry)
    else:
        if p.hosts or p.service or p.outcome:  # of what is asked about closely, the newest whole
            for entry in done[:NEWEST]:
                blocks += _in_full(entry)
            done_before = done[NEWEST:]
        else:
            done_before = done
        before = "before" if len(done_before) < len(done) else ""
        for title, entries in ((before, done_before), ("waits", waits), ("never ran", ended)):
            blocks += _listed(title, entries)
    also = _counted(found.get("counted") or {}, asked=bool(done or waits or ended))
    others = f"{found['elsewhere']} more elsewhere." if found.get("elsewhere") else ""
    for text in (also, _cut(cut, p), others):
        if text:
            blocks.append(Paragraph(text=text, tone=Tone.DIM))
    said = [_done(p, len(done) + cut.get("done", 0), found), _open([*done, *waits])]
    if p.outcome == "refused":
        said = [_refused(len(ended) + cut.get("ended", 0), found)]
    if others and said[0].startswith(NONE):
        said[0] = f"As far as I may say here, {said[0][0].lower()}{said[0][1:]}"
    said.insert(0, _voted(p, found.get("voted") or ()))
    return Report(says=" ".join(text for text in said if text), blocks=tuple(blocks))


def _done(p: Any, number: int, found: Mapping[str, Any]) -> str:
    span = f" {found['span']}" if found.get("span") else ""
    where = (f" with {p.service}" if p.service else "") + (
        f" on {folded(p.hosts)}" if p.hosts else ""
    )
    if p.outcome == "failed":
        return f"{count(number, 'change') if number else 'Nothing'} failed{where}{span}."
    if not number:
        return f"{_nobody(p)}{where} through Overseer{span}.{_way(p)}"
    return f"{count(number, 'change')}{where}{span}{_of_today(number, found.get('today'))}."


def _of_today(number: int, today: int | None) -> str:
    """How many of the changes are of today, where the span began before."""
    if today is None:
        return ""
    if 0 < today < number:
        return f", {today} of them today"
    return ", none today" if not today else ", today" if number == 1 else ", all of them today"


def _nobody(p: Any) -> str:
    if not p.person:
        return "Nobody has changed anything"
    return "You changed nothing" if p.person in {"me", "i", "my"} else f"{p.person} changed nothing"


def _voted(p: Any, voted: Sequence[Mapping[str, Any]]) -> str:
    """`chris approved #7 and #3, and denied #5.`"""
    said = []
    for how in ("approved", "denied"):
        names = [f"#{each['plan']}" for each in voted if each["voted"] == how]
        if len(names) > NAMED:
            names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
        if names:
            said.append(f"{how} {listed(names)}")
    who = "You" if p.person in {"me", "i", "my"} else p.person
    return f"{who} {', and '.join(said)}." if said else ""


def _way(p: Any) -> str:
    alone = p.service and not p.hosts
    return " Name a host, and I look since when it runs there." if alone else ""


def _refused(number: int, found: Mapping[str, Any]) -> str:
    span = f" {found['span']}" if found.get("span") else ""
    what = count(number, "request was", "requests were") if number else "Nothing was"
    return f"{what} refused{span}."


def _open(entries: Sequence[Entry]) -> str:
    """`#134 and #133 wait for votes; #130 wants a decision.`"""
    said = []
    for what, one, more in (
        ("vote", "waits for votes", "wait for votes"),
        ("decision", "wants a decision", "want a decision"),
        ("start", "starts later", "start later"),
    ):
        names = [f"#{entry['plan']}" for entry in entries if entry.get("waits") == what]
        if len(names) > NAMED:
            names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
        if names:
            said.append(f"{listed(names)} {one if len(names) == 1 else more}")
    return f"{'; '.join(said)}." if said else ""


def _counted(counted: Mapping[str, int], *, asked: bool) -> str:
    """`And 31 reads, 12 plans that were only drafted.`"""
    said = []
    if reads := counted.get("reads"):
        said.append(count(reads, "read"))
    if drafts := counted.get("drafts"):
        said.append(count(drafts, "plan that was only drafted", "plans that were only drafted"))
    if not said:
        return ""
    return f"{'And' if asked else 'There were'} {listed(said)}."


def _cut(cut: Mapping[str, int], p: Any) -> str:
    """What is not shown, and how to see it."""
    names = {"done": "older change", "open": "waiting plan", "ended": "plan that never ran"}
    plurals = {"ended": "plans that never ran"}
    said = [count(more, names[kind], plurals.get(kind, "")) for kind, more in cut.items()]
    if not said:
        return ""
    ways = ["a shorter time"]
    ways += [] if p.person else ["a person"]
    ways += [] if p.service else ["a service"]
    ways += [] if p.hosts else ["a host"]
    return f"Not shown: {listed(said)}. To see them, name {listed(ways[::-1], 'or')}."


def _listed(title: str, entries: Sequence[Entry]) -> Iterator[Block]:
    if not entries:
        return
    if title:
        yield Heading(text=title)
    yield Table(
        columns=("plan", "when", "who", "what", "state", "outcome"),
        rows=tuple(
            (
                f"#{entry['plan']}",
                str(entry["at"]),
                str(entry["requester"]),
                _what(entry),
                str(entry["state"]),
                _short(str(entry.get("outcome") or "")),
            )
            for entry in entries
        ),
    )


def _short(text: str) -> str:
    """A cell of a table: the plan itself tells the whole."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1].rstrip()}…"


def _what(entry: Entry) -> str:
    reason = f" (because: {entry['reason']})" if entry.get("reason") else ""
    before = f" ({entry['before'][-1]['text']})" if entry.get("before") else ""
    return f"{entry['title']}{reason}{before}"


def _in_full(entry: Entry) -> Iterator[Block]:
    """One change: who asked and why, who voted, what came of it, and where it stands."""
    yield Heading(text=f"#{entry['plan']}  {entry['title']}", aside=str(entry["state"]))
    yield _row("asked", f"{entry['requester']}, {entry['at']}")
    if entry.get("reason"):
        yield _row("because", entry["reason"])
    for n, said in enumerate(entry.get("before") or ()):
        yield _row("" if n else "before", said["text"], said["at"])
    if entry.get("voters"):
        yield _row("approved", listed(list(entry["voters"])))
    if entry.get("outcome"):
        yield _row("outcome" if entry.get("ran", True) else "why", entry["outcome"])
    if entry.get("link"):
        yield _row("card", entry["link"])


# -- one plan -------------------------------------------------------------------------------


def show(p: Any, results: Sequence[HostResult]) -> Report:
    """One plan: who, what, which commands, what each host did, and what was gone over."""
    found: Mapping[str, Any] | None = results[0].result.data
    if not found:
        return Report(says=f"There is no plan #{p.plan}; `history` lists them.")
    blocks: list[Block] = [_row("asked", found.get("request") or found["title"], str(found["at"]))]
    if found.get("reason"):
        blocks.append(_row("because", found["reason"]))
    if found.get("read"):
        blocks.append(_row("read", found["read"]))
    for n, said in enumerate(found.get("before") or ()):
        blocks.append(_row("" if n else "before", said["text"], said["at"]))
    for n, said in enumerate(found.get("decided") or ()):
        blocks.append(_row("" if n else "decided", said["text"], said["at"]))
    for n, why in enumerate(found.get("refused") or ()):
        label = "" if n else "refused"
        blocks.append(
            Row(label=label, spans=plain(why["text"]), aside=f"[{why['id']}]", tone=Tone.BAD)
        )
    if found.get("digest"):
        blocks.append(_row("digest", str(found["digest"])))
    if found.get("link"):
        blocks.append(_row("card", str(found["link"])))
    for step in found.get("steps") or ():
        title = f"{step['number']}  {step['title']}"
        blocks.append(Heading(text=title, aside=folded(step["hosts"])))
        blocks += [b for text in step.get("commands") or () for b in _command(text)]
        blocks += _targets(step.get("targets") or ())
    story: Sequence[Mapping[str, str]] = found.get("story") or ()
    if story:
        blocks.append(Heading(text="history"))
        blocks += [Row(label="", spans=plain(s["text"]), aside=s["at"]) for s in story]
    outcome = f", {str(found['outcome']).rstrip('.')}" if found.get("outcome") else ""
    outcome = "" if found.get("refused") else outcome  # the rows say why
    says = f"#{found['plan']} {found['title']}, asked by {found['requester']}"
    sends = p.plan if found.get("apart") and found.get("waits") in {"vote", "decision"} else None
    text = f"{says}: {found['state']}{outcome}."
    return Report(says=text, blocks=tuple(blocks), sends=sends)


def cancel(p: Any, results: Sequence[HostResult]) -> Report:
    """What became of it."""
    data: Mapping[str, Any] = results[0].result.data or {}
    text = data.get("text") or f"#{p.plan} is cancelled; it runs no more."
    return Report(says=str(text))


def _command(text: str) -> Iterator[Block]:
    """A command; of a long script its beginning, the plan's own file has all of it."""
    lines = f"$ {text}".splitlines()
    yield Output(text="\n".join(lines[:SHOWN_LINES]))
    if len(lines) > SHOWN_LINES:
        more = count(len(lines) - SHOWN_LINES, "more line")
        yield Paragraph(text=f"… {more} after these", tone=Tone.DIM)


def _targets(targets: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """A row for each host; of many one for all that ended alike, with the longest of them."""
    if len(targets) <= MOST_TARGETS:
        yield from map(_target, targets)
        return
    same: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for target in targets:
        note = shape(str(target.get("note") or ""), str(target["host"]))
        same.setdefault((str(target["state"]), note), []).append(target)
    for (_, note), alike in same.items():
        hosts = [str(target["host"]) for target in alike]
        took = [float(t["duration_s"]) for t in alike if t.get("duration_s") is not None]
        row = _target({**alike[0], "host": folded(hosts), "note": beside(note, hosts)})
        slow = took and len(hosts) > 1 and max(took) >= 1
        most = f"at most {duration(max(took))}" if slow else row.aside
        yield row.model_copy(update={"aside": most})


def _target(target: Mapping[str, Any]) -> Row:
    took = target.get("duration_s")
    return Row(
        label=str(target["state"]),
        spans=plain(f"{target['host']}  {target.get('note') or ''}".rstrip()),
        aside=duration(float(took)) if took is not None else "",
        tone=Tone(target.get("tone") or "neutral"),
    )


def _row(label: str, text: Any, aside: str = "") -> Row:
    return Row(label=label, spans=plain(str(text)), aside=aside)
