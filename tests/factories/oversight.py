"""Makers of complaints, cases and sanctions."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from kaogong.kernel.working_days import add_working_days
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Case, Sanction

from .people import REGION, an_actor

FRAUD = {
    "intent": ("yes", "培训前已知学员不到场"),
    "forged": ("yes", "签到表由一人代签"),
}
AFTER = {"accepted": 1, "investigating": 2, "answered": 3, "closed": 4}


def make_complaint(
    *, at: datetime, status: str = "received", by=None, reviewer=None, by_reporter=None, **fields
) -> operations.Receipt:
    """One anonymous complaint from the portal, taken as far as ``status``."""
    fields = {"channel": "portal", "content": "有人代签到", "region_code": REGION} | fields
    if by_reporter is not None:
        fields["by"] = by_reporter
    receipt = operations.receive_complaint(at=at, **fields)
    found, steps = receipt.complaint, AFTER.get(status, 0)
    by, reviewer = by or an_actor("bureau_clerk"), reviewer or an_actor("reviewer")
    if steps >= 1:
        operations.accept_complaint(found.pk, by=by, at=at)
    if steps >= 2:
        operations.investigate_complaint(found.pk, by=by, at=at)
    if steps >= 3:
        operations.answer_complaint(found.pk, outcome="upheld", answer="反映属实，已责令整改。", by=by, at=at)
    if steps >= 4:
        operations.close_complaint(found.pk, by=reviewer, at=at)
    found.refresh_from_db()
    return receipt


def answers_of(case: Case, on: date, **said: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Every criterion answered: as ``said``, otherwise no."""
    return {row["code"]: ("no", "核查未发现") for row in queries.criteria(case.region_code, on)} | said


def make_case(
    institution,
    *,
    at: datetime,
    status: str = "opened",
    grade: str = "fraud",
    because_of: str = "审计-1",
    **fields,
) -> Case:
    """One case against an institution, taken as far as ``status``."""
    fields = {"cause": "audit", "facts": "十二名学员从未到课，签到表由一人代签。"} | fields
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    case = operations.open_case(
        because_of=because_of, institution_id=institution.pk, by=clerk, at=at, **fields
    )
    if status in ("graded", "confirmed"):
        said = FRAUD if grade == "fraud" else {"self_reported": ("yes", "机构自查后报告")}
        operations.grade_case(
            case.pk, grade=grade, answers=answers_of(case, timezone.localdate(at), **said), reason="综合各项标准",
            tolerance="主动报告、未得利" if grade == "error" else "", by=clerk, at=at,
        )  # fmt: skip
    if status == "confirmed":
        operations.confirm_case(case.pk, by=reviewer, at=at)
    case.refresh_from_db()
    return case


def make_sanction(
    institution=None, *, at: datetime, step: str = "criticise", status: str = "proposed", by=None, **fields
) -> Sanction:
    """One sanction on the illustrative ladder, taken as far as ``status``; told and begun on its day."""
    by = by or an_actor("bureau_clerk")
    subject = {"institution_id": institution.pk} if institution is not None else {}
    sanction = operations.propose_sanction(step=step, reason="代签考勤", by=by, at=at, **subject, **fields)
    if status != "proposed":
        today = timezone.localdate(at)
        later = at + (add_working_days(today, 4) - today)
        operations.confirm_sanction(sanction.pk, by=an_actor("reviewer"), at=later, reason="期满未陈述")
        if status in ("told", "in_force"):
            operations.tell_sanction(sanction.pk, start_on=timezone.localdate(later), by=by, at=later)
        if status == "in_force":
            operations.start_sanction(sanction.pk, by=by, at=later + timedelta(minutes=1))
    sanction.refresh_from_db()
    return sanction


def oversight_things(institution, clerk) -> dict[str, dict[str, int]]:
    """What the provider's pages are about: a question it is asked, a sanction proposed, a complaint of its own."""
    at = timezone.now()
    asker = an_actor("bureau_clerk")
    found = make_complaint(at=at, institution_id=institution.pk, status="accepted", by=asker).complaint
    inquiry = operations.ask_provider(found.pk, question="请说明签到情况", by=asker, at=at)
    own = make_complaint(at=at, channel="provider", is_named=True, by_reporter=clerk).complaint
    return {
        "inquiries": {"pk": inquiry.pk},
        "sanctions": {"pk": make_sanction(institution, at=at, step="talk").pk},
        "complaints": {"pk": own.pk},
    }
