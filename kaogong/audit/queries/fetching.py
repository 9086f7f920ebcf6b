"""Packs and samples in reach, and what a sample is drawn from."""

import base64
import zlib
from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.claims.models import Claim
from kaogong.funds.models import Payment
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.sampling import FORMAT, Item, draw, items_of, result_rows
from kaogong.risk.models import RiskFinding, RiskSubject

from ..models import AuditPack, AuditSample, SampledPayment
from .period import Period

OPEN_OR_TRUE = ("found", "asked", "answered", "escalated", "reopened")


def packs(by: Actor) -> QuerySet[AuditPack]:
    """Packs in reach, newest first."""
    return in_reach(AuditPack.objects.order_by("-asked_at", "-id"), by, organisation=None)


def pack(pack_id: int, *, by: Actor) -> AuditPack:
    """One pack in reach, or NotFound."""
    found = packs(by).filter(pk=pack_id).first()
    if found is None:
        raise NotFound()
    return found


def pieces(kept: AuditPack) -> Iterator[bytes]:
    """The archive, piece by piece."""
    for content in kept.parts.order_by("sequence").values_list("content", flat=True).iterator(chunk_size=1):
        yield base64.b64decode(content)


def samples(by: Actor) -> QuerySet[AuditSample]:
    """Plans in reach, newest first, without their rosters."""
    rows = AuditSample.objects.defer("roster").order_by("-prepared_at", "-id")
    return in_reach(rows, by, organisation=None)


def sample(sample_id: int, *, by: Actor) -> AuditSample:
    """One plan in reach, or NotFound."""
    found = samples(by).filter(pk=sample_id).first()
    if found is None:
        raise NotFound()
    return found


def sampled(plan: AuditSample) -> QuerySet[SampledPayment]:
    """What was drawn, in order, with its payment."""
    payments = Payment.objects.select_related("fund", "reservation", "batch").defer("bank_account")
    return plan.payments.order_by("place").prefetch_related(Prefetch("payment", payments))


def roster_lines(plan: AuditSample) -> list[str]:
    """The lines the plan draws from."""
    return zlib.decompress(bytes(plan.roster)).decode().split("\n")


def sample_package(plan: AuditSample) -> dict:
    """Everything needed to draw a plan again, as ``kaogong audit sample verify`` reads it."""
    lines = roster_lines(plan)
    chosen = draw(items_of(lines), method=plan.method, size=plan.size, seed=plan.seed)
    return {
        "format": FORMAT, "number": plan.number, "region_code": plan.region_code,
        "from_on": plan.from_on.isoformat(), "to_on": plan.to_on.isoformat(), "method": plan.method,
        "size": plan.size, "seed": plan.seed, "seed_source": plan.seed_source, "roster": lines,
        "roster_digest": plan.roster_digest, "result": result_rows(chosen),
        "result_digest": plan.result_digest,
    }  # fmt: skip


def paid_items(period: Period) -> list[Item]:
    """Every payment that arrived in the period, with its amount and the risk found about what it pays."""
    rows = Payment.objects.filter(status="paid", **period.on("answered_at"), **period.here())
    found = list(rows.values_list("reference", "amount_fen", "person_id", "reservation__reference"))
    classes = dict(
        Claim.objects.filter(number__in={row[3] for row in found}).values_list("number", "training_class_id")
    )
    of_class = _ranks_of_classes({pk for pk in classes.values() if pk})
    of_person = _ranks_of_people({row[2] for row in found if row[2]})
    return [
        Item(reference, fen, of_class.get(classes.get(number), 0) + of_person.get(person, 0))
        for reference, fen, person, number in found
    ]


def _ranks_of_classes(class_ids: set[int]) -> dict[int, int]:
    rows = RiskFinding.objects.filter(training_class__in=class_ids, status__in=OPEN_OR_TRUE)
    return dict(rows.order_by().values_list("training_class_id").annotate(risk=Sum("rank")))


def _ranks_of_people(person_ids: set[int]) -> dict[int, int]:
    rows = RiskSubject.objects.filter(person__in=person_ids, finding__status__in=OPEN_OR_TRUE)
    return dict(rows.order_by().values_list("person_id").annotate(risk=Sum("finding__rank")))
