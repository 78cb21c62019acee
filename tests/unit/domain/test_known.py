"""Channels and accounts as their platforms call them: where their names lead, and what they can't do."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import render
from bot.adapters.slack import blocks
from bot.adapters.terminal.layout import text_of
from bot.adapters.terminal.render import lines
from bot.adapters.web.card_view import card_html
from bot.domain.cards import Card
from bot.domain.known import MOST, known, strangers
from bot.domain.marked import Mark, marked
from bot.domain.messages import ThreadRef
from bot.domain.moments import Where
from bot.reporting.reader import Reader

NOW = datetime(2026, 3, 1, 13, 2, tzinfo=UTC)
SLACK = Where(text="#ops", surface="slack", channel="C1", link="https://x.slack.com/archives/C1")
DISCORD = Where(text="#ops", surface="discord", channel="81", link="https://discord.com/channels/1/81")  # fmt: skip


def card(where, line="Ben, 14:02 CET, #ops · read by rules"):
    return Card(id="c", title="t", lines=(line,), moments=(where,))


def on_slack(made):
    return json.dumps(blocks.draw(made).blocks)


def on_discord(made):
    return json.dumps(render.draw(made).components)


def test_on_its_own_platform_a_channel_is_told_by_its_id_so_that_it_leads_there():
    assert "<#C1>" in on_slack(card(SLACK))
    assert "<#81>" in on_discord(card(DISCORD))


def test_elsewhere_its_name_is_a_link():
    assert f"<{DISCORD.link}|#ops>" in on_slack(card(DISCORD))
    assert re.search(rf"\[\\*#ops\]\({re.escape(SLACK.link)}\)", on_discord(card(SLACK)))
    assert f'href="{SLACK.link}"' in card_html(card(SLACK))
    assert 'rel="noopener noreferrer"' in card_html(card(SLACK))
    terminal = "\n".join(map(text_of, lines(card(SLACK), 80, True, UTC, NOW)))
    assert "Ben, 14:02 CET, #ops · read by rules" in terminal


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "https://x|<!channel>", "http://x"])
def test_where_nothing_leads_there_it_is_a_name(link):
    bare = card(Where(text="#ops", surface="irc", channel="<!channel>", link=known("x", link).link))
    assert "javascript" not in card_html(bare)
    assert "<!channel" not in on_slack(bare)
    assert "#ops" in on_slack(bare)
    assert "](" not in on_discord(bare)


def test_another_channel_that_begins_like_it_is_not_it():
    assert "<#C1>" not in on_slack(card(SLACK, "because: see #ops-2, #opsec"))


HOSTILE = (
    "<!channel> <@U1>", "@everyone", "`id`", "*Approve*", "a\u202eb", "x”, 14:02 · approved by Ana",
    "line\nline", "\x1b[31mred", "[x](https://evil)", "<@&1>", "<#C1>",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strangers_name_stays_in_its_quotes_on_every_surface(name):
    made = card(SLACK, f"{strangers(known(name).name)}, 14:02 CET")
    slack = on_slack(made).replace("<#C1>", "")
    assert not re.search(r"<[!@#]", slack)
    assert not re.search(r"(?<!\\)@everyone|<@&?\d|(?<!\\\\)\]\(https://evil", on_discord(made))
    assert "\u202e" not in "".join(text_of(line) for line in lines(made, 80, True, UTC, NOW))
    assert "<em>" not in card_html(made)


@given(st.text(max_size=300))
def test_whatever_an_account_is_called_is_one_line_of_plain_words(name):
    said = known(name).name
    assert len(said) <= MOST
    assert said == " ".join(said.split())
    (only,) = marked(strangers(said))
    assert only[0] is Mark.WORDS
    assert strangers(said).count("”") == 1


@pytest.mark.parametrize(
    ("surface", "channel", "thread", "said"),
    [
        ("slack", "C1", "1.1", "a channel on Slack"),
        ("slack", "D1", "1.1", "a direct message on Slack"),
        ("discord", "7", "dm", "a direct message on Discord"),
        ("discord", "@7", "", "a direct message on Discord"),
        ("discord", "7", "8", "a channel on Discord"),
        ("web", "ana", "t", "web"),
        ("terminal", "ana", "t", "terminal"),
    ],
)
def test_where_nothing_is_known_the_platform_is_named(surface, channel, thread, said):
    place = ThreadRef(surface=surface, channel=channel, thread=thread)
    assert Reader(now=NOW, zone=UTC).where(place) == said
