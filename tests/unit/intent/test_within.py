"""In a bound channel: which words name hosts of elsewhere, and what is known of its own."""

import time

import pytest

from bot.domain.intents import Option, ParseContext, Question
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.within import names_elsewhere
from tests.unit.intent.prompts import catalog

WHOLE = Inventory(
    hosts=(
        Host(name="web-1", groups=("web",)),
        Host(name="web-3", groups=("web",), environment="staging"),
        Host(name="db-1", groups=("db",)),
        Host(name="ci-1", groups=("ci",), environment="staging"),
    ),
    services=(Service(name="redis", hosts=("db-1", "web-3")), Service(name="nginx")),
    version="one",
)
ASKED = Question(
    about="hosts", text="On which hosts?", fill="is nginx up on {answer}",
    options=(
        Option(label="all of group web", says="is nginx up on the web hosts"),
        Option(label="web-1", says="is nginx up on web-1"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole():
    return Vocabulary.build(WHOLE, catalog())


@pytest.fixture(scope="module")
def here():
    return Vocabulary.build(WHOLE.within(("staging",)), catalog())


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("restart nginx", False),
        ("how is web-9?", False),
        ("how is web-3 and ci-1?", False),
        ("restart nginx on ci", False),
        ("restart nginx in staging", False),
        ("how is web1?", True),
        ("restart nginx on web", True),
        ("restart nginx everywhere but on web-1", True),
        ("starte nginx überall neu", True),
        ("restart nginx in prod", True),
    ],
)
def test_words_name_hosts_of_elsewhere(said, does, whole, here):
    assert names_elsewhere(said, ParseContext(), whole, here) is does


@pytest.mark.parametrize(
    ("said", "asked", "does"),
    [
        ("1", "is nginx up?", False),
        ("2", "is nginx up?", True),
        ("1", "is nginx up on web-1?", True),
        ("web-1", "is nginx up?", True),
    ],
)
def test_an_answer_names_what_its_question_did(said, asked, does, whole, here):
    context = ParseContext(question=ASKED, asked=asked)
    assert names_elsewhere(said, context, whole, here) is does
    if said == "1" and not does:  # without the question it is said of all of them
        assert names_elsewhere(ASKED.options[0].says, ParseContext(), whole, here)


def test_a_service_is_on_the_hosts_that_are_known_there(here):
    assert here.service_hosts == {"redis": ("web-3",)}


def test_a_part_is_another_version_of_the_inventory():
    part = WHOLE.within(("staging", "lab"))
    assert part.version not in ("", WHOLE.version, WHOLE.within(("staging",)).version)
    assert part.version == WHOLE.within(("lab", "staging")).version


def test_long_texts_are_looked_at_in_time(whole, here):
    text = "the deploy of nginx failed with error 17 on the box in the rack, see below; " * 100
    began = time.perf_counter()
    assert not names_elsewhere(text, ParseContext(), whole, here)
    assert time.perf_counter() - began < 2
