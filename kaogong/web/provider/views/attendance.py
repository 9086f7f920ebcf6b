"""Attendance: the book as a grid, one session on a phone, or a whole sheet brought in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.training.queries import waiting
from kaogong.web.parts.class_evidence import class_evidence_of
from kaogong.web.parts.lists import ListPage, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.wording import told

from ..forms import MARKS, AttendanceSheetForm
from ..tables import UnrecordedTable

ACROSS = 8  # sessions side by side in the grid


class ClassList(ListPage):
    """Running classes with sessions not recorded."""

    title = _("待记考勤")
    subtitle = _("课已上过、还有学员没有标记的班次，最早的在前。")
    table_class = UnrecordedTable
    may = Permission.RECORD_ATTENDANCE
    empty_title = _("考勤都记完了")
    empty_text = _("已上过的课都有标记。开班中的班次可以从“培训班次”打开出勤簿。")
    empty_label = _("看开班中的班次")

    def rows(self, request):
        self.empty_url = reverse("provider:classes:list") + "?status=running"
        return waiting.classes_unrecorded(request.actor, request.today)


def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The attendance book, eight sessions at a time; only cells that changed are recorded."""
    require_may(request.actor, Permission.RECORD_ATTENDANCE, gettext("记录考勤"))
    training_class = training.training_class(pk, by=request.actor)
    book = training.attendance_grid(pk)
    hours = training.hours_by_enrolment(pk)
    first = _first_shown(request, book)
    across = book.sessions[first : first + ACROSS]
    typed, refusal = {}, ""
    if request.method == "POST":
        typed = {key: value for key, value in request.POST.items() if key.startswith("m-")}
        try:
            count = _keep(request, book, across, typed)
        except (NotFound, NotPermitted):
            raise
        except Refused as problem:
            refusal = told(problem)
        else:
            messages.success(
                request,
                gettext("已保存 {count} 处。").format(count=count) if count else gettext("没有改动。"),
            )
            return redirect(request.get_full_path())
    can_record = training_class.status == "running"
    rows = [
        {
            "enrolment": learner,
            "hours": hours.get(learner.pk, 0),
            "cells": [_cell(book, learner, session, typed, can_record, request.today) for session in across],
        }
        for learner in book.enrolments
    ]
    return render(
        request,
        "provider/attendance_grid.html",
        {
            "class": training_class,
            "across": [(s, _unmarked(book, s), s.on <= request.today) for s in across],
            "rows": rows,
            "marks": MARKS,
            "refusal": refusal,
            "can_record": can_record,
            "planned": (training_class.hours_theory + training_class.hours_practice) * 100,
            "first": first + 1,
            "last": first + len(across),
            "total": len(book.sessions),
            "previous": first + 1 - ACROSS if first else 0,
            "following": first + 1 + ACROSS if first + ACROSS < len(book.sessions) else 0,
            "sessions": book.sessions,
            "summary": class_evidence_of(pk, request),
        },
        status=422 if refusal else 200,
    )


def session(request: HttpRequest, class_pk: int, pk: int) -> HttpResponse:
    """One session on a phone: a row of marks under each name."""
    require_may(request.actor, Permission.RECORD_ATTENDANCE, gettext("记录考勤"))
    training_class = training.training_class(class_pk, by=request.actor)
    book = training.attendance_grid(class_pk)
    held = next((row for row in book.sessions if row.pk == pk), None)
    if held is None:
        raise NotFound()
    typed, refusal = {}, ""
    if request.method == "POST":
        typed = {key: value for key, value in request.POST.items() if key.startswith("m-")}
        try:
            count = _keep(request, book, [held], typed)
        except (NotFound, NotPermitted):
            raise
        except Refused as problem:
            refusal = told(problem)
        else:
            messages.success(
                request,
                gettext("已保存 {count} 处。").format(count=count) if count else gettext("没有改动。"),
            )
            return redirect("provider:attendance:session", class_pk, pk)
    place = book.sessions.index(held)
    can_record = training_class.status == "running"
    return render(
        request,
        "provider/attendance_session.html",
        {
            "class": training_class,
            "session": held,
            "marks": MARKS,
            "refusal": refusal,
            "rows": [
                (learner, _cell(book, learner, held, typed, can_record, request.today))
                for learner in book.enrolments
            ],
            "can_record": can_record,
            "is_held": held.on <= request.today,
            "unmarked": _unmarked(book, held),
            "before": book.sessions[place - 1] if place else None,
            "after": book.sessions[place + 1] if place + 1 < len(book.sessions) else None,
        },
        status=422 if refusal else 200,
    )


class Import(FormPage):
    """A whole attendance book as a sheet."""

    title = _("导入出勤簿")
    template_name = "provider/attendance_import.html"
    form_class = AttendanceSheetForm
    may = Permission.RECORD_ATTENDANCE
    submit_label = _("导入")
    next_story = _("有一处看不懂就整份不导入，并指出在哪一行；改好再传即可。改动已有记录会留在经过里。")

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.training_class)
        self.cancel_url = reverse("provider:attendance:grid", args=[pk])

    def more(self, request):
        return {"class": self.training_class}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        kept = operations.import_attendance_sheet(
            self.training_class.pk,
            given.read(),
            given.name,
            by=request.actor,
            at=request.at,
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, gettext("已导入，新记或更正 {count} 处。").format(count=len(kept)))
        return reverse("provider:attendance:grid", args=[self.training_class.pk])


def blank_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The attendance book with names and days filled in, marks kept so far included."""
    require_may(request.actor, Permission.RECORD_ATTENDANCE, gettext("下载出勤簿"))
    training_class = training.training_class(pk, by=request.actor)
    book = training.attendance_grid(pk)
    days = sorted({row.on for row in book.sessions})
    words = {code: str(word) for code, word in _WORDS.items()}
    rows = []
    for place, learner in enumerate(book.enrolments, start=1):
        row = {"sequence": str(place), "name": learner.person.name}
        for held in book.sessions:
            mark = book.mark(learner.pk, held.pk)
            if mark:
                row[held.on.isoformat()] = words[mark]
        rows.append(row)
    data = sheets.write_form(
        sheets.ATTENDANCE,
        title=f"{training_class.title} {sheets.ATTENDANCE.label}",
        header_facts=[("培训机构", training_class.institution.name), ("班期编号", training_class.number)],
        rows=rows,
        fields=("sequence", "name", "id_number", "remark"),
        days=days,
    )
    return download(data, f"出勤簿-{training_class.number}.xlsx")


_WORDS = {"P": "到", "A": "不到", "L": "告假", "T": "迟到", "E": "早退", "S": "病假"}


def _first_shown(request, book) -> int:
    """The place of the first session shown: as asked, else where the first gap is."""
    asked = request.GET.get("from", "")
    if asked.isdecimal() and 0 < int(asked) <= len(book.sessions):
        return int(asked) - 1
    for place, held in enumerate(book.sessions):
        if _unmarked(book, held):
            return min(place, max(len(book.sessions) - ACROSS, 0))
    return max(len(book.sessions) - ACROSS, 0)


def _unmarked(book, held) -> int:
    return sum(not book.mark(learner.pk, held.pk) for learner in book.enrolments)


def _cell(book, learner, held, typed, can_record, today) -> dict:
    name = f"m-{learner.pk}-{held.pk}"
    mark = typed.get(name, book.mark(learner.pk, held.pk))
    return {
        "name": name,
        "mark": mark,
        "label": dict(MARKS).get(mark, ""),
        "session": held,
        "is_open": can_record and held.on <= today,
    }


def _keep(request, book, sessions_shown, typed) -> int:
    """Record what changed, by session; ``all`` names one whose unmarked learners were all there."""
    count = 0
    all_present = request.POST.get("all", "")
    for held in sessions_shown:
        marks = {}
        for learner in book.enrolments:
            mark = typed.get(f"m-{learner.pk}-{held.pk}", "")
            before = book.mark(learner.pk, held.pk)
            if not mark and not before and all_present == str(held.pk):
                mark = "P"
            if mark and mark != before:
                marks[learner.pk] = mark
        if marks:
            operations.record_attendance(
                held.pk, marks, by=request.actor, at=request.at, reason=request.POST.get("reason", "")
            )
            count += len(marks)
    return count
