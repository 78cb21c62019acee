"""Which whole sentences decide about a halted run, and which only look like it."""

import pytest

from bot.domain.intents import Deciding, ParseContext, Question, Understanding
from bot.domain.thread_runs import HaltedRun
from bot.intent.model.reading import ModelReader
from bot.settings import ModelsSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.unit.intent.grounds import grounds, rules

ONE = ParseContext(
    request="restart nginx on web-1",
    halted=(HaltedRun(number=7, hosts=("web-1", "web-2"), failed=("web-1",), newest=True),),
)
TWO = ONE.model_copy(
    update={"halted": (*ONE.halted, HaltedRun(number=9, hosts=("db-1",), failed=("db-1",)))}
)


@pytest.mark.parametrize(
    ("text", "button", "host"),
    [
        ("retry", "retry", ""), ("Please retry it!", "retry", ""), ("retry again", "retry", ""),
        ("retry, please", "retry", ""), ("retry now", "retry", ""), ("re-run #7", "retry", ""),
        ("could you try again?", "retry", ""), ("try web-1 again", "retry", "web-1"),
        ("retry web-1 of #7 please", "retry", "web-1"), ("retry the failed host", "retry", ""),
        ("skip, thanks", "skip", ""), ("skip WEB-1 then", "skip", "web-1"),
        ("mark it done", "mark_done", ""), ("mark #7 done", "mark_done", ""),
        ("roll it back please", "rollback", ""), ("undo", "rollback", ""),
        ("undo #7", "rollback", ""), ("take it back", "rollback", ""), ("check again", "recheck", ""),
        ("ask again", "again", ""), ("look again, ask anew", "again", ""), ("go on please", "", ""),
        ("wiederhole es bitte", "retry", ""), ("Nochmal!", "retry", ""), ("mach weiter", "", ""),
        ("versuch's noch einmal", "retry", ""), ("réessayez s'il vous plaît", "retry", ""),
        ("saute web-1", "skip", "web-1"), ("überspringe ihn", "skip", ""), ("web-1 überspringen", "skip", "web-1"),
        ("reintenta", "retry", ""), ("inténtalo de nuevo", "retry", ""), ("salta web-1", "skip", "web-1"),
        ("riprova", "retry", ""), ("ancora una volta", "retry", ""), ("vai avanti", "", ""),
        ("probeer het opnieuw", "retry", ""), ("sla web-1 over", "skip", "web-1"), ("ga verder", "", ""),
        ("mach es rückgängig", "rollback", ""), ("deshazlo", "rollback", ""), ("draai het terug", "rollback", ""),
    ],
)  # fmt: skip
def test_it_is_decided(text, button, host):
    assert rules(text, ONE) == Deciding(button=button, plan=7, host=host)


@pytest.mark.parametrize("context", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize("tail", ["", "?", " please?", " with #7?", " on web-1?"])
@pytest.mark.parametrize("verb", ["continue", "go on", "carry on", "proceed", "keep going", "retry", "skip", "roll back", "undo", "check again", "ask again", "mark it done", "try again"])  # fmt: skip
@pytest.mark.parametrize("lead", ["", "can you ", "would you please ", "let's "])
def test_however_politely_it_is_asked_it_is_answered(lead, verb, tail, context):
    assert rules(f"{lead}{verb}{tail}", context) is not None


@pytest.mark.parametrize(
    ("text", "asks", "says"),
    [
        ("can you roll it back?", "Shall I roll back?", "roll back #7"),
        ("could you skip web-1?", "Shall I skip web-1 of #7?", "skip web-1 of #7"),
        ("can you mark it done?", "Shall I mark it done?", "mark #7 done"),
    ],
)
def test_what_is_asked_for_politely_is_named_before_it_is_done(text, asks, says):
    asked = rules(text, ONE)
    assert asked.text == f"#7 needs a decision. {asks}"
    assert [(option.label, option.says) for option in asked.options] == [(says, says)]


@pytest.mark.parametrize("text", ["no, retry", "nope. try again", "no - retry it"])
def test_a_no_before_it_contradicts_what_was_asked(text):
    assert rules(text, ONE) == Deciding(button="retry", plan=7)
    said_among_people = rules(text, ONE.model_copy(update={"between": True}))
    assert said_among_people.text == "#7 needs a decision. Shall I retry?"


@pytest.mark.parametrize(
    "text",
    ["don't retry", "do not retry it yet", "no retry", "never skip web-1", "let's not roll back"],
)
def test_what_shall_not_be_done_presses_nothing(text):
    assert rules(text, ONE) == Deciding(button="", plan=7, denied=True)


@pytest.mark.parametrize(
    "text",
    [
        "retry the upload", "skip lunch", "retry?", "skip the meeting and go on with lunch", "no",
        "undo the merge", "take back the laptop", "why retry", "wiederhole das Backup auf web-1",
        "saute le déjeuner avec nous", "weiter unten steht es", "encore un café", "retry #8",
        "did you retry it?", "we retry uploads", "again and again", "encore", "ancora!", "`retry`", "mark my words",
    ],
)  # fmt: skip
def test_what_says_something_else_decides_nothing(text):
    outcome = rules(text, ONE)
    assert not isinstance(outcome, Deciding)
    assert not (
        isinstance(outcome, Question) and "decision" in outcome.text and "#7" in outcome.text
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("retry", ("retry #7", "retry #9")), ("skip please", ("skip #7", "skip #9")),
        ("mark it done", ("mark #7 done", "mark #9 done")), ("check again", ("check again #7", "check again #9")),
        ("undo it", ("roll back #7", "roll back #9")), ("ask again", ("ask again #7", "ask again #9")),
    ],
)  # fmt: skip
def test_each_run_that_may_be_meant_can_be_chosen(text, says):
    asked = rules(text, TWO)
    assert tuple(option.says for option in asked.options) == says
    for option, number in zip(asked.options, (7, 9), strict=True):
        assert rules(option.says, TWO).plan == number, option.says


def test_a_host_in_two_runs_is_not_widened_to_the_whole_run():
    both = HaltedRun(number=9, hosts=("web-1",), failed=("web-1",))
    asked = rules("skip web-1", ONE.model_copy(update={"halted": (*ONE.halted, both)}))
    assert [option.says for option in asked.options] == ["skip web-1 of #7", "skip web-1 of #9"]


class Asked(ScriptedModels):
    """A model that would make a request of it."""

    def __init__(self):
        super().__init__(plan(act("service.restart", "retry", service="nginx", hosts=["web-1"])))
        self.asked = []

    async def ask(self, name, prompt, *, person, deadline):
        self.asked.append(name)
        return await super().ask(name, prompt, person=person, deadline=deadline)


@pytest.mark.asyncio
async def test_no_model_makes_a_request_of_what_is_asked_about_which_run():
    models = Asked()
    reader = ModelReader(models, Plainly(), ManualClock(), ModelsSettings)
    said = Understanding(outcome=rules("retry", TWO))
    found = await reader.read(grounds("retry", TWO), said, person="ana")
    assert (found, models.asked) == (said, [])
