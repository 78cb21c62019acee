"""Nothing that a card carries becomes markup, hides, or turns the line around."""

import html
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.web.card_view import card_html
from bot.adapters.web.text import attributes, code, printed, prose, words
from bot.adapters.web.thread_view import Place, composer_html, item_html, sidebar_html
from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    Card,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    StepRow,
    Table,
    TargetRow,
    ThreadItem,
    ThreadSummary,
    Tone,
)
from bot.domain.messages import People, Person, Role
from tests.unit.web.shapes import NOON


class Tags(HTMLParser):
    """Every tag with its attributes' names, and all text."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.tags, self.values, self.text = [], [], ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value for _, value in attrs if value]

    def handle_data(self, data):
        self.text += data


def everywhere(text):
    """A card with one text in every place that can hold one."""
    spans = (Span(text=text), Span(text=text, code=True), Span(text=text, strong=True))
    row = Row(label=text, spans=spans, aside=text)
    target = TargetRow(
        hosts=(text,), state=text, tone=Tone.BAD, text=text, blocks=(row, Output(text=text))
    )
    return Card(
        id=text,
        plan=7,
        revision=1,
        digest=text,
        title=text,
        state=text,
        standing=text,
        lines=(text,),
        body=(
            row,
            Paragraph(text=text),
            Heading(text=text, aside=text),
            Bar(label=text, share=0.5, text=text),
            Table(columns=(text, text), rows=((text, text),), code=(1,)),
            Output(text=text, title=text),
            StepRow(number=1, state=text, tone=Tone.BAD, title=text, aside=text, targets=(target,)),
        ),
        buttons=(Button(id="say", label=text, key=text, value=text, asks=text, says=text),),
        footer=(text,),
        attachments=(Attachment(name=text, text=text),),
    )


PLAIN = Tags(card_html(everywhere("x"), thread="x"))


def check_inert(text):
    """The same tags and attributes as for a plain text, and every text still readable."""
    found = Tags(card_html(everywhere(text), thread=text))
    # An empty text may leave an optional part out; any other leaves the same skeleton.
    shown = [tag for tag in found.tags if tag != ("span", ("class", "title"))]
    expected = [(tag, names) for tag, names in PLAIN.tags]
    if text.strip() and text.count("\n") < 12:
        marks = {"em"}  # a text may name a button
        assert {tag for tag, _ in shown} - marks == {tag for tag, _ in expected} - marks
    allowed = {tag: set() for tag, _ in expected}
    for tag, names in expected:
        allowed[tag] |= set(names)
    for tag, names in shown:
        assert set(names) <= allowed.get(tag, set()) | {"class"} or tag in {"em", "button", "p"}
        assert not any(name.startswith("on") for name in names)


@given(st.text(st.characters(), max_size=60))
def test_no_text_becomes_markup(text):
    check_inert(text)


@given(st.from_regex(r"""[<>"'&/= a-z\x00-\x20-]{0,40}""", fullmatch=True))
def test_no_text_made_of_markup_becomes_markup(text):
    check_inert(text)


def test_naughty_strings_become_no_markup(shared_dir):
    path = shared_dir / "data" / "naughty-strings.json"
    if not path.is_file():
        pytest.skip("shared/data/naughty-strings.json is not there")
    for text in json.loads(path.read_text(encoding="utf-8")):
        check_inert(text)


@given(st.text(st.characters(), max_size=60))
def test_the_guard_would_see_markup(text):
    raw = card_html(everywhere("x")).replace(">x<", f"><b onclick=1>{html.escape(text)}</b><")
    assert ("b", ("onclick",)) in Tags(raw).tags


@given(st.text(st.characters(), max_size=60))
def test_the_lists_become_no_markup(text):
    person = Person(name="ana", display=text, roles=frozenset({Role.ADMIN}))
    card = Card(id="c", title=text, state=text, standing=text)
    item = ThreadItem(seq=1, thread=f"web/ana/{text}", at=NOON, kind="card", card=card)
    summary = ThreadSummary(thread=f"web/ana/{text}", title=text, at=NOON, state=text)
    said = ThreadItem(seq=2, thread="t", at=NOON, kind="said", person=text, text=text)
    place = Place(thread=text, path="/", whose=text)
    markup = (
        sidebar_html(person, [summary], [item], place, None)
        + item_html(said, People(persons=(person,)), "ana")
        + composer_html(place)
    )
    names = {name for _, names in Tags(markup).tags for name in names}
    assert {tag for tag, _ in Tags(markup).tags} <= {
        *("a", "span", "section", "h2", "ul", "li", "p", "nav", "time", "strong", "div"),
        *("button", "form", "textarea", "svg", "path", "kbd", "code", "em"),
    }
    assert not any(name.startswith("on") for name in names)


@pytest.mark.parametrize(
    "hidden", "\u202e \u200b \u2066 \u00ad \ufeff \u2060 \u0007 \U000e0041".split(" ")
)
@pytest.mark.parametrize("show", [prose, code, printed, words])
def test_characters_that_hide_or_turn_are_shown(hidden, show):
    shown = show(f"rm{hidden}x")
    assert hidden not in shown
    assert f"U+{ord(hidden):04X}" in shown


def test_commands_are_stricter_than_prose():
    assert "U+200D" in code("a\u200db")
    assert "U+00A0" in code("a\u00a0b")
    assert prose("👩\u200d🔧") == "👩\u200d🔧"


def test_terminal_sequences_are_dropped_and_nothing_that_was_overwritten_is_hidden():
    assert printed("\x1b[31mred\x1b[0m \x1b]0;title\x07plain") == "red plain"
    assert printed("ERROR disk failed\rall fine\r\nnext") == "ERROR disk failed\nall fine\nnext"
    assert "failed" in printed("\x1b]0;title\nERROR disk failed\n\x07all fine")


def test_attributes_leave_out_what_is_absent():
    assert attributes(class_="a", data_x=None, hidden=False, autofocus=True) == (
        ' class="a" autofocus'
    )
    assert attributes(title='"><script>') == ' title="&quot;&gt;&lt;script&gt;"'
    assert not re.search("[\x00\ud800]", attributes(title="\x00\ud800"))


def test_code_and_buttons_in_a_sentence_are_drawn_as_such():
    said = words("`./overseer resume` ends it; *Ask again* looks & asks")
    assert said == (
        '<code class="o-inline">./overseer resume</code> ends it; '
        "<em>Ask again</em> looks &amp; asks"
    )
    assert "<script>" not in words("`<script>` *<script>*")
    assert "U+00A0" in words("`a\u00a0b`"), "as strict as any code"


@pytest.mark.parametrize(
    "text", ["a ` alone", "2*3*4", "*.log and *.gz", "``", "`a\nb`", "reboot *", "**"]
)
def test_signs_that_mark_nothing_stay(text):
    assert words(text) == prose(text)


def test_what_a_person_said_stays_as_they_wrote_it():
    """*Change…* puts it back into the input, from where it is said again."""
    said = ThreadItem(seq=2, thread="t", at=NOON, kind="said", person="ana", text="run `date`")
    assert '<p class="o-words">run `date`</p>' in item_html(said, People(), "ana")
