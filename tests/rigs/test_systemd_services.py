"""Services on real systemd, through the whole product."""

import asyncio
import re

import httpx
import pytest

from tests.rigs.whole_product import desk, keys, words

pytest_plugins = ("tests.rigs.systemd_fixtures",)
pytestmark = pytest.mark.systemd


async def page(guest):
    """What its nginx says; None while it does not."""
    host, port = guest.page
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"http://{host}:{port}/")).text.strip()
    except httpx.HTTPError:
        return None


async def test_a_restart_is_shown_exactly_approved_checked_and_done(at, web_1):
    life = web_1.began("nginx")
    card = await at.say("ben", "restart nginx on web-1")
    assert card.state == "WAITING"
    assert "sudo systemctl restart -- nginx.service" in words(card)
    assert "nginx active" in words(card)
    assert web_1.began("nginx") == life, "nothing ran before the vote"

    card = await at.press("chris", "approve", card)
    assert card.state == "DONE"
    assert keys(card) & {"approve", "deny", "stop"} == set()
    assert web_1.began("nginx") not in {"", life}
    assert await page(web_1) == "web-1"
    attempt = (await at.attempts(card.plan))["s1", "web-1"]
    took = (attempt.ended_at - attempt.started_at).total_seconds()
    assert took >= 5, "it is done only when it has settled"


async def test_a_unit_that_fails_shows_its_status_and_retry_mends_it(at, web_2):
    web_2.break_nginx()
    digest = (await at.say("ben", "restart nginx on web-2")).digest
    card = await at.press("chris", "approve")
    assert card.state == "NEEDS A DECISION"
    said = words(card)
    assert "nginx.service" in said
    assert re.search(r"Active: .*failed", said), said
    assert {"retry", "skip", "end"} <= keys(card)
    assert "rollback" not in keys(card), "a restart has no undo"
    assert web_2.unit("nginx") == "failed"

    web_2.mend_nginx()
    card = await at.press("ben", "retry", card)
    assert (card.state, card.digest) == ("DONE", digest)
    assert web_2.unit("nginx") == "active"


async def test_a_failure_shows_the_journals_last_lines(at, web_2):
    """However much the service said just before: the last lines, not the first since then."""
    # With the starts of the tests before, systemd would not even try: it counts them anew.
    web_2.do("systemctl restart nginx; systemctl restart nginx; systemctl reset-failed nginx")
    web_2.break_nginx()
    await at.say("ben", "restart nginx on web-2")
    card = await at.press("chris", "approve")
    assert 'unknown directive "listne"' in words(card)


async def test_production_goes_one_at_a_time_and_stops_at_the_first_failure(at, guests):
    lives = {name: guest.began("nginx") for name, guest in guests.guests.items()}
    guests.guests["web-2"].break_nginx()
    card = await at.say("ben", "restart nginx on all web hosts")
    assert card.state == "WAITING"
    assert "1 at a time" in words(card)
    card = await at.press("chris", "approve", card)
    assert card.state == "NEEDS A DECISION"
    attempts = await at.attempts(card.plan)
    states = {host: attempt.state.value for (_, host), attempt in attempts.items()}
    assert states["web-1"] == "succeeded"
    assert states["web-2"] == "failed"
    assert states.get("web-3", "pending") == "pending"
    first, second = attempts["s1", "web-1"], attempts["s1", "web-2"]
    assert second.started_at >= first.ended_at
    now = {name: guest.began("nginx") for name, guest in guests.guests.items()}
    assert now["web-1"] != lives["web-1"]
    assert now["web-3"] == lives["web-3"], "the third is untouched"

    guests.guests["web-2"].mend_nginx()
    card = await at.press("ben", "retry", card)
    assert card.state == "DONE"
    assert guests.guests["web-3"].began("nginx") != lives["web-3"]
    assert guests.guests["web-1"].began("nginx") == now["web-1"], "what was done stays done"


async def test_stop_in_a_rolling_run_lets_the_one_that_runs_end_and_begins_no_other(at, guests):
    lives = {name: guest.began("nginx") for name, guest in guests.guests.items()}
    await at.say("ben", "restart nginx on all web hosts, one at a time")
    await at.press("chris", "approve", rest=False)
    async with asyncio.timeout(20):
        while guests.guests["web-1"].began("nginx") == lives["web-1"]:
            await asyncio.sleep(0.1)
    card = await at.press("ben", "stop")
    assert card.state in {"STOPPED", "CANCELLED"}
    assert "web-1" in words(card)
    for name in ("web-2", "web-3"):
        assert guests.guests[name].began("nginx") == lives[name]
    assert guests.guests["web-1"].unit("nginx") == "active"
    assert await at.app.store.read(lambda u: u.holders(list(lives))) == {}


async def test_a_start_of_one_that_runs_is_nothing_to_do(at, web_1):
    life = web_1.began("nginx")
    card = await at.say("ben", "start nginx on web-1")
    assert card.state == "NOTHING TO DO"
    assert "already active" in words(card)
    assert "approve" not in keys(card)
    assert web_1.began("nginx") == life


async def test_a_unit_that_does_not_exist_is_a_card_with_near_names(at, web_1):
    card = await at.say("ben", "restart cron-jobs on web-1")
    assert card.state == "CAN'T"
    assert "There is no cron-jobs on web-1" in words(card)
    assert "did you mean cron?" in words(card)
    assert "approve" not in keys(card)


async def test_a_service_that_nobody_knows_is_a_question_with_those_of_the_hosts(at, web_1):
    card = await at.say("ben", "restart `ngin` on web-1")
    assert card.state == "QUESTION"
    assert "nginx" in {button.label for button in card.buttons}
    assert "approve" not in keys(card)


async def test_a_stop_is_rolled_back_where_a_later_step_failed(at, web_2):
    web_2.break_nginx()
    card = await at.say("ben", "stop cron on web-2, then restart nginx on web-2")
    assert card.state == "WAITING"
    card = await at.press("chris", "approve", card)
    assert card.state == "NEEDS A DECISION"
    assert web_2.unit("cron") == "inactive", words(card)
    assert "rollback" in keys(card)
    card = await at.press("ben", "rollback", card)
    assert web_2.unit("cron") == "active", "what was stopped is started again"
    assert card.state in {"ROLLED BACK", "FAILED"}
    assert "cron" in words(card)


async def test_what_was_stopped_meanwhile_is_skipped_and_not_taken_back(at, web_3):
    card = await at.say("ben", "stop cron on web-3")
    web_3.do("systemctl stop cron")
    card = await at.press("chris", "approve", card)
    assert card.state == "DONE"
    assert "stopped already" in words(card)


async def test_the_log_of_a_service_is_answered_at_once(at, web_1):
    web_1.do("systemctl restart cron")
    card = await at.say("ben", "last 20 lines of the cron log on web-1")
    assert card.state == "ANSWER"
    assert "Started cron.service" in words(card)


async def test_the_log_since_a_moment_is_its_newest_lines_in_their_order(at, web_1):
    web_1.do("systemctl restart cron; systemctl restart cron")
    card = await at.say("ben", "last 5 lines of the cron log on web-1 since 1 hour ago")
    assert card.state == "ANSWER", words(card)
    newest = web_1.do("journalctl -u cron -n 5 --no-pager -o short-iso -q").strip()
    assert newest in words(card)


async def test_status_on_all_hosts_names_the_one_that_is_down(at, guests):
    guests.guests["web-3"].do("systemctl stop nginx")
    card = await at.say("ben", "is nginx up on all web hosts?")
    assert card.state == "ANSWER"
    assert "inactive" in words(card)


async def test_what_another_overseer_left_on_a_host_is_not_taken_for_ones_own(
    tmp_path, guests, web_1
):
    """Its name must differ: a new home, or a restored one, counts its plans from 1 again."""

    async def keep(*_, **__):
        """As a crash between the record and the tidying up."""

    async with desk(tmp_path / "one", guests) as one:
        one.app.hosts.forget = keep
        await one.say("ben", "restart nginx on web-1")
        assert (await one.press("chris", "approve")).state == "DONE"
    assert web_1.do("ls -A /var/lib/overseer/runs")
    life = web_1.began("nginx")
    async with desk(tmp_path / "two", guests) as two:
        await two.say("ben", "restart nginx on web-1")
        card = await two.press("chris", "approve")
    assert card.state == "DONE"
    assert web_1.began("nginx") != life, "the card says done, and nothing ran"
