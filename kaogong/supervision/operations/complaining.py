"""Taking in complaints, named or not; of an anonymous one nothing is kept that leads to a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import PUBLIC, Actor, system_actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.spoken_code import make_spoken_code
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.supervision import queries
from kaogong.supervision.models import Complaint, ComplaintPhoto
from kaogong.trail.operations import begin, move, next_number, require_may
from kaogong.training import queries as training
from kaogong.training.models import TrainingClass

from .photographs import NewPhoto, checked
from .refusals import ComplaintEmpty, ComplaintNotOver, ReporterMissing

BY_THE_BUREAU = ("phone", "visit", "letter")
_SECRET_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the one who complained takes away; the secret is shown this once."""

    complaint: Complaint
    secret: str


@transaction.atomic
def receive_complaint(
    *,
    channel: str,
    content: str,
    region_code: str,
    at: datetime,
    is_named: bool = False,
    name: str = "",
    contact: str = "",
    about: str = "",
    class_id: int | None = None,
    institution_id: int | None = None,
    photos: Iterable[NewPhoto] = (),
    by: Actor = PUBLIC,
) -> Receipt:
    """Keep a complaint and give a receipt; an anonymous one keeps neither account, name nor contact.

    A learner complains of a class they are in, anybody of any provider. The trail says “the public” whoever
    it was, except where a clerk wrote down what came by telephone, visit or letter.
    """
    own = _require(channel, by)
    content = content.strip()
    if not content:
        raise ComplaintEmpty()
    name, contact = tidy_name(name) or (by.name if own else ""), tidy(contact)
    if is_named and not (name and (contact or own)):
        raise ReporterMissing()
    training_class = _class(class_id, channel, by=by)
    accused = training_class.institution if training_class else _provider(institution_id)
    place = training_class or accused
    region_code = place.region_code if place is not None else region_code
    on = timezone.localdate(at)
    days = queries.days_of("complaints", "accept_days", region_code, on)
    secret = make_spoken_code(_SECRET_LENGTH)
    complaint = Complaint.objects.create(
        number=next_number(Complaint, f"TS-{on.year}-"),
        channel=channel,
        is_named=is_named,
        reporter_name=name if is_named else "",
        reporter_contact=contact if is_named else "",
        reporter_index=queries.reporter_index(by) if is_named and own else None,
        secret_digest=queries.digest_of_secret(secret),
        region_code=region_code,
        about=tidy(about)[:200],
        content=content,
        accused=accused,
        training_class=training_class,
        received_at=at,
        accept_due_on=add_working_days(on, days) if days is not None else None,
    )
    ComplaintPhoto.objects.bulk_create(
        ComplaintPhoto(
            complaint=complaint, content_type=kept.content_type, content=kept.content, digest=kept.digest
        )
        for kept in checked(photos, bare=True)
    )
    begin(complaint, "received", by=by if channel in BY_THE_BUREAU else PUBLIC, at=at, channel=channel)
    return Receipt(complaint, secret)


@transaction.atomic
def ask_again(number: str, secret: str, *, at: datetime, reason: str) -> Complaint:
    """Let whoever holds number and secret say why an answer is not enough; the complaint is taken up again."""
    found = queries.complaint_as_told(number, secret)
    complaint = Complaint.objects.select_for_update().defer(*queries.WHO).get(pk=found.pk)
    if complaint.status not in ("answered", "closed", "forwarded"):
        raise ComplaintNotOver()
    if not reason.strip():
        raise ComplaintEmpty()
    move(complaint, "reopen", by=system_actor("反映人"), at=at, reason=reason.strip()[:1000])
    return complaint


def _require(channel: str, by: Actor) -> bool:
    """Refuse the wrong door; whether the actor complains for themselves."""
    if channel in BY_THE_BUREAU:
        require_may(by, Permission.RECEIVE_COMPLAINT, "登记投诉举报")
        return False
    if channel in ("learner", "provider"):
        require_may(by, Permission.FILE_COMPLAINT, "投诉举报")
        return True
    return False


def _class(class_id: int | None, channel: str, *, by: Actor) -> TrainingClass | None:
    if class_id is None:
        return None
    if channel == "learner":
        rows = training.enrolments_of(by.person_id).filter(training_class_id=class_id)
        enrolment = rows.select_related("training_class__institution").first()
        if enrolment is None:
            raise NotFound()
        return enrolment.training_class
    if channel in BY_THE_BUREAU:
        return training.training_class(class_id, by=by)
    raise NotFound()


def _provider(institution_id: int | None) -> Institution | None:
    if institution_id is None:
        return None
    found = institutions.institution(institution_id, by=system_actor())
    if not (found.is_provider or found.is_assessor):
        raise NotFound()
    return found
