"""A card says how it really stands: what can't be, what was left out, what nobody may decide."""

from dataclasses import replace

import pytest

from bot.domain.commands import Script
from bot.domain.intents import Option, Question
from bot.domain.plans import Decision, Effect, Reason, TargetPlan
from bot.domain.runs import PlanState
from bot.reporting.answer_card import answer_card, question_card
from bot.reporting.gallery.scenes import (
    STARTED,
    at,
    began,
    ended,
    event,
    moved,
    plan,
    reader,
    restart_part,
    restart_step,
    result,
    stored,
    target,
    verdict,
)
from bot.reporting.plan_card import plan_card
from bot.reporting.progress import fold_all, view_of_plan
from bot.reporting.run_card import progress_card
from tests.unit.reporting.drawing import draw

CANNOT = "web-1 doesn't run systemd, so I can't restart nginx there; nothing ran."


def shown(state, the_plan, **more):
    return plan_card(stored(state, the_plan), (), reader(), **more)


def of_parts(*parts, **changes):
    return plan(restart_step(targets=parts), **changes)


@pytest.mark.parametrize("state", [PlanState.DRAFTED, PlanState.CANCELLED])
def test_what_can_not_be_done_says_so_whether_it_was_asked_for_or_only_shown(state):
    card = shown(state, of_parts(TargetPlan(target=target("web-1"), cannot=CANNOT)))
    assert card.state == "CAN'T"
    text = draw(card)
    assert CANNOT in text
    assert "vote" not in text
    assert "0 hosts" not in text


def test_a_plan_that_would_be_refused_says_so_instead_of_counting_votes():
    refused = verdict(
        decision=Decision.DENY,
        votes=0,
        approvers=(),
        reasons=(Reason(id="mass", text="Too many."),),
    )
    card = shown(PlanState.DRAFTED, plan(verdict=refused))
    assert card.state == "REFUSED"
    assert "Too many." in draw(card)
    assert "runs it unasked" not in draw(card)


def test_a_refusal_says_once_that_it_is_one():
    texts = (
        "I won't: this can't be taken back; ask Root.", "I won't: it reboots all of them.",
        "I won't yet: #12 is changing the same host.", "Production wants a reason.",
    )  # fmt: skip
    reasons = tuple(Reason(id=f"r{n}", text=text) for n, text in enumerate(texts))
    card = shown(PlanState.DENIED, plan(verdict=verdict(decision=Decision.DENY, reasons=reasons)))
    rows = [(row.label, row.spans[0].text) for row in card.body if row.kind == "row"]
    assert rows[:4] == [
        ("I WON'T", "this can't be taken back; ask Root."),
        ("", "it reboots all of them."),
        ("NOT YET", "#12 is changing the same host."),
        ("I WON'T", "Production wants a reason."),
    ]


def test_a_step_that_has_nothing_to_run_does_not_speak_of_no_hosts():
    nothing = restart_step(targets=(TargetPlan(target=target("web-1"), cannot=CANNOT),))
    card = shown(PlanState.WAITING, plan(nothing, restart_step(id="s2")))
    assert "nothing to run" in draw(card)
    assert "0 hosts" not in draw(card)


def test_approve_is_not_offered_where_nobody_may_vote_whoever_comes():
    force = Reason(id="force-production", text="say it again with --force-production")
    card = shown(PlanState.WAITING, plan(verdict=verdict(approvers=(), reasons=(force,))))
    assert "approve" not in [button.id for button in card.buttons]
    assert "nobody may vote" in card.footer[0]
    assert card.standing == "nobody may approve it"
    assert "nobody may approve it as it stands: see ASKED" in draw(card)


def test_approve_is_offered_where_an_approver_may_still_be_invited():
    missing = Reason(id="no-approver", text="Nobody here may approve this.")
    card = shown(PlanState.WAITING, plan(verdict=verdict(approvers=(), reasons=(missing,))))
    assert card.buttons[0].id == "approve"
    assert card.standing == "nobody may approve it"
    may = plan(verdict=verdict(approvers=("ana",), reasons=(missing,), votes=1))
    assert shown(PlanState.WAITING, may).standing == "0 of 1 vote"


def test_what_waits_while_everything_is_stopped_says_why_and_until_when():
    card = shown(PlanState.APPROVED, plan(), queued=True, frozen=True)
    assert card.state == "QUEUED"
    assert "./overseer resume" in draw(card)
    assert "./overseer resume" not in draw(shown(PlanState.APPROVED, plan(), queued=True))


def one_skipped():
    """Two done, the third skipped by a person."""
    the_plan = of_parts(*(restart_part(f"web-{n}") for n in (1, 2, 3)))
    events = [STARTED]
    for n in (1, 2):
        events += [began(f"web-{n}", 5, n), ended(f"web-{n}", 5, 10 + n, results=[result()])]
    events += [began("web-3", 5, 20), ended("web-3", 5, 21, state="failed", note="exit 1")]
    last = ended("web-3", 5, 30, state="skipped", note="skipped by ana")
    events.append(replace(last, data=last.data | {"left_out": True}))
    events.append(moved("succeeded", 5, 31))
    return the_plan, fold_all(view_of_plan(the_plan), events)


def test_a_host_that_was_skipped_is_not_counted_as_done():
    the_plan, view = one_skipped()
    card = progress_card(the_plan, view, reader(6))
    assert card.standing == "2 of 3 done, 1 skipped"
    assert card.body[0].done == 2


def test_a_host_that_was_so_already_is_counted_as_done():
    the_plan = of_parts(restart_part("web-1"), restart_part("web-2"))
    events = [STARTED]
    for n in (1, 2):
        events += [began(f"web-{n}", 5, n), ended(f"web-{n}", 5, 9, state="skipped", note="so")]
    view = fold_all(view_of_plan(the_plan), [*events, moved("succeeded", 5, 31)])
    assert progress_card(the_plan, view, reader(6)).standing == "2 of 2 done"


def test_hosts_of_which_one_complained_did_not_say_the_same():
    command = Script(text="echo x >> c2; echo finished")
    the_plan = plan(
        restart_step(
            action="host.run", raw=True,
            targets=tuple(TargetPlan(target=target(h), commands=(command,)) for h in ("a", "b")),
        )
    )  # fmt: skip
    events = [STARTED]
    for host, wrong in (("a", ""), ("b", "sh: 1: cannot create c2: Permission denied\n")):
        said = result(0, "finished\n", wrong)
        events += [began(host, 5, 1), ended(host, 5, 2, results=[said])]
    view = fold_all(view_of_plan(the_plan), [*events, moved("succeeded", 5, 3)])
    rows = progress_card(the_plan, view, reader(6)).body[-1].targets
    assert [row.hosts for row in rows] == [("a",), ("b",)]
    assert "Permission denied" in " ".join(block.text for block in rows[1].blocks)


def test_a_host_that_could_not_be_read_is_told_of_once():
    why = "web-2 did not answer within 10 s."
    parts = (
        TargetPlan(target=target("web-1"), commands=(Script(text="uptime"),)),
        TargetPlan(target=target("web-2"), cannot=why),
    )
    the_plan = plan(restart_step(action="host.status", effect=Effect.READ, targets=parts))
    events = [STARTED, began("web-1", 5, 1), ended("web-1", 5, 2), began("web-2", 5, 1)]
    events += [ended("web-2", 5, 2, state="failed", note=why), moved("succeeded", 5, 3)]
    card = answer_card(the_plan, fold_all(view_of_plan(the_plan), events), {}, reader())
    assert draw(card).count(why) == 1
    assert (card.state, card.standing) == ("PARTLY ANSWERED", "1 of 2")


def test_what_a_person_can_press_is_said_apart_from_what_is_so():
    card = question_card(
        "q", Question(about="x", text="Which?"), reader(), request="x", by="ben", closes=at(30)
    )
    assert "say it differently" in card.feet()[0]
    assert "say it differently" not in " ".join(card.feet(present=False))
    assert "Closes" in " ".join(card.feet(present=False))


def test_of_a_long_story_the_first_and_the_last_lines_stand_on_the_card():
    pressed = [event("run.decided", n, person="ana", button="retry") for n in range(5, 17)]
    view = fold_all(view_of_plan(plan()), [STARTED, *pressed, moved("succeeded", 20)])
    text = draw(progress_card(plan(), view, reader(21)))
    assert text.count("Ana chose Retry") == 7
    assert "… 5 more lines: `show plan 90`" in text
    assert "14:05" in text
    assert "14:16" in text


def test_what_fits_and_has_no_button_is_named():
    options = tuple(Option(label=f"web-{n}\tproduction", says=f"web-{n}") for n in range(1, 31))
    question = Question(about="host", text="Which?", options=options)
    card = question_card("q-1", question, reader(), request="restart nginx", by="ben")
    assert [b.id for b in card.buttons].count("option") == 9
    assert "21 more fit: web-10…web-30. Say which." in [getattr(b, "text", "") for b in card.body]
