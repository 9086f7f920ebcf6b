"""Yearly evaluation: opened with the criteria of the day, scored from three sources, graded, published."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.institutions.states import EVALUATION
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import compact
from kaogong.notices import operations as notices
from kaogong.sheets.provider_layouts import OUTSIDE_SCORES
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import Evaluation, EvaluationRound, Score
from .importing import ColumnsMissing, SheetTaken
from .reach import day_of, require_reach


class CriteriaMissing(Refused):
    """{region}没有年度评估的标准和等级，不能开始评估。请先在政策规则库补上。"""


class RoundOpened(Refused):
    """{year}年度的评估已经开始。"""


class YearNotOver(Refused):
    """{year}年还没有到，不能评估。"""


class NobodyToEvaluate(Refused):
    """{year}年没有认定的培训机构，不用评估。"""


class RoundClosedToScores(Refused):
    """只有评分中的评估可以记分。"""


class PointsWrong(Refused):
    """得分应在0到{weight}分之间。"""


class CriterionUnknown(Refused):
    """评估标准里没有“{criterion}”，或它不由这个来源评分。"""


class ScoresMissing(Refused):
    """还有{count}个得分没有录入：{criteria}。"""


class GradeNoticeDaysUnset(Refused):
    """本地没有规定公示期和申诉期，请填写几个工作日。"""


class AppealsUnanswered(Refused):
    """还有{count}件申诉没有答复。"""


class GradeNoticeNotOver(Refused):
    """等级公示还没有结束。"""


@transaction.atomic
def open_evaluation(
    year: int, *, region_code: str, by: Actor, at: datetime, reason: str = ""
) -> EvaluationRound:
    """Open a region's evaluation of everyone recognised on some day of the year, criteria kept as of today."""
    require_may(by, Permission.OPEN_EVALUATION, "开始年度评估")
    require_reach(region_code, by)
    today = day_of(at)
    if year > today.year:
        raise YearNotOver(year=year)
    conduct = queries.conduct_of(region_code, "evaluation", today)
    criteria, grades = conduct.table("criteria"), conduct.table("grades")
    if not criteria.rows or not grades.rows:
        raise CriteriaMissing(region=catalog.region_name(region_code))
    round_, is_new = EvaluationRound.objects.get_or_create(
        region_code=region_code,
        year=year,
        defaults={
            "criteria": [dict(row) for row in criteria.rows],
            "grades": [dict(row) for row in grades.rows],
            "source": (criteria.by or criteria.source or criteria.note)[:300],
            "illustrative": criteria.illustrative or grades.illustrative,
            "opened_at": at,
        },
    )
    if not is_new:
        raise RoundOpened(year=year)
    bodies = queries.recognised_in_year(region_code, year)
    if not bodies:
        raise NobodyToEvaluate(year=year)
    Evaluation.objects.bulk_create(Evaluation(round=round_, institution_id=pk) for pk in bodies)
    begin(round_, "opened", by=by, at=at, reason=reason, providers=len(bodies))
    return round_


@transaction.atomic
def measure_scores(round_id: int, *, measures: queries.Measures, by: Actor, at: datetime) -> int:
    """Turn the figures passed in into points; what could not be measured stays open. Returns how many."""
    round_ = _open_round(round_id, Permission.SCORE_PROVIDER, by)
    kept = 0
    for one in Evaluation.objects.filter(round=round_):
        for criterion in round_.criteria:
            found = measures.get(one.institution_id, {}).get(criterion.get("measure") or "")
            if criterion["source"] != "measured" or found is None or found.value is None:
                continue
            points = queries.points_of(criterion, found.value)
            _keep(one, criterion, points, by=by, at=at, figure=found.story)
            kept += 1
    record("evaluation_round.scored", round_, by=by, at=at, source="measured", scores=kept)
    return kept


@transaction.atomic
def score_provider(
    evaluation_id: int, *, criterion_code: str, points: Decimal, remark: str, by: Actor, at: datetime
) -> Score:
    """Score one provider on one criterion by hand: an assessor's own, or a figure nobody could measure."""
    one = Evaluation.objects.select_related("round").filter(pk=evaluation_id).first()
    if one is None:
        raise NotFound()
    round_ = _open_round(one.round_id, Permission.SCORE_PROVIDER, by)
    criterion = _criterion(round_, criterion_code, ("assessor", "measured"))
    score = _keep(one, criterion, _hundredths(points, criterion), by=by, at=at, remark=remark)
    record("evaluation_round.scored", round_, by=by, at=at, source="assessor", criterion=criterion_code)
    return score


@transaction.atomic
def import_scores(round_id: int, data: bytes, filename: str, *, by: Actor, at: datetime) -> SheetTaken:
    """Take a third party's sheet: each good row becomes a score, each bad one is named."""
    round_ = _open_round(round_id, Permission.SCORE_PROVIDER, by)
    table = sheets.read(data, filename, layout=OUTSIDE_SCORES, row_limit=20_000)
    if table.missing_labels:
        raise ColumnsMissing(labels="、".join(table.missing_labels))
    by_code = {
        one.institution.credit_code: one
        for one in Evaluation.objects.filter(round=round_)
        .select_related("institution")
        .defer("institution__bank_account")
    }
    problems, kept, seen = dict(table.cell_problems), 0, set()
    for row in table.frame.iter_rows(named=True):
        number = row["row_number"]
        if number in problems:
            continue
        try:
            one = by_code.get(compact(row["credit_code"] or "").upper())
            if one is None:
                raise ProviderNotInRound(credit_code=row["credit_code"] or "")
            criterion = _criterion(round_, (row["criterion"] or "").strip(), ("third_party",))
            key = (one.pk, criterion["code"])
            if key in seen:
                raise ScoredTwice()
            seen.add(key)
            points = _hundredths(row["points"], criterion)
            _keep(one, criterion, points, by=by, at=at, remark=row.get("remark") or "")
            kept += 1
        except Refused as refusal:
            problems[number] = [refusal.message]
    record("evaluation_round.scored", round_, by=by, at=at, source="third_party", scores=kept)
    return SheetTaken(kept, dict(sorted(problems.items())))


class ProviderNotInRound(Refused):
    """信用代码“{credit_code}”不在这次评估的机构里。"""


class ScoredTwice(Refused):
    """同一机构同一标准在表里出现两次。"""


@transaction.atomic
def propose_grades(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> EvaluationRound:
    """Add up every provider's points and name its grade, consequence and next step; nothing else happens."""
    round_ = queries.evaluation_round_for_update(round_id, by=by)
    if round_.status == "opened":
        missing = queries.missing_scores(round_.pk, round_.criteria)
        if missing:
            labels = {criterion["code"]: criterion["label"] for criterion in round_.criteria}
            raise ScoresMissing(
                count=sum(missing.values()), criteria="、".join(labels[code] for code in missing)
            )
    move(round_, "propose", by=by, at=at, reason=reason)
    for one in Evaluation.objects.filter(round=round_).prefetch_related("scores"):
        one.total = sum(score.points for score in one.scores.all())
        set_grade(one, round_)
    return round_


@transaction.atomic
def rescore_evaluation(round_id: int, *, by: Actor, at: datetime, reason: str) -> EvaluationRound:
    """Send proposed grades back to be scored again."""
    round_ = queries.evaluation_round_for_update(round_id, by=by)
    move(round_, "rescore", by=by, at=at, reason=reason)
    return round_


@transaction.atomic
def publish_grades(
    round_id: int, *, by: Actor, at: datetime, working_days: int | None = None, reason: str = ""
) -> EvaluationRound:
    """Put the proposed grades before the public; providers may appeal until the day named."""
    round_ = queries.evaluation_round_for_update(round_id, by=by)
    today = day_of(at)
    conduct = queries.conduct_of(round_.region_code, "evaluation", today)
    days = queries.value_of(conduct, "notice_days") or working_days
    if not days:
        raise GradeNoticeDaysUnset()
    if round_.status == "proposed" and by.may(Permission.PUBLISH_GRADES):
        rows = Evaluation.objects.filter(round=round_).select_related("institution").order_by("-total", "id")
        # The right to publish grades holds the right to put up the one notice they stand in.
        publisher = Actor(
            name=by.name,
            role=by.role,
            permissions=by.permissions | {str(Permission.PUBLISH_NOTICE)},
            account_id=by.account_id,
            region_code=by.region_code,
        )
        round_.notice = notices.publish_notice(
            kind="provider",
            title=f"{catalog.region_name(round_.region_code)}{round_.year}年度培训机构评估等级公示",
            body="按年度评估标准评分，拟定下列等级，现予公示。机构对等级有异议的，可在申诉期内申诉。",
            region_code=round_.region_code,
            rows=[
                (
                    f"evaluation:{one.pk}",
                    {
                        "name": one.institution.name,
                        "total": f"{one.total / 100:.2f}",
                        "grade": one.grade_label,
                        "consequence": one.consequence,
                    },
                )
                for one in rows
            ],
            columns=[("name", "机构名称"), ("total", "得分"), ("grade", "等级"), ("consequence", "后果")],
            opens_on=today,
            working_days=days,
            by=publisher,
            at=at,
            subject_reference=f"evaluation_round:{round_.pk}",
        )
        round_.appeal_until = queries.deadline(conduct, "appeal_days", today) or round_.notice.closes_on
        round_.save(update_fields=["notice", "appeal_until"])
    move(round_, "publish", by=by, at=at, reason=reason)
    return round_


@transaction.atomic
def finalise_grades(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> EvaluationRound:
    """Make the grades final once the notice has closed and every appeal is answered."""
    round_ = queries.evaluation_round_for_update(round_id, by=by)
    require_move(round_, EVALUATION.move("finalise"), EVALUATION, by=by, reason=reason)
    if round_.notice.status != "closed" or day_of(at) <= round_.appeal_until:
        raise GradeNoticeNotOver()
    unanswered = queries.appeals_unanswered(round_.pk)
    if unanswered:
        raise AppealsUnanswered(count=unanswered)
    move(round_, "finalise", by=by, at=at, reason=reason)
    return round_


def set_grade(one: Evaluation, round_: EvaluationRound) -> None:
    """Name the grade the total earns, with what the data says follows from it."""
    grade = queries.grade_of(round_.grades, one.total)
    one.grade_code, one.grade_label = grade["code"], grade["label"]
    one.consequence, one.next_step = grade.get("consequence", ""), grade.get("next_step", "")
    one.save(update_fields=["total", "grade_code", "grade_label", "consequence", "next_step"])


def _open_round(round_id: int, permission: Permission, by: Actor) -> EvaluationRound:
    require_may(by, permission, "评分")
    round_ = queries.evaluation_round_for_update(round_id, by=by)
    if round_.status != "opened":
        raise RoundClosedToScores()
    return round_


def _criterion(round_: EvaluationRound, word: str, sources: Iterable[str]) -> dict:
    for criterion in round_.criteria:
        if word in (criterion["code"], criterion["label"]) and criterion["source"] in sources:
            return criterion
    raise CriterionUnknown(criterion=word)


def _hundredths(points: object, criterion: dict) -> int:
    try:
        value = Decimal(str(points)) * 100
    except InvalidOperation:
        raise PointsWrong(weight=criterion["weight"]) from None
    if (
        not value.is_finite()
        or value != value.to_integral_value()
        or not 0 <= value <= criterion["weight"] * 100
    ):
        raise PointsWrong(weight=criterion["weight"])
    return int(value)


def _keep(
    one: Evaluation,
    criterion: dict,
    points: int,
    *,
    by: Actor,
    at: datetime,
    figure: str = "",
    remark: str = "",
) -> Score:
    score, _is_new = Score.objects.update_or_create(
        evaluation=one,
        criterion_code=criterion["code"],
        defaults={
            "source": criterion["source"],
            "points": points,
            "figure": figure[:120],
            "remark": remark.strip()[:300],
            "scored_by": by.name,
            "scored_at": at,
        },
    )
    return score
