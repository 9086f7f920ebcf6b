"""Issuing vouchers from a list: good rows kept, each bad one named; another person issues, money is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.funds import operations as funds
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.sheets.money_layouts import VOUCHERS
from kaogong.trail.operations import begin, move, next_serial, require_may, require_move

from .. import queries
from ..models import KINDS, WORTHS, Voucher, VoucherIssue, VoucherListed, VoucherNumberSeries
from ..states import VOUCHER_ISSUE


class VoucherTermsUnclear(Refused):
    """培训券的{field}没有填对：{problem}。"""


class NoVouchersInScheme(Refused):
    """“{scheme}”不以培训券支付，不能为它发放培训券。"""

    form_field = "scheme_code"


class VoucherListUnclear(Refused):
    """名单没有找到{columns}列，请按样表填写。"""

    form_field = "file"


class NobodyListed(Refused):
    """名单里没有可以发放的人：{problems}。"""

    form_field = "file"


class VoucherHeldAlready(Refused):
    """名单编制以后，有{count}人已经领到同一项目的培训券：{names}。请放弃这份名单，重新编制。"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What every voucher of an issue says."""

    title: str
    scheme_code: str
    kind: str
    worth: str
    face_fen: int
    starts_on: date
    expires_on: date
    occupation_codes: tuple[str, ...] = ()
    group_code: str = ""


@transaction.atomic
def draft_vouchers(
    region_code: str,
    terms: Terms,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    synthetic: bool = False,
) -> VoucherIssue:
    """Draft an issue from a list (姓名, 身份证号码): good rows are kept, each bad one is named in ``problems``."""
    require_may(by, Permission.DRAFT_VOUCHERS, "编制发放名单")
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    today = timezone.localdate(at)
    _require_clear(terms, today)
    scheme = queries.rulebook().at(region_code[:6], today).scheme(terms.scheme_code)
    if not queries.takes_vouchers(scheme):
        raise NoVouchersInScheme(scheme=scheme.label)
    table = sheets.read(data, filename, layout=VOUCHERS)
    if table.missing_labels:
        raise VoucherListUnclear(columns="、".join(table.missing_labels))
    found, problems = _listed(table, terms, today)
    if not found:
        raise NobodyListed(problems="；".join(f"第{row}行{said}" for row, said in problems[:5]))
    issue = VoucherIssue.objects.create(
        number=f"PXQ-{today.year}-{next_serial(VoucherNumberSeries, today.year):04d}",
        title=tidy(terms.title)[:120],
        region_code=region_code,
        scheme_code=terms.scheme_code,
        kind=terms.kind,
        occupation_codes=list(terms.occupation_codes),
        group_code=terms.group_code,
        worth=terms.worth,
        face_fen=terms.face_fen,
        starts_on=terms.starts_on,
        expires_on=terms.expires_on,
        year=today.year,
        filename=filename[-200:],
        rows_total=table.frame.height,
        problems=[[row, said] for row, said in problems],
        drafted_at=at,
        synthetic=synthetic,
    )
    VoucherListed.objects.bulk_create([VoucherListed(issue=issue, person_id=pk) for pk in found])
    begin(issue, "drafted", by=by, at=at, listed=len(found), problems=len(problems), face_fen=issue.face_fen)
    return issue


@transaction.atomic
def issue_vouchers(issue_id: int, *, by: Actor, at: datetime, reason: str = "") -> VoucherIssue:
    """Issue a drafted list: everybody on it gets a voucher, and the whole worth is set aside in the fund.

    Another person than the drafter issues. BudgetExceeded and FundMissing pass up, and then nobody has one.
    """
    issue = queries.issue_for_update(issue_id, by=by)
    require_move(issue, VOUCHER_ISSUE.move("issue"), VOUCHER_ISSUE, by=by, reason=reason)
    people_ids = list(queries.listed(issue.pk).values_list("pk", flat=True))
    holding = _holding(people_ids, issue.scheme_code)
    if holding:
        names = [person.name for person in people.people_named(holding).values()]
        raise VoucherHeldAlready(count=len(names), names="、".join(names[:10]))
    scheme = queries.scheme_of(issue, timezone.localdate(at))
    funds.reserve_for_claim(
        issue.number,
        region_code=issue.region_code,
        programme=scheme.fund_programme,
        year=issue.year,
        amount_fen=issue.face_fen * len(people_ids),
        by=by,
        at=at,
    )
    issue.issued_at = at
    Voucher.objects.bulk_create(
        [
            Voucher(
                number=queries.new_number(),
                issue=issue,
                person_id=person_id,
                region_code=issue.region_code,
                face_fen=issue.face_fen,
                expires_on=issue.expires_on,
            )
            for person_id in people_ids
        ],
        batch_size=2000,
    )
    issue.save(update_fields=["issued_at"])
    count = len(people_ids)
    move(issue, "issue", by=by, at=at, reason=reason, count=count, amount_fen=count * issue.face_fen)
    return issue


@transaction.atomic
def discard_vouchers(issue_id: int, *, by: Actor, at: datetime, reason: str) -> VoucherIssue:
    """Give a drafted list up; nobody gets a voucher of it."""
    issue = queries.issue_for_update(issue_id, by=by)
    move(issue, "discard", by=by, at=at, reason=reason)
    return issue


def _require_clear(terms: Terms, today: date) -> None:
    wrong = [
        (not tidy(terms.title), "名称", "必须填写"),
        (terms.kind not in dict(KINDS), "券种", "请选择普惠券或定向券"),
        (terms.worth not in dict(WORTHS), "计价方式", "请选择按面值或抵扣培训费"),
        (terms.face_fen <= 0, "面值", "应大于零"),
        (terms.expires_on < max(terms.starts_on, today), "有效期", "止日应不早于起日和今天"),
        (
            terms.kind == "targeted" and not (terms.occupation_codes or terms.group_code),
            "定向范围",
            "定向券应限定职业或人员类别",
        ),
        (
            terms.kind == "general" and bool(terms.occupation_codes or terms.group_code),
            "定向范围",
            "普惠券不限定职业和人员类别",
        ),
    ]
    for is_wrong, field, problem in wrong:
        if is_wrong:
            raise VoucherTermsUnclear(field=field, problem=problem)


def _listed(table: sheets.Table, terms: Terms, today: date) -> tuple[list[int], list[tuple[int, str]]]:
    """The people of the good rows, in order, and what is wrong in each other row."""
    rows = list(table.frame.iter_rows(named=True))
    numbers = [row["id_number"] for row in rows if row["id_number"]]
    known = people.standing_people_by_id_numbers(numbers)
    names = dict(Person.objects.filter(pk__in=set(known.values())).values_list("pk", "name"))
    groups = people.groups_on(list(names), today) if terms.group_code else {}
    holding = _holding(list(names), terms.scheme_code)
    found: dict[int, int] = {}
    problems: list[tuple[int, str]] = []
    for row in rows:
        place, said = row["row_number"], "，".join(table.cell_problems.get(row["row_number"], ()))
        person_id = known.get(row["id_number"] or "")
        if not said and person_id is None:
            said = "没有实名登记，请先登记"
        elif not said and tidy_name(row["name"] or "") != names[person_id]:
            said = "姓名与实名登记不一致"
        elif not said and person_id in found:
            said = f"与第{found[person_id]}行是同一人"
        elif not said and terms.group_code and terms.group_code not in groups.get(person_id, ()):
            said = "没有登记限定的人员类别"
        elif not said and person_id in holding:
            said = f"已有同一项目未使用的培训券（{holding[person_id]}）"
        if said:
            problems.append((place, said))
        else:
            found[person_id] = place
    return list(found), problems


def _holding(person_ids: Sequence[int], scheme_code: str) -> dict[int, str]:
    """Who holds an unused voucher of the same scheme, and of which issue."""
    rows = Voucher.objects.filter(person_id__in=person_ids, status="issued", issue__scheme_code=scheme_code)
    return dict(rows.values_list("person_id", "issue__number"))
