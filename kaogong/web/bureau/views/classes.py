"""Classes: filed, approved, watched while they run, and followed to their claim."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.assessment import queries as assessment
from kaogong.catalog import queries as catalog
from kaogong.certificates import queries as certificates
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.kernel.working_days import working_days_between
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.training.queries.attendance import ATTENDANCE_MARKS
from kaogong.web.bureau.class_steps import steps_of
from kaogong.web.bureau.filters import ClassFilter
from kaogong.web.bureau.roster_checks import warnings_of
from kaogong.web.bureau.tables import ClassTable, level_label
from kaogong.web.parts.class_evidence import class_evidence_of
from kaogong.web.parts.fees import fee_words
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import act


class Classes(ListPage):
    """Every class in reach."""

    title = _("开班备案")
    subtitle = _("培训机构申报的班次；点开查看花名册、课程表和考勤")
    table_class = ClassTable
    filter_class = ClassFilter
    may = Permission.VIEW_PEOPLE
    empty_title = _("还没有班次")
    empty_text = _("培训机构在自己的页面申报开班，申报后出现在这里等您审批。")

    def rows(self, request):
        return training.training_classes(request.actor, request.GET.get("q", ""))


def frame(request: HttpRequest, pk: int, tab: str) -> dict:
    """What every page about one class shows above its tab."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("开班备案"))
    found = training.training_class(pk, by=request.actor)
    exam = assessment.exam_for_class(pk)
    claim = claims.claims(request.actor).filter(training_class_id=pk).first()
    return {
        "class": found,
        "occupation": catalog.occupation_name(found.occupation_code),
        "level": level_label(found.level_code),
        "exam": exam,
        "claim": claim,
        "steps_shown": steps_of(found, exam, claim),
        "tab": tab,
        "days_left": working_days_between(request.today, found.starts_on) - 1
        if found.status == "filed"
        else None,
    }


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: state, next step, contract check, facts, timetable, trainers, what was done."""
    shown = frame(request, pk, "detail")
    found = shown["class"]
    planned = training.planned_hours(pk)
    learners = training.enrolments(pk).count()
    left = training.head_count_left(found)
    covered = institutions.contract_for(
        found.institution_id, found.occupation_code, found.level_code, found.starts_on
    )
    checks = [
        (
            covered is not None and covered.pk == found.contract_id,
            gettext("开班当日，协议 {number} 有效并包括这个职业和等级").format(number=found.contract.number),
        ),
        (
            learners <= left,
            gettext("本班 {n} 人，协议还可培训 {left} 人").format(n=learners, left=max(left, 0)),
        ),
        (
            planned == {"theory": found.hours_theory * 100, "practice": found.hours_practice * 100},
            gettext("课程表：理论 {theory} 课时、实训 {practice} 课时，申报 {a} 和 {b} 课时").format(
                theory=f"{planned['theory'] / 100:g}",
                practice=f"{planned['practice'] / 100:g}",
                a=found.hours_theory,
                b=found.hours_practice,
            ),
        ),
        (
            0 < learners <= found.head_count,
            gettext("花名册 {n} 人，计划 {m} 人").format(n=learners, m=found.head_count),
        ),
    ]
    trainers = list(training.class_trainers(pk))
    checks.append((bool(trainers), gettext("授课教师 {n} 人").format(n=len(trainers))))
    return render(
        request,
        "bureau/classes/detail.html",
        {
            **shown,
            "checks": checks,
            "learners": learners,
            "trainers": trainers,
            "sessions": training.sessions(pk),
            "uploads": training.roster_uploads(pk)[:5],
        },
    )


def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The learners of a class, each with what the approver should look at."""
    shown = frame(request, pk, "roster")
    enrolments = list(training.enrolments(pk, withdrawn=True))
    present = [enrolment for enrolment in enrolments if enrolment.status == "enrolled"]
    warnings = warnings_of(shown["class"], present)
    hours = training.hours_by_enrolment(pk)
    fees = training.fees_by_enrolment(pk)
    for enrolment in enrolments:
        enrolment.fee = fee_words(fees.get(enrolment.pk))
        enrolment.warnings = warnings.get(enrolment.pk, [])
        enrolment.hours = hours.get(enrolment.pk, 0)
    return render(
        request,
        "bureau/classes/roster.html",
        {
            **shown,
            "enrolments": enrolments,
            "learner_count": len(present),
            "warned": sum(bool(enrolment.warnings) for enrolment in present),
        },
    )


def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The attendance book: learners down, sessions across, hours at the end."""
    shown = frame(request, pk, "attendance")
    grid = training.attendance_grid(pk)
    hours = training.hours_by_enrolment(pk)
    declared = (shown["class"].hours_theory + shown["class"].hours_practice) * 100
    rows = []
    for enrolment in grid.enrolments:
        marks = [grid.mark(enrolment.pk, session.pk) for session in grid.sessions]
        counted = hours.get(enrolment.pk, 0)
        cells = [(mark, ATTENDANCE_MARKS[mark][0] if mark else "") for mark in marks]
        rows.append((enrolment, cells, counted, counted * 100 // declared if declared else 0))
    return render(
        request,
        "bureau/classes/attendance.html",
        {
            **shown,
            "sessions": grid.sessions,
            "rows": rows,
            "declared": declared,
            "marks": [(sign, label) for sign, label in ATTENDANCE_MARKS.values()],
            "recorded": len({session for _enrolment, session in grid.marks}),
            "summary": class_evidence_of(pk, request),
        },
    )


def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The exam of a class and each learner's result."""
    shown = frame(request, pk, "results")
    exam = shown["exam"]
    found = list(assessment.results(exam.pk)) if exam else []
    references = {result.pk: assessment.certificate_reference(result) for result in found}
    issued = certificates.certificates_for(references.values())
    for result in found:
        result.certificate = issued.get(references[result.pk])
    return render(
        request,
        "bureau/classes/results.html",
        {**shown, "results": found, "figures": assessment.result_figures(exam.pk) if exam else {}},
    )


def _to_detail(_request, training_class) -> str:
    return reverse("bureau:classes:detail", args=[training_class.pk])


approve = act(operations.approve_class, to=_to_detail, done=_("已同意开班。"))
send_back = act(operations.return_class, to=_to_detail, done=_("已退回，机构会看到您写的理由。"))
cancel = act(operations.cancel_class, to=_to_detail, done=_("班次已取消。"))
