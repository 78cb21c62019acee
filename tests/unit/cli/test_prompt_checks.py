"""`./overseer check`: which line of a home's own prompt to mend."""

import pytest

from bot.adapters.files.first_start import prepare
from bot.adapters.files.settings_file import shipped
from bot.cli.checking import check_only_models
from bot.cli.prompt_checks import check_prompts
from bot.settings import Home

SHIPPED = (shipped("prompts", holding="plan.md") / "plan.md").read_text()
VERSION = next(line for line in SHIPPED.splitlines() if line.startswith("version: "))


@pytest.fixture
def home(tmp_path):
    home = Home(path=tmp_path / "home")
    prepare(home)
    home.prompts.mkdir()
    return home


def line_of(text, part):
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_shipped_one_is_well(home, capsys):
    assert check_prompts(home)
    assert capsys.readouterr().out.startswith("✓ prompts        plan@")


def test_a_good_one_of_the_home_is_named_as_such(home, capsys):
    (home.prompts / "plan.md").write_text(SHIPPED)
    assert check_prompts(home)
    assert "+own" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("was", "wrong", "line", "said", "cure"),
    [
        (VERSION, "version: one", "version: one", "", ""),
        ("name: plan", "name: plans", "name: plans", "The file is called plan.md", "name: plan"),
        ("name: plan", "nam: plan", "nam: plan", "is not known here", ""),
        (
            "  - other_actions\n",
            "  - others\n",
            "{% if other",
            "speaks of other_actions",
            "Add other",
        ),
        (
            "  - now\n",
            "  - now\n  - moon\n",
            "  - moon",
            "does not speak of the input moon",
            "Use it",
        ),
        (
            "{{ other_actions }}",
            "{{ other_actions | }}",
            "{{ other",
            "This is no Jinja2",
            "Correct",
        ),
        (
            "{{ other_actions }}",
            "{{ other_actions.x.y }}",
            "{{ other",
            "can't be filled",
            "Correct",
        ),
    ],
)
def test_what_is_wrong_names_file_and_line_and_what_to_do(
    home, capsys, was, wrong, line, said, cure
):
    assert was in SHIPPED
    text = SHIPPED.replace(was, wrong, 1)
    (home.prompts / "plan.md").write_text(text)
    assert not check_prompts(home)
    first, *rest = capsys.readouterr().out.splitlines()
    where = line_of(text, line)
    assert first.startswith(f"✗ prompts        {home.prompts / 'plan.md'}:{where}: ")
    assert said in first
    assert cure in " ".join(rest)


def test_a_file_that_nothing_asks_for_is_told(home, capsys):
    (home.prompts / "plann.md").write_text(SHIPPED.replace("name: plan", "name: plann"))
    assert not check_prompts(home)
    assert "Rename the file, such as to plan.md" in capsys.readouterr().out


def test_a_broken_prompt_fails_the_check_of_models_and_they_are_looked_at_all_the_same(
    home, capsys
):
    (home.prompts / "plan.md").write_text("You are a parser.\n")
    assert check_only_models(home) == 4
    told = capsys.readouterr().out
    assert "plan.md:1: A prompt begins with front matter." in told
    assert "no language model is set up" in told
    (home.prompts / "plan.md").unlink()
    assert check_only_models(home) == 0
