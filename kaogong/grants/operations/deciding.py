"""The bureau's side: review, return, refuse, approve, and answer an appeal."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused, SamePerson
from kaogong.people.models import Person
from kaogong.trail.operations import move, require_may, require_move

from .. import queries
from ..models import Grant, GrantAppeal, Instalment
from ..queries.digests import grant_decision_digest
from ..states import APPEAL, GRANT
from . import money
from .applying import refused_by
from .judging import judge


class GrantNotPayable(Refused):
    """申请{grant}的测算结论不是“符合”，不能批准；可以退回或不予批准。"""


class GrantFactsChanged(Refused):
    """申请{grant}的事实与测算时不同，请重新测算后再批准。"""


class TermUnknown(Refused):
    """申请{grant}按年（月）发放，但不知道合同（协议）的起止日期，排不出各期。"""


class MonthHadAlready(Refused):
    """{month}已经由{reference}申请或发放，一人一月只能享受一次。"""


@transaction.atomic
def review_grant(grant_id: int, *, by: Actor, at: datetime, reason: str = "") -> Grant:
    """Pass a grant on for another person's decision."""
    grant = queries.grant_for_update(grant_id, by=by)
    move(grant, "review", by=by, at=at, reason=reason)
    return grant


@transaction.atomic
def return_grant(grant_id: int, *, by: Actor, at: datetime, reason: str) -> Grant:
    """Send a grant back to its applicant with the reason."""
    grant = queries.grant_for_update(grant_id, by=by)
    move(grant, "return", by=by, at=at, reason=reason)
    return grant


@transaction.atomic
def refuse_grant(grant_id: int, *, by: Actor, at: datetime, reason: str) -> Grant:
    """Refuse a reviewed grant with the reason; its applicant may appeal."""
    grant = queries.grant_for_update(grant_id, by=by)
    kept = queries.decision(grant.pk)
    told = {"decision": grant_decision_digest(kept.pk)} if kept else {}
    move(grant, "refuse", by=by, at=at, reason=reason, **told)
    grant.decided_on = timezone.localdate(at)
    grant.save(update_fields=["decided_on"])
    return grant


@transaction.atomic
def approve_grant(grant_id: int, *, by: Actor, at: datetime, reason: str = "") -> Grant:
    """Approve a reviewed grant: its instalments are laid out and the first one's money is set aside.

    The person or body is locked and the grant judged again first, so that of two asking for the same thing
    one waits and sees the other. Whatever is refused changes nothing.
    """
    grant = queries.grant_for_update(grant_id, by=by)
    require_move(grant, GRANT.move("approve"), GRANT, by=by, reason=reason)
    lock_subject(grant)
    require_month_free(grant)
    judgement = judge(grant, grant.event_on)
    if judgement.outcome != (grant.verdict, grant.judged_fen):
        raise GrantFactsChanged(grant=grant.number)
    if grant.verdict != "payable" or not grant.judged_fen:
        raise GrantNotPayable(grant=grant.number)
    parts = queries.parts_of(grant, judgement.facts)
    if not parts:
        raise TermUnknown(grant=grant.number)
    listed = queries.months_listed(grant, parts[0])
    if listed:
        raise MonthHadAlready(month="、".join(listed), reference="单位名单")
    rows = Instalment.objects.bulk_create(
        Instalment(
            grant=grant,
            sequence=nth,
            reference=f"{grant.number}/{nth:02d}",
            starts_on=part.starts_on,
            ends_on=part.ends_on,
            due_on=part.due_on,
        )
        for nth, part in enumerate(parts, start=1)
    )
    grant.decided_on = timezone.localdate(at)
    grant.save(update_fields=["decided_on"])
    money.reserve(grant, rows[0], queries.decision(grant.pk), by=by, at=at)
    move(grant, "approve", by=by, at=at, reason=reason, amount_fen=grant.amount_fen, instalments=len(rows))
    return grant


def require_month_free(grant: Grant) -> None:
    """Refuse a month of a person that is asked for or paid under another number already."""
    if grant.month is None:
        return
    had = queries.months_had([grant.person_id], grant.counts_as, grant.month, but_grant_id=grant.pk)
    if had:
        raise MonthHadAlready(month=f"{grant.month:%Y-%m}", reference=had[grant.person_id])


def lock_subject(grant: Grant) -> None:
    """Lock whom a grant is about: what two grants both ask for is decided in turn."""
    if grant.person_id is not None:
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=grant.person_id)
    else:
        Institution.objects.select_for_update(no_key=True).only("pk").get(pk=grant.institution_id)


@transaction.atomic
def uphold_appeal(appeal_id: int, *, answer: str, by: Actor, at: datetime) -> GrantAppeal:
    """Uphold an appeal: the grant goes back to review. Not by who refused it."""
    appeal, grant = _answered(appeal_id, "uphold", answer, by=by, at=at)
    move(grant, "reopen", by=by, at=at, reason=answer)
    return appeal


@transaction.atomic
def dismiss_appeal(appeal_id: int, *, answer: str, by: Actor, at: datetime) -> GrantAppeal:
    """Dismiss an appeal with an answer; the refusal stands. Not by who refused it."""
    return _answered(appeal_id, "dismiss", answer, by=by, at=at)[0]


def _answered(appeal_id: int, verb: str, answer: str, *, by: Actor, at: datetime):
    require_may(by, Permission.DECIDE_GRANT_APPEAL, APPEAL.move(verb).label)
    grant = queries.grant_for_update(queries.appeal(appeal_id, by=by).grant_id, by=by)
    appeal = GrantAppeal.objects.select_for_update().get(pk=appeal_id)
    require_move(appeal, APPEAL.move(verb), APPEAL, by=by, reason=answer)
    earlier = refused_by(grant)
    if earlier is not None and by.account_id is not None and earlier.actor_account_id == by.account_id:
        raise SamePerson(label=APPEAL.move(verb).label, name=earlier.actor_name)
    appeal.answer, appeal.answered_at = answer.strip(), at
    appeal.save(update_fields=["answer", "answered_at"])
    move(appeal, verb, by=by, at=at, reason=answer)
    return appeal, grant
