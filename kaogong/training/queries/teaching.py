"""What trainers taught in a stretch of days, and which classes of a contract are under way."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from kaogong.training.models import Session, TrainingClass


@dataclass(frozen=True, slots=True)
class TeachingHours:
    """One trainer's sessions held, their hours (hundredths) by kind, and the classes they were of."""

    trainer_id: int
    sessions: int
    theory: int
    practice: int
    classes: int

    @property
    def hours(self) -> int:
        return self.theory + self.practice


def teaching_hours(institution_id: int, since: date, until: date) -> dict[int, TeachingHours]:
    """Trainer id → what the timetable says was taught on the days of [since, until), of classes that began (C10)."""
    rows = (
        Session.objects.filter(
            trainer__institution_id=institution_id,
            cancelled=False,
            on__gte=since,
            on__lt=until,
            training_class__status__in=["running", "finished"],
        )
        .order_by()
        .values("trainer_id")
        .annotate(
            n=Count("pk"),
            theory=Sum("hours_hundredths", filter=Q(kind="theory"), default=0),
            practice=Sum("hours_hundredths", filter=~Q(kind="theory"), default=0),
            classes=Count("training_class", distinct=True),
        )
    )
    return {
        row["trainer_id"]: TeachingHours(
            row["trainer_id"], row["n"], row["theory"], row["practice"], row["classes"]
        )
        for row in rows
    }


def classes_under_way(contract_id: int) -> QuerySet[TrainingClass]:
    """Classes of a contract approved or running: what its end would leave open."""
    rows = TrainingClass.objects.filter(contract_id=contract_id, status__in=["approved", "running"])
    return rows.order_by("starts_on", "id")
