"""Whether a revision that only a model has read is made at once, or asked about, and why. Pure.

What the rules read is revision n+1 at once, its difference shown, its votes void. So is what a model
reads, where the words leave nothing to it: they name each host that comes and spare each that goes,
and no other; they name the time at which it begins from now on; what is done stays as it was, and
nothing in them is doubted or left over. It waits for approval as the plan did, for a change that
only a model has read never runs unasked. Anything else is asked first, with the reason.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.domain.intents import Intent, OpenPlan, Outcome, PlanOptions, Question, Revision
from bot.domain.marked import literal
from bot.domain.wording import listed, natural, ranged
from bot.intent.model import declined
from bot.intent.model.clocks import at_once
from bot.intent.model.confirming import changes
from bot.intent.model.differing import put_in, with_difference
from bot.intent.model.grounds import Grounds
from bot.intent.model.instead import in_place
from bot.intent.model.marks import ways_said
from bot.intent.model.paces import pace_in
from bot.intent.model.parts import deed
from bot.intent.model.unquoted import told
from bot.intent.model.unsaid import unsaid_ways
from bot.intent.patterns import compiled
from bot.intent.rules.rewriting import ABOUT

UNCHANGED = (
    "As the model reads that, nothing of #{number} would change: it stays as it is, and so do its "
    "votes. What shall be different?"
)
SAID_BEFORE = "A part of it you had said before, and I had asked you about that."
_ELSEWHERE = compiled(
    r"\b(?:lieber|stattdessen|anstatt|statt|eher|besser|nur|bloß|lediglich|ausschließlich|instead|rather|only|just|plutôt|"
    r"seulement|uniquement|au lieu|mejor|en vez|solo|sólo|solamente|únicamente|liever|in plaats|alleen|enkel|invece|"
    r"piuttosto|soltanto|solamente|meglio)\b",
    re.IGNORECASE,
)
"""With it a host may be named to take the others' place."""
_WHAT_OF = "What about "
_NUMBER = compiled(r"#(\d{1,9})\b")
_OPEN_HERE = "are open here."
_NOT_ASKED = "You did not ask for "
_PUT_IN = compiled(r"The model put in [^.]*(?:\.\w[^.]*)*, which you did not ask for\.")
"""What `differing` says of the same."""


def corrected(outcome: Outcome, rules: Outcome, model: Outcome, grounds: Grounds) -> Outcome:
    """The question about a model's revision with its difference; the revision, where none is needed.

    `rules` is what the rules made of the words, `model` what the model did: what is asked may be
    no more than a part of it. Anything else is as it is.
    """
    asked = with_difference(outcome, grounds)
    said = _only_revision(outcome)
    former = _spoken_of(said, grounds)
    if said is None or former is None or declined.planned_of(rules) is not None:
        return asked
    if _same(said.intent, former.intent):
        return Question(about=ABOUT, text=UNCHANGED.format(number=former.number))
    own = replace(grounds, answered="")  # what led to an open question is no word of this
    why = list(_reasons(said, former, own))
    if grounds.answered and why:  # what was said before is told as that, and not as unsaid
        unsaid = set(_reasons(said, former, grounds))
        whole = [each for each in why if each in unsaid]
        why = whole if len(whole) == len(why) else [*whole, SAID_BEFORE]
    why = why or list(_doubts(said, former, rules, own))
    if not isinstance(model, Revision) or _acts(model.intent) != _acts(said.intent):
        why.append("The model read it otherwise.")
    if why and isinstance(asked, Question):
        new = dict.fromkeys(each for each in why if not _is_told(each, asked.text))
        return asked.model_copy(update={"text": " ".join((asked.text, *new))})
    if next(put_in(said.intent, grounds.zone, former.intent), ""):
        return asked
    intent = said.intent.model_copy(update={"doubts": former.intent.doubts})
    return said.model_copy(update={"intent": intent})


def _is_told(reason: str, text: str) -> bool:
    """Whether the question says so already, in these or in other words."""
    if reason in text or (reason.endswith(_OPEN_HERE) and _OPEN_HERE in text):
        return True
    put_in_so = _PUT_IN.search(text)
    if put_in_so is None or not reason.startswith(_NOT_ASKED):
        return False
    names = reason.removeprefix(_NOT_ASKED).rstrip(".").replace(" and ", ", ").split(", ")
    return all(f"“{name}”" in put_in_so[0] for name in names)


def _only_revision(outcome: Outcome) -> Revision | None:
    """The one reading that a question asks about, where it is a revision."""
    if not isinstance(outcome, Question) or len(outcome.options) != 1:
        return None
    means = outcome.options[0].means
    return means if isinstance(means, Revision) else None


def _spoken_of(said: Revision | None, grounds: Grounds) -> OpenPlan | None:
    """The person's own open plan that is revised, as it stands."""
    which = (said.plan, said.revision) if said is not None else None
    found = (p for p in grounds.context.open if p.mine and (p.number, p.revision) == which)
    return next(found, None)


def _same(now: Intent, was: Intent) -> bool:
    if now.reason != was.reason or _ways_changed(now.options, was.options):
        return False
    return _acts(now) == _acts(was)


def _acts(intent: Intent) -> list[tuple[str, dict[str, object]]]:
    return [(wish.action, wish.params) for wish in intent.wishes]


def _reasons(said: Revision, plan: OpenPlan, own: Grounds) -> Iterator[str]:
    """Why it is asked about; `own` are the grounds of these words alone."""
    now, was = said.intent, plan.intent
    if not plan.waits:
        yield f"#{plan.number} waits for nobody's approval now; this would ask for it."
    if not changes(now, own.catalog):
        yield "It only looks, so it may need nobody's approval."
    if own.said is not None:
        yield "What you picked are the model's words."
    if not _is_about(plan.number, own):
        yield "I had asked you something else."
    if "?" in own.text:
        yield "You may only be asking."
    yield from _which(plan, own)
    if list(map(deed, now.wishes)) == list(map(deed, was.wishes)):
        yield from _places(now, was, own)
    else:
        yield "What is done would change, not only where or when."
    yield from _hours(now.options, was.options, own)
    if left := declined.left_out(now, own):
        yield f"You said {listed([f'“{verb}”' for verb in left])}, too, and no step does that."


def _doubts(said: Revision, plan: OpenPlan, rules: Outcome, own: Grounds) -> Iterator[str]:
    """What is doubted of it and not of the plan."""
    found = [*said.intent.doubts, *declined.of_revision(said, rules, own)]
    if in_place(own.text, own.here.is_name):  # the rules only ask what is to become of them
        found = [doubt for doubt in found if not doubt.startswith(declined.ASKED_FIRST + _WHAT_OF)]
    yield from (doubt for doubt in found if doubt not in plan.intent.doubts)


def _is_about(number: int, own: Grounds) -> bool:
    """Whether nothing else is asked in the thread than how this plan shall be changed."""
    asked = own.context.question
    if asked is None:
        return True
    offered = [option.means for option in asked.options]
    if not offered:
        return asked.about == ABOUT
    return all(isinstance(each, Revision) and each.plan == number for each in offered)


def _which(plan: OpenPlan, own: Grounds) -> Iterator[str]:
    """Whether another plan may be meant."""
    named = {int(number) for number in _NUMBER.findall(own.text)}
    if others := named - {plan.number}:
        yield f"You named {_plans(others)}."
    mine = {each.number for each in own.context.open if each.mine}
    if not named and not plan.changing and mine != {plan.number}:
        yield f"{_plans(mine)} {_OPEN_HERE}"


def _plans(numbers: Collection[int]) -> str:
    return listed([f"#{number}" for number in sorted(numbers)])


def _places(now: Intent, was: Intent, own: Grounds) -> Iterator[str]:
    """What of the hosts that come and go the words don't name so."""
    before = [frozenset(wish.params.get("hosts") or ()) for wish in was.wishes]
    after = [frozenset(wish.params.get("hosts") or ()) for wish in now.wishes]
    came = frozenset().union(*(new - old for old, new in zip(before, after, strict=True)))
    gone = frozenset().union(*(old - new for old, new in zip(before, after, strict=True)))
    if (came or gone) and (len(set(before)) > 1 or len(set(after)) > 1):
        yield "Its steps are on different hosts."
    wanted, spared = own.here.hosts, own.here.every - own.here.hosts
    elsewhere = in_place(own.text, own.here.is_name)
    whole = frozenset().union(*after) == wanted  # what was said is all that is left
    if unnamed := came - wanted:
        yield f"{_NOT_ASKED}{_named(unnamed)}."
    if (unspared := gone - spared) and not (came and elsewhere and whole):
        yield f"You did not say that {_named(unspared)} {_verb(unspared)} to be left out."
    if untouched := (wanted - came - gone) | (spared - gone):
        yield f"You named {_named(untouched)}, and nothing changes there."
    if came and not whole and (elsewhere or _ELSEWHERE.search(own.text)):
        word = _ELSEWHERE.search(own.text)
        said = word[0] if word else own.text
        yield f"“{literal(told(said))}” may mean that it shall be done there and nowhere else."


def _hours(now: PlanOptions, was: PlanOptions, own: Grounds) -> Iterator[str]:
    """What of when and how it runs the words don't say."""
    said = ways_said(own)
    if (pace := pace_in(own.text)) is not None:
        said.setdefault("batch", pace)
    changed = _ways_changed(now, was)
    if any(name not in said or said[name] != getattr(now, name) for name in changed - {"start"}):
        yield "How it runs would change as well."
    if "start" in changed or own.is_timed:
        if now.start is None:
            said_so = at_once(own.text)
        else:
            chosen = {"start": now.start}
            said_so = not unsaid_ways(chosen, {}, own.text, own.context, former=was.start)
        if not said_so and "start" not in now.unsaid:
            yield "The words don't name just that time."


def _ways_changed(now: PlanOptions, was: PlanOptions) -> frozenset[str]:
    names = frozenset(PlanOptions.model_fields) - {"unsaid", "keep_order"}
    return frozenset(name for name in names if getattr(now, name) != getattr(was, name))


def _named(hosts: frozenset[str]) -> str:
    return listed(ranged(sorted(hosts, key=natural)))


def _verb(hosts: frozenset[str]) -> str:
    return "is" if len(hosts) == 1 else "are"
