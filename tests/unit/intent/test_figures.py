"""The figures of an evaluation, also of a corpus of one to three requests."""

import pytest

from bot.intent.figures import EvalResult, Prediction


def result(*ms, by="rules"):
    found = [Prediction(f"c{n}", "plan", seconds=each / 1000, by=by) for n, each in enumerate(ms)]
    return EvalResult(cases=len(found), predictions=found)


@pytest.mark.parametrize(
    ("ms", "p50", "p95"),
    [
        ((7,), 7, 7),
        ((9, 5), 5, 9),
        ((9, 5, 7), 7, 9),
        ((4, 3, 2, 1), 2, 4),
        (range(1, 21), 10, 19),
        (range(1, 41), 20, 38),
        (range(1, 101), 50, 95),
    ],
)
def test_a_time_is_the_least_within_which_so_many_were_read(ms, p50, p95):
    found = result(*ms)
    assert found.latency_ms(0.5) == pytest.approx(p50)
    assert found.latency_ms(0.95) == pytest.approx(p95)


@pytest.mark.parametrize(
    ("ms", "told"),
    [
        ((), "–"),
        ((7,), "7.0 / 7.0 ms, of 1 only"),
        ((9, 5, 7), "7.0 / 9.0 ms, of 3 only"),
        (range(1, 21), "10.0 / 19.0 ms"),
    ],
)
def test_of_few_requests_it_says_of_how_many(ms, told):
    assert dict(result(*ms).rows("USD"))["time p50 / p95"] == told


def test_where_a_model_was_asked_only_its_times_count():
    found = result(100, 200, by="quick")
    found.predictions.append(Prediction("c9", "refuse", seconds=0.001))
    assert dict(found.rows("USD"))["time p50 / p95"] == "100.0 / 200.0 ms, of 2 only"
