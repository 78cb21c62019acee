"""Where a text may hold a linking code, however it is set there."""

import pytest

from bot.domain.linkcodes import GAP, codes_in, is_code, lone_code, may_hold_code, plain, said_code

CODE = "K7QF2M9XPD4T"


@pytest.mark.parametrize(
    "text",
    [
        "K7QF-2M9X-PD4T", "k7qf2m9xpd4t", "K7QF 2M9X PD4T", "K7QF\u20132M9X\u2014PD4T", "*K7QF*-`2M9X`\nPD4T",
        "my code is K7QF2M9XPD4T, what now?", "link code: K7QF2M9XPD4T please", "xK7QF2M9XPD4Tx",
        "link my account with K7QF 2M9X PD4T", "K 7 Q F 2 M 9 X P D 4 T", "K7QF\u200b2M9X\u200bPD4T",
        "\uff2b7QF2M9XPD4T", "K7QF" + "." * GAP + "2M9XPD4T", "web-12 K7QF-2M9X-PD4T 2026-11-29",
    ],
)  # fmt: skip
def test_a_code_is_found_however_it_is_set(text):
    assert CODE in codes_in(text)
    assert may_hold_code(text)


def test_signs_that_look_alike_are_one():
    assert set(codes_in("o7qf-2m9x-pdil")) == {"07QF2M9XPD11"}
    assert plain("O7qf il") == "07QF11"


@pytest.mark.parametrize(
    "text",
    [
        "", "is nginx up on web-1?", "restart nginx on web-1 because of the new certificate", "K7QF2M9XPD4",
        "4915223456789, 22:33", "2026-11-29 10:43:59", "please look at the oil in lulu", "1.2.3.4 5.6.7.8 9.10.11.12",
        "K7QF" + "." * (GAP + 1) + "2M9XPD4T",
    ],
)  # fmt: skip
def test_what_can_be_no_code_is_none(text):
    assert not may_hold_code(text)


def test_a_long_text_is_searched_once_through():
    text = "k7qf " * 20_000
    assert sum(1 for _ in codes_in(text)) == 80_000 - 11


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" `K7QF-2M9X-PD4T`. ", True), ("k7qf2m9xpd4t", True), ("K7QF\u20132M9X\u2013PD4T", True),
        ("ping db42 web3", False), ("show disk usage1", False), ("K7QF-2M9X-PD4T now", False),
        ("AAAA-BBBB-CCCC", False), ("2222-3333-4444", False), ("4A44-2223-3444", False),
    ],
)  # fmt: skip
def test_a_code_alone(text, code):
    assert bool(lone_code(text)) is code
    if code:
        assert plain(lone_code(text)) == CODE


@pytest.mark.parametrize(
    "text", ["link K7QF2M9XPD4T", "Link code: `k7qf 2m9x pd4t`", f"link {CODE[:4]}\u2013{CODE[4:]}"]
)
def test_a_code_that_is_said_to_link(text):
    assert plain(said_code(text)) == CODE


def test_of_what_a_code_is_made():
    assert is_code(CODE)
    for other in ("K7QF2M9XPD4", "AAAAAAAAAAA2", "22222222222A", "0A0A0A0A0A0A"):
        assert not is_code(other)
