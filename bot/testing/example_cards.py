"""One card of each kind that people see, for looking at a surface without anything behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.cards import (
    Attachment,
    Bar,
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
    plain,
)

DIGEST = "7f3ac21e" * 8


def welcome() -> Card:
    """The first card of an empty conversation."""
    examples = (
        "how is localhost?",
        "what's eating memory?",
        "is ssh up on localhost?",
        "restart cron on localhost",
    )
    return Card(
        id="welcome",
        title="Say what you want done",
        lines=("You see exactly what will run before anything does, and you decide.",),
        body=(
            Paragraph(text="Reads are answered at once. Changes show a plan first. For example:"),
        ),
        buttons=tuple(Button(id="say", label=text, says=text) for text in examples),
    )


def health() -> Card:
    """`how is localhost?`, answered."""
    return Card(
        id="answer-1",
        title="localhost is well",
        state="ANSWER",
        tone=Tone.GOOD,
        lines=("host.status · read by rules · 0.2 s",),
        body=(
            Row(label="system", spans=plain("Debian GNU/Linux 12 · Linux 6.1.0-28 · x86_64")),
            Row(label="uptime", spans=plain("42 days 3 h"), aside="since 10 Oct"),
            Row(label="load", spans=plain("0.42  0.38  0.31 on 8 cores")),
            Bar(label="memory", share=0.61, text="9.8 of 16 GiB"),
            Bar(label="swap", share=0.02, text="40 MiB of 2 GiB"),
            Divider(),
            Bar(label="/", share=0.47, text="47 % · 53 GiB free"),
            Bar(label="/var", share=0.86, text="86 % · 7 GiB free", tone=Tone.WARNING),
            Bar(label="/srv/data", share=0.97, text="97 % · 12 GiB free", tone=Tone.BAD),
            Divider(),
            Row(
                label="FAILED",
                spans=(Span(text="certbot.service", code=True), Span(text=" since 05:12")),
                tone=Tone.BAD,
            ),
        ),
        footer=("Next: say “show the last lines of certbot’s log”.",),
    )


def memory() -> Card:
    """`what's eating memory?`, answered with a table and long output."""
    rows = (
        ("postgres", "812", "3.1 GiB", "19 %", "/usr/lib/postgresql/15/bin/postgres -D /var/lib"),
        ("java", "2204", "2.2 GiB", "14 %", "/usr/bin/java -Xmx2g -jar /opt/search/search.jar"),
        ("node", "3310", "612 MiB", "4 %", "node server.js"),
    )
    log = "\n".join(f"{at:>4} {name}" for at, name in enumerate(["systemd", "kthreadd"] * 14))
    return Card(
        id="answer-2",
        title="Memory on localhost",
        state="ANSWER",
        tone=Tone.GOOD,
        lines=("host.processes · read by rules · 0.1 s",),
        body=(
            Table(
                columns=("process", "pid", "memory", "share", "command"),
                rows=rows,
                right=(1, 2, 3),
                code=(4,),
            ),
            Output(title="ps -e, the rest", text=log, hidden_lines=114),
        ),
        attachments=(Attachment(name="processes.txt", text=log * 40),),
    )


def waiting(now: datetime, *, serial: int = 1, digest: str = DIGEST) -> Card:
    """A plan that waits for votes."""
    return Card(
        id="plan-90",
        serial=serial,
        plan=90,
        revision=1,
        digest=digest,
        title="restart nginx on web, one at a time",
        state="WAITING",
        standing="1 of 2 votes",
        tone=Tone.WAITING,
        lines=("Ben, 14:02, #ops · read by rules · because: “new certificate”",),
        body=(
            Row(
                label="CHANGES",
                spans=plain("service.restart nginx · 4 hosts, 1 at a time, stops at first failure"),
            ),
            Row(
                label="hosts",
                spans=(
                    Span(text="production ", tone=Tone.BAD, strong=True),
                    Span(text="web-1 web-2 web-4     "),
                    Span(text="staging ", strong=True),
                    Span(text="web-3"),
                ),
            ),
            Row(label="now", spans=plain("nginx active on all 4")),
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
            Row(label="undo", spans=plain("none: a restart cannot be taken back")),
            Row(
                label="may break",
                spans=plain("requests in flight; at worst one host without nginx"),
                tone=Tone.WARNING,
            ),
            Row(label="takes", spans=plain("about 12 s a host, 50 s in all (last 5 runs)")),
            Divider(),
            Row(
                label="ASKED",
                spans=plain("production needs 2 approvers other than Ben"),
                aside="prod-quorum",
            ),
            Row(
                label="VOTES",
                spans=plain("Ana approved 14:03 · may still vote: Chris, Dana"),
            ),
            Row(label="EXPIRES", spans=plain("14:32 · digest 7f3a c21e")),
        ),
        buttons=(
            Button(
                id="approve",
                label="Approve restart on 4 hosts",
                key="a",
                style=ButtonStyle.PRIMARY,
            ),
            Button(
                id="deny",
                label="Deny…",
                key="d",
                style=ButtonStyle.DANGER,
                asks="Why not? Ben is told.",
            ),
            Button(id="change", label="Change…", key="c"),
            Button(id="cancel", label="Cancel", key="x"),
            Button(id="why", label="Why", key="?"),
        ),
        ends=now + timedelta(minutes=28),
    )


def running(done: int = 17, *, serial: int = 5) -> Card:
    """A plan on its way."""
    tail = "Setting up libssl3 (3.0.17-1~deb12u2) ..."
    return Card(
        id="plan-91",
        serial=serial,
        plan=91,
        revision=1,
        digest=DIGEST[::-1],
        title="upgrade openssl on staging, ten at a time",
        state="RUNNING",
        standing=f"{done} of 40",
        tone=Tone.BUSY,
        lines=("approved by Ana 14:20 · 3 min 10 s of about 8 min",),
        body=(
            StepRow(
                number=1,
                state="done",
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
                done=done,
                total=40,
                elapsed_s=186,
                targets=(
                    TargetRow(
                        hosts=("ci-7",),
                        state="SLOW",
                        tone=Tone.WARNING,
                        text="usually 30 s · silent for 95 s",
                        elapsed_s=161,
                        blocks=(Output(text=tail, tone=Tone.WARNING),),
                    ),
                    TargetRow(
                        hosts=("ci-19…ci-27",),
                        state="running",
                        tone=Tone.BUSY,
                        text="9 hosts, longest 22 s",
                    ),
                    TargetRow(
                        hosts=(str(done),),
                        state="done",
                        tone=Tone.GOOD,
                        text="16 said the same, 1 differs: ci-3",
                    ),
                    TargetRow(hosts=("13",), state="waiting", tone=Tone.DIM, text="next: ci-28"),
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
            Button(id="stop", label="Stop: start nothing more", key="s", style=ButtonStyle.DANGER),
            Button(id="kill", label="Stop and end what runs", key="k"),
            Button(id="output", label="Output of…", key="o"),
        ),
        busy=True,
    )


def needs_decision(now: datetime) -> Card:
    """A run that failed partly and asks."""
    job = "Job for nginx.service failed because the control process exited with error code."
    return Card(
        id="plan-89",
        serial=9,
        plan=89,
        revision=1,
        digest=DIGEST,
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
                elapsed_s=14,
                targets=(
                    TargetRow(
                        hosts=("web-2",),
                        state="FAILED",
                        tone=Tone.BAD,
                        text="exit 1 · nginx is DOWN here (was active)",
                        elapsed_s=3,
                        blocks=(
                            Exact(label="$", text="sudo systemctl restart -- nginx.service"),
                            Output(text=job, tone=Tone.BAD),
                            Output(
                                title="journal",
                                text='[emerg] cannot load certificate "/etc/ssl/shop.pem"',
                            ),
                        ),
                    ),
                    TargetRow(
                        hosts=("web-1",), state="done", tone=Tone.GOOD, text="active", elapsed_s=11
                    ),
                    TargetRow(
                        hosts=("web-3", "web-4"),
                        state="untouched",
                        tone=Tone.DIM,
                        text="nginx active",
                    ),
                ),
            ),
        ),
        buttons=(
            Button(id="retry", label="Retry web-2", key="r", style=ButtonStyle.PRIMARY),
            Button(id="skip", label="Skip web-2, go on", key="n"),
            Button(id="end", label="Stop here", key="x", style=ButtonStyle.DANGER),
            Button(id="handover", label="Hand over…", key="h", asks="To whom? Name a person."),
            Button(id="output", label="Output", key="o"),
        ),
        footer=(
            "Retry: same command, same votes, until 14:32. Roll back: a restart has no undo.",
            "No decision by 14:35: stops here and frees the hosts.",
        ),
        ends=now + timedelta(minutes=30),
    )


def question() -> Card:
    """A name that nobody has."""
    hosts = (
        ("web-1", "production", "nginx active"),
        ("web-2", "production", "nginx failed since 14:05"),
        ("web-3", "staging", "nginx active"),
    )
    return Card(
        id="question-92",
        title="“restrat ngnix on web-9”",
        state="QUESTION",
        standing="for Ben",
        tone=Tone.WAITING,
        lines=("nothing has run · “restrat” read as restart, “ngnix” as nginx",),
        body=(Heading(text="There is no web-9. Which host do you mean?"),),
        buttons=(
            *(
                Button(
                    id="option",
                    label=f"{host}\t{environment} · {state}",
                    key=str(at),
                    value=host,
                    says=f"restart nginx on {host}",
                )
                for at, (host, environment, state) in enumerate(hosts, 1)
            ),
            Button(id="dismiss", label="never mind", key="x"),
        ),
        footer=("Press a key, type a host, or say it differently.",),
    )
