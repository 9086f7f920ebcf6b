"""Checking one year of an apprenticeship: it is over, both mentors taught, and enough."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import record, require_may
from kaogong.training import queries as training

from .. import queries
from ..models import ApprenticeYear


class NotAnApprentice(Refused):
    """{name}没有登记学徒合同和两名导师，不能做年度检查。"""


class ApprenticeYearNotOver(Refused):
    """{name}的学徒合同从{starts_on}到{ends_on}，第{year}年还没有满，或不在合同期内。"""

    form_field = "year"


class ApprenticeYearChecked(Refused):
    """{name}的第{year}年已经检查过。"""

    form_field = "year"


class MentorHoursShort(Refused):
    """企业导师{firm}课时、学校导师{school}课时，每人每年不少于{least}课时。"""


@transaction.atomic
def check_apprentice_year(
    enrolment_id: int, year: int, *, firm_hours: int, school_hours: int, by: Actor, at: datetime
) -> ApprenticeYear:
    """Record that a year of an apprentice passed its check: how many hours each mentor gave (hundredths)."""
    require_may(by, Permission.RECORD_ATTENDANCE, "学徒年度检查")
    enrolment = training.enrolment_for_update(enrolment_id, by=by)
    training_class, name = enrolment.training_class, enrolment.person.name
    contract = training.apprenticeships(training_class.pk).get(enrolment.pk)
    if contract is None:
        raise NotAnApprentice(name=name)
    today = timezone.localdate(at)
    if not 1 <= year <= queries.years_over(contract, today):
        raise ApprenticeYearNotOver(
            name=name, starts_on=contract.starts_on, ends_on=contract.ends_on, year=year
        )
    if any(row.year == year for row in queries.years_checked([enrolment.pk]).get(enrolment.pk, ())):
        raise ApprenticeYearChecked(name=name, year=year)
    least = queries.least_hours_a_year(training_class.region_code, today)
    if min(firm_hours, school_hours) < 100 * max(least or 0, 1):
        raise MentorHoursShort(firm=firm_hours // 100, school=school_hours // 100, least=max(least or 0, 1))
    checked = ApprenticeYear.objects.create(
        enrolment=enrolment,
        year=year,
        firm_hours_hundredths=firm_hours,
        school_hours_hundredths=school_hours,
        checked_at=at,
        checked_by=by.name,
    )
    record(
        "class.apprentice_year_checked", training_class, by=by, at=at, enrolment=enrolment.pk, year=year,
        firm_hours=firm_hours, school_hours=school_hours,
    )  # fmt: skip
    return checked
