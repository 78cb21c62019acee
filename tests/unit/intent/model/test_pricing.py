"""What a call costs, and the most that one may come to."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.usage import Usage
from bot.domain.wording import money
from bot.intent.model.answer import Answer
from bot.intent.model.budgets import micros
from bot.intent.model.pricing import at_most, plausible, priced, read_at_most
from bot.ports import Prompt, Turn
from bot.settings import Price


def cost(price, tokens_in=0, cached=0, tokens_out=0):
    used = Usage(calls=1, tokens_in=tokens_in, cached=cached, tokens_out=tokens_out)
    return priced(used, Price(**price)).micros


def test_money_is_exact_and_rounded_up_once():
    price = {"input": 0.15, "cached": 0.075, "output": 0.6}
    assert cost(price, 1_000_000) == 150_000
    assert cost(price, 1_000_000, 1_000_000) == 75_000
    assert cost(price, 1_000_000, 400_000, 1_000) == 90_000 + 30_000 + 600
    assert cost(price, 1) == 1, "0.15 millionths are not nothing"
    assert cost(price, 7, 0, 1) == 2, "1.05 + 0.6 is rounded up once"
    assert cost({"input": 0.1}, 30) == 3, "no float near it: 3, not 3.0000000000000004 made 4"


def test_without_a_price_for_what_is_kept_it_costs_as_the_rest():
    assert cost({"input": 3}, 100, 100) == 300
    assert cost({"input": 3, "cached": 0}, 100, 100) == 0
    assert cost({"input": 3, "cached": 1}, 100, 500) == 100, "no more was kept than was read"


@given(
    st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**6),
    *[st.decimals(0, 1000, places=4).map(float)] * 3,
)  # fmt: skip
def test_it_is_never_less_than_it_is_nor_a_whole_millionth_more(a, b, out, fresh, kept, output):
    cached, tokens_in = sorted((a, b))
    got = cost({"input": fresh, "cached": kept, "output": output}, tokens_in, cached, out)
    exact = (
        (tokens_in - cached) * Fraction(str(fresh))
        + cached * Fraction(str(kept))
        + out * Fraction(str(output))
    )
    assert exact <= got < exact + 1


def test_an_estimate_counts_everything_that_is_sent():
    prompt = Prompt("p", "s" * 700, "f" * 350, (Turn("user", "ü" * 175),), Answer, max_tokens=500)
    bare = Prompt("p", "", "", (), Answer, max_tokens=500)
    price = Price(input=1, output=10)
    read, nothing = read_at_most(prompt, price), read_at_most(bare, price)
    assert read.tokens_in - nothing.tokens_in == pytest.approx(400, abs=1), "bytes, not signs"
    assert nothing.tokens_in > 50, "the schema is sent, too"
    assert (read.tokens_out, read.calls) == (0, 1)
    most = at_most(prompt, price)
    assert (most.tokens_in, most.tokens_out) == (read.tokens_in, 500)
    assert most.micros == read.tokens_in + 5000


def test_no_endpoint_is_believed_more_than_twice_what_a_call_can_have_used():
    prompt = Prompt("p", "s" * 3500, "", (), Answer, max_tokens=100)
    price = Price(input=1, cached=0.5, output=10)
    most = at_most(prompt, price)
    told = Usage(calls=1, tokens_in=2 * most.tokens_in, cached=700, tokens_out=200)
    assert plausible(told, prompt, price) == priced(told, price)
    lie = Usage(calls=1, tokens_in=10**9, cached=10**9, tokens_out=10**9, micros=10**12)
    assert plausible(lie, prompt, price) == priced(
        Usage(calls=1, tokens_in=2 * most.tokens_in, cached=2 * most.tokens_in, tokens_out=200),
        price,
    )


def test_an_estimate_takes_any_text():
    prompt = Prompt("p", "\ud800", "", (Turn("user", "\udcff"),), Answer)
    assert read_at_most(prompt, Price()).tokens_in > 0


def test_a_budget_that_is_not_nothing_is_no_missing_bound():
    assert micros(5) == 5_000_000
    assert micros(0.1) == 100_000
    assert micros(0) == 0
    assert micros(1e-9) == 1


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00 USD"), (1, "0.000001 USD"), (420, "0.00042 USD"), (42_000, "0.042 USD"),
        (150_000, "0.15 USD"), (1_500_000, "1.50 USD"), (12_345_678_901, "12,345.68 USD"),
    ],
)  # fmt: skip
def test_money_as_it_is_read(amount, text):
    assert money(amount, "USD") == text
