"""Taking in enquiries from anybody, and what their askers do with the answers."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import PUBLIC, Actor, system_actor
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.spoken_code import make_spoken_code
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.trail.operations import begin, move, next_number, record, require_may

from .. import queries
from ..models import Enquiry, EnquiryAddition
from .refusals import (
    AskedTooLate,
    CategoryElsewhere,
    CategoryUnknown,
    EnquiryEmpty,
    EnquiryTooLong,
    NotAskableFurther,
    NothingToJudge,
    NumbersTyped,
    RegionOutside,
)

ASKER = "咨询人"
TEXT_AT_MOST = 2000
SUBJECT_AT_MOST = 60
_SECRET_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the asker takes away; the code is shown this once, and is "" for who asked from their own page."""

    enquiry: Enquiry
    secret: str


@transaction.atomic
def ask_enquiry(
    *,
    channel: str,
    category: str,
    subject: str,
    content: str,
    region_code: str,
    at: datetime,
    name: str = "",
    contact: str = "",
    is_sure_of_numbers: bool = False,
    by: Actor = PUBLIC,
) -> Receipt:
    """Keep a question and give a receipt: from the portal by anybody, otherwise by a learner or a provider.

    Numbers of people typed into it are refused until the asker is sure of them, and then stand masked with
    the original sealed. The term to answer is the region's of that day, in working days; None where unset.
    """
    own = channel != "portal"
    if own:
        require_may(by, Permission.ASK_ENQUIRY, "网上咨询")
    on = timezone.localdate(at)
    _require_category(category, on)
    region_code = _inside(region_code)
    subject, content = tidy(queries.plain(subject)), queries.plain(content)
    if not subject or not content:
        raise EnquiryEmpty()
    if len(content) > TEXT_AT_MOST or len(subject) > SUBJECT_AT_MOST:
        raise EnquiryTooLong(limit=TEXT_AT_MOST)
    if queries.numbers_typed(f"{subject}\n{content}") and not is_sure_of_numbers:
        raise NumbersTyped()
    secret = "" if own else make_spoken_code(_SECRET_LENGTH)
    days = queries.value_of("answer_days", region_code, on)
    shown = (queries.masked(subject), queries.masked(content))
    made = Enquiry.objects.create(
        number=next_number(Enquiry, f"ZX-{on.year}-"), channel=channel, category=category, region_code=region_code,
        asker_name=tidy_name(name)[:60] or (by.name if own else ""), contact=tidy(contact)[:120],
        person_id=by.person_id if channel == "learner" else None,
        institution_id=by.organisation_id if channel == "provider" else None,
        secret_digest=queries.digest_of_secret(secret) if secret else "",
        subject=shown[0], content=shown[1],
        withheld="" if shown == (subject, content) else f"{subject}\n{content}",
        received_at=at, answer_due_on=add_working_days(on, days) if days is not None else None,
    )  # fmt: skip
    begin(made, "received", by=PUBLIC if not own else by, at=at, channel=channel)
    return Receipt(made, secret)


def _require_category(category: str, on: date) -> None:
    offered = queries.categories(on)
    if category not in offered:
        raise CategoryUnknown(category=category)
    if offered[category].goes_to:
        raise CategoryElsewhere(category=offered[category].label)


def _inside(region_code: str) -> str:
    """The place asked about, which must be of the region this installation serves."""
    if not RegionCode(settings.REGION_CODE).covers(region_code):
        raise RegionOutside(region_code=region_code)
    return region_code


@transaction.atomic
def add_to_enquiry(
    number: str,
    secret: str,
    *,
    content: str,
    at: datetime,
    is_sure_of_numbers: bool = False,
) -> EnquiryAddition:
    """Let whoever holds number and code ask further once answered; the enquiry is taken up again."""
    found = queries.enquiry_as_told(number, secret)
    return _add(found.pk, content, at=at, sure=is_sure_of_numbers)


@transaction.atomic
def add_to_own_enquiry(
    enquiry_id: int, *, content: str, by: Actor, at: datetime, is_sure_of_numbers: bool = False
) -> EnquiryAddition:
    """The same from the asker's own page."""
    require_may(by, Permission.ASK_ENQUIRY, "网上咨询")
    found = queries.enquiry(enquiry_id, by=by)
    return _add(found.pk, content, at=at, sure=is_sure_of_numbers)


def _add(enquiry_id: int, content: str, *, at: datetime, sure: bool) -> EnquiryAddition:
    """Keep what is asked further, once for each answer, and give it a new term."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=system_actor())
    if enquiry.status not in ("answered", "closed"):
        raise NotAskableFurther()
    on = timezone.localdate(at)
    if queries.is_past_asking(enquiry, on):
        raise AskedTooLate(last_on=queries.last_day_to_ask(enquiry))
    content = queries.plain(content)
    if not content:
        raise EnquiryEmpty()
    if len(content) > TEXT_AT_MOST:
        raise EnquiryTooLong(limit=TEXT_AT_MOST)
    if queries.numbers_typed(content) and not sure:
        raise NumbersTyped()
    masked = queries.masked(content)
    added = EnquiryAddition.objects.create(
        enquiry=enquiry, content=masked, withheld="" if masked == content else content, added_at=at
    )
    days = queries.value_of("answer_days", enquiry.region_code, on)
    enquiry.answer_due_on = add_working_days(on, days) if days is not None else None
    enquiry.save(update_fields=["answer_due_on"])
    move(enquiry, "reopen", by=system_actor(ASKER), at=at, reason="咨询人追问")
    return added


@transaction.atomic
def judge_reply(number: str, secret: str, *, is_helped: bool, at: datetime) -> Enquiry:
    """Keep what whoever holds number and code says of the latest answer: whether it helped; said once."""
    found = queries.enquiry_as_told(number, secret)
    return _judge(found.pk, is_helped=is_helped, at=at, by=PUBLIC)


@transaction.atomic
def judge_own_reply(enquiry_id: int, *, is_helped: bool, by: Actor, at: datetime) -> Enquiry:
    """The same from the asker's own page."""
    require_may(by, Permission.ASK_ENQUIRY, "网上咨询")
    found = queries.enquiry(enquiry_id, by=by)
    return _judge(found.pk, is_helped=is_helped, at=at, by=by)


def _judge(enquiry_id: int, *, is_helped: bool, at: datetime, by: Actor) -> Enquiry:
    enquiry = queries.enquiry_for_update(enquiry_id, by=system_actor())
    reply = queries.latest_reply(enquiry.pk)
    if reply is None or reply.is_helped is not None:
        raise NothingToJudge()
    reply.is_helped, reply.told_at = is_helped, at
    reply.save(update_fields=["is_helped", "told_at"])
    enquiry.is_helped = is_helped
    enquiry.save(update_fields=["is_helped"])
    record("enquiry.judged", enquiry, by=by, at=at, is_helped=is_helped)
    return enquiry
