"""Samples: the payments are fixed first, then the seed comes, then they are drawn."""

import zlib
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from kaogong.funds.models import Payment
from kaogong.kernel import sampling
from kaogong.kernel.actor import Actor
from kaogong.kernel.drawing import digest_of
from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import begin, move, next_number, record, require_may, require_move

from .. import queries
from ..models import AuditSample, SampledPayment
from ..states import AUDIT_SAMPLE, METHODS
from .refusals import DaysNotPossible, NothingPaid, RegionOutOfReach, SampleTooLarge, SeedMissing


@transaction.atomic
def prepare_sample(
    *,
    from_on: date,
    to_on: date,
    method: str,
    size: int,
    by: Actor,
    at: datetime,
    reason: str,
    region_code: str = "",
) -> AuditSample:
    """Fix what is drawn from: every payment that arrived on these days. Its digest stands before any seed."""
    step = AUDIT_SAMPLE.move("prepare")
    require_may(by, step.may, str(step.label))
    if not reason.strip():
        raise ReasonMissing(label=str(step.label))
    if method not in METHODS:
        raise NotFound()
    region_code = region_code or by.region_code
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise RegionOutOfReach()
    if not from_on <= to_on <= localdate(at):
        raise DaysNotPossible(from_on=from_on, to_on=to_on)
    items = queries.paid_items(queries.Period(region_code, from_on, to_on))
    if not items:
        raise NothingPaid(from_on=from_on, to_on=to_on)
    if not 0 < size <= len(items):
        raise SampleTooLarge(count=len(items), size=size)
    lines = sampling.lines_of(items)
    plan = AuditSample.objects.create(
        number=next_number(AuditSample, f"CY-{localdate(at).year}-", 4),
        region_code=region_code,
        from_on=from_on,
        to_on=to_on,
        method=method,
        size=size,
        reason=reason.strip(),
        roster=zlib.compress("\n".join(lines).encode(), 9),
        roster_digest=digest_of(lines),
        roster_count=len(items),
        roster_fen=sum(item.fen for item in items),
        prepared_at=at,
        prepared_by_account_id=by.account_id,
        prepared_by_name=by.name,
    )
    begin(plan, "prepared", by=by, at=at, reason=reason, digest=plan.roster_digest, count=len(items))
    return plan


@transaction.atomic
def draw_sample(sample_id: int, *, seed: str, seed_source: str, by: Actor, at: datetime) -> AuditSample:
    """Draw with a seed that came after the roster; anyone can draw it again."""
    plan = AuditSample.objects.select_for_update().get(pk=queries.sample(sample_id, by=by).pk)
    require_move(plan, AUDIT_SAMPLE.move("draw"), AUDIT_SAMPLE, by=by, reason="")
    seed, seed_source = seed.strip(), seed_source.strip()
    if not seed or not seed_source:
        raise SeedMissing()
    items = sampling.items_of(queries.roster_lines(plan))
    chosen = sampling.draw(items, method=plan.method, size=plan.size, seed=seed)
    keys = dict(
        Payment.objects.filter(reference__in=[one.id for one in chosen]).values_list("reference", "pk")
    )
    SampledPayment.objects.bulk_create(
        SampledPayment(
            sample=plan, place=one.place, payment_id=keys[one.id], amount_fen=one.fen, risk=one.risk,
            why=_why(plan.method, one),
        )
        for one in chosen
    )  # fmt: skip
    plan.seed, plan.seed_source, plan.drawn_at = seed, seed_source, at
    plan.result_digest = sampling.result_digest(sampling.result_rows(chosen))
    plan.save(update_fields=["seed", "seed_source", "drawn_at", "result_digest"])
    move(plan, "draw", by=by, at=at, seed=seed, digest=plan.result_digest, count=len(chosen))
    return plan


def _why(method: str, one: sampling.Chosen) -> str:
    if method == "largest":
        return f"货币单位抽样，命中{one.hits}次"
    return f"风险分{one.risk}" if method == "riskiest" else f"随机次序 {one.rank[:12]}"


@transaction.atomic
def take_sample(sample_id: int, *, by: Actor, at: datetime) -> AuditSample:
    """The plan to take along, as a working paper or to be drawn again; who took it is told."""
    require_may(by, AUDIT_SAMPLE.move("draw").may, "下载抽样")
    plan = queries.sample(sample_id, by=by)
    record("audit_sample.taken", plan, by=by, at=at)
    return plan
