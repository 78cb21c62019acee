"""A time that was said in another language carries no mark; one that was left out is told."""

import time
from datetime import UTC, datetime

import pytest

from bot.domain.intents import ParseContext, PlanOptions, Question
from bot.intent.model import moments
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.clocks import at_once, is_said, names_a_time
from bot.intent.model.conditions import condition_in
from bot.intent.model.declined import NOT_PLACED, TIME_LEFT_OUT
from bot.testing.scripted_models import answer, plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.model_says import EVENING, open_plan, outcome, restart

TEN = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)


def read(text, begins="", context=EVENING):
    ways = [{"name": "start", "value": begins}] if begins else []
    held = grounds(text, context)
    said = plan(restart(text, hosts=["web-1"]), ways=ways)
    return agreed(rules(text, context), checked(said, held).outcome, held)


@pytest.mark.parametrize(
    ("when", "begins"),
    [
        ("um 23 uhr", "2026-03-01T23:00"),
        ("um 23:30 Uhr", "2026-03-01T23:30"),
        ("ab 23 Uhr 15", "2026-03-01T23:15"),
        ("heute um 22:00", "2026-03-01T22:00"),
        ("um 10 Uhr abends", "2026-03-01T22:00"),
        ("um 12 uhr", "2026-03-01T12:00"),
        ("morgen um 8 uhr", "2026-03-02T08:00"),
        ("übermorgen um 8:30", "2026-03-03T08:30"),
        ("um Mitternacht", "2026-03-02T00:00"),
        ("à 23h", "2026-03-01T23:00"),
        ("à 23h30", "2026-03-01T23:30"),
        ("demain à 8 heures", "2026-03-02T08:00"),
        ("a las 23:00", "2026-03-01T23:00"),
        ("mañana a las 8", "2026-03-02T08:00"),
        ("a las 11 de la noche", "2026-03-01T23:00"),
        ("alle 23", "2026-03-01T23:00"),
        ("domani alle ore 8:30", "2026-03-02T08:30"),
        ("alle 11 di sera", "2026-03-01T23:00"),
        ("om 23 uur", "2026-03-01T23:00"),
        ("morgen om 8:30", "2026-03-02T08:30"),
        ("om middernacht", "2026-03-02T00:00"),
        ("après 22 heures", "2026-03-01T22:00"),
        ("à vingt heures", "2026-03-01T20:00"),
        ("después de las 22", "2026-03-01T22:00"),
        ("dopo le 22", "2026-03-01T22:00"),
        ("dalle 22", "2026-03-01T22:00"),
        ("na 22 uur", "2026-03-01T22:00"),
        ("heute Abend um zehn", "2026-03-01T22:00"),
        ("morgen um 6", "2026-03-02T06:00"),
        ("um ein Uhr mittags", "2026-03-01T13:00"),
        ("in zwei Stunden", "2026-03-01T12:00"),
        ("in einer halben Stunde", "2026-03-01T10:30"),
        ("in anderthalb Stunden", "2026-03-01T11:30"),
        ("in 45 Minuten", "2026-03-01T10:45"),
        ("dans une heure", "2026-03-01T11:00"),
        ("dans un quart d'heure", "2026-03-01T10:15"),
        ("en dos horas", "2026-03-01T12:00"),
        ("dentro de media hora", "2026-03-01T10:30"),
        ("fra due ore", "2026-03-01T12:00"),
        ("tra mezz'ora", "2026-03-01T10:30"),
        ("over twee uur", "2026-03-01T12:00"),
        ("over een kwartier", "2026-03-01T10:15"),
        ("in drei Tagen", "2026-03-04T10:00"),
        ("um 23 uhr MEZ", "2026-03-01T23:00"),
        ("um halb elf abends", "2026-03-01T22:30"),
        ("gegen 22 Uhr", "2026-03-01T22:00"),
        ("am Freitag um 18 Uhr", "2026-03-06T18:00"),
        ("vendredi à 18h", "2026-03-06T18:00"),
        ("el viernes a las 18", "2026-03-06T18:00"),
        ("venerdì alle 18", "2026-03-06T18:00"),
        ("vrijdag om 18 uur", "2026-03-06T18:00"),
        ("nicht um 22 Uhr, sondern um 23 Uhr", "2026-03-01T23:00"),
        ("pas à 22h mais à 23h", "2026-03-01T23:00"),
        ("heute nicht mehr sofort, um 23 uhr", "2026-03-01T23:00"),
    ],
)
def test_a_moment_that_was_said_in_another_language_is_not_marked(when, begins):
    found = read(f"starte nginx auf web-1 neu, {when}", begins)
    assert found.options.start is not None
    assert found.options.unsaid == ()
    assert TIME_LEFT_OUT not in found.doubts


@pytest.mark.parametrize(
    ("when", "begins"),
    [
        ("um 23 uhr", "2026-03-01T22:00"),
        ("in zwei Stunden", "2026-03-01T13:00"),
        ("um 12 Prozent zu sparen", "2026-03-01T12:00"),
        ("na twee servers", "2026-03-01T14:00"),
        ("antes de las 22", "2026-03-01T22:00"),
        ("aber nicht in zwei Stunden", "2026-03-01T12:00"),
        ("pas dans deux heures", "2026-03-01T12:00"),
        ("in zwei Stunden oder um 23 uhr", "2026-03-01T12:00"),
        ("er hängt seit zwei Stunden", "2026-03-01T12:00"),
        ("dans une heure, chaque jour", "2026-03-01T11:00"),
        ("prima delle 23", "2026-03-01T23:00"),
        ("voor 23:00", "2026-03-01T23:00"),
        ("um 23 uhr", "2026-03-02T23:00"),
        ("um 8 uhr", "2026-03-02T08:00"),
        ("um 8 uhr", "2026-03-01T20:00"),
        ("bis 23 uhr", "2026-03-01T23:00"),
        ("gegen 23 uhr", "2026-03-01T22:00"),
        ("am Freitag um 18 Uhr", "2026-03-07T18:00"),
        ("am Freitag um 18 Uhr", "2026-03-13T18:00"),
        ("jeden Freitag um 18 Uhr", "2026-03-06T18:00"),
        ("le vendredi à 18h", "2026-03-06T18:00"),
        ("los viernes a las 18", "2026-03-06T18:00"),
        ("nächsten Freitag um 18 Uhr", "2026-03-06T18:00"),
        ("am Sonntag um 18 Uhr", "2026-03-08T18:00"),
        ("um halb elf abends", "2026-03-01T23:30"),
        ("nicht um 22 Uhr, sondern um 23 Uhr", "2026-03-01T22:00"),
        ("vor 23 Uhr", "2026-03-01T23:00"),
        ("jeden Tag um 23 uhr", "2026-03-01T23:00"),
        ("am Dienstag um 23 uhr", "2026-03-01T23:00"),
        ("um 22 uhr oder um 23 uhr", "2026-03-01T23:00"),
        ("weil er um 23 uhr abstürzt", "2026-03-01T23:00"),
        ("heute morgen um 11 uhr", "2026-03-02T11:00"),
        ("morgen um 23 uhr", "2026-03-01T23:00"),
        ("in 23 minuten", "2026-03-01T23:00"),
        ("avant 23h", "2026-03-01T23:00"),
        ("a las 23 máquinas", "2026-03-01T23:00"),
        ("aber nicht um 23 uhr", "2026-03-01T23:00"),
        ("nicht erst morgen um 23 uhr", "2026-03-02T23:00"),
        ("statt um 23 uhr", "2026-03-01T23:00"),
        ("mais pas à 23h", "2026-03-01T23:00"),
        ("um 23 uhr utc", "2026-03-01T23:00"),
        ("um 23 Uhr (MESZ)", "2026-03-01T23:00"),
        ("um 23 uhr Moskauer Zeit", "2026-03-01T23:00"),
        ("à 23h heure de Montréal", "2026-03-01T23:00"),
    ],
)
def test_a_moment_that_was_not_said_is_marked(when, begins):
    assert read(f"starte nginx auf web-1 neu, {when}", begins).options.unsaid == ("start",)


@pytest.mark.parametrize(
    "text",
    ["starte nginx auf web-1 um 23 uhr neu", "redémarre nginx sur web-1 à 23h",
     "reinicia nginx en web-1 a las 23"],
)  # fmt: skip
def test_a_time_that_a_plan_leaves_out_is_told(text):
    assert read(text).doubts.count(TIME_LEFT_OUT) == 1


@pytest.mark.parametrize(
    "text",
    ["starte nginx auf web-1 neu, er hängt seit 23 uhr", "starte nginx auf web-1 neu",
     "starte nginx auf web-1 neu, weil er um 23 uhr abstürzte", "reinicia a las 3 máquinas web-1"],
)  # fmt: skip
def test_what_names_no_beginning_is_not_told_of(text):
    assert TIME_LEFT_OUT not in read(text).doubts


@pytest.mark.parametrize(
    "when",
    ["nach dem Deploy", "erst nach dem Backup", "später", "irgendwann heute", "vor dem Wochenende",
     "bei Gelegenheit"],
)  # fmt: skip
def test_a_moment_without_a_clock_is_a_time_as_well(when):
    text = f"starte nginx auf web-1 neu, {when}"
    assert waits_in(text) == 1, "a job that is waited for is told as a condition, and that alone"


@pytest.mark.parametrize(
    "text",
    [
        "redémarre nginx sur web-1 après la sauvegarde",
        "redémarre nginx sur web-1 plus tard",
        "reinicia nginx en web-1 después del backup",
        "reinicia nginx en web-1 más tarde",
    ],
)
def test_so_it_is_in_other_languages(text):
    assert waits_in(text) == 1


def waits_in(text):
    """How many sentences tell that the plan does not wait for what the text names."""
    found = read(text).doubts
    return sum(each == TIME_LEFT_OUT or "has a condition" in each for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "nginx hängt nach dem Update, starte ihn auf web-1 neu",
        "starte nginx auf web-1 neu, er ist seit dem Backup weg und hing nach dem Update",
        "starte nginx auf web-1 und web-2 neu, einen nach dem anderen",
        "redémarre nginx sur web-1 et web-2, l'un après l'autre",
    ],
)
def test_what_tells_of_an_event_or_an_order_is_none(text):
    assert TIME_LEFT_OUT not in read(text).doubts


def waits_for_ten():
    waits = open_plan().intent.model_copy(update={"options": PlanOptions(start=TEN)})
    return EVENING.model_copy(update={"open": (open_plan().model_copy(update={"intent": waits}),)})


@pytest.mark.parametrize(
    "text", ["doch sofort", "lieber jetzt", "tout de suite finalement", "ahora mismo, mejor"]
)
def test_haste_that_was_said_is_not_marked(text):
    said = answer("revise", restart(text), plan=7, ways=[{"name": "start", "value": "now"}])
    options = outcome(said, text, waits_for_ten()).intent.options
    assert (options.start, options.unsaid) == (None, ())


@pytest.mark.parametrize(
    "text", ["nicht sofort", "nur web-1", "jetzt, nein, um 22 uhr", "pas maintenant"]
)
def test_haste_that_was_not_said_is_marked(text):
    said = answer("revise", restart(text), plan=7, ways=[{"name": "start", "value": "now"}])
    options = outcome(said, text, waits_for_ten()).intent.options
    assert (options.start, options.unsaid) == (None, ("start",))
    assert not at_once(text)


@pytest.mark.parametrize(
    "words", ["weil um 22 uhr ", "um 22 uhr seit ", "à 22h a las 22 ", "jetzt "]
)
def test_a_long_text_is_searched_in_time(words):
    text = words * (16_000 // len(words))
    began = time.process_time()
    is_said(TEN, text, EVENING)
    names_a_time(text)
    at_once(text)
    condition_in(text)
    assert time.process_time() - began < 1.0


def test_without_a_clock_no_moment_is_said():
    text = "starte nginx auf web-1 um 23 uhr neu"
    assert not isinstance(read(text, context=ParseContext()), Question)


@pytest.mark.parametrize(
    ("day", "begins", "one"),
    [
        (datetime(2026, 10, 24, 20, tzinfo=UTC), "2026-10-25T02:30", False),
        (datetime(2026, 3, 28, 20, tzinfo=UTC), "2026-03-29T02:30", False),
        (datetime(2026, 3, 28, 20, tzinfo=UTC), "2026-03-29T03:30", True),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), "2026-10-25T02:30+01:00", True),
    ],
)
def test_an_hour_that_comes_twice_or_never_is_no_moment(day, begins, one):
    context = EVENING.model_copy(update={"now": day})
    if one:
        assert moments.begins(begins, context) is not None
        return
    with pytest.raises(ValueError, match="twice or never"):
        moments.begins(begins, context)


@pytest.mark.parametrize(
    "when", ["um 22:00", "um 22:00 Uhr", "à 22:00", "a las 22:00", "alle 22:00"]
)
def test_a_time_that_the_model_placed_as_it_was_said_is_not_doubted(when):
    text = f"starte nginx auf web-1 {when} neu"
    assert read(text, "2026-03-01T22:00").doubts == ()
    assert NOT_PLACED in read(text, "2026-03-01T22:30").doubts
