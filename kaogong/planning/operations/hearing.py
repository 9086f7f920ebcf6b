"""What a unit says against its points within the term, and the answer of whoever runs the assessment (O5)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.planning import queries
from kaogong.planning.models import UnitAssessment, UnitObjection
from kaogong.planning.states import UNIT_OBJECTION
from kaogong.trail.operations import begin, move, require_may, require_move

from .assessing import add_up, criterion_of, given_points, keep_by_hand
from .supervising import read_paper


class ObjectionTooLate(Refused):
    """提出意见的期限到{day}为止。"""


class ObjectionAlready(Refused):
    """对这一项已经提出过意见。"""


class ObjectionEmpty(Refused):
    """请写明对这一项得分有什么意见、依据是什么。"""

    form_field = "content"


class ObjectionAnswerMissing(Refused):
    """请填写答复。"""

    form_field = "answer"


@transaction.atomic
def object_to_score(
    unit_id: int, *, criterion_code: str, content: str, by: Actor, at: datetime, paper: bytes = b"",
    paper_title: str = "",
) -> UnitObjection:  # fmt: skip
    """Say, for a unit, what is wrong with its points on one criterion; once a criterion, within the term."""
    require_may(by, Permission.OBJECT_TO_SCORE, "提出意见")
    unit = queries.assessed_unit(unit_id, by=by)
    assessment = UnitAssessment.objects.select_for_update().get(pk=unit.assessment_id)
    criterion = criterion_of(assessment, criterion_code)
    today = timezone.localdate(at)
    if assessment.status != "told" or today > assessment.object_until:
        raise ObjectionTooLate(day=assessment.object_until or "—")
    if not content.strip():
        raise ObjectionEmpty()
    score = queries.standing_scores(unit)[criterion_code]
    if unit.objections.filter(criterion_code=criterion_code, received_at__gte=score.scored_at).exists():
        raise ObjectionAlready()
    sealed, title = read_paper(paper, paper_title)
    objection = UnitObjection.objects.create(
        unit=unit, region_code=unit.region_code, criterion_code=criterion_code, content=content.strip(),
        paper=sealed, paper_title=title, received_at=at,
    )  # fmt: skip
    begin(objection, "received", by=by, at=at, unit=unit.name, criterion=criterion["label"])
    return objection


@transaction.atomic
def accept_objection(
    objection_id: int, *, points: Decimal | None, answer: str, by: Actor, at: datetime,
    is_excluded: bool = False,
) -> UnitObjection:  # fmt: skip
    """Accept an objection: the points are put right, what they were stays beside them, the total is added anew."""
    objection, assessment = _to_settle(objection_id, "accept", answer, by=by)
    criterion = criterion_of(assessment, objection.criterion_code)
    score = keep_by_hand(
        objection.unit, criterion, given_points(points, is_excluded, criterion),
        ground=f"采纳单位意见：{answer.strip()}", source="by_hand", by=by, at=at,
    )  # fmt: skip
    _settle(objection, "accept", answer, by=by, at=at, points=f"{score.points / 100:.2f}")
    add_up(assessment, list(queries.assessed_units(by, assessment.pk)))
    return objection


@transaction.atomic
def dismiss_objection(objection_id: int, *, answer: str, by: Actor, at: datetime) -> UnitObjection:
    """Answer an objection that changes nothing."""
    objection, _assessment = _to_settle(objection_id, "dismiss", answer, by=by)
    _settle(objection, "dismiss", answer, by=by, at=at)
    return objection


def _to_settle(
    objection_id: int, verb: str, answer: str, *, by: Actor
) -> tuple[UnitObjection, UnitAssessment]:
    require_may(by, Permission.CONFIRM_ASSESSMENT, UNIT_OBJECTION.move(verb).label)
    objection = queries.objection_for_update(objection_id, by=by)
    assessment = objection.unit.assessment
    if not queries.is_run_by(assessment, by):
        raise NotFound()
    require_move(objection, UNIT_OBJECTION.move(verb), UNIT_OBJECTION, by=by, reason=answer or "-")
    if not answer.strip():
        raise ObjectionAnswerMissing()
    return objection, UnitAssessment.objects.select_for_update().get(pk=assessment.pk)


def _settle(objection: UnitObjection, verb: str, answer: str, *, by: Actor, at: datetime, **detail) -> None:
    objection.answer, objection.answered_at = answer.strip(), at
    objection.save(update_fields=["answer", "answered_at"])
    move(objection, verb, by=by, at=at, reason=answer, **detail)
