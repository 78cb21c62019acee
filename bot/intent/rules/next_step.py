""" "and restart nginx" beside one's plan that waits: its next step, or a request of its own?

Such words go on with what was asked for last, and take its hosts. Which of the two is meant is
asked: a request of its own may be approved, and run, before the plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.intents import Intent, OpenPlan, Option, Outcome, ParseContext, Question, Revision
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules.rewriting import ABOUT
from bot.intent.rules.vocabulary import Vocabulary

Ask = Callable[[str], Outcome]
"""What a sentence comes to by itself."""

_GOES_ON = compiled(
    r"\W*(?:(?:ok|okay|please|oh)\W+)*(?:and|then|afterwards|after that|next|plus|also)\b\W*"
    r"(?:(?:then|also|please|afterwards|after that)\W+)*(?P<rest>\w[^?]*?)\W*$",
    re.IGNORECASE,
)


def offered(
    text: str, outcome: Outcome, vocabulary: Vocabulary, context: ParseContext, ask: Ask
) -> Question | None:
    """The question which of both is meant, or None where it is something else."""
    waiting = [plan for plan in context.open if plan.mine and plan.waits]
    match = _GOES_ON.match(text)
    if match is None or len(waiting) != 1 or context.question is not None:
        return None
    (plan,) = waiting
    more = _more(match["rest"], outcome, plan, vocabulary, ask)
    if more is None or not plan.hosts:
        return None
    own = [(w.action, w.params) for w in plan.intent.wishes]
    if any((w.action, w.params) in own for w in more.wishes):
        return None
    number = plan.number
    alone = Option(label="a request of its own", says=_said(match["rest"], more, plan))
    if not _is_done_alike(more, plan.intent):
        return Question(
            about=ABOUT,
            text=f"#{number} waits: {plan.title}. A plan runs in one way, and for one reason, so "
            "that is no next step of it. Shall it be a request of its own, which may run before?",
            options=(alone,),
        )
    ways = plan.intent.options.model_copy(update={"keep_order": True})
    whole = plan.intent.model_copy(
        update={"wishes": (*plan.intent.wishes, *more.wishes), "options": ways}
    )
    return Question(
        about=ABOUT,
        text=f"#{number} waits: {plan.title}. Shall that be its next step, or a request of "
        "its own, which may run before it?",
        options=(
            Option(
                label="its next step",
                says="its next step",
                means=Revision(plan=number, revision=plan.revision, intent=whole),
            ),
            alone,
        ),
    )


def _is_done_alike(more: Intent, intent: Intent) -> bool:
    """Whether what is said of how and why it is done is so of the whole plan."""
    said = more.options.model_dump(exclude_defaults=True, exclude={"keep_order"})
    own = intent.options.model_dump()
    return more.reason in ("", intent.reason) and all(own[name] == said[name] for name in said)


def _more(
    rest: str, outcome: Outcome, plan: OpenPlan, vocabulary: Vocabulary, ask: Ask
) -> Intent | None:
    """What shall be done besides, on hosts of the plan; None: that is not what was said."""
    found = outcome
    if isinstance(outcome, Question):
        found = ask(f"{rest} on {listed(plan.hosts)}") if outcome.about == "hosts" else outcome
    if not isinstance(found, Intent) or not found.wishes or found.options.start is not None:
        return None
    changes = all(vocabulary.actions[w.action].changes for w in found.wishes)
    hosts = {h for w in found.wishes for h in w.params.get("hosts", ())}
    return found if changes and hosts and hosts <= set(plan.hosts) else None


def _said(rest: str, more: Intent, plan: OpenPlan) -> str:
    """The request of its own, in words that mean nothing else."""
    hosts = listed(sorted({h for w in more.wishes for h in w.params.get("hosts", ())}))
    named = re.sub(r"\b(?:it|them|that|there)\b", hosts, rest, flags=re.IGNORECASE)
    return named if hosts in named or any(h in named for h in plan.hosts) else f"{rest} on {hosts}"
