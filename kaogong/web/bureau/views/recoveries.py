"""Money asked back at the bureau: what waits to be opened, the list, one recoupment and every act on it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.funds import queries as funds
from kaogong.kernel.money import yuan_plain
from kaogong.recoveries import operations, queries
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_recoveries import LeadFilter, RecoupmentFilter
from kaogong.web.bureau.forms_recoveries import (
    OffsetForm,
    OpenForm,
    PlanForm,
    ReceiptForm,
    ServeForm,
    WriteOffForm,
)
from kaogong.web.bureau.tables_recoveries import LeadTable, RecoupmentTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.recovering import told

NEXT = {
    "opened": _("下一步：由另一人批准。"),
    "approved": _("下一步：打印通知书，送达后登记。"),
    "served": _("下一步：等对方退款；可约定分期，或经对方同意抵扣待支付的补贴。"),
    "paying": _("下一步：收到退款由出纳逐笔登记。"),
    "proposed": _("下一步：由另一人决定是否核销。"),
}


def address(_request, recoupment) -> str:
    return reverse("bureau:recoveries:detail", args=[recoupment.pk])


def _of_receipt(_request, receipt) -> str:
    return reverse("bureau:recoveries:detail", args=[receipt.recoupment_id])


class Recoupments(ListPage):
    """What is asked back, overdue first."""

    title = _("资金追回")
    subtitle = _("已逾期的排在最前；一人立项、另一人批准，未经对方同意不抵扣")
    table_class = RecoupmentTable
    filter_class = RecoupmentFilter
    may = P.VIEW_LEDGER
    empty_title = _("没有追回的资金")
    empty_text = _("从“待立项追回”或者已到账的付款立项。")

    def rows(self, request):
        self.today = request.today
        found = queries.recoupments(request.actor, request.GET.get("q", ""))
        return queries.overdue_first(found, request.today)

    def actions(self, request):
        found = [Action(gettext("待立项追回"), reverse("bureau:recoveries:leads"))]
        if request.actor.may(P.OPEN_RECOUPMENT):
            found.append(Action(gettext("立项追回"), reverse("bureau:recoveries:open"), primary=True))
        return found

    def prepare(self, records):
        for row in records:
            row.overdue_days = (self.today - row.due_on).days if row.is_overdue(self.today) else None
            row.age_days = (self.today - timezone.localdate(row.opened_at)).days


class Leads(ListPage):
    """What was found and waits to be asked back."""

    title = _("待立项追回")
    subtitle = _(
        "系统每晚从撤销的证书、已处理的冲突、批准的调整、案件要求、未完成的阶段和多于结算的预拨中找出"
    )
    table_class = LeadTable
    filter_class = LeadFilter
    may = P.VIEW_LEDGER
    empty_title = _("没有待立项的追回")
    empty_text = _("发现应当追回的款项时出现在这里。")

    def rows(self, request):
        self.today = request.today
        return queries.leads(request.actor)

    def prepare(self, records):
        for row in records:
            row.age_days = (self.today - timezone.localdate(row.found_at)).days


def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: why, from whom, how much; open it or say why not."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("待立项追回"))
    found = queries.lead(pk, by=request.actor)
    may_open = found.status == "found" and request.actor.may(P.OPEN_RECOUPMENT)
    return render(request, "bureau/recoveries/lead.html", {"lead": found, "may_open": may_open})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One recoupment with its money, its papers and its story."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("资金追回"))
    recoupment = queries.recoupment(pk, by=request.actor)
    open_to = {move.verb for move in moves_open_to(recoupment, request.actor)}
    forms = [
        (label, reverse(f"bureau:recoveries:{name}", args=[pk]), name in ("notify", "receive"))
        for verb, name, label in (
            ("serve", "notify", gettext("登记送达…")),
            ("pay", "receive", gettext("登记退款…")),
            ("plan", "agree", gettext("约定分期…")),
            ("pay", "set_off", gettext("抵扣…")),
            ("propose", "give_up", gettext("提请核销…")),
        )
        if verb in open_to
    ]
    return render(
        request,
        "bureau/recoveries/detail.html",
        told(recoupment, request.today) | {"forms": forms, "next_step": NEXT.get(recoupment.status, "")},
    )


class Open(FormPage):
    """Ask money back: from ?lead= or from a payment that was paid."""

    title = _("立项追回")
    form_class = OpenForm
    may = P.OPEN_RECOUPMENT
    submit_label = _("立项")
    next_story = _("立项后由另一人批准；批准前专账不变。")
    done_story = _("已立项，等另一人批准。")

    def start(self, request):
        number = request.GET.get("lead", "")
        self.lead = queries.lead(int(number), by=request.actor) if number.isdecimal() else None
        words = request.GET.get("q", "")
        if self.lead is not None:
            words = self.lead.payment.reference if self.lead.payment_id else self.lead.debtor_name
            self.subtitle = gettext("线索：{name}，{cause}，{fen} 元").format(
                name=self.lead.debtor_name,
                cause=self.lead.get_cause_display(),
                fen=yuan_plain(self.lead.amount_fen),
            )
        self.payments = queries.payments_to_ask_back(request.actor, words)
        self.cancel_url = reverse("bureau:recoveries:leads" if self.lead else "bureau:recoveries:list")

    def form_arguments(self, request):
        return {"payments": self.payments}

    def initial(self, request):
        if self.lead is None:
            return {"payment": request.GET.get("payment", "")}
        return {
            "payment": self.lead.payment_id, "amount_fen": yuan_plain(self.lead.amount_fen),
            "cause": self.lead.cause, "facts": self.lead.why,
        }  # fmt: skip

    def act(self, request, form):
        words = form.cleaned_data
        line = ""
        if self.lead is not None and self.lead.payment_id == words["payment"]:
            line = self.lead.line_reference
        opened = operations.open_recoupment(
            [operations.Asked(words["payment"], words["amount_fen"], line)],
            cause=words["cause"], clause=words["clause"], facts=words["facts"],
            lead_ids=[self.lead.pk] if self.lead else [], by=request.actor, at=request.at,
        )  # fmt: skip
        return address(request, opened)


class _OfOne(FormPage):
    """A form about one recoupment."""

    def start(self, request, pk):
        self.recoupment = queries.recoupment(pk, by=request.actor)
        left = self.recoupment.left_fen
        self.subtitle = gettext("{number} {name}，尚欠本金 {left} 元").format(
            number=self.recoupment.number, name=self.recoupment.debtor_name, left=yuan_plain(left)
        )
        self.cancel_url = address(request, self.recoupment)

    def initial(self, request):
        return {"served_on": request.today, "received_on": request.today, "consented_on": request.today}

    def carry_out(self, request, words: dict) -> None:
        raise NotImplementedError

    def act(self, request, form):
        self.carry_out(request, form.cleaned_data)
        return self.cancel_url


class Serve(_OfOne):
    """Note that the notice was served."""

    title = _("登记送达")
    form_class = ServeForm
    may = P.SERVE_RECOUPMENT
    done_story = _("已登记送达，退款期限开始计算。")

    def carry_out(self, request, words):
        operations.serve_recoupment(self.recoupment.pk, **words, by=request.actor, at=request.at)


class Plan(_OfOne):
    """Agree on instalments."""

    title = _("约定分期退款")
    form_class = PlanForm
    may = P.PLAN_RECOUPMENT
    next_story = _("最后一期的日期成为新的退款期限；再次约定会代替原来的计划。")
    done_story = _("已约定分期，最后一期的日期成为退款期限。")

    def initial(self, request):
        left = self.recoupment.left_fen
        first, day = left // 2, request.today
        halves = [(day + timedelta(days=30), first), (day + timedelta(days=60), left - first)]
        return {"plan": "\n".join(f"{on} {yuan_plain(fen)}" for on, fen in halves)}

    def carry_out(self, request, words):
        operations.plan_recoupment(self.recoupment.pk, words["plan"], by=request.actor, at=request.at)


class Receive(_OfOne):
    """Note one line of the bank."""

    title = _("登记退款")
    form_class = ReceiptForm
    may = P.NOTE_RECEIPT
    next_story = _("每笔银行流水登记一次；本金和应收利息全部到账后自动了结。多收的请退回对方。")
    done_story = _("已登记，收据可以打印。")

    def start(self, request, pk):
        super().start(request, pk)
        interest = queries.interest(self.recoupment, request.today)
        if interest.rate is not None:
            self.subtitle += gettext("，到今天应收利息 {fen} 元").format(fen=yuan_plain(interest.left_fen))

    def carry_out(self, request, words):
        words = words | {"interest_fen": words["interest_fen"] or 0}
        operations.note_receipt(self.recoupment.pk, **words, by=request.actor, at=request.at)


class Offset(_OfOne):
    """Set off a payment the debtor waits for, with their consent."""

    title = _("抵扣待支付的补贴")
    form_class = OffsetForm
    may = P.OFFSET_PAYMENT
    next_story = _("只有对方书面同意才能抵扣；这里只列出这一方待组批的付款。抵扣后不能冲销。")
    done_story = _("已抵扣；付款的余额（如有）重新排队支付。")

    def form_arguments(self, request):
        one = self.recoupment
        rows = funds.payments(request.actor, status="queued")
        return {"payments": rows.filter(institution_id=one.institution_id, person_id=one.person_id)}

    def carry_out(self, request, words):
        payment_id = words.pop("payment")
        operations.offset_payment(self.recoupment.pk, payment_id, **words, by=request.actor, at=request.at)


class WriteOff(_OfOne):
    """Propose to give it up."""

    title = _("提请核销")
    form_class = WriteOffForm
    may = P.PROPOSE_WRITE_OFF
    next_story = _("由另一人决定；决定前追回照常计算逾期。")
    done_story = _("已提请，等另一人决定。")

    def carry_out(self, request, words):
        operations.propose_write_off(self.recoupment.pk, **words, by=request.actor, at=request.at)


approve = act(operations.approve_recoupment, to=address, done=_("已批准，专账记为追回中。"))
write_off = act(operations.write_off_recoupment, to=address, done=_("已核销。"))
keep = act(operations.keep_recoupment, to=address, done=_("没有同意核销，继续追回。"))
drop = act(operations.drop_recoupment, to=address, done=_("已撤销追回。"))
reverse_receipt = act(operations.reverse_receipt, to=_of_receipt, done=_("收据已冲销。"))
give_back = act(operations.give_back_receipt, to=_of_receipt, done=_("已退回预算，可以再用。"))
dismiss_lead = act(
    operations.dismiss_lead,
    to=lambda _request, _lead: reverse("bureau:recoveries:leads"),
    done=_("已记为不予追回。"),
)


def _answer(operation):
    def answered(pk, *, by, at, reason):
        return operation(pk, answer=reason, by=by, at=at)

    return act(answered, to=_of_receipt, done=_("异议已答复。"))


uphold = _answer(operations.uphold_recoupment_objection)
dismiss = _answer(operations.dismiss_recoupment_objection)
