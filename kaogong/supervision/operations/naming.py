"""Naming who answers for an approval and who supervises it."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from kaogong.access import queries as access
from kaogong.access.models import Account
from kaogong.access.permissions import Permission
from kaogong.access.roles import ROLES
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.supervision import queries
from kaogong.supervision.models import Duty
from kaogong.trail.operations import record, require_may

from .refusals import NotAnApprover, SupervisorApproves


@transaction.atomic
def name_supervisor(
    matter: str, *, responsible: str, supervisor: str, by: Actor, at: datetime, reason: str = ""
) -> Duty:
    """Name by log-in who answers for one kind of approval and who supervises it, from today on.

    Who answers for it is in a post that may approve; who supervises it is not.
    """
    require_may(by, Permission.NAME_SUPERVISOR, "指定监管人")
    if not by.region_code or matter not in {str(code) for code in queries.MATTERS}:
        raise NotFound()
    answering, watching = _account(responsible, by=by), _account(supervisor, by=by)
    if not _approves(answering, matter):
        raise NotAnApprover(name=answering.name)
    if _approves(watching, matter):
        raise SupervisorApproves(name=watching.name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"kaogong.duty.{by.region_code}.{matter}"]
        )
    on = timezone.localdate(at)
    Duty.objects.filter(region_code=by.region_code, matter=matter, until_on__isnull=True).update(until_on=on)
    duty = Duty.objects.create(
        region_code=by.region_code,
        matter=matter,
        responsible_account_id=answering.pk,
        supervisor_account_id=watching.pk,
        since_on=on,
        named_at=at,
    )
    record(
        "duty.named", duty, by=by, at=at, reason=reason, responsible=answering.name, supervisor=watching.name
    )
    return duty


def _account(username: str, *, by: Actor) -> Account:
    found = access.accounts(by).filter(username=username.strip(), is_active=True).first()
    if found is None or found.organisation_id is not None or found.person_id is not None:
        raise NotFound()
    return found


def _approves(account: Account, matter: str) -> bool:
    return matter in {str(permission) for permission in ROLES[account.role].permissions}
