"""An HTTP request as data: what it can't be, and how it is shown."""

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.domain.commands import Command, Credential, Request, SecretRef, header_shown

REF = SecretRef(reference="store:cdn")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/y",
        "file:///etc/passwd",
        "//x/y",
        "https://",
        "https://user:pass@x/y",
        "https://token@x/",
        "https://x/a b",
        "https://x/\n",
        "https://x/#part",
        "https://еxample.com/",
    ],
)
def test_a_url_is_whole_and_holds_no_password(url):
    with pytest.raises(ValidationError):
        Request(method="GET", url=url)


@pytest.mark.parametrize(
    "header",
    [("A b", "x"), ("A", "x\r\nB: y"), ("Host", "other"), ("content-length", "3"), ("A:", "x")],
)
def test_a_header_is_one_line_and_frames_nothing(header):
    with pytest.raises(ValidationError):
        Request(method="GET", url="https://x/", headers=(header,))


@pytest.mark.parametrize("method", ["get", "GET /", "", "GET\r\n"])
def test_a_method_is_a_word(method):
    with pytest.raises(ValidationError):
        Request(method=method, url="https://x/")


def test_a_secret_is_shown_by_its_reference_and_survives_being_stored():
    headers = (("A", Credential(scheme="Bearer", secret=REF)), ("B", REF), ("C", "plain"))
    assert [header_shown(v) for _, v in headers] == ["Bearer store:cdn", "store:cdn", "plain"]
    request = Request(method="PURGE", url="https://x/", headers=headers)
    read = TypeAdapter(Command).validate_json(request.model_dump_json())
    assert read == request
