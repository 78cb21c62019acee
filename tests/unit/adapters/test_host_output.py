"""Captured output and the frames of the change protocol, cut anywhere."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.hosts.frames import Frames
from bot.adapters.hosts.output import Capture, Listening


@given(st.lists(st.binary(max_size=50)), st.integers(2, 64))
def test_a_capture_keeps_both_ends_and_hashes_all(parts, cap):
    capture = Capture(cap)
    for part in parts:
        capture.feed(part)
    whole = b"".join(parts)
    assert capture.total == len(whole)
    assert capture.digest == hashlib.sha256(whole).hexdigest()
    assert capture.dropped == max(0, len(whole) - cap)
    if len(whole) <= cap:
        assert capture.text() == whole.decode("utf-8", "replace").replace("\0", "␀")
    else:
        head, tail = whole[: cap // 2], whole[-(cap - cap // 2) :]
        assert capture.text().startswith(head.decode("utf-8", "replace").replace("\0", "␀"))
        assert capture.text().endswith(tail.decode("utf-8", "replace").replace("\0", "␀"))


@given(st.text(max_size=80), st.lists(st.integers(1, 20), max_size=30))
def test_listening_hears_whole_lines_of_whole_characters(text, sizes):
    heard = []
    listening = Listening(heard.append, 10_000)
    data = text.encode()
    for size in sizes:
        listening.feed(data[:size])
        data = data[size:]
    listening.feed(data)
    listening.end()
    assert all(part.endswith("\n") for part in heard)
    said = "".join(heard)
    assert said.removesuffix("\n") == text.replace("\0", "␀").removesuffix("\n")


def framed(out, err, status=0, killed="-"):
    return (
        b"h\n" + b"o %d\n" % len(out) + out + b"e %d\n" % len(err) + err
        + f"f {status} 10.00 12.50 - - - - {killed} -\n".encode()
    )  # fmt: skip


@given(st.binary(max_size=60), st.binary(max_size=60), st.lists(st.integers(1, 9), max_size=60))
def test_frames_may_be_cut_anywhere(out, err, sizes):
    frames = Frames(1000)
    data = framed(out, err, status=3)
    for size in sizes:
        frames.feed(data[:size])
        data = data[size:]
    frames.feed(data)
    result = frames.result()
    assert (result.exit_status, result.duration_s) == (3, 2.5)
    assert result.stdout == out.decode("utf-8", "replace").replace("\0", "␀")
    assert result.stderr == err.decode("utf-8", "replace").replace("\0", "␀")


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_new_connection_goes_on_from_the_offset(out, data):
    cut = data.draw(st.integers(0, len(framed(out, b"")) - 1))
    frames = Frames(1000)
    frames.feed(framed(out, b"")[:cut])
    offset, _ = frames.offsets
    frames.again()
    frames.feed(framed(out[offset:], b""))
    assert frames.result().stdout == out.decode("utf-8", "replace").replace("\0", "␀")


def test_a_status_past_128_is_a_signal():
    frames = Frames(1000)
    frames.feed(framed(b"", b"", status=137))
    assert (frames.result().exit_status, frames.result().signal) == (None, "KILL")
    frames = Frames(1000)
    frames.feed(framed(b"", b"", status=129))  # git says so of a wrong option
    assert frames.result().exit_status == 129
