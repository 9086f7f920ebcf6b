"""What a provider says against its grade, and the answer."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import begin, move, require_may

from .. import queries
from ..models import Evaluation, EvaluationRound, GradeAppeal
from .evaluating import set_grade
from .reach import day_of


class AppealTooLate(Refused):
    """申诉期到{day}为止，现在不能申诉。"""


class AppealAlready(Refused):
    """已经提出过申诉，一个年度只能申诉一次。"""


class AppealEmpty(Refused):
    """请写明对哪一项得分不服、为什么。"""


class AppealAnswerMissing(Refused):
    """请填写答复内容。"""


class TotalWrong(Refused):
    """更正后的总分应在0到100分之间。"""


@transaction.atomic
def appeal_grade(evaluation_id: int, *, content: str, by: Actor, at: datetime) -> GradeAppeal:
    """Say why the grade of one's own body is wrong, within the term; once for each year."""
    require_may(by, Permission.APPEAL_GRADE, "申诉")
    found = queries.evaluation(evaluation_id, by=by)
    round_ = EvaluationRound.objects.select_for_update().get(pk=found.round_id)
    today = day_of(at)
    if round_.status != "published" or today > round_.appeal_until:
        raise AppealTooLate(day=round_.appeal_until)
    if not content.strip():
        raise AppealEmpty()
    conduct = queries.conduct_of(round_.region_code, "evaluation", today)
    appeal, is_new = GradeAppeal.objects.get_or_create(
        evaluation_id=found.pk,
        defaults={
            "institution_id": found.institution_id,
            "region_code": round_.region_code,
            "content": content.strip(),
            "received_at": at,
            "answer_by_on": queries.deadline(conduct, "answer_days", today),
        },
    )
    if not is_new:
        raise AppealAlready()
    begin(appeal, "received", by=by, at=at)
    return appeal


@transaction.atomic
def settle_appeal(
    appeal_id: int,
    *,
    upheld: bool,
    answer: str,
    by: Actor,
    at: datetime,
    total: Decimal | None = None,
) -> GradeAppeal:
    """Answer an appeal; upheld, the total is put right and the grade follows from it."""
    require_may(by, Permission.SETTLE_APPEAL, "答复申诉")
    found = queries.grade_appeal(appeal_id, by=by)
    appeal = GradeAppeal.objects.select_for_update().get(pk=found.pk)
    if not upheld:
        answer_appeal(appeal, "dismiss", answer, by=by, at=at)
        return appeal
    if answer.strip() and (total is None or not 0 <= total <= 100):
        raise TotalWrong()
    one = Evaluation.objects.select_for_update().get(pk=appeal.evaluation_id)
    before, after = one.total, int((total or 0) * 100)
    answer_appeal(appeal, "uphold", answer, by=by, at=at, total_before=before, total_after=after)
    one.total = after
    set_grade(one, found.evaluation.round)
    return appeal


def answer_appeal(appeal: Model, verb: str, answer: str, *, by: Actor, at: datetime, **detail: Any) -> None:
    """Uphold or dismiss an appeal, of whatever kind, with an answer that stays on it."""
    if not answer.strip():
        raise AppealAnswerMissing()
    if appeal.status == type(appeal).lifecycle.initial:
        appeal.answer, appeal.answered_at = answer.strip(), at
        appeal.save(update_fields=["answer", "answered_at"])
    move(appeal, verb, by=by, at=at, reason=answer, **detail)
