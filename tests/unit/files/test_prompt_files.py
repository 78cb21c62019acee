"""A prompt's file: its front matter, and a home's own instead of the one that ships."""

from pathlib import Path

import pytest

from bot.adapters.files.prompt_files import load_prompts
from bot.errors import ConfigError

FRONT = "---\nname: plan\nversion: 7\ninputs: [actions, hosts]\n---\nSay {{ actions }}.\n"


def own(tmp_path, text, name="plan.md"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_ships_is_read():
    plan = load_prompts()["plan"]
    assert plan.called == f"plan@{plan.version}"
    assert not plan.own
    lines = Path(plan.path).read_text(encoding="utf-8").splitlines()
    assert lines[plan.begins - 1] == plan.body.splitlines()[0]
    assert all(lines[line - 1].strip() == f"- {name}" for name, line in plan.inputs.items())


def test_a_home_has_its_own(tmp_path):
    plan = load_prompts(own(tmp_path, FRONT))["plan"]
    assert (plan.called, plan.own, plan.body) == ("plan@7+own", True, "Say {{ actions }}.\n")
    assert (plan.begins, plan.inputs) == (6, {"actions": 4, "hosts": 4})


def test_a_home_without_prompts_has_those_that_ship(tmp_path):
    assert load_prompts(tmp_path / "prompts") == load_prompts()


@pytest.mark.parametrize(
    ("text", "line", "sentence", "cure"),
    [
        ("Say it.\n", 1, "begins with front matter", "Write `---`"),
        ("", 1, "begins with front matter", "Write `---`"),
        ("---\nname: plan\nversion: 1\n", 1, "has no end", "before the body"),
        (FRONT.replace("version: 7\n", ""), 2, "version is missing", ""),
        (FRONT.replace("version: 7", "version: 0"), 3, "version", ""),
        (FRONT.replace("version: 7", "version: '7'"), 3, "version", ""),
        (FRONT.replace("version: 7", "version: 1.5"), 3, "version", ""),
        (FRONT.replace("name: plan", "name: plans"), 2, "plan.md", "Write `name: plan`"),
        (
            FRONT.replace("inputs: [actions, hosts]", "inputs: actions"),
            4,
            "must be a list",
            "[a, b]",
        ),
        (FRONT.replace("hosts]", "actions]"), 4, "actions stands here twice", ""),
        (FRONT.replace("version", "verzion"), 3, "verzion is not known here", "version"),
        (FRONT.replace("version: 7", "version: 7\nversion: 8"), 4, "twice", "line 3"),
        (FRONT.replace("version: 7", "version: [7"), 4, "no valid YAML", ""),
    ],
)
def test_a_complaint_names_file_line_and_cure(tmp_path, text, line, sentence, cure):
    with pytest.raises(ConfigError) as caught:
        load_prompts(own(tmp_path, text))
    assert sentence in caught.value.sentence
    assert cure in caught.value.cure
    assert caught.value.line == line
    assert caught.value.path == str(tmp_path / "plan.md")


def test_a_prompt_that_nothing_asks_for_is_a_slip(tmp_path):
    with pytest.raises(ConfigError, match="no prompt called plam") as caught:
        load_prompts(own(tmp_path, FRONT.replace("name: plan", "name: plam"), "plam.md"))
    assert "plan.md" in caught.value.cure


def test_one_that_is_no_text_is_told(tmp_path):
    (tmp_path / "plan.md").write_bytes(b"---\nname: \xff\n")
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        load_prompts(tmp_path)
    assert caught.value.line == 2
