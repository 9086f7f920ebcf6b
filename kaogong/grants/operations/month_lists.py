"""Allowances in bulk: one list of people for one month of a class becomes one application for each good row."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.claims.operations.judging import lock_persons
from kaogong.claims.queries import last_day
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.sheets.grant_layouts import ALLOWANCE_LIST
from kaogong.trail.operations import begin, move, record, require_may
from kaogong.training import queries as training
from kaogong.training.models import TrainingClass

from .. import queries
from ..models import Grant, GrantFact, GrantList
from .applying import grant_number
from .judging import judge, keep
from .listing import AwardColumnsMissing, ListTakenAlready, not_taken, people_listed

ROWS_AT_ONCE = 500
_HOURS_A_DAY = 24


class NotByMonthList(Refused):
    """“{scheme}”不按月交名单申请。"""


class ListMonthNotOver(Refused):
    """{month}还没有结束，班级也没有到最后一天，不能交这个月的名单。"""

    form_field = "month"


class ClassNotInMonth(Refused):
    """班级{number}从{starts_on}到{ends_on}，{month}没有课。"""

    form_field = "class_id"


class AttendanceNotRecorded(Refused):
    """班级{number}在{month}还没有考勤记录，请先补记考勤，天数和学时以考勤为准。"""

    form_field = "class_id"


class AllowancePaidWithClass(Refused):
    """班级{number}申领补贴时已含学员的生活费补贴，不另交名单。"""

    form_field = "class_id"


class ListClassMissing(Refused):
    """请选择班级；不在系统里的班级请写明名称，只填一项。"""

    form_field = "class_id"


@dataclass(frozen=True, slots=True)
class ListFor:
    """What a month's list is for: a scheme, a month, and a class known here or one only named."""

    scheme_code: str
    month: date
    class_id: int | None = None
    class_name: str = ""


@transaction.atomic
def import_month_list(
    about: ListFor, data: bytes, filename: str, *, region_code: str, by: Actor, at: datetime
) -> GrantList:
    """Apply for one month of everybody on a list, paid to each person; bad rows are kept with their problem.

    Of a class known here days and hours are those its attendance counts, whatever the list says; of any other
    those the list says. One person has one month once. The same list twice is refused by name.
    """
    require_may(by, Permission.SUBMIT_GRANT, "交生活费补贴名单")
    institution = institutions.institution_for_update(by.organisation_id, by=by)
    month = about.month.replace(day=1)
    training_class = _class_of(about, month, by=by, at=at)
    on = min(last_day(month), timezone.localdate(at))
    terms = queries.terms_of(region_code, about.scheme_code, on)
    if not terms.by_month_list or terms.by_institution:
        raise NotByMonthList(scheme=terms.scheme.label)
    digest = hashlib.sha256(data).hexdigest()
    same = GrantList.objects.filter(
        institution=institution, scheme_code=about.scheme_code, month=month, digest=digest
    ).first()
    if same is not None:
        raise ListTakenAlready(day=timezone.localdate(same.received_at))
    table = sheets.read(data, filename, layout=ALLOWANCE_LIST, row_limit=ROWS_AT_ONCE)
    if table.missing:
        raise AwardColumnsMissing(labels="、".join(table.missing_labels))
    rows, refused = people_listed(table, region_code, by=by, at=at)
    lock_persons(rows)
    rows = _payable(rows, refused, terms, month, training_class)
    kept = GrantList.objects.create(
        institution=institution, region_code=region_code, scheme_code=about.scheme_code, month=month,
        training_class=training_class, class_name="" if training_class else tidy(about.class_name)[:120],
        filename=tidy(filename)[:120], content=base64.b64encode(data).decode(), digest=digest,
        taken=len(rows), refused=sorted(refused, key=lambda row: row["row"]), received_at=at,
    )  # fmt: skip
    file = queries.on_file(kept, rows, on)
    for person_id, row in rows.items():
        _apply(kept, person_id, row, terms, file, on, by=by, at=at)
    record(
        "grant_list.imported", kept, by=by, at=at, subject_kind="grant_list", taken=len(rows),
        refused=len(refused), month=f"{month:%Y-%m}",
    )  # fmt: skip
    return kept


def _class_of(about: ListFor, month: date, *, by: Actor, at: datetime) -> TrainingClass | None:
    """The class of the actor's own, taught in the month and with attendance; None for one only named."""
    if (about.class_id is None) == (not tidy(about.class_name)):
        raise ListClassMissing()
    today = timezone.localdate(at)
    if about.class_id is None:
        if last_day(month) >= today:
            raise ListMonthNotOver(month=f"{month:%Y-%m}")
        return None
    found = training.training_class(about.class_id, by=by)
    if found.starts_on > last_day(month) or found.ends_on < month:
        raise ClassNotInMonth(
            number=found.number, starts_on=found.starts_on, ends_on=found.ends_on, month=f"{month:%Y-%m}"
        )
    if min(last_day(month), found.ends_on) >= today:
        raise ListMonthNotOver(month=f"{month:%Y-%m}")
    if queries.is_paid_with_class(found, found.starts_on):
        raise AllowancePaidWithClass(number=found.number)
    if not queries.attended_in(found, month):
        raise AttendanceNotRecorded(number=found.number, month=f"{month:%Y-%m}")
    return found


def _payable(
    rows: Mapping[int, dict[str, Any]],
    refused: list[dict[str, Any]],
    terms: queries.Terms,
    month: date,
    training_class: TrainingClass | None,
) -> dict[int, dict[str, Any]]:
    """The rows that can be judged; the others are told with what to do."""
    had = queries.months_had(rows, terms.scheme.counts_as, month)
    learners = (
        set(training.enrolments(training_class.pk).values_list("person_id", flat=True))
        if training_class
        else None
    )
    wanted = queries.declared_figures(terms.scheme) if training_class is None else ()
    good = {}
    for person_id, row in rows.items():
        problems = list(_of_figures(row, month, wanted))
        if learners is not None and person_id not in learners:
            problems.append("不在本班花名册上，请核对姓名和身份证号码，或先补录花名册")
        if person_id in had:
            problems.append(f"{month:%Y-%m}已有申请（{had[person_id]}），一人一月只能申请一次，请删去本行")
        if problems:
            refused.append(not_taken(row, *problems))
        else:
            good[person_id] = row
    return good


def _of_figures(row: Mapping[str, Any], month: date, wanted: tuple[str, ...]):
    """What is wrong with the days, hours and dates of a row, by column."""
    end = last_day(month)
    days, hours = _number(row["days"]), _number(row["hours"])
    if days is not None and not 0 < days <= end.day:
        yield f"“培训天数”是{days}，{month:%Y-%m}只有{end.day}天，请改为当月的天数"
    if hours is not None and not 0 < hours <= _HOURS_A_DAY * end.day:
        yield f"“培训学时”是{hours}，超出一个月可能的学时，请改为当月的学时"
    if "days_attended" in wanted and days is None:
        yield "没有填写“培训天数”，请填当月实到天数"
    if {"hours_attended", "hours_counted"} & set(wanted) and hours is None:
        yield "没有填写“培训学时”，请填当月实到学时"
    began, ended = (date.fromisoformat(row[name]) if row[name] else None for name in ("began_on", "ended_on"))
    if (began is not None and began > end) or (ended is not None and ended < month):
        yield f"“开始日期”“结束日期”不在{month:%Y-%m}内，请核对月份，或另交那个月的名单"
    elif began is not None and ended is not None:
        within = min(ended, end) - max(began, month) + timedelta(days=1)
        if ended < began:
            yield "“结束日期”早于“开始日期”，请更正"
        elif days is not None and days > within.days:
            yield f"“培训天数”是{days}，多于起止日期之间的{within.days}天，请更正"


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _apply(
    kept: GrantList,
    person_id: int,
    row: Mapping[str, Any],
    terms: queries.Terms,
    file: queries.OnFile,
    on: date,
    *,
    by: Actor,
    at: datetime,
) -> Grant:
    """One application, handed in at once and judged on the last day of its month."""
    grant = Grant.objects.create(
        number=grant_number(timezone.localdate(at).year),
        person_id=person_id, grant_list=kept, month=kept.month, region_code=kept.region_code,
        scheme_code=kept.scheme_code, counts_as=terms.scheme.counts_as, rhythm="once", event_on=on,
        drafted_at=at, submitted_at=at, synthetic=kept.institution.synthetic,
    )  # fmt: skip
    begin(grant, "drafted", by=by, at=at, scheme=kept.scheme_code)
    declared = {"days_attended": row["days"], "hours_attended": row["hours"]}
    if kept.training_class_id is None and "hours_counted" in queries.declared_figures(terms.scheme):
        declared["hours_counted"] = row["hours"]
    GrantFact.objects.bulk_create(
        GrantFact(
            grant=grant, fact=fact, value=f"{Decimal(value):.2f}", at=at, by_account_id=by.account_id,
            source=f"{kept.filename[:100]} 第{row['row_number']}行", by_name=by.name,
        )
        for fact, value in declared.items()
        if value
    )  # fmt: skip
    move(grant, "submit", by=by, at=at)
    keep(grant, judge(grant, on, list_file=file), cause="submitted", at=at)
    return grant
