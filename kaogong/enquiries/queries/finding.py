"""Reading enquiries: the bureau's queue, a department's, the asker's own, by number and code."""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.access.roles import ROLES
from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import add_working_days, working_days_between

from ..models import Enquiry, EnquiryAddition, Reply
from ..states import OPEN
from .conduct import value_of

SECRET = "enquiries.enquiry.secret"  # noqa: S105  (the purpose of a fingerprint)
WHO = ("asker_name", "contact", "withheld")


def digest_of_secret(secret: str) -> str:
    """What is kept of a receipt's code."""
    return blind_index(secret.strip().upper(), SECRET).hex()


def _reach(rows: QuerySet[Enquiry], by: Actor) -> QuerySet[Enquiry]:
    return in_reach(rows, by, person="person_id", department="department_code")


def enquiries(by: Actor) -> QuerySet[Enquiry]:
    """Enquiries in reach, latest first, without who asked: a department's those forwarded to it, an asker's own."""
    return _reach(Enquiry.objects.all(), by).select_related("assignee").defer(*WHO).order_by("-id")


def enquiry(enquiry_id: int, *, by: Actor) -> Enquiry:
    """One enquiry in reach; NotFound otherwise."""
    return _first(enquiries(by).select_related("merged_into").filter(pk=enquiry_id))


def enquiry_numbered(number: str, *, by: Actor) -> Enquiry:
    """One enquiry in reach by its number; NotFound otherwise."""
    return _first(enquiries(by).filter(number=number.strip().upper()))


def enquiry_for_update(enquiry_id: int, *, by: Actor) -> Enquiry:
    """The same, locked."""
    rows = _reach(Enquiry.objects.defer(*WHO), by)
    return _first(rows.select_for_update(of=("self",)).filter(pk=enquiry_id))


def enquiry_as_told(number: str, secret: str) -> Enquiry:
    """An enquiry for whoever holds its number and code; NotFound otherwise."""
    rows = Enquiry.objects.defer(*WHO).exclude(secret_digest="")
    return _first(rows.filter(number=number.strip().upper(), secret_digest=digest_of_secret(secret)))


def _first(rows: QuerySet[Enquiry]) -> Enquiry:
    found = rows.first()
    if found is None:
        raise NotFound()
    return found


def enquiries_open(by: Actor) -> QuerySet[Enquiry]:
    """What still waits for an answer, the one due first before the others."""
    return enquiries(by).filter(status__in=OPEN).order_by(F("answer_due_on").asc(nulls_last=True), "id")


def enquiries_overdue(by: Actor, on: date) -> QuerySet[Enquiry]:
    """Those whose day to be answered is past, the longest first."""
    return enquiries_open(by).filter(answer_due_on__lt=on)


def enquiries_to_do(by: Actor) -> QuerySet[Enquiry]:
    """What the actor can do something about now: their own, nobody's, their department's."""
    rows = enquiries_open(by)
    if by.department_code:
        return rows.filter(status__in=["forwarded", "drafted"])
    mine = Q(status__in=["received", "reopened"])
    if by.may(Permission.DRAFT_REPLY):
        mine |= Q(status__in=["assigned", "drafted"]) & (
            Q(assignee_id=by.account_id) | Q(assignee__isnull=True)
        )
    return rows.filter(mine)


def enquiries_to_check(by: Actor) -> QuerySet[Enquiry]:
    """Answers that wait for a second person."""
    return enquiries_open(by).filter(status="checking")


def duplicates_of(found: Enquiry, *, by: Actor) -> QuerySet[Enquiry]:
    """What was merged into this one."""
    return enquiries(by).filter(merged_into_id=found.pk).order_by("id")


def alike(found: Enquiry, *, by: Actor) -> QuerySet[Enquiry]:
    """Others of the same category with the same title or text, or of the same asker: perhaps the same thing."""
    same = Q(subject=found.subject) | Q(content=found.content)
    if found.person_id or found.institution_id:
        same |= Q(person_id=found.person_id, institution_id=found.institution_id, status__in=OPEN)
    rows = enquiries(by).filter(same, category=found.category).exclude(pk=found.pk)
    return rows.exclude(status__in=["merged", "dismissed"])


def clerks(by: Actor) -> QuerySet[Account]:
    """Who of the actor's own region may be given an enquiry."""
    roles = [code for code, role in ROLES.items() if Permission.ASSIGN_ENQUIRY in role.permissions]
    rows = Account.objects.filter(role__in=roles, is_active=True, region_code=by.region_code)
    return rows.exclude(region_code="").order_by("name", "pk")


def additions_of(enquiry_id: int) -> QuerySet[EnquiryAddition]:
    """What was asked further, oldest first, without the originals."""
    return EnquiryAddition.objects.filter(enquiry_id=enquiry_id).defer("withheld").order_by("id")


def replies_of(enquiry_id: int, *, issued: bool = False) -> QuerySet[Reply]:
    """The answers to one enquiry, oldest first; with ``issued`` only what its asker may read."""
    rows = Reply.objects.filter(enquiry_id=enquiry_id).order_by("sequence")
    return rows.filter(issued_at__isnull=False) if issued else rows


def open_reply(enquiry_id: int) -> Reply | None:
    """The answer being written."""
    return Reply.objects.filter(enquiry_id=enquiry_id, issued_at__isnull=True).first()


def latest_reply(enquiry_id: int) -> Reply | None:
    """The newest answer its asker may read."""
    return replies_of(enquiry_id, issued=True).last()


def read_by_asker(found: Enquiry) -> Enquiry:
    """Whose replies the asker reads: the enquiry's own, or those of the one it was merged into."""
    return found.merged_into if found.merged_into_id else found


def is_overdue(found: Enquiry, on: date) -> bool:
    """Whether its day is past and it is not answered."""
    return found.status in OPEN and found.answer_due_on is not None and found.answer_due_on < on


def days_waited(found: Enquiry, on: date) -> int | None:
    """Working days since it came; None once nobody waits."""
    return working_days_between(timezone.localdate(found.received_at), on) if found.status in OPEN else None


def may_ask_further(found: Enquiry, on: date) -> bool:
    """Whether its asker may add to it: answered, and within the region's days where it gives any."""
    return found.status in ("answered", "closed") and not is_past_asking(found, on)


def last_day_to_ask(found: Enquiry) -> date | None:
    """Until when its asker may add to it; None where nobody gives a term."""
    if found.answered_at is None:
        return None
    answered_on = timezone.localdate(found.answered_at)
    days = value_of("reopen_days", found.region_code, answered_on)
    return add_working_days(answered_on, days) if days is not None else None


def is_past_asking(found: Enquiry, on: date) -> bool:
    """Whether the days to ask further are over."""
    last = last_day_to_ask(found)
    return last is not None and on > last
