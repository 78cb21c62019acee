"""Cards as the builders make them: the four of the style guide, and the everyday ones."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    ButtonStyle,
    Card,
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
    plain,
)

NOW = datetime(2026, 3, 5, 14, 4, tzinfo=UTC)


def row(label: str, text: str, aside: str = "", **more: object) -> Row:
    return Row(label=label, spans=plain(text), aside=aside, **more)


WAITING = Card(
    id="plan-90",
    plan=90,
    revision=1,
    digest="7f3ac21e" * 8,
    title="restart nginx on web, one at a time",
    state="WAITING",
    standing="1 of 2 votes",
    tone=Tone.WAITING,
    lines=('Ben, 14:02, #ops · read by rules · because: "new certificate"',),
    body=(
        row("CHANGES", "service.restart nginx · 4 hosts, 1 at a time, stops at first failure"),
        row("hosts", "production  web-1 web-2 web-4      staging  web-3"),
        row("now", "nginx active on all 4"),
        Exact(
            label="run",
            text="sudo systemctl restart -- nginx.service",
            aside="same on all 4",
        ),
        Exact(
            label="check",
            text="systemctl is-active -- nginx.service",
            aside="after 5 s, else failed",
        ),
        row("undo", "none: a restart cannot be taken back"),
        row("may break", "requests in flight; at worst one host without nginx"),
        row("takes", "about 12 s a host, 50 s in all (last 5 runs)"),
        row("ASKED", "production needs 2 approvers other than Ben", "[prod-quorum]"),
        row("VOTES", "Ana approved 14:03 · may still vote: Chris, Dana"),
        row("EXPIRES", "14:32, in 28 min · digest 7f3a c21e"),
    ),
    buttons=(
        Button(
            id="approve", label="Approve restart on 4 hosts", key="a", style=ButtonStyle.PRIMARY
        ),
        Button(id="deny", label="Deny", key="d", style=ButtonStyle.DANGER, asks="Why not?"),
        Button(id="change", label="Change…", key="c"),
        Button(id="cancel", label="Cancel", key="x"),
        Button(id="why", label="Why", key="?"),
    ),
)

RUNNING = Card(
    id="plan-91",
    plan=91,
    title="upgrade openssl on staging, ten at a time",
    state="RUNNING",
    standing="17 of 40",
    tone=Tone.BUSY,
    busy=True,
    lines=("approved by Ana 14:20 · 3 min 10 s of about 8 min",),
    body=(
        StepRow(
            number=1,
            state="succeeded",
            tone=Tone.GOOD,
            title="package.check_updates",
            aside="all at once",
            done=40,
            total=40,
            elapsed_s=4,
        ),
        StepRow(
            number=2,
            state="running",
            tone=Tone.BUSY,
            title="package.upgrade",
            aside="10 at a time",
            done=17,
            total=40,
            elapsed_s=186,
            targets=(
                TargetRow(
                    hosts=("ci-7",),
                    state="SLOW",
                    tone=Tone.WARNING,
                    text="2 min 41 s, usually 30 s · silent for 95 s",
                    blocks=(Output(text="Setting up libssl3 (3.0.17-1~deb12u2) ..."),),
                ),
                TargetRow(
                    hosts=tuple(f"ci-{n}" for n in range(19, 28)),
                    state="running",
                    tone=Tone.BUSY,
                    text="9 hosts, longest 22 s",
                ),
                TargetRow(
                    hosts=("ci-1", *(f"ci-{n}" for n in range(2, 19) if n not in (7, 9, 11, 13))),
                    state="done",
                    tone=Tone.GOOD,
                    text="16 said the same, 1 differs: ci-3",
                ),
                TargetRow(
                    hosts=tuple(f"ci-{n}" for n in range(28, 41)),
                    state="waiting",
                    tone=Tone.DIM,
                    text="next: ci-28",
                ),
            ),
        ),
        StepRow(
            number=3,
            state="pending",
            tone=Tone.DIM,
            title="service.restart ssh",
            aside="after step 2",
            done=0,
            total=40,
        ),
    ),
    buttons=(
        Button(id="stop", label="Stop: start nothing more", key="s"),
        Button(
            id="kill",
            label="Stop and end what runs (dpkg finishes first)",
            key="k",
            style=ButtonStyle.DANGER,
        ),
        Button(id="output", label="Output of…", key="o"),
    ),
)

DECIDE = Card(
    id="plan-90",
    plan=90,
    title="restart nginx on web, one at a time",
    state="NEEDS A DECISION",
    standing="1 of 4 done",
    tone=Tone.BAD,
    lines=("stopped by itself 14:05:31 · waits for Ben, Ana or Chris",),
    body=(
        StepRow(
            number=1,
            state="failed",
            tone=Tone.BAD,
            title="service.restart nginx",
            done=1,
            total=4,
            targets=(
                TargetRow(
                    hosts=("web-2",),
                    state="FAILED",
                    tone=Tone.BAD,
                    elapsed_s=3,
                    text="exit 1 · nginx is DOWN here (was active)",
                    blocks=(
                        Exact(label="$", text="sudo systemctl restart -- nginx.service"),
                        Output(
                            text="Job for nginx.service failed because the control process exited"
                        ),
                        Output(
                            title="journal",
                            text='[emerg] cannot load certificate "/etc/ssl/shop.pem"',
                        ),
                    ),
                ),
                TargetRow(
                    hosts=("web-1",), state="done", tone=Tone.GOOD, elapsed_s=11, text="active"
                ),
                TargetRow(hosts=("web-3",), state="untouched", tone=Tone.DIM, text="nginx active"),
                TargetRow(hosts=("web-4",), state="untouched", tone=Tone.DIM, text="nginx active"),
            ),
        ),
    ),
    buttons=(
        Button(id="retry", label="Retry web-2", key="r", style=ButtonStyle.PRIMARY),
        Button(id="skip", label="Skip web-2, go on", key="n"),
        Button(id="end", label="Stop here", key="x"),
        Button(id="handover", label="Hand over…", key="h"),
        Button(id="output", label="Output", key="o", value="web-2"),
    ),
    footer=(
        "Retry: same command, same votes, until 14:32. Roll back: a restart has no undo.",
        "No decision by 14:35: stops here and frees the hosts.",
    ),
)

QUESTION = Card(
    id="question-92",
    plan=92,
    title='"restrat ngnix on web-9"',
    state="QUESTION",
    standing="for Ben",
    tone=Tone.WAITING,
    lines=('nothing has run · "restrat" read as restart, "ngnix" as nginx',),
    body=(Paragraph(text="There is no web-9. Which host do you mean?"),),
    buttons=(
        Button(id="option", label="web-1\tproduction\tnginx active", says="restart nginx on web-1"),
        Button(
            id="option",
            label="web-2\tproduction\tnginx failed since 14:05",
            says="restart nginx on web-2",
        ),
        Button(id="option", label="web-3\tstaging\tnginx active", says="restart nginx on web-3"),
        Button(id="option", label="all of group web (4 hosts)", says="restart nginx on web"),
        Button(id="dismiss", label="never mind", key="x"),
    ),
    hint="Press a key, type a host, or say it differently.",
    footer=("Closes 15:10.",),
)

ANSWER = Card(
    id="answer-7",
    title="localhost is well",
    state="ANSWER",
    tone=Tone.GOOD,
    lines=("Ana, 14:04 · read by rules · 0.3 s",),
    body=(
        row("up", "41 d 3 h", "Debian GNU/Linux 12"),
        Bar(label="load", share=0.21, text="0.42 on 2 cores", tone=Tone.GOOD),
        Bar(label="memory", share=0.41, text="6.4 of 15.6 GiB", tone=Tone.GOOD),
        Bar(label="/", share=0.93, text="93 of 100 GiB · 7 GiB free", tone=Tone.WARNING),
        Heading(text="Eats most memory", aside="resident"),
        Table(
            columns=("process", "pid", "memory", "user"),
            rows=(
                ("postgres: writer", "812", "1.9 GiB", "postgres"),
                ("/usr/bin/python3 -m bot run", "4021", "312 MiB", "ana"),
            ),
            right=(1, 2),
            code=(0,),
        ),
        Output(title="uptime", text=" 14:04:01 up 41 days\n load average: 0.42", hidden_lines=3),
    ),
    attachments=(Attachment(name="facts.txt", text="a\nb\n"),),
)

REFUSED = Card(
    id="refusal-1",
    title="destroy everything",
    state="REFUSED",
    tone=Tone.BAD,
    body=(
        Paragraph(
            text=(
                "I won't: this stops nginx on every production web host at once (no-mass-stop); "
                'name fewer hosts, or say "one at a time".'
            )
        ),
    ),
)

LONG = Card(
    id="plan-93",
    plan=93,
    title="run a very long command on every host of the bench environment, ten at a time",
    state="WAITING",
    standing="0 of 2 votes",
    tone=Tone.WAITING,
    body=(
        Row(
            label="run",
            spans=(
                Span(text="sudo sh -c ", code=True),
                Span(text="'" + "x" * 90 + "' --flag\u202e /tmp/a\x1b[2Jb", code=True),
            ),
            aside="same on all 40",
        ),
        row("hosts", " ".join(f"ci-{n}" for n in range(40))),
    ),
    buttons=(Button(id="approve", label="Approve", key="a"),),
)

ALL = {
    "waiting": WAITING,
    "running": RUNNING,
    "decide": DECIDE,
    "question": QUESTION,
    "answer": ANSWER,
    "refused": REFUSED,
    "long": LONG,
}
