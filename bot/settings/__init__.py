"""The frozen settings tree. Each part of the system gets only its own section.

The file is `overseer.yaml` in Overseer's home; every value has a default here, so that an
empty file is a valid one. Durations are seconds unless the name says otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.domain.intents import OnFailure
from bot.domain.usage import Tier
from bot.errors import MisplacedError
from bot.settings.chat import ChatSettings, DiscordSettings, SlackSettings
from bot.settings.section import Minutes, Seconds, Section


class WebSettings(Section):
    """The page. Only loopback by default."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8420
    session_days: Annotated[int, Field(ge=1, le=366)] = 14
    link_minutes: Annotated[int, Field(ge=1, le=10080)] = 30


class TerminalSettings(Section):
    """The terminal's socket for other users of this machine; empty: only for the server's own.

    `socket` is an absolute path where the members of `group` may reach it.
    """

    socket: str = ""
    group: str = ""

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.socket) != bool(self.group):
            raise ValueError("socket and group belong together: where it is, and who may reach it")
        if self.socket and not Path(self.socket).is_absolute():
            cure = "Write one such as /run/overseer/overseer.sock."
            raise MisplacedError("must be an absolute path", ("socket",), cure)
        return self


class RunSettings(Section):
    """How plans run unless the request says otherwise.

    A start may lie `start_ahead_days` ahead at most; one that was missed by more than
    `start_grace_minutes`, because Overseer did not run, is not made up for.
    """

    on_failure: OnFailure = OnFailure.ASK
    step_timeout: Seconds = 300.0
    parallel_steps: Annotated[int, Field(ge=1, le=100)] = 5
    decision_minutes: Minutes = 30.0
    start_ahead_days: Annotated[float, Field(gt=0, le=366)] = 7.0
    start_grace_minutes: Minutes = 15.0


class ApprovalSettings(Section):
    """Votes."""

    expiry_minutes: Minutes = 30.0
    votes: Annotated[int, Field(ge=1, le=99)] = 1


class HostSettings(Section):
    """Connections."""

    connect_timeout: Seconds = 10.0
    facts_deadline: Seconds = 20.0
    read_timeout: Seconds = 60.0
    idle_close: Seconds = 900.0
    max_connections: Annotated[int, Field(ge=1, le=100000)] = 500
    output_cap_bytes: Annotated[int, Field(ge=1024, le=67108864)] = 262144
    known_hosts: str = ""
    ssh_config: str = "~/.ssh/config"


class AutonomyLevel(StrEnum):
    """What may run unasked. *cautious*: nothing that touches a host; *proactive*: reads;
    *scheduled*: also what the pre-approved list names."""

    CAUTIOUS = "cautious"
    PROACTIVE = "proactive"
    SCHEDULED = "scheduled"


class PreApproved(Section):
    """One entry of the pre-approved list. Empty tuples match anything."""

    action: str
    hosts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


class AutonomySettings(Section):
    """Autonomy, with overrides per group."""

    level: AutonomyLevel = AutonomyLevel.PROACTIVE
    groups: dict[str, AutonomyLevel] = {}
    pre_approved: tuple[PreApproved, ...] = ()


class Provider(StrEnum):
    """Whose protocol an endpoint speaks. *openai* is also that of Ollama, vLLM and llama.cpp."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"


class Structured(StrEnum):
    """How an endpoint is held to the answer's shape: *schema* by a JSON schema, *json* to some
    JSON, *text* not at all. *auto* begins with the strictest and remembers what was taken."""

    AUTO = "auto"
    SCHEMA = "schema"
    JSON = "json"
    TEXT = "text"


Tokens = Annotated[int, Field(ge=0, le=10**12)]
Money = Annotated[float, Field(ge=0, le=10**9)]


class Price(Section):
    """Money for a million tokens; `cached` are those that the provider had kept."""

    input: Money = 0.0
    cached: Money | None = None
    output: Money = 0.0


class ModelSettings(Section):
    """One model at one endpoint.

    `key` is a reference to a secret (`env:NAME`, `store:NAME`, …), empty where the endpoint wants
    none. `base_url` is empty for the provider's own. `health` is an address that answers 200 while
    the endpoint is well; empty: its list of models is asked. `name` is what cards and commands
    call it; empty: `model`.
    """

    tier: Tier
    provider: Provider
    model: Annotated[str, Field(min_length=1)]
    name: str = ""
    key: str = ""
    base_url: str = ""
    health: str = ""
    structured: Structured = Structured.AUTO
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 4
    timeout: Seconds = 15.0
    price: Price = Price()

    @property
    def called(self) -> str:
        """What cards and commands call it."""
        return self.name or self.model

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.tier is Tier.LOCAL and not self.base_url:
            cure = "Write `base_url: http://127.0.0.1:11434/v1`, or wherever your server is."
            raise MisplacedError("is missing, and a local model needs it", ("base_url",), cure)
        for field, value in (("base_url", self.base_url), ("health", self.health)):
            if value and not value.startswith(("http://", "https://")):
                raise MisplacedError("must begin with http:// or https://", (field,))
        return self


class Budget(Section):
    """What models may use in a day; 0: no bound. Per person, and all together."""

    person_tokens: Tokens = 0
    person_money: Money = 0.0
    tokens: Tokens = 0
    money: Money = 0.0


class TaskSettings(Section):
    """The tier with which a request begins that asks for this; of several the strongest.

    A field for each `Task`, which says what it means.
    """

    looks: Tier = Tier.LOCAL
    changes: Tier = Tier.CLOUD_FAST
    times: Tier = Tier.CLOUD_FAST
    unclear: Tier = Tier.CLOUD_FAST
    steps: Tier = Tier.CLOUD_HEAVY
    conditions: Tier = Tier.CLOUD_HEAVY
    revisions: Tier = Tier.CLOUD_HEAVY
    long: Tier = Tier.CLOUD_HEAVY


class ModelsSettings(Section):
    """Language models. Without `tiers` the rules read every request.

    `patience` is how long a request waits for all models together, from when it was said, before
    the rules answer.
    """

    tiers: tuple[ModelSettings, ...] = ()
    tasks: TaskSettings = TaskSettings()
    patience: Seconds = 20.0
    health_minutes: Minutes = 5.0
    budget: Budget = Budget()
    currency: Annotated[str, Field(max_length=8)] = "USD"

    @property
    def unbounded(self) -> tuple[ModelSettings, ...]:
        """Models that a budget in money can't hold back: no price is said, not even one of 0."""
        if not (self.budget.money or self.budget.person_money):
            return ()
        cloud = (one for one in self.tiers if one.tier is not Tier.LOCAL)
        return tuple(one for one in cloud if not one.price.model_fields_set)

    @field_validator("tiers")
    @classmethod
    def _named_once(cls, value: tuple[ModelSettings, ...]) -> tuple[ModelSettings, ...]:
        names = [one.called for one in value]
        cure = "Give it another `name`: cards and commands call it so."
        for at, (name, one) in enumerate(zip(names, value, strict=True)):
            where = (at, "name" if one.name else "model")
            if name in names[:at]:
                raise MisplacedError(f"is another model's already: {name}", where, cure)
            if name in {"rules", *Tier}:
                raise MisplacedError(f"can't be {name}, which means something else", where, cure)
        return value


class Settings(Section):
    """Everything in `overseer.yaml`."""

    web: WebSettings = WebSettings()
    terminal: TerminalSettings = TerminalSettings()
    run: RunSettings = RunSettings()
    approval: ApprovalSettings = ApprovalSettings()
    hosts: HostSettings = HostSettings()
    autonomy: AutonomySettings = AutonomySettings()
    models: ModelsSettings = ModelsSettings()
    chat: ChatSettings = ChatSettings()
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    skills: tuple[str, ...] = ("host", "service", "package", "plan", "help")
    skills_dir: str = ""
    """The folder of own skills; empty: `skills/` in the home."""
    timezone: str = ""

    @field_validator("skills_dir")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if value and not Path(value).expanduser().is_absolute():
            raise MisplacedError("must be an absolute path, such as ~/overseer-skills")
        return value


class Home(BaseModel):
    """Where things live: the folder of one Overseer (0700), default `local/` in the checkout.

    `server_at` is the socket of a server whose home this is not: another user's, who shares it.
    """

    model_config = ConfigDict(frozen=True)

    path: Path
    server_at: Path | None = None

    @property
    def settings(self) -> Path:
        """`overseer.yaml`."""
        return self.path / "overseer.yaml"

    @property
    def inventory(self) -> Path:
        """`inventory.yaml`."""
        return self.path / "inventory.yaml"

    @property
    def people(self) -> Path:
        """`people.yaml`."""
        return self.path / "people.yaml"

    @property
    def policies(self) -> Path:
        """`policies.cedar`."""
        return self.path / "policies.cedar"

    @property
    def policy_tests(self) -> Path:
        """`policy-tests.yaml`."""
        return self.path / "policy-tests.yaml"

    @property
    def database(self) -> Path:
        """`overseer.db`."""
        return self.path / "overseer.db"

    @property
    def socket(self) -> Path:
        """The terminal's socket."""
        return self.path / "overseer.sock"

    @property
    def secrets(self) -> Path:
        """The folder of secrets set with `overseer secret set` (0700, files 0600)."""
        return self.path / "secrets"

    @property
    def skills(self) -> Path:
        """The folder of own skills, where the settings name no other."""
        return self.path / "skills"

    @property
    def prompts(self) -> Path:
        """The folder of own prompts, each instead of one that ships."""
        return self.path / "prompts"

    @property
    def known_hosts(self) -> Path:
        """Host keys that a person has trusted."""
        return self.path / "known_hosts"

    @property
    def backups(self) -> Path:
        """Backups."""
        return self.path / "backups"

    @property
    def lock(self) -> Path:
        """Held by the running process; its content is JSON (pid, address, socket)."""
        return self.path / "overseer.lock"
