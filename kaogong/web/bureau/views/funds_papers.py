"""Papers behind the budgets: versions, transfers, freezes, carry-over, closed lists, the education surcharge."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.funds import operations
from kaogong.funds import queries as funds
from kaogong.funds.operations import ProgrammeOutsideUses
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_funds import TransferFilter, VersionFilter
from kaogong.web.bureau.forms_funds import CarryOverForm, KeepBackForm, SurchargeForm, TransferForm
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_funds import SurchargeTable, TransferTable, VersionTable
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.templatetags.parts import yuan

from .funds import named


class Versions(ListPage):
    """Every version of every budget, newest first."""

    title = _("预算版本")
    subtitle = _("每次下达和调整各一版：谁、何时、依据什么、从多少改到多少")
    table_class = VersionTable
    filter_class = VersionFilter
    may = P.VIEW_LEDGER
    per_page = 50
    empty_title = _("还没有下达过预算")

    def rows(self, request):
        return funds.budget_versions(request.actor)

    def actions(self, request):
        return [Action(gettext("资金看板"), reverse("bureau:funds:board"))]

    def prepare(self, records):
        for record in records:
            record.programme_label = programme_label(record.programme)


class Transfers(ListPage):
    """What was announced and what came."""

    title = _("上级资金")
    subtitle = _("上级下达和实际到位，各有文号或凭证；登记错了记一笔相反的，两笔都留着")
    table_class = TransferTable
    filter_class = TransferFilter
    may = P.VIEW_LEDGER
    per_page = 50
    empty_title = _("还没有登记过上级资金")
    empty_text = _("在资金看板打开一个资金，登记上级下达和到位。")

    def rows(self, request):
        return funds.transfers(request.actor)

    def actions(self, request):
        return [Action(gettext("资金看板"), reverse("bureau:funds:board"))]

    def prepare(self, records):
        may = self.request.actor.may(P.RECORD_TRANSFER)
        for record in records:
            record.programme_label = programme_label(record.programme)
            record.correct_url = may and reverse("bureau:funds:correct_transfer", args=[record.pk])


class _OfFund(FormPage):
    """A form about one source of one fund; afterwards the board of its year."""

    def start(self, request, pk):
        self.fund = funds.fund(pk, request.actor)
        self.subtitle = str(self.fund)
        self.cancel_url = f"{reverse('bureau:funds:board')}?year={self.fund.year}"

    def form_arguments(self, request):
        return {"programmes": [(code, programme_label(code)) for code in funds.programmes_of(self.fund)]}

    def act(self, request, form):
        try:
            self.operation(self.fund.pk, by=request.actor, at=request.at, **form.cleaned_data)
        except ProgrammeOutsideUses as refusal:
            raise named(refusal) from None
        return self.cancel_url


class RecordTransfer(_OfFund):
    """Write down what was announced or came."""

    title = _("登记上级资金")
    form_class = TransferForm
    may = P.RECORD_TRANSFER
    submit_label = _("登记")
    next_story = _("只登记，不改预算；预算与到位的差额在看板上看得到。")
    done_story = _("已登记。")
    operation = staticmethod(operations.record_transfer)

    def initial(self, request):
        return {"told_on": request.today, "kind": "received"}


class FreezeBudget(_OfFund):
    """Keep money back."""

    title = _("冻结预算")
    form_class = KeepBackForm
    may = P.FREEZE_BUDGET
    submit_label = _("冻结")
    next_story = _("冻结的是还没有预留的部分；解冻前不能再用于核准申领。")
    done_story = _("已冻结。")
    operation = staticmethod(operations.freeze_budget)


class UnfreezeBudget(_OfFund):
    """Let money kept back be used again."""

    title = _("解冻预算")
    form_class = KeepBackForm
    may = P.FREEZE_BUDGET
    submit_label = _("解冻")
    done_story = _("已解冻。")
    operation = staticmethod(operations.unfreeze_budget)


class CarryOver(_OfFund):
    """Take what is left into the next year."""

    title = _("年终结转")
    form_class = CarryOverForm
    may = P.CARRY_OVER_BUDGET
    submit_label = _("结转下年")
    next_story = _("余额从本年转出，成为同一资金下年预算的一部分；下年的资金要先开立。")
    done_story = _("已结转。")
    operation = staticmethod(operations.carry_over_budget)


class CorrectTransfer(FormPage):
    """Answer one entry by its opposite."""

    title = _("更正上级资金")
    form_class = ReasonForm
    may = P.RECORD_TRANSFER
    submit_label = _("更正")
    next_story = _("记一笔相反的金额，原来的一笔也留着。")
    done_story = _("已更正，两笔都留着。")

    def start(self, request, pk):
        self.entry = funds.transfers(request.actor).filter(pk=pk).first()
        if self.entry is None:
            raise NotFound()
        self.subtitle = f"{self.entry.document} · {yuan(self.entry.amount_fen)}"
        self.cancel_url = reverse("bureau:funds:transfers")

    def act(self, request, form):
        operations.correct_transfer(
            self.entry.pk, by=request.actor, at=request.at, reason=form.cleaned_data["reason"]
        )
        return self.cancel_url


def uses(request: HttpRequest) -> HttpResponse:
    """What each kind of fund may pay, with its clause."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("用途清单"))
    region = request.actor.region_code[:6]
    kinds = [
        (kind, funds.closed_list(kind.code, region, request.today))
        for kind in funds.kinds(region, request.today)
    ]
    return render(request, "bureau/funds/uses.html", {"kinds": kinds})


class Surcharge(ListPage):
    """The education surcharge, year by year, against its dated share; below, every entry."""

    title = _("教育附加监测")
    subtitle = _("地方教育附加用于职业教育（含技工教育）的比例")
    table_class = SurchargeTable
    may = P.VIEW_LEDGER
    per_page = 50
    template_name = "bureau/funds/surcharge.html"
    empty_title = _("还没有登记过教育附加")
    empty_text = _("按年度和级次登记征收数和用于职业教育的支出。")

    def rows(self, request):
        return funds.surcharge_entries(request.actor)

    def actions(self, request):
        may = request.actor.may(P.RECORD_SURCHARGE)
        return [Action(gettext("登记教育附加"), reverse("bureau:funds:record_surcharge"))] if may else []

    def prepare(self, records):
        may = self.request.actor.may(P.RECORD_SURCHARGE)
        for record in records:
            record.correct_url = may and reverse("bureau:funds:correct_surcharge", args=[record.pk])

    def more(self, request, page_rows):
        return {"monitor": funds.surcharge_monitor(request.actor, request.today)}


class RecordSurcharge(FormPage):
    """Write down surcharge collected, or used."""

    title = _("登记教育附加")
    form_class = SurchargeForm
    may = P.RECORD_SURCHARGE
    submit_label = _("登记")
    done_story = _("已登记。")

    def start(self, request):
        self.cancel_url = reverse("bureau:funds:surcharge")

    def initial(self, request):
        return {"year": request.today.year, "told_on": request.today, "source_level": "district"}

    def act(self, request, form):
        operations.record_surcharge(
            region_code=request.actor.region_code, by=request.actor, at=request.at, **form.cleaned_data
        )
        return self.cancel_url


class CorrectSurcharge(FormPage):
    """Answer one entry by its opposite."""

    title = _("更正教育附加")
    form_class = ReasonForm
    may = P.RECORD_SURCHARGE
    submit_label = _("更正")
    next_story = _("记一笔相反的金额，原来的一笔也留着。")
    done_story = _("已更正，两笔都留着。")

    def start(self, request, pk):
        self.entry = funds.surcharge_entries(request.actor).filter(pk=pk).first()
        if self.entry is None:
            raise NotFound()
        self.subtitle = f"{self.entry.document} · {yuan(self.entry.amount_fen)}"
        self.cancel_url = reverse("bureau:funds:surcharge")

    def act(self, request, form):
        operations.correct_surcharge(
            self.entry.pk, by=request.actor, at=request.at, reason=form.cleaned_data["reason"]
        )
        return self.cancel_url
