"""The history: what was done comes first and whole, and who did not do it is said too."""

import pytest

from bot.domain.commands import CommandResult
from bot.domain.runs import PlanState
from skills.plan.facts import lasting
from tests.scenario.stage import Stage, words


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx", "active")
        yield stage


async def asked(stage, text, who="vera"):
    await stage.say(who, text)
    return await stage.card()


async def restart(stage, host="web-1", because=""):
    await stage.say("ben", f"restart nginx on {host}{because}")
    await stage.press("chris", "approve")


def up(stage, host, seconds, service=None, active=None):
    """What a host says of how long it, and a service on it, has been up."""
    said = f"up={seconds}.00\n"
    if active is not None:
        since = int((seconds - active) * 1e6)
        said += f"\nLoadState=loaded\nActiveState=active\nActiveEnterTimestampMonotonic={since}\n"
    argv = ("sh", "-c", lasting(service).command.text)
    result = CommandResult(exit_status=0, stdout=said)
    stage.hosts.answer(argv, lambda _host, _command: result, host=host)


async def crowd(stage, number):
    """So many plans that were only drafted, newer than everything until now."""
    (stored,) = await stage.app.store.read(lambda u: (u.plan(1),))
    drafts = [stored.plan.model_copy(update={"id": 1000 + n}) for n in range(number)]
    await stage.app.store.write(lambda u: [u.add_plan(d, PlanState.DRAFTED) for d in drafts])


async def test_a_change_of_today_is_not_pushed_out_by_drafts_and_reads(stage):
    await restart(stage)
    await crowd(stage, 150)
    await stage.say("vera", "how is web-2?")
    said = words(await asked(stage, "what was done today?"))
    assert "restart nginx on web-1" in said
    assert "1 change since" in said
    assert "And 1 read and 150 plans that were only drafted." in said


async def test_what_is_cut_is_said_with_the_way_to_see_it(stage, monkeypatch):
    monkeypatch.setattr("bot.pipeline.history.MOST_DONE", 2)
    for host in ("web-1", "web-2", "web-3"):
        await restart(stage, host)
    said = words(await asked(stage, "what was done today?"))
    assert "3 changes since" in said
    assert "#3" in said
    assert "restart nginx on web-1" not in said
    assert "Not shown: 1 older change. To see them, name a host" in said


async def test_a_plan_that_waits_for_votes_is_said_to_wait(stage):
    await stage.say("ben", "restart nginx on web-1")
    card = await asked(stage, "what was done today?")
    said = words(card)
    assert "#1 waits for votes." in said
    assert "decision" not in said
    assert "WAITING" in said
    assert "0 of 1 vote" in said


async def test_what_still_waits_is_told_whenever_it_was_asked(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.later(minutes=5)
    said = words(await asked(stage, "what was done in the last 2 minutes?"))
    assert "#1 waits for votes." in said


async def test_a_halted_run_wants_a_decision(stage):
    stage.broken.add(("web-1", "nginx"))
    await restart(stage)
    said = words(await asked(stage, "what was done today?"))
    assert "#1 wants a decision." in said
    assert "NEEDS A DECISION" in said


async def test_the_gate_refuses_a_person_denies_and_another_run_blocks(stage):
    await stage.say("ana", "stop nginx on web-1 and web-2")
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="not now")
    stage.broken.add(("web-3", "nginx"))
    await restart(stage, "web-3")
    await stage.say("ben", "restart nginx on web-3")
    said = words(await asked(stage, "what was done today?"))
    for state in ("REFUSED", "DENIED", "BLOCKED"):
        assert state in said
    assert "Chris said no: not now" in said
    assert "this stops nginx on every production web host" in said


async def test_who_and_why_is_answered_with_reason_voters_outcome_and_link(stage):
    up(stage, "web-1", 400_000, "nginx", 3)
    stage.app.address = "https://ops.example"
    await restart(stage, because=" because the certificate was renewed")
    said = words(await asked(stage, "who restarted nginx on web-1, and why?"))
    for part in (
        "#1  restart nginx on web-1", "DONE", "Ben, 09:00", "the certificate was renewed", "Chris",
        "1 of 1 done", "https://ops.example/plan/1",
    ):  # fmt: skip
        assert part in said
    assert "nginx on web-1 is active since 09:00 UTC: that was #1, asked by Ben." in said


async def test_times_are_in_the_readers_zone(tmp_path):
    people = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana'], timezone: Asia/Tokyo}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben']}
"""
    async with Stage(tmp_path, people=people) as stage:
        stage.service("web-1", "nginx", "active")
        await restart(stage)
        tokyo = words(await asked(stage, "who restarted nginx on web-1?", "ana"))
        assert "Ben, 18:00" in tokyo


async def test_a_restart_that_was_not_overseers_is_said_not_to_be(stage):
    up(stage, "web-1", 90_000, "nginx", 600)
    said = words(await asked(stage, "who restarted nginx on web-1?"))
    assert "Nobody has changed anything with nginx on web-1 through Overseer." in said
    assert "nginx on web-1 is active since 08:50 UTC: that was not Overseer." in said
    assert "web-1 last booted" in said


async def test_a_boot_that_was_not_overseers_is_shown(stage):
    up(stage, "db-1", 7200)
    said = words(await asked(stage, "who restarted db-1, and why?"))
    assert "db-1 last booted 07:00 UTC, 2 h ago: that was not Overseer." in said


async def test_a_boot_that_was_overseers_names_the_plan(stage):
    up(stage, "web-3", 5)
    await restart(stage, "web-3")

    def rebooted(unit):
        stored = unit.plan(1)
        step = stored.plan.steps[0].model_copy(update={"cuts_connection": True})
        body = stored.plan.model_copy(update={"steps": (step,), "revision": 1}).model_dump_json()
        unit._db.connection.execute("UPDATE plans SET body = ? WHERE plan = 1", (body,))

    await stage.app.store.write(rebooted)
    said = words(await asked(stage, "who restarted web-3?"))
    assert "that was #1, asked by Ben" in said


async def test_a_host_that_does_not_answer_costs_nothing_but_its_boot(stage):
    await restart(stage)
    stage.hosts.machine("web-1").down = True
    said = words(await asked(stage, "who restarted web-1?"))
    assert "#1" in said
    assert "web-1 did not answer, so I can't tell when it last booted." in said
    stored = await stage.app.store.read(lambda u: u.plan(2))
    assert stored.plan.unread == ()


async def test_yesterday_means_the_morning_too(stage):
    await restart(stage)
    await stage.later(minutes=60 * 38)
    said = words(await asked(stage, "who restarted nginx on web-1 yesterday?"))
    assert "restart nginx on web-1" in said
    assert "1 change with nginx on web-1 since" in said
    assert ", none today." in said


async def test_what_ended_before_the_time_that_was_asked_for_is_left_out(stage):
    await restart(stage)
    await stage.later(minutes=60 * 38)
    said = words(await asked(stage, "what was done since 2h?"))
    assert "Nobody has changed anything through Overseer since" in said


async def test_what_one_person_did(stage):
    await restart(stage)
    assert "restart nginx" in words(await asked(stage, "what did ben do this week?"))
    assert "ana changed nothing" in words(await asked(stage, "what did ana do this week?"))
    assert "You changed nothing" in words(await asked(stage, "what did I do this week?"))
    assert "nobody called zed" in words(await asked(stage, "what did zed do this week?"))


async def test_what_failed_is_told_alone(stage):
    await restart(stage)
    stage.broken.add(("web-2", "nginx"))
    await restart(stage, "web-2")
    said = words(await asked(stage, "what failed today?"))
    assert "1 change failed since" in said
    assert "0 of 1 done; web-2: exit 1" in said
    assert "restart nginx on web-2" in said
    assert "restart nginx on web-1" not in said


async def test_a_reason_that_the_policy_wants_is_kept_on_the_card_and_in_the_history(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx", "active")
        text = stage.home.policies.read_text()
        at = text.index('// @id("production-reason")')
        rule = text[at : text.index("because };", at) + len("because };")]
        stage.home.policies.write_text(f"{text}\n{rule.replace('// ', '')}\n")
        await stage.app.reload(by="ana")
        await stage.say("ben", "restart nginx on web-1")
        card = await stage.card()
        assert card.state == "REFUSED"
        assert "because the certificate was renewed" in words(card)
        await restart(stage, because=" because the certificate was renewed")
        card = await stage.card()
        assert card.state == "DONE"
        assert 'because: "the certificate was renewed"' in words(card)
        assert "the certificate was renewed" in words(await asked(stage, "what was done today?"))


async def test_why_a_request_was_refused_is_answered_from_the_store(stage):
    await stage.say("ana", "stop nginx on web-1 and web-2")
    mine = words(await asked(stage, "why was my request refused?", "ana"))
    assert "1 request was refused" in mine
    assert "nobody asked for one at a time" in mine
    for text in ("was #1 refused?", "why was #1 refused?"):
        said = words(await asked(stage, text, "ana"))
        assert "REFUSED" in said
        assert "nobody asked for one at a time" in said
        assert "[no-mass-stop]" in said


async def test_what_failed_names_also_a_host_that_was_left_out_then(stage):
    stage.broken.add(("web-2", "nginx"))
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve")
    for _ in range(20):
        if (await stage.card(1)).state == "NEEDS A DECISION":
            break
        await stage.settle()
    await stage.press("ben", "skip", await stage.card(1), value="web-2")
    said = words(await asked(stage, "what failed today?"))
    assert "1 of 2 done, 1 skipped; web-2: exit 1" in said


async def test_a_run_whose_newer_revision_was_denied_is_told_once(stage):
    await restart(stage)

    def drifted(unit):
        stored = unit.plan(1)
        newer = stored.plan.model_copy(update={"revision": 2})
        unit.add_plan(newer, PlanState.DENIED)

    await stage.app.store.write(drifted)
    card = await asked(stage, "what was done today?")
    assert words(card).count("#1") == 1


async def test_a_service_that_came_up_with_its_host_was_started_by_nobody(stage):
    up(stage, "web-1", 7200, "nginx", 7190)
    said = words(await asked(stage, "who restarted nginx on web-1?"))
    assert "nginx on web-1 is active since 07:00 UTC: since that boot." in said


async def test_what_expired_or_was_withdrawn_is_told_apart_from_what_was_done(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.later(minutes=31)
    await stage.say("ben", "restart nginx on web-2")
    await stage.press("ben", "cancel")
    said = words(await asked(stage, "what was done today?"))
    assert "Nobody has changed anything through Overseer since" in said
    assert "never ran" in said
    assert "EXPIRED" in said
    assert "0 of 1 vote in time" in said
    assert "CANCELLED" in said
    assert "Ben withdrew it" in said


async def test_a_restart_by_hand_just_after_one_of_ours_was_not_ours(stage):
    await restart(stage, "web-1", " because the certificate is new")
    (run,) = await stage.app.store.read(lambda u: (u.run(1),))
    ended = (stage.clock.now() - run.ended_at).total_seconds()
    for after, said in ((-2, "that was #1, asked by Ben"), (3, "that was not Overseer")):
        up(stage, "web-1", 9000, "nginx", active=ended - after)
        card = await asked(stage, "who restarted nginx on web-1, and why?")
        assert f"{said}." in words(card)


async def test_a_service_is_asked_for_where_it_was_meant(stage):
    stage.service("web-3", "cron")
    await stage.say("ben", "restart nginx on web-1, then stop cron on web-3")
    await stage.press("chris", "approve")
    said = words(await asked(stage, "who restarted nginx on web-3?"))
    assert "Nobody has changed anything with nginx on web-3" in said
    assert "1 change with nginx on web-1" in words(
        await asked(stage, "who restarted nginx on web-1?")
    )


async def test_of_many_changes_the_newest_are_told_with_reason_and_voters(stage):
    for number in range(7):
        await restart(stage, "web-1", f" because of ticket {number}")
    said = words(await asked(stage, "who restarted nginx on web-1, and why?"))
    assert "ticket 6" in said
    assert "Chris" in said
    assert "before" in said
