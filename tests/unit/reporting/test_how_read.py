"""What reading a request took is told, also where models failed and the rules answered."""

import pytest

from bot.domain.cards import Card
from bot.domain.usage import Reading, Usage
from bot.reporting.how_read import told_how

USED = Usage(calls=2, tokens_in=1000, tokens_out=204, micros=3100)


@pytest.mark.parametrize(
    ("reading", "lines"),
    [
        (Reading(), ()),
        (Reading(model="m", usage=USED), ("read by m, 1,204 tokens, 0.0031 USD",)),
        (
            Reading(model="m", usage=USED, aside="n is away."),
            ("read by m, 1,204 tokens, 0.0031 USD", "n is away."),
        ),
        (Reading(aside="m is away."), ("read by rules · m is away.",)),
        (
            Reading(usage=USED, aside="m gave no answer that could be used."),
            ("read by rules, 1,204 tokens, 0.0031 USD · m gave no answer that could be used.",),
        ),
    ],
)
def test_a_card_tells_who_read_and_what_that_took(reading, lines):
    assert told_how(Card(id="1", title="t"), reading).lines == lines
