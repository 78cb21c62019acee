"""What is sent next in a channel, and when."""

from datetime import UTC, datetime

import pytest

from bot.delivery import lane as lanes
from bot.delivery.lane import PATIENCE, Choice, Lane
from bot.domain.messages import ThreadRef
from bot.domain.posts import Post, PostKind
from bot.ports import Pace

PACE = Pace(post_s=1, burst=3, edit_s=1)
NOW = 100.0
AT = datetime(2026, 3, 1, tzinfo=UTC)


def post(number, thread="t1", *, remote="", **more):
    place = ThreadRef(surface="slack", channel="C1", thread=thread)
    kind = more.pop("kind", PostKind.CARD)
    return Post(id=number, place=place, key=f"k{number}", kind=kind, remote=remote, at=AT, **more)


def lane(**parts):
    return Lane(**{"credit": 3.0, "counted": NOW} | parts)


def chosen(at, *posts, now=NOW):
    return lanes.chosen(at, posts, PACE, now)


def test_the_oldest_goes_first():
    assert chosen(lane(), post(1), post(2, "t2")) == Choice(post=post(1))


def test_nothing_owed_is_nothing_to_do():
    assert chosen(lane()) == chosen(lane(until=NOW + 5)) == Choice()


def test_a_pause_holds_everything_up():
    assert chosen(lane(until=NOW + 5), post(1), post(2, remote="m2")) == Choice(at=NOW + 5)


def test_new_messages_are_paced_by_a_bucket():
    at = lane()
    for number in range(3):
        assert chosen(at, post(number)).post is not None
        at = lanes.tried(at, post(number), PACE, NOW)
    assert chosen(at, post(9)) == Choice(at=NOW + 1)
    assert chosen(at, post(9), now=NOW + 1).post == post(9)
    assert chosen(at, post(9), now=NOW + 99).post == post(9)


def test_a_message_is_edited_again_only_after_its_pace():
    edit = post(1, remote="m1")
    at = lanes.tried(lane(), edit, PACE, NOW)
    assert chosen(at, edit, now=NOW + 0.4) == Choice(at=NOW + 1)
    assert chosen(at, edit, now=NOW + 1) == Choice(post=edit)


def test_a_message_that_was_just_posted_is_edited_at_once_and_then_in_its_pace():
    edit = post(1, remote="m1")
    at = lanes.tried(lane(), post(1), PACE, NOW)
    assert chosen(at, edit) == Choice(post=edit)
    assert chosen(lanes.tried(at, edit, PACE, NOW), edit) == Choice(at=NOW + 1)


def test_a_copy_tells_of_progress_more_seldom_and_of_another_state_as_soon_as_any_card():
    pace = Pace(edit_s=1, copy_s=5)
    progress = post(1, remote="m1", reader="ana", version=4, shown=3, turned=2)
    at = lanes.tried(lane(), progress, pace, NOW)
    assert lanes.chosen(at, (progress,), pace, NOW + 1) == Choice(at=NOW + 5)
    turned = progress.model_copy(update={"turned": 4})
    assert lanes.chosen(at, (turned,), pace, NOW + 1) == Choice(post=turned)
    in_a_room = progress.model_copy(update={"reader": ""})
    assert lanes.chosen(at, (in_a_room,), pace, NOW + 1) == Choice(post=in_a_room)


def test_edits_wait_for_no_new_message_and_take_turns_with_them():
    new, edit = post(1), post(2, "t2", remote="m2")
    first = chosen(lane(), new, edit).post
    second = chosen(lanes.tried(lane(), first, PACE, NOW), new, edit).post
    assert {first, second} == {new, edit}
    spent = lane(credit=0.0)
    assert chosen(spent, new, edit) == Choice(post=edit)


def test_the_message_that_was_changed_the_longest_ago_is_edited_first():
    at = lane(edited={1: NOW - 2, 2: NOW - 9})
    assert chosen(at, post(1, remote="m1"), post(2, remote="m2")).post.id == 2


def test_another_state_is_shown_before_progress():
    progress = post(1, remote="m1", version=4, shown=3, turned=2)
    turned = post(2, remote="m2", version=4, shown=3, turned=4)
    at = lane(edited={1: NOW - 9, 2: NOW - 2})
    assert chosen(at, progress, turned).post == turned


def test_a_mark_needs_no_turn():
    mark = post(5, kind=PostKind.MARK)
    assert chosen(lane(credit=0.0), post(1), mark) == Choice(post=mark)


def test_nothing_overtakes_what_waits_to_be_tried_again():
    at = lane(put_off={1: NOW + 2})
    assert chosen(at, post(1, tries=1), post(2), post(3, "t2")) == Choice(at=NOW + 2)


def test_a_dead_message_is_passed_by_other_threads_and_never_by_its_own():
    at = lane(put_off={1: NOW + 60})
    dead = post(1, tries=PATIENCE)
    assert chosen(at, dead, post(2), post(3, "t2")) == Choice(post=post(3, "t2"))
    assert chosen(at, dead, post(2)) == Choice(at=NOW + 60)


def test_the_first_failures_hold_the_channel_up_ever_longer():
    at, waits = lane(), []
    for tries in range(PATIENCE - 1):
        setback = lanes.failed(at, post(1, tries=tries), 1.0, NOW)
        waits.append(setback.wait_s)
        assert setback.counts
        assert setback.lane.until == NOW + setback.wait_s
        at = setback.lane
    assert waits == [0.5, 1, 2, 4, 8]


def test_what_may_be_there_is_looked_for_once_it_can_be_found():
    assert lanes.failed(lane(), post(1), 0.0, NOW, doubt=True).wait_s == lanes.SETTLE_S
    assert lanes.failed(lane(), post(1), 0.0, NOW).wait_s < lanes.FIRST_RETRY_S


def test_in_an_outage_the_failures_of_others_count_for_the_channel_alone():
    oldest, other = post(1, tries=PATIENCE - 1), post(2, "t2")
    first = lanes.failed(lane(streak=PATIENCE - 1), oldest, 1.0, NOW)
    assert first.lane.until <= NOW  # another thread may show whether it is the message
    assert chosen(first.lane, oldest.model_copy(update={"tries": PATIENCE}), other).post == other
    second = lanes.failed(first.lane, other, 1.0, NOW)
    assert not second.counts
    assert second.lane.until >= first.lane.put_off[1]  # the oldest goes first when it is over
    again = chosen(
        second.lane, oldest.model_copy(update={"tries": PATIENCE}), other, now=second.lane.until
    )
    assert again.post.id == 1


def test_once_another_got_there_a_dead_message_waits_alone():
    dead, other = post(1, tries=PATIENCE - 1), post(2, "t2")
    after = lanes.got_there(lanes.failed(lane(), dead, 1.0, NOW).lane, other)
    assert (after.streak, after.suspects) == (0, frozenset())
    assert after.put_off[1] > NOW
    setback = lanes.failed(after, other, 1.0, NOW)
    assert setback.counts
    assert setback.wait_s == 0.5


def test_a_platforms_own_pause_counts_against_nobody():
    setback = lanes.busy(lane(), post(1), 30.0, NOW)
    assert (setback.lane.until, setback.wait_s, setback.counts) == (NOW + 30, 30.0, False)
    assert lanes.busy(lane(), post(1), 1e9, NOW).wait_s == lanes.LONGEST_PAUSE_S
    assert lanes.busy(lane(until=NOW + 60), post(1), 1.0, NOW).lane.until == NOW + 60


def test_a_pause_that_was_told_of_an_edit_holds_up_edits_alone():
    edit = post(2, remote="m2")
    at = lanes.busy(lane(), edit, 30.0, NOW).lane
    assert chosen(at, post(1), edit) == Choice(post=post(1))
    assert chosen(at, edit) == Choice(at=NOW + 30)
    assert not lanes.rests(at, PACE, NOW)
    at = lanes.opened((post(1), edit), {2: 30.0}, PACE, NOW, since=NOW - 99)
    assert chosen(at, post(1), edit) == Choice(post=post(1))
    assert chosen(at, edit) == Choice(at=NOW + 30)


def test_at_a_start_a_pause_goes_on_and_edits_keep_their_pace():
    edit = post(2, remote="m2")
    at = lanes.opened((post(1), edit), {1: 5.0}, PACE, NOW, since=NOW)
    assert chosen(at, post(1), edit) == Choice(at=NOW + 5)
    at = lanes.opened((edit,), {}, PACE, NOW, since=NOW)
    assert chosen(at, edit) == Choice(at=NOW + 1)


def test_at_a_start_nobody_knows_what_was_posted_a_moment_ago():
    at = lanes.opened((post(1),), {}, PACE, NOW, since=NOW)
    assert chosen(at, post(1)) == Choice(at=NOW + 1)
    at = lanes.opened((post(1),), {}, PACE, NOW, since=NOW - 99)
    assert chosen(at, post(1)).post == post(1)
    assert at.credit == PACE.burst


def test_at_a_start_what_failed_often_is_tried_first_again():
    dead = post(1, tries=PATIENCE)
    at = lanes.opened((dead, post(2, "t2")), {1: 50.0}, PACE, NOW, since=NOW - 9)
    assert chosen(at, dead, post(2, "t2")).post == dead


def test_at_a_start_what_may_be_there_gets_time_to_be_found():
    doubtful = post(1, nonce="n1")
    at = lanes.opened((doubtful,), {}, PACE, NOW, since=NOW - 9)
    assert chosen(at, doubtful) == Choice(at=NOW + lanes.SETTLE_S)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_the_wait_grows_to_a_bound(chance):
    waits = [lanes.backoff(n, chance) for n in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[-1] <= lanes.LONGEST_RETRY_S
    assert waits[0] >= 0.75 * lanes.FIRST_RETRY_S


def test_a_channel_is_forgotten_when_nothing_of_it_matters():
    assert lanes.rests(lane(), PACE, NOW)
    assert not lanes.rests(lane(until=NOW + 1), PACE, NOW)
    assert not lanes.rests(lane(credit=0.0), PACE, NOW)
    assert not lanes.rests(lane(edited={1: NOW}), PACE, NOW)


def test_what_is_barred_holds_up_its_own_thread_alone():
    at = lanes.barred(lane(), post(1), 1.0, NOW)
    assert chosen(at, post(1), post(2)) == Choice(at=NOW + 60)
    assert chosen(at, post(1), post(2), post(3, "t2")).post == post(3, "t2")
    assert chosen(at, post(1), now=NOW + 60).post == post(1)


def test_a_barred_file_holds_up_nothing():
    file = post(1, kind=PostKind.FILE)
    at = lanes.barred(lane(), file, 1.0, NOW)
    assert chosen(at, file, post(2)).post == post(2)
    assert chosen(at, file, post(2), now=NOW + 60).post == file


def test_what_is_barred_is_tried_ever_more_seldom_up_to_an_hour():
    at, waits = lane(), []
    for _ in range(9):
        at = lanes.barred(at, post(1), 1.0, NOW)
        waits.append(at.put_off[1] - NOW)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_once_a_barred_one_gets_there_the_others_are_tried_at_once():
    at = lanes.barred(lanes.barred(lane(), post(1), 1.0, NOW), post(2, "t2"), 1.0, NOW)
    assert chosen(at, post(2, "t2")).post is None
    assert chosen(lanes.never(at, post(1)), post(2, "t2")).post is None
    assert chosen(lanes.got_there(at, post(3, "t3")), post(2, "t2")).post is None
    assert chosen(lanes.got_there(at, post(1)), post(2, "t2")).post == post(2, "t2")
    assert chosen(lanes.freed(at), post(1), post(2, "t2")).post == post(1)
