"""Claims by month (以工代训): an employer's list of heads, each checked against the insurance register."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import parse_yuan
from kaogong.kernel.writing import tidy_name
from kaogong.people import operations as people_operations
from kaogong.people import queries as people
from kaogong.rules import Scheme
from kaogong.sheets.money_layouts import MONTH
from kaogong.trail.operations import begin, next_serial, record, require_may
from kaogong.training.operations.evidence import LARGEST_MB, readable_format

from .. import queries
from ..models import Claim, ClaimDocument, ClaimLine, ClaimNumberSeries, MonthWage
from ..states import UNDECIDED
from .judging import judge, keep, lock_persons
from .submission import tell_judged


class MonthNotOver(Refused):
    """{month}还没有结束，下月才能申领。"""

    form_field = "month"


class MonthClaimedAlready(Refused):
    """{month}已有申领{claim}正在办理，不能重复提交。"""

    form_field = "month"


class NotClaimedByMonth(Refused):
    """“{scheme}”不是按月申领的项目。"""

    form_field = "scheme_code"


class MonthListUnclear(Refused):
    """名单没有找到{columns}列，请按样表填写。"""

    form_field = "file"


class NobodyInMonth(Refused):
    """名单里没有可以申领的人：{problems}。"""

    form_field = "file"


class WageProofMissing(Refused):
    """请上传工资发放凭证（PDF、JPEG、PNG或Excel，不超过{limit}MB）。"""

    form_field = "proof"


@dataclass(frozen=True, slots=True)
class MonthReceipt:
    """A month's claim as submitted, and the rows of the list that were left out, each with why."""

    claim: Claim
    problems: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Head:
    person_id: int
    row: int
    wage_fen: int
    paid_on: date


def submit_month(
    scheme_code: str,
    month: date,
    data: bytes,
    filename: str,
    *,
    proof: bytes,
    proof_filename: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> MonthReceipt:
    """Claim one month of the actor's own enterprise for the heads of a list, each judged at once.

    The insurance register is asked about everybody before anything is written; a head it does not answer for
    lacks evidence. Rows that cannot be claimed are named in the receipt; all others are kept.
    """
    require_may(by, Permission.SUBMIT_CLAIM, "提交申领")
    if by.organisation_id is None:
        raise NotFound()
    month = month.replace(day=1)
    employer = institutions.institution(by.organisation_id, by=by)
    scheme = _scheme_for(employer, scheme_code, month, at)
    proof_format = readable_format(proof)
    if proof_format is None:
        raise WageProofMissing(limit=LARGEST_MB)
    table = sheets.read(data, filename, layout=MONTH)
    if table.missing_labels:
        raise MonthListUnclear(columns="、".join(table.missing_labels))
    heads, problems = _read(table, month, at)
    numbers = people.id_numbers_of([head.person_id for head in heads])
    people_operations.ask_registers(
        dict.fromkeys(numbers.values(), ""), kinds=["insurance"], by=by, at=at,
        reason=f"以工代训{month:%Y-%m}参保核对", region_code=employer.region_code,
    )  # fmt: skip
    with transaction.atomic():
        claim = _submitted(employer, scheme, month, heads, problems, by=by, at=at, reason=reason)
        ClaimDocument.objects.create(
            claim=claim,
            kind="wage_proof",
            filename=proof_filename.replace("\\", "/").split("/")[-1].strip()[-200:] or "工资发放凭证",
            format=proof_format,
            digest=hashlib.sha256(proof).hexdigest(),
            content=base64.b64encode(proof).decode(),
            added_at=at,
            added_by=by.name,
        )
    return MonthReceipt(claim, tuple(sorted(problems)))


def read_claim_document(document_id: int, *, by: Actor, at: datetime) -> ClaimDocument:
    """One paper of a claim in reach with its content; who of another body looked at it is kept in the trail."""
    document = queries.claim_document(document_id, by=by)
    if by.organisation_id != document.claim.institution_id:
        record("claim.document_looked", document.claim, by=by, at=at, kind=document.kind)
    return document


def _scheme_for(employer: Institution, scheme_code: str, month: date, at: datetime) -> Scheme:
    if queries.last_day(month) >= timezone.localdate(at):
        raise MonthNotOver(month=f"{month:%Y-%m}")
    scheme = queries.scheme(employer.region_code[:6], scheme_code, queries.last_day(month))
    if not queries.is_claimed_by_month(scheme):
        raise NotClaimedByMonth(scheme=scheme.label)
    return scheme


def _submitted(
    employer: Institution,
    scheme: Scheme,
    month: date,
    heads: list[_Head],
    problems: list[tuple[int, str]],
    *,
    by: Actor,
    at: datetime,
    reason: str,
) -> Claim:
    lock_persons(head.person_id for head in heads)
    standing = Claim.objects.filter(
        institution=employer, scheme_code=scheme.code, month=month, status__in=UNDECIDED
    ).first()
    if standing is not None:
        raise MonthClaimedAlready(month=f"{month:%Y-%m}", claim=standing.number)
    heads = _still_claimable(employer, scheme, month, heads, problems)
    if not heads:
        told = "；".join(f"第{row}行{said}" for row, said in sorted(problems)[:5])
        raise NobodyInMonth(problems=told or "名单是空的")
    year, end = timezone.localdate(at).year, queries.last_day(month)
    number = f"SL-{year}-{next_serial(ClaimNumberSeries, year):06d}"
    claim = Claim.objects.create(
        number=number,
        month=month,
        institution=employer,
        employer=employer,
        region_code=employer.region_code,
        scheme_code=scheme.code,
        event_on=end,
        year=year,
        payer_mode="employer",
        submitted_at=at,
        synthetic=employer.synthetic,
    )
    ClaimLine.objects.bulk_create(
        [
            ClaimLine(
                claim=claim, person_id=head.person_id, month=month, sequence=sequence, event_on=end,
                occupation_code="", level=0, reference=f"{number}/{sequence:03d}",
            )
            for sequence, head in enumerate(heads, start=1)
        ]
    )  # fmt: skip
    lines = list(queries.lines(claim.pk))
    wages = {head.person_id: head for head in heads}
    MonthWage.objects.bulk_create(
        [
            MonthWage(
                line=line, wage_fen=wages[line.person_id].wage_fen, paid_on=wages[line.person_id].paid_on
            )
            for line in lines
        ]
    )
    begin(claim, "submitted", by=by, at=at, reason=reason, lines=len(lines), problems=len(problems))
    keep(claim, judge(claim, lines), cause="submitted", at=at)
    tell_judged(claim, by=by, at=at)
    return claim


def _still_claimable(
    employer: Institution, scheme: Scheme, month: date, heads: list[_Head], problems: list[tuple[int, str]]
) -> list[_Head]:
    """One person one month once, and no more months than the region says; the others become problems."""
    claimed = queries.months_standing([head.person_id for head in heads], scheme.code)
    most = queries.most_months(employer.region_code, queries.last_day(month))
    kept = []
    for head in heads:
        months = claimed.get(head.person_id, set())
        if month in months:
            problems.append((head.row, f"{month:%Y-%m}已经申领过，一人一月只能申领一次"))
        elif most is not None and len(months) >= most:
            problems.append((head.row, f"已申领{len(months)}个月，最多{most}个月"))
        else:
            kept.append(head)
    return kept


def _read(table: sheets.Table, month: date, at: datetime) -> tuple[list[_Head], list[tuple[int, str]]]:
    rows = list(table.frame.iter_rows(named=True))
    known = people.standing_people_by_id_numbers([row["id_number"] for row in rows if row["id_number"]])
    registered = people.people_named(known.values())
    names = {pk: person.name for pk, person in registered.items()}
    heads: dict[int, _Head] = {}
    problems: list[tuple[int, str]] = []
    for row in rows:
        read = _head(row, known, names, heads, table.cell_problems, month, at)
        if isinstance(read, str):
            problems.append((row["row_number"], read))
        else:
            heads[read.person_id] = read
    return list(heads.values()), problems


def _head(
    row: Mapping,
    known: Mapping[str, int],
    names: Mapping[int, str],
    heads: Mapping[int, _Head],
    unread: Mapping[int, Iterable[str]],
    month: date,
    at: datetime,
) -> _Head | str:
    """One row, or why it cannot be claimed."""
    place, person_id = row["row_number"], known.get(row["id_number"] or "")
    if said := "，".join(unread.get(place, ())):
        return said
    if person_id is None:
        return "没有实名登记，请先登记"
    if tidy_name(row["name"] or "") != names[person_id]:
        return "姓名与实名登记不一致"
    if person_id in heads:
        return f"与第{heads[person_id].row}行是同一人"
    try:
        wage_fen = parse_yuan(row["wage"] or "")
    except Refused:
        return "工资金额不对"
    paid_on = date.fromisoformat(row["paid_on"]) if row["paid_on"] else None
    if wage_fen <= 0 or paid_on is None:
        return "没有填写工资或发放日期"
    if not month <= paid_on <= timezone.localdate(at):
        return "工资发放日期应在当月1日以后、今天以前"
    return _Head(person_id, place, wage_fen, paid_on)
