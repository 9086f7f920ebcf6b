"""Sheets of sums without people: sent, problems by row and column, accepted by another, corrected."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.departments import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_departments import FileFilter
from kaogong.web.bureau.forms_departments import CorrectedSumsForm, SumsForm
from kaogong.web.bureau.tables_departments import SumSheetTable
from kaogong.web.bureau.views import department_files
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import act
from kaogong.web.parts.values import scheme_name
from kaogong.web.parts.wording import filled

LAYOUT = sheets.DEPARTMENT_SUMS


def address(pk: int) -> str:
    return reverse("bureau:sum_sheets:detail", args=[pk])


class Sheets(ListPage):
    """What departments sent as sums."""

    title = _("部门合计表")
    subtitle = _("给不出人员名单的部门按区县和项目报合计人次：单独列出，不并入有名单的数")
    table_class = SumSheetTable
    filter_class = FileFilter
    may = P.VIEW_DEPARTMENT_FILES
    empty_title = _("还没有部门报送的合计表")
    empty_text = _("下载合计表模板，由部门按期报送。能给出名单的，请报明细表。")

    def rows(self, request):
        return queries.sum_sheets(request.actor)

    def actions(self, request):
        found = [Action(gettext("下载合计表模板"), reverse("bureau:sum_sheets:form"))]
        if request.actor.may(P.SEND_DEPARTMENT_FILE):
            found.append(Action(gettext("报送"), reverse("bureau:sum_sheets:send"), primary=True))
        return found


class Send(department_files.Send):
    """Send one sheet."""

    title = _("报送部门合计表")
    form_class = SumsForm
    next_story = _("先核验，不列出：您会看到每一行的问题。全部合格后，由另一人接纳。")
    door = "bureau:sum_sheets"
    send = staticmethod(operations.send_sum_sheet)


class Correct(department_files.Correct):
    """Send the corrected sheet."""

    title = _("报送更正的合计表")
    form_class = CorrectedSumsForm
    next_story = _("已接纳的合计表，在更正表被接纳以前照旧列出；还没有接纳的，立即由它代替。")
    door = "bureau:sum_sheets"
    send = staticmethod(operations.send_sum_sheet)
    find = staticmethod(queries.sum_sheet)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: its rows, what is wrong with others by row and column, its total, what became of it."""
    require_may(request.actor, P.VIEW_DEPARTMENT_FILES, gettext("部门合计表"))
    sheet = queries.sum_sheet(pk, by=request.actor)
    return render(
        request,
        "bureau/departments/sums.html",
        {
            "sheet": sheet,
            "department": queries.department_name(sheet.department_code),
            "region": catalog.region_name(sheet.region_code),
            "successor": sheet.successors.order_by("-id").only("pk", "filename").first(),
            "may_correct": request.actor.may(P.SEND_DEPARTMENT_FILE)
            and sheet.status in ("checked", "accepted"),
            "contradictions": [gettext(one.sentence).format(**one.facts) for one in sheet.contradictions],
            "findings": [
                (one.row_number, gettext(LAYOUT.column(one.column).label), one.severity,
                 filled(one.template, one.facts))
                for one in queries.sum_findings(sheet)
            ],
            "rows": [
                (row, catalog.region_name(row.region_code), row.programme_code and scheme_name(row.programme_code))
                for row in sheet.sums.order_by("row_number")
            ],
        },
    )  # fmt: skip


def blank_form(request: HttpRequest) -> HttpResponse:
    """The sheet with the real headings, to be filled in."""
    require_may(request.actor, P.VIEW_DEPARTMENT_FILES, gettext("下载合计表模板"))
    data = sheets.write_form(LAYOUT, title=LAYOUT.label, header_facts=[], rows=[])
    return download(data, f"{LAYOUT.label}.xlsx")


def _to_sheet(request: HttpRequest, sheet) -> str:
    return address(sheet.pk)


accept = act(operations.accept_sum_sheet, to=_to_sheet, done=_("已接纳，各行在统计数旁单独列出。"))
withdraw = act(operations.withdraw_sum_sheet, to=_to_sheet, done=_("已撤回，没有列出任何一行。"))
set_aside = act(operations.set_aside_sum_sheet, to=_to_sheet, done=_("已取消接纳，各行不再列出。"))
