"""Assessing units for a year: opened with the criteria of the day, scored, heard, confirmed, told (O5, H4, D11)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.institutions.queries import grade_of, points_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.working_days import add_working_days
from kaogong.planning import queries
from kaogong.planning.models import AssessedUnit, UnitAssessment, UnitObjection, UnitScore
from kaogong.planning.queries.assessing import UnitMeasures, measured_of
from kaogong.planning.states import SHOWN_AS, UNIT_ASSESSMENT
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .supervising import read_paper
from .targets import require_region


class AssessmentCriteriaMissing(Refused):
    """{region}没有单位考核的标准和等级，已收文件也没有给出，不能开始考核。请先在政策规则库补上。"""


class AssessmentOpened(Refused):
    """{year}年度的单位考核已经开始。"""


class AssessmentYearNotBegun(Refused):
    """{year}年还没有到，不能考核。"""


class NoUnitChosen(Refused):
    """请至少选择一个被考核单位。"""

    form_field = "units"


class AssessmentClosedToScores(Refused):
    """只有评分中的考核可以记分。"""


class UnitPointsWrong(Refused):
    """得分应在0到{weight}分之间，最多两位小数。"""

    form_field = "points"


class AssessmentCriterionUnknown(Refused):
    """考核标准里没有“{criterion}”。"""


class GroundMissing(Refused):
    """请写明这样评分的理由。"""

    form_field = "ground"


class PaperMissing(Refused):
    """第三方调查的得分须附调查报告。"""

    form_field = "paper"


class UnitPointsMissing(Refused):
    """还有{count}个得分没有：{criteria}。"""


class ObjectionDaysUnset(Refused):
    """本地没有规定单位提出意见的期限，请填写几个工作日。"""

    form_field = "working_days"


class ObjectionsUnanswered(Refused):
    """还有{count}条意见没有答复。"""


class ResultNotPublished(Refused):
    """考核结果还没有通报。"""


class HearingNotOver(Refused):
    """提出意见的期限到{day}，期满后才能确认。"""


@transaction.atomic
def open_assessment(
    year: int, *, region_code: str, units: Iterable[str], by: Actor, at: datetime, reason: str = ""
) -> UnitAssessment:
    """Open a region's assessment of these units (``Candidate.key``) for a year, the criteria kept as of today."""
    require_may(by, Permission.OPEN_ASSESSMENT, "开始单位考核")
    require_region(region_code, by=by)
    today = timezone.localdate(at)
    if year > today.year:
        raise AssessmentYearNotBegun(year=year)
    conduct = queries.assessment_conduct(region_code, today)
    criteria, grades = conduct.table("criteria"), conduct.table("grades")
    if not criteria.rows or not grades.rows:
        raise AssessmentCriteriaMissing(region=catalog.region_name(region_code))
    wanted = set(units)
    chosen = [one for one in queries.candidates(region_code, year) if one.key in wanted]
    if not chosen:
        raise NoUnitChosen()
    try:
        with transaction.atomic():
            assessment = UnitAssessment.objects.create(
                region_code=region_code, year=year, criteria=[dict(row) for row in criteria.rows],
                grades=[dict(row) for row in grades.rows],
                source=(criteria.by or criteria.source or criteria.note)[:300],
                illustrative=criteria.illustrative or grades.illustrative, opened_at=at,
            )  # fmt: skip
    except IntegrityError as fault:
        if "unit_assessment_once_a_year" in str(fault):
            raise AssessmentOpened(year=year) from fault
        raise
    AssessedUnit.objects.bulk_create(
        AssessedUnit(
            assessment=assessment, kind=one.kind, region_code=one.region_code, department=one.department,
            name=one.name,
        )
        for one in chosen
    )  # fmt: skip
    begin(assessment, "opened", by=by, at=at, reason=reason, units=len(chosen))
    return assessment


@transaction.atomic
def measure_units(
    assessment_id: int, *, by: Actor, at: datetime, more: UnitMeasures | None = None, reason: str = ""
) -> int:
    """Turn the year's figures into points, each with its working; what cannot be measured stays open.

    ``more`` are figures of layers above this one. Points given by hand on a measured criterion are measured again.
    """
    assessment = _open_to_scores(assessment_id, by=by)
    found = measured_of(assessment, at)
    for unit_id, measures in (more or {}).items():
        found.setdefault(unit_id, {}).update(measures)
    rows = []
    for unit in assessment.units.order_by("id"):
        for criterion in assessment.criteria:
            one = found[unit.pk].get(criterion.get("measure") or "")
            if criterion["source"] != "measured" or one is None or one.value is None:
                continue
            rows.append(
                UnitScore(
                    unit=unit, criterion_code=criterion["code"], source="measured",
                    points=points_of(criterion, one.value), figure=one.story[:200],
                    working=[line.kept for line in one.lines], snapshot=one.snapshot[:80], scored_by=by.name,
                    scored_at=at,
                )
            )  # fmt: skip
    UnitScore.objects.bulk_create(rows)
    assessment.measured_at = at
    assessment.save(update_fields=["measured_at"])
    record("unit_assessment.measured", assessment, by=by, at=at, reason=reason, scores=len(rows))
    return len(rows)


@transaction.atomic
def score_unit(
    unit_id: int,
    *,
    criterion_code: str,
    points: Decimal | None,
    ground: str,
    by: Actor,
    at: datetime,
    is_excluded: bool = False,
    paper: bytes = b"",
    paper_title: str = "",
) -> UnitScore:
    """Give one unit points on one criterion by hand, or say that it does not apply; with a ground and a paper."""
    require_may(by, Permission.SCORE_UNIT, "评分")
    unit = queries.assessed_unit(unit_id, by=by)
    assessment = _open_to_scores(unit.assessment_id, by=by)
    criterion = criterion_of(assessment, criterion_code)
    if not ground.strip():
        raise GroundMissing()
    outside = criterion["source"] == "third_party"
    if outside and not is_excluded and not paper:
        raise PaperMissing()
    score = keep_by_hand(
        unit, criterion, given_points(points, is_excluded, criterion), ground=ground, paper=paper,
        paper_title=paper_title, source="third_party" if outside else "by_hand", by=by, at=at,
    )  # fmt: skip
    verb = "unit_assessment.excluded" if is_excluded else "unit_assessment.scored"
    record(
        verb, assessment, by=by, at=at, reason=ground, unit=unit.name, criterion=criterion["label"],
        points=f"{score.points / 100:.2f}",
    )  # fmt: skip
    return score


@transaction.atomic
def tell_assessment(
    assessment_id: int, *, by: Actor, at: datetime, working_days: int | None = None, reason: str = ""
) -> UnitAssessment:
    """Tell every unit its points; it may object until the day named."""
    assessment = queries.unit_assessment_for_update(assessment_id, by=by)
    require_move(assessment, UNIT_ASSESSMENT.move("tell"), UNIT_ASSESSMENT, by=by, reason=reason)
    units = list(queries.assessed_units(by, assessment.pk))
    missing = queries.missing_points(assessment, units)
    if missing:
        labels = {row["code"]: row["label"] for row in assessment.criteria}
        raise UnitPointsMissing(
            count=sum(len(names) for names in missing.values()),
            criteria="；".join(f"{labels[code]}（{'、'.join(names)}）" for code, names in missing.items()),
        )
    today = timezone.localdate(at)
    said = queries.assessment_conduct(assessment.region_code, today).value("objection_days")
    days = int(said.value) if said is not None and said.value is not None else working_days
    if not days:
        raise ObjectionDaysUnset()
    add_up(assessment, units)
    assessment.object_until = add_working_days(today, days)
    assessment.save(update_fields=["object_until"])
    move(assessment, "tell", by=by, at=at, reason=reason, until=assessment.object_until.isoformat())
    return assessment


@transaction.atomic
def rescore_assessment(assessment_id: int, *, by: Actor, at: datetime, reason: str) -> UnitAssessment:
    """Open told points to be scored again; the units are told anew."""
    assessment = queries.unit_assessment_for_update(assessment_id, by=by)
    move(assessment, "rescore", by=by, at=at, reason=reason)
    return assessment


@transaction.atomic
def cancel_assessment(assessment_id: int, *, by: Actor, at: datetime, reason: str) -> UnitAssessment:
    """Give an assessment up before it is confirmed."""
    assessment = queries.unit_assessment_for_update(assessment_id, by=by)
    move(assessment, "cancel", by=by, at=at, reason=reason)
    return assessment


@transaction.atomic
def confirm_assessment(assessment_id: int, *, by: Actor, at: datetime, reason: str = "") -> UnitAssessment:
    """Confirm the result once the term is over and every objection is answered; another person than told it."""
    assessment = queries.unit_assessment_for_update(assessment_id, by=by)
    require_move(assessment, UNIT_ASSESSMENT.move("confirm"), UNIT_ASSESSMENT, by=by, reason=reason)
    if timezone.localdate(at) <= assessment.object_until:
        raise HearingNotOver(day=assessment.object_until)
    waiting = UnitObjection.objects.filter(unit__assessment=assessment, status="received").count()
    if waiting:
        raise ObjectionsUnanswered(count=waiting)
    move(assessment, "confirm", by=by, at=at, reason=reason)
    return assessment


@transaction.atomic
def publish_assessment(
    assessment_id: int, *, shown_as: str, by: Actor, at: datetime, reason: str = ""
) -> UnitAssessment:
    """Tell all units the result, by place or only by grade; what follows from a grade is named, nothing is done."""
    assessment = queries.unit_assessment_for_update(assessment_id, by=by)
    require_move(assessment, UNIT_ASSESSMENT.move("publish"), UNIT_ASSESSMENT, by=by, reason=reason)
    assessment.shown_as = shown_as if shown_as in SHOWN_AS else "grade"
    assessment.published_on = timezone.localdate(at)
    assessment.save(update_fields=["shown_as", "published_on"])
    move(assessment, "publish", by=by, at=at, reason=reason)
    return assessment


def _open_to_scores(assessment_id: int, *, by: Actor) -> UnitAssessment:
    require_may(by, Permission.SCORE_UNIT, "评分")
    assessment = queries.unit_assessment_for_update(assessment_id, by=by)
    if assessment.status != "opened":
        raise AssessmentClosedToScores()
    return assessment


def criterion_of(assessment: UnitAssessment, code: str) -> dict:
    """The criterion of that code as the assessment keeps it; AssessmentCriterionUnknown where there is none."""
    for criterion in assessment.criteria:
        if criterion["code"] == code:
            return criterion
    raise AssessmentCriterionUnknown(criterion=code)


def given_points(points: Decimal | None, is_excluded: bool, criterion: dict) -> Decimal | None:
    """The points given, None where the criterion is left out; points nobody gave are refused."""
    if is_excluded:
        return None
    if points is None:
        raise UnitPointsWrong(weight=criterion["weight"])
    return points


def keep_by_hand(
    unit: AssessedUnit, criterion: dict, points: Decimal | None, *, ground: str, source: str, by: Actor,
    at: datetime, paper: bytes = b"", paper_title: str = "",
) -> UnitScore:  # fmt: skip
    """Points by hand; None leaves the criterion out of this unit's total."""
    hundredths = 0
    if points is not None:
        value = Decimal(str(points)) * 100
        whole = value.is_finite() and value == value.to_integral_value()
        if not whole or not 0 <= value <= criterion["weight"] * 100:
            raise UnitPointsWrong(weight=criterion["weight"])
        hundredths = int(value)
    sealed, title = read_paper(paper, paper_title)
    return UnitScore.objects.create(
        unit=unit, criterion_code=criterion["code"], source=source, points=hundredths,
        is_excluded=points is None, ground=ground.strip()[:500], paper=sealed, paper_title=title,
        scored_by=by.name, scored_at=at,
    )  # fmt: skip


def add_up(assessment: UnitAssessment, units: list[AssessedUnit]) -> None:
    """Every unit's total, its place among its own kind and the grade its total earns."""
    totals = {
        unit.pk: queries.total_of(assessment.criteria, queries.standing_scores(unit))[0] for unit in units
    }
    for kind in {unit.kind for unit in units}:
        places = queries.ranks({unit.pk: totals[unit.pk] for unit in units if unit.kind == kind})
        for unit in units:
            if unit.kind != kind:
                continue
            grade = grade_of(assessment.grades, totals[unit.pk])
            unit.total, unit.rank = totals[unit.pk], places[unit.pk]
            unit.grade_code, unit.grade_label = grade["code"], grade["label"]
            unit.consequence = grade.get("consequence", "")
            unit.save(update_fields=["total", "rank", "grade_code", "grade_label", "consequence"])
