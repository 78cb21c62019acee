"""A plan of five hundred hosts stays readable, in whatever state its card is."""

from dataclasses import replace

import pytest

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import Row, StepRow, text_of
from bot.domain.plans import TargetPlan
from bot.domain.runs import PlanState
from bot.reporting.answer_card import answer_card
from bot.reporting.explaining import explained
from bot.reporting.gallery.scenes import (
    STARTED,
    at,
    began,
    ended,
    moved,
    plan,
    read_step,
    reader,
    restart_part,
    restart_step,
    stored,
    target,
)
from bot.reporting.plan_card import plan_card
from bot.reporting.progress import fold_all, view_of_plan
from bot.reporting.run_card import progress_card
from tests.unit.reporting.drawing import draw

MANY = [f"fl-{n:03}" for n in range(1, 501)]
NO_SYSTEMD = "{} doesn't run systemd, so I can't restart nginx there"
ALL = "each of 500 hosts (fl-001…fl-500) doesn't run systemd"
READABLE = 2000
"""Characters of a card that can be read."""


def stuck(name, text=NO_SYSTEMD):
    return TargetPlan(target=target(name, "staging"), cannot=text.format(name))


def of(*parts, **changes):
    return plan(restart_step(targets=parts, batch=0, stop_at_first_failure=False), **changes)


def rows(card, label):
    blocks = [b for b in card.body if isinstance(b, Row) and b.label == label]
    return [text_of(b.spans) for b in blocks]


def test_a_card_of_what_can_be_done_nowhere_is_one_sentence_and_the_rest_is_attached():
    card = plan_card(stored(PlanState.CANCELLED, of(*map(stuck, MANY))), (), reader())
    drawn = draw(card)
    assert f"¶ {ALL[0].upper()}{ALL[1:]}" in drawn
    assert len(drawn) < READABLE
    assert "nothing on fl-499: fl-499 doesn't run systemd" in card.attachments[0].text


@pytest.mark.parametrize(
    "state", [PlanState.DRAFTED, PlanState.WAITING, PlanState.DENIED, PlanState.APPROVED]
)
def test_a_card_of_what_can_be_done_on_few_of_many_tells_once_why_not_on_the_others(state):
    against = Vote(plan=90, revision=1, digest="", person="ana", ballot=Ballot.DENY, at=at(1))
    votes = (against,) if state is PlanState.DENIED else ()
    card = plan_card(stored(state, of(restart_part("web-1"), *map(stuck, MANY))), votes, reader())
    assert rows(card, "CAN'T") == [f"{ALL}, so I can't restart nginx there"]
    assert len(draw(card)) < READABLE
    assert card.attachments


def test_of_sentences_that_differ_the_first_stand_there_and_the_rest_is_counted():
    parts = [stuck(name, f"{{}} is of kind {n}") for n, name in enumerate(MANY)]
    card = plan_card(stored(PlanState.WAITING, of(restart_part("web-1"), *parts)), (), reader())
    *first, rest = rows(card, "CAN'T")
    assert first == [f"fl-{n + 1:03} is of kind {n}" for n in range(16)]
    assert rest == "484 more hosts (fl-017…fl-500), not alike: the attached file has them all"
    assert "fl-500 is of kind 499" in card.attachments[0].text


def test_cautions_that_are_the_same_are_one_and_of_many_different_ones_the_rest_is_attached():
    alike = [
        restart_part(n).model_copy(update={"cautions": (f"2 people are logged in on {n}",)})
        for n in MANY
    ]
    card = plan_card(stored(PlanState.WAITING, of(*alike)), (), reader())
    assert rows(card, "CAUTION") == ["2 people are logged in on each of 500 hosts (fl-001…fl-500)"]
    unlike = [
        restart_part(name).model_copy(update={"cautions": (f"{n} people are there",)})
        for n, name in enumerate(MANY)
    ]
    card = plan_card(stored(PlanState.WAITING, of(*unlike)), (), reader())
    assert rows(card, "CAUTION")[-1] == "484 more cautions: the attached file has them all"
    assert "mind on fl-500: 499 people are there" in card.attachments[0].text


def test_few_hosts_with_many_different_cautions_have_a_file_with_all_of_them_too():
    parts = [
        restart_part(name).model_copy(
            update={"cautions": (f"disk {n} is old", f"load is {n}", f"load is {n}")}
        )
        for n, name in enumerate(MANY[:10])
    ]
    card = plan_card(stored(PlanState.WAITING, of(*parts)), (), reader())
    assert rows(card, "CAUTION")[-1] == "4 more cautions: the attached file has them all"
    assert "mind on fl-010: load is 9" in card.attachments[0].text


def test_what_few_hosts_of_several_steps_said_is_in_a_file_where_it_is_only_counted():
    silent = tuple((name, f"{name} said {n}") for n, name in enumerate(MANY[:20]))
    first = plan(
        *(
            read_step(MANY[k : k + 10]).model_copy(update={"id": f"s{k}"})
            for k in (0, 10)
        ),
        unread=silent,
    )  # fmt: skip
    card = plan_card(stored(PlanState.DRAFTED, first), (), reader())
    assert rows(card, "NOT READ")[-1].startswith("4 more hosts (fl-017…fl-020), not alike: ")
    assert "not read, fl-020: fl-020 said 19" in card.attachments[0].text


def test_states_that_all_differ_are_counted_past_the_first():
    parts = [
        restart_part(name).model_copy(update={"now": f"up {n} d"}) for n, name in enumerate(MANY)
    ]
    card = plan_card(stored(PlanState.WAITING, of(*parts)), (), reader())
    (now,) = rows(card, "now")
    assert now.startswith("up 0 d on fl-001; ")
    assert now.endswith("; up 7 d on fl-008; otherwise on 492 more")


def test_hosts_that_gave_no_answer_are_one_sentence():
    silent = tuple((name, f"{name} did not answer within 10 s.") for name in MANY)
    card = plan_card(stored(PlanState.DRAFTED, of(*map(stuck, MANY), unread=silent)), (), reader())
    assert card.state == "NOT READ"
    assert rows(card, "NOT READ") == [
        "each of 500 hosts (fl-001…fl-500) did not answer within 10 s."
    ]
    assert len(draw(card)) < READABLE


def test_a_look_that_failed_alike_is_one_sentence():
    the_plan = plan(read_step(MANY))
    events = [STARTED]
    for name in MANY:
        events += [
            began(name, 5, 1),
            ended(name, 5, 9, state="failed", note=f"{name} did not answer within 10 s."),
        ]
    view = fold_all(view_of_plan(the_plan), [*events, moved("failed", 5, 10)])
    card = answer_card(the_plan, view, {}, reader(6))
    assert rows(card, "NOT READ") == [
        "each of 500 hosts (fl-001…fl-500) did not answer within 10 s."
    ]


def ran(state, note, **more):
    the_plan = of(*map(restart_part, MANY))
    events = [STARTED]
    for name in MANY:
        last = ended(name, 5, 9, state=state, note=note.format(name))
        events += [began(name, 5, 1), replace(last, data=last.data | more)]
    return progress_card(the_plan, fold_all(view_of_plan(the_plan), events), reader(6))


@pytest.mark.parametrize("state", ["failed", "skipped"])
def test_hosts_that_ended_alike_are_one_row_of_a_run(state):
    card = ran(state, NO_SYSTEMD)
    (row,) = card.body[0].targets
    assert list(row.hosts) == MANY
    assert row.text.startswith("each doesn't run systemd")


def test_why_is_one_sentence_too():
    said = explained(stored(PlanState.DRAFTED, of(*map(stuck, MANY))), (), None, reader())
    assert ALL in said
    assert len(said) < READABLE


def test_next_is_the_one_whose_turn_it_is():
    order = ["fl-107", "fl-108", "fl-2", "fl-109"]
    its = of(*map(restart_part, order))
    view = fold_all(view_of_plan(its), [STARTED, began("fl-107", 5, 1)])
    (step,) = [b for b in progress_card(its, view, reader(6)).body if isinstance(b, StepRow)]
    (waiting,) = [t for t in step.targets if t.state == "waiting"]
    assert waiting.text == "next: fl-108"
    assert waiting.hosts == ("fl-2", "fl-108", "fl-109")
