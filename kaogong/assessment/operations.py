"""Writing exams, marks, and asking for certificates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.certificates import operations as certificates
from kaogong.certificates.models import Certificate
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused, WrongState
from kaogong.people import queries as people
from kaogong.trail.operations import begin, move, record, require_may
from kaogong.training import queries as training
from kaogong.training.models import TrainingClass

from . import queries
from .models import FULL_MARKS, Exam, ExamResult


class NotAnAssessor(Refused):
    """{institution}没有登记为评价机构，不能安排考核。"""


class ClassNotReady(Refused):
    """班级{number}现在是“{state}”，开班或结业后才能安排考核。"""


class ExamExists(Refused):
    """班级{number}已经安排了考核。"""


class PassMarkWrong(Refused):
    """合格线应在0至100分之间。"""


class ClassUnfinished(Refused):
    """班级{number}还没有结业，结业后才能发证。"""


class ScoreSheetUnclear(Refused):
    """成绩单没有导入，请先改正：{problems}。"""


class MarkWrong(Refused):
    """准考证号{ticket}的成绩应在0至100分之间。"""


class ScoresMissing(Refused):
    """还有{count}名学员没有成绩（如准考证号{ticket}）。"""


@dataclass(frozen=True, slots=True)
class Score:
    """Marks of one learner in hundredths of a point; both None means absent, which is a fail."""

    theory: int | None
    practice: int | None
    note: str = ""


@transaction.atomic
def schedule_exam(
    class_id: int,
    *,
    institution_id: int,
    assessed_on: date,
    pass_theory: int,
    pass_practice: int,
    by: Actor,
    at: datetime,
) -> Exam:
    """Schedule the exam of a running or finished class, with its pass marks, and give every learner a ticket.

    Who schedules says the pass marks (hundredths); none is assumed.
    """
    require_may(by, Permission.SCHEDULE_EXAM, "安排考核")
    if by.organisation_id is not None and by.organisation_id != institution_id:
        raise NotFound()
    assessor = Institution.objects.filter(pk=institution_id).first()
    if assessor is None:
        raise NotFound()
    if not assessor.is_assessor:
        raise NotAnAssessor(institution=assessor.name)
    training_class = TrainingClass.objects.select_for_update(of=("self",)).filter(pk=class_id).first()
    if training_class is None or training_class.region_code[:2] != assessor.region_code[:2]:
        raise NotFound()
    if training_class.status not in ("running", "finished"):
        raise ClassNotReady(number=training_class.number, state=training_class.get_status_display())
    if not (0 <= pass_theory <= FULL_MARKS and 0 <= pass_practice <= FULL_MARKS):
        raise PassMarkWrong()
    if queries.exam_for_class(class_id) is not None:
        raise ExamExists(number=training_class.number)
    exam = Exam.objects.create(
        training_class=training_class,
        institution=assessor,
        region_code=training_class.region_code,
        assessed_on=assessed_on,
        pass_theory=pass_theory,
        pass_practice=pass_practice,
        created_at=at,
    )
    _give_tickets(exam)
    begin(exam, "scheduled", by=by, at=at, pass_theory=pass_theory, pass_practice=pass_practice)
    return exam


@transaction.atomic
def enter_scores(
    exam_id: int, scores: Mapping[int, Score], *, by: Actor, at: datetime, reason: str = ""
) -> list[ExamResult]:
    """Enter marks by enrolment and apply the pass marks; corrections go to the trail with old and new."""
    require_may(by, Permission.IMPORT_SCORES, "录入成绩")
    exam = _exam_open_for_marks(exam_id, by=by)
    _give_tickets(exam)
    rows = {row.enrolment_id: row for row in ExamResult.objects.select_for_update().filter(exam=exam)}
    if set(scores) - set(rows):
        raise NotFound()
    changed, corrections = [], {}
    for enrolment_id, score in scores.items():
        row = rows[enrolment_id]
        before = (row.theory, row.practice, row.note, row.passed)
        _refuse_impossible(row, score)
        row.theory, row.practice, row.note = score.theory, score.practice, score.note[:200]
        row.passed = _passes(exam, score)
        if before == (row.theory, row.practice, row.note, row.passed):
            continue
        changed.append(row)
        if before[3] is not None:
            corrections[row.ticket_number] = [list(before[:2]), [row.theory, row.practice]]
    if not changed:
        return []
    ExamResult.objects.bulk_update(changed, ["theory", "practice", "note", "passed"], batch_size=2_000)
    record(
        "exam.scores_corrected" if corrections else "exam.scores_entered",
        exam,
        by=by,
        at=at,
        reason=reason,
        entered=len(changed),
        corrections=corrections,
    )
    waiting = queries.results(exam.pk).filter(passed__isnull=True, enrolment__status="enrolled")
    if exam.status == "scheduled" and not waiting.exists():
        move(exam, "score", by=by, at=at)
    return changed


@transaction.atomic
def import_scores(
    exam_id: int,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
) -> list[ExamResult]:
    """Enter a whole 鉴定成绩单, all of it or nothing: each by 准考证号, else 身份证号码, else a name
    borne once.

    An empty pair of marks with a remark is an absence; the same sheet again changes nothing.
    """
    require_may(by, Permission.IMPORT_SCORES, "导入成绩")
    exam = _exam_open_for_marks(exam_id, by=by)
    _give_tickets(exam)
    table = sheets.read(data, filename, layout=sheets.SCORES, mapping=mapping or None)
    problems = [f"没有找到“{label}”列" for label in table.missing_labels]
    problems += [f"第{row}行：{'，'.join(said)}" for row, said in sorted(table.cell_problems.items())]
    scores: dict[int, Score] = {}
    found = _Learners(exam, table)
    for row in table.frame.iter_rows(named=True):
        where = f"第{row['row_number']}行"
        result, problem = found.of(row)
        if result is None:
            problems.append(f"{where}{problem}")
            continue
        if result.enrolment_id in scores:
            problems.append(f"{where}与前面的行是同一名学员（准考证号{result.ticket_number}）")
            continue
        if row["row_number"] in table.cell_problems:
            continue
        theory, practice = _hundredths(row["theory"]), _hundredths(row["practice"])
        if not all(mark is None or 0 <= mark <= FULL_MARKS for mark in (theory, practice)):
            problems.append(f"{where}成绩应在0至100分之间")
        elif theory is None and practice is None and not row["remark"]:
            problems.append(f"{where}没有成绩，缺考请在备注注明")
        scores[result.enrolment_id] = Score(theory, practice, row["remark"] or "")
    if problems:
        more = f"，另有{len(problems) - 10}处" if len(problems) > 10 else ""
        raise ScoreSheetUnclear(problems="；".join(problems[:10]) + more)
    return enter_scores(exam_id, scores, by=by, at=at, reason=reason or filename)


@transaction.atomic
def issue_exam_certificates(exam_id: int, *, by: Actor, at: datetime) -> list[Certificate]:
    """Have certificates issued to everyone who passed; done again it gives the same ones and no more."""
    exam = queries.exam_for_update(exam_id, by=by)
    if exam.status == "scheduled":
        missing = queries.results(exam_id).filter(passed__isnull=True, enrolment__status="enrolled")
        if missing.exists():
            raise ScoresMissing(count=missing.count(), ticket=missing[0].ticket_number)
    plan = exam.training_class
    if plan.status != "finished":
        raise ClassUnfinished(number=plan.number)
    orders = [
        certificates.NewCertificate(
            person_id=result.enrolment.person_id,
            kind=plan.certificate_kind,
            occupation_code=plan.occupation_code,
            level_code=plan.level_code,
            issued_on=exam.assessed_on,
            institution_id=exam.institution_id,
            reference=queries.certificate_reference(result),
            region_code=exam.region_code,
            theory_score=result.theory,
            practice_score=result.practice,
        )
        for result in queries.results(exam_id).filter(passed=True, enrolment__status="enrolled")
    ]
    if exam.status == "certified":
        require_may(by, Permission.ISSUE_CERTIFICATES, "发放证书")
    else:
        move(exam, "certify", by=by, at=at, certificates=len(orders))
    return certificates.issue_certificates(orders, by=by, at=at)


def _exam_open_for_marks(exam_id: int, *, by: Actor) -> Exam:
    exam = queries.exam_for_update(exam_id, by=by)
    if exam.status == "certified":
        raise WrongState(state=exam.get_status_display(), label="修改成绩")
    return exam


def _give_tickets(exam: Exam) -> None:
    """Every learner in the class has a ticket; those enrolled since the exam was set get theirs now."""
    having = set(ExamResult.objects.filter(exam=exam).values_list("enrolment_id", flat=True))
    body = exam.training_class.number.removeprefix("KB-").replace("-", "")
    ExamResult.objects.bulk_create(
        ExamResult(exam=exam, enrolment=enrolment, ticket_number=f"{body}{enrolment.sequence:04d}")
        for enrolment in training.enrolments(exam.training_class_id)
        if enrolment.pk not in having
    )


def _passes(exam: Exam, score: Score) -> bool:
    if score.theory is None or score.practice is None:
        return False
    return score.theory >= exam.pass_theory and score.practice >= exam.pass_practice


def _refuse_impossible(row: ExamResult, score: Score) -> None:
    for mark in (score.theory, score.practice):
        if mark is not None and not 0 <= mark <= FULL_MARKS:
            raise MarkWrong(ticket=row.ticket_number)


def _hundredths(text: str | float | None) -> int | None:
    return None if text is None or text == "" else int((Decimal(str(text)) * 100).to_integral_value())


class _Learners:
    """Finds whom a line of a score sheet speaks of."""

    def __init__(self, exam: Exam, table: sheets.Table) -> None:
        rows = list(queries.results(exam.pk))
        self.by_ticket = {row.ticket_number: row for row in rows}
        self.by_person = {row.enrolment.person_id: row for row in rows}
        self.by_name: dict[str, list[ExamResult]] = {}
        for row in rows:
            self.by_name.setdefault(row.enrolment.person.name, []).append(row)
        numbers = table.frame["id_number"].drop_nulls().to_list()
        self.people = people.people_by_id_numbers(numbers) if numbers else {}

    def of(self, row: Mapping[str, str | None]) -> tuple[ExamResult | None, str]:
        """The learner's result, or None and what is wrong."""
        ticket, number, name = row["exam_number"], row["id_number"], row["name"] or ""
        if ticket:
            result = self.by_ticket.get(ticket)
            if result is None:
                return None, f"准考证号{ticket}不在本次考核"
        elif number:
            result = self.by_person.get(self.people.get(number, 0))
            if result is None:
                return None, "身份证号码不在本次考核"
        else:
            named = self.by_name.get(name, [])
            if len(named) != 1:
                return None, f"“{name}”在本次考核有{len(named)}人，请填准考证号"
            result = named[0]
        if name and result.enrolment.person.name != name:
            return None, "姓名与准考证号或身份证号码不符"
        return result, ""
