"""Reading sanctions: what the ladder suggests, what one would change, who is barred."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Contract
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.supervision.models import Case, Consequence, Finding, Sanction
from kaogong.supervision.models.sanctions import EFFECTS
from kaogong.training import queries as training

from .conduct import ladder

SANCTION_EFFECTS = EFFECTS
STANDING = ("told", "in_force")
OPEN_CLASSES = ("filed", "approved", "running")
OPEN_CLAIMS = ("submitted", "reviewed", "approved", "published", "cleared")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sanction would touch the day it begins."""

    contracts: list[Contract]
    classes: list
    claims: list
    claims_fen: int


def sanctions(by: Actor) -> QuerySet[Sanction]:
    """Sanctions in reach, latest first; of an institution its own."""
    rows = in_reach(Sanction.objects.select_related("institution", "person", "case"), by)
    return rows.defer("institution__bank_account").order_by("-id")


def sanctions_to_plead(by: Actor, on: date) -> QuerySet[Sanction]:
    """What the institution may still answer."""
    return sanctions(by).filter(status="proposed", pleaded_at__isnull=True, plead_until__gte=on)


def sanctions_waiting(by: Actor, on: date) -> QuerySet[Sanction]:
    """What the bureau has to decide, tell or begin."""
    return sanctions(by).filter(status__in=["proposed", "confirmed", "told"])


def sanction(sanction_id: int, *, by: Actor) -> Sanction:
    """One sanction in reach; NotFound otherwise."""
    found = sanctions(by).filter(pk=sanction_id).first()
    if found is None:
        raise NotFound()
    return found


def sanction_for_update(sanction_id: int, *, by: Actor) -> Sanction:
    """The same, locked."""
    found = (
        in_reach(Sanction.objects.all(), by).select_for_update(of=("self",)).filter(pk=sanction_id).first()
    )
    if found is None:
        raise NotFound()
    return found


def published_sanctions(region_code: str) -> QuerySet[Sanction]:
    """Sanctions in force that are before the public, latest first."""
    rows = Sanction.objects.filter(
        region_code__startswith=RegionCode(region_code).prefix,
        status="in_force",
        effects__contains=["published"],
    )
    return (
        rows.select_related("institution", "person").defer("institution__bank_account").order_by("-start_on")
    )


def consequences(sanction_id: int) -> QuerySet[Consequence]:
    """What a sanction changed, in order."""
    return Consequence.objects.filter(sanction_id=sanction_id).order_by("id")


def bars_on(
    on: date, *, institution_id: int | None = None, person_id: int | None = None
) -> QuerySet[Sanction]:
    """Standing entries of the blacklist against an institution or a person on the day."""
    rows = Sanction.objects.filter(status="in_force", effects__contains=["barred"], start_on__lte=on)
    rows = rows.exclude(end_on__lte=on)
    if institution_id is None and person_id is None:
        return rows
    if institution_id is not None:
        return rows.filter(institution_id=institution_id)
    return rows.filter(person_id=person_id)


def preview(found: Sanction, *, by: Actor) -> Preview:
    """Contracts, open classes and open claims of the institution a sanction is about."""
    if found.institution_id is None:
        return Preview([], [], [], 0)
    contracts = list(
        institutions.contracts(by, found.institution_id).filter(status__in=["recognised", "suspended"])
    )
    classes = list(
        training.training_classes(by).filter(institution_id=found.institution_id, status__in=OPEN_CLASSES)
    )
    rows = list(claims.claims(by).filter(institution_id=found.institution_id, status__in=OPEN_CLAIMS))
    return Preview(contracts, classes, rows, sum(row.amount_fen for row in rows))


def suggested_step(case: Case, on: date) -> tuple[Mapping[str, Any], list[str]] | None:
    """The highest step whose triggers a graded case meets, with the labels of those met; a person decides."""
    rows = ladder(case.region_code, on)
    labels = {row["code"]: row["label"] for row in rows}
    overdue = 0
    earlier: set[str] = set()
    if case.institution_id is not None:
        overdue = Finding.objects.filter(
            institution_id=case.institution_id, status="opened", due_on__lt=on
        ).count()
    subject = (
        {"institution_id": case.institution_id} if case.institution_id else {"person_id": case.person_id}
    )
    for one in Sanction.objects.filter(**subject, start_on__lte=on).exclude(
        status__in=["lifted", "withdrawn"]
    ):
        if one.end_on is None or one.end_on > on:
            earlier.add(one.step)
    for row in reversed(rows):
        for trigger in row.get("triggers", ()):
            why = _met(trigger, case.grade, overdue, earlier, labels)
            if why:
                return row, why
    return None


def _met(
    trigger: Mapping, grade: str, overdue: int, earlier: set[str], labels: Mapping[str, str]
) -> list[str]:
    """Each condition of a trigger in words, when all of them hold."""
    why = []
    if "grades" in trigger:
        if grade not in trigger["grades"]:
            return []
        why.append(dict(Case._meta.get_field("grade").choices)[grade])
    if "earlier" in trigger:
        if trigger["earlier"] not in earlier:
            return []
        why.append(labels.get(trigger["earlier"], trigger["earlier"]))
    if "overdue_findings" in trigger:
        if overdue < trigger["overdue_findings"]:
            return []
        why.append(str(overdue))
    return why
