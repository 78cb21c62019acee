"""Units of work wait in two rows: what is acknowledged goes first, and in a short group."""

import threading

import pytest

from bot.adapters.store.waiting import BESIDE_CAP, GROUP_CAP, Job, Queue


def job(name, *, first=False):
    return Job(work=name, future=None, loop=None, first=first)


def put(queue, *names, first=False):
    for name in names:
        queue.put(job(name, first=first))


def group(queue, **how):
    names, taken = [], queue.get()
    while taken is not None:
        names.append(taken.work)
        taken = queue.beside(**how)
    return names


def test_what_goes_first_is_taken_before_what_waits_longer_and_each_row_keeps_its_order():
    queue = Queue()
    put(queue, "a", "b")
    put(queue, 1, 2, first=True)
    put(queue, "c")
    assert group(queue) == [1, 2, "a", "b", "c"]


def test_what_comes_to_go_first_while_a_group_is_taken_is_next_in_it():
    queue = Queue()
    put(queue, "a", "b")
    assert queue.get().work == "a"
    put(queue, 1, first=True)
    assert [queue.beside().work, queue.beside().work] == [1, "b"]
    assert queue.beside() is None


def test_a_group_in_which_somebody_waits_has_few_others_and_the_rest_still_gets_its_turn():
    queue = Queue()
    put(queue, *range(BESIDE_CAP + 10))
    put(queue, "first", first=True)
    assert group(queue) == ["first", *range(BESIDE_CAP)]
    assert group(queue) == [*range(BESIDE_CAP, BESIDE_CAP + 10)]


def test_a_long_group_ends_with_those_for_whom_somebody_waits():
    queue = Queue()
    put(queue, *range(100))
    taken = [queue.get().work] + [queue.beside().work for _ in range(BESIDE_CAP)]
    assert taken == [*range(BESIDE_CAP + 1)]
    put(queue, "one", "two", first=True)
    assert [queue.beside().work, queue.beside().work, queue.beside()] == ["one", "two", None]


def test_no_group_is_longer_than_the_cap_whoever_waits():
    queue = Queue()
    put(queue, *range(GROUP_CAP + 5))
    assert len(group(queue)) == GROUP_CAP
    put(queue, *range(GROUP_CAP + 5), first=True)
    assert len(group(queue)) == GROUP_CAP


def test_whoever_has_waited_for_a_database_that_failed_waits_no_longer():
    queue = Queue()
    put(queue, *range(BESIDE_CAP + 10))
    put(queue, "first", first=True)
    assert len(group(queue, hurry=False)) == BESIDE_CAP + 11


def test_what_waits_is_taken_after_the_close_and_then_nothing_is():
    queue = Queue()
    put(queue, "a")
    queue.close()
    assert group(queue) == ["a"]
    assert queue.get() is None


@pytest.mark.parametrize("first", [True, False])
def test_whoever_takes_is_woken_by_a_job_and_by_the_close(first):
    queue, taken = Queue(), []

    def take():
        while (one := queue.get()) is not None:
            taken.append(one.work)

    thread = threading.Thread(target=take)
    thread.start()
    put(queue, "a", first=first)
    queue.close()
    thread.join(10)
    assert not thread.is_alive()
    assert taken == ["a"]


def test_what_is_put_as_the_queue_is_looked_at_and_closed_is_still_taken():
    queue = Queue()

    class Row(type(queue._rest)):
        """A row in which somebody puts a job, and ends, once it was seen to be empty."""

        def __bool__(self):
            empty = not len(self)
            if empty and not queue._closed:
                queue.put(job("last"))
                queue.close()
            return not empty

    queue._rest = Row()
    assert queue.get().work == "last"
    assert queue.beside() is None
    assert queue.get() is None


def test_many_put_while_one_takes_and_none_is_lost():
    queue, taken, threads, each = Queue(), [], 4, 2000

    def taking():
        while (found := queue.get()) is not None:
            while found is not None:
                taken.append(found.work)
                found = queue.beside()

    taker = threading.Thread(target=taking)
    taker.start()
    putters = [
        threading.Thread(target=put, args=(queue, *range(n * each, (n + 1) * each)))
        for n in range(threads)
    ]
    for putter in putters:
        putter.start()
    for putter in putters:
        putter.join()
    queue.close()
    taker.join(30)
    assert sorted(taken) == [*range(threads * each)]
