"""What a button carries comes back as it was, and whatever nobody of ours wrote is no button."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.discord.custom_ids import MOST, custom_id, read, tag_of, value_of
from bot.domain.buttons import BUTTONS
from bot.domain.cards import Button, Card

DIGEST = "7f3ac21e" * 8
ids = st.sampled_from(sorted(BUTTONS))
digests = st.binary(min_size=32, max_size=32).map(bytes.hex) | st.just("")


@given(
    ids, st.none() | st.integers(0, 10**9), st.none() | st.integers(1, 9999), digests, st.text(), st.text()
)  # fmt: skip
@example("option", None, None, "", "1@q-|12", "")
@example("rollback", 10**9, 9999, DIGEST, "web-1.example.internal.long", "Why?")
def test_it_always_fits_and_reads_back(button, plan, revision, digest, value, asks):
    card = Card(id="c", title="t", plan=plan, revision=revision, digest=digest)
    made = custom_id(card, Button(id=button, label="x", value=value, asks=asks))
    assert 0 < len(made) <= MOST
    found = read(made)
    assert (found.button, found.plan, found.revision) == (button, plan, revision)
    assert found.digest == digest
    assert found.asks == bool(asks)
    assert found.value == value or found.tag == tag_of(value)


def test_a_hosts_name_beside_a_digest_needs_no_look_at_the_card():
    card = Card(id="plan-90", title="t", plan=90, revision=1, digest=DIGEST)
    made = custom_id(card, Button(id="giveup", label="x", value="web-1.shop.example"))
    assert read(made).value == "web-1.shop.example"


def test_an_example_says_its_sentence():
    assert value_of(Button(id="say", label="x", says="how is web-1?")) == "how is web-1?"
    assert value_of(Button(id="option", label="x", says="on web-1", value="1@q")) == "1@q"


@given(st.text(max_size=100))
@example("o1|approve|90|1||=x|")
@example("o1|approve|-1|1||=x")
@example("o1|approve|\u0663|1||=x")
@example("o1|nosuch|1|1||=x")
@example("o2|approve|1|1||=x")
@example("o1|approve|1|1|" + "A" * 42 + "|=x")
@example("o1|approve|1|1|" + "A" * 42 + "B|=x")
@example("o1|approve|01|1||=x")
@example("o1|approve|1|1||x")
def test_anything_else_is_none_of_ours(text):
    found = read(text)
    if found is not None:  # then it is exactly what we would have written
        card = Card(
            id="c", title="t", plan=found.plan, revision=found.revision, digest=found.digest
        )
        button = Button(
            id=found.button, label="x", value=found.value, asks="x" if found.asks else ""
        )
        assert text.startswith(custom_id(card, button).rsplit("|", 1)[0])


@pytest.mark.parametrize(
    "text",
    ["", "o1|approve|90|1||=x|", "o1|approve|-1|1||=x", "o1|approve|\u0663|1||=x", "o1|nosuch|1|1||=x",
     "o2|approve|1|1||=x", "o1|approve|1|1|" + "A" * 42 + "|=x", "o1|approve|1|1|" + "A" * 42 + "B|=x",
     "o1|approve|01|1||=x", "o1|approve|1|1||x"],
)  # fmt: skip
def test_what_is_almost_one_is_none(text):
    assert read(text) is None
