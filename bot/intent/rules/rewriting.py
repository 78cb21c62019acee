"""One edit applied to what one plan asked for: which of its targets go, stay, come or are swapped.

What is said must fit the plan: a name that is not in it can't go, steps that differ can't all be
meant by one word, and the same name is not wanted and unwanted. Then there is a question or a
sentence, and the plan is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Option,
    Outcome,
    Question,
    Revision,
    SmallTalk,
    Wish,
)
from bot.domain.wording import listed
from bot.intent.rules import guards, questions, typos
from bot.intent.rules.edits import Deed, Edit, Target
from bot.intent.rules.still_unsaid import still_marked
from bot.intent.rules.vocabulary import ActionShape, Vocabulary
from bot.intent.rules.words import tokens

ABOUT = "change"
"""What a question is about that an edit has brought."""


def withdrawing(plan: OpenPlan) -> Option:
    """To have nothing of a plan."""
    says = f"cancel plan {plan.number}"
    return Option(label=f"withdraw #{plan.number}", says=says, aside=plan.title)


def option(plan: OpenPlan, says: str) -> Option:
    """A plan to choose, by its number."""
    return Option(label=f"#{plan.number}", says=says, aside=plan.title)


_KINDS = {"hosts": "hosts", "services": "service", "words": "packages"}


def _values(wish: Wish, field: str) -> tuple[str, ...]:
    value = wish.params.get(field)
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def held(wishes: Sequence[Wish], kind: str) -> set[str]:
    """The names of one kind that the wishes are about."""
    return {name for wish in wishes for name in _values(wish, _KINDS[kind])}


class Rewriting:
    """One edit on one plan."""

    def __init__(self, edit: Edit, plan: OpenPlan, vocabulary: Vocabulary) -> None:
        self.edit = edit
        self.plan = plan
        self.vocabulary = vocabulary
        self.number = f"#{plan.number}"

    def outcome(self) -> Outcome:
        """The revision, or the question or sentence that stands in its way."""
        wishes: list[Wish] = list(self.plan.intent.wishes)
        before = _named(wishes)
        if clash := self._contradiction():
            return clash
        for deed in self.edit.deeds:
            done = self._done(deed, wishes)
            if not isinstance(done, list):
                return done
            wishes = done
        if not wishes:
            return self._nothing_left()
        if len(wishes) > len(self.plan.intent.wishes):
            wishes = [w for n, w in enumerate(wishes) if w not in wishes[:n]]
        wishes = still_marked(wishes, self.plan.intent.wishes, self._said())
        intent = self._intent(wishes, adds=bool(_named(wishes) - before))
        if intent == self.plan.intent:
            text = f"{self.number} is so already; nothing was changed."
            return SmallTalk(text=text, answers=True)
        said = f"{self.plan.request} {self.edit.text}"
        refused = guards.refuse(said, tokens(said))
        return refused or Revision(
            plan=self.plan.number, revision=self.plan.revision, intent=intent
        )

    def _said(self) -> Iterator[str]:
        """Names that the edit wants, one by one."""
        for deed in self.edit.deeds:
            if deed.verb != "drop" and deed.what.named:
                yield from deed.what.names

    def _intent(self, wishes: Sequence[Wish], *, adds: bool) -> Intent:
        former = self.plan.intent
        options = former.options
        if adds:
            options = options.changed({"force_production": False})
        options = options.changed(self.edit.options)
        return former.model_copy(
            update={
                "wishes": tuple(wishes),
                "options": options.in_order(several=len(wishes) > 1),
                "reason": self.edit.reason or former.reason,
            }
        )

    # -- one deed ---------------------------------------------------------------------------

    def _done(self, deed: Deed, wishes: list[Wish]) -> list[Wish] | Outcome:
        for target in filter(None, (deed.what, deed.old)):
            if target.trouble is not None:
                return self._trouble(target)
        field = self._field(deed, wishes)
        if not isinstance(field, str):
            return field
        values = _held_in(wishes, field)
        gone = deed.old if deed.verb == "swap" else deed.what if deed.verb != "also" else None
        if gone is not None and (strange := self._not_in(gone, values, field, deed)):
            return strange
        by_field = {"hosts": self._hosts, "service": self._services, "packages": self._packages}
        return by_field[field](deed, wishes)

    def _field(self, deed: Deed, wishes: Sequence[Wish]) -> str | Outcome:
        """The parameter that the deed is about."""
        if deed.what.kind == "hosts":
            if _held_in(wishes, "hosts"):
                return "hosts"
            return SmallTalk(text=f"{self.number} has no hosts to change.")
        for field in ("service", "packages"):
            if _held_in(wishes, field):
                known = deed.what.kind == "services" and (not deed.old or deed.old.kind != "words")
                if field == "service" and not known:
                    both = [t for t in (deed.what, deed.old) if t is not None and t.kind == "words"]
                    return self._no_service(both[0])
                return field
        if any("packages" in self._shape(wish).fields for wish in wishes):
            return "packages"
        if deed.what.kind == "words":
            return self._trouble_of(deed.what.names[0])
        return SmallTalk(text=f"{self.number} names no service or package that could be changed.")

    def _shape(self, wish: Wish) -> ActionShape:
        return self.vocabulary.actions[wish.action]

    def _not_in(
        self, gone: Target, values: set[str], field: str, deed: Deed
    ) -> Question | SmallTalk | None:
        """What is to go, or to stay alone, and is not in the plan."""
        names = set(gone.names)
        if field == "packages" and not values:  # of all packages any may be among them
            return None
        if names <= values or (not gone.named and names & values):
            return None
        missing = sorted(names - values)
        on = "on " if field == "hosts" else ""
        said = listed(missing) if gone.named else gone.said
        ways: tuple[Option, ...] = ()
        if deed.verb == "only":
            ways = tuple(
                Option(label=way, says=f"{self.number}: {way}")
                for way in (f"{on}{gone.said} instead", f"also {on}{gone.said}")
            )
        has = listed(sorted(values))
        text = f"{said} is not in {self.number}, which is {on or 'about '}{has}."
        return Question(about=ABOUT, text=text, options=ways) if ways else SmallTalk(text=text)

    def _hosts(self, deed: Deed, wishes: list[Wish]) -> list[Wish] | Outcome:
        names, old = set(deed.what.names), set(deed.old.names) if deed.old else None
        if (
            deed.verb == "swap"
            and old
            and deed.what.named
            and names | old <= (values := _held_in(wishes, "hosts"))
            and values - names - old
        ):
            return self._either(
                [f"only on {deed.what.said}", f"not on {deed.old.said if deed.old else ''}"]
            )
        everywhere = {_values(w, "hosts") for w in wishes if "hosts" in w.params}
        if len(everywhere) > 1 and (deed.verb == "also" or (deed.verb == "swap" and old is None)):
            return self._apart("hosts")

        def change(had: set[str]) -> set[str]:
            return {
                "drop": had - names,
                "only": had & names,
                "also": had | names,
                "swap": names if old is None else (had - old) | names if had & old else had,
            }[deed.verb]

        done: list[Wish] = []
        for wish in wishes:
            if "hosts" not in wish.params:
                done.append(wish)
            elif hosts := sorted(change(set(_values(wish, "hosts")))):
                done.append(_with(wish, "hosts", hosts))
        return done

    def _services(self, deed: Deed, wishes: list[Wish]) -> list[Wish] | Outcome:
        names = deed.what.names
        having = [w for w in wishes if "service" in w.params]
        if deed.verb == "drop":
            return [w for w in wishes if w not in having or w.params["service"] not in names]
        if deed.verb == "only":
            if len(having) < len(wishes):
                return self._apart("services")
            return [w for w in wishes if w.params["service"] in names]
        if deed.old is None and len({_but(w, "service") for w in having}) > 1:
            return self._apart("services")
        if deed.verb == "also":
            at = max(n for n, w in enumerate(wishes) if w in having)
            has = {w.params["service"] for w in having}
            more = [_with(having[-1], "service", n) for n in names if n not in has]
            return [*wishes[: at + 1], *more, *wishes[at + 1 :]]
        old = set(deed.old.names) if deed.old else {w.params["service"] for w in having}
        done: list[Wish] = []
        for wish in wishes:
            swapped = wish in having and wish.params["service"] in old
            new = [_with(wish, "service", n) for n in names] if swapped else [wish]
            done += [w for w in new if w not in done]
        return done

    def _packages(self, deed: Deed, wishes: list[Wish]) -> list[Wish] | Outcome:
        names, old = set(deed.what.names), set(deed.old.names) if deed.old else None
        having = [w for w in wishes if "packages" in self._shape(w).fields]
        if len({_values(w, "packages") for w in having}) > 1:
            return self._apart("packages")
        if not _held_in(having, "packages"):
            return self._of_all(deed, wishes, having)
        done: list[Wish] = []
        for wish in wishes:
            had = set(_values(wish, "packages"))
            left = {
                "drop": had - names,
                "only": had & names,
                "also": had | names,
                "swap": names if old is None else (had - old) | names,
            }[deed.verb]
            if wish not in having:
                done.append(wish)
            elif left:
                done.append(_with(wish, "packages", sorted(left)))
        return done

    def _of_all(
        self, deed: Deed, wishes: Sequence[Wish], having: Sequence[Wish]
    ) -> list[Wish] | Outcome:
        """Of an upgrade that names no package: it can be narrowed, and nothing else."""
        if deed.verb == "also":
            return SmallTalk(text=f"{self.number} takes every package already.", answers=True)
        if deed.verb == "drop":
            said = deed.what.said
            return SmallTalk(
                text=f"An upgrade can't leave {said} out: it takes the packages that you name, or "
                f"all. Say “only …” with those you want, or hold {said} on the host first "
                "(`apt-mark hold`)."
            )
        names = sorted(deed.what.names)
        return [_with(w, "packages", names) if w in having else w for w in wishes]

    # -- what stands in the way ---------------------------------------------------------------

    def _contradiction(self) -> Question | None:
        """The same name wanted and not wanted, or a run in two ways."""
        if self.edit.two_ways:
            return Question(
                about=ABOUT,
                text=f"That is two ways to run {self.number}. Which of them? It is as it was.",
            )
        less = {n for d in self.edit.deeds if d.verb == "drop" for n in d.what.names}
        more = {n for d in self.edit.deeds if d.verb != "drop" for n in d.what.names}
        sets = [d.what for d in self.edit.deeds if d.verb == "only" and not d.what.named]
        more -= {name for target in sets for name in target.names}
        both = sorted(less & more)
        if not both:
            return None
        return Question(
            about=ABOUT,
            text=f"You want {listed(both)} and don't want it. Say it again, please; "
            f"{self.number} is as it was.",
        )

    def _either(self, ways: Sequence[str]) -> Question:
        return Question(
            about=ABOUT,
            text=f"{self.number} has more than these. Which do you mean?",
            options=tuple(Option(label=way, says=f"{self.number}: {way}") for way in ways),
        )

    def _apart(self, what: str) -> SmallTalk:
        return SmallTalk(
            text=f"The steps of {self.number} differ in their {what}, so I can't tell which you "
            "mean; press *Change…* and say the whole request anew."
        )

    def _nothing_left(self) -> Question:
        return Question(
            about=ABOUT,
            text=f"That would leave nothing of {self.number}. Shall I withdraw it?",
            options=(withdrawing(self.plan),),
        )

    def _trouble(self, target: Target) -> Question | SmallTalk:
        problem = target.trouble
        assert problem is not None  # noqa: S101 - asked for only then
        if problem.kind == "unknown":
            return self._trouble_of(problem.word)
        if problem.kind == "ambiguous":
            return Question(
                about=ABOUT,
                text=f"“{problem.word}” could be {listed(problem.candidates)}. Which do you mean?",
                fill=self._filled(problem.word),
                options=tuple(
                    Option(label=n, says=self._filled(problem.word).replace(questions.ANSWER, n))
                    for n in problem.candidates[:5]
                ),
            )
        return SmallTalk(text=f"“{problem.word}” is no host at all; {self.number} is as it was.")

    def _trouble_of(self, word: str) -> Question:
        asked = questions.no_such_host(word, self._filled(word), self.vocabulary)
        return asked.model_copy(update={"about": ABOUT})

    def _no_service(self, target: Target) -> Question:
        word = target.names[0]
        fill = self._filled(word)
        near = typos.near_names(word.casefold(), self.vocabulary.known_services, 3)
        near += [n for n in self.vocabulary.known_services if n not in near][: 5 - len(near)]
        return Question(
            about=ABOUT,
            text=f"I know no service {word}. Which one do you mean?",
            fill=fill,
            options=tuple(
                Option(label=n, says=fill.replace(questions.ANSWER, n)) for n in near
            ),
        )  # fmt: skip

    def _filled(self, word: str) -> str:
        text = self.edit.text
        if not self.edit.plan:
            text = f"{self.number}: {text}"
        return text.replace(word, questions.ANSWER, 1)


def _with(wish: Wish, field: str, value: object) -> Wish:
    return wish.model_copy(update={"params": {**wish.params, field: value}})


def _but(wish: Wish, field: str) -> str:
    """Everything of a wish but one parameter, to compare."""
    rest = {k: v for k, v in wish.params.items() if k != field}
    return f"{wish.action} {sorted(rest.items())}"


def _held_in(wishes: Sequence[Wish], field: str) -> set[str]:
    return {name for wish in wishes for name in _values(wish, field)}


def _named(wishes: Sequence[Wish]) -> set[tuple[str, str, str]]:
    """Everything that a wish touches: what it does, the kind of name, the name."""
    return {
        (f"{w.action} {w.params.get('service', '')}", field, name)
        for w in wishes
        for field in _KINDS.values()
        for name in _values(w, field)
    }
