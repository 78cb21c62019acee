"""What the checks of chat platforms print is for a terminal."""

from bot.cli.chat_checks import tell
from bot.ports.findings import Finding


def test_a_terminal_shows_no_marks_for_bold(capsys):
    async def found():
        yield Finding("token", "See *Install App*.", "Look for `*.log` in *one* place.", well=False)

    assert not tell("slack", found())
    said = capsys.readouterr().out
    assert "See Install App." in said
    assert "Look for `*.log` in one place." in said
