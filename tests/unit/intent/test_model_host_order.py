"""An order of hosts that was said, and that one step over them does not keep, is told."""

import pytest

from tests.unit.intent.test_model_overlooked import WEB, doubts, restart


def told(text, *hosts, **more):
    return [each for each in doubts(text, restart(text, *hosts), **more) if "an order" in each]


def ways(batch):
    return [{"name": "batch", "value": batch}] if batch else []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("starte redis auf beiden Datenbanken neu, erst db-2, dann db-1", "erst db-2"),
        ("kick nginx on web-3 and web-1, web-3 first", "web-3 first"),
        ("kick nginx on web-1 and web-3, web-1 last please", "web-1 last"),
        ("kick nginx over on web, starting with web-3", "starting with web-3"),
        ("kick nginx on web, begin with web-2", "begin with web-2"),
        ("nginx bitte auf web-2, dann auf web-1 durchstarten", "dann auf web-1"),
        ("kick nginx on web-2 and then the rest of web", "web-2 and then the rest"),
        ("kick nginx on web-2 before web-1", "web-2 before web-1"),
        ("kick nginx on web-1 after web-2", "web-1 after web-2"),
        ("kick nginx on web-3, web-1 in that order", "in that order"),
        ("starte nginx auf web neu, zuerst auf web-3", "zuerst auf web-3"),
        ("starte nginx auf web neu, web-1 zuletzt", "web-1 zuletzt"),
        ("starte nginx auf web neu, beginnend mit web-2", "beginnend mit web-2"),
        ("starte nginx auf web-2 neu, danach auf den übrigen von web", "danach auf den übrigen"),
        ("redémarre nginx sur web, d'abord web-3", "d'abord web-3"),
        ("redémarre nginx sur web en commençant par web-2", "en commençant par web-2"),
        ("reinicia nginx en web, primero en web-3", "primero en web-3"),
        ("reinicia nginx en web empezando por web-3", "empezando por web-3"),
    ],
)  # fmt: skip
def test_what_shall_come_first_and_does_not(text, said):
    hosts = ("db-1", "db-2") if "db-" in text else WEB
    assert any(f"{said}”" in each for each in told(text, *hosts)), told(text, *hosts)


@pytest.mark.parametrize(
    ("text", "hosts", "batch"),
    [
        ("kick nginx over on web, starting with web-1, one at a time", WEB, 1),
        ("kick nginx on web-1 and then the rest of web, one by one", WEB, 1),
        ("kick nginx on web-1 before web-2", ("web-1", "web-2"), None),  # production: one at a time
        ("starte nginx auf web-1, web-2 in dieser Reihenfolge neu", ("web-1", "web-2"), None),
        ("starte nginx auf web neu, web-3 zuletzt, nacheinander", WEB, 1),
    ],
)
def test_what_comes_first_anyway(text, hosts, batch):
    assert told(text, *hosts, ways=ways(batch)) == []


def test_side_by_side_nothing_comes_first():
    text = "kick nginx over on web-1 and web-3, starting with web-1, two at a time"
    (only,) = told(text, "web-1", "web-3", ways=ways(2))
    assert only.startswith("The request gives its hosts an order, “starting with web-1”")
    assert "this step takes them side by side" in only


def test_what_has_a_step_of_its_own():
    text = "starte nginx auf web neu, zuerst auf web-3"
    steps = (restart(text, "web-3"), restart(text, "web-1", "web-2"))
    assert not any("an order" in each for each in doubts(text, *steps))


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web neu",
        "kick nginx over on web-1, web-2 and web-3 first thing tomorrow",
        "first kick nginx on web",
        "start nginx on web-1 and web-2",
        "starte nginx auf web-1 und web-2 erst um 22 Uhr neu",
        "starte nginx nach dem Essen auf web neu, web-1 braucht es",
        "kick nginx on web after lunch",
    ],
)
def test_words_like_these_that_order_no_hosts(text):
    assert told(text, *WEB) == []
