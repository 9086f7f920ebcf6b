"""Reading inspections, their sheets, photographs and findings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.institutions.models import Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.reference import InspectionItem, read_inspection_items
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import mask_name
from kaogong.supervision.models import ORIGINS, Assignment, Finding, Inspection, Inspector, Photo
from kaogong.trail import queries as trail
from kaogong.training.models import Enrolment, Session

SHEETS = {"video": _("视频监控检查表"), "acceptance": _("验收表")}
INSPECTION_ORIGINS = dict(ORIGINS)
UNSEEN = ("assigned", "cancelled")  # by the provider: nobody is told of a visit before it


@lru_cache(maxsize=1)
def _items() -> tuple[InspectionItem, ...]:
    return tuple(read_inspection_items())


def items_of(sheet: str, on: date) -> list[InspectionItem]:
    """The lines of a sheet as it stood on the day; NotFound for a sheet there is not."""
    if sheet not in SHEETS:
        raise NotFound()
    return [item for item in _items() if item.sheet == sheet and item.is_asked_on(on)]


def _reachable(by: Actor) -> QuerySet[Inspection]:
    """The region's; of an institution what is done; an invited inspector's own."""
    rows = in_reach(Inspection.objects.all(), by)
    if by.role == "system":
        return rows
    if by.organisation_id is not None:
        return rows.exclude(status__in=UNSEEN)
    if not by.may(Permission.VIEW_PEOPLE):
        sent = Assignment.objects.filter(inspector__account_id=by.account_id)
        return rows.filter(pk__in=sent.values("inspection_id"))
    return rows


def inspections(by: Actor, *, mine: bool = False) -> QuerySet[Inspection]:
    """Inspections in reach, latest first; with ``mine`` those the actor is sent to."""
    rows = _reachable(by).select_related("institution", "training_class", "draw_object__draw")
    if mine:
        sent = Assignment.objects.filter(inspector__account_id=by.account_id)
        rows = rows.filter(pk__in=sent.values("inspection_id"))
    return rows.defer("institution__bank_account").order_by("-id")


def with_first_deadline(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """The same rows with ``first_due_on``: when the first finding still open is to be put right, or None."""
    open_ones = Finding.objects.filter(inspection=OuterRef("pk"), status="opened").order_by("due_on")
    return rows.annotate(first_due_on=Subquery(open_ones.values("due_on")[:1]))


def inspections_waiting(by: Actor) -> QuerySet[Inspection]:
    """What the actor is sent to and has not done, the longest waiting first."""
    return inspections(by, mine=True).filter(status="assigned").order_by("id")


def inspection(inspection_id: int, *, by: Actor) -> Inspection:
    """One inspection in reach; NotFound otherwise."""
    found = inspections(by).filter(pk=inspection_id).first()
    if found is None:
        raise NotFound()
    return found


def inspection_for_update(inspection_id: int, *, by: Actor) -> Inspection:
    """The same, locked."""
    found = _reachable(by).select_for_update(of=("self",)).filter(pk=inspection_id).first()
    if found is None:
        raise NotFound()
    return found


def public_inspections(region_code: str) -> QuerySet[Inspection]:
    """Inspections anyone may read, latest first, with what was found."""
    rows = Inspection.objects.filter(
        region_code__startswith=RegionCode(region_code).prefix, status="published"
    ).select_related("institution")
    rows = rows.defer("institution__bank_account").prefetch_related("findings", "assignments__inspector")
    return rows.order_by("-inspected_on", "-id")


def people_sent(inspection_id: int) -> QuerySet[Assignment]:
    """Who was sent, by number."""
    rows = Assignment.objects.filter(inspection_id=inspection_id).select_related("inspector")
    return rows.order_by("inspector__number")


def assigned_inspector(inspection_id: int, by: Actor) -> Inspector | None:
    """The actor as one of those sent, or None."""
    if by.account_id is None:
        return None
    return Inspector.objects.filter(
        account_id=by.account_id, assignments__inspection_id=inspection_id
    ).first()


def recorded_by(inspection_id: int) -> int | None:
    """The account that filled the sheet in."""
    entry = trail.last_doer("inspection", inspection_id, "recorded")
    return entry.actor_account_id if entry else None


def findings(by: Actor, *, inspection_id: int | None = None) -> QuerySet[Finding]:
    """Findings in reach, by inspection and number."""
    rows = Finding.objects.filter(inspection__in=_reachable(by)).select_related("inspection")
    if inspection_id is not None:
        rows = rows.filter(inspection_id=inspection_id)
    return rows.order_by("-inspection_id", "sequence")


def findings_open(by: Actor) -> QuerySet[Finding]:
    """Findings in reach that wait for the provider, the first due first."""
    return findings(by).filter(status="opened").order_by("due_on", "id")


def finding(finding_id: int, *, by: Actor) -> Finding:
    """One finding in reach; NotFound otherwise."""
    found = findings(by).filter(pk=finding_id).first()
    if found is None:
        raise NotFound()
    return found


def finding_for_update(finding_id: int, *, by: Actor) -> Finding:
    """The same, locked, its inspection first."""
    found = finding(finding_id, by=by)
    inspection_for_update(found.inspection_id, by=by)
    return Finding.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=found.pk)


def photos(inspection_id: int) -> QuerySet[Photo]:
    """The photographs of an inspection without their content."""
    return Photo.objects.defer("content").filter(inspection_id=inspection_id).order_by("id")


def photo(photo_id: int, *, by: Actor) -> Photo:
    """One photograph of an inspection in reach; NotFound otherwise."""
    found = Photo.objects.filter(pk=photo_id, inspection__in=_reachable(by)).first()
    if found is None:
        raise NotFound()
    return found


def inspections_because_of(reference: str, *, by: Actor) -> QuerySet[Inspection]:
    """Inspections in reach ordered for one complaint, finding or lead."""
    return inspections(by).filter(because_of=reference) if reference else Inspection.objects.none()


def class_of_session(session_id: int) -> int:
    """The class a session belongs to; NotFound otherwise. Whether it is in reach is asked of the class."""
    found = Session.objects.filter(pk=session_id).values_list("training_class_id", flat=True).first()
    if found is None:
        raise NotFound()
    return found


def visits_on_sheet(found: Inspection, *, by: Actor) -> QuerySet[Inspection]:
    """Everything the same sheet of the same class or provider holds, in the order of the visits."""
    rows = inspections(by).filter(
        sheet=found.sheet, institution_id=found.institution_id, training_class_id=found.training_class_id
    )
    return rows.exclude(status__in=UNSEEN).order_by("inspected_on", "id")


def public_words(rows: Iterable[Inspection]) -> dict[int, str]:
    """Finding id → what is made public of it: names of the class's learners and the provider's trainers masked."""
    rows = list(rows)
    trainers, learners = defaultdict(set), defaultdict(set)
    of = {row.institution_id for row in rows}
    for institution_id, name in Trainer.objects.filter(institution__in=of).values_list(
        "institution_id", "name"
    ):
        trainers[institution_id].add(name)
    classes = {row.training_class_id for row in rows} - {None}
    people = Enrolment.objects.filter(training_class__in=classes)
    for class_id, name in people.values_list("training_class_id", "person__name"):
        learners[class_id].add(name)
    said = {}
    for row in rows:
        names = trainers[row.institution_id] | learners[row.training_class_id]
        for finding in row.findings.all():
            said[finding.pk] = _without(names, finding.content)
    return said


def _without(names: set[str], text: str) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, mask_name(name)) if len(name) > 1 else text
    return text
