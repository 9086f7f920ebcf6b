"""What the bank answered: files read, their lines, and what to do about those not taken."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.funds import queries as funds
from kaogong.funds.states import OUTCOMES
from kaogong.grants import tasks
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_money import ReturnFilter
from kaogong.web.bureau.forms_money import BankReturnForm
from kaogong.web.bureau.tables_money import ReturnLineTable, ReturnTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage

# Why a line was not taken → what to do about it.
ADVICE = {
    "unreadable": _("按提示改正这几格，或请银行重发，再读取一次。"),
    "unknown": _("核对流水号；不是本系统付出的款项，转对账处理。"),
    "not_named": _("请银行在回盘里写明流水号。"),
    "batch_differs": _("核对是不是别的批次的回盘。"),
    "account_differs": _("先不要重付，请银行查明款项付到了哪个账户。"),
    "amount_differs": _("请银行查明实付金额，差额按错付处理。"),
    "unclear": _("等银行给出最终结果后再读取。"),
    "not_released": _("先在系统里登记发放，再读取一次同一文件。"),
    "stopped": _("停付后银行仍有答复：暂不要重付，先请银行确认款项去向。"),
    "contradicts": _("请银行出具说明；确已退回的，按退汇读入，或在对账时记为退汇。"),
    "asked_back": _("请在追回中登记收到的退款。"),
    "set_off": _("这笔款没有经过银行，请银行查明。"),
    "group": _("等银行给出逐笔结果后再读取。"),
    "refused": _("按问题说明处理后，再读取一次同一文件。"),
}


class Returns(ListPage):
    """Files the bank answered with."""

    title = _("银行回盘")
    subtitle = _("同一文件读几次、按什么顺序读，都不会重复入账")
    table_class = ReturnTable
    filter_class = ReturnFilter
    may = P.VIEW_LEDGER
    empty_title = _("还没有读取过银行回盘")
    empty_text = _("批次发放后，银行会返回一份处理结果，在这里读取。")

    def rows(self, request):
        return funds.bank_returns(request.actor)

    def actions(self, request):
        if not request.actor.may(P.READ_BANK_RETURN):
            return []
        return [Action(gettext("读取回盘"), reverse("bureau:returns:read"), primary=True)]


class ReadReturn(FormPage):
    """Take the bank's file, in whatever layout it comes."""

    title = _("读取银行回盘")
    form_class = BankReturnForm
    may = P.READ_BANK_RETURN
    submit_label = _("读取")
    next_story = _("逐行核对流水号、账号和金额；看不懂的行单独列出，不影响其他行。")

    @property
    def cancel_url(self):
        return reverse("bureau:returns:list")

    def act(self, request, form):
        sheet = form.cleaned_data["sheet"]
        data = sheet.read()
        read, long_work = tasks.read_return(data, sheet.name, by=request.actor, at=request.at)
        if read is None:
            return reverse("bureau:returns:work", args=[long_work.pk])
        _tell(request, read, is_repeated=read.received_at < request.at)
        return reverse("bureau:returns:detail", args=[read.pk])


def _tell(request, read, *, is_repeated: bool) -> None:
    if is_repeated:
        messages.warning(request, gettext("这份文件以前读取过，没有重复入账。下面是当时的结果。"))
        return
    tell = messages.warning if read.problem_count else messages.success
    tell(
        request,
        gettext("成功 {paid} 笔，失败 {failed} 笔，退汇 {returned} 笔，问题 {problem} 行。").format(
            paid=read.paid_count, failed=read.failed_count, returned=read.returned_count,
            problem=read.problem_count,
        ),
    )  # fmt: skip


def work(request: HttpRequest, pk: int) -> HttpResponse:
    """A large batch being released or a large answer being read: how far it is, or how it ended."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行批量办理"))
    found = funds.bank_work(pk, request.actor)
    if found.finished_at is not None and not found.refusal:
        if found.bank_return_id:
            _tell(request, found.bank_return, is_repeated=found.is_repeated)
            return redirect("bureau:returns:detail", found.bank_return_id)
        return redirect("bureau:batches:detail", found.batch_id)
    return render(request, "bureau/payments/work.html", {"work": found})


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that asks again; when the work is over it sends the browser to the result."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行批量办理"))
    found = funds.bank_work(pk, request.actor)
    if found.finished_at is not None:
        response = HttpResponse()
        response["HX-Redirect"] = reverse("bureau:returns:work", args=[pk])
        return response
    return render(request, "bureau/payments/progress.html", {"work": found})


class Return(ListPage):
    """One return, line by line, problems with what to do about them."""

    template_name = "bureau/payments/return.html"
    table_class = ReturnLineTable
    may = P.VIEW_LEDGER
    per_page = 100

    def get(self, request, pk, **where):
        require_may(request.actor, P.VIEW_LEDGER, gettext("银行回盘"))
        self.bank_return = funds.bank_return(pk, request.actor)
        self.title = self.bank_return.filename
        self.subtitle = (
            gettext("银行回盘 · 第 {n} 次读取，只读以前没能入账的行").format(n=self.bank_return.reading)
            if self.bank_return.reading > 1
            else gettext("银行回盘")
        )
        return super().get(request, **where)

    def rows(self, request):
        lines = funds.return_lines(self.bank_return.pk, request.actor)
        wanted = request.GET.get("outcome", "")
        return lines.filter(outcome=wanted) if wanted in OUTCOMES else lines

    def prepare(self, records):
        for record in records:
            record.advice = ADVICE.get(record.problem_code, "") if record.outcome == "problem" else ""

    def more(self, request, page_rows):
        told = self.bank_return
        address = reverse("bureau:returns:detail", args=[told.pk])

        def figure(label: str, count: int, outcome: str = "", note: str = "") -> dict:
            where = f"{address}?outcome={outcome}" if outcome else address
            return {"label": label, "value": count, "url": where, "note": note if count else ""}

        return {
            "bank_return": told,
            "figures": [
                figure(gettext("总行数"), told.line_count),
                figure(gettext("成功"), told.paid_count, "paid"),
                figure(gettext("失败"), told.failed_count, "failed", gettext("打开付款，更正账户后重付")),
                figure(gettext("退汇"), told.returned_count, "returned", gettext("打开付款，更正账户后重付")),
                figure(gettext("重复"), told.repeated_count, "repeated", gettext("以前答复过，没有再入账")),
                figure(gettext("问题行"), told.problem_count, "problem", gettext("没有入账，须核对")),
            ],
        }
