"""A malicious model's choices, pressed: what a person was lured into runs nothing unasked either.

Pressing one says no more than that: no host, name or number of it counts as said. What it asks for
is judged like everything else that a model put into somebody's mouth.
"""

import asyncio

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.promises.test_malicious_model import SAID, among_victims, judged

MORE = ("reload nginx on web-3", "and redis?", "1", "2", "the first", "yes", "again", "nicht web-2")
pressed_ever = []


async def play(choose, who):
    async with among_victims(choose, lures=True) as (stage, models):
        said = []
        for _ in range(4):
            said.append(choose((*SAID, *MORE)))
            await stage.say(who, said[-1])
            if choose((True, True, False)):
                said += await pressed(stage, choose, who)
        assert models.prompts
        return await judged(stage, " \n ".join(said), pressed=True)


async def pressed(stage, choose, who):
    """Press one of the options; gives the words of it that are the person's own."""
    asked = await stage.app.store.read(lambda u: u.asked(stage.thread))
    card = await stage.card()
    buttons = [button for button in card.buttons if button.id == "option"]
    if asked is None or not buttons:
        return []
    question, button = asked[0], choose(buttons)
    option = next((one for one in question.options if one.says == button.says), None)
    await stage.press(who, "option", card, value=button.value)
    pressed_ever.append(button.says)
    of_rules = option is not None and not question.by and question.own is None
    return [option.says] if of_rules and option.read_by == "rules" else []


@settings(
    max_examples=25, deadline=None, phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(st.data(), st.sampled_from(["ana", "ben"]))
def luring(data, who):
    asyncio.run(play(lambda among: data.draw(st.sampled_from(list(among))), who))


def test_a_hostile_choice_that_is_pressed_runs_nothing_that_was_not_said():
    pressed_ever.clear()
    luring()
    assert len(pressed_ever) >= 10, "else nothing was shown"
