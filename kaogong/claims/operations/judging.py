"""Judging lines: facts gathered, rules asked, and what they said kept."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Max

from kaogong.access.permissions import Permission
from kaogong.gateways.copying import copy_rows
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, Refused, SamePerson, WrongState
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.rules import Decision as Judged
from kaogong.rules import Facts, decide
from kaogong.trail import queries as trail
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Claim, ClaimLine, Decision, Evidence, RulebookEdition, Waiver
from ..states import CLAIM, UNDECIDED


class FactUnknown(Refused):
    """没有“{fact}”这一项事实。"""


class FactKnown(Refused):
    """“{fact}”系统已有记录，不能用材料代替；记录有误的请在原处更正后重新测算。"""


class SourceMissing(Refused):
    """请写明“{fact}”的材料来源。"""


class RuleWaivedAlready(Refused):
    """规则“{rule}”已经对{line}例外批准过。"""


class RuleNotAgainst(Refused):
    """规则“{rule}”没有对{line}提出不予补贴，无需例外批准。"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line with the facts it was judged on and what the rules said."""

    line: ClaimLine
    facts: Facts
    waived: frozenset[str]
    decision: Judged

    @property
    def amount_fen(self) -> int:
        """What goes to whoever the claim is paid to: the training subsidy, the employer's month."""
        return sum(
            part.amount_fen
            for part in self.decision.components
            if part.code == "training" or part.payee != "person"
        )

    @property
    def allowance_fen(self) -> int:
        """Everything beside the training subsidy."""
        return self.decision.amount_fen - self.amount_fen

    @property
    def outcome(self) -> tuple[str, int, int]:
        return self.decision.verdict, self.amount_fen, self.allowance_fen


def outcome_of(line: ClaimLine) -> tuple[str, int, int]:
    """What the line says it was given last."""
    return line.verdict, line.amount_fen, line.allowance_fen


def judge(claim: Claim, lines: Sequence[ClaimLine]) -> list[Judgement]:
    """Judge these lines on the facts as they are now; writes nothing."""
    facts = queries.facts_of(claim, lines)
    waived = queries.waivers(line.pk for line in lines)
    book = queries.rulebook()
    judgements = []
    for line in lines:
        scheme = book.at(claim.region_code[:6], line.event_on).scheme(claim.scheme_code)
        exceptions = waived.get(line.pk, frozenset())
        judgements.append(
            Judgement(
                line, facts[line.pk], exceptions, decide(scheme, facts[line.pk], line.event_on, exceptions)
            )
        )
    return judgements


def keep(claim: Claim, judgements: Sequence[Judgement], *, cause: str, at: datetime) -> None:
    """Freeze these judgements as the lines' next decisions; lines and claim take over verdict and money."""
    keep_rulebook(at)
    lines = [judgement.line for judgement in judgements]
    versions = dict(
        Decision.objects.filter(line__in=[line.pk for line in lines])
        .values_list("line_id")
        .annotate(Max("version"))
        .order_by()
    )
    copy_rows(
        "claims_decision",
        pl.DataFrame(
            [
                {
                    "line_id": judgement.line.pk,
                    "version": versions.get(judgement.line.pk, 0) + 1,
                    "cause": cause,
                    "decided_at": at.isoformat(),
                    "on": judgement.line.event_on,
                    "region_code": claim.region_code,
                    "scheme_code": claim.scheme_code,
                    "facts": json.dumps(judgement.facts.to_dict(), ensure_ascii=False),
                    "waived": json.dumps(sorted(judgement.waived), ensure_ascii=False),
                    "decision": judgement.decision.to_json(),
                    "verdict": judgement.decision.verdict,
                    "amount_fen": judgement.amount_fen,
                    "allowance_fen": judgement.allowance_fen,
                    "rulebook_digest": judgement.decision.rulebook_digest,
                }
                for judgement in judgements
            ]
        ),
    )
    for judgement in judgements:
        line = judgement.line
        line.verdict, line.amount_fen, line.allowance_fen = judgement.outcome
    ClaimLine.objects.bulk_update(lines, ["verdict", "amount_fen", "allowance_fen"])
    if any(judgement.decision.illustrative for judgement in judgements):
        claim.illustrative = True
    recount_claim(claim)


def recount_claim(claim: Claim) -> None:
    """Make the claim's amount the sum of its counted lines again."""
    claim.amount_fen = queries.counted_fen(claim.pk)
    claim.save(update_fields=["amount_fen", "illustrative"])


def keep_rulebook(at: datetime) -> None:
    """Keep the rulebook in use as it reads now, so that what is decided under it can be decided again."""
    book = queries.rulebook()
    if not RulebookEdition.objects.filter(digest=book.digest).exists():
        RulebookEdition.objects.bulk_create(
            [RulebookEdition(digest=book.digest, first_used_at=at, content=book.content)],
            ignore_conflicts=True,
        )


def lock_persons(person_ids: Iterable[int]) -> None:
    """Lock these people, in one order for all: what two claims both ask for is decided in turn.

    Of a person merged with another both rows are locked: their history is one.
    """
    ids = sorted(people.all_ids_of(person_ids))
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def require_undecided(claim: Claim, label: str) -> None:
    """Refuse what may only be done before a claim is approved."""
    if claim.status not in UNDECIDED:
        raise WrongState(state=CLAIM.label(claim.status), label=label)


def line_for_update(line_id: int, *, by: Actor, label: str) -> tuple[Claim, ClaimLine]:
    """The undecided claim of a line, locked, and the line, or NotFound or WrongState."""
    claim = queries.claim_for_update(queries.line(line_id, by=by).claim_id, by=by)
    require_undecided(claim, label)
    return claim, queries.line(line_id, by=by)


@transaction.atomic
def rejudge_claim(claim_id: int, *, by: Actor, at: datetime, reason: str = "") -> Claim:
    """Judge every line again on today's facts and keep what came out as new decisions.

    Whoever submits, reviews or approves may ask for it, at whatever step the claim stands; it stays there.
    """
    claim = queries.claim_for_update(claim_id, by=by)
    if by.role != "system" and not (by.may(Permission.SUBMIT_CLAIM) or by.may(Permission.APPROVE_CLAIM)):
        require_may(by, Permission.REVIEW_CLAIM, "重新测算")
    require_undecided(claim, "重新测算")
    lines = list(queries.lines(claim.pk).filter(status="judged"))
    before = {line.pk: outcome_of(line) for line in lines}
    judgements = judge(claim, lines)
    keep(claim, judgements, cause="rejudged", at=at)
    record(
        "claim.rejudged", claim, by=by, at=at, reason=reason,
        changed=[j.line.reference for j in judgements if before[j.line.pk] != j.outcome],
        amount_fen=claim.amount_fen,
    )  # fmt: skip
    return claim


@transaction.atomic
def supply_evidence(
    line_id: int, *, fact: str, value: Any, source: str, by: Actor, at: datetime, reason: str
) -> ClaimLine:
    """Say one fact the product does not know, with its source, and judge the line again on it."""
    require_may(by, Permission.SUPPLY_EVIDENCE, "补充材料")
    if not reason.strip():
        raise ReasonMissing(label="补充材料")
    if fact not in queries.FACT_NAMES:
        raise FactUnknown(fact=fact)
    if not source.strip():
        raise SourceMissing(fact=fact)
    claim, line = line_for_update(line_id, by=by, label="补充材料")
    supplied = set(queries.evidence(line.pk).values_list("fact", flat=True))
    if fact not in supplied and getattr(queries.facts(line), fact) is not None:
        raise FactKnown(fact=fact)
    plain = Facts.from_dict({fact: value}).to_dict()[fact]
    Evidence.objects.create(
        line=line, fact=fact, value=plain, source=source.strip(), reason=reason.strip(), at=at,
        by_account_id=by.account_id, by_name=by.name,
    )  # fmt: skip
    keep(claim, judge(claim, [line]), cause="evidence", at=at)
    record("claim.evidence_supplied", claim, by=by, at=at, reason=reason, line=line.reference, fact=fact)
    return line


def require_another_person(claim: Claim, *, by: Actor) -> None:
    """Refuse an exception by who submitted or reviewed the claim: it takes a second person."""
    for past in ("submitted", "resubmitted", "reviewed"):
        earlier = trail.last_doer(CLAIM.name, claim.pk, past)
        if earlier is not None and by.account_id is not None and earlier.actor_account_id == by.account_id:
            raise SamePerson(label="例外批准", name=earlier.actor_name)


@transaction.atomic
def waive_rule(line_id: int, *, rule_id: str, by: Actor, at: datetime, reason: str) -> ClaimLine:
    """Set one waivable rule aside for one line (“原则上”), by name and with the reason; judge it again.

    Who submitted or reviewed the claim may not, and who grants it may not approve the claim.
    """
    require_may(by, Permission.WAIVE_RULE, "例外批准")
    if not reason.strip():
        raise ReasonMissing(label="例外批准")
    claim, line = line_for_update(line_id, by=by, label="例外批准")
    require_another_person(claim, by=by)
    if Waiver.objects.filter(line=line, rule_id=rule_id).exists():
        raise RuleWaivedAlready(rule=rule_id, line=line.reference)
    plain = judge(claim, [line])[0]
    if not any(rule_id in (f.rule_id, f.rule) for f in plain.decision.findings_that("failed")):
        raise RuleNotAgainst(rule=rule_id, line=line.reference)
    Waiver.objects.create(
        line=line, rule_id=rule_id, reason=reason.strip(), at=at, by_account_id=by.account_id, by_name=by.name
    )
    keep(claim, judge(claim, [line]), cause="waiver", at=at)
    record("claim.rule_waived", claim, by=by, at=at, reason=reason, line=line.reference, rule=rule_id)
    return line


def lines_changed(judgements: Sequence[Judgement]) -> Mapping[str, tuple[str, int, int]]:
    """The lines whose outcome is no longer what they say, by reference, with the new outcome."""
    return {j.line.reference: j.outcome for j in judgements if outcome_of(j.line) != j.outcome}
