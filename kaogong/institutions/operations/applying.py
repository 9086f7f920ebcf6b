"""A body's application for recognition until it is handed in."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.file_kinds import PAPERS, kind_of
from kaogong.kernel.levels import level_of
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import begin, move, next_number, record, require_may

from .. import queries
from ..models import (
    ApplicationCondition,
    ApplicationPaper,
    ApplicationScope,
    Contract,
    Institution,
    RecognitionApplication,
)
from ..states import OPEN_APPLICATION
from .contracting import ContractDatesWrong, NotAProvider, ScopeEmpty, ScopeUnknown
from .reach import day_of

LARGEST_PAPER = 10 * 2**20
MOST_PAPERS = 40


class ApplicationUnderWay(Refused):
    """已有同一事项的申请“{number}”正在办理，请先办完或撤回。"""


class TenderNotWon(Refused):
    """没有查到本机构在这个招标项目中标的备案。"""


class EarlierContractMissing(Refused):
    """续签或变更范围须选择一份在期的协议。"""


class AlreadyRecognised(Refused):
    """本机构已有在期的协议，请申请续签或变更范围。"""


class TermStartsTooLate(Refused):
    """续签应从原协议期满的{day}开始；变更范围不能超出原协议的期限。"""


class HeadCountMissing(Refused):
    """培训人数应至少为1人。"""


class PaperUnreadable(Refused):
    """“{filename}”不是 PDF、JPEG 或 PNG，或超过 10 MB；一份申请最多 40 份材料。"""


class ConditionUnknown(Refused):
    """认定条件里没有“{code}”这一项。"""


class ChecklistMissing(Refused):
    """{region}没有认定条件，不能受理认定申请。请先在政策规则库补上。"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a body asks for."""

    starts_on: date
    ends_on: date
    head_count: int
    scopes: tuple[tuple[str, str], ...]
    area: str = ""
    audience: str = "anyone"
    statement: str = ""


@transaction.atomic
def draft_application(
    institution_id: int,
    *,
    purpose: str,
    wish: Wish,
    by: Actor,
    at: datetime,
    earlier_id: int | None = None,
    tender_id: int | None = None,
    reason: str = "",
) -> RecognitionApplication:
    """Begin an application of a registered training body; one of each purpose at a time (C3)."""
    require_may(by, Permission.SUBMIT_APPLICATION, "申请认定")
    institution = queries.institution_for_update(institution_id, by=by)  # two at once wait here
    if not institution.is_provider:
        raise NotAProvider(name=institution.name)
    under_way = RecognitionApplication.objects.filter(
        institution=institution, purpose=purpose, status__in=OPEN_APPLICATION
    ).first()
    if under_way is not None:
        raise ApplicationUnderWay(number=under_way.number)
    earlier = _earlier(institution, purpose, earlier_id, wish, day_of(at))
    if tender_id is not None and not queries.tenders_won(institution.pk).filter(pk=tender_id).exists():
        raise TenderNotWon()
    _refuse_wish(wish)
    application = RecognitionApplication.objects.create(
        number=next_number(RecognitionApplication, f"RD-{day_of(at).year}-"),
        institution=institution,
        region_code=earlier.region_code if earlier else institution.region_code,
        purpose=purpose,
        route="application" if tender_id is None else "tender",
        tender_id=tender_id,
        earlier=earlier,
        created_at=at,
        **_fields(wish),
    )
    _keep_scopes(application, wish)
    begin(application, "drafted", by=by, at=at, reason=reason)
    judge_conditions(application, on=day_of(at))
    return application


@transaction.atomic
def change_application(application_id: int, *, wish: Wish, by: Actor, at: datetime) -> RecognitionApplication:
    """Change what a draft or returned application asks for; its conditions are judged anew."""
    require_may(by, Permission.SUBMIT_APPLICATION, "修改认定申请")
    application = queries.application_for_update(application_id, by=by)
    if application.status not in ("drafted", "returned"):
        raise NotFound()
    _refuse_wish(wish)
    if application.earlier:
        _refuse_term(application.purpose, application.earlier, wish)
    for name, value in _fields(wish).items():
        setattr(application, name, value)
    application.save(update_fields=[*_fields(wish)])
    ApplicationScope.objects.filter(application=application).delete()
    _keep_scopes(application, wish)
    judge_conditions(application, on=day_of(at))
    return application


@transaction.atomic
def add_paper(
    application_id: int, *, condition_code: str, filename: str, content: bytes, by: Actor, at: datetime
) -> ApplicationPaper:
    """Keep one file handed in for one condition, before the application is taken up."""
    require_may(by, Permission.SUBMIT_APPLICATION, "提交申请材料")
    application = queries.application_for_update(application_id, by=by)
    if application.status not in ("drafted", "returned", "submitted"):
        raise NotFound()
    if not application.conditions.filter(code=condition_code).exists():
        raise ConditionUnknown(code=condition_code)
    paper = keep_paper(application, condition_code, filename, content, at)
    record("recognition.paper_added", application, by=by, at=at, digest=paper.digest, code=condition_code)
    return paper


@transaction.atomic
def submit_application(
    application_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> RecognitionApplication:
    """Hand an application in; when it is to be taken up follows from the region's term."""
    application = queries.application_for_update(application_id, by=by)
    if application.status in ("drafted", "returned") and by.may(Permission.SUBMIT_APPLICATION):
        today = day_of(at)
        judge_conditions(application, on=today)
        conduct = queries.conduct_of(application.region_code, "recognition", today)
        application.submitted_at = at
        application.accept_by_on = queries.deadline(conduct, "accept_days", today)
        application.save(update_fields=["submitted_at", "accept_by_on"])
    move(application, "submit", by=by, at=at, reason=reason)
    return application


@transaction.atomic
def withdraw_application(
    application_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> RecognitionApplication:
    """Take an application back before it is decided."""
    application = queries.application_for_update(application_id, by=by)
    move(application, "withdraw", by=by, at=at, reason=reason)
    return application


def judge_conditions(application: RecognitionApplication, *, on: date) -> None:
    """Judge every condition by today's figures; what a person judged stays as that person left it."""
    checklist = queries.conduct_of(application.region_code, "recognition", on).table("checklist")
    if not checklist.rows:
        raise ChecklistMissing(region=catalog.region_name(application.region_code))
    codes = set(application.scopes.values_list("occupation_code", flat=True))
    figures = queries.figures_of(application.institution_id, codes, on)
    source = checklist.by or checklist.source or checklist.note
    kept = {row.code: row for row in application.conditions.all()}
    judged = queries.judge(checklist.rows, figures, application.institution.kind)
    for place, found in enumerate(judged, start=1):
        row = kept.get(found.code) or ApplicationCondition(application=application, code=found.code)
        row.sequence, row.label, row.label_en, row.source = place, found.label, found.label_en, source[:300]
        row.figure, row.required, row.found = found.figure, found.required, found.verdict
        if row.judged_at is None:
            row.verdict = found.verdict
        row.save()


def keep_paper(
    application: RecognitionApplication, code: str, filename: str, content: bytes, at: datetime
) -> ApplicationPaper:
    """Keep a file that is what it says and not too large; the same file is kept once."""
    kind = kind_of(content, PAPERS)
    if kind is None or len(content) > LARGEST_PAPER or application.papers.count() >= MOST_PAPERS:
        raise PaperUnreadable(filename=filename[:60])
    paper, _is_new = ApplicationPaper.objects.get_or_create(
        application=application,
        condition_code=code,
        digest=hashlib.sha256(content).hexdigest(),
        defaults={
            "filename": filename[-120:],
            "content_type": kind.media_type,
            "content": content,
            "received_at": at,
        },
    )
    return paper


def _earlier(
    institution: Institution, purpose: str, earlier_id: int | None, wish: Wish, today: date
) -> Contract | None:
    if purpose == "first":
        if queries.is_recognised_on(institution.pk, today):
            raise AlreadyRecognised()
        return None
    earlier = Contract.objects.filter(pk=earlier_id, institution=institution, status="recognised").first()
    if earlier is None:
        raise EarlierContractMissing()
    _refuse_term(purpose, earlier, wish)
    return earlier


def _refuse_term(purpose: str, earlier: Contract, wish: Wish) -> None:
    """A renewal follows on; more scope never outlives what it adds to."""
    follows = wish.starts_on == earlier.ends_on
    within = wish.starts_on >= earlier.starts_on and wish.ends_on <= earlier.ends_on
    if (purpose == "renewal" and not follows) or (purpose == "scope" and not within):
        raise TermStartsTooLate(day=earlier.ends_on)


def _refuse_wish(wish: Wish) -> None:
    if wish.ends_on <= wish.starts_on:
        raise ContractDatesWrong()
    if wish.head_count < 1:
        raise HeadCountMissing()
    if not wish.scopes:
        raise ScopeEmpty()
    for occupation_code, level_code in wish.scopes:
        occupation = catalog.occupation(occupation_code)
        if occupation is None or occupation.tier != 4:
            raise ScopeUnknown(code=occupation_code)
        if level_code:
            level_of(level_code)


def _fields(wish: Wish) -> dict:
    return {
        "starts_on": wish.starts_on,
        "ends_on": wish.ends_on,
        "head_count": wish.head_count,
        "area": tidy(wish.area),
        "audience": wish.audience,
        "statement": wish.statement.strip(),
    }


def _keep_scopes(application: RecognitionApplication, wish: Wish) -> None:
    ApplicationScope.objects.bulk_create(
        ApplicationScope(application=application, occupation_code=code, level_code=level)
        for code, level in sorted(set(wish.scopes))
    )
