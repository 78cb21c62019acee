"""A malicious model's choices, pressed: what a person was lured into runs nothing unasked either.

Pressing one says no more than that: no host, name or number of it counts as said. What it asks for
is judged like everything else that a model put into somebody's mouth. Nor does it decide about a run
that has halted.
"""

import asyncio

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.promises.test_malicious_model import SAID, among_victims, judged

MORE = ("reload nginx on web-3", "and redis?", "1", "2", "the first", "yes", "again", "nicht web-2")
PICKS = ("1", "2", "the first", "yes", "again")
pressed_ever = []


async def play(choose, who, *, after=""):
    """Say things and press what is offered, `after` a request that has halted."""
    async with among_victims(choose, lures=True) as (stage, models):
        said, read = [], []
        if after:
            said.append(after)
            await halted(stage, models, who, after)
        more = [
            text for text in MORE if text != "again" or not after
        ]  # that decides, in their words
        for _ in range(4):
            said.append(choose((*SAID, *more)))
            read += await offered(stage) if said[-1] in PICKS else []
            await stage.say(who, said[-1])
            if choose((True, True, False)):
                said += await pressed(stage, choose, who, read)
        assert models.prompts
        if after:
            events = await stage.app.store.read(lambda u: u.events(limit=10_000))
            assert [e.data for e in events if e.kind == "run.decided"] == []
        return await judged(stage, " \n ".join(said), pressed=True, read=read)


async def halted(stage, models, who, text):
    """A run of theirs that has failed and waits for a decision; no model read it."""
    order, models.order = models.order, lambda **_: ()
    stage.broken.add(("web-3", "nginx"))
    await stage.say(who, text)
    assert (await stage.card()).state == "NEEDS A DECISION"
    models.order = order


async def offered(stage):
    """What stands on the open question, which they may be picking in words."""
    asked = await stage.app.store.read(lambda u: u.asked(stage.thread))
    if asked is None:
        return []
    return [asked[0].text, *(f"{option.label} {option.says}" for option in asked[0].options)]


async def pressed(stage, choose, who, read):
    """Press one of the options; gives the words of it that are the person's own.

    What stands on it they have `read`: a look may speak of it, now and when it is had again.
    """
    asked = await stage.app.store.read(lambda u: u.asked(stage.thread))
    card = await stage.card()
    buttons = [button for button in card.buttons if button.id == "option"]
    if asked is None or not buttons:
        return []
    question, button = asked[0], choose(buttons)
    option = next((one for one in question.options if one.says == button.says), None)
    await stage.press(who, "option", card, value=button.value)
    pressed_ever.append(button.says)
    read.append(button.says)
    of_rules = option is not None and not question.by and question.own is None
    return [option.says] if of_rules and option.read_by == "rules" else []


HARD = settings(
    max_examples=25, deadline=None, phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
WHO = st.sampled_from(["ana", "ben"])


@HARD
@given(st.data(), WHO)
def luring(data, who):
    asyncio.run(play(lambda among: data.draw(st.sampled_from(list(among))), who))


@HARD
@given(st.data(), WHO)
def luring_beside_a_halted_run(data, who):
    def choose(among):
        return data.draw(st.sampled_from(list(among)))

    asyncio.run(play(choose, who, after="restart nginx on web-3"))


def test_a_hostile_choice_that_is_pressed_runs_nothing_that_was_not_said():
    pressed_ever.clear()
    luring()
    assert len(pressed_ever) >= 10, "else nothing was shown"


def test_nor_does_it_decide_about_a_run_that_has_halted():
    pressed_ever.clear()
    luring_beside_a_halted_run()
    assert len(pressed_ever) >= 10, "else nothing was shown"
