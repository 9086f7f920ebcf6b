"""Reading complaints: the bureau's queue, the reporter's own, what a provider is asked."""

from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.supervision.models import Complaint, ComplaintPhoto, Inquiry
from kaogong.supervision.models.complaints import CHANNELS, OUTCOMES

SECRET = "supervision.complaint.secret"  # noqa: S105  (the purpose of a fingerprint)
REPORTER = "supervision.complaint.reporter"
WHO = ("reporter_name", "reporter_contact", "reporter_index")
COMPLAINT_CHANNELS = dict(CHANNELS)
COMPLAINT_OUTCOMES = dict(OUTCOMES)


def digest_of_secret(secret: str) -> str:
    """What is kept of a receipt's secret."""
    return blind_index(secret.strip().upper(), SECRET).hex()


def reporter_index(by: Actor) -> bytes | None:
    """The keyed fingerprint of the account a named complaint is found again by."""
    return blind_index(str(by.account_id), REPORTER) if by.account_id else None


def complaints(by: Actor) -> QuerySet[Complaint]:
    """Complaints in the bureau's reach, latest first, without who made them."""
    rows = in_reach(Complaint.objects.all(), by, organisation=None)
    return rows.select_related("accused").defer("accused__bank_account", *WHO).order_by("-id")


def complaints_overdue(by: Actor, on: date) -> QuerySet[Complaint]:
    """Those whose day to be accepted or answered is past, the longest first."""
    late = Q(status="received", accept_due_on__lt=on) | Q(
        status__in=["accepted", "investigating"], answer_due_on__lt=on
    )
    return complaints(by).filter(late).order_by("id")


def complaints_waiting(by: Actor) -> QuerySet[Complaint]:
    """What somebody has to do something about."""
    return complaints(by).filter(status__in=["received", "accepted", "investigating", "answered"])


def complaint(complaint_id: int, *, by: Actor) -> Complaint:
    """One complaint in reach; NotFound otherwise."""
    found = complaints(by).filter(pk=complaint_id).first()
    if found is None:
        raise NotFound()
    return found


def complaint_numbered(number: str, *, by: Actor) -> Complaint:
    """One complaint in reach by its number; NotFound otherwise."""
    found = complaints(by).filter(number=number.strip()).first()
    if found is None:
        raise NotFound()
    return found


def complaint_for_update(complaint_id: int, *, by: Actor) -> Complaint:
    """The same, locked."""
    rows = in_reach(Complaint.objects.defer(*WHO), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=complaint_id).first()
    if found is None:
        raise NotFound()
    return found


def complaint_as_told(number: str, secret: str) -> Complaint:
    """A complaint for whoever holds its number and secret; NotFound otherwise."""
    rows = Complaint.objects.select_related("accused").defer("accused__bank_account", *WHO)
    found = rows.filter(number=number.strip().upper(), secret_digest=digest_of_secret(secret)).first()
    if found is None:
        raise NotFound()
    return found


def own_complaints(by: Actor) -> QuerySet[Complaint]:
    """What the actor complained of under their own name, latest first."""
    index = reporter_index(by)
    if index is None:
        return Complaint.objects.none()
    return Complaint.objects.filter(reporter_index=index).defer(*WHO).order_by("-id")


def own_complaint(complaint_id: int, *, by: Actor) -> Complaint:
    """One of them; NotFound otherwise."""
    found = own_complaints(by).filter(pk=complaint_id).first()
    if found is None:
        raise NotFound()
    return found


def is_overdue(found: Complaint, on: date) -> bool:
    """Whether its next day is past."""
    due = due_on(found)
    return due is not None and due < on


def due_on(found: Complaint) -> date | None:
    """The day by which the next thing is to be done; None while unset or done."""
    if found.status == "received":
        return found.accept_due_on
    return found.answer_due_on if found.status in ("accepted", "investigating") else None


def complaint_photos(complaint_id: int) -> QuerySet[ComplaintPhoto]:
    """The photographs of a complaint without their content."""
    return ComplaintPhoto.objects.defer("content").filter(complaint_id=complaint_id).order_by("id")


def complaint_photo(photo_id: int, *, by: Actor) -> ComplaintPhoto:
    """One photograph of a complaint in reach; NotFound otherwise."""
    reachable = in_reach(Complaint.objects.all(), by, organisation=None)
    found = ComplaintPhoto.objects.filter(pk=photo_id, complaint__in=reachable).first()
    if found is None:
        raise NotFound()
    return found


def inquiries(by: Actor, *, complaint_id: int | None = None) -> QuerySet[Inquiry]:
    """What providers are asked: of an institution its own, without the complaint behind it."""
    rows = in_reach(Inquiry.objects.select_related("institution"), by)
    if complaint_id is not None:
        rows = rows.filter(complaint_id=complaint_id)
    return rows.defer("institution__bank_account").order_by("-id")


def inquiries_open(by: Actor) -> QuerySet[Inquiry]:
    """What still waits for an answer."""
    return inquiries(by).filter(answered_at__isnull=True)


def inquiry(inquiry_id: int, *, by: Actor) -> Inquiry:
    """One inquiry in reach; NotFound otherwise."""
    found = inquiries(by).filter(pk=inquiry_id).first()
    if found is None:
        raise NotFound()
    return found


def inquiry_for_update(inquiry_id: int, *, by: Actor) -> Inquiry:
    """The same, locked."""
    found = in_reach(Inquiry.objects.all(), by).select_for_update(of=("self",)).filter(pk=inquiry_id).first()
    if found is None:
        raise NotFound()
    return found
