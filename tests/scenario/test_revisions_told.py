"""What the card tells of a revision, and the look that takes a raw command's place."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.cards import text_of
from tests.scenario.stage import keys, words
from tests.scenario.test_revisions import plans, stage, waiting  # noqa: F401

pytestmark = pytest.mark.asyncio


async def test_a_raw_command_that_only_looks_offers_the_look_and_that_takes_its_place(stage):
    await stage.say("ben", "run `df -h` on web-3")
    card = await stage.card()
    assert card.state == "WAITING"
    button = next(b for b in card.buttons if b.id == "say")
    assert button.label == "Disks of web-3 instead"
    await stage.press("ben", "say", card, value=button.says)
    assert await waiting(stage) == []
    found = await stage.app.store.read(lambda u: u.plan(1))
    assert (found.plan.revision, found.plan.steps[0].action) == (2, "host.disk")
    assert not [r for r in stage.hosts.ledger if r.attempt and "df -h" in str(r.argv)]
    assert not (await stage.press("chris", "approve", card)).accepted


async def test_a_raw_command_that_no_look_reads_offers_none(stage):
    await stage.say("ben", "run `touch /tmp/x` on web-3")
    assert "say" not in keys(await stage.card())


async def test_the_look_is_that_of_the_hosts_as_revised(stage):
    await stage.say("ben", "run `df -h` on web-3")
    await stage.say("ben", "also on web-1")
    card = await stage.card()
    assert [b.says for b in card.buttons if b.id == "say"] == ["disks of web-1, web-3 instead"]


async def test_long_acts_and_many_are_told_in_one_row(stage):
    await stage.say("ben", f"run `echo {'a' * 300}` on web-3")
    await stage.press("ben", "change")
    await stage.say("ben", "restart nginx on web-1, then on web-2, then on web-3, then stop nginx on web-3, then start nginx on web-3")  # fmt: skip
    row = next(b for b in (await stage.card()).body if getattr(b, "label", "") == "changed")
    told = text_of(row.spans)
    assert len(told) < 300
    assert "more" in told


async def test_what_comes_out_differently_by_its_hosts_is_told_as_well(stage):
    await stage.say("ben", "restart nginx on web")
    assert "3 hosts, 1 at a time, stops at first failure" in words(await stage.card())
    await stage.say("ben", "not web-2")
    card = await stage.card()
    assert "2 hosts, all at once" in words(card)
    assert "− web-2   now all at once, goes on after a failure" in words(card)


@pytest.mark.parametrize("said", ["make it a reload instead", "reload it instead of restarting"])
async def test_another_act_keeps_the_way_and_the_reason(stage, said):
    await stage.say("ben", "restart nginx on web, two at a time because the certificate is new")
    await stage.say("ben", said)
    cards = [card for card in await stage.cards() if card.plan is not None]
    assert {card.plan for card in cards} == {1}
    card = cards[-1]
    assert (card.revision, card.state) == (2, "WAITING")
    assert "service.reload nginx · 3 hosts, 2 at a time" in words(card)
    assert 'because: "the certificate is new"' in words(card)


async def test_a_whole_request_that_gives_no_reason_says_that_it_is_gone(stage):
    await stage.say("ben", "restart nginx on web-3 because the certificate is new")
    await stage.press("ben", "change")
    await stage.say("ben", "reload nginx on web-3")
    assert "without the reason" in words(await stage.card())


@pytest.mark.parametrize(
    "said", ["run `rm -rf /srv/x` on web-1 instead", "reboot web-1 instead", "stop it instead"]
)
async def test_a_confirmation_is_not_carried_over_to_another_deed(stage, said):
    await stage.say("ben", "restart nginx on web-1, web-2 --force-production")
    await stage.say("ben", said)
    for number in (1, 2):
        stored = await stage.app.store.read(lambda u, n=number: u.plan(n))
        if stored is not None and stored.plan.revision > 1:
            assert not stored.plan.force_production
            assert not stored.plan.asked.force_production
