"""`./overseer check models`: which line of which file to mend."""

import pytest

from bot.adapters.files.settings_file import load_settings
from bot.cli.model_checks import check_models
from bot.errors import (
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelUnknownError,
    SecretError,
)
from bot.settings import Home
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_model import ScriptedModel

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

    def work(**ills):
        def make(settings):
            error = ills.get(settings.called)
            if isinstance(error, SecretError | ImportError):
                raise error
            model = models[settings.called] = ScriptedModel(settings.called, ManualClock())
            model.ill = error
            return model

        well = check_models(home, load_settings(home.settings).models, make)
        assert all(model.closed for model in models.values())
        assert not any(model.calls for model in models.values()), "no token is spent"
        return well, capsys.readouterr().out

    work.home = home
    return work


def test_all_well(checked):
    well, said = checked()
    assert well
    assert said.splitlines()[0] == "✓ models         3 of 3 are well"
    assert "cloud-fast: fast" in said


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


def test_a_server_that_is_busy_is_there(checked):
    well, said = checked(qwen=ModelBusyError("It can't take this now.", model="qwen"))
    assert well
    assert "overseer.yaml:9: It can't take this now." in said


def test_without_models_there_is_nothing_to_check(checked):
    checked.home.settings.write_text("")
    well, said = checked()
    assert well
    assert "no language model is set up" in said
