"""Reading classes and their timetables."""

from collections.abc import Iterable, Sequence
from datetime import date, time

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact
from kaogong.training.models import ClassTrainer, Enrolment, Session, TrainingClass

_COUNTED = ("filed", "approved", "running", "finished")


def training_classes(by: Actor, text: str = "", status: str = "") -> QuerySet[TrainingClass]:
    """Classes in reach, newest first; each carries ``learner_count``. A learner sees those attended."""
    rows = TrainingClass.objects.select_related("institution", "contract", "site").order_by("-id")
    learners = Enrolment.objects.filter(training_class=OuterRef("pk"), status="enrolled").order_by()
    counted = learners.values("training_class").annotate(n=Count("pk")).values("n")
    rows = rows.annotate(learner_count=Coalesce(Subquery(counted), 0))
    rows = in_reach(rows, by, person="enrolments__person_id")
    wanted = compact(text)
    if wanted:
        rows = rows.filter(Q(number__startswith=wanted.upper()) | Q(title__contains=wanted))
    return rows.filter(status=status) if status else rows


def training_class(class_id: int, *, by: Actor) -> TrainingClass:
    """One class in reach, or NotFound."""
    found = training_classes(by).filter(pk=class_id).first()
    if found is None:
        raise NotFound()
    return found


def class_numbered(number: str, *, by: Actor) -> TrainingClass:
    """One class in reach by its number, or NotFound."""
    found = training_classes(by).filter(number=compact(number).upper()).first()
    if found is None:
        raise NotFound()
    return found


def training_class_for_update(class_id: int, *, by: Actor) -> TrainingClass:
    """The same, locked until the transaction ends."""
    reachable = in_reach(TrainingClass.objects.select_related("institution", "contract"), by)
    found = reachable.select_for_update(of=("self",)).filter(pk=class_id).first()
    if found is None:
        raise NotFound()
    return found


def classes_awaiting_approval(by: Actor) -> QuerySet[TrainingClass]:
    """Filed classes in reach, the earliest to begin first."""
    return training_classes(by, status="filed").order_by("starts_on", "id")


def open_classes(region_code: str, on: date) -> QuerySet[TrainingClass]:
    """Classes of the region that the public may still join: approved and not begun by the day."""
    return (
        TrainingClass.objects.filter(
            region_code__startswith=RegionCode(region_code).prefix, status="approved", starts_on__gte=on
        )
        .select_related("institution", "site")
        .annotate(learner_count=Count("enrolments", filter=Q(enrolments__status="enrolled")))
        .order_by("starts_on", "id")
    )


def class_trainers(class_id: int) -> QuerySet[ClassTrainer]:
    """The trainers named for a class."""
    return ClassTrainer.objects.filter(training_class_id=class_id).select_related("trainer").order_by("id")


def planned_hours(class_id: int) -> dict[str, int]:
    """Hundredths of hours in the timetable, by kind."""
    rows = Session.objects.filter(training_class_id=class_id, cancelled=False).values("kind")
    sums = {row["kind"]: row["total"] for row in rows.annotate(total=Sum("hours_hundredths")).order_by()}
    return {kind: sums.get(kind, 0) for kind in ("theory", "practice")}


def head_count_left(training_class: TrainingClass) -> int:
    """How many people the contract covers besides those in its other classes that are filed or further on."""
    others = TrainingClass.objects.filter(contract_id=training_class.contract_id, status__in=_COUNTED)
    taken = others.exclude(pk=training_class.pk).aggregate(
        n=Count("enrolments", filter=Q(enrolments__status="enrolled"))
    )["n"]
    return training_class.contract.head_count - taken


def simultaneous_classes(
    person_ids: Iterable[int],
    sessions: Sequence[tuple[date, time, time]],
    *,
    except_class_id: int | None = None,
) -> dict[int, str]:
    """Person → number of a live class they are in that meets during one of these (day, from, to).

    Two array look-ups whatever the number of people; the earliest such class is named.
    """
    person_ids = list(person_ids)
    if not person_ids or not sessions:
        return {}
    days, starts, ends = map(list, zip(*sessions, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT s.training_class_id
              FROM unnest(%s::date[], %s::time[], %s::time[]) AS wanted (day, begins, ends)
              JOIN training_session s
                ON s."on" = wanted.day AND s.starts_at < wanted.ends AND wanted.begins < s.ends_at
              JOIN training_trainingclass c ON c.id = s.training_class_id
             WHERE NOT s.cancelled AND c.status <> 'cancelled'
               AND s.training_class_id IS DISTINCT FROM %s
            """,
            [days, starts, ends, except_class_id],
        )
        busy = [row[0] for row in cursor.fetchall()]
        if not busy:
            return {}
        cursor.execute(
            """
            SELECT e.person_id, min(c.number)
              FROM training_enrolment e
              JOIN training_trainingclass c ON c.id = e.training_class_id
             WHERE e.training_class_id = ANY(%s) AND e.status = 'enrolled' AND e.person_id = ANY(%s)
             GROUP BY e.person_id
            """,
            [busy, person_ids],
        )
        return dict(cursor.fetchall())


def double_booked(training_class: TrainingClass) -> dict[int, str]:
    """Learners of the class who sit in another class at the same hours: person → that class's number."""
    people = training_class.enrolments.filter(status="enrolled").values_list("person_id", flat=True)
    return simultaneous_classes(people, session_hours(training_class.pk), except_class_id=training_class.pk)


def session_hours(class_id: int) -> list[tuple[date, time, time]]:
    """When the class meets: (day, from, to)."""
    rows = Session.objects.filter(training_class_id=class_id, cancelled=False)
    return list(rows.values_list("on", "starts_at", "ends_at"))
