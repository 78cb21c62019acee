"""`./overseer eval` by a model: what it may use, where it ends, and under whose name it is booked."""

import asyncio
import io
import json

import pytest
import structlog

from bot.adapters.machine import SystemClock
from bot.adapters.store import open_store
from bot.app import world
from bot.cli.eval_budget import bounded
from bot.cli.evaluating import Judge, evaluate
from bot.cli.logs import silent
from bot.domain.intents import SmallTalk, Understanding
from bot.domain.usage import Usage
from bot.errors import ConfigError, RequestError
from bot.intent.cases import Case
from bot.intent.evaluation import EndedError, predicted
from bot.intent.model import pricing
from bot.intent.model.checking import checked
from bot.settings import Budget, Home
from bot.testing.scripted_endpoint import ScriptedEndpoint
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds

SETTINGS = """\
timezone: UTC
models:
  tiers:
    - {tier: cloud-fast, provider: anthropic, model: quick, concurrency: 1, price: {input: 1, output: 1}}
    - {tier: cloud-heavy, provider: anthropic, model: strong}
"""
USED = Usage(calls=1, tokens_in=20_000, tokens_out=1_000)


@pytest.fixture(autouse=True)
def believed(monkeypatch):
    """What the scripted models say that they used is far more than these short prompts can take."""
    monkeypatch.setattr(pricing, "SLACK", 1_000)


@pytest.fixture
def evaluation(tmp_path, monkeypatch, capsys):
    """Runs `eval` over five requests that a model reads as they are meant."""

    def row(n):
        steps = [{"action": "host.status", "params": {"hosts": [f"web-{n}"]}}]
        return {
            "id": f"c{n}", "text": f"how is web-{n}?", "tags": ["looks"], "skills": ["host"],
            "expect": {"kind": "plan", "steps": steps},
        }  # fmt: skip

    home = Home(path=tmp_path / "home")
    home.path.mkdir()
    home.settings.write_text(SETTINGS)
    corpus, inventory = tmp_path / "corpus.jsonl", tmp_path / "inventory.yaml"
    corpus.write_text("".join(json.dumps(row(n)) + "\n" for n in range(5)))
    inventory.write_text("hosts: {" + ", ".join(f"web-{n}: {{}}" for n in range(5)) + "}\n")
    made = []
    configured = structlog.get_config()
    silent()

    def models_with(_secrets):
        def make(settings):
            model = ScriptedEndpoint(settings.called, SystemClock())
            for n in range(5):
                said = act("host.status", f"how is web-{n}?", hosts=[f"web-{n}"])
                model.says(work.says or plan(said), usage=USED)
                if work.says:  # and once more, when it is asked to mend it
                    model.says(work.says, usage=USED)
            made.append(model)
            return model

        return make

    monkeypatch.setattr(world, "models_with", models_with)

    def work(*parsers, **more):
        given = {"parsers": parsers or ["cloud-fast"], "predictions": None, **more}
        status = evaluate(home, corpus, inventory, **given)
        return status, *capsys.readouterr()

    async def used():
        store = open_store(home.database, clock=SystemClock())
        day = SystemClock().now().date()
        found = await store.read(lambda u: u.used(day, day))
        await store.close()
        return {(each.person, each.model): each.usage.calls for each in found}

    work.says = ""
    work.corpus, work.inventory = corpus, inventory
    work.used = lambda: asyncio.run(used())
    work.made = made
    work.home = home
    yield work
    structlog.configure(**configured)


def test_it_says_what_it_may_cost_and_what_it_took_and_books_it(evaluation):
    status, out, told = evaluation()
    assert status == 0
    assert "exact                       5 / 5" in out
    first, last = told.splitlines()
    assert first.startswith("cloud-fast: 5 requests, at most about ")
    assert last.startswith(
        "cloud-fast: 5 calls, 105,000 tokens, 0.10 USD; booked under “evaluation”"
    )
    assert evaluation.used() == {("evaluation", "quick"): 5}


def test_models_are_open_before_the_first_figure_and_none_is_left_out_by_a_look(evaluation):
    evaluation("quick", "strong")
    for model in evaluation.made:
        assert model.opened == [(1 if model.name == "quick" else 4, 0)]
        assert model.checks == 0, "a server may list no such name and answer all the same"


def test_what_the_model_could_not_read_is_no_merit_of_its(evaluation):
    evaluation.says = "{"
    status, out, told = evaluation("cloud-fast", "rules")
    assert status == 0
    head, _, table = out.partition("\n\n")
    assert head.splitlines() == [
        "✗ cloud-fast gave no answer that could be used to 5 of 5 requests.",
        "  The rules read those in its place, and they count as wrong.",
        "  c0: quick gave no answer that could be used.",
    ]
    rows = {line[:28].strip(): line[28:].split() for line in table.splitlines()}
    assert rows["exact"] == ["0", "/", "5", "0.0%", "5", "/", "5", "100.0%"]
    assert rows["read by it"] == ["0", "/", "5", "–"]
    assert rows["looks"] == ["0", "/", "5", "5", "/", "5"]
    assert "right only by rules: 5" in table
    assert "stayed wrong" not in out + told
    _, out, _ = evaluation("cloud-fast")
    assert "  c4  not read" in out


def test_what_a_model_read_is_counted_as_read_by_it(evaluation):
    _, out, _ = evaluation()
    assert "read by it                  5 / 5" in out
    assert "no model is asked" not in out


def test_a_bar_moves_with_each_request(evaluation, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for parser in ("cloud-fast", "rules"):
        screen = Terminal()
        monkeypatch.setattr("sys.stderr", screen)
        monkeypatch.setenv("TERM", "xterm")
        evaluation(parser)
        for done in range(1, 6):
            assert f"{done}/5" in screen.getvalue()


@pytest.mark.parametrize(
    ("budget", "left"), [("0.03", "0.030 USD"), ("30k tokens", "30,000 tokens")]
)
def test_it_says_before_it_begins_that_a_budget_may_end_it(evaluation, budget, left):
    _, _, told = evaluation(budget=budget)
    line = told.splitlines()[1]
    assert line.startswith(f"  Of the budget {left} is left, so it may end early; --limit ")
    assert line.endswith(" fits.")
    _, _, told = evaluation(budget="900k tokens")
    assert "may end early" not in told


def test_the_days_budget_is_looked_at_before_it_begins_too(evaluation):
    evaluation.home.settings.write_text(SETTINGS + "  budget: {money: 0.03, person_money: 9}\n")
    _, _, told = evaluation()
    assert "Of the budget 0.030 USD is left" in told.splitlines()[1]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_corpus_says_how_to_write_one(evaluation, text):
    evaluation.corpus.write_text(text)
    with pytest.raises(ConfigError, match="There is no request in this corpus") as caught:
        evaluation("rules")
    assert caught.value.path == str(evaluation.corpus)
    row = caught.value.cure[caught.value.cure.index("{") :]
    evaluation.corpus.write_text(row)
    assert "exact                       1 / 1" in evaluation("rules")[1]


def test_a_corpus_of_other_skills_says_so(evaluation):
    row = json.loads(evaluation.corpus.read_text().splitlines()[0])
    evaluation.corpus.write_text(json.dumps({**row, "skills": ["vm"]}))
    with pytest.raises(ConfigError, match="None of its 1 request can be read"):
        evaluation("rules")


def test_an_action_that_there_is_not_is_named_with_its_line(evaluation):
    lines = evaluation.corpus.read_text().splitlines()
    lines[2] = lines[2].replace("host.status", "host.statuss")
    evaluation.corpus.write_text("\n".join(lines))
    with pytest.raises(ConfigError, match=r"jsonl:3: c2 expects host\.statuss") as caught:
        evaluation("rules")
    assert caught.value.cure.startswith("Did you mean host.status")


def test_an_inventory_without_a_host_is_none(evaluation):
    evaluation.inventory.write_text("not: an inventory\n")
    with pytest.raises(ConfigError, match="There is no host in this inventory"):
        evaluation("rules")


@pytest.mark.parametrize("where", ["nowhere/out.jsonl", "."])
def test_where_predictions_can_not_be_written_is_said_before_anything_is_paid(
    evaluation, tmp_path, where
):
    with pytest.raises(ConfigError, match="The predictions can't be written"):
        evaluation(predictions=tmp_path / where)
    assert evaluation.made == []


@pytest.mark.parametrize("budget", ["0.065", "65k tokens"])
def test_it_ends_at_its_own_budget_and_shows_what_was_read_until_then(evaluation, budget):
    for round_ in (1, 2):  # what a former run has used is not taken off this one's
        status, out, _ = evaluation(budget=budget)
        assert status == 3
        assert "cloud-fast stopped after 3 of 5 requests; the table is of those." in out
        assert "What is left of --budget" in out
        assert "exact                       3 / 3" in out
        assert evaluation.used() == {("evaluation", "quick"): 3 * round_}


def test_the_days_budget_holds_for_it_too(evaluation):
    evaluation.home.settings.write_text(SETTINGS + "  budget: {money: 0.045}\n")
    _, out, _ = evaluation(budget="5")
    assert "cloud-fast stopped after 2 of 5 requests" in out
    assert "The budget of all together for language models has " in out
    assert "./overseer usage" in out


def test_its_budget_as_of_a_person_holds_unless_this_run_has_its_own(evaluation):
    evaluation.home.settings.write_text(SETTINGS + "  budget: {person_money: 0.045}\n")
    _, out, _ = evaluation()
    assert "stopped after 2 of 5" in out
    assert "The evaluation's budget for language models has " in out
    _, out, _ = evaluation(budget="5")
    assert "exact                       5 / 5" in out


def test_beside_another_only_what_both_have_read_is_compared(evaluation):
    _, out, _ = evaluation("rules", "cloud-fast", budget="0.065")
    assert [line.split()[1:] for line in out.splitlines() if line.startswith("exact")] == [
        ["3", "/", "3", "100.0%", "3", "/", "3", "100.0%"]
    ]


def test_a_budget_in_which_nothing_fits_is_a_mistake_and_no_table(evaluation):
    with pytest.raises(RequestError, match=r"What is left of --budget 0\.001"):
        evaluation(budget="0.001")
    assert not any(model.calls for model in evaluation.made)


def test_money_can_not_bound_what_has_no_price(evaluation):
    with pytest.raises(RequestError, match="strong has no price"):
        evaluation("cloud-heavy", budget="1")
    assert evaluation("cloud-heavy", budget="900k tokens")[0] == 0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", None),
        ("2", Budget(person_money=2)),
        ("0.5", Budget(person_money=0.5)),
        ("200k tokens", Budget(person_tokens=200_000)),
        ("200_000 tokens", Budget(person_tokens=200_000)),
        ("5,000t", Budget(person_tokens=5_000)),
    ],
)
def test_a_budget_is_money_or_tokens(said, meant):
    assert bounded(said) == meant


@pytest.mark.parametrize("said", ["much", "0", "-1", "0 tokens", "5 apples", "1e3", "9" * 12])
def test_what_is_no_budget_says_how_to_write_one(said):
    with pytest.raises(RequestError, match="is no budget") as caught:
        bounded(said)
    assert "--budget 0.50" in caught.value.cure


async def test_once_it_has_ended_no_other_request_is_begun():
    asked = []

    async def read(text):
        asked.append(text)
        if text == "b":
            raise EndedError
        return Understanding(outcome=SmallTalk(text="Hello."))

    cases = [Case(id=text, text=text, tags=(), accepted=(), skills=frozenset()) for text in "abcd"]
    found = await predicted(cases, read)
    assert [each.id for each in found] == ["a"]
    assert asked == ["a", "b"]


def test_a_way_that_only_the_model_read_is_no_way_out_of_a_refusal_in_its_figures_either():
    said = "reboot web-1 and web-2"
    answer = plan(
        act("host.reboot", said, hosts=["web-1", "web-2"]), ways=[{"name": "batch", "value": 1}]
    )
    judge = Judge(grounds(said).inventory, grounds(said).catalog)
    assert judge(checked(answer, grounds(said)).outcome) == "refuse"
    assert judge(checked(answer, grounds(f"{said}, one at a time")).outcome) == "plan"


def test_the_rules_are_read_as_requests_meet_them_and_as_the_models_are(evaluation):
    rows = [
        ("what would happen if I rebooted web-1?", {"kind": "none"}),
        ("reboot web-1 at 22:00", {"kind": "plan", "steps": [
            {"action": "host.reboot", "params": {"hosts": ["web-1"]}}]}),
        ("why?", {"kind": "none"}),
        ("what needs a vote?", {"kind": "plan", "steps": [{"action": "plan.history", "params": {}}]}),
    ]  # fmt: skip
    evaluation.corpus.write_text(
        "".join(
            json.dumps(
                {"id": f"c{n}", "text": text, "tags": ["x"], "skills": ["host"], "expect": e}
            )
            + "\n"
            for n, (text, e) in enumerate(rows)
        )
    )
    _, out, _ = evaluation("rules")
    assert "4 / 4" in out, out


def test_a_model_that_reads_a_time_is_right(evaluation):
    step = {"action": "host.reboot", "params": {"hosts": ["web-1"]}}
    row = {"id": "c0", "text": "reboot web-1 at 22:00", "tags": ["when"], "skills": ["host"],
           "expect": {"kind": "plan", "steps": [step]}}  # fmt: skip
    evaluation.corpus.write_text(json.dumps(row) + "\n")
    said = act("host.reboot", "reboot web-1", hosts=["web-1"])
    evaluation.says = plan(said, ways=[{"name": "start", "value": "2026-03-02T22:00"}])
    _, out, _ = evaluation("cloud-fast")
    assert "1 / 1" in out, out
    assert "dangerous                   0" in out
