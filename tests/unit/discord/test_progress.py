"""How far was heard: never past what is still being taken in, nor past what may be missing."""

from bot.adapters.discord.progress import MARGIN, MOST_DIRECT, MOST_KEPT, Progress
from bot.domain.messages import Bookmark

FAR = 10 * MARGIN


def begun(seen=FAR):
    """One whose former process had heard all up to here."""
    progress = Progress()
    progress.take_up(Bookmark(seen=str(seen), recent=(str(seen),)))
    progress.release(0)
    progress.begin(seen + 1)
    progress.end(seen + 1)
    return progress


def test_nothing_is_known_before_the_former_bookmark_was_read():
    progress = Progress()
    progress.begin(FAR)
    progress.end(FAR)
    assert progress.bookmark.seen == ""


def test_it_stays_before_what_is_being_taken_in():
    progress = begun()
    for each in (FAR + 5, FAR + 9):
        assert progress.begin(each)
    progress.end(FAR + 9)
    assert progress.bookmark.seen == str(FAR + 4)
    progress.end(FAR + 5)
    assert progress.bookmark.seen == str(FAR + 9)


def test_what_was_not_taken_in_keeps_it_and_may_be_begun_again():
    progress = begun()
    progress.begin(FAR + 5)
    progress.undone(FAR + 5)
    assert progress.bookmark.seen == str(FAR + 4)
    assert progress.begin(FAR + 5)
    assert not progress.begin(FAR + 5)


def test_it_stays_where_a_session_was_lost_until_all_was_looked_up():
    progress = begun()
    progress.hold()
    progress.begin(FAR + 50)
    progress.end(FAR + 50)
    assert progress.bookmark.seen == str(FAR + 1)
    progress.hold()  # another session, before all was looked up
    assert progress.bookmark.seen == str(FAR + 1)
    progress.release(FAR + 40)
    assert progress.bookmark.seen == str(FAR + 50)


def test_what_is_close_to_it_is_remembered_and_no_more():
    progress = begun()
    for each in range(2 * MOST_KEPT):
        progress.begin(FAR + 100 + each)
        progress.end(FAR + 100 + each)
    assert len(progress.bookmark.recent) == MOST_KEPT
    progress.begin(9 * FAR)
    progress.end(9 * FAR)
    assert progress.bookmark.recent == (str(9 * FAR),)


def test_a_next_process_begins_nothing_that_is_close_again():
    progress = Progress()
    progress.take_up(begun().bookmark)
    assert not progress.begin(FAR + 1)
    assert progress.heard_before(FAR + 1)
    assert progress.begin(FAR + 2)


def test_the_direct_messages_that_were_used_last_are_known():
    progress = begun()
    for each in range(MOST_DIRECT + 5):
        progress.direct(str(each))
    progress.direct("5")
    assert len(progress.bookmark.direct) == MOST_DIRECT
    assert progress.bookmark.direct[-1] == "5"
    assert "0" not in progress.bookmark.direct
