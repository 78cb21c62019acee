"""A revision that only a model has read: made where the words leave nothing to it, else asked about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Option,
    ParseContext,
    PlanOptions,
    Question,
    Revision,
    Wish,
)
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.differing import with_difference
from bot.intent.model.faithful import corrected
from bot.reporting.how_read import attributed
from bot.testing.scripted_models import act, answer
from tests.unit.intent.grounds import grounds, rules

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FIRST = "Starte nginx auf web neu"
ALL, WITHOUT, MORE = ["web"], ["web", "!web-2"], ["web", "db-2"]
TEN = "2026-03-01T22:00"
AT_TEN = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)


def wish(*hosts, action="service.restart", **more):
    params = (
        {"hosts": list(hosts)}
        if action == "host.status"
        else {"service": "nginx", "hosts": list(hosts)}
    )
    return Wish(action=action, params=params, words=FIRST, **more)  # fmt: skip


WEB = wish("web-1", "web-2", "web-3")


def waiting(*wishes, number=7, waits=True, **more):
    return OpenPlan(
        number=number, revision=1, title="", request=FIRST, owner="ana", mine=True, newest=True,
        intent=Intent(wishes=wishes or (WEB,), **more), waits=waits,
    )  # fmt: skip


def context(plan=None, **more):
    plan = plan or waiting()
    return ParseContext(open=(plan,), request=FIRST, now=NOW, zone="UTC", **more)


def read(text, hosts, *, start=None, ways=(), steps=None, known=None, **more):
    """What comes of a model's revision to these hosts, at this start."""
    known = known or context()
    steps = steps or [act("service.restart", text, service="nginx", hosts=hosts)]
    ways = [*ways, *([{"name": "start", "value": start}] if start else [])]
    held = replace(grounds(text, known), **more)
    said = rules(text, known)
    found = checked(answer("revise", *steps, plan=7, ways=ways), held).outcome
    return corrected(agreed(said, found, held), said, found, held)


@pytest.mark.parametrize(
    ("text", "hosts", "start"),
    [
        ("web-2 nicht, und nach 22 Uhr", WITHOUT, TEN),
        ("sans web-2 et à 22h", WITHOUT, TEN),
        ("sin web-2, a las 22", WITHOUT, TEN),
        ("niet op web-2", WITHOUT, None),
        ("non web-2", WITHOUT, None),
        ("web-2 lieber nicht", WITHOUT, None),
        ("auch auf db-2", MORE, None),
        ("también en db-2", MORE, None),
        ("auch auf den db servern", ["web", "db"], None),
        ("web-2 nicht, dafür db-2", ["web", "!web-2", "db-2"], None),
        ("mach es um 22 Uhr", ALL, TEN),
    ],
)
def test_what_the_words_say_to_the_last_host_is_made_at_once(text, hosts, start):
    found = read(text, hosts, start=start)
    assert isinstance(found, Revision)
    assert found.intent.doubts == ()
    assert [(w.alone, w.unsaid) for w in found.intent.wishes] == [(True, ())]
    assert found.intent.options == PlanOptions(start=AT_TEN if start else None)


def test_at_once_after_all_is_a_time_that_was_said():
    known = context(waiting(options=PlanOptions(start=AT_TEN)))
    found = read("doch sofort", ALL, start="now", known=known)
    assert isinstance(found, Revision)
    assert found.intent.options.start is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("not at 22:00 but at 23:00", "2026-03-01T23:00"),
        ("doch nicht um 22 Uhr, sondern um 23 Uhr", "2026-03-01T23:00"),
        ("one hour later", "2026-03-01T23:00"),
        ("half an hour earlier", "2026-03-01T21:30"),
        ("eine Stunde später", "2026-03-01T23:00"),
        ("une heure plus tard", "2026-03-01T23:00"),
        ("una hora más tarde", "2026-03-01T23:00"),
        ("un'ora più tardi", "2026-03-01T23:00"),
        ("morgen um dieselbe Zeit", "2026-03-02T22:00"),
        ("tomorrow at the same time", "2026-03-02T22:00"),
        ("doch gleich", "now"),
        ("doch lieber gleich", "now"),
    ],
)
def test_a_start_that_is_told_from_the_former_one_is_said(text, start):
    known = context(waiting(options=PlanOptions(start=AT_TEN)))
    found = read(text, ALL, start=start, known=known)
    assert isinstance(found, Revision)
    assert found.intent.options.unsaid == ()


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("not at 22:00 but at 23:00", "2026-03-01T22:30"),
        ("eine Stunde später", "2026-03-02T00:00"),
        ("eine Stunde früher", "2026-03-01T23:00"),
        ("nicht eine Stunde später", "2026-03-01T23:00"),
        ("später", "2026-03-01T23:00"),
        ("una hora después del backup", "2026-03-01T23:00"),
        ("un'ora dopo il backup", "2026-03-01T23:00"),
        ("morgen um dieselbe Zeit", "2026-03-03T22:00"),
        ("um 22 Uhr oder eine Stunde später", "2026-03-01T23:00"),
        ("nicht gleich", "now"),
    ],
)
def test_any_other_start_is_asked_about(text, start):
    known = context(waiting(options=PlanOptions(start=AT_TEN)))
    assert isinstance(read(text, ALL, start=start, known=known), Question)


@pytest.mark.parametrize(("text", "batch"), [("nacheinander bitte", 1), ("deux à la fois", 2)])
def test_a_pace_that_was_said_in_another_language_is_made_at_once(text, batch):
    found = read(text, ALL, ways=[{"name": "batch", "value": batch}])
    assert isinstance(found, Revision)
    assert isinstance(read(text, ALL, ways=[{"name": "batch", "value": 3}]), Question)


@pytest.mark.parametrize(
    "text",
    [
        "no, on web-3",
        "nein, auf web-3",
        "nein, ich meinte web-3",
        "lieber auf web-3",
        "non, sur web-3",
        "plutôt web-3",
        "no, en web-3",
        "mejor en web-3",
        "statt web-2 lieber web-3",
    ],
)
def test_another_host_in_place_of_the_one_that_was_wrong(text):
    known = context(waiting(wish("web-2")))
    found = read(text, ["web-3"], known=known)
    assert isinstance(found, Revision)
    assert found.intent.wishes[0].params["hosts"] == ["web-3"]
    both = read(text, ["web-2", "web-3"], known=known)
    assert isinstance(both, Question)


@pytest.mark.parametrize(
    "text", ["auf web-3", "nur auf web-3", "no en web-3", "nein, auf web-3 ist alles gut"]
)
def test_what_may_not_take_its_place_is_asked_about(text):
    known = context(waiting(wish("web-2")))
    assert isinstance(read(text, ["web-3"], known=known), Question)


@pytest.mark.parametrize(
    ("text", "hosts", "more", "why"),
    [
        ("nimm die andere dazu", MORE, {}, "The model put in “db-2”, which you did not ask for."),
        ("lieber auf db-2", MORE, {}, "“lieber” may mean that it shall be done there and nowhere"),
        ("nur auf db-2", MORE, {}, "“nur” may mean"),
        ("nimm web-2 raus", WITHOUT, {}, "You did not say that web-2 is to be left out."),
        ("auf db-2", ["db-2"], {}, "You did not say that web-1…web-3 are to be left out."),
        ("web-2 nicht, db-2 schon", WITHOUT, {}, "You named db-2, and nothing changes there."),
        ("web-2 nicht, und um 23 Uhr", WITHOUT, {}, "The words don't name just that time."),
        ("web-2 nicht", WITHOUT, {"start": TEN}, "The model put in “starting 2026-03-01 22:00"),
        ("web-2 nicht", WITHOUT, {"ways": [{"name": "batch", "value": 1}]}, "“one at a time”"),
        ("web-2 nicht, und aktualisiere alles", WITHOUT, {}, "You said “aktualisiere”, too, and no"),
        ("web-2 nicht, jede Nacht", WITHOUT, {}, "asks for it again and again, “jede Nacht”"),
        ("wenn web-1 läuft, ohne web-2", WITHOUT, {}, "You named web-1, and nothing changes there."),
        ("falls die Last hoch ist, ohne web-2", WITHOUT, {}, "The request has a condition"),
    ],
)  # fmt: skip
def test_anything_else_is_asked_about_and_says_why(text, hosts, more, why):
    found = read(text, hosts, **more)
    assert isinstance(found, Question)
    assert isinstance(found.options[0].means, Revision)
    assert why in found.text


def test_so_is_a_host_that_was_named_before_and_is_not_named_now():
    before = waiting().model_copy(update={"request": f"{FIRST}, db-2 auch"})
    found = read("nimm die andere dazu", MORE, known=context(before))
    assert found.options[0].means.intent.wishes[0].unsaid == ()
    assert "You did not ask for db-2." in found.text


def test_what_the_model_put_in_is_told_once():
    found = read("nimm die andere dazu", MORE)
    assert "The model put in “db-2”, which you did not ask for." in found.text
    assert "You did not ask for db-2." not in found.text


def test_so_is_another_deed():
    text = "web-2 nicht"
    stop = [act("service.stop", text, service="nginx", hosts=WITHOUT)]
    assert "What is done would change" in read(text, WITHOUT, steps=stop).text


def test_so_are_steps_on_different_hosts():
    text = "auch auf db-2"
    known = context(waiting(wish("web-1", action="service.stop"), wish("web-2")))
    acts = [
        act("service.stop", text, service="nginx", hosts=["web-1"]),
        act("service.restart", text, service="nginx", hosts=["web-2", "db-2"]),
    ]
    assert "Its steps are on different hosts." in read(text, MORE, steps=acts, known=known).text


def test_so_is_what_changes_nothing_on_a_host_and_might_run_unasked():
    text = "web-2 nicht"
    known = context(waiting(wish("web-1", "web-2", action="host.status")))
    look = [act("host.status", text, hosts=["web-1"])]
    assert "may need nobody's approval" in read(text, ALL, steps=look, known=known).text


def test_so_is_what_would_be_asked_for_by_it():
    """One that was refused, or only shown, waits for nobody."""
    found = read("web-2 nicht", WITHOUT, known=context(waiting(waits=False)))
    assert "#7 waits for nobody's approval now" in found.text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("web-2 nicht", "#7 and #8 are open here."),
        ("#8: web-2 nicht", "You named #8."),
        ("#7: web-2 nicht", ""),
    ],
)
def test_so_is_what_may_be_about_another_plan(text, why):
    known = context().model_copy(update={"open": (waiting(), waiting(number=8))})
    found = read(text, WITHOUT, known=known)
    assert why in found.text if why else isinstance(found, Revision)


def test_which_plans_are_open_is_told_once():
    known = context().model_copy(update={"open": (waiting(number=8), waiting())})
    found = read("not web-2", WITHOUT, known=known)
    assert found.text.count("are open here.") == 1


def test_and_it_is_not_where_the_plans_change_was_pressed():
    pressed = waiting().model_copy(update={"changing": True})
    known = context().model_copy(update={"open": (pressed, waiting(number=8))})
    assert isinstance(read("web-2 nicht", WITHOUT, known=known), Revision)


def test_so_is_no_more_than_a_part_of_what_the_model_read():
    text, known = "web-2 nicht", context()
    held, said = grounds(text, known), rules(text, known)
    step = act("service.restart", text, service="nginx", hosts=WITHOUT)
    part = checked(answer("revise", step, plan=7), held).outcome
    whole = part.model_copy(update={"intent": waiting().intent})
    found = corrected(agreed(said, part, held), said, whole, held)
    assert "The model read it otherwise." in found.text
    assert isinstance(corrected(agreed(said, part, held), said, part, held), Revision)


def test_so_is_what_may_be_a_question():
    assert "You may only be asking." in read("web-2 nicht?", WITHOUT).text


def test_so_is_a_plan_that_would_be_forced_no_more():
    known = context(waiting(options=PlanOptions(force_production=True)))
    found = read("web-2 nicht", WITHOUT, known=known)
    assert "Against revision 1: − web-2, without --force-production." in found.text
    assert "How it runs would change as well." in found.text


def test_so_are_a_models_words_that_were_picked():
    assert "the model's words" in read("web-2 nicht", WITHOUT, said="hm; web-2 nicht").text


def asked(*means, about="request"):
    options = tuple(Option(label="a", says="a", means=each) for each in means)
    return Question(about=about, text="Which?", options=options)


def test_so_is_what_may_be_an_answer_to_something_else():
    known = context(question=asked(waiting().intent))
    assert "I had asked you something else." in read("web-2 nicht", WITHOUT, known=known).text
    assert "I had asked" in read("web-2 nicht", WITHOUT, known=context(question=asked())).text
    other = Revision(plan=8, revision=1, intent=waiting().intent)
    known = context(question=asked(other))
    assert "I had asked" in read("web-2 nicht", WITHOUT, known=known).text


def test_beside_a_question_about_this_plan_the_words_said_to_it_count_and_no_others():
    same = Revision(plan=7, revision=1, intent=waiting().intent)
    known = context(question=asked(same), asked="nimm die andere dazu")
    found = read("web-2 nicht", WITHOUT, known=known, answered=known.asked)
    assert isinstance(found, Revision)
    known = context(question=asked(same), asked="mach es um 22 Uhr")
    more = {"known": known, "answered": known.asked}
    both = read("web-2 nicht", WITHOUT, start=TEN, **more)
    assert isinstance(both, Question), "the time was said to another question"
    assert both.options[0].means.intent.options.unsaid == ()


def test_what_is_doubted_of_the_plan_already_is_no_reason_and_stays():
    known = context(waiting(doubts=("It was doubted.",)))
    found = read("web-2 nicht", WITHOUT, known=known)
    assert isinstance(found, Revision)
    assert found.intent.doubts == ("It was doubted.",)


def test_nor_is_what_was_marked_already():
    marked = wish("web-1", "web-2", "web-3", unsaid=("web-1", "web-2", "web-3", "restart nginx"))
    found = read(
        "web-2 nicht", WITHOUT, known=context(waiting(marked)).model_copy(update={"request": "x"})
    )
    assert isinstance(found, Revision)
    assert found.intent.wishes[0].unsaid  # and it stays so


@pytest.mark.parametrize("text", ["danke dir", "auf web-1"])
def test_where_nothing_would_change_there_is_nothing_to_press(text):
    found = read(text, ALL)
    assert isinstance(found, Question)
    assert found.options == ()
    assert "nothing of #7 would change" in found.text
    again = context(question=found)
    assert isinstance(read("web-2 nicht", WITHOUT, known=again), Revision), "it is about the plan"


def test_a_revision_of_the_rules_that_a_model_took_for_talk_is_asked_about_as_before():
    text, known = "not web-2", context()
    held, said = grounds(text, known), rules("not web-2", known)
    assert isinstance(said, Revision)
    talk = checked(answer("talk", text="Fine."), held).outcome
    found = corrected(agreed(said, talk, held), said, talk, held)
    assert isinstance(found, Question)
    assert found.options[0].means == said


@pytest.mark.parametrize("text", ["lieber nur auf den db servern", "lieber nur die datenbanken"])
def test_what_is_asked_of_a_correction_does_not_say_that_it_is_no_order(text):
    found = read(text, ["db"])
    assert isinstance(found, Question)
    assert "found no order" not in found.text
    assert not any("found no order" in d for d in found.options[0].means.intent.doubts)


def test_what_it_changes_stands_behind_a_models_own_words_and_not_among_them():
    means = Revision(plan=7, revision=1, intent=Intent(wishes=(wish("web-1", "web-3"),)))
    asks = asked(means).model_copy(update={"text": "Which one?", "by": "opus"})
    told = with_difference(asks, grounds("web-2 nicht", context()))
    assert attributed(told) == "opus: “Which one?” Against revision 1: − web-2."
