"""The gate: `ports.Gate` over Cedar policies. The shell around `evaluate`."""

from __future__ import annotations

import hashlib
import logging
from copy import copy

from bot.domain.inventory import Inventory
from bot.domain.messages import Person
from bot.domain.plans import Decision, Verdict
from bot.gate.evaluate import Bench, verdict_on, why_not_vote
from bot.gate.facts import Estate
from bot.gate.policy import Policies
from bot.gate.schema import schema_text
from bot.gate.sentences import INTERNAL
from bot.ports import GateQuestion
from bot.settings import ApprovalSettings, AutonomySettings
from bot.skillkit.catalog import Catalog

__all__ = ["CedarGate", "schema_text"]

_log = logging.getLogger(__name__)


class CedarGate:
    """Judges by the user's policies. Immutable: a reload makes a new one."""

    def __init__(
        self,
        policy_text: str,
        path: str,
        catalog: Catalog,
        autonomy: AutonomySettings,
        approval: ApprovalSettings,
    ) -> None:
        """Parse and validate everything once. `path` is the file as the user knows it.

        Raises:
            ConfigError: the policies are broken; with file, line and cure.
        """
        self._bench = _bench(
            Policies(policy_text, path, catalog), catalog, autonomy, approval.votes
        )
        self._estate = Estate.of(Inventory())

    @property
    def version(self) -> str:
        """The lower-case hex SHA-256 of policies, schema, autonomy settings and votes."""
        return self._bench.version

    @property
    def schema(self) -> str:
        """The schema that the policies were checked against, as Cedar text."""
        return self._bench.policies.schema

    @property
    def catalog(self) -> Catalog:
        """The actions that it knows."""
        return self._bench.catalog

    def looks_at(self, attribute: str) -> bool:
        """Whether some policy may depend on this attribute of the context."""
        reads = self._bench.policies.reads
        return reads is None or attribute in reads

    def under(
        self, autonomy: AutonomySettings | None = None, votes: int | None = None
    ) -> CedarGate:
        """The same policies under other settings (the policy's own examples want that)."""
        here = self._bench
        other = copy(self)
        other._bench = _bench(  # noqa: SLF001 - another one of ourselves
            here.policies, here.catalog, autonomy or here.autonomy, votes or here.votes
        )
        return other

    def judge(self, question: GateQuestion) -> Verdict:
        """Allow unasked, ask, or deny, with reasons. Never raises: an error denies."""
        try:
            return verdict_on(question, self._bench, self._index(question.inventory))
        except Exception:  # noqa: BLE001 - whatever it is, it denies; the log says what
            _log.exception("the gate failed on a question and denied it")
            return Verdict(decision=Decision.DENY, reasons=(INTERNAL,), policy=self.version)

    def may_vote(
        self, voter: Person, question: GateQuestion, requester: str, *, naming: bool = True
    ) -> str:
        """See `bot.ports.Gate`."""
        try:
            estate = self._index(question.inventory)
            return why_not_vote(voter, question, requester, self._bench, estate, naming=naming)
        except Exception:  # noqa: BLE001 - as in `judge`
            _log.exception("the gate failed on a voter and refused the vote")
            return INTERNAL.text

    def _index(self, inventory: Inventory) -> Estate:
        """The inventory's index, made anew only when another inventory comes."""
        if self._estate.inventory is not inventory:
            self._estate = Estate.of(inventory)
        return self._estate


def _bench(policies: Policies, catalog: Catalog, autonomy: AutonomySettings, votes: int) -> Bench:
    """What judges, with the hash of all that its verdicts depend on."""
    settings = f"{policies.digest}\0{autonomy.model_dump_json()}\0{votes}"
    return Bench(
        policies=policies,
        catalog=catalog,
        autonomy=autonomy,
        votes=votes,
        version=hashlib.sha256(settings.encode()).hexdigest(),
    )
