"""Months of employment claimed by an enterprise, and classes with a stage due."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.sheets.money_layouts import MONTH
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.papers import paper
from kaogong.web.parts.policy import in_english

from ..forms_modes import MonthForm
from ..tables_modes import MonthTable, StageTable


class Months(ListPage):
    """Every month the enterprise claimed."""

    title = _("以工代训按月申领")
    subtitle = _("企业每月一份名单，逐人核对参保；一人一月只能申领一次。")
    table_class = MonthTable
    may = Permission.SUBMIT_CLAIM
    empty_title = _("还没有按月申领")
    empty_text = _("当月结束后，上传名单和工资发放凭证。")
    empty_label = _("申领一个月")

    def rows(self, request):
        self.empty_url = reverse("provider:months:submit")
        return claims.month_claims(request.actor)

    def actions(self, request):
        return [Action(gettext("申领一个月"), url=reverse("provider:months:submit"), primary=True)]


class SubmitMonth(FormPage):
    """Claim one month for a list of heads."""

    title = _("申领一个月")
    template_name = "provider/month_submit.html"
    form_class = MonthForm
    may = Permission.SUBMIT_CLAIM
    submit_label = _("核对参保并提交")
    next_story = _("提交时逐人向社会保险登记核对；没有回答的人可以补充参保证明。")

    def start(self, request, **where):
        self.cancel_url = reverse("provider:months:list")
        self.own = institutions.institution(request.actor.organisation_id, by=request.actor)
        self.subtitle = self.own.name

    def form_arguments(self, request):
        label = "label_en" if in_english() else "label"
        found = claims.month_schemes(self.own.region_code, request.today)
        return {"schemes": [(scheme.code, getattr(scheme, label)) for scheme in found]}

    def act(self, request, form):
        told = form.cleaned_data
        receipt = operations.submit_month(
            told["scheme_code"], told["month"], told["file"].read(), told["file"].name,
            proof=told["proof"].read(), proof_filename=told["proof"].name, by=request.actor, at=request.at,
        )  # fmt: skip
        messages.success(
            request, gettext("已提交申领 {number}，等人社部门审核。").format(number=receipt.claim.number)
        )
        for row, said in receipt.problems[:20]:
            messages.warning(request, gettext("第 {row} 行没有列入：{said}").format(row=row, said=said))
        return reverse("provider:claims:detail", args=[receipt.claim.pk])


def blank(request: HttpRequest) -> HttpResponse:
    """The blank list of heads."""
    require_may(request.actor, Permission.SUBMIT_CLAIM, gettext("下载模板"))
    return download(sheets.write_form(MONTH, title=MONTH.label), f"{MONTH.label}.xlsx")


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper handed in with a claim of one's own."""
    require_may(request.actor, Permission.SUBMIT_CLAIM, gettext("查看申领材料"))
    return paper(operations.read_claim_document(pk, by=request.actor, at=request.at))


class Stages(ListPage):
    """Classes whose scheme is paid in stages, with the stages due now."""

    title = _("分阶段申领")
    subtitle = _("按阶段拨付的班次：开班后可申领首笔，取证后申领其余。")
    table_class = StageTable
    may = Permission.SUBMIT_CLAIM
    empty_title = _("没有按阶段拨付的班次")
    empty_text = _("补贴项目分阶段拨付的班次，开班以后会出现在这里。")

    def rows(self, request):
        self.empty_url = reverse("provider:claims:claimable")
        own = institutions.institution(request.actor.organisation_id, by=request.actor)
        self.stages = claims.staged_schemes(own.region_code, request.today)
        return claims.classes_begun(request.actor, list(self.stages))

    def prepare(self, records):
        due = claims.stages_due(records, self.stages)
        for record in records:
            record.stages_due = [(code, claims.stage_label(code)) for code in due[record.pk]]
