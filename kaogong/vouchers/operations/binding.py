"""A learner's voucher is bound to the class they train in: it is theirs, fits the class, and is used once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.people import queries as people
from kaogong.trail.operations import move, require_may
from kaogong.training import queries as training
from kaogong.training.models import Enrolment

from .. import queries
from ..models import Voucher

OPEN_CLASSES = ("drafted", "filed", "returned", "approved", "running")


class VoucherNumberMistyped(Refused):
    """券号“{number}”不对，请核对有没有抄错。"""

    form_field = "number"


class VoucherUnknown(Refused):
    """没有券号为“{number}”的培训券，请核对券的真伪。"""

    form_field = "number"


class VoucherOfAnother(Refused):
    """券{number}不是{name}的，培训券只能本人使用。"""

    form_field = "number"


class VoucherUsed(Refused):
    """券{number}{state}，不能再绑定。"""

    form_field = "number"


class VoucherExpired(Refused):
    """券{number}的有效期为{starts_on}至{expires_on}，本班{begins}开班，不能使用。"""

    form_field = "number"


class VoucherNotForClass(Refused):
    """券{number}不能用于本班：{why}。"""

    form_field = "number"


class EnrolmentHasVoucher(Refused):
    """{name}在本班已经绑定券{number}，一个班只能用一张。"""

    form_field = "number"


@transaction.atomic
def bind_voucher(number: str, *, enrolment_id: int, by: Actor, at: datetime) -> Voucher:
    """Bind a learner's own voucher to their enrolment in a class of the provider's that has not finished.

    Of two who bind one voucher at the same instant the second is refused by VoucherUsed.
    """
    require_may(by, Permission.BIND_VOUCHER, "绑定培训券")
    enrolment = training.enrolment_for_update(enrolment_id, by=by)
    number = queries.tidy_number(number)
    if not queries.is_well_formed(number):
        raise VoucherNumberMistyped(number=number[:20])
    voucher = queries.voucher_numbered(number)
    if voucher is None:
        raise VoucherUnknown(number=number)
    if voucher.person_id != enrolment.person_id:
        raise VoucherOfAnother(number=number, name=enrolment.person.name)
    if voucher.status != "issued":
        raise VoucherUsed(number=number, state=voucher.get_status_display())
    bound = queries.vouchers_of_enrolments([enrolment.pk]).get(enrolment.pk)
    if bound is not None:
        raise EnrolmentHasVoucher(name=enrolment.person.name, number=bound.number)
    _require_fits(voucher, enrolment, at)
    training_class = enrolment.training_class
    voucher.enrolment, voucher.institution_id, voucher.bound_at = enrolment, training_class.institution_id, at
    voucher.save(update_fields=["enrolment", "institution", "bound_at"])
    move(voucher, "bind", by=by, at=at, training_class=training_class.number)
    return voucher


@transaction.atomic
def unbind_voucher(voucher_id: int, *, by: Actor, at: datetime, reason: str) -> Voucher:
    """Free a voucher of its class, so that its person may use it in another."""
    voucher = queries.voucher(voucher_id, by=by)
    training_class = voucher.enrolment.training_class if voucher.enrolment_id else None
    move(
        voucher,
        "unbind",
        by=by,
        at=at,
        reason=reason,
        training_class=training_class and training_class.number,
    )
    voucher.enrolment = voucher.institution = voucher.bound_at = None
    voucher.save(update_fields=["enrolment", "institution", "bound_at"])
    return voucher


def _require_fits(voucher: Voucher, enrolment: Enrolment, at: datetime) -> None:
    """Refuse by name a voucher that is not good for this class on its first day."""
    issue, training_class = voucher.issue, enrolment.training_class
    begins = training_class.starts_on
    if not issue.starts_on <= begins <= issue.expires_on or timezone.localdate(at) > issue.expires_on:
        raise VoucherExpired(
            number=voucher.number, starts_on=issue.starts_on, expires_on=issue.expires_on, begins=begins
        )
    not_the_scheme = training_class.scheme_code != issue.scheme_code
    not_the_place = not RegionCode(issue.region_code).covers(training_class.region_code)
    not_the_work = issue.occupation_codes and training_class.occupation_code not in issue.occupation_codes
    held = people.groups_on([voucher.person_id], begins).get(voucher.person_id, ())
    wrong = [
        (enrolment.status != "enrolled", "学员已退班"),
        (training_class.status not in OPEN_CLASSES, f"班次{training_class.get_status_display()}"),
        (not_the_scheme, "班次不是券的补贴项目"),
        (not_the_place, "班次不在发券的区域"),
        (not_the_work, "班次的职业不在券的限定范围内"),
        (issue.group_code and issue.group_code not in held, "开班日不属于券限定的人员类别"),
    ]
    for is_wrong, why in wrong:
        if is_wrong:
            raise VoucherNotForClass(number=voucher.number, why=why)
