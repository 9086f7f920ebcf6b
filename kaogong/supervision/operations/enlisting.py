"""Who may be sent, and whom they may not inspect."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access import queries as access
from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.supervision import queries
from kaogong.supervision.models import Affiliation, Inspector, Interest
from kaogong.trail.operations import next_number, record, require_may

from .refusals import AccountTaken, AffiliationExists, InterestExists


@transaction.atomic
def enlist_inspector(
    *,
    name: str,
    kind: str,
    by: Actor,
    at: datetime,
    username: str = "",
    employer_id: int | None = None,
    reason: str = "",
) -> Inspector:
    """Enter one person into the pool of inspectors of the actor's region, under a number of their own."""
    require_may(by, Permission.ENLIST_INSPECTOR, "登记检查员")
    if not by.region_code:
        raise NotFound()
    account_id = None
    if username:
        account = access.account_named(username.strip())
        if account is None or not account.is_active or not account.region_code:
            raise NotFound()
        account_id = account.pk
        taken = Inspector.objects.filter(account_id=account_id).first()
        if taken is not None:
            raise AccountTaken(username=username, number=taken.number)
    employer = institutions.institution(employer_id, by=by) if employer_id else None
    found = Inspector.objects.create(
        number=next_number(Inspector, "JC-"),
        name=tidy_name(name),
        kind=kind,
        account_id=account_id,
        employer=employer,
        region_code=by.region_code,
        enlisted_at=at,
    )
    record("inspector.enlisted", found, by=by, at=at, reason=reason, number=found.number)
    return found


@transaction.atomic
def retire_inspector(inspector_id: int, *, by: Actor, at: datetime, reason: str) -> Inspector:
    """Take an inspector out of the pool from today on; draws already frozen keep them."""
    require_may(by, Permission.ENLIST_INSPECTOR, "检查员出库")
    found = queries.inspector_for_update(inspector_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="检查员出库")
    if found.left_on is None:
        found.left_on = timezone.localdate(at)
        found.save(update_fields=["left_on"])
    record("inspector.retired", found, by=by, at=at, reason=reason)
    return found


@transaction.atomic
def declare_interest(
    inspector_id: int, institution_id: int, *, by: Actor, at: datetime, reason: str
) -> Interest:
    """Say that an inspector may not inspect an institution, and why."""
    require_may(by, Permission.ENLIST_INSPECTOR, "登记回避")
    found = queries.inspector_for_update(inspector_id, by=by)
    institution = institutions.institution(institution_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="登记回避")
    if Interest.objects.filter(inspector=found, institution=institution).exists():
        raise InterestExists(institution=institution.name)
    interest = Interest.objects.create(
        inspector=found, institution=institution, reason=tidy(reason), declared_at=at
    )
    record("inspector.interest_declared", found, by=by, at=at, reason=reason, institution=institution.name)
    return interest


@transaction.atomic
def record_affiliation(
    institution_id: int, parent_id: int, *, source: str, by: Actor, at: datetime, reason: str = ""
) -> Affiliation:
    """Say that one institution belongs to another; the people of either may inspect neither."""
    require_may(by, Permission.ENLIST_INSPECTOR, "登记隶属关系")
    institution = institutions.institution_for_update(institution_id, by=by)
    parent = institutions.institution(parent_id, by=by)
    if not source.strip():
        raise ReasonMissing(label="登记隶属关系")
    if institution == parent or Affiliation.objects.filter(institution=institution, parent=parent).exists():
        raise AffiliationExists()
    found = Affiliation.objects.create(
        institution=institution, parent=parent, source=tidy(source), recorded_at=at
    )
    record("institution.affiliated", institution, by=by, at=at, reason=reason, parent=parent.name)
    return found
