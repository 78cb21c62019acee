"""Which key presses what, what a state means to a script, and a few pure corners."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.terminal import wire
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.following import wants
from bot.adapters.terminal.frame import lasting
from bot.adapters.terminal.keys import keys_of, pressed
from bot.adapters.terminal.layout import text_of
from bot.adapters.terminal.outcomes import EXIT_BY_STATE, Exit, exit_of, exit_of_error, over
from bot.adapters.terminal.render import frame_of
from bot.adapters.terminal.rows import row_lines
from bot.adapters.terminal.screen import clipped
from bot.adapters.terminal.steps import hosts_text
from bot.adapters.terminal.tunnel import tunnel_line
from bot.adapters.terminal.typed import command_lines
from bot.domain.cards import Button, Card, Choice, Row, Tone, plain
from bot.errors import (
    ConfigError,
    ConflictError,
    HostUnreachableError,
    NotAllowedError,
    OverseerError,
    RequestError,
)
from tests.unit.terminal import sample_cards


def card(*buttons, **more):
    return Card(id="c", title="t", buttons=buttons, **more)


def test_time_that_is_left_is_counted_when_a_card_is_read():
    """A card is drawn when it changes and read at any time: `show` after 20 minutes says so."""
    row = Row(label="EXPIRES", spans=plain("14:32"), until=datetime(2026, 3, 5, 14, 32, tzinfo=UTC))

    def at(minute, second=0):
        now = datetime(2026, 3, 5, 14, minute, second, tzinfo=UTC)
        return text_of(row_lines(row, frame_of(80, True, UTC, now))[0])

    assert at(4).endswith("in 28 min")
    assert at(24, 30).endswith("in 7 min")
    assert at(31, 15).endswith("in 45 s")
    assert at(33).endswith("over")


def test_where_nobody_can_press_a_key_the_command_that_does_it_is_named():
    stop = Button(id="stop", label="Stop: start nothing more", key="s")
    kill = Button(id="kill", label="Stop and end what runs", key="k")
    frame = frame_of(80, True, UTC, datetime(2026, 3, 5, tzinfo=UTC), keys=False)

    def named(state, *buttons):
        lines = command_lines(card(*buttons, plan=12, state=state), frame)
        return [text_of(line) for line in lines]

    assert named("RUNNING", stop, kill) == ["./overseer stop 12"]
    assert named("STOPPING", kill) == ["./overseer stop 12 --kill"]
    ask = Button(id="again", label="Ask for it", key="a")
    assert named("PLAN ONLY", ask) == ["Ask for it: ./overseer chat 12"]
    assert named("DONE", ask) == []


def test_where_the_rules_read_an_option_its_command_has_them_alone_read_it():
    frame = frame_of(80, True, UTC, datetime(2026, 3, 5, tzinfo=UTC), keys=False)
    options = (
        Button(id="option", label="restart web-1", says="restart web-1", tier="rules"),
        Button(id="option", label="restart web-2", says="restart web-2"),
    )
    lines = command_lines(card(*options, state="QUESTION"), frame)
    assert [text_of(line).strip() for line in lines] == [
        "./overseer ask --tier rules 'restart web-1'",
        "./overseer ask 'restart web-2'",
    ]


def test_a_change_of_an_open_plan_is_answered_in_its_conversation_and_named_once():
    frame = frame_of(80, True, UTC, datetime(2026, 3, 5, tzinfo=UTC), keys=False)
    options = (
        Button(id="option", label="a", says="change #5 to: restart web-1", change=5),
        Button(id="option", label="b", says="change #5 to: restart web-2", change=5),
        Button(id="option", label="c", says="restart web-2"),
    )
    lines = command_lines(card(*options, state="QUESTION"), frame)
    assert [text_of(line).strip() for line in lines] == [
        "./overseer chat 5",
        "./overseer ask 'restart web-2'",
    ]


def test_a_button_that_knows_its_answers_offers_them_by_number():
    people = (Choice(value="ben", label="Ben"), Choice(value="ana", label="Ana"))
    hand = Button(id="handover", label="Hand over…", asks="To whom?", choices=people)
    assert wants(hand) == "To whom? [1] Ben   [2] Ana "
    assert [hand.chosen(said) for said in ("1", "ANA", "chris")] == ["ben", "ana", "chris"]


class TestKeys:
    def test_options_are_numbered_and_a_way_out_keeps_its_key(self):
        found = [(k.key, k.listed) for k in keys_of(sample_cards.QUESTION)]
        assert found == [("1", True), ("2", True), ("3", True), ("x", True)]

    def test_two_buttons_never_share_a_key(self):
        one = card(
            Button(id="stop", label="Stop", key="s"),
            Button(id="skip", label="Skip", key="s"),
            Button(id="why", label="Sss"),
        )
        keys = [k.key for k in keys_of(one)]
        assert len(set(keys)) == 3
        assert keys[0] == "s"

    def test_a_button_without_a_key_takes_a_letter_of_its_label(self):
        assert keys_of(card(Button(id="retry", label="Retry web-2")))[0].key == "r"

    def test_pressing_finds_what_was_drawn(self):
        assert pressed(sample_cards.WAITING, "A").id == "approve"
        assert pressed(sample_cards.WAITING, "?").id == "why"
        assert pressed(sample_cards.WAITING, "q") is None

    def test_only_digits_and_signs_act_without_enter(self):
        quick = {k.key for k in keys_of(sample_cards.WAITING) if k.quick}
        assert quick == {"?"}

    def test_more_options_than_digits_get_letters(self):
        many = card(*(Button(id="option", label=f"host {n}") for n in range(14)))
        keys = [k.key for k in keys_of(many)]
        assert keys[:9] == list("123456789")
        assert len(set(keys)) == 14


class TestOutcomes:
    @pytest.mark.parametrize(
        ("state", "status"),
        [("DONE", 0), ("ANSWER", 0), ("NOTHING TO DO", 0), ("QUESTION", 2), ("DENIED", 3),
         ("REFUSED", 3), ("FAILED", 4), ("ROLLED BACK", 4), ("CAN'T", 4), ("BLOCKED", 3), ("STOPPED", 5), ("CANCELLED", 5), ("DROPPED", 5),
         ("EXPIRED", 5), ("WAITING", 6), ("NEEDS A DECISION", 4)],
    )  # fmt: skip
    def test_each_state_has_its_status(self, state, status):
        assert EXIT_BY_STATE[state] == status

    def test_every_word_that_cards_use_is_in_the_table(self):
        reporting = Path(__file__).resolve().parents[3] / "bot" / "reporting"
        words = {
            found
            for file in reporting.glob("*.py")
            if file.name != "target_rows.py"  # those words are of hosts
            for found in re.findall(
                r"""(?:state=|"state": |_R\.\w+: \(|state, tone = \()"([A-Z][A-Z' ]+)\"""",
                file.read_text(),
            )
        }
        assert len(words) > 10
        assert words <= set(EXIT_BY_STATE)

    def test_an_unknown_state_is_judged_by_its_tone(self):
        assert exit_of(card(state="ODD", tone=Tone.BAD)) is Exit.FAILED
        assert exit_of(card(state="ODD")) is Exit.DONE

    def test_what_still_moves_is_not_over(self):
        assert not over(card(state="RUNNING", busy=True))
        assert not over(card(state="WAITING"))
        assert over(card(state="QUESTION"))

    @pytest.mark.parametrize(
        ("error", "status"),
        [(NotAllowedError("x"), 3), (ConflictError("x"), 3), (RequestError("x"), 64),
         (ConfigError("x", path="f"), 64), (OverseerError("x"), 4)],
    )  # fmt: skip
    def test_errors_have_a_status(self, error, status):
        assert exit_of_error(error) == status


class TestTunnel:
    def test_over_ssh_the_line_is_ready_to_paste(self):
        environ = {"SSH_CONNECTION": "203.0.113.9 51000 192.0.2.7 22", "USER": "ana"}
        line = tunnel_line("http://127.0.0.1:8420/", environ)
        assert line == "ssh -L 8420:127.0.0.1:8420 ana@192.0.2.7"

    def test_another_port_and_no_user(self):
        environ = {"SSH_CONNECTION": "203.0.113.9 51000 192.0.2.7 2222"}
        line = tunnel_line("http://127.0.0.1:8421", environ)
        assert line == "ssh -p 2222 -L 8421:127.0.0.1:8421 192.0.2.7"

    @pytest.mark.parametrize("said", ["", "garbage", "1 2 3"])
    def test_elsewhere_there_is_none(self, said):
        assert tunnel_line("http://127.0.0.1:8420", {"SSH_CONNECTION": said}) == ""


class TestWords:
    @pytest.mark.parametrize(
        ("seconds", "said"),
        [(0.32, "0.3 s"), (4, "4 s"), (59.6, "1 min"), (190, "3 min 10 s"), (7500, "2 h 5 min"),
         (273600, "3 d 4 h"), (-1, "0.0 s")],
    )  # fmt: skip
    def test_durations(self, seconds, said):
        assert lasting(seconds) == said

    @pytest.mark.parametrize(
        ("hosts", "said"),
        [(("web-1", "web-2", "web-4"), "web-1 web-2 web-4"),
         (("ci-19", "ci-20", "ci-21", "db"), "ci-19…ci-21 db"), ((), ""),
         (("a9", "a10", "a11"), "a9…a11")],
    )  # fmt: skip
    def test_runs_of_hosts(self, hosts, said):
        assert hosts_text(hosts, "…") == said

    def test_a_tall_card_keeps_its_head_and_its_keys(self):
        from bot.adapters.terminal.render import lines

        whole = lines(sample_cards.WAITING, 80, True, UTC, sample_cards.NOW)
        shown = [text_of(line) for line in clipped(whole, 9, "…")]
        assert len(shown) == 9
        assert shown[0].startswith("#90")
        assert shown[-1].startswith("[a]")
        assert any("more lines: [v]" in line for line in shown)


class TestConsole:
    def of(self, tty=False, encoding="utf-8", **environ):
        class Stream(io.TextIOWrapper):
            def isatty(self):
                return tty

        stream = Stream(io.BytesIO(), encoding=encoding)
        return Console(
            stdin=stream,
            stdout=stream,
            stderr=stream,
            environ=environ,
            now=lambda: datetime(2026, 3, 5, tzinfo=UTC),
        )

    def test_colour_is_for_terminals_that_want_it(self):
        assert self.of(tty=True, TERM="xterm").colour
        assert not self.of(tty=True, TERM="xterm", NO_COLOR="1").colour
        assert not self.of(tty=True, TERM="dumb").colour
        assert not self.of(TERM="xterm").colour

    def test_signs_need_utf8_on_both_sides(self):
        assert self.of(tty=True, LANG="de_DE.UTF-8").unicode
        assert not self.of(tty=True, LANG="de_DE.UTF-8", LC_ALL="C").unicode
        assert not self.of(tty=True, encoding="ascii", LANG="C.UTF-8").unicode
        assert not self.of(tty=True).unicode

    def test_a_pipe_is_80_columns_unless_told(self):
        assert self.of().size[0] == 80
        assert self.of(COLUMNS="132").size[0] == 132
        assert self.of(COLUMNS="nonsense").size[0] == 80

    def test_a_stream_that_cannot_hold_a_sign_gets_another(self):
        console = self.of(encoding="ascii")
        console.say("Zoë · →")
        console.stdout.seek(0)
        assert console.stdout.buffer.getvalue() == b"Zoe - ->\n"

    def test_an_unknown_zone_changes_nothing(self):
        console = self.of()
        console.use_zone("Nowhere/Land")
        assert console.zone is None
        console.use_zone("Europe/Berlin")
        assert str(console.tz) == "Europe/Berlin"


class TestWire:
    def test_an_error_travels_with_its_cure(self):
        there = wire.raised(wire.error_of(NotAllowedError("No.", cure="Ask Ana.")))
        assert isinstance(there, NotAllowedError)
        assert (there.sentence, there.cure) == ("No.", "Ask Ana.")

    def test_an_error_of_a_kind_that_needs_more_travels_as_what_it_is(self):
        error = HostUnreachableError("No.", host="web-1")
        assert type(wire.raised(wire.error_of(error))) is OverseerError
        there = wire.raised(wire.error_of(ConfigError("No.", path="f", line=3)))
        assert isinstance(there, ConfigError)
        assert there.sentence == "f:3: No."

    @pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'"x"', b"1"])
    def test_garbage_is_a_sentence(self, data):
        with pytest.raises(RequestError):
            wire.read(data)

    @pytest.mark.parametrize("thread", ["", "a", "a/b", "//", "/a/b", "a/b/"])
    def test_no_thread_without_a_name(self, thread):
        with pytest.raises(RequestError):
            wire.ref(thread)

    def test_a_channel_may_hold_slashes(self):
        assert wire.ref("slack/a/b/c").channel == "a/b"
