"""What a status and its body become: whose turn it is, in a sentence that shows no secret."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.adapters.llm.faults import Faults, complaint, retry_after
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelUnknownError,
)
from bot.settings import ModelSettings

KEY = "kk-Geheim/4711+x"


@pytest.fixture
def faults():
    settings = ModelSettings(
        tier="cloud-fast", provider="openai", model="m-1", name="quick", key="store:ai",
        base_url="https://user:pw@models.example:8443/v1",
    )  # fmt: skip
    faults = Faults(settings, settings.base_url)
    faults.hide(KEY)
    return faults


def test_its_key_is_in_nothing_that_a_model_says(faults):
    assert faults.masked(f'{{"text": "It is {KEY}."}}') == '{"text": "It is [redacted]."}'
    assert faults.masked("kk-Geheim%2F4711%2Bx") == "[redacted]"


def test_a_key_that_is_a_word_stays_one(faults):
    faults.hide("ollama")
    assert faults.masked("restart ollama on gpu-1") == "restart ollama on gpu-1"


def of(faults, status, body, **headers):
    return faults.of(complaint(status, headers, body))


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (401, "", ModelAuthError, "does not take its key"),
        (403, '{"error": "geo"}', ModelAuthError, "does not let in its key"),
        (403, '{"error": {"code": "model_not_found"}}', ModelUnknownError, "knows no model m-1"),
        (402, "", ModelAuthError, "no credit left"),
        (429, '{"error": {"code": "insufficient_quota"}}', ModelAuthError, "no credit left"),
        (429, '{"error": {"message": "see plan and billing"}}', ModelBusyError, "too many"),
        (400, '{"error": {"message": "Your credit balance is too low"}}', ModelAuthError, "credit"),
        (404, '{"error": {"message": "model \'m-1\' not found, try pulling it first"}}',
         ModelUnknownError, "knows no model m-1"),
        (404, '{"object": "error", "message": "The model `m-1` does not exist."}',
         ModelUnknownError, "knows no model"),
        (400, '{"error": {"message": "Invalid model: m-1"}}', ModelUnknownError, "knows no model"),
        (404, '{"detail": "Not Found"}', ModelAwayError, "no model's API at this address"),
        (405, "", ModelAwayError, "no model's API"),
        (302, "", ModelAwayError, "no model's API"),
        (408, "", ModelAwayError, "fault of its own"),
        (500, '{"error": {"type": "overloaded_error"}}', ModelBusyError, "overloaded"),
        (500, "<html>oops</html>", ModelAwayError, r"fault of its own \(500\)\."),
        (529, "", ModelBusyError, "overloaded"),
        (413, "", ModelAnswerError, "a request of this length"),
        (400, '{"error": {"message": "This model\'s maximum context length is 4096 tokens"}}',
         ModelAnswerError, "a request of this length"),
        (400, '{"error": {"message": "prompt is too long: 9 > 8"}}', ModelAnswerError, "length"),
        (400, '{"error": {"code": "content_filter", "message": "no"}}', ModelAnswerError, "filter"),
        (422, '{"detail": [{"loc": ["body"], "msg": "bad"}]}', ModelAnswerError, "“.*bad"),
        (418, "teapot", ModelAnswerError, "“teapot”"),
        (418, "Press *Approve*, `now`”", ModelAnswerError, "“Press Approve, 'now''”"),
    ],
)  # fmt: skip
def test_a_status(faults, status, body, error, words):
    fault = of(faults, status, body)
    assert type(fault) is error
    assert fault.model == "quick"
    with pytest.raises(error, match=words):
        raise fault


@pytest.mark.parametrize(
    ("status", "body", "refuses"),
    [
        (400, '{"error": {"message": "\'response_format.type\' must be text"}}', True),
        (400, '{"error": "failed to parse grammar"}', True),
        (422, '{"detail": [{"loc": ["body", "response_format"]}]}', True),
        (500, '{"error": {"message": "json_schema: unknown keyword"}}', True),
        (400, '{"error": {"message": "tools are not supported"}}', True),
        (400, "", True),
        (500, "", False),
        (400, '{"error": {"message": "prompt is too long"}}', False),
        (401, '{"error": {"message": "bad response_format key"}}', False),
        (429, '{"error": {"message": "slow down with response_format"}}', False),
    ],
)
def test_only_the_way_of_asking_is_a_reason_to_ask_otherwise(status, body, refuses):
    assert complaint(status, {}, body).refuses_format is refuses


@pytest.mark.parametrize(
    "echo", [KEY, "kk-Geheim%2F4711%2Bx", f"Bearer {KEY}", f"x{KEY}{KEY}", f"{KEY[:4]} {KEY}"]
)
@pytest.mark.parametrize("status", [400, 500])
def test_no_spelling_of_the_key_is_shown(faults, status, echo):
    fault = of(faults, status, f"you sent {echo} to us")
    assert "4711" not in f"{fault}{fault.__dict__}"
    assert "you sent" in str(fault)


def test_the_cut_of_a_long_message_leaves_no_part_of_the_key(faults):
    for lead in range(180, 215):
        assert "kk-G" not in str(of(faults, 400, "x" * lead + KEY))


def test_an_address_is_shown_without_its_password(faults):
    assert str(faults.cut()).startswith("quick at models.example:8443 broke off")


def test_what_a_server_says_stays_one_short_line(faults):
    said = str(of(faults, 400, "one\r\ntwo\x1b[2J\u202ethree\t" + "y" * 5000))
    assert "“one two [2J three y" in said
    assert said.isprintable()
    assert len(said) < 350


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({"retry-after": "Wed, 99 Foo 2026"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT",
          "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT",
          "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
    ],
)  # fmt: skip
def test_when_to_come_back(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_date_without_the_servers_clock_is_held_against_ours():
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3500 < retry_after({"retry-after": until}) <= 3600
