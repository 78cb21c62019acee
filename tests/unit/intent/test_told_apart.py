"""Two readings that are asked about are told apart, on buttons and in the text, whatever they share."""

import pytest

from bot.domain.intents import (
    Intent,
    ParseContext,
    Question,
    Wish,
)
from bot.intent.model.agreeing import TWO_WAYS
from bot.intent.model.readings import asked, two
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.test_two_readers import both, restart

LONG = "find /var/log/nginx -name '*.gz' -mtime +30 -size +{}M -exec ls -l --human-readable {{}} ;"
FLEET = tuple(f"ci-{n}" for n in range(1, 41))


def runs(command, text):
    return act("host.run", text, command=command, hosts=["web-1"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("df -h", "df -H"),
        ("grep -c root /etc/group # " + "x" * 20 + "1", "grep -c root /etc/group # " + "x" * 20 + "2"),
        (LONG.format(1), LONG.format(100)),
        ("echo " + "a" * 200 + "1" + "b" * 200, "echo " + "a" * 200 + "2" + "b" * 200),
        ("echo " + "a" * 200, "echo " + "a" * 201),
        ("echo a  b", "echo a b"),
    ],
)  # fmt: skip
def test_two_commands_are_told_apart_wherever_they_differ(one, other):
    text = f"run `{one}` on web-1"
    found = both(text, plan(runs(other, text)))
    assert isinstance(found, Question)
    assert len({option.label for option in found.options}) == 2
    assert all(len(option.label) <= 75 for option in found.options)
    for option, command in zip(found.options, (one, other), strict=True):
        assert option.says == f"run `{command}` on web-1"
        assert option.says in (found.text if option.label != option.says else option.label)
        answer_to_it = rules(option.says, ParseContext(question=found))
        assert answer_to_it == option.means
        assert answer_to_it.wishes[0].params["command"] == command


def test_a_button_says_how_it_runs():
    said = plan(restart("web-2"), ways=[{"name": "on_failure", "value": "continue"}])
    found = both("restart nginx on web-1, one at a time", said)
    assert [option.says for option in found.options] == [
        "restart nginx on web-1, one at a time",
        "restart nginx on web-2, one at a time, goes on after a failure",
    ]
    assert found.options[1].means.options.unsaid == ("on_failure",)


def two_of(one, other):
    wishes = [Wish(action="service.restart", params={"service": "nginx", "hosts": list(hosts)}) for hosts in (one, other)]  # fmt: skip
    return two(*(Intent(wishes=(wish,)) for wish in wishes), grounds(""))


def without(*left_out):
    return [name for name in FLEET if name not in left_out]


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        (FLEET, without("ci-7", "ci-31"), ("with ci-7 and ci-31", "without ci-7 and ci-31")),
        (without("ci-9"), without("ci-30"), ("with ci-30", "with ci-9")),
        (FLEET, ("ci-1", "ci-2"), ("with ci-3…ci-40", "on ci-1 and ci-2")),
        (FLEET, without("ci-1"), ("on ci-1, ci-2 and 38 more", "without ci-1")),
    ],
)
def test_the_hosts_in_which_two_readings_of_many_differ_are_named(one, other, says):
    found = two_of(one, other)
    assert [part in option.says for option, part in zip(found, says, strict=True)] == [True, True]
    asks = asked(TWO_WAYS, *found)
    assert all(part in asks.text or part in words_on(asks) for part in says)


def words_on(question):
    return " ".join(option.label for option in question.options)


def test_hosts_that_differ_from_step_to_step_are_named_though_all_are_the_same():
    def reading(first, second):
        deeds = zip(("nginx", "redis"), (first, second), strict=True)
        return Intent(
            wishes=tuple(
                Wish(action="service.restart", params={"service": service, "hosts": list(hosts)})
                for service, hosts in deeds
            )
        )

    found = two(reading(FLEET, without("ci-4")), reading(without("ci-4"), FLEET), grounds(""))
    assert "with ci-4" in found[0].says
    assert "with ci-4" in found[1].says
    assert found[0].says != found[1].says
