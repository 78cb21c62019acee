"""From what the page shows of a plan, the exact commands can be read back, letter by letter."""

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.web.card_view import block_html, card_html
from bot.domain.cards import Exact
from bot.domain.exactly import NOTE
from bot.reporting.exact import exact
from bot.reporting.gallery.scenes import reader, stored
from bot.reporting.plan_card import plan_card
from tests.unit.reporting.reading_back import commands, hostile, plan_of, read, read_file


class Rows(HTMLParser):
    """Every row's label, its exact text as it is seen, and the sentences under it."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.rows, self._into, self._depth = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        name = (dict(attrs).get("class") or "").split()
        if "o-row" in name:
            self.rows.append({"label": "", "exact": None, "beneath": ""})
        where = next((k for k in ("label", "exact", "beneath") if f"o-{k}" in name), None)
        if where == "exact":
            assert tag == "code"
            self.rows[-1]["exact"] = ""
        if tag not in ("hr", "br", "input", "i"):
            self._into.append(where or (self._into[-1] if self._into else None))

    def handle_endtag(self, tag):
        if tag not in ("hr", "br", "input", "i") and self._into:
            self._into.pop()

    def handle_data(self, data):
        where = self._into[-1] if self._into else None
        if where and self.rows:
            self.rows[-1][where] = (self.rows[-1][where] or "") + data

    def texts(self, label):
        return [
            read(row["exact"].split("\n"), odd=row["beneath"].startswith(NOTE))
            for row in self.rows
            if row["label"] == label and row["exact"] is not None
        ]


@settings(max_examples=150, deadline=None)
@given(st.lists(commands, min_size=1, max_size=3), st.lists(commands, max_size=1))
def test_the_commands_can_be_read_back_from_the_page(given_, undo):
    the_plan = plan_of(*given_, undo=tuple(undo))
    card = plan_card(stored(the_plan=the_plan), (), reader())
    assert "approve" in [button.id for button in card.buttons]
    rows = Rows(card_html(card))
    for label, wanted in (("run", given_), ("undo", undo)):
        texts = [exact(command) for command in wanted]
        if card.attachments:
            assert read_file(card.attachments[0].text, label) == texts
        else:
            assert rows.texts(label) == texts


@given(hostile)
def test_no_text_is_folded_away_or_becomes_markup(text):
    markup = block_html(Exact(label="run", text=text))
    assert "data-fold" not in markup
    assert Rows(markup).texts("run") == [text]
