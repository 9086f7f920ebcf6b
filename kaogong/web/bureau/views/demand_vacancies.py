"""Vacancy lists, and what people wish to learn: brought by sheets, read by occupation."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.kernel.money import yuan
from kaogong.sheets.demand_layouts import VACANCIES, WISHES
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import VacancyListTable, WishedTable, WishTable
from kaogong.web.parts.demand import level_name, tell_problems
from kaogong.web.parts.forms import DateField, SheetField, TidyField
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Section, acts_of

SHOWN_ROWS = 500


class VacanciesForm(forms.Form):
    """A list of vacancies."""

    source = TidyField(label=_("来源"), max_length=60, help_text=_("例如：公共招聘网、秋季招聘会"))
    as_of = DateField(label=_("数据截至"))
    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class SheetForm(forms.Form):
    """A sheet."""

    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class VacancyLists(ListPage):
    """Every list brought, with what counts of it."""

    title = _("招聘清单")
    subtitle = _("重复的行照样显示，只计一次；作废的清单不计入需求")
    table_class = VacancyListTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有招聘清单")
    empty_text = _("把公共招聘网、招聘会的岗位表导入进来。")

    def rows(self, request):
        return queries.vacancy_lists(request.actor)

    def actions(self, request):
        if not request.actor.may(P.IMPORT_VACANCIES):
            return []
        return [Action(gettext("导入招聘清单"), reverse("bureau:vacancies:import"), primary=True)]


class ImportVacancies(FormPage):
    """Bring a list of vacancies."""

    title = _("导入招聘清单")
    template_name = "parts/demand_import.html"
    form_class = VacanciesForm
    may = P.IMPORT_VACANCIES
    submit_label = _("导入")
    next_story = _("看得懂的行计入，重复的行标出，看不懂的逐行说明；改好后可以把文件再传一次。")

    def start(self, request):
        self.cancel_url = reverse("bureau:vacancies:list")

    def more(self, request):
        return {"form_url": reverse("bureau:vacancies:form")}

    def act(self, request, form):
        given = form.cleaned_data
        found = operations.import_vacancies(
            given["sheet"].read(), given["sheet"].name, source=given["source"], as_of=given["as_of"],
            by=request.actor, at=request.at,
        )  # fmt: skip
        return reverse("bureau:vacancies:detail", args=[found.pk])


def vacancy_form(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    require_may(request.actor, P.IMPORT_VACANCIES, gettext("导入招聘清单"))
    return download(sheets.write_form(VACANCIES, title=VACANCIES.label), f"{VACANCIES.label}.xlsx")


def vacancy_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its rows, those told before with where, and those that could not be taken."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("招聘清单"))
    found = queries.vacancy_list(pk, by=request.actor)
    rows = list(queries.vacancies_of(pk)[:SHOWN_ROWS])
    problems = sorted(found.problems.items(), key=lambda pair: int(pair[0]))
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.source,
            "number": found.source,
            "thing": found,
            "crumb": gettext("招聘清单"),
            "crumb_url": reverse("bureau:vacancies:list"),
            "said": [
                gettext("数据截至 {on}").format(on=found.as_of),
                gettext("计入 {kept} 行、{people} 人；重复 {again} 行；没有导入 {bad} 行").format(
                    kept=found.rows_kept, people=found.wanted, again=found.repeated, bad=len(problems)
                ),
            ],
            "acts": acts_of(found, "bureau:vacancies", request.actor),
            "sections": [
                Section(
                    "problems",
                    gettext("没有导入的行"),
                    head=[gettext("行"), gettext("问题")],
                    rows=[[row, "；".join(said)] for row, said in problems],
                    empty=gettext("每一行都导入了。"),
                ),
                Section(
                    "rows",
                    gettext("招聘岗位"),
                    hint=gettext("只显示前 {n} 行").format(n=SHOWN_ROWS) if len(rows) == SHOWN_ROWS else "",
                    head=[
                        gettext("行"), gettext("用人单位"), gettext("职业（工种）"), gettext("技能等级"),
                        gettext("招聘人数"), gettext("月工资"), gettext("工作地点"), gettext("重复于"),
                    ],
                    rows=[_row(one, pk) for one in rows],
                    empty=gettext("没有看得懂的行。"),
                ),
            ],
            "story": "vacancy_list",
        },
    )  # fmt: skip


def _row(one, list_id: int) -> list:
    wages = [yuan(fen) for fen in (one.wage_low_fen, one.wage_high_fen) if fen]
    again = ""
    if one.duplicate_of is not None and one.duplicate_of.vacancy_list_id == list_id:
        again = gettext("本表第 {row} 行").format(row=one.duplicate_of.row_number)
    elif one.duplicate_of is not None:
        again = gettext("{source}第 {row} 行").format(
            source=one.duplicate_of.vacancy_list, row=one.duplicate_of.row_number
        )
    return [
        one.row_number, one.employer, catalog.occupation_name(one.occupation_code),
        level_name(one.level_code), one.head_count, " — ".join(wages) or "—",
        catalog.region_name(one.region_code), again or "—",
    ]  # fmt: skip


discard = act(
    operations.discard_vacancies,
    to=lambda _request, found: reverse("bureau:vacancies:detail", args=[found.pk]),
    done=_("清单已作废，不再计入需求。"),
)


class Wishes(ListPage):
    """What each person last said of learning."""

    title = _("培训意愿")
    subtitle = _("每人以最近一次填写或登记的为准")
    table_class = WishTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有培训意愿")
    empty_text = _("学员可以在手机上填写；劳动力登记表可以导入。")

    def rows(self, request):
        return queries.training_wishes(request.actor)

    def actions(self, request):
        found = [Action(gettext("按职业看"), reverse("bureau:wishes:occupations"))]
        if request.actor.may(P.IMPORT_WISHES):
            found.append(Action(gettext("导入劳动力登记"), reverse("bureau:wishes:import"), primary=True))
        return found


class WishedOccupations(ListPage):
    """Occupations by how many wish to learn them."""

    title = _("想学什么职业")
    subtitle = _("一个人可以写三个工种，每个工种各算一人")
    table_class = WishedTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有培训意愿")
    empty_text = _("学员可以在手机上填写；劳动力登记表可以导入。")

    def rows(self, request):
        return queries.wished_occupations(request.actor)


class ImportWishes(FormPage):
    """Bring the labour register's sheet."""

    title = _("导入劳动力登记")
    template_name = "parts/demand_import.html"
    form_class = SheetForm
    may = P.IMPORT_WISHES
    submit_label = _("导入")
    next_story = _("没有档案的人按姓名和身份证号码建档；看不懂的行逐行说明。")

    def start(self, request):
        self.cancel_url = reverse("bureau:wishes:list")

    def more(self, request):
        return {"form_url": reverse("bureau:wishes:form")}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        taken = operations.import_wishes(given.read(), given.name, by=request.actor, at=request.at)
        messages.success(request, gettext("已登记 {n} 人的培训意愿。").format(n=taken.kept))
        tell_problems(request, taken)
        return self.cancel_url


def wish_form(request: HttpRequest) -> HttpResponse:
    """The register's sheet to fill in."""
    require_may(request.actor, P.IMPORT_WISHES, gettext("导入劳动力登记"))
    return download(sheets.write_form(WISHES, title=WISHES.label), f"{WISHES.label}.xlsx")
