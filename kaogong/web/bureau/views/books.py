"""专账: periods closed and opened again, accounts closed, the chain of seals and the second opinions."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound
from kaogong.ledger import operations
from kaogong.ledger import queries as ledger
from kaogong.ledger.states import ACCOUNT_CLOSING, PERIOD, SOURCE_LEVELS, STATES
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_books import ClosePeriodForm, ConfirmReasonForm
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_books import AccountTable, PeriodTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage

from .ledger import fund_codes


class Periods(ListPage):
    """Every closing of books in reach, the latest first."""

    title = _("会计期间")
    subtitle = _("结账后不再接受期内日期的业务；反结账须由另一人办理并说明理由")
    table_class = PeriodTable
    may = P.VIEW_LEDGER
    empty_title = _("还没有结过账")
    empty_text = _("每月核对试算平衡后结账，期末余额就此固定。")

    def rows(self, request):
        self.by = request.actor
        return ledger.closings(fund_codes(request.actor))

    def actions(self, request):
        back = Action(gettext("试算平衡"), reverse("bureau:ledger:list"))
        if not request.actor.may(P.CLOSE_PERIOD):
            return [back]
        return [Action(gettext("结账"), reverse("bureau:ledger:close_period"), primary=True), back]

    def prepare(self, records):
        may = self.by.may(P.REOPEN_PERIOD)
        latest = {}
        for record in ledger.closings(fund_codes(self.by)).filter(status="closed") if may else ():
            latest.setdefault(record.fund_code, record.pk)
        for record in records:
            own = record.closed_by_account_id == self.by.account_id
            record.may_reopen = latest.get(record.fund_code) == record.pk and not own


class ClosePeriod(FormPage):
    """Close a fund's books through a day."""

    title = _("结账")
    subtitle = _("结账后，日期在此期间内的业务不能再记账。")
    form_class = ClosePeriodForm
    may = P.CLOSE_PERIOD
    submit_label = PERIOD.move("close").label
    next_story = _("期末余额就此保存；确需补记的，由另一人反结账。")
    done_story = _("已结账，期末余额已保存。")

    def form_arguments(self, request):
        names = funds.fund_names()
        return {"named_funds": [(code, names.get(code, code)) for code in fund_codes(request.actor)]}

    def act(self, request, form):
        said = form.cleaned_data
        operations.close_period(
            said["fund_code"], last_on=said["last_on"], by=request.actor, at=request.at, reason=said["reason"]
        )
        return reverse("bureau:ledger:periods")

    def more(self, request):
        return {"cancel_url": reverse("bureau:ledger:periods")}


class _Confirmed(FormPage):
    """A step on one thing, with a reason and a confirmation."""

    form_class = ConfirmReasonForm
    list_name = ""

    def more(self, request):
        return {"cancel_url": reverse(self.list_name)}


class ReopenPeriod(_Confirmed):
    """Open the latest closed period of a fund again."""

    title = _("反结账")
    may = P.REOPEN_PERIOD
    submit_label = PERIOD.move("reopen").label
    next_story = PERIOD.move("reopen").confirm
    done_story = _("已反结账，此期间可以再记账。")
    list_name = "bureau:ledger:periods"

    def start(self, request, pk):
        self.period = ledger.closings(fund_codes(request.actor)).filter(pk=pk).first()
        if self.period is None:
            raise NotFound()
        self.subtitle = gettext("{fund} 结至 {on}").format(
            fund=funds.fund_names().get(self.period.fund_code, self.period.fund_code),
            on=ledger.last_day(self.period.until_at),
        )

    def act(self, request, form):
        operations.reopen_period(
            self.period.pk, by=request.actor, at=request.at, reason=form.cleaned_data["reason"]
        )
        return reverse(self.list_name)


class Accounts(ListPage):
    """Every account in reach with its balance; closing and opening again."""

    title = _("专账科目")
    subtitle = _("每一级资金在每一状态各有一个科目；关闭的科目不能再有进出")
    table_class = AccountTable
    may = P.VIEW_LEDGER
    per_page = 100
    empty_title = _("还没有科目")

    def rows(self, request):
        self.by = request.actor
        return ledger.accounts().filter(fund_code__in=fund_codes(request.actor))

    def actions(self, request):
        return [Action(gettext("试算平衡"), reverse("bureau:ledger:list"))]

    def prepare(self, records):
        closed = {
            closing.account_id: closing
            for closing in ledger.account_closings().filter(
                status="closed", account_id__in=[record.pk for record in records]
            )
        }
        for record in records:
            record.closing = closed.get(record.pk)
            record.may_close = self.by.may(P.CLOSE_LEDGER_ACCOUNT)
            own = record.closing and record.closing.closed_by_account_id == self.by.account_id
            record.may_reopen = self.by.may(P.REOPEN_LEDGER_ACCOUNT) and not own


def _named(account) -> str:
    fund = funds.fund_names().get(account.fund_code, account.fund_code)
    words = (fund, account.year, programme_label(account.programme))
    return " ".join(map(str, (*words, SOURCE_LEVELS[account.source_level], STATES[account.state])))


class CloseAccount(_Confirmed):
    """Let nothing more be posted on one account."""

    title = ACCOUNT_CLOSING.move("close").label
    may = P.CLOSE_LEDGER_ACCOUNT
    submit_label = ACCOUNT_CLOSING.move("close").label
    next_story = ACCOUNT_CLOSING.move("close").confirm
    done_story = _("科目已关闭。")
    list_name = "bureau:ledger:accounts"

    def start(self, request, pk):
        self.account = ledger.accounts().filter(fund_code__in=fund_codes(request.actor), pk=pk).first()
        if self.account is None:
            raise NotFound()
        self.subtitle = _named(self.account)

    def act(self, request, form):
        operations.close_account(
            self.account.pk, by=request.actor, at=request.at, reason=form.cleaned_data["reason"]
        )
        return reverse(self.list_name)


class ReopenAccount(_Confirmed):
    """Let money move on a closed account again."""

    title = ACCOUNT_CLOSING.move("reopen").label
    may = P.REOPEN_LEDGER_ACCOUNT
    submit_label = ACCOUNT_CLOSING.move("reopen").label
    done_story = _("科目已重新启用。")
    list_name = "bureau:ledger:accounts"

    def start(self, request, pk):
        self.closing = ledger.account_closings(fund_codes(request.actor)).filter(pk=pk).first()
        if self.closing is None:
            raise NotFound()
        self.subtitle = _named(self.closing.account)

    def act(self, request, form):
        operations.reopen_account(
            self.closing.pk, by=request.actor, at=request.at, reason=form.cleaned_data["reason"]
        )
        return reverse(self.list_name)


def checks(request: HttpRequest) -> HttpResponse:
    """What the nightly checks found: legs re-added, seals re-hashed, two other ledgers asked."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("账务核对"))
    since = request.at - timedelta(days=31)
    counted = trail.entries_of_verb("ledger.recounted", since, request.at).order_by("-id")[:14]
    asked = trail.entries_of_verb("ledger.cross_checked", since, request.at).order_by("-id")[:14]
    return render(
        request,
        "bureau/ledger/checks.html",
        {
            "counted": counted,
            "asked": [(entry, _opinions(entry.detail)) for entry in asked],
            "seals": list(ledger.seals()[:12]),
        },
    )


def _opinions(detail: dict) -> list[tuple[str, str, str]]:
    words = {"agrees": ("ok", gettext("一致")), "differs": ("no", gettext("对不上"))}
    return [
        (name, *words.get(detail.get(name), ("", gettext("未安装，未复核"))))
        for name in ("beancount", "hledger")
    ]
