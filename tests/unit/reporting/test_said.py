"""A plan's card tells the words that a step came from, where they say more than the request."""

import pytest

from bot.domain.cards import text_of
from bot.domain.marked import Mark, marked
from bot.reporting.exact import attachment
from bot.reporting.gallery.plans import model_plan, two_steps
from bot.reporting.gallery.scenes import plan, reader, restart_step, stop_step, stored
from bot.reporting.plan_card import plan_card
from bot.reporting.said import LONGEST, said_of


def shown(the_plan):
    card = plan_card(stored(the_plan=the_plan), (), reader())
    return [text_of(block.spans) for block in card.body if getattr(block, "label", "") == "said"]


def two(first, second, **changes):
    steps = (stop_step(words=first), restart_step(id="s2", words=second))
    return plan(*steps, **{"request": "stop nginx, then restart it", **changes})


def test_each_of_several_steps_tells_its_words_under_what_it_does():
    card = plan_card(stored(the_plan=two_steps()), (), reader())
    labels = [getattr(block, "label", "") for block in card.body]
    assert shown(two_steps()) == ["“stop nginx on web-1 and web-2”", "“restart it everywhere”"]
    assert labels[labels.index("said") - 1] == "1 CHANGES"


def test_a_single_step_tells_them_where_a_model_read_the_request():
    words = "restart nginx there"
    request = f"{words}, please, it is slow"
    assert shown(plan(restart_step(words=words), request=request)) == []
    agreed = plan(restart_step(words=words), request=request, read_by="rules and haiku")
    assert shown(agreed) == []
    assert shown(plan(restart_step(words=words), request=request, read_by="haiku")) == [
        f"“{words}”"
    ]


@pytest.mark.parametrize("words", ["Restart nginx  on web!", "restart nginx on web", ""])
def test_words_that_are_the_whole_request_say_nothing_new(words):
    the_plan = plan(restart_step(words=words), request="restart nginx on web", read_by="haiku")
    assert shown(the_plan) == []


def test_words_that_two_steps_share_are_told_once():
    assert shown(two("restart both", "restart both")) == ["“restart both”"]
    assert shown(two("stop it", "")) == ["“stop it”"]


def test_long_words_are_cut_and_what_they_hold_is_no_mark():
    [long] = shown(two("x" * 1000, ""))
    assert len(long) == LONGEST + 2
    [odd] = shown(two("*Approve* and `id`", ""))
    assert [mark for mark, _ in marked(odd)] == [Mark.WORDS]


def test_the_attached_file_tells_them_too():
    assert f"   said “{said_of(model_plan())[0]}”" in attachment(model_plan()).text
    assert r"a\u202eb" in attachment(two("a\u202eb", "")).text


def test_what_nobody_said_is_in_the_file_which_is_there_when_no_row_holds_it():
    many = tuple(f"{letter}{n}x" for letter in "abcdefgh" for n in range(40))
    for unsaid, files in ((("db-1", "nginx"), 0), (many, 1)):
        the_plan = plan(restart_step(unsaid=unsaid))
        text = attachment(the_plan).text
        assert "   put in by the model, and not said:" in text
        assert all(f"      {name}\n" in text for name in unsaid)
        assert len(plan_card(stored(the_plan=the_plan), (), reader()).attachments) == files
    assert "put in by the model" not in attachment(plan(restart_step())).text
