"""Exams: scheduled by the assessment body, marks brought in or typed, certificates issued."""

import re
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.assessment import operations
from kaogong.assessment import queries as assessment
from kaogong.certificates import queries as certificates
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import ListPage, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.wording import told

from .. import stories
from ..filters import ExamFilter
from ..forms import ExamForm, ScoreSheetForm
from ..tables import ExamTable, ToAssessTable
from .classes import with_courses

_MARK = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{1,2})?)?")


class MarksUnreadable(Refused):
    """有成绩不是数字：{tickets}。请填 0 至 100，缺考留空。"""


class ExamList(ListPage):
    """Exams of this body, and of this school's classes."""

    title = _("考核场次")
    subtitle = _("录成绩、核对、发证；最近的在前。")
    table_class = ExamTable
    filter_class = ExamFilter
    may = Permission.IMPORT_SCORES
    empty_title = _("还没有安排考核")
    empty_text = _("从“待安排考核”里选一个班次安排。")
    empty_label = _("待安排考核")

    def rows(self, request):
        self.empty_url = reverse("provider:exams:classes")
        return assessment.exams(request.actor)


class ClassesToAssess(ListPage):
    """Classes without an exam."""

    title = _("待安排考核")
    subtitle = _("已开班或结业、还没有安排考核的班次，先结业的在前。")
    table_class = ToAssessTable
    may = Permission.SCHEDULE_EXAM
    empty_title = _("没有待安排的班次")
    empty_text = _("培训机构开班以后，班次会出现在这里。")

    def rows(self, request):
        return assessment.classes_to_assess(request.actor)

    def prepare(self, records):
        with_courses(records)


class Schedule(FormPage):
    """Schedule the exam of one class."""

    title = _("安排考核")
    form_class = ExamForm
    may = Permission.SCHEDULE_EXAM
    submit_label = _("安排考核")
    next_story = _("安排后每名在册学员都有准考证号；成绩单模板里已填好姓名和准考证号。")
    done_story = _("考核已安排。")

    def start(self, request, pk, **where):
        self.training_class = assessment.classes_to_assess(request.actor).filter(pk=pk).first()
        if self.training_class is None:
            raise NotFound()
        with_courses([self.training_class])
        self.subtitle = (
            f"{self.training_class} · {self.training_class.course} · {self.training_class.institution}"
        )
        self.cancel_url = reverse("provider:exams:classes")

    def act(self, request, form):
        given = form.cleaned_data
        exam = operations.schedule_exam(
            self.training_class.pk,
            institution_id=request.actor.organisation_id,
            assessed_on=given["assessed_on"],
            pass_theory=int(given["pass_theory"] * 100),
            pass_practice=int(given["pass_practice"] * 100),
            by=request.actor,
            at=request.at,
        )
        return reverse("provider:exams:detail", args=[exam.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One exam: its marks, what is missing, and the certificates it led to."""
    require_may(request.actor, Permission.IMPORT_SCORES, gettext("查看考核"))
    return _page(request, assessment.exam(pk, by=request.actor))


@require_POST
def marks(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks typed by hand; what is left empty stays as it is, “缺考” is a remark with both marks empty."""
    require_may(request.actor, Permission.IMPORT_SCORES, gettext("录入成绩"))
    exam = assessment.exam(pk, by=request.actor)
    try:
        kept = operations.enter_scores(
            pk,
            _typed(request.POST, list(assessment.results(pk))),
            by=request.actor,
            at=request.at,
            reason=request.POST.get("reason", ""),
        )
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _page(request, exam, said=told(refusal), typed=request.POST, status=422)
    messages.success(request, gettext("已保存 {count} 人的成绩。").format(count=len(kept)))
    return redirect("provider:exams:detail", pk)


class Import(FormPage):
    """A whole score sheet."""

    title = _("导入鉴定成绩单")
    template_name = "provider/exam_import.html"
    form_class = ScoreSheetForm
    may = Permission.IMPORT_SCORES
    submit_label = _("导入")
    next_story = _("有一处看不懂就整份不导入，并指出在哪一行；同一份再传一次不会改变什么。")

    def start(self, request, pk, **where):
        self.exam = assessment.exam(pk, by=request.actor)
        self.subtitle = str(self.exam.training_class)
        self.cancel_url = reverse("provider:exams:detail", args=[pk])

    def more(self, request):
        return {"exam": self.exam}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        kept = operations.import_scores(
            self.exam.pk,
            given.read(),
            given.name,
            by=request.actor,
            at=request.at,
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, gettext("已导入 {count} 人的成绩。").format(count=len(kept)))
        return reverse("provider:exams:detail", args=[self.exam.pk])


def blank_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The score sheet with names and tickets filled in."""
    require_may(request.actor, Permission.IMPORT_SCORES, gettext("下载成绩单模板"))
    exam = assessment.exam(pk, by=request.actor)
    rows = [
        {
            "sequence": str(place),
            "exam_number": row.ticket_number,
            "name": row.enrolment.person.name,
            "theory": _mark(row.theory),
            "practice": _mark(row.practice),
            "remark": row.note,
        }
        for place, row in enumerate(assessment.results(pk), start=1)
    ]
    data = sheets.write_form(
        sheets.SCORES,
        title=f"{exam.training_class.title} {sheets.SCORES.label}",
        header_facts=[
            ("评价机构", exam.institution.name),
            ("班期编号", exam.training_class.number),
            ("考核日期", f"{exam.assessed_on}"),
            ("合格线", f"理论 {_mark(exam.pass_theory)} 实作 {_mark(exam.pass_practice)}"),
        ],
        rows=rows,
        fields=("sequence", "exam_number", "name", "theory", "practice", "remark"),
    )
    return download(data, f"鉴定成绩单-{exam.training_class.number}.xlsx")


@require_POST
def certify(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue certificates to everyone who passed."""
    require_may(request.actor, Permission.ISSUE_CERTIFICATES, gettext("发放证书"))
    issued = operations.issue_exam_certificates(pk, by=request.actor, at=request.at)
    messages.success(
        request, gettext("已发放 {count} 张证书，培训机构现在可以申领补贴。").format(count=len(issued))
    )
    return redirect("provider:exams:detail", pk)


def _page(request, exam, *, said="", typed=None, status=200) -> HttpResponse:
    results = list(assessment.results(exam.pk))
    issued = certificates.certificates_for([assessment.certificate_reference(row) for row in results])
    with_courses([exam.training_class])
    rows = [
        {
            "result": row,
            "theory": (typed or {}).get(f"t-{row.enrolment_id}", _mark(row.theory)),
            "practice": (typed or {}).get(f"p-{row.enrolment_id}", _mark(row.practice)),
            "note": (typed or {}).get(f"n-{row.enrolment_id}", row.note),
            "certificate": issued.get(assessment.certificate_reference(row)),
        }
        for row in results
    ]
    figures = assessment.result_figures(exam.pk)
    is_own = exam.institution_id == request.actor.organisation_id
    return render(
        request,
        "provider/exam_detail.html",
        {
            "exam": exam,
            "class": exam.training_class,
            "rows": rows,
            "figures": figures,
            "said": said,
            "can_mark": is_own and exam.status != "certified",
            "is_own": is_own,
            "pass_theory": _mark(exam.pass_theory),
            "pass_practice": _mark(exam.pass_practice),
            "missing": figures["total"] - figures["entered"],
            "kind": stories.kind_label(exam.training_class.certificate_kind),
        },
        status=status,
    )


def _mark(hundredths: int | None) -> str:
    return "" if hundredths is None else f"{hundredths / 100:g}"


def _typed(given, results) -> dict[int, operations.Score]:
    scores, wrong = {}, []
    for row in results:
        pk = row.enrolment_id
        words = [given.get(f"{kind}-{pk}", "").strip() for kind in "tpn"]
        if words == [_mark(row.theory), _mark(row.practice), row.note] or not any(words):
            continue
        if not all(_MARK.fullmatch(word) for word in words[:2]):
            wrong.append(row.ticket_number)
            continue
        marks_typed = [int(Decimal(word) * 100) if word else None for word in words[:2]]
        scores[pk] = operations.Score(*marks_typed, words[2])
    if wrong:
        raise MarksUnreadable(tickets=gettext("、").join(wrong[:5]))
    return scores
