"""Asking where learners were while a class has them as present, in the days after."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from kaogong import rules
from kaogong.gateways.registers import connected
from kaogong.kernel.actor import Actor
from kaogong.people import operations as people
from kaogong.people import queries as registry
from kaogong.rules.conduct import conduct_said
from kaogong.training.models import Attendance, TrainingClass

HELD = ("running", "finished")
PRESENT = ("P", "T", "E")


def recheck_hours(*, by: Actor, at: datetime) -> int:
    """Ask about whoever was marked present in a region's last days, class by class; returns how many were asked.

    Only where the register of hours is connected and the region says how many days. One question for each learner
    and day; a day once answered is not asked about again, and a register that is down is asked the next night.
    """
    if "hours" not in connected():
        return 0
    today = timezone.localdate(at)
    rows = TrainingClass.objects.filter(status__in=HELD)
    asked = 0
    for region_code in rows.order_by("region_code").values_list("region_code", flat=True).distinct():
        days = _days(region_code, today)
        if days is None:
            continue
        since = today - timedelta(days=days)
        held = rows.filter(region_code=region_code, sessions__on__gte=since, sessions__on__lt=today)
        for training_class in held.distinct().order_by("pk"):
            asked += _ask(training_class, since, today, by=by, at=at)
    return asked


@transaction.atomic
def _ask(training_class: TrainingClass, since: date, today: date, *, by: Actor, at: datetime) -> int:
    marks = Attendance.objects.filter(
        session__training_class=training_class,
        session__cancelled=False,
        session__on__gte=since,
        session__on__lt=today,
        enrolment__status="enrolled",
        mark__in=PRESENT,
    )
    days = marks.values_list("enrolment__person_id", "session__on").annotate(
        Min("session__starts_at"), Max("session__ends_at")
    )
    days = list(days.order_by("enrolment__person_id", "session__on"))
    numbers = registry.id_numbers_of({person_id for person_id, *_ in days})
    zone = timezone.get_default_timezone()
    spans = [
        (numbers[pk], datetime.combine(on, begins, zone), datetime.combine(on, ends, zone))
        for pk, on, begins, ends in days
    ]
    told = people.ask_hours(
        spans,
        by=by,
        at=at,
        reason=f"到课时段复核 {training_class.number}",
        region_code=training_class.region_code,
    )
    return sum(told.values())


def _days(region_code: str, on: date) -> int | None:
    """How many days back a region asks; None where it says nothing."""
    conduct = conduct_said(rules.load(), region_code, "roster", on)
    said = conduct.values.get("hours_asked_days") if conduct else None
    return said.value if said is not None else None
