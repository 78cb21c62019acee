"""The answers about machines: bars for one or a few hosts, one dense table for many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bot.domain.cards import Bar, Block, Heading, Output, Paragraph, Row, Table, Tone, plain
from bot.domain.wording import count, duration, folded, listed, percent, size
from bot.skillkit.contract import HostResult, Report
from skills.host.facts import Disk, Health, parse_df, parse_health

FEW = 4
"""Up to this many hosts get bars of their own."""
LOAD, MEMORY, DISK = 1.01, 0.9, 0.85
"""From here on load per CPU, taken memory (or swap) and a disk are worth a look."""
BUSY = 0.7
"""Above this load per CPU a machine is busy."""

T = TypeVar("T")


def hosts(p: Any, results: Sequence[HostResult]) -> Report:
    """The inventory as a table."""
    found = results[0].result.data or []
    others = ""
    if isinstance(found, Mapping):
        others = f" {found['elsewhere']} more elsewhere."
        found = found["hosts"]
    if not found and not others:
        return Report(
            says=f"There is no host in {p.group}." if p.group else "There is no host yet."
        )
    rows = tuple(
        (h["name"], h["environment"], " ".join(h["groups"]), h.get("connection", "")) for h in found
    )
    where = f" in {p.group}" if p.group else ""
    table = Table(columns=("host", "environment", "groups", "reached by"), rows=rows)
    says = f"{count(len(rows), 'host')}{where}.{others}"
    return Report(says=says, blocks=(table,) if rows else ())


def status(p: Any, results: Sequence[HostResult]) -> Report:
    """How the machines are, the worst first."""
    read, failed = _parsed(results, parse_health)
    read.sort(key=lambda pair: (-_trouble(pair[1]), pair[0]))
    blocks: list[Block] = [*failed]
    if len(read) <= FEW:
        for host, health in read:
            blocks += _one(host, health)
    else:
        blocks += _table(read)
    return Report(says=_sentence(read, len(results) - len(read)), blocks=tuple(blocks))


def _one(host: str, health: Health) -> Iterator[Block]:
    yield Heading(text=host, aside=health.system, tone=_tone(_trouble(health)))
    yield Row(label="up", spans=plain(duration(health.uptime_s)), aside=health.kernel)
    yield Row(
        label="load",
        spans=plain("  ".join(f"{load:.2f}" for load in health.load)),
        aside=f"{count(health.cpus, 'CPU')}, {_busy(health)}",
        tone=Tone.WARNING if health.load_per_cpu >= LOAD else Tone.NEUTRAL,
    )
    taken = health.memory_kib - health.available_kib
    yield _bar("memory", health.memory_share, taken, health.memory_kib)
    if health.swap_kib:
        used = health.swap_kib - health.swap_free_kib
        yield _bar("swap", health.swap_share, used, health.swap_kib)
    for disk in health.disks:
        yield _disk_bar(disk)
    if health.failed_units:
        yield Row(label="FAILED", spans=plain(folded(health.failed_units)), tone=Tone.BAD)
    if health.reboot_required:
        yield Row(label="reboot", spans=plain("wanted by an upgrade"), tone=Tone.WARNING)


def _busy(health: Health) -> str:
    """The load in a word; that of the last minute only where it is another."""
    if health.load_per_cpu >= LOAD:
        calmer = health.load[0] / max(1, health.cpus) <= BUSY
        return "more than it could do, calmer now" if calmer else "more than it can do"
    return "busy" if health.load_per_cpu > BUSY else "calm"


def _table(read: Sequence[tuple[str, Health]]) -> Iterator[Block]:
    columns = ("host", "up", "load", "CPUs", "memory", "fullest disk", "remarks")
    yield Table(columns=columns, rows=tuple(_cells(*pair) for pair in read), right=(2, 3, 4))


def _cells(host: str, health: Health) -> tuple[str, ...]:
    fullest = health.fullest
    return (
        host,
        duration(health.uptime_s),
        f"{health.load[1]:.2f}",
        str(health.cpus),
        percent(health.memory_share),
        f"{percent(fullest.share)} {fullest.mount}" if fullest else "",
        ", ".join(_reasons(health)),
    )


def _sentence(read: Sequence[tuple[str, Health]], silent: int) -> str:
    worrying = [host for host, health in read if _trouble(health) >= 1]
    if len(read) == 1 and not silent:
        host, health = read[0]
        if worrying:
            return f"{host} needs a look: {listed(list(_reasons(health)))}."
        fullest = health.fullest
        full = f", fullest disk {fullest.mount} at {percent(fullest.share)}" if fullest else ""
        return (
            f"{host} is fine: up {duration(health.uptime_s)}, "
            f"memory {percent(health.memory_share)} taken{full}."
        )
    parts = []
    if silent:
        parts.append(f"{count(silent, 'host')} gave no answer")
    if worrying:
        which = listed(worrying) if len(worrying) < 5 else str(len(worrying))
        parts.append(f"{which} {'is' if len(worrying) == 1 else 'are'} worth a look")
    if fine := len(read) - len(worrying):
        parts.append(f"{fine} {'is' if fine == 1 else 'are'} fine")
    return f"{', '.join(parts)}." if parts else "No host answered."


def _trouble(health: Health) -> float:
    """How much attention a machine needs: from 1 it is worth a look."""
    score = [health.load_per_cpu / LOAD, health.memory_share / MEMORY, health.swap_share / MEMORY]
    score += [disk.share / DISK for disk in health.disks]
    if health.failed_units:
        score.append(1.2)
    if health.reboot_required:
        score.append(1.0)
    return max(score)


def _reasons(health: Health) -> Iterator[str]:
    """Why a machine is worth a look, in words."""
    if failed := health.failed_units:
        yield f"{listed(failed) if len(failed) < 4 else count(len(failed), 'unit')} failed"
    if health.load_per_cpu >= LOAD:
        yield f"load {health.load[1]:.2f} on {count(health.cpus, 'CPU')}"
    if health.memory_share >= MEMORY:
        yield f"memory {percent(health.memory_share)} taken"
    if health.swap_share >= MEMORY:
        yield f"swap {percent(health.swap_share)} taken"
    yield from (f"{d.mount} {percent(d.share)} full" for d in health.disks if d.share >= DISK)
    if health.reboot_required:
        yield "an upgrade wants a reboot"


def _tone(trouble: float) -> Tone:
    return Tone.WARNING if trouble >= 1 else Tone.GOOD


def _bar(label: str, share: float, used_kib: float, of_kib: float) -> Bar:
    tone = Tone.BAD if share >= 0.95 else Tone.WARNING if share >= 0.85 else Tone.GOOD
    text = f"{percent(share)}  {size(used_kib)} of {size(of_kib)}"
    return Bar(label=label, share=min(1.0, max(0.0, share)), text=text, tone=tone)


def _disk_bar(disk: Disk) -> Bar:
    return _bar(disk.mount, disk.share, disk.used_kib, disk.used_kib + max(0, disk.free_kib))


def disk(p: Any, results: Sequence[HostResult]) -> Report:
    """How full the disks are: the fullest host first."""
    every = p.path is not None
    read, failed = _parsed(results, lambda r: _some(parse_df(r.stdout, every=every)))
    read.sort(key=lambda pair: (-pair[1][0].share, pair[0]))
    blocks: list[Block] = [*failed]
    if len(read) <= FEW:
        for host, disks in read:
            blocks.append(Heading(text=host))
            blocks += [_disk_bar(disk) for disk in disks]
    else:
        rows = tuple(
            (host, disk.mount, percent(disk.share), size(max(0, disk.free_kib)))
            for host, disks in read
            for disk in disks
        )
        blocks.append(Table(columns=("host", "disk", "full", "free"), rows=rows, right=(2, 3)))
    if not read:
        return Report(says="Nothing could be read.", blocks=tuple(blocks))
    host, disks = read[0]
    top = disks[0]
    says = f"{top.mount} on {host} is {percent(top.share)} full, {size(max(0, top.free_kib))} free."
    if len(read) > 1 or len(disks) > 1:
        says = f"The fullest is {says}"
    return Report(says=says, blocks=tuple(blocks))


def processes(p: Any, results: Sequence[HostResult]) -> Report:
    """The hungriest processes of each host."""
    read, failed = _parsed(results, lambda r: _some(tuple(_process_rows(r.stdout))))
    blocks: list[Block] = [*failed]
    for host, rows in read:
        blocks.append(Heading(text=host, aside=f"by {p.sort_by}"))
        columns = ("pid", "user", "CPU", "memory", "", "command")
        blocks.append(Table(columns=columns, rows=rows, right=(0, 2, 3, 4), code=(5,)))
    if not read:
        return Report(says="Nothing could be read.", blocks=tuple(blocks))
    host, rows = read[0]
    pid, _, cpu, memory, resident, command = rows[0]
    amount = f"{cpu} of a CPU" if p.sort_by == "cpu" else f"{resident}, {memory} of the memory"
    return Report(
        says=f"{command} (pid {pid}) takes most on {host}: {amount}.", blocks=tuple(blocks)
    )


def _process_rows(text: str) -> Iterator[tuple[str, ...]]:
    for line in text.splitlines():
        words = line.split(None, 5)
        if len(words) == 6 and words[0].isdigit():
            pid, user, cpu, memory, rss, command = words
            yield pid, user, f"{cpu} %", f"{memory} %", size(float(rss)), _program(command)


def _program(command: str) -> str:
    """`/usr/sbin/nginx` as `nginx`; kernel threads stay in their brackets."""
    first, _, rest = command.strip().partition(" ")
    name = first if first.startswith("[") else first.rpartition("/")[2] or first
    return f"{name} {rest}".strip()


def _some(value: tuple[T, ...]) -> tuple[T, ...]:
    if not value:
        raise ValueError("the host's answer is empty")
    return value


def _parsed(
    results: Sequence[HostResult], parse: Callable[[Any], T]
) -> tuple[list[tuple[str, T]], list[Block]]:
    """What could be read, and blocks that name the hosts where nothing could."""
    read: list[tuple[str, T]] = []
    failed: list[Block] = []
    for each in results:
        result = each.result
        try:
            if result.error or result.exit_status is None:
                raise ValueError(result.error or "no answer in time")
            read.append((each.host, parse(result)))
        except ValueError as error:
            said = result.stderr.strip()
            failed.append(Heading(text=each.host, aside="no answer", tone=Tone.BAD))
            failed.append(Output(text=said) if said else Paragraph(text=f"{error}.", tone=Tone.BAD))
    return read, failed
