"""What words make of a plan that is still open: the plan that the whole sentence would have made."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.intents import (
    Control,
    Intent,
    OpenPlan,
    Option,
    ParseContext,
    Question,
    Refusal,
    Revision,
    SmallTalk,
)
from bot.intent.phrase_rules import understand
from bot.planning.planner import outline
from bot.settings import RunSettings
from tests.unit.intent.vocabularies import OWN, catalog, own, read_inventory


def ask(text, context=None):
    return understand(text, own(), context or ParseContext())


def opened(request, **more):
    intent = ask(request)
    assert isinstance(intent, Intent), intent
    known = {"number": 7, "revision": 1, "title": request, "request": request, "owner": "ben"}
    known |= {"intent": intent, "mine": True, "newest": True, "waits": True}
    return OpenPlan(**(known | more))


def change(request, said, **more):
    """What the words come to while the request's plan is open."""
    plan = opened(request, **more)
    last = plan.intent.wishes[-1]
    near = {"hosts": tuple(last.params.get("hosts", ())), "action": last.action}
    near["service"] = str(last.params.get("service", ""))
    return ask(said, ParseContext(open=(plan,), request=request, **near))


def as_planned(intent):
    """All that decides what is planned: the words that it was said in are none of it."""
    drawn = outline(intent, catalog(), read_inventory(OWN / "inventory.yaml"), RunSettings())
    steps = [
        (s.id, s.action.name, s.params, s.names, s.needs, s.batch, s.stop_at_first_failure,
         s.timeout_s)
        for s in drawn.steps
    ]  # fmt: skip
    return steps, drawn.options, drawn.title, drawn.reason, drawn.asks()


BASE = "restart caddy on app-1, app-2"


@pytest.mark.parametrize(
    ("request_", "said", "whole"),
    [
        (BASE, "not app-2", "restart caddy on app-1"),
        (BASE, "without app-2", "restart caddy on app-1"),
        (BASE, "except app-2", "restart caddy on app-1"),
        (BASE, "leave out app-2", "restart caddy on app-1"),
        (BASE, "leave app-2 out please", "restart caddy on app-1"),
        (BASE, "no, don't touch app-2", "restart caddy on app-1"),
        (BASE, "remove app-2 from the list", "restart caddy on app-1"),
        (BASE, "everything but app-2", "restart caddy on app-1"),
        (BASE, "but not app-2", "restart caddy on app-1"),
        (BASE, "let's leave app-2 alone", "restart caddy on app-1"),
        (BASE, "we don't need app-2", "restart caddy on app-1"),
        (BASE, "do it only on app-1", "restart caddy on app-1"),
        (BASE, "can you only do app-1", "restart caddy on app-1"),
        (BASE, "can you do app-3 too", "restart caddy on app-1, app-2, app-3"),
        (BASE, "please also do it on app-3", "restart caddy on app-1, app-2, app-3"),
        (BASE, "change app-1 to app-3", "restart caddy on app-2, app-3"),
        (BASE, "change the host to app-3", "restart caddy on app-3"),
        (BASE, "max 2 at a time", f"{BASE}, 2 at a time"),
        (BASE, "only app-1", "restart caddy on app-1"),
        (BASE, "just on app-1", "restart caddy on app-1"),
        (BASE, "app-1 only", "restart caddy on app-1"),
        (BASE, "app-1, not app-2", "restart caddy on app-1"),
        (BASE, "not the app-1 host", "restart caddy on app-2"),
        (BASE, "not APP2", "restart caddy on app-1"),
        (BASE, "also app-3", "restart caddy on app-1, app-2, app-3"),
        (BASE, "and on app-3 too", "restart caddy on app-1, app-2, app-3"),
        (BASE, "app-3 as well", "restart caddy on app-1, app-2, app-3"),
        (BASE, "add app-3", "restart caddy on app-1, app-2, app-3"),
        (BASE, "do the same on app-3", "restart caddy on app-1, app-2, app-3"),
        (BASE, "also on the edge hosts", "restart caddy on app-1, app-2, edge-berlin, edge-paris"),
        (BASE, "on app-3 instead", "restart caddy on app-3"),
        (BASE, "run it on app-3 instead", "restart caddy on app-3"),
        (BASE, "make it app-3", "restart caddy on app-3"),
        (BASE, "make it app-1 only", "restart caddy on app-1"),
        (BASE, "make it only app-1", "restart caddy on app-1"),
        (BASE, "app-3 instead of app-1", "restart caddy on app-2, app-3"),
        (BASE, "not app-1 but app-3", "restart caddy on app-2, app-3"),
        (BASE, "replace app-1 with app-3", "restart caddy on app-2, app-3"),
        (BASE, "instead of app-1, app-3", "restart caddy on app-2, app-3"),
        (BASE, "also app-3 and not app-1", "restart caddy on app-2, app-3"),
        (BASE, "one at a time", f"{BASE}, one at a time"),
        (BASE, "make it two at a time please", f"{BASE}, two at a time"),
        (f"{BASE}, one at a time", "all at once", f"{BASE}, all at once"),
        (BASE, "stop at the first failure", f"{BASE}, stop at the first failure"),
        (BASE, "go on after failures", f"{BASE}, go on after failures"),
        (BASE, "not app-2, and go on after failures", "restart caddy on app-1, go on after failures"),
        (BASE, "because the certificate is new", f"{BASE} because the certificate is new"),
        (BASE, "--force-production", f"{BASE} --force-production"),
        (BASE, "redis, not caddy", "restart redis on app-1, app-2"),
        (BASE, "redis instead", "restart redis on app-1, app-2"),
        (BASE, "also redis", "restart caddy and redis on app-1, app-2"),
        ("restart caddy and redis on app-1", "not redis", "restart caddy on app-1"),
        ("restart caddy and redis on app-1", "only redis", "restart redis on app-1"),
        ("restart caddy and redis on app-1", "postfix instead of redis", "restart caddy and postfix on app-1"),
        ("stop redis on cache-1, then restart caddy on app-1", "not redis", "restart caddy on app-1"),
        ("stop redis on cache-1, then restart caddy on app-1", "app-2 instead of app-1", "stop redis on cache-1, then restart caddy on app-2"),
        ("stop redis on cache-1, then restart caddy on app-1", "postfix instead of redis", "stop postfix on cache-1, then restart caddy on app-1"),
        ("upgrade openssl and curl on app-1", "not curl", "upgrade openssl on app-1"),
        ("upgrade openssl and curl on app-1", "wget instead of curl", "upgrade openssl and wget on app-1"),
        ("upgrade app-1", "only curl", "upgrade curl on app-1"),
        ("reboot app-3", "app-4 instead", "reboot app-4"),
    ],
)  # fmt: skip
def test_the_plan_is_that_of_the_whole_sentence(request_, said, whole):
    found = change(request_, said)
    assert isinstance(found, Revision), found
    assert (found.plan, found.revision, found.whole) == (7, 1, False)
    assert as_planned(found.intent) == as_planned(ask(whole))


HOSTS = ("app-1", "app-2", "app-3", "app-4", "edge-berlin", "edge-paris", "mail-1", "nas")
SOME = st.sets(st.sampled_from(HOSTS), min_size=1, max_size=5).map(sorted)
WAYS = ("", ", one at a time", ", two at a time", ", stop at the first failure")
NEW_WAYS = ("", ", all at once", ", one at a time", ", go on after failures")


def way_left(before, after):
    """How the whole sentence says it: a new way takes the place of an old one of its kind."""
    kinds = [("time" in way or "once" in way) - 2 * ("failure" in way) for way in (before, after)]
    return after if kinds[0] == kinds[1] and after else before + after


def spelled(hosts):
    return ", ".join(hosts)


@settings(max_examples=150, deadline=None)
@given(
    verb=st.sampled_from(("restart caddy on", "stop redis on", "upgrade curl on", "reboot")),
    before=SOME,
    named=SOME,
    way=st.sampled_from(WAYS),
    form=st.sampled_from(("not {0}", "only on {0}", "also on {0}", "{0} instead", "and {0} too")),
    new_way=st.sampled_from(NEW_WAYS),
)
def test_a_revision_is_never_another_plan_than_the_sentence(
    verb, before, named, way, form, new_way
):
    found = change(f"{verb} {spelled(before)}{way}", form.format(spelled(named)) + new_way)
    had, said = set(before), set(named)
    fits = {"not {0}": said < had, "only on {0}": said <= had}.get(form, True)
    hosts = {"not {0}": had - said, "only on {0}": had & said, "{0} instead": said}.get(
        form, had | said
    )
    if form == "not {0}" and had & said == {named[0]} != said:  # "not this one, that one"
        fits, hosts = True, (had | said) - {named[0]}
    if not fits:
        assert isinstance(found, Question | SmallTalk), found
        return
    whole = ask(f"{verb} {spelled(sorted(hosts))}{way_left(way, new_way)}")
    if isinstance(found, SmallTalk):
        assert "so already" in found.text
        assert as_planned(whole) == as_planned(ask(f"{verb} {spelled(before)}{way}"))
        return
    assert isinstance(found, Revision), found
    assert as_planned(found.intent) == as_planned(whole)


@pytest.mark.parametrize(
    ("request_", "said", "told"),
    [
        (BASE, "also on app-9", "app-9 is not in the inventory"),
        (BASE, "not app-9", "app-9 is not in the inventory"),
        (BASE, "on apollo instead", "apollo is not in the inventory"),
        (BASE, "not app-3", "app-3 is not in #7, which is on app-1 and app-2"),
        (BASE, "only app-3", "app-3 is not in #7"),
        (BASE, "app-4 instead of app-3", "app-3 is not in #7"),
        (BASE, "not app-1, not app-2", "would leave nothing of #7"),
        (BASE, "not caddy", "would leave nothing of #7"),
        (BASE, "not app-2 and also app-2", "You want app-2 and don't want it"),
        (BASE, "also app-2", "so already"),
        (BASE, "all at once, one at a time", "two ways"),
        (BASE, "also app-3, stop at the first failure and go on after failures", "two ways"),
        (BASE, "app-3", "What about app-3 in #7?"),
        (BASE, "also frobnicate", "I know no service frobnicate"),
        ("restart caddy on app-1, app-2, app-3", "app-1, not app-2", "more than these"),
        ("stop redis on cache-1, then restart caddy on app-1", "also on app-2", "steps of #7 differ"),
        ("stop redis on cache-1, then restart caddy on app-1", "on app-2 instead", "steps of #7 differ"),
        ("stop redis on cache-1, then restart caddy on app-1", "postfix instead", "steps of #7 differ"),
        ("stop redis on cache-1, then restart caddy on app-1", "also postfix", "steps of #7 differ"),
        ("restart caddy on app-1, then reboot app-1", "only caddy", "steps of #7 differ"),
        ("upgrade app-1", "not curl", "can't leave curl out"),
        ("upgrade openssl and curl on app-1", "not wget", "wget is not in #7"),
        ("reboot app-1", "redis instead", "names no service or package"),
    ],
)  # fmt: skip
def test_what_fits_no_plan_is_never_guessed(request_, said, told):
    found = change(request_, said)
    assert isinstance(found, Question | SmallTalk), found
    assert told in found.text


def test_every_way_on_that_is_offered_is_understood():
    for said in ("also on app-9", "only app-3", "app-3", "not app-1, not app-2", "also frobnicate"):
        asked = change(BASE, said, number=12)
        assert isinstance(asked, Question)
        assert asked.options, said
        for option in asked.options:
            found = change(BASE, option.says, number=12)
            kept = isinstance(found, SmallTalk) and "so already" in found.text
            cancels = isinstance(found, Intent) and found.wishes[0].action == "plan.cancel"
            assert isinstance(found, Revision) or kept or cancels, option


def test_a_command_is_not_spread_to_where_it_could_not_be_asked():
    raw = "run `rm -rf /tmp/x` on app-1"
    assert isinstance(change(raw, "also on all hosts"), Refusal)
    assert isinstance(change(raw, "also on app-3"), Revision)


def test_a_flag_for_production_stays_when_less_is_done_and_falls_when_more_is():
    forced = f"{BASE} --force-production"
    assert change(forced, "not app-2").intent.options.force_production
    for said in ("also on app-3", "on app-3 instead", "also redis", "redis instead"):
        assert not change(forced, said).intent.options.force_production
    assert change(forced, "also on app-3 --force-production").intent.options.force_production


@pytest.mark.parametrize(
    "said",
    ["restart caddy on app-3", "restart caddy on app-3 too", "reload caddy on app-1", "how is app-3?"],
)  # fmt: skip
def test_a_whole_request_is_one_of_its_own_until_change_is_pressed(said):
    assert isinstance(change(BASE, said), Intent)


def test_a_whole_request_replaces_the_plan_after_change_or_when_it_says_instead():
    found = change(BASE, "reload redis on cache-1", changing=True)
    assert isinstance(found, Revision)
    assert found.whole
    assert as_planned(found.intent) == as_planned(ask("reload redis on cache-1"))
    assert isinstance(change(BASE, "how is app-3?", changing=True), Intent)
    found = change(BASE, "restart caddy on app-3 instead")
    assert isinstance(found, Revision)
    assert found.whole
    assert isinstance(change(BASE, "restart caddy on app-3 instead", newest=False), Intent)


@pytest.mark.parametrize(
    "said", ["never mind", "forget it", "ok, nvm", "oh forget about it, sorry"]
)
def test_the_plan_is_dropped_in_words(said):
    assert change(BASE, said) == Control(verb="cancel", scope="7")
    kept = change(BASE, said, changing=True)
    assert isinstance(kept, SmallTalk)
    assert kept.dropped
    assert isinstance(change(BASE, said, newest=False), Question)
    assert isinstance(change(BASE, said, waits=False), SmallTalk)
    assert isinstance(change(BASE, said, mine=False), SmallTalk)


@pytest.mark.parametrize("said", ["not app-2", "one at a time", "only app-1", "app-3 instead"])
def test_somebody_elses_plan_is_theirs(said):
    found = change(BASE, said, mine=False)
    assert isinstance(found, SmallTalk)
    assert "ben's to change" in found.text
    same = change(BASE, "the same on app-3", mine=False)
    assert isinstance(same, Intent)  # as ever: the same again, as a plan of their own


def test_more_after_something_else_was_asked_is_not_taken_for_the_open_plan():
    assert isinstance(change(BASE, "also on app-3", newest=False), Question)
    assert isinstance(change(BASE, "not app-2", newest=False), Revision)
    assert isinstance(change(BASE, "#7: also on app-3", newest=False), Revision)
    assert isinstance(change(BASE, "also on app-3", newest=False, changing=True), Revision)


def test_of_two_open_plans_the_number_says_which():
    one, two = opened(BASE), opened("restart redis on cache-1", number=9)
    both = ParseContext(open=(two, one))
    asked = ask("also on app-3", both)
    assert isinstance(asked, Question)
    assert [o.label for o in asked.options] == ["#7", "#9"]
    assert ask(asked.options[0].says, both).plan == 7
    assert ask("not app-2 in #7", both).plan == 7
    assert "#8 is not open" in ask("#8: not app-2", both).text
    pressed = ParseContext(open=(two, one.model_copy(update={"changing": True})))
    assert ask("also on app-3", pressed).plan == 7


@pytest.mark.parametrize(("first", "changes"), [("restart redis", False), ("frobnicate nas", True)])
def test_a_request_that_is_not_complete_is_not_mixed_up_with_the_plan(first, changes):
    asked = ask(first)
    assert isinstance(asked, Question)
    context = ParseContext(open=(opened(BASE),), question=asked)
    found = ask("not app-2", context)
    assert isinstance(found, Revision if changes else SmallTalk)
    assert isinstance(ask("#7: not app-2", context), Revision)


def test_a_question_about_the_plan_that_is_dropped_leaves_the_plan():
    asked = change(BASE, "only app-3")
    found = ask("never mind", ParseContext(open=(opened(BASE),), question=asked))
    assert isinstance(found, SmallTalk)
    assert "stays as it is" in found.text


@pytest.mark.parametrize(
    "said", ["not app-2", "only app-1", "app-2 instead", "one at a time", "also on app-2"]
)
def test_with_nothing_open_that_is_said(said):
    found = ask(said)
    assert isinstance(found, SmallTalk)
    assert "Nothing is open to change" in found.text


def test_a_plan_of_another_conversation_is_named_with_the_way_to_it():
    found = ask("not app-2", ParseContext(elsewhere=(9, 8)))
    assert "#9 and #8 are, in another" in found.text
    assert "`./overseer chat 9`" in found.text
    for context in (
        ParseContext(elsewhere=(9, 8)),
        ParseContext(elsewhere=(8,), open=(opened(BASE),)),
    ):
        found = ask("#8: not app-2", context)
        assert "#8 is open in another conversation" in found.text
        assert "`./overseer chat 8`" in found.text


@pytest.mark.parametrize(
    ("platform", "beside", "way"),
    [
        ("slack", (), "To change #9, answer in the thread of its card in Slack."),
        ("slack", (9,), "To change #9, answer in the thread of its card, here above."),
        ("discord", (), "To change #9, reply to its card in Discord."),
        ("discord", (9,), "To change #9, reply to its card, here above."),
    ],
)
def test_a_plan_of_a_chat_is_changed_there(platform, beside, way):
    context = ParseContext(elsewhere=(9, 8), beside=beside, chats=((9, platform),))
    assert ask("not app-2", context).text.endswith(way)


@pytest.mark.parametrize(
    "said",
    ["and app-3?", "not app-2?", "one at a time?", "not caddy?", "redis instead?", "thanks", "hello", "hmm", "no", "yes", "help", "what can you do?",
     "stop", "remove nginx", "not now", "not yet", "only a test", "add a host", "instead"],
)  # fmt: skip
def test_what_is_no_change_changes_nothing(said):
    assert not isinstance(change(BASE, said), Revision)


WHICH = Question(
    about="hosts", text="Which host?", options=(Option(label="nas", says="restart caddy on nas"),)
)


@pytest.mark.parametrize(("changing", "kind"), [(True, Revision), (False, SmallTalk)])
def test_beside_an_open_question_an_edit_is_said_to_the_plan_whose_change_was_pressed(
    changing, kind
):
    context = ParseContext(open=(opened(BASE, changing=changing),), request=BASE, question=WHICH)
    assert isinstance(ask("not app-2", context), kind)


@pytest.mark.parametrize("changing", [True, False])
def test_why_is_no_reason_of_what_is_approved_unless_its_change_was_pressed(changing):
    said = change(BASE, "because the certificate is new", approved=True, changing=changing)
    assert isinstance(said, Revision if changing else SmallTalk), said
