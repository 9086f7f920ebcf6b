"""What waits for a provider: rosters not taken, sessions not recorded, places used up."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.training.models import Attendance, Enrolment, RosterUpload, Session, TrainingClass

from .classes import training_classes

_COUNTED = ("filed", "approved", "running", "finished")


def rosters_waiting(by: Actor) -> QuerySet[RosterUpload]:
    """Rosters in reach that are neither taken nor put aside, the oldest first."""
    rows = RosterUpload.objects.select_related("training_class").defer("original", "problems")
    return in_reach(rows, by).filter(status__in=("received", "checked")).order_by("uploaded_at", "id")


def classes_unrecorded(by: Actor, until: date) -> QuerySet[TrainingClass]:
    """Running classes with sessions up to the day where a learner has no mark, the oldest such session first.

    Each carries ``unrecorded_count`` and ``unrecorded_since``.
    """
    marked = Attendance.objects.filter(session=OuterRef(OuterRef("pk")), enrolment=OuterRef("pk"))
    learners = Enrolment.objects.filter(training_class=OuterRef("training_class"), status="enrolled")
    open_sessions = (
        Session.objects.filter(training_class=OuterRef("pk"), cancelled=False, on__lte=until)
        .filter(Exists(learners.filter(~Exists(marked))))
        .order_by()
        .values("training_class")
    )
    rows = training_classes(by, status="running").annotate(
        unrecorded_count=Subquery(
            open_sessions.annotate(n=Count("pk")).values("n"), output_field=IntegerField()
        ),
        unrecorded_since=Subquery(open_sessions.annotate(first=Min("on")).values("first")),
    )
    return rows.filter(unrecorded_count__gt=0).order_by("unrecorded_since", "id")


def places_taken(contract_ids: Iterable[int]) -> dict[int, int]:
    """How many learners the filed and later classes of each contract hold."""
    rows = (
        TrainingClass.objects.filter(contract_id__in=list(contract_ids), status__in=_COUNTED)
        .values("contract_id")
        .annotate(n=Count("enrolments", filter=Q(enrolments__status="enrolled")))
        .order_by()
    )
    return {row["contract_id"]: row["n"] for row in rows}
