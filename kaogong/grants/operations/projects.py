"""Projects: registered with what was awarded, then every receipt, payment and look at performance."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.file_kinds import PAPERS, kind_of
from kaogong.kernel.money import yuan
from kaogong.kernel.writing import tidy
from kaogong.ledger.states import SPONSOR
from kaogong.trail.operations import next_serial, record, require_may

from .. import queries
from ..models import GrantNumberSeries, Project, ProjectEntry
from .applying import LARGEST_PAPER, GrantPaperUnreadable


class SponsorsMoneyElsewhere(Refused):
    """赞助资金不在扶持项目里登记，请到“赞助资金”登记赞助协议：它在专账里单独核算。"""


class ProjectOverpaid(Refused):
    """项目{project}已到位{received}，已拨付{paid}，不能再拨付{wanted}。"""


class ReceiptAboveAward(Refused):
    """项目{project}核定{awarded}，已到位{received}，不能再到位{wanted}。"""


class DocumentMissing(Refused):
    """请写明凭证（文件名称、文号或银行回单号）。"""


class EntryIncomplete(Refused):
    """请填写{what}。"""


class DayToCome(Refused):
    """日期{day}还没有到。"""


@dataclass(frozen=True, slots=True)
class Built:
    """What a building project builds."""

    area_sqm: int | None = None
    investment_fen: int | None = None
    equipment_count: int | None = None
    central_fen: int | None = None


@transaction.atomic
def register_project(
    institution_id: int,
    *,
    title: str,
    kind: str,
    document: str,
    awarded_on: date,
    awarded_fen: int,
    by: Actor,
    at: datetime,
    built: Built | None = None,
    reason: str = "",
) -> Project:
    """Keep a project a body was awarded money for, with the paper that says so; a sponsor's money is not one."""
    require_may(by, Permission.KEEP_PROJECTS, "登记项目")
    institution = institutions.institution(institution_id, by=by)
    if not document.strip():
        raise DocumentMissing()
    if not title.strip() or awarded_fen <= 0:
        raise EntryIncomplete(what="项目名称和核定金额")
    if kind == "sponsored":
        raise SponsorsMoneyElsewhere()
    today = timezone.localdate(at)
    if awarded_on > today:
        raise DayToCome(day=awarded_on)
    built = built or Built()
    project = Project.objects.create(
        number=f"XM-{today.year}-{next_serial(GrantNumberSeries, today.year):06d}",
        title=tidy(title),
        kind=kind,
        institution=institution,
        region_code=by.region_code or institution.region_code,
        document=tidy(document)[:200],
        awarded_on=awarded_on,
        awarded_fen=awarded_fen,
        area_sqm=built.area_sqm,
        investment_fen=built.investment_fen,
        equipment_count=built.equipment_count,
        central_fen=built.central_fen,
        synthetic=institution.synthetic,
        created_at=at,
    )
    record("project.registered", project, by=by, at=at, reason=reason, subject_kind="project",
           awarded_fen=awarded_fen)  # fmt: skip
    return project


@transaction.atomic
def record_project_entry(
    project_id: int,
    *,
    kind: str,
    on: date,
    document: str,
    by: Actor,
    at: datetime,
    amount_fen: int = 0,
    source_level: str = "",
    payee: str = "",
    note: str = "",
    filename: str = "",
    content: bytes = b"",
) -> ProjectEntry:
    """Keep one receipt, payment or look at performance; never more paid than received, nor received than awarded."""
    require_may(by, Permission.KEEP_PROJECTS, "登记项目资金")
    project = queries.project_for_update(project_id, by=by)
    source_level = _source(project, kind, source_level)
    _require_whole(kind, on, document, amount_fen, source_level, payee, note, today=timezone.localdate(at))
    sums = queries.project_sums([project.pk])[project.pk]
    if kind == "received" and sums.received_fen + amount_fen > project.awarded_fen:
        raise ReceiptAboveAward(
            project=project.number, awarded=yuan(project.awarded_fen), received=yuan(sums.received_fen),
            wanted=yuan(amount_fen),
        )  # fmt: skip
    if kind == "paid" and sums.paid_fen + amount_fen > sums.received_fen:
        raise ProjectOverpaid(
            project=project.number, received=yuan(sums.received_fen), paid=yuan(sums.paid_fen),
            wanted=yuan(amount_fen),
        )  # fmt: skip
    is_a = kind_of(content, PAPERS) if content else None
    if content and (is_a is None or len(content) > LARGEST_PAPER):
        raise GrantPaperUnreadable(filename=filename)
    entry = ProjectEntry.objects.create(
        project=project,
        kind=kind,
        on=on,
        amount_fen=amount_fen if kind != "performance" else 0,
        source_level=source_level,
        payee=tidy(payee) if kind == "paid" else "",
        note=note.strip()[:300],
        document=tidy(document)[:200],
        filename=tidy(filename)[:120] if content else "",
        content_type=is_a.media_type if is_a else "",
        content=content or None,
        recorded_at=at,
        by_account_id=by.account_id,
        by_name=by.name,
    )
    record(
        f"project.{'performed' if kind == 'performance' else kind}", project, by=by, at=at,
        subject_kind="project", amount_fen=entry.amount_fen, document=entry.document,
    )  # fmt: skip
    return entry


def _source(project: Project, kind: str, source_level: str) -> str:
    """Where a receipt comes from: a sponsor's project gets its sponsor's money and nobody else's."""
    if kind != "received":
        return ""
    return SPONSOR if project.kind == "sponsored" else source_level


def _require_whole(kind, on, document, amount_fen, source_level, payee, note, *, today: date) -> None:
    if not document.strip():
        raise DocumentMissing()
    if on > today:
        raise DayToCome(day=on)
    if kind != "performance" and amount_fen <= 0:
        raise EntryIncomplete(what="金额")
    if kind == "received" and not source_level:
        raise EntryIncomplete(what="资金来源")
    if kind == "paid" and not payee.strip():
        raise EntryIncomplete(what="付给谁")
    if kind == "performance" and not note.strip():
        raise EntryIncomplete(what="绩效情况")
