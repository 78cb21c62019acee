"""A reason is kept as it was said, without its quotes, and never hides another order."""

import pytest

from bot.domain.intents import Intent, ParseContext
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ('because "new certificate"', "new certificate"),
        ("because “new certificate”", "new certificate"),
        ("because 'new certificate'", "new certificate"),
        ('with the reason "cert renewal"', "cert renewal"),
        (', reason: "the cert; expired, but only there"', "the cert; expired, but only there"),
        ("as the certificate expired", "the certificate expired"),
        ("now that the certificate is renewed", "the certificate is renewed"),
        ("— the cert got renewed", "the cert got renewed"),
        ("since it keeps crashing", "it keeps crashing"),
        ("since there was a kernel update", "there was a kernel update"),
        ("due to maintenance", "maintenance"),
        ("because of a test", "a test"),
        ('because of "the audit"', "the audit"),
        ("to pick up the new config", "to pick up the new config"),
        (", the certificate was renewed", "the certificate was renewed"),
        (", we found the cause", "we found the cause"),
        (", I rotated my keys", "I rotated my keys"),
        (", it eats all the memory", "it eats all the memory"),
        ("since it eats all the memory", "it eats all the memory"),
        ("since the worker leaks memory", "the worker leaks memory"),
        (", otherwise the nightly jobs won't run", "otherwise the nightly jobs won't run"),
        ("or the nightly jobs can't run", "or the nightly jobs can't run"),
    ],
)
def test_a_reason_is_kept_without_its_quotes(tail, reason):
    outcome = understand(f"restart caddy on app-1 {tail}", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert outcome.reason == reason
    assert [(w.action, w.params["hosts"]) for w in outcome.wishes] == [
        ("service.restart", ["app-1"])
    ]


@pytest.mark.parametrize("lead", ["because the cert expired, ", 'because "new cert", please ', "as the certificate expired, "])  # fmt: skip
def test_a_reason_may_come_first(lead):
    outcome = understand(f"{lead}restart caddy on app-1", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert "cert" in outcome.reason


@pytest.mark.parametrize(
    "tail",
    [
        "as the backup finishes", "as the load is dropping", "as it is done", "as root", "since 10:00",
        "because the cert expired and reload redis on nas", "because the cert is new except app-2",
        "because not", "since the last restart", "as the disk is empty", "because it is slow, but not app-1",
    ],
)  # fmt: skip
def test_what_may_be_more_than_a_reason_is_asked_about(tail):
    assert not isinstance(understand(f"restart caddy on app-1 {tail}", own(), NOTHING), Intent)


@pytest.mark.parametrize(
    "tail",
    [
        ", otherwise reboot it", ", otherwise we reboot it", ", or else reboot it", "or reboot it",
        ", it was restarted already", ", it is already restarting", ", users are logged in", ", the backup is still running",
        ", we have a demo", ", I have a meeting", ", it was not restarted", ", app-2 is next", ", app-2 was restarted",
        ", app-2 needs it too", ", app-2 is also broken", ", the cert was renewed on app-2 too",
        ", i changed my mind", ", it was a bad idea", ", the change was rejected", ", the maintenance was postponed", ", i was wrong",
        ", it was meant as a joke", ", we fixed it", ", the problem went away", ", it is running a backup", ", someone is working there",
    ],
)  # fmt: skip
def test_what_may_speak_against_it_or_ask_for_more_is_asked_about(tail):
    assert not isinstance(understand(f"restart caddy on app-1{tail}", own(), NOTHING), Intent)


def test_a_statement_that_all_is_well_elsewhere_is_no_target():
    outcome = understand("reload caddy on app-3, app-1 is fine already", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [w.params["hosts"] for w in outcome.wishes] == [["app-3"]]


@pytest.mark.parametrize("why", ["ben said don't", "ana told me not to", "the team says no"])
def test_a_reason_that_forbids_the_change_plans_nothing(why):
    outcome = understand(f"restart caddy on app-1 because {why}", own(), ParseContext())
    assert not isinstance(outcome, Intent), outcome


@pytest.mark.parametrize(
    "text",
    [
        "there's a new openssl out, upgrade it on app-1",
        "upgrade it on app-1, there's a new openssl out",
        "there is a new curl, please install it on app-1",
    ],
)
def test_what_names_the_package_is_no_mere_reason(text):
    """All packages were upgraded where one was meant."""
    assert not isinstance(understand(text, own(), NOTHING), Intent)
