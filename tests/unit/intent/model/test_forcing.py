"""Words of a request that choose a tier: honoured, or told that there is no such tier."""

import pytest

from bot.domain.usage import RULES, Tier
from bot.intent.model.forcing import forced, no_such_tier


@pytest.mark.parametrize(
    ("text", "rest", "tier"),
    [
        ("use cloud-heavy: restart nginx", "restart nginx", Tier.CLOUD_HEAVY),
        ("Please ask the local model to restart nginx", "restart nginx", Tier.LOCAL),
        ("restart nginx (using cloud fast)", "restart nginx", Tier.CLOUD_FAST),
        ("restart nginx with the local model.", "restart nginx", Tier.LOCAL),
        ("restart the local model", "restart the local model", None),
        ("use cloud-heavy", "use cloud-heavy", None),
        ("how is local?", "how is local?", None),
        ("use cloud-heavy: stop #12", "stop #12", Tier.CLOUD_HEAVY),
        ("stop (using cloud-heavy)", "stop", Tier.CLOUD_HEAVY),
        ("stop using the local model", "stop using the local model", None),
        ("please don't stop using cloud-heavy", "please don't stop using cloud-heavy", None),
        (f"how is web-1?{' ' * 200}using local", "how is web-1?", Tier.LOCAL),
        ("restart nginx on web-1 --tier cloud-fast", "restart nginx on web-1", Tier.CLOUD_FAST),
        ("restart nginx --tier=cloud-fast on web-1", "restart nginx on web-1", Tier.CLOUD_FAST),
        ("\u2014tier Cloud Heavy how is web-1?", "how is web-1?", Tier.CLOUD_HEAVY),
        ("--tier local stop --tier cloud-fast", "stop", Tier.CLOUD_FAST),
        ("run uptime on web-1 --tier local", "run uptime on web-1", Tier.LOCAL),
        ("use rules: restart nginx on web-1", "restart nginx on web-1", RULES),
        ("use the rules only: restart nginx", "restart nginx", RULES),
        ("mit den Regeln: restart nginx", "restart nginx", RULES),
        ("restart nginx using the rules alone", "restart nginx", RULES),
        ("restart nginx on web-1 --tier rules", "restart nginx on web-1", RULES),
        ("--tier=rules restart nginx on web-1", "restart nginx on web-1", RULES),
        ("mit dem lokalen Modell starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("Mit dem lokalen Modell: starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("bitte nimm das lokale Modell und starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("lokales Modell: starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("nimm cloud-heavy: starte nginx neu", "starte nginx neu", Tier.CLOUD_HEAVY),
        ("mit cloud-fast: starte nginx neu", "starte nginx neu", Tier.CLOUD_FAST),
        ("starte nginx neu mit cloud-fast.", "starte nginx neu", Tier.CLOUD_FAST),
        ("starte nginx neu (mit dem lokalen Modell)", "starte nginx neu", Tier.LOCAL),
        ("starte nginx neu mit dem lokalen Modell bitte", "starte nginx neu", Tier.LOCAL),
        ("nimm lokal: starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("avec le modèle local, redémarre nginx", "redémarre nginx", Tier.LOCAL),
        ("utilise cloud-fast : redémarre nginx", "redémarre nginx", Tier.CLOUD_FAST),
        ("con el modelo local: reinicia nginx", "reinicia nginx", Tier.LOCAL),
        ("reinicia nginx con el modelo local", "reinicia nginx", Tier.LOCAL),
        ("con il modello locale: riavvia nginx", "riavvia nginx", Tier.LOCAL),
        ("usando il modello locale riavvia nginx", "riavvia nginx", Tier.LOCAL),
        ("riavvia nginx con il modello locale", "riavvia nginx", Tier.LOCAL),
        ("usa le regole: riavvia nginx", "riavvia nginx", RULES),
        ("met het lokale model: herstart nginx", "herstart nginx", Tier.LOCAL),
        ("herstart nginx met het lokale model", "herstart nginx", Tier.LOCAL),
        ("gebruik cloud-heavy: herstart nginx", "herstart nginx", Tier.CLOUD_HEAVY),
        ("gebruik de regels: herstart nginx", "herstart nginx", RULES),
        ("auf dem lokalen Modell: starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("bitte nur lokal lesen: starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("alleen lokaal: herstart nginx", "herstart nginx", Tier.LOCAL),
        ("seulement en local : redémarre nginx", "redémarre nginx", Tier.LOCAL),
        (
            "il modello locale deve leggere: riavvia nginx",
            "il modello locale deve leggere: riavvia nginx",
            Tier.LOCAL,
        ),
        ("starte das lokale Modell neu", "starte das lokale Modell neu", None),
        ("riavvia il modello locale su web-1", "riavvia il modello locale su web-1", None),
        (
            "stoppe ollama auf dem lokalen Modell-Server",
            "stoppe ollama auf dem lokalen Modell-Server",
            None,
        ),
        ("zeig lokale Platten: web-1", "zeig lokale Platten: web-1", None),
    ],
)
def test_the_sentence_may_choose_the_tier(text, rest, tier):
    assert forced(text) == (rest, tier, None)


@pytest.mark.parametrize(
    ("text", "rest", "named"),
    [
        ("use gpt-9: restart nginx", "restart nginx", "gpt-9"),
        ("use the gpt-9 model to restart nginx", "restart nginx", "gpt-9"),
        ("how is web-1 using the cloud-slow model?", "how is web-1", "cloud-slow"),
        ("restart nginx on web-1 --tier gold", "restart nginx on web-1", "gold"),
        ("restart nginx on web-1 --tier=gold.", "restart nginx on web-1", "gold"),
        ("--tier gold --tier local restart nginx", "restart nginx", "gold"),
        ("restart nginx on web-1 --tier", "restart nginx on web-1", ""),
        ("nimm gpt-9: starte nginx neu", "starte nginx neu", "gpt-9"),
    ],
)
def test_what_is_named_in_its_place_and_is_none_is_neither_lost_nor_left_in(text, rest, named):
    assert forced(text) == (rest, None, named)


@pytest.mark.parametrize(
    "text",
    [
        "run `mytool --tier gold` on web-1",
        "run mytool --tier local on web-1",
        'say "--tier gold"',
        "restart nginx on the web tier",
        "restart ollama with the new model",
        "stop using the cloud-slow model",
        "install cloud-init with apt",
        "use the terminal: restart nginx",
        "--tier cloud-fast",
        "restart iptables with the rules",
        "rules: restart nginx",
        "starte nginx nicht mit dem lokalen Modell",
        "starte das lokale Modell neu",
        'schreib "mit dem lokalen Modell" auf web-1',
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert forced(text) == (text, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "restart nginx with the local model on web-1",
        "starte nginx mit dem lokalen Modell auf web-1 neu",
        "starte nginx neu, aber nimm nur das lokale Modell dafür",
        "redémarre nginx avec le modèle local sur web-1",
    ],
)
def test_a_wish_for_the_local_model_counts_wherever_it_stands_and_loses_no_word(text):
    assert forced(text) == (text, Tier.LOCAL, None)


GERMAN = "starte nginx auf web-3 neu"


@pytest.mark.parametrize(
    "head",
    [
        "nur lokal bitte: ", "bitte nur lokal: ", "local only: ", "keep this local: ",
        "Keep this local, please. ", "en local uniquement : ", "nichts in die Cloud: ",
        "solo en local: ", "garde ça en local, ", "local only, ", "strictly local - ",
        "alleen lokaal alsjeblieft: ",
        "nur lokal, nichts in die Cloud: ", "don't send this to the cloud: ",
        "do not send this to the cloud: ", "Please do not send any of this to the cloud: ",
        "das darf nicht in die Cloud: ", "non inviarlo al cloud: ", "stuur dit niet naar de cloud: ",
    ],
)  # fmt: skip
def test_a_wish_that_it_stay_here_counts_in_any_order_of_its_words(head):
    assert forced(f"{head}{GERMAN}") == (GERMAN, Tier.LOCAL, None)


@pytest.mark.parametrize(
    "head",
    [
        "don't use the cloud: ", "process this locally: ", "keep this out of the cloud: ",
        "nothing may leave this machine: ", "nichts darf diesen Rechner verlassen: ",
        "rien dans le cloud : ", "nada en la nube: ", "niente nel cloud: ",
    ],
)  # fmt: skip
def test_a_wish_in_other_words_counts_and_keeps_them(head):
    assert forced(f"{head}{GERMAN}") == (f"{head}{GERMAN}", Tier.LOCAL, None)


@pytest.mark.parametrize(
    "head",
    [
        "without the cloud, ", "without the cloud: ", "no cloud, ", "not the cloud: ",
        "not in the cloud: ", "nothing in the cloud: ", "nothing to the cloud: ",
        "not the cloud, nothing into it: ", "keep out of the cloud: ", "don't leave the cloud: ",
        "not the cloud, don't send this to the cloud: ",
        "ohne die Cloud: ", "nicht in der Cloud: ", "sans le cloud, ", "sin la nube, ",
        "senza il cloud: ", "zonder de cloud: ",
        "local only, ", "local only: ", "only on local: ", "keep local, ", "lokal bitte nur: ",
        "nicht in die Cloud: ", "don't send to the cloud: ",
    ],
)  # fmt: skip
def test_what_may_leave_out_hosts_is_never_taken_out(head):
    assert forced(f"{head}reboot all hosts").text == f"{head}reboot all hosts"


def test_what_is_said_of_the_request_itself_is_taken_out_before_all_hosts_too():
    said = "don't send this to the cloud: reboot all hosts"
    assert forced(said) == ("reboot all hosts", Tier.LOCAL, None)


@pytest.mark.parametrize(
    "text",
    [
        "keep local, reboot web", "only on local: reboot web", "only this, keep it local: reboot web",
        "don't send this to the cloud, back up web-1",
        "send this to the cloud, nothing into the cloud: back up web-1",
    ],
)  # fmt: skip
def test_what_may_say_what_is_to_be_done_is_not_taken_out(text):
    assert forced(text) == (text, Tier.LOCAL, None)


@pytest.mark.parametrize(
    "tail",
    [
        " but don't send this to the cloud", ", but do not send any of this to the cloud.",
        ", schick das bitte nicht in die Cloud", ", n'envoie rien dans le cloud !",
        " ohne Cloud", " without the cloud", ", but don't upload it to the cloud",
        ", but keep this out of the cloud",
    ],
)  # fmt: skip
def test_at_the_end_it_counts_and_keeps_its_words_which_may_be_about_a_backup(tail):
    assert forced(f"{GERMAN}{tail}") == (f"{GERMAN}{tail}", Tier.LOCAL, None)


@pytest.mark.parametrize(
    "text",
    [
        f"lokal: {GERMAN}", f"local: {GERMAN}", f"in local: {GERMAN}", f"{GERMAN} (lokal)",
        f"{GERMAN}, nur lokal bitte", f"{GERMAN}, local only", f"{GERMAN}, aber nichts in die Cloud",
        f"{GERMAN}. Keep this local.",
    ],
)  # fmt: skip
def test_what_may_name_hosts_as_well_keeps_its_words(text):
    assert forced(text) == (text, Tier.LOCAL, None)


@pytest.mark.parametrize(
    "text",
    [
        f"nicht lokal: {GERMAN}", f"in die Cloud: {GERMAN}", f"not local, {GERMAN}",
        "restart nginx on local", "restart nginx on local, then web-1", "is local up?",
        "web-1, local: restart nginx", "local, web-1: restart nginx", "local only:", "keep this local",
        'schreib "nichts in die Cloud: ja" auf web-1', "run `x, local only` on web-1",
        "stop cloud-init on web-1, no restart", "local disks: web-1",
    ],
)  # fmt: skip
def test_what_is_no_such_wish_chooses_nothing(text):
    assert forced(text) == (text, None, None)


@pytest.mark.parametrize(
    "head", ["ohne Modell: ", "without any model: ", "sans modèle : ", "sin modelo: "]
)
def test_no_model_at_all_is_the_rules(head):
    assert forced(f"{head}restart nginx") == ("restart nginx", RULES, None)


def test_the_refusal_names_the_tiers():
    said = no_such_tier("gold").text
    assert said.startswith(
        "There is no tier “gold”. Tiers are `local`, `cloud-fast`, `cloud-heavy` and `rules`"
    )
    assert no_such_tier("").text.startswith("No tier is named here.")


@pytest.mark.parametrize(
    ("text", "rest", "tier"),
    [
        ("use cloud-heavy: restart nginx (lokal)", "restart nginx (lokal)", Tier.LOCAL),
        ("use cloud-heavy: restart nginx, only local", "restart nginx, only local", Tier.LOCAL),
        ("use cloud-fast: nur lokal: starte nginx neu", "starte nginx neu", Tier.LOCAL),
        ("restart nginx (nur lokal) --tier cloud-fast", "restart nginx (nur lokal)", Tier.LOCAL),
        (
            "use cloud-heavy: use cloud-fast: restart nginx (lokal)",
            "restart nginx (lokal)",
            Tier.LOCAL,
        ),
        (
            "use cloud-heavy: restart nginx (lokal) --tier cloud-fast",
            "restart nginx (lokal)",
            Tier.LOCAL,
        ),
        ("nimm cloud-heavy: starte nginx neu mit dem lokalen Modell", "starte nginx neu", Tier.LOCAL),
        ("use the local model: restart nginx using cloud-fast", "restart nginx", Tier.LOCAL),
        ("use cloud-heavy: restart nginx using the rules alone", "restart nginx", RULES),
        ("use rules: restart nginx (lokal)", "restart nginx (lokal)", RULES),
        ("use cloud-heavy: how is local?", "how is local?", Tier.CLOUD_HEAVY),
    ],
)  # fmt: skip
def test_of_two_wishes_the_stricter_holds(text, rest, tier):
    assert forced(text) == (rest, tier, None)


NAMES = frozenset({"local", "lokal", "cloud"})


@pytest.mark.parametrize(
    "text",
    [
        "only local: restart nginx", "nur lokal: starte nginx neu", "local only: restart nginx",
        "Nur LOKAL bitte: starte nginx neu", "seulement en local : redémarre nginx",
        "keep this local: restart nginx", "nichts in die Cloud: starte nginx neu",
        "don't send this to the cloud: restart nginx",
    ],
)  # fmt: skip
def test_where_a_host_is_called_so_no_word_is_lost_and_it_stays_here(text):
    """It may be the host that is meant, and what has left can't be taken back."""
    assert forced(text, NAMES.__contains__) == (text, Tier.LOCAL, None)
    assert forced(text).text != text


@pytest.mark.parametrize(
    "text",
    ["use local: restart nginx", "nimm lokal: restart nginx", "nur lokaal: restart nginx",
     "bitte nur lokal lesen: restart nginx", "use the local model: restart nginx"],
)  # fmt: skip
def test_what_can_only_choose_who_reads_it_is_taken_out_whatever_hosts_are_called(text):
    assert forced(text, NAMES.__contains__) == ("restart nginx", Tier.LOCAL, None)
