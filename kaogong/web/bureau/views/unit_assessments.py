"""Yearly assessments of units at the bureau: opened, measured, told, confirmed, published, printed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.planning import operations, queries
from kaogong.planning.states import SHOWN_AS, UNIT_KINDS
from kaogong.trail.operations import require_may
from kaogong.web.bureau import unit_sections
from kaogong.web.bureau.forms_assessing import AssessmentForm, PublishAssessmentForm, TellForm
from kaogong.web.bureau.tables_planning import AssessmentTable
from kaogong.web.bureau.unit_measures import returns_in_time
from kaogong.web.parts.lists import Action, ListPage, download, exported
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, acts_of

NEXT = {
    "opened": _("下一步：按系统数据计分，其余由评分人评分、附依据；评完后告知各单位。"),
    "told": _("下一步：各单位在期限内提出意见；答复完、期满后由另一人确认。"),
    "confirmed": _("下一步：按名次或者按等级通报。"),
    "published": _("已通报。等级的后果只写明，由人另行办理。"),
}


def address(_request, assessment) -> str:
    return reverse("bureau:unit_assessments:detail", args=[assessment.pk])


def require_seat(request: HttpRequest) -> None:
    """Assessments are for those who look at the bureau's pages and for the units themselves."""
    if not request.actor.may(P.OBJECT_TO_SCORE):
        require_may(request.actor, P.VIEW_BUREAU, gettext("单位考核"))


class Assessments(ListPage):
    """Every year's assessment of the region, and those one's own unit is told of."""

    title = _("单位考核")
    subtitle = _("每年按标准给区市和部门评分；标准是带日期的数据，得分能打开测算，单位先听取再确认")
    table_class = AssessmentTable
    empty_title = _("还没有考核")
    empty_text = _("已收文件没有给出评分表；本地定了标准的，在政策规则库补上后开始考核。")

    def get(self, request, **more):
        require_seat(request)
        return super().get(request, **more)

    def rows(self, request):
        return queries.unit_assessments(request.actor)

    def actions(self, request):
        if not request.actor.may(P.OPEN_ASSESSMENT):
            return []
        return [Action(gettext("开始考核"), reverse("bureau:unit_assessments:open"), primary=True)]


class OpenAssessment(FormPage):
    """Begin a year's assessment with the criteria as they stand today."""

    title = _("开始单位考核")
    form_class = AssessmentForm
    may = P.OPEN_ASSESSMENT
    submit_label = _("开始")
    next_story = _("标准和等级按今天的规定留存，以后改动不影响这次考核。")
    done_story = _("考核已开始。")

    def start(self, request):
        year = request.POST.get("year", "")
        self.year = int(year) if year.isdecimal() and len(year) == 4 else request.today.year
        self.candidates = queries.candidates(request.actor.region_code, self.year)
        self.cancel_url = reverse("bureau:unit_assessments:list")

    def form_arguments(self, request):
        return {"candidates": self.candidates}

    def initial(self, request):
        return {"year": self.year, "units": [one.key for one in self.candidates if one.has]}

    def act(self, request, form):
        given = form.cleaned_data
        made = operations.open_assessment(
            given["year"], region_code=request.actor.region_code, units=given["units"], by=request.actor,
            at=request.at,
        )  # fmt: skip
        return address(request, made)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment: every unit's points, what is missing, objections; a unit sees its own and the result."""
    require_seat(request)
    by = request.actor
    one = queries.unit_assessment(pk, by=by)
    own = queries.is_run_by(one, by)
    units = list(queries.assessed_units(by, pk))
    if not own and len(units) == 1 and one.status != "published":
        return redirect("bureau:assessed_units:detail", units[0].pk)
    first = {"opened": "tell", "told": "confirm"}.get(one.status, "publish")
    acts = (
        acts_of(one, "bureau:unit_assessments", by, forms=["tell", "publish"], primary=first) if own else []
    )
    warning = ""
    if own and one.status == "opened":
        if by.may(P.SCORE_UNIT):
            acts.insert(
                0, Act(gettext("按系统数据计分"), reverse("bureau:unit_assessments:measure", args=[pk]))
            )
        missing = queries.missing_points(one, units)
        if missing:
            warning = gettext("还有 {n} 个得分没有，评完才能告知各单位。").format(
                n=sum(len(names) for names in missing.values())
            )
    if own or one.status == "published":
        acts.append(unit_sections.form_act(gettext("通报 PDF"), "bureau:unit_assessments:bulletin", pk))
    if own and by.may(P.EXPORT_LIST):
        acts.append(unit_sections.form_act(gettext("导出"), "bureau:unit_assessments:sheet", pk))
    sections = [unit_sections.result_table(one, units), unit_sections.points_table(one, units)] if own else []
    if own and one.status != "opened":
        sections.append(unit_sections.objections_table(one, queries.objections(by, pk), by))
    if one.status == "published":
        sections.insert(0, unit_sections.board_table(one))
    sections += [unit_sections.criteria_table(one), unit_sections.grades_table(one)]
    said = [catalog.region_name(one.region_code)]
    if one.object_until and one.status == "told":
        said.append(gettext("{on} 前提出意见").format(on=one.object_until))
    if one.illustrative:
        said.append(gettext("示例标准，没有文件依据"))
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": gettext("{year}年度单位考核").format(year=one.year),
            "number": one.year,
            "thing": one,
            "crumb": gettext("单位考核"),
            "crumb_url": reverse("bureau:unit_assessments:list"),
            "said": said,
            "next_story": NEXT.get(one.status, "") if own else "",
            "warning": warning,
            "acts": acts,
            "sections": sections,
            "story_below": "unit_assessment" if own else "",
        },
    )


@require_POST
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn the year's figures into points now."""
    require_may(request.actor, P.SCORE_UNIT, gettext("评分"))
    one = queries.unit_assessment(pk, by=request.actor)
    units = list(queries.assessed_units(request.actor, pk))
    more = returns_in_time(one, units, by=request.actor, at=request.at)
    kept = operations.measure_units(pk, by=request.actor, at=request.at, more=more)
    messages.success(request, gettext("已按系统数据记 {n} 个得分；没有数据的由评分人评分。").format(n=kept))
    return redirect("bureau:unit_assessments:detail", pk)


class _OfOne(FormPage):
    """A form about one assessment the actor's bureau runs."""

    def start(self, request, pk):
        self.assessment = queries.unit_assessment(pk, by=request.actor)
        if not queries.is_run_by(self.assessment, request.actor):
            raise NotFound()
        self.subtitle = gettext("{year}年度单位考核").format(year=self.assessment.year)
        self.cancel_url = address(request, self.assessment)


class TellAssessment(_OfOne):
    """Tell the units their points."""

    title = _("告知得分、听取意见")
    form_class = TellForm
    may = P.SCORE_UNIT
    submit_label = _("告知")
    next_story = _("各单位看到自己的得分、数据和理由，可以逐项提出意见；期满后由另一人确认。")
    done_story = _("已告知各单位。")

    def act(self, request, form):
        operations.tell_assessment(
            self.assessment.pk,
            working_days=form.cleaned_data["working_days"],
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class PublishAssessment(_OfOne):
    """Tell the result."""

    title = _("通报结果")
    form_class = PublishAssessmentForm
    may = P.CONFIRM_ASSESSMENT
    submit_label = _("通报结果")
    next_story = _("被考核单位都能看到通报。按等级通报的，不显示名次和得分。")
    done_story = _("已通报。")

    def initial(self, request):
        return {"shown_as": "rank"}

    def act(self, request, form):
        operations.publish_assessment(
            self.assessment.pk, shown_as=form.cleaned_data["shown_as"], by=request.actor, at=request.at
        )
        return self.cancel_url


def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The result as a paper: by place or by grade once published, the whole draft before."""
    require_seat(request)
    one = queries.unit_assessment(pk, by=request.actor)
    own = queries.is_run_by(one, request.actor)
    if not own and one.status != "published":
        raise operations.ResultNotPublished()
    by_rank = one.status != "published" or one.shown_as == "rank"
    units = list(one.units.order_by("kind", "rank", "id"))
    columns = [PaperColumn(label="单位", weight=2), PaperColumn(label="类别", weight=0)]
    if by_rank:
        columns = [
            PaperColumn(label="名次", align="right", weight=0), *columns,
            PaperColumn(label="总分", align="right", weight=0),
        ]  # fmt: skip
    columns += [PaperColumn(label="等级", weight=0), PaperColumn(label="后果", weight=2)]
    if not by_rank:
        units.sort(key=lambda unit: (unit.kind, unit.grade_code, unit.pk))
    rows = [
        (
            *((str(unit.rank or "—"),) if by_rank else ()),
            unit.name,
            UNIT_KINDS[unit.kind],
            *((unit_sections.total_words(unit),) if by_rank else ()),
            unit.grade_label or "—",
            unit.consequence or "—",
        )
        for unit in units
    ]
    notes = [
        f"考核标准{len(one.criteria)}项，满分{sum(row['weight'] for row in one.criteria)}分。依据：{one.source}"
    ]
    notes.append("不适用的标准不计，总分按其余标准折算成百分。等级的后果只写明，由人另行办理。")
    data = table_pdf(
        TablePaper(
            title=f"{one.year}年度单位考核{'通报' if one.status == 'published' else '结果（未通报）'}",
            subtitle=catalog.region_name(one.region_code),
            facts=[
                ("状态", one.get_status_display()),
                *([("通报方式", SHOWN_AS[one.shown_as])] if one.status == "published" else []),
                *([("通报日期", f"{one.published_on:%Y-%m-%d}")] if one.published_on else []),
            ],
            columns=columns,
            rows=rows,
            notes=notes,
            signatures=["确认"],
            illustrative=one.illustrative,
            printed_by=request.actor.name,
            printed_on=request.today,
        )
    )
    return download(data, f"单位考核{one.year}.pdf", "application/pdf")


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Every unit's points on every criterion as a sheet."""
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    one = queries.unit_assessment(pk, by=request.actor)
    if not queries.is_run_by(one, request.actor):
        raise NotFound()
    columns = [
        ("rank", gettext("名次"), "integer"), ("name", gettext("单位"), "text"),
        ("kind", gettext("类别"), "text"),
        *((row["code"], f"{row['label']}（{row['weight']}）", "decimal") for row in one.criteria),
        ("total", gettext("总分"), "decimal"), ("grade", gettext("考核等级"), "text"),
        ("consequence", gettext("后果"), "text"),
    ]  # fmt: skip
    rows = []
    for unit in queries.assessed_units(request.actor, pk):
        scores = queries.standing_scores(unit)
        cells = [
            None if (score := scores.get(row["code"])) is None or score.is_excluded else score.points / 100
            for row in one.criteria
        ]
        rows.append(
            (
                unit.rank, unit.name, gettext(UNIT_KINDS[unit.kind]), *cells,
                None if unit.total is None else unit.total / 100, unit.grade_label, unit.consequence,
            )
        )  # fmt: skip
    title = gettext("{year}年度单位考核").format(year=one.year)
    data = sheets.write_table(columns, rows, title=title, subtitle=one.source)
    return exported(request, data, title=title, rows=len(rows))


rescore = act(operations.rescore_assessment, to=address, done=_("已退回，改好后重新告知各单位。"))
confirm = act(operations.confirm_assessment, to=address, done=_("已确认。"))
cancel = act(operations.cancel_assessment, to=address, done=_("已取消。"))
