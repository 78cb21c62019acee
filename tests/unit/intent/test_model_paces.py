"""A pace that was said in another language carries no mark; one that was not does."""

import pytest

from bot.intent.model.paces import pace_in
from bot.testing.scripted_models import plan
from tests.unit.intent.model_says import outcome, restart
from tests.unit.intent.test_model_overlooked import doubts

SAID = [
    ("einen nach dem anderen", 1),
    ("nacheinander", 1),
    ("einzeln", 1),
    ("nur zwei gleichzeitig", 2),
    ("zwei gleichzeitig", 2),
    ("je zwei auf einmal", 2),
    ("nicht mehr als zwei gleichzeitig", 2),
    ("nicht einzeln, sondern zwei gleichzeitig", 2),
    ("un serveur à la fois", 1),
    ("l'un après l'autre", 1),
    ("deux à la fois", 2),
    ("deux par deux", 2),
    ("de uno en uno", 1),
    ("de dos en dos", 2),
    ("dos a la vez", 2),
    ("uno alla volta", 1),
    ("due alla volta", 2),
    ("een voor een", 1),
    ("twee tegelijk", 2),
]


def unsaid(how, batch):
    text = f"starte nginx auf web neu, {how}"
    said = plan(restart(text, hosts=["web"]), ways=[{"name": "batch", "value": batch}])
    return outcome(said, text).options.unsaid


@pytest.mark.parametrize(("how", "batch"), SAID)
def test_a_pace_that_was_said_is_not_marked_and_another_is(how, batch):
    assert unsaid(how, batch) == ()
    assert unsaid(how, batch + 1) == ("batch",)


@pytest.mark.parametrize(
    ("how", "batch"),
    [
        ("nicht einzeln", 1),
        ("pas deux à la fois", 2),
        ("mindestens zwei gleichzeitig", 2),
        ("statt zwei gleichzeitig", 2),
        ("einzeln oder zwei gleichzeitig", 2),
        ("zwei davon hängen", 2),
        ("einer nach dem anderen ist abgestürzt", 1),
        ("die Kisten sind nacheinander ausgefallen", 1),
        ("ils tombent l'un après l'autre", 1),
        ("se cayeron uno tras otro", 1),
        ("alle gleichzeitig", 2),
    ],
)
def test_a_pace_that_was_not_said_is_marked(how, batch):
    assert pace_in(how) is None
    assert unsaid(how, batch) == ("batch",)


def test_a_pace_that_the_plan_leaves_out_is_told():
    text = "starte nginx auf web neu, zwei gleichzeitig"
    told = "on how many hosts at a time"
    assert any(told in each for each in doubts(text, restart(text, hosts=["web"])))
    two = [{"name": "batch", "value": 2}]
    assert not any(told in each for each in doubts(text, restart(text, hosts=["web"]), ways=two))


@pytest.mark.parametrize(
    "how",
    [
        "und wenn es schiefgeht, mach es rückgängig",
        "si ça échoue, annule tout",
        "si falla, deshazlo",
        "se qualcosa va storto, annulla tutto",
    ],
)
def test_what_shall_be_done_where_it_fails_is_said_and_no_condition(how):
    text = f"starte nginx auf web-3 neu, {how}"
    steps, back = [restart(text, hosts=["web-3"])], [{"name": "on_failure", "value": "rollback"}]
    assert outcome(plan(*steps, ways=back), text).options.unsaid == ()
    assert not any("condition" in each for each in doubts(text, *steps, ways=back))
    for left in (f"wenn web-1 läuft, {text}", f"{text}, aber nur wenn web-1 läuft"):
        assert any("condition" in each for each in doubts(left, *steps, ways=back))
    other = [{"name": "on_failure", "value": "continue"}]
    assert outcome(plan(*steps, ways=other), text).options.unsaid == ("on_failure",)
