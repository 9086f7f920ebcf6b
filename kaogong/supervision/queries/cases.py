"""Reading cases and what is to be paid back."""

from django.db.models import Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.supervision.models import Case, Recovery
from kaogong.supervision.models.cases import CAUSES, GRADES

CASE_CAUSES = dict(CAUSES)
CASE_GRADES = dict(GRADES)


def cases(by: Actor) -> QuerySet[Case]:
    """Cases in the bureau's reach, latest first."""
    rows = in_reach(
        Case.objects.select_related("institution", "training_class", "person"), by, organisation=None
    )
    return rows.defer("institution__bank_account").order_by("-id")


def cases_waiting(by: Actor) -> QuerySet[Case]:
    """Cases somebody has to grade or confirm."""
    return cases(by).filter(status__in=["opened", "graded"])


def cases_of(cause: str, because_of: str, *, by: Actor) -> QuerySet[Case]:
    """The cases one finding, complaint or lead came to."""
    return cases(by).filter(cause=cause, because_of=because_of)


def case(case_id: int, *, by: Actor) -> Case:
    """One case in reach; NotFound otherwise."""
    found = cases(by).filter(pk=case_id).first()
    if found is None:
        raise NotFound()
    return found


def case_for_update(case_id: int, *, by: Actor) -> Case:
    """The same, locked."""
    found = in_reach(Case.objects.all(), by, organisation=None)
    locked = found.select_for_update(of=("self",)).filter(pk=case_id).first()
    if locked is None:
        raise NotFound()
    return locked


def recoveries(by: Actor, *, case_id: int | None = None) -> QuerySet[Recovery]:
    """Sums demanded back, in reach, the first due first."""
    rows = in_reach(Recovery.objects.select_related("case"), by, organisation=None)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return rows.order_by("due_on", "id")


def recovery(recovery_id: int, *, by: Actor) -> Recovery:
    """One of them; NotFound otherwise."""
    found = recoveries(by).filter(pk=recovery_id).first()
    if found is None:
        raise NotFound()
    return found


def recovery_for_update(recovery_id: int, *, by: Actor) -> Recovery:
    """One of them, locked; NotFound otherwise."""
    rows = in_reach(Recovery.objects.all(), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=recovery_id).first()
    if found is None:
        raise NotFound()
    return found


def recovery_sums(case_id: int) -> tuple[int, int]:
    """(demanded, come back) in fen."""
    sums = Recovery.objects.filter(case_id=case_id).aggregate(
        demanded=Sum("amount_fen", filter=~Q(status="waived")),
        back=Sum("amount_fen", filter=Q(status="recovered")),
    )
    return sums["demanded"] or 0, sums["back"] or 0
