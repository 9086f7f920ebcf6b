"""What the bureau does with an application: take it up, go and look, decide, contract, publish, enforce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, Refused
from kaogong.kernel.writing import tidy_name
from kaogong.notices import operations as notices
from kaogong.notices import queries as published
from kaogong.trail.operations import move, record, require_may

from .. import queries
from ..models import ApplicationCondition, RecognitionApplication, SiteVisit
from ..states import APPLICATION
from .applying import judge_conditions, keep_paper
from .contracting import cancel_contract, draft_contract, recognise_provider
from .reach import day_of


class VerdictUnknown(Refused):
    """请选择符合、不符合或待核实。"""


class ConditionsOpen(Refused):
    """还有{count}项条件待核实，请逐项判断后再决定。"""


class ConditionsFailed(Refused):
    """有{count}项条件不符合，不能同意认定。"""


class VisitorsTooFew(Refused):
    """现场核查至少{count}人到场，请填写每个人的姓名。"""


class VisitDayWrong(Refused):
    """核查日期应在受理之后、今天之前（含当天）。"""


class VisitIncomplete(Refused):
    """核查表还有{count}项没有填写。"""


class FilingNumberTaken(Refused):
    """备案号“{number}”已经使用。"""


class NoticeDaysUnset(Refused):
    """本地没有规定公示期，请填写公示几个工作日。"""


class NoticeNotOver(Refused):
    """公示还没有结束，结束后才能生效。"""


class ObjectionUpheld(Refused):
    """公示期内有异议成立，请重新决定。"""


@dataclass(frozen=True, slots=True)
class VisitPhoto:
    """One photograph brought back from a visit."""

    filename: str
    content: bytes


@transaction.atomic
def return_application(
    application_id: int, *, by: Actor, at: datetime, reason: str
) -> RecognitionApplication:
    """Send an application back to be completed, saying what is missing."""
    application = queries.application_for_update(application_id, by=by)
    move(application, "return", by=by, at=at, reason=reason)
    return application


@transaction.atomic
def accept_application(
    application_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> RecognitionApplication:
    """Take an application up for review; figures are judged as they stand today."""
    application = queries.application_for_update(application_id, by=by)
    if application.status == "submitted" and by.may(Permission.ACCEPT_APPLICATION):
        today = day_of(at)
        judge_conditions(application, on=today)
        conduct = queries.conduct_of(application.region_code, "recognition", today)
        application.accepted_at = at
        application.decide_by_on = queries.deadline(conduct, "decide_days", today)
        application.save(update_fields=["accepted_at", "decide_by_on"])
    move(application, "accept", by=by, at=at, reason=reason)
    return application


@transaction.atomic
def judge_condition(
    condition_id: int, *, verdict: str, remark: str, by: Actor, at: datetime
) -> ApplicationCondition:
    """Judge one condition by papers or by looking; against the figures only with a remark."""
    require_may(by, Permission.JUDGE_CONDITION, "判断认定条件")
    found = queries.condition(condition_id, by=by)
    application = queries.application_for_update(found.application_id, by=by)
    if application.status not in ("submitted", "accepted", "visited"):
        raise ConditionsSettled(state=APPLICATION.label(application.status))
    if verdict not in ("ok", "no", "ask"):
        raise VerdictUnknown()
    condition = ApplicationCondition.objects.select_for_update().get(pk=found.pk)
    if verdict != condition.found and not remark.strip():
        raise ReasonMissing(label="判断认定条件")
    condition.verdict, condition.remark = verdict, remark.strip()
    condition.judged_by, condition.judged_at = by.name, at
    condition.save(update_fields=["verdict", "remark", "judged_by", "judged_at"])
    record(
        "recognition.condition_judged", application, by=by, at=at, reason=remark, code=condition.code,
        verdict=verdict,
    )  # fmt: skip
    return condition


class ConditionsSettled(Refused):
    """申请当前状态是“{state}”，条件不能再改。"""


@transaction.atomic
def record_visit(
    application_id: int,
    *,
    visited_on: date,
    visitor_names: Iterable[str],
    answers: Mapping[str, str],
    by: Actor,
    at: datetime,
    findings: str = "",
    notes: str = "",
    photos: Iterable[VisitPhoto] = (),
    reason: str = "",
) -> SiteVisit:
    """Keep the sheet of a site visit by two people at least; the one who fills it in is one of them."""
    require_may(by, Permission.RECORD_VISIT, "填写现场核查表")
    application = queries.application_for_update(application_id, by=by)
    move(application, "visit", by=by, at=at, reason=reason)
    conduct = queries.conduct_of(application.region_code, "recognition", day_of(at))
    names = list(dict.fromkeys(filter(None, (tidy_name(name) for name in (by.name, *visitor_names)))))
    wanted = queries.value_of(conduct, "visitors") or 1
    if len(names) < wanted:
        raise VisitorsTooFew(count=wanted)
    if not day_of(application.accepted_at) <= visited_on <= day_of(at):
        raise VisitDayWrong()
    items = [row["code"] for row in conduct.table("visit_sheet").rows]
    open_items = [code for code in items if answers.get(code) not in ("yes", "no", "na")]
    if open_items:
        raise VisitIncomplete(count=len(open_items))
    if any(answers[code] == "no" for code in items) and not findings.strip():
        raise ReasonMissing(label="现场核查不符的项目")
    for photo in photos:
        keep_paper(application, "visit", photo.filename, photo.content, at)
    return SiteVisit.objects.create(
        application=application,
        visited_on=visited_on,
        visitor_names=names,
        answers={code: answers[code] for code in items},
        findings=findings.strip(),
        notes=notes.strip(),
        recorded_at=at,
    )


@transaction.atomic
def approve_application(
    application_id: int, *, filing_number: str, by: Actor, at: datetime, reason: str
) -> RecognitionApplication:
    """Approve: every condition met, with reasons and a filing number; who approves supervises (O3)."""
    application = queries.application_for_update(application_id, by=by)
    if application.status == "visited":
        unsure = application.conditions.filter(verdict="ask").count()
        failed = application.conditions.filter(verdict="no").count()
        if unsure:
            raise ConditionsOpen(count=unsure)
        if failed:
            raise ConditionsFailed(count=failed)
        number = "".join(filing_number.split())
        if not number:
            raise ReasonMissing(label="备案号")
        if RecognitionApplication.objects.filter(filing_number=number).exclude(pk=application.pk).exists():
            raise FilingNumberTaken(number=number)
        if reason.strip() and by.may(Permission.DECIDE_APPLICATION):
            application.filing_number = number
            application.supervisor_account_id, application.supervisor_name = by.account_id, by.name
            _decide(application, at, reason, "filing_number", "supervisor_account_id", "supervisor_name")
    move(application, "approve", by=by, at=at, reason=reason)
    return application


@transaction.atomic
def refuse_application(
    application_id: int, *, by: Actor, at: datetime, reason: str
) -> RecognitionApplication:
    """Refuse recognition with reasons the applicant reads."""
    application = queries.application_for_update(application_id, by=by)
    if reason.strip() and application.status in APPLICATION.move("refuse").sources:
        _decide(application, at, reason)
    move(application, "refuse", by=by, at=at, reason=reason)
    return application


@transaction.atomic
def contract_application(
    application_id: int, *, number: str, by: Actor, at: datetime, reason: str = ""
) -> RecognitionApplication:
    """Draft the contract an approved application asked for: term, area, head-count, occupations, levels."""
    application = queries.application_for_update(application_id, by=by)
    move(application, "contract", by=by, at=at, reason=reason)
    tender = application.tender
    application.contract = draft_contract(
        application.institution_id,
        number=number,
        starts_on=application.starts_on,
        ends_on=application.ends_on,
        head_count=application.head_count,
        scopes=list(application.scopes.values_list("occupation_code", "level_code")),
        area=application.area,
        basis=tender.filing_number if tender else application.filing_number,
        region_code=application.region_code,
        audience=application.audience,
        amends=application.earlier if application.purpose == "scope" else None,
        supervisor_account_id=application.supervisor_account_id,
        supervisor_name=application.supervisor_name,
        by=by,
        at=at,
        reason=reason,
    )
    application.save(update_fields=["contract"])
    return application


@transaction.atomic
def publish_application(
    application_id: int, *, by: Actor, at: datetime, working_days: int | None = None, reason: str = ""
) -> RecognitionApplication:
    """Put a contracted provider before the public, for the region's days or, where none are set, those given."""
    application = queries.application_for_update(application_id, by=by)
    move(application, "publish", by=by, at=at, reason=reason)
    today = day_of(at)
    conduct = queries.conduct_of(application.region_code, "recognition", today)
    days = queries.value_of(conduct, "notice_days") or working_days
    if not days:
        raise NoticeDaysUnset()
    body = application.institution
    scopes = sorted({code for code, _ in application.scopes.values_list("occupation_code", "level_code")})
    application.notice = notices.publish_notice(
        kind="provider",
        title=f"拟认定培训机构公示：{body.name}",
        body="经申请、受理、现场核查，拟认定下列机构承担政府补贴职业技能培训，现予公示。",
        region_code=application.region_code,
        rows=[
            (
                application.number,
                {
                    "name": body.name,
                    "address": body.address,
                    "scope": "、".join(catalog.occupation_name(code) for code in scopes),
                    "term": f"{application.starts_on} 至 {application.ends_on}",
                    "filing": application.filing_number,
                    "supervisor": application.supervisor_name,
                },
            )
        ],
        columns=[
            ("name", "机构名称"),
            ("address", "地址"),
            ("scope", "培训职业（工种）"),
            ("term", "协议期限"),
            ("filing", "备案号"),
            ("supervisor", "监管责任人"),
        ],
        opens_on=today,
        working_days=days,
        by=by,
        at=at,
        subject_reference=f"recognition:{application.number}",
    )
    application.save(update_fields=["notice"])
    return application


@transaction.atomic
def enforce_application(
    application_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> RecognitionApplication:
    """Recognise the provider once its notice has closed without an upheld objection."""
    application = queries.application_for_update(application_id, by=by)
    if application.status == "published":
        if application.notice.status != "closed":
            raise NoticeNotOver()
        if published.objections(by, notice_id=application.notice_id).filter(status="upheld").exists():
            raise ObjectionUpheld()
    move(application, "enforce", by=by, at=at, reason=reason)
    recognise_provider(application.contract_id, by=by, at=at, reason=reason or application.decision)
    return application


@transaction.atomic
def reopen_application(
    application_id: int, *, by: Actor, at: datetime, reason: str
) -> RecognitionApplication:
    """Take a published application back to be decided again; its contract is not signed after all."""
    application = queries.application_for_update(application_id, by=by)
    move(application, "reopen", by=by, at=at, reason=reason)
    contract_id, application.contract, application.filing_number = application.contract_id, None, ""
    application.save(update_fields=["contract", "filing_number"])
    cancel_contract(contract_id, by=by, at=at, reason=reason)
    return application


def _decide(application: RecognitionApplication, at: datetime, reason: str, *also: str) -> None:
    application.decided_at, application.decision = at, reason.strip()
    application.save(update_fields=["decided_at", "decision", *also])
