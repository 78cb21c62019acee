"""An Overseer with language models set up: its start, its status, a reload, its stop."""

import pytest

from bot.adapters.files.settings_file import shipped
from bot.domain.usage import Tier
from bot.errors import ConfigError, ModelAuthError
from bot.ports import Prompt, Turn
from bot.testing.scripted_endpoint import ScriptedEndpoint
from tests.scenario.stage import PEOPLE, Stage, words
from tests.unit.intent.model.fleet import PROMPT, USED

SHIPPED = (shipped("prompts", holding="plan.md") / "plan.md").read_text()
QUICK = "{tier: cloud-fast, provider: anthropic, model: quick, price: {input: 3, output: 15}}"
OWN = "{tier: local, provider: openai, model: own, base_url: 'http://127.0.0.1:1/v1'}"


def tiers(*entries, more=""):
    return f"models:\n  tiers: [{', '.join(entries)}]\n{more}"


class Models:
    """Scripted ones, by name, as the settings ask for them."""

    def __init__(self):
        self.named = {}
        self.ill = {}

    def __call__(self, settings):
        model = ScriptedEndpoint(settings.called, self.stage.clock)
        model.ill = self.ill.get(settings.called)
        model.always("{}", usage=USED)
        self.named[settings.called] = model
        return model


def staged(path, settings, **given):
    models = Models()
    stage = Stage(path, **{"model_of": models, **given})
    models.stage = stage
    stage.models = models.named
    stage.ill = models.ill
    stage.home.settings.write_text(settings)
    return stage


async def ask(stage, name="quick", person="ana"):
    return await stage.app.models.ask(
        name, PROMPT, person=person, deadline=stage.clock.monotonic() + 20
    )


async def looked(stage):
    """Their health has been looked at."""
    await stage.settle()
    await stage.later(seconds=2)


async def test_without_models_the_status_says_so_and_nothing_is_made(tmp_path):
    async with staged(tmp_path, "") as stage:
        status = await stage.app.pipeline.status()
        assert status.parser.endswith("actions; no language model is set up")
        assert status.models == ()
        assert stage.models == {}


@pytest.mark.parametrize(
    ("text", "tier"),
    [("restart nginx on web-3", "cloud-fast"), ("use cloud-fast: restart nginx on web-3", "")],
)
async def test_a_tier_that_is_asked_for_without_any_model_is_told_on_the_card(tmp_path, text, tier):
    async with staged(tmp_path, "") as stage:
        stage.service("web-3", "nginx")
        await stage.say("ana", text, tier=tier)
        card = await stage.card()
        assert "No model of the tier cloud-fast is set up, nor any other" in words(card)
        await stage.say("ana", "restart nginx on web-3")
        assert "No model" not in words(await stage.card())


async def test_the_status_names_the_tiers_and_what_today_took(tmp_path):
    settings = tiers(QUICK, OWN, more="  budget: {tokens: 50_000}\n")
    async with staged(tmp_path, settings) as stage:
        await ask(stage)
        status = await stage.app.pipeline.status()
        assert status.parser.startswith("quick and own, then the rules, ")
        assert status.models == (
            "local: own",
            "cloud-fast: quick",
            "today: 1 call, 1,100 of 50,000 tokens, 0.0045 USD",
        )


async def test_the_status_tells_of_a_budget_in_money_without_a_price(tmp_path):
    free = QUICK.replace(", price: {input: 3, output: 15}", "")
    async with staged(tmp_path, tiers(free, OWN, more="  budget: {money: 5}\n")) as stage:
        told = await stage.app.models.lines()
        assert "budget: quick has no price, so money bounds nothing there" in told


async def test_a_restart_and_the_zone_of_the_settings(tmp_path):
    settings = tiers(QUICK, more="timezone: Pacific/Auckland\n")  # 9 UTC is 22 there
    async with staged(tmp_path, settings) as stage:
        await ask(stage)
        await stage.app.stop()
        await stage.revive()
        await ask(stage)
        assert (await stage.app.pipeline.status()).models[-1].startswith("today: 2 calls")
        await stage.later(minutes=120)
        assert (await stage.app.pipeline.status()).models[-1].startswith("today: 0 calls")


async def test_models_that_do_not_work_stop_nothing(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        stage.models["quick"].ill = ModelAuthError("quick does not take its key.", model="quick")
        await looked(stage)
        assert stage.app.models.order() == ()
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1")
        assert (await stage.card()).state == "WAITING"
        status = await stage.app.pipeline.status()
        assert "no model answers" in status.parser
        assert any("quick does not take its key (since 09:00)" in line for line in status.models)


@pytest.mark.parametrize("error", [ConfigError("That is no address."), ImportError("No SDK.")])
async def test_models_that_can_not_even_be_made_stop_nothing(tmp_path, error):
    def unable(_settings):
        raise error

    async with staged(tmp_path, tiers(QUICK), model_of=unable) as stage:
        await looked(stage)
        assert stage.app.models.order() == ()
        assert "quick can't be set up" in str((await stage.app.pipeline.status()).models)


async def test_a_reload_of_the_models_counts_at_once(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        await ask(stage)
        stage.home.settings.write_text(tiers(OWN, more="  budget: {tokens: 10}\n"))
        assert await stage.app.reload(by="ana") == ("overseer.yaml",)
        assert stage.app.models.order(first=Tier.CLOUD_HEAVY) == ("own",)
        await stage.later(seconds=1)
        assert stage.models["quick"].closed
        status = await stage.app.pipeline.status()
        assert status.models[-1].startswith("today: 1 call, 1,100 tokens (more than the 10 "), (
            "quick"
        )


async def test_a_reload_after_only_a_key_was_mended_brings_the_model_back_and_says_so(tmp_path):
    """The settings name the key and do not hold it: none of their files has changed."""
    settings = tiers(QUICK.replace("model: quick", "model: quick, key: 'file:key.txt'"), OWN)
    async with staged(tmp_path, settings) as stage:
        stage.ill["quick"] = stage.models["quick"].ill = ModelAuthError(
            "quick does not take its key.", model="quick"
        )
        await looked(stage)
        assert stage.app.models.order() == ("own",)
        assert await stage.app.reload(by="ana") == ("quick is tried again",), "it may be mended"
        await looked(stage)
        assert stage.app.models.order() == ("own",), "it was not"
        del stage.ill["quick"]
        assert await stage.app.reload(by="ana") == ("quick is tried again",)
        assert stage.app.models.order() == ("own", "quick")
        assert (await ask(stage)).model == "quick"
        assert await stage.app.reload(by="ana") == ()


async def test_a_model_that_could_not_be_made_is_made_anew_by_a_reload(tmp_path):
    unable = [ConfigError("That is no address.")]
    models = Models()

    def make(settings):
        if unable:
            raise unable[0]
        return models(settings)

    async with staged(tmp_path, tiers(QUICK), model_of=make) as stage:
        models.stage = stage
        unable.clear()
        assert await stage.app.reload(by="ana") == ("quick is tried again",)
        assert (await ask(stage)).text == "{}"


async def test_a_reload_that_is_refused_changes_no_model(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        stage.home.settings.write_text(tiers(QUICK, QUICK))
        with pytest.raises(ConfigError, match="another model's already: quick"):
            await stage.app.reload(by="ana")
        stage.home.settings.write_text(tiers(OWN) + "web: {port: many}\n")
        with pytest.raises(ConfigError):
            await stage.app.reload(by="ana")
        assert stage.app.models.order() == ("quick",)
        assert not stage.models["quick"].closed


async def test_a_start_waits_for_no_check_and_a_stop_ends_them(tmp_path):
    stage = staged(tmp_path, tiers(QUICK))
    async with stage:
        stage.models["quick"].check_s = 3600
        await looked(stage)
        assert stage.models["quick"].checks == 1
        stage.service("web-1", "nginx")
        await stage.say("ben", "is nginx running on web-1?")
        assert (await stage.card()).state == "ANSWER"
    assert stage.models["quick"].closed


async def test_models_that_are_given_take_the_place_of_all(tmp_path):
    class Given:
        def order(self, *, first=None, forced=None):
            return ("given",)

    async with staged(tmp_path, tiers(QUICK), models=Given()) as stage:
        assert stage.app.models.order() == ("given",)
        assert stage.models == {}
        assert (await stage.app.pipeline.status()).models == ()


async def test_people_are_called_by_their_names_where_a_budget_is_spent(tmp_path):
    settings = tiers(QUICK, more="  budget: {person_tokens: 10}\n")
    async with staged(tmp_path, settings, people=PEOPLE) as stage:
        prompt = Prompt("p@1", "", "", (Turn("user", "hello"),), PROMPT.schema)
        with pytest.raises(Exception, match=r"^Ana's budget"):
            await stage.app.models.ask("quick", prompt, person="ana", deadline=20)


# -- prompts ---------------------------------------------------------------------------------


def own_prompt(stage, text):
    stage.home.prompts.mkdir(exist_ok=True)
    (stage.home.prompts / "plan.md").write_text(text)


async def test_a_reload_takes_no_broken_prompt_over_a_working_one(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        own_prompt(stage, SHIPPED)
        assert await stage.app.reload(by="ana") == ("prompts/plan.md",)
        own_prompt(stage, SHIPPED.replace("{{ other_actions }}", "{{ other_actions | }}"))
        stage.home.settings.write_text(tiers(QUICK, OWN))
        with pytest.raises(ConfigError, match=r"prompts/plan\.md:\d+: ") as caught:
            await stage.app.reload(by="ana")
        assert caught.value.line
        assert set(stage.models) == {"quick"}, "all or nothing"
        await stage.say("ana", "fahre web-1 neu hoch", settle=False)
        await stage.until(lambda: stage.models["quick"].calls)  # its prompt is filled by a thread
        assert stage.models["quick"].calls[0].prompt.name.endswith("+own")
        assert (await stage.app.pipeline.status()).parser.startswith("quick, then the rules")
        own_prompt(stage, SHIPPED)
        assert await stage.app.reload(by="ana") == ("overseer.yaml",)


async def test_without_models_too_a_broken_prompt_is_refused(tmp_path):
    async with staged(tmp_path, "") as stage:
        own_prompt(stage, "Be kind.\n")
        with pytest.raises(ConfigError, match=r"plan\.md:1: A prompt begins with front matter"):
            await stage.app.reload(by="ana")


async def test_no_model_is_said_to_read_when_the_prompt_can_not_be_used(tmp_path):
    stage = staged(tmp_path, tiers(QUICK))
    own_prompt(stage, "Be kind.\n")
    async with stage:
        status = await stage.app.pipeline.status()
        assert status.parser.endswith("actions; no model is asked: the prompt can't be used")
        assert any("plan.md:1: A prompt begins with front matter" in line for line in status.models)
        own_prompt(stage, SHIPPED)
        await stage.app.reload(by="ana")
        status = await stage.app.pipeline.status()
        assert status.parser.startswith("quick, then the rules")
        assert not any("front matter" in line for line in status.models)
