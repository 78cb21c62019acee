"""What the page says where there is nothing."""

from bot.adapters.web import thread_view


def test_a_number_that_nobody_has_is_named():
    assert "There is no run #99999" in thread_view.nothing_html("/runs/99999")
    place = thread_view.Place(thread="", path="/plan/77", may_say=False, found=False)
    assert "There is no plan #77." in thread_view.composer_html(place)
