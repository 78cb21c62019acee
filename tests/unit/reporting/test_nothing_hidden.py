"""No card hides a command: whatever a plan holds, it can be read before it is approved."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cards import Exact, Output, Row, code
from bot.domain.commands import Condition, Request, Script, SecretRef, Shell, Upload, shown
from bot.domain.plans import Check, TargetPlan
from bot.domain.runs import PlanState
from bot.reporting.exact import attachment, exact, fully_readable
from bot.reporting.gallery.scenes import plan, reader, restart_step, stored, target
from bot.reporting.plan_card import plan_card
from tests.unit.reporting.drawing import draw
from tests.unit.reporting.reading_back import HOSTILE, plan_of, read_file

words = st.text("abcdef -/'\"$;|&\\\n", min_size=1, max_size=30).filter(str.strip)
argv = st.lists(words, min_size=1, max_size=4).map(tuple)
conditions = st.none() | st.builds(Condition, argv=argv, stdout=st.none() | words, says=words)
commands = st.one_of(
    st.builds(Shell, argv=argv, sudo=st.booleans(), unless=conditions,
              stdin=st.none() | st.builds(SecretRef, reference=words)),
    st.builds(Script, text=words, sudo=st.booleans(), unless=conditions),
    st.builds(Upload, path=words, content=st.text("ab\n<>", max_size=200), unless=conditions),
)  # fmt: skip
checks = st.builds(
    Check, argv=argv, stdout=st.none() | words, settle_s=st.sampled_from([0.0, 2.0, 90.0]),
    diagnose=st.lists(argv, max_size=2).map(tuple), sudo=st.booleans(),
)  # fmt: skip


@st.composite
def plans(draw_):
    steps = []
    for number in range(1, draw_(st.integers(1, 3)) + 1):
        names = [f"h-{n}" for n in range(draw_(st.integers(1, 6)))]
        parts = tuple(
            TargetPlan(
                target=target(name),
                commands=tuple(draw_(st.lists(commands, min_size=1, max_size=3))),
                undo=tuple(draw_(st.lists(commands, max_size=1))),
                checks=tuple(draw_(st.lists(checks, max_size=1))),
                now=draw_(st.sampled_from(["", "nginx active", "nginx failed"])),
            )
            for name in names
        )
        steps.append(restart_step(id=f"s{number}", targets=parts))
    return plan(*steps)


def readable(card):
    """What a person can read to the letter: the card's exact texts, and what is attached to it."""
    blocks = [block for block in card.body if isinstance(block, Exact) and not block.more]
    return [block.text for block in blocks], [file.text for file in card.attachments]


@settings(max_examples=150)
@given(plans())
def test_all_that_will_run_can_be_read(the_plan):
    card = plan_card(stored(the_plan=the_plan), (), reader())
    texts, files = readable(card)
    for step in the_plan.steps:
        for part in step.targets:
            wanted = [exact(command) for command in (*part.commands, *part.undo)]
            wanted += [shown(Shell(argv=check.argv)) for check in part.checks]
            wanted += [
                shown(Shell(argv=read, sudo=check.sudo))
                for check in part.checks
                for read in check.diagnose
            ]
            for label in ("run", "undo", "check", "if failed"):
                texts += [text for file in files for text in read_file(file, label)]
            assert set(wanted) <= set(texts)
    assert fully_readable(card, the_plan)
    assert card.buttons[0].id == "approve"


@settings(max_examples=60)
@given(plans(), st.data())
def test_without_one_of_its_texts_a_card_is_not_fully_readable(the_plan, data):
    card = plan_card(stored(the_plan=the_plan), (), reader())
    victim = data.draw(st.sampled_from([p for s in the_plan.steps for p in s.targets])).commands[0]
    body = tuple(b for b in card.body if not (isinstance(b, Exact) and b.text == exact(victim)))
    cut = card.model_copy(update={"body": body, "attachments": ()})
    assert not fully_readable(cut, the_plan)


@pytest.mark.parametrize("hosts", [1, 12, 13, 40])
def test_however_many_different_commands_there_are(hosts):
    parts = tuple(
        TargetPlan(target=target(f"h-{n}"), commands=(Script(text=f"echo {n} >/x"),))
        for n in range(hosts)
    )
    the_plan = plan(restart_step(targets=parts))
    card = plan_card(stored(the_plan=the_plan), (), reader())
    assert fully_readable(card, the_plan)
    assert bool(card.attachments) == (hosts > 12)
    texts, files = readable(card)
    texts += [text for file in files for text in read_file(file, "run")]
    assert {shown(part.commands[0]) for part in parts} <= set(texts)


def test_what_cannot_be_read_cannot_be_approved(monkeypatch):
    monkeypatch.setattr("bot.reporting.plan_card.is_crowded", lambda _: False)
    parts = tuple(
        TargetPlan(target=target(f"h-{n}"), commands=(Script(text=f"echo {n}"),)) for n in range(40)
    )
    card = plan_card(stored(the_plan=plan(restart_step(targets=parts))), (), reader())
    assert "approve" not in [button.id for button in card.buttons]
    assert "Approve is missing" in card.footer[0]


def test_a_longer_command_does_not_stand_for_a_shorter_one():
    long = plan(
        restart_step(
            targets=(TargetPlan(target=target("a"), commands=(Shell(argv=("df", "-h")),)),)
        )
    )
    short = plan(
        restart_step(targets=(TargetPlan(target=target("a"), commands=(Shell(argv=("df",)),)),))
    )
    card = plan_card(stored(the_plan=long), (), reader())
    assert fully_readable(card, long)
    assert not fully_readable(card, short)


def test_the_content_of_an_upload_and_the_body_of_a_request_are_shown():
    upload = Upload(path="/etc/motd", content="hello\nworld\n", mode="0600")
    post = Request(method="POST", url="https://x/y", headers=(("X-A", "b"),), body='{"a": 1}')
    parts = (TargetPlan(target=target("a"), commands=(upload, post)),)
    the_plan = plan(restart_step(targets=parts))
    text = draw(plan_card(stored(PlanState.WAITING, the_plan), (), reader()))
    for wanted in ("/etc/motd", "0600", "hello", "world", "X-A: b", '{"a": 1}'):
        assert wanted in text


def test_a_secret_is_shown_by_its_reference_alone():
    ref = SecretRef(reference="store:db")
    parts = (TargetPlan(target=target("a"), commands=(Shell(argv=("login",), stdin=ref),)),)
    text = draw(plan_card(stored(the_plan=plan(restart_step(targets=parts))), (), reader()))
    assert "<secret store:db>" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_a_surface_may_change_does_not_make_a_card_readable(text):
    """Output is shortened and made harmless, prose is folded: neither stands for a command."""
    the_plan = plan_of(Script(text=text))
    command = exact(Script(text=text))
    bare = plan_card(stored(the_plan=the_plan), (), reader()).model_copy(update={"attachments": ()})
    for block in (
        Output(text=command),
        Row(label="run", spans=code(command)),
        Exact(label="run", text=command, more="more of it elsewhere"),
    ):
        assert not fully_readable(bare.model_copy(update={"body": (block,)}), the_plan)
    assert fully_readable(
        bare.model_copy(update={"body": (Exact(label="run", text=command),)}), the_plan
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_the_attached_file_holds_every_command_to_the_letter(text):
    one, other = Script(text=text), Script(text="df -h")
    held = attachment(plan_of(one, other, undo=(one,))).text
    assert read_file(held, "run") == [exact(one), exact(other)]
    assert read_file(held, "undo") == [exact(one)]


def test_the_file_lists_many_hosts_by_environment_counted_and_in_short_lines():
    parts = tuple(
        TargetPlan(
            target=target(f"node-{n:03}", "production" if n % 2 else "staging"),
            commands=(Script(text="uptime"),),
        )
        for n in range(500)
    )
    alone = TargetPlan(target=target("web-3", "staging"), commands=(Script(text="w"),))
    lines = attachment(plan(restart_step(targets=(*parts, alone)))).text.split("\n")
    assert max(map(len, lines)) <= 100
    at = lines.index("   on 500 hosts")
    heads = [n for n, line in enumerate(lines) if line.endswith(" hosts:")]
    assert [lines[n].strip() for n in heads] == ["staging, 250 hosts:", "production, 250 hosts:"]
    listed = lines[heads[1] + 1 : next(n for n in range(at, len(lines)) if "run" in lines[n])]
    assert " ".join(listed).split() == [f"node-{n:03}" for n in range(1, 500, 2)]
    assert "   on web-3 (staging)" in lines
