"""Words that hand a conversation over, in English and in German, and words that do not."""

import pytest

from bot.conversation.handover import UNNAMED, account_in, called, receiver_in
from bot.domain.messages import Identity, People, Person, Role


def person(name, display, *accounts):
    return Person(
        name=name, display=display, roles=frozenset({Role.OPERATOR}),
        identities=tuple(Identity(surface="slack", account=a) for a in accounts),
    )  # fmt: skip


PEOPLE = People(
    persons=(
        person("ana", "Ana"), person("bob", "Bob Ross", "UBOB"), person("eva1", "Eva Short"),
        person("eva2", "Eva Long"), person("eva", "Somebody Else"), person("uwe", "Uwe Groß"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("hand over to bob", "bob"),
        ("Hand this over to Bob!", "Bob"),
        ("please hand over the plan to bob, thanks", "bob"),
        ("ok, hand it to @bob", "@bob"),
        ("hand over to <@UBOB|bob> please", "<@UBOB|bob>"),
        ("hand over to somebody I never met", "somebody I never met"),
        ("pass this on to Bob Ross", "Bob Ross"),
        ("give it to ana", "ana"),
        ("turn this over to ana", "ana"),
        ("over to you, Ana", "Ana"),
        ("Bob takes this", "Bob"),
        ("bob takes over from here", "bob"),
        ("let Bob take it", "Bob"),
        ("ana will take this over", "ana"),
        ("@nobody takes this", "@nobody"),
        ("hand it back", ""),
        ("hand back to ana", "ana"),
        ("give it back", ""),
        ("übergib an Bob", "Bob"),
        ("Übergib das bitte an Bob", "bob"),
        ("bitte übergib das an Bob", "Bob"),
        ("uebergib an bob", "bob"),
        ("ich übergebe die Unterhaltung an Ana", "Ana"),
        ("gib das an Bob ab", "Bob"),
        ("gib es an bob weiter, danke", "bob"),
        ("Bob übernimmt das", "Bob"),
        ("ana übernimmt ab hier", "ana"),
        ("Uwe Groß soll das übernehmen", "Uwe Groß"),
        ("gib es zurück", ""),
        ("gib das zurück an Ana", "ana"),
        ("u\u0308bergib an Bob", "Bob"),
        ("hand over", UNNAMED),
        ("Please hand it over to!", UNNAMED),
        ("hand over the plan", UNNAMED),
        ("übergib das bitte", UNNAMED),
    ],
)
def test_whom_it_is_handed_to(text, who):
    found = receiver_in(text, "slack", PEOPLE)
    assert found == who or (found or "").casefold() == who


@pytest.mark.parametrize(
    "text",
    [
        "web-2 takes over", "give it to web-1", "hand over web-1", "restart nginx on web-1",
        "db-1 übernimmt", "pass this on", "who takes this?", "over to web-1",
        "hand over the logs of web-1", "bob takes web-1 down", "gib das an web-1 weiter",
    ],
)  # fmt: skip
def test_what_hands_nothing_over(text):
    assert receiver_in(text, "slack", PEOPLE) is None


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("bob", ["bob"]), ("Bob", ["bob"]), ("@BOB", ["bob"]), ("bob ross", ["bob"]),
        ("ross", ["bob"]), ("<@UBOB>", ["bob"]), ("<@UNOBODY>", []), ("eva", ["eva"]),
        ("Short", ["eva1"]), ("EVA LONG", ["eva2"]), ("gross", ["uwe"]), ("nobody", []), ("@", []),
    ],
)  # fmt: skip
def test_who_is_called_so(who, names):
    assert [p.name for p in called(who, "slack", PEOPLE)] == names


def test_a_first_name_of_several_is_all_of_theirs():
    others = People(persons=PEOPLE.persons[2:4])
    assert [p.name for p in called("eva", "slack", others)] == ["eva1", "eva2"]


@pytest.mark.parametrize(
    ("who", "account"),
    [
        ("@UDEDB7E8D1", "UDEDB7E8D1"),
        ("<@UDEDB7E8D1|gus>", "UDEDB7E8D1"),
        ("<@!123456789012345678>", "123456789012345678"),
        ("@Ursula", ""),
        ("UDEDB7E8D1", ""),
    ],
)
def test_an_account_is_no_name(who, account):
    assert account_in(who) == account
