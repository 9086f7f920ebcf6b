"""Reading trainers."""

from django.db.models import QuerySet

from ..models import Trainer


def trainers(institution_id: int) -> QuerySet[Trainer]:
    """Trainers by name, without the sealed number."""
    return Trainer.objects.defer("id_number").filter(institution_id=institution_id).order_by("name", "id")
