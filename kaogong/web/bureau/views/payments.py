"""Payments: the queue, batches made by three people, bank returns, failed payments, where the funds stand."""

from collections import Counter

from django import forms
from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations as claim_operations
from kaogong.claims import queries as claims
from kaogong.funds import operations
from kaogong.funds import queries as funds
from kaogong.funds.operations import NothingToPay
from kaogong.funds.states import BATCH
from kaogong.grants import operations as grant_operations
from kaogong.kernel.errors import NotFound
from kaogong.ledger import queries as ledger
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.trail import queries as trail
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_money import BatchFilter, PaymentFilter, QueueFilter
from kaogong.web.bureau.forms_money import AccountForm, BankReturnForm
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_money import BatchTable, PaymentTable, QueueTable, ReturnLineTable, ReturnTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.templatetags.parts import yuan


class Payments(ListPage):
    """Every payment, with what the bank said."""

    title = _("付款明细")
    table_class = PaymentTable
    filter_class = PaymentFilter
    may = P.VIEW_LEDGER
    empty_title = _("还没有付款")
    empty_text = _("公示结束后，系统为没有异议的人生成付款。")

    def rows(self, request):
        return funds.payments(request.actor, text=request.GET.get("q", ""))


class Queue(ListPage):
    """What waits to be put in a batch, the oldest first."""

    title = _("待组批付款")
    subtitle = _("勾选要一起送银行的付款；下一步先看合计和账户提醒")
    table_class = QueueTable
    filter_class = QueueFilter
    may = P.VIEW_LEDGER
    per_page = 100
    empty_title = _("没有等待组批的付款")
    empty_text = _("公示结束、申领转入拨付后，付款会排到这里。")

    def rows(self, request):
        return funds.payments(request.actor, status="queued", text=request.GET.get("q", "")).order_by("id")

    def prepare(self, records):
        over = claims.holds_of_payments([record.pk for record in records])
        for record in records:
            record.held_by = over.get(record.pk, [])

    def batch_actions(self, request):
        if not request.actor.may(P.PREPARE_PAYMENT):
            return []
        return [Action(gettext("组批：先看合计"), name="prepare", primary=True)]

    @property
    def batch_url(self):
        return reverse("bureau:batches:prepare")


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment: to whom, for what, where it stands, and every step of its money."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("付款明细"))
    payment = funds.payment(pk, request.actor)
    chain = [
        one
        for one in funds.payments_for(_stem(payment.reference))
        if _stem(one.reference) == _stem(payment.reference)
    ]
    return render(
        request,
        "bureau/payments/detail.html",
        {
            "payment": payment,
            "programme": programme_label(payment.programme),
            "shares": [(SOURCE_LEVELS[level], fen) for level, fen in payment.shares.items()],
            "chain": chain if len(chain) > 1 else [],
            "claim": _claim_of(payment.reference, request.actor),
            "entries": ledger.journal(payment.reference).order_by("id"),
            "holder_differs": payment.bank_account_holder != payment.payee_name,
            "may_correct": payment.status == "failed" and request.actor.may(P.CORRECT_BANK_ACCOUNT),
        },
    )


def _stem(reference: str) -> str:
    """The first reference of a chain of corrections: SL-…/T1-R2 goes back to SL-…/T1."""
    stem, mark, nth = reference.rpartition("-R")
    return stem if mark and nth.isdigit() else reference


def _claim_of(reference: str, by):
    try:
        return claims.claim_numbered(reference.partition("/")[0], by=by)
    except NotFound:
        return None


class CorrectAccount(FormPage):
    """Pay a failed payment again, into a corrected account."""

    title = _("更正账户重新付款")
    form_class = AccountForm
    may = P.CORRECT_BANK_ACCOUNT
    submit_label = _("更正并重新排队")
    next_story = _("原付款记为“已另行付款”，新付款进入待组批，仍须组批、复核、发放。")
    done_story = _("已更正，新的付款已进入待组批。")

    def start(self, request, pk):
        self.payment = funds.payment(pk, request.actor)
        self.subtitle = gettext("{payee} {fen}：{why}").format(
            payee=self.payment.payee_name,
            fen=yuan(self.payment.amount_fen),
            why=self.payment.failure_reason or "—",
        )
        self.cancel_url = reverse("bureau:payments:detail", args=[pk])

    def initial(self, request):
        return {"bank_account_holder": self.payment.bank_account_holder, "bank_name": self.payment.bank_name}

    def act(self, request, form):
        new = operations.correct_bank_account(
            self.payment.pk, by=request.actor, at=request.at, **form.cleaned_data
        )
        return reverse("bureau:payments:detail", args=[new.pk])


class Batches(ListPage):
    """Batches and who has to act on each."""

    title = _("拨付批次")
    subtitle = _("组批、复核、发放由三个人分别办理")
    table_class = BatchTable
    filter_class = BatchFilter
    may = P.VIEW_LEDGER
    empty_title = _("还没有拨付批次")
    empty_text = _("出纳从待组批付款中组成批次。")

    @property
    def empty_url(self):
        return reverse("bureau:payments:queue")

    empty_label = _("看待组批付款")

    def rows(self, request):
        return funds.batches(request.actor)

    def actions(self, request):
        waiting = funds.payments(request.actor, status="queued").count()
        return [
            Action(gettext("付款明细"), reverse("bureau:payments:list")),
            Action(gettext("银行回盘"), reverse("bureau:returns:list")),
            Action(
                gettext("待组批付款 {n}").format(n=waiting),
                reverse("bureau:payments:queue"),
                primary=request.actor.may(P.PREPARE_PAYMENT) and bool(waiting),
            ),
        ]


class PrepareBatch(FormPage):
    """The chosen payments with totals and warnings, then the batch."""

    title = _("组成拨付批次")
    template_name = "bureau/payments/prepare.html"
    form_class = forms.Form
    may = P.PREPARE_PAYMENT
    submit_label = _("组成批次，送复核")
    next_story = _("组批后由复核人员核对；您不能复核或发放自己组的批次。")

    def start(self, request):
        picked = request.POST.getlist("picked") or request.GET.getlist("picked")
        ids = {int(pk) for pk in picked if pk.isdigit()}
        if not ids:
            raise NothingToPay()
        self.payments = list(funds.payments(request.actor).filter(pk__in=ids).order_by("id"))
        if len(self.payments) != len(ids):
            raise NotFound()
        self.cancel_url = reverse("bureau:payments:queue")

    def post(self, request, **where):
        return super().post(request) if "confirmed" in request.POST else self.get(request)

    def more(self, request):
        by_fund = Counter()
        for payment in self.payments:
            by_fund[str(payment.fund)] += payment.amount_fen
        return {
            "payments": self.payments,
            "total_fen": sum(payment.amount_fen for payment in self.payments),
            "by_fund": list(by_fund.items()),
            "gone": [payment for payment in self.payments if payment.status != "queued"],
            "shared": funds.shared_accounts_among([payment.pk for payment in self.payments], request.actor),
            "differing": [p for p in self.payments if p.bank_account_holder != p.payee_name],
            "held_payments": claims.payments_held(self.payments),
        }

    def act(self, request, form):
        batch = grant_operations.prepare_payment_batch(
            [p.pk for p in self.payments], by=request.actor, at=request.at
        )
        messages.success(request, gettext("批次 {number} 已组成，等待复核。").format(number=batch.number))
        return batch_address(request, batch)


def batch_address(_request, batch) -> str:
    return reverse("bureau:batches:detail", args=[batch.pk])


class Batch(ListPage):
    """One batch: who made, checked and released it, its warnings and its payments."""

    template_name = "bureau/payments/batch.html"
    table_class = PaymentTable
    may = P.VIEW_LEDGER
    per_page = 50

    def get(self, request, pk, **where):
        require_may(request.actor, P.VIEW_LEDGER, gettext("拨付批次"))
        self.batch = funds.batch(pk, request.actor)
        self.title = gettext("拨付批次 {number}").format(number=self.batch.number)
        return super().get(request, **where)

    def rows(self, request):
        return funds.payments(request.actor, batch_id=self.batch.pk).order_by("id")

    def more(self, request, page_rows):
        batch = self.batch
        moves = {move.verb for move in moves_open_to(batch, request.actor)}
        alive = batch.status != "dissolved"
        outcome = funds.payments(request.actor, batch_id=batch.pk).order_by()
        sums = dict(outcome.values_list("status").annotate(fen=Sum("amount_fen")).order_by("status"))
        return {
            "batch": batch,
            "moves": moves,
            "people": _three_people(batch),
            "needs_another": _needs_another(batch, request.actor, moves),
            "shared": funds.shared_accounts(batch.pk, request.actor) if alive else [],
            "differing": funds.holders_differing(batch.pk, request.actor) if alive else [],
            "held_payments": claims.payments_held(
                list(self.rows(request).filter(pk__in=claims.held_in_batch(batch.pk)))
            )
            if batch.status in ("prepared", "checked")
            else [],
            "paid_fen": sums.get("paid", 0),
            "failed_fen": sums.get("failed", 0) + sums.get("replaced", 0),
            "transit_fen": sums.get("in_transit", 0),
            "may_file": batch.status in ("released", "settled") and request.actor.may(P.RELEASE_PAYMENT),
            "may_read": batch.status == "released" and request.actor.may(P.READ_BANK_RETURN),
            "returns": funds.bank_returns(request.actor).filter(batch=batch),
        }


def _three_people(batch) -> list[dict]:
    """组批, 复核, 发放: who did each and when, or that it waits."""
    found = []
    for verb, label in (
        ("prepare", gettext("组批")),
        ("check", gettext("复核")),
        ("release", gettext("发放")),
    ):
        entry = trail.last_doer("batch", batch.pk, BATCH.move(verb).past)
        found.append({"label": label, "entry": entry})
    return found


def _needs_another(batch, by, moves) -> str:
    if batch.status == "prepared" and by.may(P.CHECK_PAYMENT) and "check" not in moves:
        return gettext("这个批次由您组成，须由另一人复核。")
    if batch.status == "checked" and by.may(P.RELEASE_PAYMENT) and "release" not in moves:
        return gettext("您已经办理过前面的步骤，须由另一人发放。")
    return ""


check = act(operations.check_batch, to=batch_address, done="已复核，等待另一人发放。")
release = act(grant_operations.release_payment_batch, to=batch_address, done="已发放，请下载银行文件送银行。")
dissolve = act(claim_operations.dissolve_payment_batch, to=batch_address, done="批次已解散，付款回到待组批。")
reject = act(claim_operations.reject_payment_batch, to=batch_address, done="已退回，付款回到待组批。")


@require_POST
def bank_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet the bank takes; that it was taken is recorded."""
    filename, data = operations.bank_file(pk, by=request.actor, at=request.at)
    return download(data, filename)


class Returns(ListPage):
    """Files the bank answered with."""

    title = _("银行回盘")
    subtitle = _("同一文件读两次不会重复入账")
    table_class = ReturnTable
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
    """Take the bank's sheet."""

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
        known = funds.bank_returns(request.actor).count()
        read = operations.read_bank_return(data, sheet.name, by=request.actor, at=request.at)
        paid = claim_operations.mark_paid_claims(by=request.actor, at=request.at)
        grant_operations.mark_paid_grants(by=request.actor, at=request.at)
        if funds.bank_returns(request.actor).count() == known:
            messages.warning(request, gettext("这份文件以前读取过，没有重复入账。下面是当时的结果。"))
        else:
            messages.success(
                request,
                gettext(
                    "成功 {paid} 笔，失败 {failed} 笔，问题 {problem} 行；{n} 人的补贴已拨付完成。"
                ).format(
                    paid=read.paid_count, failed=read.failed_count, problem=read.problem_count, n=len(paid)
                ),
            )
        return reverse("bureau:returns:detail", args=[read.pk])


class Return(ListPage):
    """One return, line by line, problems first."""

    template_name = "bureau/payments/return.html"
    table_class = ReturnLineTable
    may = P.VIEW_LEDGER
    per_page = 100

    def get(self, request, pk, **where):
        require_may(request.actor, P.VIEW_LEDGER, gettext("银行回盘"))
        self.bank_return = funds.bank_return(pk, request.actor)
        self.title = self.bank_return.filename
        self.subtitle = gettext("银行回盘")
        return super().get(request, **where)

    def rows(self, request):
        lines = funds.return_lines(self.bank_return.pk, request.actor)
        wanted = request.GET.get("outcome", "")
        return lines.filter(outcome=wanted) if wanted in ("paid", "failed", "problem") else lines

    def more(self, request, page_rows):
        told = self.bank_return
        address = reverse("bureau:returns:detail", args=[told.pk])
        return {
            "bank_return": told,
            "figures": [
                {"label": gettext("总行数"), "value": told.line_count, "url": address},
                {"label": gettext("成功"), "value": told.paid_count, "url": f"{address}?outcome=paid"},
                {
                    "label": gettext("失败"),
                    "value": told.failed_count,
                    "url": f"{address}?outcome=failed",
                    "note": gettext("打开付款，更正账户后重付") if told.failed_count else "",
                },
                {
                    "label": gettext("问题行"),
                    "value": told.problem_count,
                    "url": f"{address}?outcome=problem",
                    "note": gettext("没有入账，须核对") if told.problem_count else "",
                },
            ],
        }
