"""Judging grants: facts gathered, rules asked, what they said kept; and what only the bureau can say."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from kaogong.access.permissions import Permission
from kaogong.claims.operations.judging import keep_rulebook
from kaogong.claims.queries import rulebook
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused, WrongState
from kaogong.rules import Decision, Facts, decide
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Grant, GrantDecision, GrantFact, Instalment
from ..states import DETERMINED, DETERMINED_OF_CLASS, GRANT


class FactNotDetermined(Refused):
    """“{fact}”由申请人填写或系统记录，不由经办认定；有误请退回申请。"""


class DeterminationUnfounded(Refused):
    """请写明认定依据（文件名称、文号、日期）。"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One grant with the facts it was judged on, the day, and what the rules said."""

    facts: Facts
    on: date
    decision: Decision

    @property
    def outcome(self) -> tuple[str, int]:
        return self.decision.verdict, self.decision.amount_fen


def judge(
    grant: Grant, on: date, *, but: Instalment | None = None, list_file: queries.OnFile | None = None
) -> Judgement:
    """Judge a grant on a day on the facts as they are now; writes nothing."""
    facts = queries.facts_of(grant, on, but=but, list_file=list_file)
    scheme = rulebook().at(grant.region_code[:6], on).scheme(grant.scheme_code)
    return Judgement(facts, on, decide(scheme, facts, on))


def keep(grant: Grant, judgement: Judgement, *, cause: str, at: datetime) -> GrantDecision:
    """Freeze a judgement as the grant's next decision; the grant takes over verdict and sum."""
    keep_rulebook(at)
    last = GrantDecision.objects.filter(grant=grant).aggregate(n=Max("version"))["n"] or 0
    kept = GrantDecision.objects.create(
        grant=grant,
        version=last + 1,
        cause=cause,
        decided_at=at,
        on=judgement.on,
        region_code=grant.region_code,
        scheme_code=grant.scheme_code,
        facts=judgement.facts.to_dict(),
        decision=judgement.decision.to_dict(),
        verdict=judgement.decision.verdict,
        amount_fen=judgement.decision.amount_fen,
        rulebook_digest=judgement.decision.rulebook_digest,
    )
    if cause != "due":
        grant.verdict, grant.judged_fen = judgement.outcome
        grant.illustrative = judgement.decision.illustrative
        grant.save(update_fields=["verdict", "judged_fen", "illustrative"])
    return kept


@transaction.atomic
def determine_fact(
    grant_id: int, *, fact: str, value: Any, source: str, by: Actor, at: datetime, reason: str = ""
) -> Grant:
    """Say what only the bureau can say of a submitted grant, with what it rests on; judge it again.

    The end of a contract may be determined too: it may end before the day it was signed for.
    """
    require_may(by, Permission.DETERMINE_FACT, "认定")
    grant = queries.grant_for_update(grant_id, by=by)
    running = grant.status in ("approved", "published", "cleared")
    of_class = fact in DETERMINED_OF_CLASS and grant.month is not None
    if fact not in DETERMINED and fact != "contract_ended_on" and not of_class:
        raise FactNotDetermined(fact=fact)
    if grant.status != "submitted" and not (running and fact == "contract_ended_on"):
        raise WrongState(state=GRANT.label(grant.status), label="认定")
    if not source.strip():
        raise DeterminationUnfounded()
    plain = Facts.from_dict({fact: value}).to_dict()[fact]
    GrantFact.objects.create(
        grant=grant, fact=fact, value=plain, is_determined=True, source=source.strip()[:200], at=at,
        by_account_id=by.account_id, by_name=by.name,
    )  # fmt: skip
    if not running:
        keep(grant, judge(grant, grant.event_on), cause="determined", at=at)
    record("grant.fact_determined", grant, by=by, at=at, reason=reason or source, fact=fact)
    return grant


@transaction.atomic
def rejudge_grant(grant_id: int, *, by: Actor, at: datetime, reason: str = "") -> Grant:
    """Judge an undecided grant again on today's facts, on its own day; it stays at its step."""
    if not (by.may(Permission.REVIEW_GRANT) or by.may(Permission.APPROVE_GRANT)):
        require_may(by, Permission.REVIEW_GRANT, "重新测算")
    grant = queries.grant_for_update(grant_id, by=by)
    if grant.status not in ("submitted", "reviewed"):
        raise WrongState(state=GRANT.label(grant.status), label="重新测算")
    before = (grant.verdict, grant.judged_fen)
    judgement = judge(grant, grant.event_on)
    keep(grant, judgement, cause="rejudged", at=at)
    record("grant.rejudged", grant, by=by, at=at, reason=reason, changed=judgement.outcome != before)
    return grant
