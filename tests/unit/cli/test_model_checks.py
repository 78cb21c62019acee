"""`./overseer check models`: which line of which file to mend."""

import pytest

from bot.adapters.files.settings_file import load_settings
from bot.cli.model_checks import check_models
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelUnknownError,
    ModelUnlistedError,
    SecretError,
)
from bot.settings import Home
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_endpoint import ScriptedEndpoint

SETTINGS = """\
# line 1
models:
  tiers:
    - tier: cloud-fast        # line 4
      provider: anthropic
      model: claude-x         # line 6
      name: fast
      key: store:anthropic    # line 8
    - tier: local             # line 9
      provider: openai
      model: qwen             # line 11
      base_url: http://127.0.0.1:1/v1   # line 12
    - tier: local             # line 13
      provider: openai
      model: llama
      base_url: http://127.0.0.1:1/v1
      health: http://127.0.0.1:1/health # line 17
"""


@pytest.fixture
def checked(tmp_path, capsys):
    home = Home(path=tmp_path)
    home.settings.write_text(SETTINGS)
    models = {}

    def work(*, refusals=None, standing=(), **ills):
        def make(settings):
            error = ills.get(settings.called)
            if isinstance(error, SecretError | ImportError):
                raise error
            model = models[settings.called] = ScriptedEndpoint(settings.called, ManualClock())
            model.ill = error
            model.refuses = (refusals or {}).get(settings.called)
            return model

        models_of = load_settings(home.settings).models
        well = check_models(home, models_of, make, lambda _: standing)
        assert all(model.closed for model in models.values())
        assert not any(model.calls for model in models.values()), "no token is spent"
        return well, capsys.readouterr().out

    work.home, work.models = home, models
    return work


def test_all_well(checked):
    well, said = checked()
    assert well
    assert said.splitlines()[0] == "✓ models         3 of 3 are well"
    assert "cloud-fast: fast" in said


def test_what_the_server_that_runs_leaves_out_is_told_and_no_fault(checked):
    since = "left out: qwen can't be reached (since 09:00, tried again at 09:00:30)"
    well, said = checked(standing=("cloud-fast: fast", f"{since}", "today: 0 calls"))
    assert well
    assert f"the server that runs has {since}\n" in said
    assert "today" not in said
    assert "the server that runs" not in checked()[1]


@pytest.mark.parametrize(
    ("name", "error", "line"),
    [
        ("fast", ModelAuthError("It does not take its key.", model="fast", cure="Mend it."), 8),
        ("fast", ModelUnknownError("It knows no model claude-x.", model="fast"), 6),
        ("fast", ModelAwayError("It can't be reached.", model="fast"), 4),
        ("qwen", ModelAuthError("It wants a key.", model="qwen"), 9),
        ("qwen", ModelUnknownError("It knows no model qwen.", model="qwen"), 11),
        ("qwen", ModelAwayError("It can't be reached.", model="qwen"), 12),
        ("llama", ModelAwayError("The health address answered 500.", model="llama"), 17),
        ("qwen", ImportError("No module named openai"), 9),
        ("fast", SecretError("A secret is written as env:NAME.", cure="Change it."), 4),
    ],
)
def test_what_is_wrong_names_the_line_to_mend(checked, name, error, line):
    well, said = checked(**{name: error})
    assert not well
    first, *rest = said.splitlines()
    assert first == "✗ models         2 of 3 are well; without one the rules read requests"
    (told,) = [each for each in rest if f"overseer.yaml:{line}: " in each]
    assert str(getattr(error, "sentence", error)) in told
    if cure := getattr(error, "cure", ""):
        assert f"  {cure}" in said


UNLISTED = ModelUnlistedError("It has no list.", model="qwen")


def test_where_no_list_can_tell_one_small_request_does(checked):
    well, said = checked(qwen=UNLISTED)
    assert well
    assert "local: qwen (a request of 1,050 tokens was answered; it shows no list)" in said
    assert {name: model.tries for name, model in checked.models.items()} == {
        "fast": 0, "qwen": 1, "llama": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("refusal", "line"),
    [
        (ModelAuthError("It does not take its key.", model="qwen"), 9),
        (ModelUnknownError("It knows no model qwen.", model="qwen"), 11),
        (ModelAwayError("There is no model's API at this address.", model="qwen"), 12),
        (ModelAnswerError("It sent something that is no model's answer.", model="qwen"), 9),
    ],
)
def test_what_the_request_finds_names_its_line(checked, refusal, line):
    well, said = checked(qwen=UNLISTED, refusals={"qwen": refusal})
    assert not well
    assert f"overseer.yaml:{line}: {refusal.sentence}" in said


def test_a_server_that_is_busy_is_there(checked):
    well, said = checked(qwen=ModelBusyError("It can't take this now.", model="qwen"))
    assert well
    assert "overseer.yaml:9: It can't take this now." in said


def test_without_models_there_is_nothing_to_check(checked):
    checked.home.settings.write_text("")
    well, said = checked()
    assert well
    assert "no language model is set up" in said


def with_budget(checked, budget, price=""):
    text = SETTINGS.replace("      name: fast\n", f"      name: fast\n{price}")
    checked.home.settings.write_text(f"{text}  budget: {budget}\n")
    return checked()


@pytest.mark.parametrize("budget", ["{money: 5}", "{person_money: 1, tokens: 9}"])
def test_a_budget_in_money_that_bounds_nothing_is_told_with_its_line(checked, budget):
    well, said = with_budget(checked, budget)
    assert not well
    assert "fast has no price, so the budget in money bounds nothing there" in said
    assert "overseer.yaml:4" in said
    assert "qwen has no price" not in said, "a server of one's own costs nothing"


@pytest.mark.parametrize(
    ("budget", "price"),
    [
        ("{tokens: 9}", ""),
        ("{money: 5}", "      price: {input: 3, output: 15}\n"),
        ("{money: 5}", "      price: {input: 0}\n"),
    ],
)
def test_a_budget_that_can_hold_is_not(checked, budget, price):
    well, said = with_budget(checked, budget, price)
    assert well
    assert "✗" not in said
