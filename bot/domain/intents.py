"""What a parser makes of a sentence: a plan's outline, a question, a refusal or small talk.

A parser chooses action names, typed parameters and a few options; it computes no command
and has no authority. Targets are resolved: `hosts` in the parameters is a sorted list of
inventory names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime

from bot.domain.asked_about import About, Part
from bot.domain.became import Became
from bot.domain.messages import Frozen, Role
from bot.domain.thread_runs import HaltedRun, MovingRun
from bot.domain.usage import Chosen, Reading


class OnFailure(StrEnum):
    """What a run does when a step fails."""

    ASK = "ask"
    ROLLBACK = "rollback"
    STOP = "stop"
    CONTINUE = "continue"


Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""A moment, aware on the way in and UTC inside."""


class PlanOptions(Frozen):
    """How a plan runs. None means: the default of settings and policy.

    `batch` is how many targets of a step run at once; `stop_at_first_failure` ends a step
    at its first failed target. `keep_order` is True when the person gave the order. `start` is
    before when nothing of it begins; None: as soon as it may.
    """

    on_failure: OnFailure | None = None
    step_timeout_s: float | None = None
    parallel_steps: int | None = None
    batch: int | None = None
    stop_at_first_failure: bool | None = None
    force_production: bool = False
    keep_order: bool = False
    start: Instant | None = None
    unsaid: tuple[str, ...] = ()
    """Names of those above that a model chose and the person did not say."""

    def changed(self, later: Mapping[str, Any]) -> PlanOptions:
        """These with what was said later in their place; what is said is unsaid no longer.

        Raises:
            ValidationError: what was said later is no way of running.
        """
        unsaid = [name for name in self.unsaid if name not in later]
        unsaid += [name for name in later.get("unsaid", ()) if name not in unsaid]
        return PlanOptions.model_validate({**self.model_dump(), **later, "unsaid": unsaid})

    def in_order(self, *, several: bool) -> PlanOptions:
        """These for this many wishes: the order of a single one is none."""
        return self.model_copy(update={"keep_order": self.keep_order and several})


class Wish(Frozen):
    """One action that the person wants, in order.

    `params` is plain JSON; `words` is the part of the request that it came from. `unsaid` is what
    a model put in that the person did not say (a host, a command), as they are to read it; `alone`
    is True for a change that a model read and the rules did not.
    """

    action: str
    params: dict[str, Any]
    words: str = ""
    unsaid: tuple[str, ...] = ()
    alone: bool = False


class Correction(Frozen):
    """A word that was read as another: `restrat` as `restart`."""

    said: str
    read: str


class Intent(Frozen):
    """A request that was understood.

    `instead` is a sentence that reads with an action of our own what a raw command would.
    `doubts` are sentences on why the rules would not have planned what a model read.
    """

    kind: Literal["intent"] = "intent"
    wishes: tuple[Wish, ...]
    options: PlanOptions = PlanOptions()
    reason: str = ""
    corrections: tuple[Correction, ...] = ()
    instead: str = ""
    doubts: tuple[str, ...] = ()


class Option(Frozen):
    """One answer to a question. `says` is the whole sentence that choosing it stands for.

    `means` is what that sentence stands for where it has been read already, `read_by` and `reading`
    by whom and what that took, as in an `Understanding`.
    """

    label: str
    says: str
    aside: str = ""
    means: Intent | Revision | None = None
    read_by: str = "rules"
    reading: Reading = Reading()


class Question(Frozen):
    """Something is missing, unknown or ambiguous.

    `about` is the parameter or the odd word ("hosts", "service", "web-9"). `fill` is the request
    with `{answer}` where a typed answer belongs, empty when a typed answer is a new request. Every
    option's `says` continues the same request. `plan_only` is the request's: whatever answers the
    question is to be shown, and runs nothing. `heard` are the names in it that only hosts have
    told, and the person has not said: no model is told of them. `by` is the model whose words
    `text` is; empty: Overseer's own. `formerly` were asked it and handed it over: what its answer
    asks for, they ask for, too. `own` is what the person themselves has said so far, where a
    model's words or readings are among its options or in `fill`; None: all of it is made of their
    own words. `late` is what they said before it was asked, where it is asked again because of
    that. `beside`: something was said beside it since, and a mere "ok" may be to that; `talked`:
    people have spoken there since, and so may one that is not said to Overseer. `wanted` is whom
    they had chosen to read their request: what answers it is for nobody else.
    """

    kind: Literal["question"] = "question"
    about: str
    text: str
    options: tuple[Option, ...] = ()
    fill: str = ""
    corrections: tuple[Correction, ...] = ()
    plan_only: bool = False
    heard: tuple[str, ...] = ()
    by: str = ""
    formerly: tuple[str, ...] = ()
    own: str | None = None
    late: str = ""
    beside: bool = False
    talked: bool = False
    wanted: Chosen | None = None


class Refusal(Frozen):
    """Overseer won't, whoever asks. `code` names the rule, `text` is a sentence with a way out.

    `by` is the model whose words it is, as in a question.
    """

    kind: Literal["refusal"] = "refusal"
    code: str
    text: str
    redact: bool = False
    by: str = ""


class SmallTalk(Frozen):
    """Nothing to do: a greeting, thanks, a statement, a negated order, out of scope.

    `dropped`: the person no longer wants to change the plan whose *Change…* they pressed.
    `overtaken`: a stop came before the request was read. `closes`: it puts the open question away,
    as an answer to it does; what is said beside one leaves it open. `answers`: it answers what was
    said, as a greeting or a question about Overseer; else nothing came of what was wanted. With
    `stands` what was not to be done goes on. `by` is the model whose words it is.
    `of_question`: why what was said is no answer to the open question.
    """

    kind: Literal["small_talk"] = "small_talk"
    text: str
    answers: bool = False
    dropped: bool = False
    closes: bool = False
    overtaken: bool = False
    stands: bool = False
    of_question: bool = False
    by: str = ""


class Control(Frozen):
    """`stop`, `stop everything`, `resume`: never gated, never planned.

    `scope` is "thread" (the run of this thread), "all", or a plan number. `pauses`: it is to wait
    rather than to end ("hold it"), which a run that has halted does already. `also` are more plans
    that it means ("stop both"); `reason` is why, without secrets.
    """

    kind: Literal["control"] = "control"
    verb: Literal["stop", "kill", "resume", "cancel"]
    scope: str = "thread"
    pauses: bool = False
    also: tuple[int, ...] = ()
    reason: str = ""


class Revision(Frozen):
    """An open plan shall become another: `intent` is the whole of it, planned and judged anew.

    `revision` is the one that the person speaks of. `whole` is True for a request that was said
    from the beginning, False for a change to the former one.
    """

    kind: Literal["revision"] = "revision"
    plan: int
    revision: int
    intent: Intent
    whole: bool = False


class Why(Frozen):
    """The verdict on a plan is to be explained; `plan` 0 is the thread's last one, or `about`."""

    kind: Literal["why"] = "why"
    plan: int = 0
    about: About = ""


class Standing(Frozen):
    """Overseer's own state is asked about.

    `what` is "running", what waits for the asker ("mine"), all that waits ("open"), what starts
    "later", whether everything is stopped ("frozen"), who holds the `roles` ("people"), or one
    "plan" as in `Why`: 0 is the last; of that one a `part` alone may be asked about.
    """

    kind: Literal["standing"] = "standing"
    what: Literal["running", "mine", "open", "later", "frozen", "plan", "people"]
    plan: int = 0
    about: About = ""
    part: Part = ""
    roles: tuple[Role, ...] = ()


class Deciding(Frozen):
    """A run that waits for a decision shall go on, or back: what a `button` of its card does.

    None where it is only said to go on, or what not to do (`denied`). No `host`: all that failed.
    """

    kind: Literal["deciding"] = "deciding"
    button: str
    plan: int
    host: str = ""
    denied: bool = False


Outcome = Intent | Question | Refusal | SmallTalk | Control | Revision | Why | Standing | Deciding


class Understanding(Frozen):
    """An outcome and who read it: `rules`, or a model's name.

    `plan_only`: the words themselves ask only what would happen. `formerly` are who asked for it
    before the person did, as in a question. `own` are the person's own words, where what was read
    is an option with a model's; None: the message is in their own. `picks` is what of the open
    question was picked, the whole sentence that it stands for; empty: it was dropped; None: what
    was said answers it in none of the ways that the rules know. `apart`: the words are a request by
    themselves, no answer to a question of what would happen. `beside`: a look that is no answer to
    the open question, which waits on. `talk`: it names nothing that is known, so that it is none of
    Overseer's business where people talk. `leans`: behind another's words a model takes from the
    conversation what these don't say.
    """

    outcome: Outcome
    read_by: str = "rules"
    reading: Reading = Reading()
    plan_only: bool = False
    formerly: tuple[str, ...] = ()
    own: str | None = None
    picks: str | None = None
    apart: bool = False
    beside: bool = False
    talk: bool = False
    leans: bool = False


class OpenPlan(Frozen):
    """A plan of the thread that has not begun, and may still be changed in words.

    `intent` is what was asked. `owner` is who alone may change it (as others call them, when it is
    read), `mine` whether that is who speaks, `votes` whether whoever speaks decides about plans;
    `changing` whether they pressed its *Change…*; `newest` whether nothing was asked in the thread
    since; `waits` whether people are asked to approve it, or it waits for its time; `approved`
    whether that they have. `wanted` is whom its requester chose to read it.
    """

    number: int
    revision: int
    title: str
    request: str
    intent: Intent
    owner: str
    mine: bool
    votes: bool = False
    changing: bool = False
    newest: bool = False
    waits: bool = False
    approved: bool = False
    wanted: Chosen | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that it was asked for, in the order of asking."""
        named = [name for wish in self.intent.wishes for name in wish.params.get("hosts") or ()]
        return tuple(dict.fromkeys(named))


class Earlier(Frozen):
    """A request that the person made earlier in the thread, in their own words.

    `steps` are what was understood: each action with its hosts and service, with all parameters
    where the plan was changed; `intent` is its plan's, for no model. `wanted`: who may read it.
    """

    plan: int
    request: str
    steps: tuple[Wish, ...] = ()
    became: Became
    intent: Intent | None = None
    wanted: Chosen | None = None


class ParseContext(Frozen):
    """What a parser may know beside the words: the thread's own earlier requests.

    `hosts` and `service` are the targets of the thread's previous plan, or of their own where that
    is somebody else's, for "the same on web-2"; `again` is what that plan asked for, where its
    `request` no longer says it; `question` is the open question that the text may answer, `open`
    what may be changed. `elsewhere` are the numbers of plans of theirs that can be changed in other
    threads, the newest first: what they say here is no word about those; `beside` are those of them
    that stand in another thread of the same channel or direct message, and `chats` those that stand
    in a chat: the number and its platform. `own`: whether the earlier request is of who speaks now.
    `now` is when it is read, and `zone` the IANA name of the zone in which its words mean times
    (empty: that of `now`); without `now` none is understood. `earlier` are the person's own
    requests in the thread, the newest last, also where the last request of the thread is somebody
    else's. They say what was spoken of, to a model alone: what it takes from any but the thread's
    last is marked as not said. `asked` is what the person had said before the open question, which
    is about that; empty where it was somebody else's. `pressed`: the text is a button's, and was
    not typed. `unseen`: when it was said, another question was open, or none. `wanted` is whom the
    thread's last plan was for. `halted` are the thread's runs that need a decision, `moving` those
    that go on, the newest first; `decides`: their role lets them stop whatever goes on. `within`:
    see `intent.within`. `between`: somebody else has spoken last there, and this is said to nobody
    by name. `people` are the names, folded, by which somebody can be called; empty: not known.
    """

    hosts: tuple[str, ...] = ()
    service: str = ""
    action: str = ""
    request: str = ""
    question: Question | None = None
    again: Intent | None = None
    open: tuple[OpenPlan, ...] = ()
    elsewhere: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    chats: tuple[tuple[int, str], ...] = ()
    own: bool = True
    now: AwareDatetime | None = None
    zone: str = ""
    earlier: tuple[Earlier, ...] = ()
    asked: str = ""
    pressed: bool = False
    unseen: bool = False
    wanted: Chosen | None = None
    halted: tuple[HaltedRun, ...] = ()
    moving: tuple[MovingRun, ...] = ()
    decides: bool = False
    between: bool = False
    within: tuple[str, ...] = ()
    people: frozenset[str] = frozenset()

    @property
    def running(self) -> int:
        """The newest of their own that moves; 0: none does."""
        return next((run.number for run in self.moving if run.mine), 0)

    def without_last(self) -> ParseContext:
        """The same without what the thread's last plan tells of targets and words."""
        names = ("hosts", "service", "action", "request", "again")
        return self.model_copy(update={n: type(self).model_fields[n].default for n in names})


Option.model_rebuild()
Question.model_rebuild()
