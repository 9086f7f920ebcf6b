"""Reading trainers, their qualifications and what they did to teach better."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import Trainer, TrainerDevelopment, TrainerQualification

DEVELOPMENT_FORMS = TrainerDevelopment.FORMS
EMPLOYMENTS = Trainer.EMPLOYMENTS


def trainers(institution_id: int, on: date | None = None) -> QuerySet[Trainer]:
    """Trainers by name, without the sealed number; those who left by ``on`` left out."""
    rows = Trainer.objects.defer("id_number").filter(institution_id=institution_id)
    if on is not None:
        rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))
    return rows.order_by("name", "id")


def trainers_in_full(institution_id: int, on: date | None = None) -> QuerySet[Trainer]:
    """The same with their qualifications and development records."""
    return trainers(institution_id, on).prefetch_related(
        Prefetch("qualifications", TrainerQualification.objects.order_by("-valid_until", "id")),
        Prefetch("developments", TrainerDevelopment.objects.order_by("-starts_on", "id")),
    )


def trainer(trainer_id: int, *, by: Actor) -> Trainer:
    """One trainer of an institution in reach; NotFound otherwise."""
    rows = in_reach(Trainer.objects.defer("id_number"), by, region="institution__region_code")
    found = rows.filter(pk=trainer_id).first()
    if found is None:
        raise NotFound()
    return found


def qualifications(trainer_id: int) -> QuerySet[TrainerQualification]:
    return TrainerQualification.objects.filter(trainer_id=trainer_id).order_by("-valid_until", "id")


def developments(trainer_id: int) -> QuerySet[TrainerDevelopment]:
    return TrainerDevelopment.objects.filter(trainer_id=trainer_id).order_by("-starts_on", "id")
