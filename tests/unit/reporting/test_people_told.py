"""Who holds a role is told by name to those who stand in the list themselves."""

from bot.domain.messages import People, Person, Role
from bot.reporting.people_told import UNTOLD, holders

ANA = Person(name="ana", display="Ana", roles=frozenset({Role.ADMIN}))
CHRIS = Person(name="chris", display="Chris", roles=frozenset({Role.APPROVER}))
DANA = Person(name="dana", display="Dana", roles=frozenset({Role.APPROVER, Role.ADMIN}))
PEOPLE = People(persons=(DANA, CHRIS, ANA))


def test_the_holders_are_told_by_their_names():
    assert holders(PEOPLE, "ana", (Role.ADMIN,)) == "Admins: Ana and Dana."
    assert holders(PEOPLE, "ana", (Role.OPERATOR,)) == "There are no operators here."


def test_of_votes_it_is_said_where_they_stand():
    told = holders(PEOPLE, "chris", (Role.APPROVER,))
    assert told == "Approvers: Chris and Dana. Whose votes a plan needs stands on its card."


def test_an_account_of_nobodys_is_told_of_nobody():
    assert holders(PEOPLE, "slack:U1", (Role.ADMIN,)) == UNTOLD


def test_of_many_some_are_told_and_the_rest_is_counted():
    many = [Person(name=f"p{n:02}", display=f"P{n:02}", roles=ANA.roles) for n in range(25)]
    told = holders(People(persons=tuple(many)), "p00", (Role.ADMIN,))
    assert told.endswith("P19 and 5 more.")
