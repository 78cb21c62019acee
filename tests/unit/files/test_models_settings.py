"""The models of `overseer.yaml`: the shipped example works, and each slip names its line."""

import pytest

from bot.adapters.files.settings_file import load_settings, shipped
from bot.domain.usage import Tier
from bot.errors import ConfigError
from bot.settings import TaskSettings


def example():
    """The commented section of the shipped file, with its comments taken off."""
    lines = (shipped() / "overseer.yaml").read_text().splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("# models:"))
    end = lines.index("", begin)
    return "\n".join(line.removeprefix("# ") for line in lines[begin:end])


@pytest.fixture
def loaded(tmp_path):
    def work(text):
        (tmp_path / "overseer.yaml").write_text(text)
        return load_settings(tmp_path / "overseer.yaml").models

    return work


def test_the_shipped_example_is_valid_and_has_every_tier(loaded):
    models = loaded(example())
    assert [one.tier for one in models.tiers] == list(Tier)
    assert [one.called for one in models.tiers] == ["qwen3:8b", "haiku", "gpt-5"]
    assert models.budget.person_tokens == 500_000
    assert models.tiers[1].price.cached == 0.1


def test_every_setting_of_a_model_stands_in_the_example(loaded):
    text = example()
    for model in (loaded(text), loaded(text).tiers[0], loaded(text).tasks, loaded(text).budget):
        for name in type(model).model_fields:
            assert f"{name}:" in text, f"{name} is not told"


@pytest.mark.parametrize(
    ("was", "wrong", "line", "said"),
    [
        ("tier: cloud-fast", "tier: cloud-quick", "tier: cloud-quick", "no such value"),
        ("provider: anthropic", "provider: antropic", "provider: antropic", "no such value"),
        ("base_url: http:", "base_url: htp:", "base_url: htp:", "base_url must begin with http"),
        ("model: gpt-5", "name: gpt-5", "tier: cloud-heavy", "is missing. Write `model: …` there."),
        ("name: haiku", "name: gpt-5", "model: gpt-5", "model is another model's already: gpt-5"),
        ("name: haiku", "name: rules", "name: rules", "name can't be rules"),
        (
            "person_money: 1.00",
            "person_money: -1",
            "person_money",
            "person_money must be at least 0",
        ),
        ("key: store:", "keys: store:", "keys: store:", "is not known here"),
        ("concurrency: 1", "concurrency: 0", "concurrency: 0", "concurrency must be at least 1."),
        ("concurrency: 1", "concurrency: x", "concurrency: x", "must be a whole number."),
        ("input: 1", "input: -1", "input: -1", "price.input must be at least 0."),
        ("currency: USD", "currency: US-Dollars", "currency: US", "may have 8 characters at most."),
        ("looks: local", "look: local", "look: local", "is not known here"),
        ("looks: local", "looks: locally", "looks: locally", "no such value"),
    ],
)
def test_a_slip_names_its_line(loaded, was, wrong, line, said):
    text = example()
    assert was in text
    text = text.replace(was, wrong, 1)
    with pytest.raises(ConfigError) as caught:
        loaded(text)
    assert said in str(caught.value)
    where = next(n for n, each in enumerate(text.splitlines(), 1) if line in each)
    assert caught.value.line == where


def test_the_example_shows_the_tasks_as_they_are_without_it(loaded):
    assert loaded(example()).tasks == loaded("").tasks


def test_one_task_is_set_and_the_others_stay(loaded):
    tasks = loaded("models: {tasks: {changes: local}}").tasks
    assert tasks == TaskSettings(changes=Tier.LOCAL)
