"""Reading the documents of a class."""

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.training.models import EvidenceDocument


def evidence(class_id: int, *, replaced: bool = False) -> QuerySet[EvidenceDocument]:
    """The documents of a class without their contents, by kind, latest first; old versions only when asked for."""
    rows = EvidenceDocument.objects.defer("content").filter(training_class_id=class_id)
    if not replaced:
        rows = rows.filter(replaced_by__isnull=True)
    return rows.order_by("kind_code", "-id")


def evidence_document(document_id: int, *, by: Actor) -> EvidenceDocument:
    """One document in reach with its content, or NotFound."""
    rows = EvidenceDocument.objects.select_related("training_class")
    found = in_reach(rows, by).filter(pk=document_id).first()
    if found is None:
        raise NotFound()
    return found
