"""Allowances asked for by the month: one list of people of a class, and the lists handed in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.sheets.grant_layouts import ALLOWANCE_LIST
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.month_lists import list_subject
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.values import scheme_name

from ..forms_modes import MonthListForm
from ..tables_modes import GrantListTable


class MonthLists(ListPage):
    """Every list the body handed in, of months and of awards."""

    title = _("名单")
    subtitle = _("生活费补贴按月交名单，奖补按人员交名单；每一好行成为一份申请。")
    table_class = GrantListTable
    may = P.SUBMIT_GRANT
    empty_title = _("还没有交过名单")
    empty_text = _("一个班一个月交一份生活费补贴名单，逐人测算、逐人发放。")
    empty_label = _("交生活费补贴名单")

    def rows(self, request):
        self.empty_url = reverse("provider:grants:month_list")
        return grants.grant_lists(request.actor)

    def actions(self, request):
        return [Action(gettext("交生活费补贴名单"), url=reverse("provider:grants:month_list"), primary=True)]

    def prepare(self, records):
        for record in records:
            record.subject = list_subject(record)
            record.not_taken = len(record.refused)


class ImportMonthList(FormPage):
    """Hand in one list for one month of a class."""

    title = _("交生活费补贴名单")
    template_name = "provider/grants/month_list.html"
    form_class = MonthListForm
    may = P.SUBMIT_GRANT
    submit_label = _("逐行核对并提交")
    next_story = _("每一好行成为一份申请，付给本人；有问题的行按行号列出，改好后另交一份，已列入的不会重复。")

    def start(self, request):
        self.cancel_url = reverse("provider:grants:lists")

    def form_arguments(self, request):
        found = grants.month_list_terms(settings.REGION_CODE, request.today)
        return {
            "schemes": [(one.scheme.code, scheme_name(one.scheme.code)) for one in found],
            "classes": [
                (one.pk, f"{one.number} {one.title}") for one in grants.classes_of_month(request.actor)[:300]
            ],
        }

    def initial(self, request):
        return {"scheme_code": request.GET.get("scheme", "")}

    def act(self, request, form):
        given = form.cleaned_data
        kept = operations.import_month_list(
            operations.ListFor(
                given["scheme_code"],
                given["month"],
                class_id=given["class_id"],
                class_name=given["class_name"],
            ),
            given["sheet"].read(),
            given["sheet"].name,
            region_code=settings.REGION_CODE,
            by=request.actor,
            at=request.at,
        )
        said = gettext("列入 {taken} 人，{refused} 行有问题。")
        messages.success(request, said.format(taken=kept.taken, refused=len(kept.refused)))
        return reverse("provider:grants:award_list", args=[kept.pk])


def allowance_form(request: HttpRequest) -> HttpResponse:
    """The blank list."""
    require_may(request.actor, P.SUBMIT_GRANT, gettext("下载模板"))
    return download(
        sheets.write_form(ALLOWANCE_LIST, title=ALLOWANCE_LIST.label), f"{ALLOWANCE_LIST.label}.xlsx"
    )
