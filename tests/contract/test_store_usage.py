"""What `bot.ports.Unit` promises of the use of language models."""

import asyncio
from datetime import date

import pytest

from bot.domain.usage import Usage, Used
from tests.rigs.stores import opened

pytestmark = pytest.mark.asyncio
SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
ONE = Usage(calls=1, tokens_in=1000, cached=400, tokens_out=50, micros=3750)


async def test_what_is_booked_adds_up_by_person_and_model(store):
    def work(unit):
        unit.book(SUNDAY, "ana", "fast", ONE)
        unit.book(SUNDAY, "ana", "fast", ONE)
        unit.book(SUNDAY, "ana", "heavy", ONE)
        unit.book(SUNDAY, "ben", "fast", Usage(calls=1))

    await store.write(work)
    assert await store.read(lambda u: u.used(SUNDAY, SUNDAY)) == (
        Used("ana", "fast", ONE + ONE),
        Used("ana", "heavy", ONE),
        Used("ben", "fast", Usage(calls=1)),
    )


async def test_money_of_two_currencies_is_never_added_up(store):
    for currency in ("USD", "EUR", "USD", ""):
        await store.write(lambda u, c=currency: u.book(SUNDAY, "ana", "fast", ONE, c))
    assert await store.read(lambda u: u.used(SUNDAY, SUNDAY)) == (
        Used("ana", "fast", ONE),
        Used("ana", "fast", ONE, "EUR"),
        Used("ana", "fast", ONE + ONE, "USD"),
    )


async def test_days_are_apart_and_both_ends_count(store):
    for day in (SUNDAY, MONDAY, TUESDAY):
        await store.write(lambda u, day=day: u.book(day, "ana", "fast", ONE))
    for first, last, calls in (
        (SUNDAY, SUNDAY, 1),
        (MONDAY, TUESDAY, 2),
        (SUNDAY, TUESDAY, 3),
    ):
        (used,) = await store.read(lambda u, f=first, t=last: u.used(f, t))
        assert used.usage.calls == calls
    assert await store.read(lambda u: u.used(date(2026, 2, 1), date(2026, 2, 28))) == ()


async def test_many_at_once_lose_nothing(store):
    await asyncio.gather(
        *(store.write(lambda u: u.book(SUNDAY, "ana", "fast", ONE)) for _ in range(100))
    )
    (used,) = await store.read(lambda u: u.used(SUNDAY, SUNDAY))
    assert (used.usage.calls, used.usage.micros) == (100, 375_000)


async def test_a_unit_that_raises_books_nothing(store):
    def work(unit):
        unit.book(SUNDAY, "ana", "fast", ONE)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(work)
    assert await store.read(lambda u: u.used(SUNDAY, SUNDAY)) == ()


async def test_a_restart_keeps_it_and_large_sums_are_exact(tmp_path):
    path, much = tmp_path / "o.db", Usage(calls=1, tokens_in=10**12, micros=10**15 + 1)
    store = opened(path)
    await store.write(
        lambda u: (u.book(SUNDAY, "ana", "m", much), u.book(SUNDAY, "ana", "m", much))
    )
    await store.close()
    again = opened(path)
    (used,) = await again.read(lambda u: u.used(SUNDAY, SUNDAY))
    await again.close()
    assert used.usage == much + much


async def test_a_read_books_nothing(store):
    with pytest.raises(TypeError, match="must not change"):
        await store.read(lambda u: u.book(SUNDAY, "ana", "fast", ONE))


async def test_a_name_that_utf8_has_no_sign_for_is_booked_all_the_same(store):
    await store.write(lambda u: u.book(SUNDAY, "a\udc80", "m", ONE))
    (used,) = await store.read(lambda u: u.used(SUNDAY, SUNDAY))
    assert used == Used("a?", "m", ONE)
