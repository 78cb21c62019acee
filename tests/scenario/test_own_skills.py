"""An own skill from sentence to done; a broken one beside it; a new one and a reload."""

from bot.domain.commands import CommandResult
from bot.domain.plans import Decision
from tests.own_skill import ACTIONS, write_skill
from tests.scenario.stage import Stage, keys, words


def ready(stage):
    for verb in ("ring", "look"):
        stage.hosts.answer(("bell", verb), lambda *_: CommandResult(exit_status=0, stdout="ding\n"))


async def test_its_change_is_asked_approved_and_done(tmp_path):
    stage = Stage(tmp_path)
    write_skill(stage.home.skills)
    async with stage:
        ready(stage)
        await stage.say("ben", "sound the bell on web-3")
        card = await stage.card()
        assert card.state == "WAITING"
        assert "bell ring" in words(card)
        assert "bell.ring is an action of your own, and no policy names it" in words(card)
        await stage.press("ana", "approve")
        assert (await stage.card()).state == "DONE"
        assert stage.changes() == [("web-3", ("bell", "ring"))]


async def test_its_read_asks_although_reads_run_unasked_here(tmp_path):
    stage = Stage(tmp_path)
    write_skill(stage.home.skills)
    async with stage:
        ready(stage)
        await stage.say("ben", "how is the bell on web-3?")
        card = await stage.card()
        assert card.state == "WAITING"
        stored = await stage.app.store.read(lambda u: u.plan(card.plan))
        assert stored.plan.verdict.decision is Decision.ASK
        assert not [r for r in stage.hosts.ledger if r.argv == ("bell", "look")]
        await stage.press("ana", "approve")
        assert [r.host for r in stage.hosts.ledger if r.argv == ("bell", "look")] == ["web-3"]


async def test_a_broken_one_leaves_the_rest_running_and_help_says_where_it_is_broken(tmp_path):
    stage = Stage(tmp_path)
    write_skill(stage.home.skills, actions="import nowhere_at_all\n")
    async with stage:
        stage.service("web-1", "nginx")
        await stage.say("ana", "restart nginx on web-1")
        assert (await stage.card()).state == "WAITING"
        await stage.say("ana", "help")
        said = words(await stage.card())
        assert "The skill bell is disabled: skills/bell/actions.py:1:" in said
        await stage.say("ana", "help bell")
        assert "skills/bell/actions.py:1:" in words(await stage.card())


async def test_a_policy_and_a_list_that_name_a_broken_ones_action_do_not_stop_the_start(tmp_path):
    stage = Stage(tmp_path)
    write_skill(stage.home.skills, actions="import nowhere_at_all\n")
    text = stage.home.policies.read_text()
    mine = 'permit (principal, action == Action::"bell.ring", resource == May::"run_unasked");'
    stage.home.policies.write_text(f'{text}\n@id("mine")\n{mine}\n')
    listed = "autonomy: {pre_approved: [{action: bell.ring}]}\n"
    stage.home.settings.write_text(listed)
    async with stage:
        assert [broken.name for broken in stage.app.catalog.disabled] == ["bell"]


async def test_a_reload_says_that_a_new_or_changed_skill_waits_for_a_start(tmp_path):
    async with Stage(tmp_path) as stage:
        folder = write_skill(stage.home.skills)
        assert await stage.app.reload(by="ana") == ("the skill bell only from the next start on",)
        assert "bell" not in stage.app.catalog.skills
        await stage.app.stop()
        await stage.revive()
        assert await stage.app.reload(by="ana") == ()
        assert "bell" in stage.app.catalog.skills
        version = stage.app.catalog.action("bell.ring").version
        (folder / "actions.py").write_text(ACTIONS.replace('"ring")', '"rong")'))
        assert await stage.app.reload(by="ana") == ("the skill bell only from the next start on",)
        assert stage.app.catalog.action("bell.ring").version == version


async def test_what_was_approved_under_other_code_does_not_run(tmp_path):
    stage = Stage(tmp_path)
    folder = write_skill(stage.home.skills)
    async with stage:
        ready(stage)
        await stage.say("ben", "sound the bell on web-3")
        await stage.app.stop()
        (folder / "actions.py").write_text(ACTIONS.replace('"Ring the bell."', '"Ring it."'))
        await stage.revive()
        ready(stage)
        await stage.press("ana", "approve")
        assert not stage.changes()
        card = await stage.card()
        assert card.state == "DRIFTED" or "changed since this was approved" in words(card)
        assert "approve" not in keys(card) or card.revision > 1
