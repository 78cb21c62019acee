"""Whose an account is."""

from bot.domain.messages import Identity, People, Person

SLACK, WEB = Identity(surface="slack", account="U1"), Identity(surface="web", account="U1")


def person(name, *identities):
    return Person(name=name, display=name.title(), roles=frozenset(), identities=identities)


def test_an_account_belongs_to_who_has_it_written_down():
    ana, ben = person("ana", SLACK), person("ben", WEB)
    people = People(persons=(ana, ben))
    assert people.owner(SLACK) is ana
    assert people.owner(WEB) is ben
    assert people.owner(Identity(surface="slack", account="U2")) is None


def test_an_account_of_two_is_nobodys_and_one_written_twice_is_not_two():
    assert People(persons=(person("ana", SLACK), person("ben", SLACK))).owner(SLACK) is None
    three = (person("ana", SLACK), person("ben", SLACK), person("chris", SLACK))
    assert People(persons=three).owner(SLACK) is None
    twice = person("ana", SLACK, SLACK)
    assert People(persons=(twice,)).owner(SLACK) is twice


def test_what_was_looked_up_does_not_outlive_a_change():
    people = People(persons=(person("ana", SLACK),))
    assert people.owner(SLACK).name == "ana"
    changed = people.model_copy(update={"persons": (person("ben", SLACK),)})
    assert changed.owner(SLACK).name == "ben"
    assert people.owner(SLACK).name == "ana"
    assert changed == People(persons=(person("ben", SLACK),))


def test_a_thousand_people_are_no_search_for_each_account():
    """Every card asks it of every account: by a search, a million comparisons for each card."""
    compared = 0

    class Counted(Identity):
        def __eq__(self, other):
            nonlocal compared
            compared += 1
            return super().__eq__(other)

        __hash__ = Identity.__hash__

    accounts = [Counted(surface="slack", account=f"U{n}") for n in range(1000)]
    people = People(persons=tuple(person(f"p{n}", each) for n, each in enumerate(accounts)))
    assert [people.owner(each).name for each in accounts] == [f"p{n}" for n in range(1000)]
    assert compared <= len(accounts)


def test_the_words_they_are_called_by_are_put_together_once_and_anew_of_others():
    people = People(persons=(person("Ben Bo", SLACK),))
    assert {"ben", "bo", "ben bo", SLACK.account.casefold()} <= people.called
    assert people.called is people.called
    changed = people.model_copy(update={"persons": (person("ana", SLACK),)})
    assert "ana" in changed.called
    assert "ben" not in changed.called
