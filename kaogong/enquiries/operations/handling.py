"""What the bureau does with an enquiry: give it to somebody, forward, merge, close, look at it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing
from kaogong.kernel.reference import read_departments
from kaogong.trail.operations import move, record, require_may, require_move

from .. import queries
from ..models import Enquiry
from ..states import ENQUIRY
from .refusals import (
    AssigneeUnknown,
    CategoryElsewhere,
    CategoryUnknown,
    DepartmentNotKnown,
    MergedIntoItself,
)


@transaction.atomic
def assign_enquiry(
    enquiry_id: int, *, to: int, by: Actor, at: datetime, category: str = "", reason: str = ""
) -> Enquiry:
    """Give an enquiry to one clerk of the region, putting its category right where the asker chose another."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    require_move(enquiry, ENQUIRY.move("assign"), ENQUIRY, by=by, reason=reason)
    clerk = queries.clerks(by).filter(pk=to).first()
    if clerk is None:
        raise AssigneeUnknown()
    if category and category != enquiry.category:
        known = queries.categories(timezone.localdate(at))
        if category not in known:
            raise CategoryUnknown(category=category)
        if known[category].goes_to:
            raise CategoryElsewhere(category=known[category].label)
        enquiry.category = category
    enquiry.assignee, enquiry.department_code = clerk, ""
    enquiry.save(update_fields=["assignee", "department_code", "category"])
    move(enquiry, "assign", by=by, at=at, reason=reason, to=clerk.name)
    return enquiry


@transaction.atomic
def forward_enquiry(enquiry_id: int, *, department: str, by: Actor, at: datetime, reason: str) -> Enquiry:
    """Send an enquiry to the department whose it is; its clerk sees the question and never who asked."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    require_move(enquiry, ENQUIRY.move("forward"), ENQUIRY, by=by, reason=reason)
    known = {one.code: one.name for one in read_departments()}
    if department not in known:
        raise DepartmentNotKnown(department=department)
    enquiry.department_code, enquiry.assignee = department, None
    enquiry.save(update_fields=["department_code", "assignee"])
    move(enquiry, "forward", by=by, at=at, reason=reason, to=known[department])
    return enquiry


@transaction.atomic
def hand_back_enquiry(enquiry_id: int, *, by: Actor, at: datetime, reason: str) -> Enquiry:
    """Give a forwarded enquiry back, because it is another's; the department sees it no longer."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    move(enquiry, "hand_back", by=by, at=at, reason=reason, department=enquiry.department_code)
    enquiry.department_code = ""
    enquiry.save(update_fields=["department_code"])
    return enquiry


@transaction.atomic
def merge_enquiry(enquiry_id: int, *, into: str, by: Actor, at: datetime, reason: str = "") -> Enquiry:
    """Treat an enquiry as the same question as another: its asker reads that one's answers."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    require_move(enquiry, ENQUIRY.move("merge"), ENQUIRY, by=by, reason=reason)
    main = queries.enquiry_for_update(queries.enquiry_numbered(into, by=by).pk, by=by)
    if main.pk == enquiry.pk or main.status in ("merged", "dismissed"):
        raise MergedIntoItself(number=main.number)
    Enquiry.objects.filter(merged_into=enquiry).update(merged_into=main)
    enquiry.merged_into = main
    enquiry.save(update_fields=["merged_into"])
    move(enquiry, "merge", by=by, at=at, reason=reason, into=main.number)
    record("enquiry.took_in", main, by=by, at=at, number=enquiry.number)
    return enquiry


@transaction.atomic
def dismiss_enquiry(enquiry_id: int, *, by: Actor, at: datetime, reason: str) -> Enquiry:
    """End an enquiry without an answer, because it asks nothing or nobody here can answer; the asker reads why."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    enquiry.why_dismissed = reason.strip()[:500]
    enquiry.save(update_fields=["why_dismissed"])  # a refused move undoes it
    move(enquiry, "dismiss", by=by, at=at, reason=reason)
    return enquiry


@transaction.atomic
def close_enquiry(enquiry_id: int, *, by: Actor, at: datetime, reason: str = "") -> Enquiry:
    """Put an answered enquiry away; its asker may still ask further within the region's days."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    move(enquiry, "close", by=by, at=at, reason=reason)
    return enquiry


@transaction.atomic
def reopen_enquiry(enquiry_id: int, *, by: Actor, at: datetime, reason: str) -> Enquiry:
    """Take an answered enquiry up again without being asked to, saying why."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    move(enquiry, "reopen", by=by, at=at, reason=reason)
    return enquiry


@transaction.atomic
def reveal_asker(enquiry_id: int, *, by: Actor, at: datetime, reason: str) -> dict[str, str]:
    """Return name, contact and the originals of what stands masked, and record who looked and why."""
    require_may(by, Permission.REVEAL_ASKER, "查看咨询人")
    enquiry = queries.enquiry(enquiry_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="查看咨询人")
    record("enquiry.revealed", enquiry, by=by, at=at, reason=reason)
    originals = [enquiry.withheld, *enquiry.additions.values_list("withheld", flat=True)]
    return {
        "name": enquiry.asker_name,
        "contact": enquiry.contact,
        "originals": "\n".join(text for text in originals if text),
    }


@transaction.atomic
def look_at_enquiry(enquiry_id: int, *, by: Actor, at: datetime) -> Enquiry:
    """One enquiry in reach; the look of somebody who has no part in handling it is kept in the trail."""
    require_may(by, Permission.VIEW_ENQUIRIES, "网上咨询")
    enquiry = queries.enquiry(enquiry_id, by=by)
    if not (by.may(Permission.ASSIGN_ENQUIRY) or by.may(Permission.DRAFT_REPLY)):
        record("enquiry.looked", enquiry, by=by, at=at)
    return enquiry
