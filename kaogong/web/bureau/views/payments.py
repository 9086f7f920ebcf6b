"""Payments: the queue, one payment and its money, a failed one paid again to a corrected account."""

from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.grants import operations as grants
from kaogong.kernel.errors import NotFound
from kaogong.ledger import queries as ledger
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.recoveries import queries as recoveries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_money import PaymentFilter, QueueFilter
from kaogong.web.bureau.forms_money import AccountForm
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_money import PaymentTable, QueueTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.recovering import owing
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
        rows = funds.payments(request.actor, status="queued", text=request.GET.get("q", "")).order_by("id")
        return recoveries.owes_today(rows, request.today)

    def prepare(self, records):
        over = claims.holds_of_payments([record.pk for record in records])
        changing = claims.payments_changing(
            funds.payments(self.request.actor).filter(pk__in=[r.pk for r in records])
        )
        for record in records:
            record.held_by = over.get(record.pk, [])
            record.changing = changing.get(record.pk)

    def actions(self, request):
        if not request.actor.may(P.PREPARE_PAYMENT):
            return []
        asked = request.GET.copy()
        for name in ("page", "sort", "per_page"):
            asked.pop(name, None)
        address = f"{reverse('bureau:batches:prepare')}?all=1&{asked.urlencode()}"
        return [Action(gettext("把筛选出的全部组批"), address)]

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
            "may_void": payment.is_unpaid and request.actor.may(P.PREPARE_PAYMENT),
            "may_correct": payment.is_unpaid and request.actor.may(P.CORRECT_BANK_ACCOUNT),
            **owing(request, institution_ids=[payment.institution_id], person_ids=[payment.person_id]),
        },
    )


def _stem(reference: str) -> str:
    """The first reference of a chain of corrections: SL-…/T1-R2 goes back to SL-…/T1."""
    stem, mark, nth = reference.rpartition("-R")
    return stem if mark and nth.isdecimal() else reference


def _claim_of(reference: str, by):
    try:
        return claims.claim_numbered(reference.partition("/")[0], by=by)
    except NotFound:
        return None


void = act(
    grants.give_up_payment,
    to=lambda request, _: reverse("bureau:payments:list"),
    done="已不再支付，钱已退回预算。",
)


class CorrectAccount(FormPage):
    """Pay a failed payment again, into a corrected account."""

    title = _("更正账户重新付款")
    form_class = AccountForm
    fields_meant: ClassVar[dict[str, str]] = {"account": "bank_account", "holder": "bank_account_holder"}
    may = P.CORRECT_BANK_ACCOUNT
    submit_label = _("更正并重新排队")
    next_story = _(
        "与收款人登记的账户相同的，原付款记为“已另行付款”，新付款进入待组批；换成别的账户的，按变更办理，生效后自动生成新付款。"
    )

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
        given = form.cleaned_data
        answered = operations.correct_returned_payment(
            self.payment.pk, bank_name=given["bank_name"], account=given["bank_account"],
            holder=given["bank_account_holder"], reason=given["reason"], papers=given["papers"],
            by=request.actor, at=request.at,
        )  # fmt: skip
        if claims.is_account_change(answered):
            messages.success(request, gettext("变更申请已提交，由另一人审核。"))
            return reverse("bureau:account_changes:detail", args=[answered.pk])
        messages.success(request, gettext("已更正，新的付款已进入待组批。"))
        return reverse("bureau:payments:detail", args=[answered.pk])
