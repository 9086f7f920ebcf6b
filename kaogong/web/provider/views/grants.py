"""Awards asked for by a list of people, and a school's yearly report of its surplus."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.sheets.grant_layouts import AWARD_LIST
from kaogong.trail.operations import require_may
from kaogong.web.parts.forms import MoneyField, SheetField
from kaogong.web.parts.lists import download
from kaogong.web.parts.month_lists import list_subject, month_context
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.values import scheme_name


class AwardListForm(forms.Form):
    """The sheet a body already has."""

    sheet = SheetField(
        label=_("奖补人员名单"), help_text=_("序号、姓名、身份证号码、职业（工种）或专业、等级、证书编号")
    )


class ImportAwardList(FormPage):
    """Apply for every person of a sheet at once."""

    title = _("按名单申请奖补")
    form_class = AwardListForm
    may = P.SUBMIT_GRANT
    submit_label = _("逐行核对并提交")
    next_story = _("每一好行成为一份申请并立即提交；有问题的行按行号列出，改好后另交一份。")

    def start(self, request, code):
        self.code = code
        grants.terms_of(settings.REGION_CODE, code, request.today)
        self.subtitle = scheme_name(code)
        self.cancel_url = reverse("provider:grants:list")

    def act(self, request, form):
        sheet = form.cleaned_data["sheet"]
        kept = operations.import_award_list(
            self.code,
            sheet.read(),
            sheet.name,
            region_code=settings.REGION_CODE,
            by=request.actor,
            at=request.at,
        )
        said = gettext("列入 {taken} 人，{refused} 行有问题。")
        messages.success(request, said.format(taken=kept.taken, refused=len(kept.refused)))
        return reverse("provider:grants:award_list", args=[kept.pk])


def award_form(request: HttpRequest) -> HttpResponse:
    """The blank list."""
    require_may(request.actor, P.SUBMIT_GRANT, gettext("下载模板"))
    return download(sheets.write_form(AWARD_LIST, title=AWARD_LIST.label), f"{AWARD_LIST.label}.xlsx")


def award_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet handed in: what was taken and what was not."""
    require_may(request.actor, P.SUBMIT_GRANT, gettext("奖补名单"))
    kept = grants.grant_list(pk, by=request.actor)
    shown = month_context(kept, by=request.actor) if kept.month else {"subject": list_subject(kept)}
    return render(request, "provider/grants/award_list.html", {"kept": kept} | shown)


class SurplusForm(forms.Form):
    """A year's income and cost of training for others, and what the teachers got."""

    year = forms.IntegerField(label=_("年度"), min_value=2010, max_value=2100)
    income_fen = MoneyField(label=_("培训收入"))
    cost_fen = MoneyField(label=_("培训成本"))
    teachers_fen = MoneyField(label=_("用于教师劳动报酬"))


class FileSurplus(FormPage):
    """Report a year's surplus; hours come from the timetable."""

    title = _("培训收入结余年度报告")
    template_name = "provider/grants/surplus.html"
    form_class = SurplusForm
    may = P.FILE_SURPLUS
    submit_label = _("填报")
    done_story = _("已填报。")

    def start(self, request):
        self.cancel_url = reverse("provider:institution:teaching")
        share = grants.surplus_share(settings.REGION_CODE, request.today.year - 1)
        self.subtitle = (
            gettext("结余可提取 {share}% 以上用于教师劳动报酬，不纳入单位绩效工资总量管理。").format(
                share=share
            )
            if share is not None
            else gettext("没有文件规定比例。")
        )

    def initial(self, request):
        return {"year": request.today.year - 1}

    def more(self, request):
        return {"reports": list(grants.surplus_reports(request.actor))}

    def act(self, request, form):
        operations.file_surplus_report(**form.cleaned_data, by=request.actor, at=request.at)
        return request.path
