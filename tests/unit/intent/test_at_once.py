"""A look at the words finds every stop and every secret that reading them in full would find."""

from hypothesis import example, given
from hypothesis import strategies as some

from bot.domain.intents import Control, ParseContext, Refusal
from bot.intent.at_once import SHORT, short_control, wants_reading
from bot.intent.cases import read_corpus
from bot.intent.conversing import spoken
from tests.unit.intent.vocabularies import OWN, own

STOPS = (
    "stop", "stop!", "please stop", "STOP EVERYTHING", "kill everything", "kill all your runs now",
    "stop plan 12", "stop #7", "resume", "carry on please", "halt, halt", "abort this run",
    "can you stop that?", "could you please stop it now?", "call that off", "can you call it off?",
    "stop\u00a0it", "> stop\nstop", "ok, hold it now", "@overseer stop",
)  # fmt: skip
SECRETS = (
    "the password is hunter2222", "set api_key=abcd1234efgh", "use xoxb-1234567890-abcdef",
    "postgres://ana:geheim@db-1/shop", "password: \u201chunter2222\u201d",
)  # fmt: skip
REQUESTS = (
    "is nginx running on web-1?", "restart nginx on web-1", "why?", "what's running?", "help",
    "can you stop nginx?", "stop?", "can you continue?", "call off plan 7", "call ana off the list",
    "stop nginx on web-1", "kill the nginx process on web-1", "", "what would stopping nginx do?",
)  # fmt: skip
WORDS = some.lists(
    some.sampled_from(
        "stop halt kill cancel resume everything all it run plan #3 now please ok , ! . nginx on "
        'web-1 the password is hunter2222 token= abcd1234 why dry-run: what if i ` " > \n @'.split(
            " "
        )
    ),
    max_size=8,
).map(" ".join)


def must(text):
    """Whether reading it in full gives a control, or a refusal whose words are not stored."""
    outcome = spoken(text, own(), ParseContext()).outcome
    return isinstance(outcome, Control) or (isinstance(outcome, Refusal) and outcome.redact)


def test_stops_and_secrets_are_read_at_once_and_plain_requests_are_not():
    for text in (*STOPS, *SECRETS):
        assert must(text), text
        assert wants_reading(text), text
    for text in REQUESTS:
        assert not wants_reading(text), text


def test_what_is_too_long_to_be_read_is_never_stored_unread():
    text = "restart nginx on web-1 " * 1000
    assert must(text)
    assert wants_reading(text)


def test_of_our_own_cases_none_is_missed_and_few_are_read_twice():
    texts = [case.text for case in read_corpus(OWN / "requests-own.jsonl")]
    assert [text for text in texts if must(text) and not wants_reading(text)] == []
    assert sum(map(wants_reading, texts)) < len(texts) / 5


@given(WORDS)
@example("stop\nit")
@example("ok\u2028stop")
@example("stop all of them all right now, please!")
def test_none_is_missed_in_whatever_words(text):
    assert wants_reading(text) or not must(text)


def test_a_short_order_is_known_without_reading_it_in_full():
    for text in STOPS:
        assert short_control(text) == spoken(text, own(), ParseContext()).outcome, text
    for text in (*SECRETS, *REQUESTS):
        assert short_control(text) is None, text


@given(WORDS)
@example("> stop it\nplease")
@example("stop it?")
@example("> kill everything \n stop")
def test_what_it_is_known_as_is_what_it_is_read_as(text):
    found = short_control(text)
    assert found is None or found == spoken(text, own(), ParseContext()).outcome


def test_whoever_says_much_to_nobody_says_no_stop():
    said = "please stop".rjust(SHORT + 1, ".")
    assert wants_reading(said)
    assert short_control(said) is None
    assert short_control(said[1:]) is not None
    assert short_control(f"> {said}\nstop") is not None, "what is quoted does not count"
