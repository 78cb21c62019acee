"""Who asks for a plan only is shown a plan, and nothing runs, whatever comes in between."""

import pytest

from tests.scenario.stage import Stage, keys, words

pytestmark = pytest.mark.asyncio
SCHEDULED = """
autonomy:
  level: scheduled
  pre_approved:
    - {action: service.restart}
"""


@pytest.fixture
async def stage(tmp_path):
    made = Stage(tmp_path)
    made.home.settings.write_text(SCHEDULED)
    async with made:
        for host in ("web-1", "web-3"):
            made.service(host, "nginx", "active")
        yield made


def ran(stage):
    """What any host was made to run but for reading the facts that a plan shows."""
    runs = stage.hosts.ledger
    return [r.argv for r in runs if r.attempt or r.argv[:2] == ("systemctl", "is-active")]


async def option(stage, host):
    card = await stage.card()
    return next(b.value for b in card.buttons if b.label.startswith(host))


@pytest.mark.parametrize("words", ["restart nginx on web-33", "is nginx up on web-33?"])
@pytest.mark.parametrize("how", ["option", "words"])
async def test_a_question_in_between_runs_nothing(stage, words, how):
    await stage.say("ana", words, plan_only=True)
    if how == "option":
        await stage.press("ana", "option", value=await option(stage, "web-3"))
    else:
        await stage.say("ana", "web-3")
    card = await stage.card()
    assert card.state == "PLAN ONLY"
    assert "approve" not in keys(card)
    assert ran(stage) == []


async def test_the_second_question_of_a_plan_runs_nothing_either(stage):
    await stage.say("ana", "restart nginxx", plan_only=True)
    for _ in range(3):
        card = await stage.card()
        if card.state != "QUESTION":
            break
        await stage.say("ana", "web-3" if "host" in str(card.body).lower() else "nginx")
    assert not any(c.state in ("DONE", "WAITING", "RUNNING") for c in await stage.cards())
    assert ran(stage) == []


async def test_a_crash_between_the_answer_and_its_plan_runs_nothing(stage):
    await stage.say("ana", "restart nginx on web-33", plan_only=True)
    value = await option(stage, "web-3")
    async with stage.killed():
        await stage.press("ana", "option", value=value, settle=False)
    assert (await stage.card()).state == "PLAN ONLY"
    assert ran(stage) == []


@pytest.mark.parametrize("button", ["again", "without"])
async def test_looking_again_at_hosts_that_gave_no_answer_runs_nothing(stage, button):
    stage.hosts.machine("web-1").down = True
    await stage.say("ana", "restart nginx on web-1 and web-3", plan_only=True)
    card = await stage.card()
    assert card.state == "NOT READ"
    if button == "again":
        stage.hosts.machine("web-1").down = False
    await stage.press("ana", button, card)
    assert (await stage.card()).state == "PLAN ONLY"
    assert ran(stage) == []


async def test_afterwards_the_same_words_run_again(stage):
    await stage.say("ana", "restart nginx on web-33", plan_only=True)
    await stage.press("ana", "option", value=await option(stage, "web-3"))
    await stage.say("ana", "restart nginx on web-3")
    assert (await stage.card()).state == "DONE"


async def test_a_host_that_another_run_changes_is_no_reason_to_refuse_a_mere_plan(stage):
    stage.hosts.hang(("systemctl", "restart", "--", "nginx.service"))
    await stage.say("ana", "restart nginx on web-3", settle=False)
    await stage.until(stage.changes)
    holder = (await stage.card()).plan
    await stage.say("ana", "restart nginx on web-3", plan_only=True)
    card = await stage.card()
    assert card.state == "PLAN ONLY"
    assert f"#{holder} is changing web-3." in words(card)
    assert len(stage.changes()) == 1
    stage.release(("systemctl", "restart", "--", "nginx.service"))
    await stage.settle()


async def test_asked_for_it_is_blocked_all_the_same(stage):
    stage.hosts.hang(("systemctl", "restart", "--", "nginx.service"))
    await stage.say("ana", "restart nginx on web-3", settle=False)
    await stage.until(stage.changes)
    await stage.say("ana", "restart nginx on web-3")
    assert (await stage.card()).state == "BLOCKED"
    stage.release(("systemctl", "restart", "--", "nginx.service"))
    await stage.settle()


async def test_a_plan_that_was_seen_can_be_asked_for(stage):
    await stage.say("ana", "restart nginx on web-3", plan_only=True)
    card = await stage.card()
    assert next(b.label for b in card.buttons if b.id == "again") == "Ask for it"
    await stage.press("ana", "again", card)
    assert (await stage.card(card.plan)).state == "DONE"


async def test_a_plan_with_nothing_to_do_only_looks_again(stage):
    stage.service("web-3", "nginx", "inactive")
    await stage.say("ana", "stop nginx on web-3", plan_only=True)
    card = await stage.card()
    assert card.state == "NOTHING TO DO"
    stage.service("web-3", "nginx", "active")
    await stage.press("ana", "again", card)
    assert (await stage.card(card.plan)).state == "PLAN ONLY"
    assert ran(stage) == []


@pytest.mark.parametrize("change", ["not web-1", "one at a time"])
async def test_what_was_only_shown_is_only_shown_when_it_is_changed(stage, change):
    await stage.say("ana", "restart nginx on web-1 and web-3", plan_only=True)
    await stage.say("ana", change)
    card = await stage.card()
    assert (card.state, card.revision) == ("PLAN ONLY", 2)
    assert "approve" not in keys(card)
    assert ran(stage) == []


SUPPOSED = "what would happen if I restarted nginx?"


@pytest.mark.parametrize("said", ["restart redis on web-3", "reload nginx on web-3"])
async def test_a_request_by_itself_is_no_answer_to_what_would_happen(stage, said):
    stage.service("web-3", "redis")
    await stage.say("ben", SUPPOSED)
    assert (await stage.card()).state == "QUESTION"
    await stage.say("ben", said)
    assert (await stage.card()).state != "PLAN ONLY"
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert not stored.plan.plan_only


@pytest.mark.parametrize("said", ["web-3", "on web-3", "restart nginx on web-3"])
async def test_what_answers_it_is_only_shown(stage, said):
    await stage.say("ben", SUPPOSED)
    await stage.say("ben", said)
    assert (await stage.card()).state == "PLAN ONLY"
    assert ran(stage) == []
