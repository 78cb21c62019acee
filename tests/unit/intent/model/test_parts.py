"""A part of what the words name: marked where it changes something, told where it is looked at."""

import pytest

from bot.domain.intents import Intent, OpenPlan, ParseContext, Wish
from bot.intent.model.checking import checked
from bot.intent.model.parts import Part, part_of
from bot.intent.model.words import words_of
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, vocabulary


@pytest.mark.parametrize(
    ("text", "hosts", "part"),
    [
        ("starte den webserver neu", ["web-3"], {"web-3"}),
        ("starte den webserver neu", ["web-1", "web-2", "web-3"], set()),
        ("starte nginx auf web-3 der gruppe web neu", ["web-3"], set()),
        ("starte nginx auf web production neu", ["web-1", "web-2"], set()),
        ("starte nginx auf web production neu", ["web-1"], {"web-1"}),
        ("starte web in production neu", ["web-1", "web-2"], set()),
        ("starte web in production neu", ["web-2"], {"web-2"}),
        ("alle web außer web-2 neu starten", ["web-1", "web-3"], set()),
        ("alle web außer web-2 neu starten", ["web-1"], {"web-1"}),
        ("restart nginx on all web but web-2", ["web-1", "web-3"], set()),
        ("restart nginx on web-1 to web-3", ["web-2"], {"web-2"}),
        ("restart nginx on all hosts", ["db-2"], {"db-2"}),
        ("starte nginx auf web-1, web-2 und db-1 neu", ["web-1"], set()),
        ("starte web und db neu", ["web-1", "web-2", "web-3"], set()),
    ],
)
def test_what_is_only_a_part_of_what_the_words_name(text, hosts, part):
    found = part_of(hosts, words_of(text, ParseContext(), vocabulary()))
    assert (set(found.hosts) if found else set()) == part


def test_what_was_spoken_of_before_narrows_a_group():
    spoken = ParseContext(hosts=("web-3",), request="how is web-3?")
    said = "starte den webserver neu"
    assert part_of(["web-3"], words_of(said, spoken, vocabulary())) is None
    assert part_of(["web-2"], words_of(said, spoken, vocabulary())) is not None


def test_a_group_that_was_spoken_of_before_narrows_one_as_the_two_together_do():
    before = ParseContext(request="how is staging?")
    said = "starte den webserver neu"
    assert part_of(["web-3"], words_of(said, before, vocabulary())) is None
    assert part_of(["web-1"], words_of(said, before, vocabulary())) is not None


def test_what_a_model_put_into_an_open_plan_narrows_nothing():
    wish = Wish(
        action="service.restart", params={"service": "nginx", "hosts": ["web-3"]}, unsaid=("web-3",)
    )
    mine = OpenPlan(
        number=7, revision=1, title="", request="", intent=Intent(wishes=(wish,)), owner="ana",
        mine=True,
    )  # fmt: skip
    words = words_of("starte den webserver neu", ParseContext(open=(mine,)), vocabulary())
    assert part_of(["web-3"], words) is not None


def test_the_sentence_tells_what_is_left_out():
    words = words_of("starte den webserver neu", ParseContext(), vocabulary())
    told = part_of(["web-3"], words).sentence()
    assert told == "The words name “web”: web-1 and web-2 are left out."
    words = words_of("starte web in production neu", ParseContext(), vocabulary())
    told = part_of(["web-1"], words).sentence()
    assert told == "The words name “web” and “production”: web-2 is left out."


def restart(said, *hosts):
    return act("service.restart", said, service="nginx", hosts=list(hosts))


def test_a_change_is_marked_and_a_look_is_told():
    said = "starte nginx auf den webservern neu, webserver!"
    found = checked(plan(restart(said, "web-3")), grounds(said))
    assert found.outcome.wishes[0].unsaid == ("web-3",)
    assert found.notes == ()
    said = "zeig mir die platten vom webserver"
    found = checked(plan(act("host.disk", said, hosts=["web-3"])), grounds(said))
    assert found.outcome.wishes[0].unsaid == ()
    assert found.notes == ("The words name “web”: web-1 and web-2 are left out.",)


def test_steps_that_do_the_same_are_seen_together():
    said = "starte nginx auf web neu, erst nur einen"
    whole = plan(restart(said, "web-1"), restart(said, "web-2", "web-3"))
    assert [w.unsaid for w in checked(whole, grounds(said)).outcome.wishes] == [(), ()]
    half = plan(restart(said, "web-1"), restart(said, "web-3"))
    assert [w.unsaid for w in checked(half, grounds(said)).outcome.wishes] == [
        ("web-1",),
        ("web-3",),
    ]


def test_by_what_a_look_inside_overseer_is_cut_is_told():
    said = "welche gingen schief?"
    step = act("plan.history", said, outcome="failed", person="ana")
    found = checked(plan(step), grounds(said))
    assert found.notes == ("The model narrowed this by “ana”, which the request doesn't say.",)
    said = "welche von ana gingen schief?"
    assert checked(plan(act("plan.history", said, person="ana")), grounds(said)).notes == ()


def test_all_that_is_left_out_is_named():
    left = frozenset(f"ci-{n}" for n in range(1, 30)) | {"apollo", "zeus"}
    told = Part(frozenset({"ci-30"}), ("ci",), left).sentence()
    assert told == "The words name “ci”: apollo, ci-1…ci-29 and zeus are left out."


def test_of_very_many_that_are_left_out_the_first_are_named_and_the_others_counted():
    left = frozenset(f"edge-{place}" for place in "abcdefghijklm")
    told = Part(frozenset({"edge-1"}), ("edge",), left).sentence()
    names = "edge-a, edge-b, edge-c, edge-d, edge-e and 8 more"
    assert told == f"The words name “edge”: {names} are left out."
