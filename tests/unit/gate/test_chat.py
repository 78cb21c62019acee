"""What the gate holds against accounts of nobody's, and against what is out of its channel."""

import pytest

from bot.domain.messages import Identity, nobody
from bot.domain.plans import Decision
from bot.ports import Bounds
from tests.unit.gate.court import ANA, BEN, CHRIS, POLICIES, ask, gate, question, shipped

STRANGER = nobody(Identity(surface="slack", account="U024"))
LOOK = ask("host.status", "web-1")
RESTART = ask("service.restart", "web-3", service="nginx")
STAGING = Bounds("#ops-staging", ("staging",), (("#ops", ("production",)),))
ANYTHING = POLICIES + '\npermit (principal, action, resource == May::"request");'


def test_an_account_of_nobodys_may_look_and_no_policy_lets_it_change_or_vote():
    assert shipped().judge(question(STRANGER, LOOK)).decision is Decision.ALLOW
    generous = gate(ANYTHING + '\npermit (principal, action, resource == May::"approve");')
    verdict = generous.judge(question(STRANGER, RESTART))
    assert verdict.decision is Decision.DENY
    assert [r.id for r in verdict.reasons] == ["unlinked"]
    assert "no vote" in generous.may_vote(STRANGER, question(BEN, RESTART), "ben")
    assert generous.may_vote(CHRIS, question(BEN, RESTART), "ben") == ""


def test_a_policy_written_before_there_were_such_accounts_lets_them_ask_for_nothing():
    start = POLICIES.index('@id("unlinked-read")')
    before = POLICIES[:start] + POLICIES[POLICIES.index("// `chat.channels`") :]
    assert gate(before).judge(question(STRANGER, LOOK)).decision is Decision.DENY


def test_what_an_account_asked_before_it_was_linked_is_its_persons_own_plan():
    asked = question(CHRIS, RESTART)
    assert "own plan" in shipped().may_vote(CHRIS, asked, "slack:U024")
    assert shipped().may_vote(ANA, asked, "slack:U024") == ""


@pytest.mark.parametrize("host", ["web-1", "db-1"])
def test_what_is_out_of_its_channel_is_denied_with_the_way_out(host):
    verdict = shipped().judge(question(ANA, ask("host.status", host), bounds=STAGING))
    assert verdict.decision is Decision.DENY
    said = f"#ops-staging is for staging, and this reaches further ({host}); ask in #ops."
    assert [r.text for r in verdict.reasons] == [said]


def test_where_no_channel_fits_a_direct_message_does():
    alone = Bounds("This channel", ("staging",))
    verdict = shipped().judge(question(ANA, LOOK, bounds=alone))
    assert "ask in a direct message or on the page." in verdict.reasons[0].text


@pytest.mark.parametrize("here", ["staging", "production"])
def test_what_no_one_channel_is_for_is_sent_to_none_of_them_and_back(here):
    other = "production" if here == "staging" else "staging"
    bounds = Bounds(f"#{here}", (here,), ((f"#{other}", (other,)),))
    both = question(ANA, ask("host.status", "web-1", "web-3"), bounds=bounds)
    apart = question(ANA, LOOK, ask("host.status", "web-3"), bounds=bounds)
    for asked in (both, apart):
        (reason,) = shipped().judge(asked).reasons
        way_out = f"ask in a direct message or on the page, or by parts: {other} in #{other}."
        assert reason.text.endswith(way_out)
    everywhere = Bounds(f"#{here}", (here,), (*bounds.elsewhere, ("#all", (here, other))))
    (reason,) = shipped().judge(question(ANA, *both.asks, bounds=everywhere)).reasons
    assert reason.text.endswith("; ask in #all.")


def test_what_is_in_it_and_what_is_on_no_host_is_heard():
    for asked in (ask("host.status", "web-3"), ask("plan.history"), ask("help.show")):
        assert shipped().judge(question(ANA, asked, bounds=STAGING)).decision is Decision.ALLOW
