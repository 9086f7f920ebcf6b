"""What is asked back, in an actor's reach; a debtor sees what they were told of."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import (
    PlannedInstalment,
    Recoupment,
    RecoupmentObjection,
    RecoupmentPart,
    RecoupmentReceipt,
    RecoveryLead,
)
from ..states import OVERDUE, STANDING


def recoupments(by: Actor, text: str = "") -> QuerySet[Recoupment]:
    """Recoupments in reach with ``back_fen`` (principal that came back), newest first."""
    rows = in_reach(Recoupment.objects.select_related("institution", "person"), by, person="person_id")
    rows = rows.defer("institution__bank_account", "person__id_number", "person__bank_account")
    if by.person_id is not None or by.organisation_id is not None:
        rows = rows.filter(served_on__isnull=False)
    if wanted := text.strip():
        rows = rows.filter(Q(number__istartswith=wanted) | Q(debtor_name__startswith=wanted))
    back = Coalesce(Sum("receipts__amount_fen", filter=~Q(receipts__status="reversed")), Value(0))
    return rows.annotate(back_fen=back).order_by("-id")


def overdue_first(rows: QuerySet[Recoupment], today: date) -> QuerySet[Recoupment]:
    """Overdue first, the oldest day first; then what is still open by its day; then what is over."""
    late = Case(
        When(status__in=OVERDUE, due_on__lt=today, then=Value(0)),
        When(status__in=("opened", *STANDING), then=Value(1)),
        default=Value(2),
    )
    return rows.order_by(late, F("due_on").asc(nulls_last=True), "-id")


def recoupment(recoupment_id: int, *, by: Actor) -> Recoupment:
    """One recoupment in reach, or NotFound."""
    return _only(recoupments(by).filter(pk=recoupment_id))


def recoupment_for_update(recoupment_id: int, *, by: Actor) -> Recoupment:
    """The same, locked until the transaction ends."""
    rows = in_reach(Recoupment.objects.all(), by, person="person_id")
    if by.person_id is not None or by.organisation_id is not None:
        rows = rows.filter(served_on__isnull=False)
    return _only(rows.select_for_update(of=("self",)).filter(pk=recoupment_id))


def parts(recoupment_id: int) -> QuerySet[RecoupmentPart]:
    """What it rests on, in order."""
    rows = RecoupmentPart.objects.filter(recoupment_id=recoupment_id).select_related("payment__fund")
    return rows.defer("payment__bank_account").order_by("id")


def receipts(recoupment_id: int) -> QuerySet[RecoupmentReceipt]:
    """Every receipt, reversed ones too, oldest first."""
    rows = RecoupmentReceipt.objects.filter(recoupment_id=recoupment_id).select_related("payment")
    return rows.defer("payment__bank_account").order_by("id")


def receipt(receipt_id: int, *, by: Actor) -> RecoupmentReceipt:
    """One receipt of a recoupment in reach, or NotFound."""
    found = RecoupmentReceipt.objects.filter(pk=receipt_id).first()
    if found is None:
        raise NotFound()
    recoupment(found.recoupment_id, by=by)
    return found


def instalments(recoupment_id: int) -> list[PlannedInstalment]:
    """The plan that stands: the last agreed."""
    rows = list(PlannedInstalment.objects.filter(recoupment_id=recoupment_id).order_by("-version", "due_on"))
    return [row for row in rows if row.version == rows[0].version]


def objections(recoupment_id: int) -> QuerySet[RecoupmentObjection]:
    return RecoupmentObjection.objects.filter(recoupment_id=recoupment_id).order_by("id")


def objection_for_update(objection_id: int, *, by: Actor) -> RecoupmentObjection:
    rows = in_reach(RecoupmentObjection.objects.all(), by, organisation=None)
    return _only(rows.select_for_update(of=("self",)).filter(pk=objection_id))


def leads(by: Actor, *, status: str = "found") -> QuerySet[RecoveryLead]:
    """What was found and waits for somebody to ask it back, longest waiting first."""
    rows = in_reach(RecoveryLead.objects.select_related("payment", "recoupment"), by, organisation=None)
    if status:
        rows = rows.filter(status=status)
    return rows.defer("payment__bank_account").order_by("found_at", "id")


def lead(lead_id: int, *, by: Actor) -> RecoveryLead:
    """One lead in reach, or NotFound."""
    return _only(leads(by, status="").filter(pk=lead_id))


def lead_for_update(lead_id: int, *, by: Actor) -> RecoveryLead:
    rows = in_reach(RecoveryLead.objects.all(), by, organisation=None)
    return _only(rows.select_for_update(of=("self",)).filter(pk=lead_id))


def objections_waiting(by: Actor) -> QuerySet[RecoupmentObjection]:
    """Objections in reach that nobody has answered yet, longest waiting first."""
    rows = in_reach(RecoupmentObjection.objects.filter(status="raised"), by, organisation=None)
    return rows.select_related("recoupment").order_by("raised_at", "id")


def overdue(by: Actor, today: date) -> QuerySet[Recoupment]:
    """What should be back by now and is not, in reach, oldest day first."""
    rows = recoupments(by).filter(status__in=OVERDUE, due_on__lt=today)
    return rows.order_by("due_on", "id")


def overdue_of(
    by: Actor, today: date, *, institution_ids: Iterable[int] = (), person_ids: Iterable[int] = ()
) -> QuerySet[Recoupment]:
    """What these debtors should have paid back by now and have not, in reach, oldest day first."""
    whose = Q(institution_id__in=set(institution_ids)) | Q(person_id__in=set(person_ids))
    return overdue(by, today).filter(whose)


def asked_back(payment_id: int) -> QuerySet[RecoupmentPart]:
    """The parts of recoupments that stand or are over, of one payment; dropped ones ask nothing."""
    rows = RecoupmentPart.objects.filter(payment_id=payment_id).exclude(recoupment__status="dropped")
    return rows.select_related("recoupment").order_by("id")


def owes_today(rows: QuerySet, today: date) -> QuerySet:
    """Payments with ``is_owing``: whether their payee has an overdue recoupment, wherever it was opened."""
    late = Recoupment.objects.filter(status__in=OVERDUE, due_on__lt=today)
    return rows.annotate(
        is_owing=Exists(
            late.filter(
                Q(institution_id=OuterRef("institution_id"), institution_id__isnull=False)
                | Q(person_id=OuterRef("person_id"), person_id__isnull=False)
            )
        )
    )


def _only(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
