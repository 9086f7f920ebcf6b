"""Who paid a fee first, and what proves it: the documents a region asks of each payer, and what is there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.rules.conduct import conduct_said
from kaogong.training import queries as training
from kaogong.training.models import Enrolment, TrainingClass

from ..models import FEE_DOCUMENTS, FeeDocument
from .gathering import PAYER_WORDS
from .judging import rulebook

TOPIC = "claim_modes"
FEE_DOCUMENT_KINDS = dict(FEE_DOCUMENTS)


@dataclass(frozen=True, slots=True)
class FeeDocumentsAsked:
    """Which documents a region asks of one payer on a day; ``is_said`` is False where nobody has said."""

    kinds: tuple[str, ...]
    is_said: bool
    illustrative: bool = False


def fee_documents_asked(region_code: str, payer: str, on: date) -> FeeDocumentsAsked:
    """What a fee this payer (provider, person, employer) paid first is proved with in a region on a day."""
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    table = conduct.table("fee_documents") if conduct is not None else None
    row = next((row for row in table.rows if row["code"] == payer), None) if table is not None else None
    if row is None:
        return FeeDocumentsAsked((), False)
    kinds = tuple(kind for kind in FEE_DOCUMENT_KINDS if row.get(kind))
    return FeeDocumentsAsked(kinds, True, table.illustrative)


def fee_documents(by: Actor, class_id: int) -> QuerySet[FeeDocument]:
    """The invoices and proofs of a class in reach, in the order they came, without their content."""
    rows = FeeDocument.objects.defer("content").select_related("enrolment__person")
    return in_reach(rows, by).filter(training_class_id=class_id).order_by("id")


def fee_document(document_id: int, *, by: Actor) -> FeeDocument:
    """One of them, or NotFound."""
    rows = FeeDocument.objects.select_related("training_class", "enrolment__person")
    found = in_reach(rows, by).filter(pk=document_id).first()
    if found is None:
        raise NotFound()
    return found


def fee_documents_missing(
    training_class: TrainingClass, payee: str, enrolments: Iterable[Enrolment], on: date
) -> dict[Enrolment, tuple[str, ...]]:
    """Whose fee the payee paid first without the documents the region asks of it: learner → kinds not there.

    A document of the whole class stands for every learner of it.
    """
    enrolments = list(enrolments)
    asked = fee_documents_asked(training_class.region_code, payee, on).kinds
    if not asked:
        return {}
    fees = training.fees_by_enrolment(training_class.pk, [row.pk for row in enrolments])
    there: dict[int | None, set[str]] = defaultdict(set)
    rows = FeeDocument.objects.filter(training_class=training_class, withdrawn_at__isnull=True)
    for enrolment_id, kind in rows.values_list("enrolment_id", "kind"):
        there[enrolment_id].add(kind)
    missing = {}
    for row in enrolments:
        fee = fees.get(row.pk)
        if fee is None or PAYER_WORDS.get(fee.counts_as_paid_by) != payee:
            continue  # the rules say what becomes of a fee somebody else paid
        lacking = tuple(kind for kind in asked if kind not in there[row.pk] | there[None])
        if lacking:
            missing[row] = lacking
    return missing


def employer_of_class(training_class: TrainingClass) -> Institution | None:
    """The registered enterprise a class was filed for, by its credit code; None where none is named."""
    filing = training.filing_of(training_class.pk)
    code = filing.answers.get("employer_credit_code") if filing is not None else None
    return institutions.institution_by_credit_code(code) if code else None
