"""Times that the words of a card name: each reader of a chat sees them on their own clock."""

import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import bodies, render
from bot.adapters.discord import text as discord_text
from bot.adapters.slack import blocks, speaking
from bot.adapters.terminal.layout import text_of
from bot.adapters.terminal.render import lines
from bot.adapters.web.card_view import card_html
from bot.domain.cards import Card, Exact, Output, Paragraph, Row, Span, plain
from bot.domain.moments import Form, Moment, brief, parts
from bot.domain.posts import Notice
from bot.ports import Speech
from bot.reporting.gallery import gallery
from bot.reporting.reader import Reader

NOW = datetime(2026, 3, 1, 13, 2, tzinfo=UTC)
BERLIN = Reader(now=NOW, zone=ZoneInfo("Europe/Berlin"))
AT = int(NOW.timestamp())


def named(text, **more):
    card = Card(id="c", title="14:02 CET is no time of mine", **more, lines=(text,))
    return BERLIN.dated(card, NOW)


def test_every_time_on_a_card_names_its_zone():
    assert BERLIN.clock(NOW) == "14:02 CET"
    assert BERLIN.clock(NOW, seconds=True) == "14:02:00 CET"
    assert BERLIN.clock(NOW - timedelta(days=1)) == "Sat 28 Feb 14:02 CET"
    bare = re.compile(r"(?<![\d:])\d\d:\d\d(?::\d\d)?(?![\d:])(?! [A-Z]{3,4}\b)")
    for room in gallery().values():
        for name, card in room.items():
            prose = (*card.lines, *card.footer, card.standing)
            rows = [s.text for b in card.body if isinstance(b, Row) for s in b.spans if not s.code]
            for text in (*prose, *rows):
                found = bare.search(re.sub(r"[“\"][^”\"]*[”\"]", "", text))
                assert found is None, (name, text)


def test_slack_shows_it_to_each_reader_on_their_own_clock():
    row = Row(label="EXPIRES", spans=plain("14:02 CET · digest 7f3a"))
    drawn = blocks.draw(named("Ben, 14:02 CET", body=(row,), footer=("until 14:02 CET",)))
    said = json.dumps(drawn.blocks)
    assert said.count(f"<!date^{AT}^{{time}}|14:02 CET>") == 2
    dates = [
        run
        for block in drawn.blocks if block["type"] == "rich_text"
        for part in block["elements"]
        for run in part["elements"] if run["type"] == "date"
    ]  # fmt: skip
    assert dates == [{"type": "date", "timestamp": AT, "format": "{time}", "fallback": "14:02 CET"}]


def test_discord_too():
    card = named("Ben, 14:02 CET", body=(Paragraph(text="since 14:02 CET"),))
    said = json.dumps(render.draw(card).components)
    assert said.count(f"<t:{AT}:t>") == 2
    assert "14:02 CET is no time of mine" in said


LATER = NOW + timedelta(minutes=3)
BY = "Ben 14:02 CET · approved by Ana 14:02 CET · ended 14:05 CET in 3 min"


def as_all_see_it(card):
    terminal = "\n".join(map(text_of, lines(card, 80, True, BERLIN.zone, NOW)))
    return terminal, re.sub(r"<[^>]*>", "", card_html(card))


def test_where_all_see_the_same_a_line_names_its_zone_once():
    row = Row(label="VOTES", spans=plain("Ana 14:02 CET, Chris"), aside="told 14:05 CET")
    said = Paragraph(text="It began 14:02 CET and ended 14:05 CET.\nIt was asked 14:02 CET.")
    card = named(BY, body=(row, said, Paragraph(text="14:02 CET, `14:02 CET`")))
    for seen in as_all_see_it(BERLIN.dated(card, NOW, LATER)):
        assert "Ben 14:02 CET · approved by Ana 14:02 · ended 14:05 in 3 min" in seen
        assert "Ana 14:02 CET, Chris" in seen
        assert re.search(r"told 14:05(?! CET)", seen)
        assert re.search(r"It began 14:02 CET and ended 14:05\.\s+It was asked 14:02 CET\.", seen)
        assert re.search(r"14:02 CET, `?14:02 CET`?", seen)  # code is code


def test_another_zone_in_a_line_is_named():
    night = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    reader = Reader(now=night[1], zone=BERLIN.zone)
    text = " · ".join(reader.clock(at) for at in (*night, night[1]))
    assert brief((text,), reader.moments(*night)) == ["02:30 CEST · 02:30 CET · 02:30"]


def test_in_a_chat_each_of_a_line_stays_the_readers_own():
    card = BERLIN.dated(named(BY), NOW, LATER)
    slack = json.dumps(blocks.draw(card).blocks)
    assert (slack.count("<!date^"), slack.count(" CET>")) == (3, 3)
    assert json.dumps(render.draw(card).components).count("<t:") == 3


@pytest.mark.parametrize(
    ("at", "form", "slack", "discord"),
    [
        (NOW, Form.TIME, "{time}", "t"),
        (NOW - timedelta(days=2), Form.DAY, "{date_short_pretty} {time}", "f"),
    ],
)
def test_another_day_is_named_with_its_time(at, form, slack, discord):
    (moment,) = BERLIN.moments(at)
    notice = Notice(text=f"#1 waits until {moment.text}.", moments=(moment,))
    assert moment.form is form
    said = speaking.said(Speech(said=notice))["text"]
    assert f"^{slack}|" in said
    body, _ = bodies.message(Speech(said=notice))
    assert f"<t:{int(at.timestamp())}:{discord}>" in json.dumps(body)


def test_a_moment_to_the_second_stays_one():
    card = Card(id="c", title="t", lines=("stopped 14:02:00 CET",))
    card = BERLIN.dated(card, seconds=NOW)
    assert "{time_secs}" in json.dumps(blocks.draw(card).blocks)
    assert f"<t:{AT}:T>" in json.dumps(render.draw(card).components)


def test_what_is_approved_or_was_printed_keeps_its_words():
    card = named(
        "at 14:02 CET",
        body=(
            Exact(label="run", text="at 14:02 CET reboot"),
            Exact(label="run", text="at 14:02 CET\nreboot"),
            Output(text="14:02 CET boot"),
            Row(label="x", spans=(Span(text="14:02 CET", code=True),)),
            Paragraph(text="`14:02 CET`"),
        ),
    )
    slack, discord = (
        json.dumps(blocks.draw(card).blocks), json.dumps(render.draw(card).components),
    )  # fmt: skip
    assert (slack.count("!date"), slack.count('"date"')) == (1, 0)
    assert discord.count("<t:") == 1


def test_only_words_that_a_card_names_and_only_whole_ones_are_moments():
    assert named("nothing").moments == ()
    moment = Moment(text="4:02 CET", at=NOW)
    assert list(parts("14:02 CETX, 14:02 CET", (moment,))) == ["14:02 CETX, 14:02 CET"]
    assert list(parts("4:02 CET", (moment,))) == [moment]


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_words_of_others_can_make_one(before, after):
    """What isn't a moment of the card is drawn as it was without any."""
    moment = Moment(text="14:02 CET", at=NOW)
    said = f"{before}|{after}".replace("14:02", "")
    assert discord_text.words(said, (moment,)) == discord_text.words(said)
    card = Card(id="c", title="t", lines=(said,), body=(Paragraph(text=said),))
    marked = card.model_copy(update={"moments": (moment,)})
    assert blocks.draw(marked) == blocks.draw(card)


@given(st.integers(1, 60))
def test_room_is_measured_as_drawn(lines):
    body = tuple(Paragraph(text="x" * 40 + " 14:02 CET") for _ in range(lines))
    card = named("14:02 CET", body=body * 2)
    components = render.draw(card).components
    said = [p["content"] for p in components[0]["components"] if "content" in p]
    assert sum(map(discord_text.size, said)) <= 4000
