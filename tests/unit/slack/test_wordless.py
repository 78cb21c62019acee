"""Whoever sends what is not read is told so, and nobody else is told anything."""

import pytest

from bot.adapters.slack.wordless import ALONE, BESIDE, Wordless, not_read

FILE = {"files": [{"id": "F1"}], "subtype": "file_share"}
FORWARDED = {"attachments": [{"is_share": True, "text": "disk full"}]}
UNFOLDED = {"attachments": [{"title": "a page"}]}


def event(text="", channel="D1", **more):
    return {"user": "UBEN", "channel": channel, "ts": "17.1", "text": text, **more}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (event(**FILE), ALONE),
        (event(**FORWARDED), ALONE),
        (event("do this", **FORWARDED), BESIDE),
        (event("<@UME> do this", "C1", **FORWARDED), BESIDE),
        (event("restart nginx", **FILE), None),
        (event("how is web-1?", **UNFOLDED), None),
        (event("look at this", "C1", **FORWARDED), None),
        (event("", "C1", **FILE), None),
        (event(**FILE, bot_id="B1"), None),
        (event(**FILE) | {"user": "UME"}, None),
        (event(**FILE) | {"subtype": "message_deleted"}, None),
    ],
)
def test_what_is_not_read_is_told_to_who_sent_it_to_overseer(given, told):
    found = not_read(given, "UME")
    assert (found and found[1]) == told
    assert found is None or found[0].account == "UBEN"


def test_a_message_that_comes_as_two_events_is_told_once():
    told = []

    class Whispers:
        def tell(self, place, text):
            told.append(text)

    wordless = Wordless(Whispers(), "UME")
    for kind in ("app_mention", "message"):
        wordless.heard(event("<@UME> do this", "C1", **FORWARDED, type=kind))
    assert told == [BESIDE]
