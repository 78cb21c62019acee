"""What `bot.ports.Unit` promises of deliveries that were taken in and are not done."""

import pytest

pytestmark = pytest.mark.asyncio


async def test_an_entry_is_kept_under_its_key_and_in_its_box(store):
    await store.write(lambda u: u.keep("pending", "e1", {"message": "…", "plan": 3}))
    await store.write(lambda u: u.keep("clicks", "e1", {"press": "approve"}))
    assert await store.read(lambda u: u.kept("pending", "e1")) == {"message": "…", "plan": 3}
    assert await store.read(lambda u: u.kept("clicks", "e1")) == {"press": "approve"}
    assert await store.read(lambda u: u.kept("pending", "e2")) is None


async def test_kept_again_it_replaces_what_stood_there_and_keeps_its_turn(store):
    for key in ("first", "second"):
        await store.write(lambda u, k=key: u.keep("pending", k, {"n": 1}))
    await store.write(lambda u: u.keep("pending", "first", {"n": 2}))
    assert await store.read(lambda u: u.kept("pending", "first")) == {"n": 2}
    assert await store.read(lambda u: u.kept_keys("pending")) == ("first", "second")


async def test_what_is_dropped_is_forgotten_once(store):
    await store.write(lambda u: u.keep("pending", "e1", {}))
    assert await store.write(lambda u: u.drop("clicks", "e1")) is False
    assert await store.write(lambda u: u.drop("pending", "e1")) is True
    assert await store.write(lambda u: u.drop("pending", "e1")) is False
    assert await store.read(lambda u: u.kept_keys("pending")) == ()


async def test_an_entry_goes_with_the_unit_that_fails(store):
    def work(unit):
        unit.keep("pending", "e1", {})
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await store.write(work)
    assert await store.read(lambda u: u.kept_keys("pending")) == ()


async def test_odd_signs_in_a_key_are_no_trouble(store):
    odd = "C1/17.1\x00\ud800"
    await store.write(lambda u: u.keep("pending", odd, {"a": "\ud800"}))
    (key,) = await store.read(lambda u: u.kept_keys("pending"))
    assert await store.read(lambda u: u.kept("pending", key)) is not None
    assert await store.write(lambda u: u.drop("pending", odd)) is True


async def test_an_entry_is_found_by_what_a_field_of_it_says(store):
    def keep(unit):
        unit.keep("barred", "s/1", {"place": "slack:@U1", "why": "a"})
        unit.keep("barred", "s/2", {"place": "slack:@U2", "why": "b"})
        unit.keep("barred", "s/3", {"place": "slack:@U2", "why": "c"})
        unit.keep("barred", "s/4", {"place": "x", "why": {"place": "slack:@U3"}})
        unit.keep("barred", "s/5", {"place": 'a"b_c%', "why": "d"})
        unit.keep("others", "s/6", {"place": "slack:@U4", "why": "e"})

    await store.write(keep)

    def look(unit):
        asked = ("slack:@U1", "slack:@U2", "slack:@U3", "slack:@U4", "slack:@U", 'a"b_c%', 'a"bxc%')
        found = (unit.kept_with("barred", "place", place) for place in asked)
        return [entry and entry["why"] for entry in found]

    assert await store.read(look) == ["a", "b", None, None, None, "d", None]
