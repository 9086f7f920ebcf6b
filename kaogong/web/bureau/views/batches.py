"""Batches: made, checked and released by three people, stopped before the cut-off, written for the bank."""

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
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
from kaogong.gateways.bank import layouts
from kaogong.grants import operations as grant_operations
from kaogong.grants import tasks
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import working_days_between
from kaogong.trail import queries as trail
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_money import BatchFilter, QueueFilter, layout_label
from kaogong.web.bureau.forms_money import BatchTermsForm, LayoutForm
from kaogong.web.bureau.tables_money import BatchPaymentTable, BatchTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.templatetags.parts import yuan

SHOWN = 200  # payments listed before a batch is made; the rest are counted
WARNED = 20


class PaymentsChanged(NothingToPay):
    """筛选出的付款已经变化：先前看到{seen}笔，现在是{now}笔。请重新核对合计。"""


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
        return funds.batches(request.actor, text=request.GET.get("q", ""))

    def prepare(self, records):
        since = funds.reached_at(records)
        for record in records:
            record.waited = _waited(record, since[record.pk], self.request.today)
            record.layout = layout_label(funds.layout_of(record))

    def actions(self, request):
        waiting = funds.payments(request.actor, status="queued").count()
        return [
            Action(gettext("付款明细"), reverse("bureau:payments:list")),
            Action(gettext("银行回盘"), reverse("bureau:returns:list")),
            Action(gettext("付款设置"), reverse("bureau:batches:terms")),
            Action(
                gettext("待组批付款 {n}").format(n=waiting),
                reverse("bureau:payments:queue"),
                primary=request.actor.may(P.PREPARE_PAYMENT) and bool(waiting),
            ),
        ]


def _waited(batch, since, today) -> int | None:
    """Working days a batch has stood where somebody must act; None where nobody must."""
    if batch.status not in ("prepared", "checked", "released"):
        return None
    return working_days_between(timezone.localdate(since), today)


class PrepareBatch(FormPage):
    """The chosen payments with totals and warnings, then the batch."""

    title = _("组成拨付批次")
    template_name = "bureau/payments/prepare.html"
    form_class = LayoutForm
    may = P.PREPARE_PAYMENT
    submit_label = _("组成批次，送复核")
    next_story = _("组批后由复核人员核对；您不能复核或发放自己组的批次。")

    def start(self, request):
        self.cancel_url = reverse("bureau:payments:queue")
        asked = request.POST if request.method == "POST" else request.GET
        queued = funds.payments(request.actor, text=asked.get("q", "")).order_by("id")
        self.every = "all" in asked
        if self.every:
            chosen = QueueFilter(asked, queryset=queued.filter(status="queued"), request=request)
            self.rows = chosen.qs if chosen.form.is_valid() else queued.none()
        else:
            ids = {int(pk) for pk in asked.getlist("picked") if pk.isdecimal()}
            self.rows = funds.payments(request.actor).filter(pk__in=ids).order_by("id")
            if self.rows.count() != len(ids):
                raise NotFound()
        self.asked = asked
        self.keys = list(self.rows.values_list("pk", flat=True))
        if not self.keys:
            raise NothingToPay()

    def form_arguments(self, request):
        return {"layouts": layout_choices(request), "own": gettext("按资金的付款设置")}

    def post(self, request, **where):
        return super().post(request) if "confirmed" in request.POST else self.get(request)

    def more(self, request):
        sums = self.rows.order_by().values("fund_id").annotate(n=Count("pk"), fen=Sum("amount_fen"))
        names = {fund.pk: str(fund) for fund in funds.funds(request.actor)}
        by_fund = [(names[row["fund_id"]], row["n"], int(row["fen"])) for row in sums]
        gone = self.rows.exclude(status="queued")
        return {
            "payments": self.rows[:SHOWN],
            "count": len(self.keys),
            "unshown": max(len(self.keys) - SHOWN, 0),
            "every": self.every,
            "kept": [
                (name, self.asked.get(name)) for name in ("q", "fund", "payee_kind") if self.asked.get(name)
            ],
            "total_fen": sum(fen for _, _, fen in by_fund),
            "by_fund": by_fund,
            "gone": list(gone[:WARNED]),
            "changing_payments": _changing(self.rows),
            "held_payments": claims.payments_held(
                list(self.rows.filter(pk__in=claims.holds_of_payments(self.keys)))
            ),
            **warnings(funds.shared_accounts_among(self.keys, request.actor), _differing(self.rows)),
        }

    def act(self, request, form):
        seen = request.POST.get("count", "")
        if self.every and seen != str(len(self.keys)):
            raise PaymentsChanged(seen=seen, now=len(self.keys))
        batch = grant_operations.prepare_payment_batch(
            self.keys, by=request.actor, at=request.at, layout_code=form.cleaned_data["layout"]
        )
        messages.success(request, gettext("批次 {number} 已组成，等待复核。").format(number=batch.number))
        left = len(self.keys) - batch.count
        if left:
            said = gettext("{n} 笔的收款账户正在变更，没有编入。").format(n=left)
            messages.warning(request, said)
        return batch_address(request, batch)


def _changing(rows) -> list:
    """The payments whose payee's account is being changed, each with the change."""
    over = claims.payments_changing(rows)
    return [(row, over[row.pk]) for row in rows.filter(pk__in=over)[:WARNED]]


def _differing(rows) -> list:
    return [
        row
        for row in rows.exclude(bank_account_holder="")[:2_000]
        if row.bank_account_holder != row.payee_name
    ]


def layout_choices(request) -> list[tuple[str, str]]:
    return [(one.code, layout_label(one)) for one in layouts(request.today)]


def warnings(shared: list, differing: list) -> dict:
    """The first warnings of each kind, and how many there are."""
    return {
        "shared": shared[:WARNED], "shared_count": len(shared),
        "differing": differing[:WARNED], "differing_count": len(differing),
    }  # fmt: skip


def batch_address(_request, batch) -> str:
    return reverse("bureau:batches:detail", args=[batch.pk])


class Batch(ListPage):
    """One batch: who made, checked and released it, its sums and warnings, its file and its payments."""

    template_name = "bureau/payments/batch.html"
    table_class = BatchPaymentTable
    may = P.VIEW_LEDGER
    per_page = 50

    def get(self, request, pk, **where):
        require_may(request.actor, P.VIEW_LEDGER, gettext("拨付批次"))
        self.batch = funds.batch(pk, request.actor)
        self.title = gettext("拨付批次 {number}").format(number=self.batch.number)
        return super().get(request, **where)

    def rows(self, request):
        rows = funds.payments(request.actor, batch_id=self.batch.pk).order_by("id")
        wanted = request.GET.get("status", "")
        return rows.filter(status=wanted) if wanted else rows

    def more(self, request, page_rows):
        batch, by = self.batch, request.actor
        moves = {move.verb for move in moves_open_to(batch, by)}
        alive = batch.status not in ("dissolved", "stopped")
        states = funds.sums_by_state(batch.pk, by)
        answered = bool(states.keys() - {"in_transit"})
        banks, other_banks = funds.sums_by_bank(batch.pk, by)
        own = funds.layout_of(batch)
        may_file = batch.status in ("released", "settled") and by.may(P.RELEASE_PAYMENT)
        return {
            "batch": batch,
            "moves": moves,
            "people": _three_people(batch),
            "work": funds.work_of_batch(batch),
            "needs_another": _needs_another(batch, by, moves),
            "changing_payments": _changing(self.rows(request))
            if batch.status in ("prepared", "checked")
            else [],
            "held_payments": claims.payments_held(
                list(self.rows(request).filter(pk__in=claims.held_in_batch(batch.pk)))
            )
            if batch.status in ("prepared", "checked")
            else [],
            "figures": _figures(batch, states),
            "banks": banks,
            "other_banks": other_banks,
            "sources": funds.sums_by_source(batch.pk, by),
            "layout": own,
            "layout_label": layout_label(own),
            "copies": [(one, layout_label(one)) for one in layouts(request.today) if one.code != own.code]
            if may_file
            else [],
            "may_file": may_file,
            "may_read": batch.status == "released" and by.may(P.READ_BANK_RETURN),
            "may_stop": "stop" in moves
            and batch.cut_off_at is not None
            and request.at < batch.cut_off_at
            and not answered,
            "answered": answered,
            "cut_off_over": batch.cut_off_at is not None and request.at >= batch.cut_off_at,
            "returns": funds.bank_returns(by).filter(batch=batch),
            **warnings(
                funds.shared_accounts(batch.pk, by) if alive else [],
                funds.holders_differing(batch.pk, by) if alive else [],
            ),
        }


def _figures(batch, sums: dict) -> list[dict]:
    """How much stands in which state, each figure opening its payments."""
    address = batch_address(None, batch)

    def told(label: str, states: tuple[str, ...], note: str = "") -> dict:
        count = sum(sums.get(state, (0, 0))[0] for state in states)
        fen = sum(sums.get(state, (0, 0))[1] for state in states)
        told_note = gettext("{n} 笔").format(n=f"{count:,}") + (f" · {note}" if note and count else "")
        opens = f"{address}?status={states[0]}" if count else ""
        return {"label": label, "value": yuan(fen), "url": opens, "note": told_note}

    whole = gettext("{n} 笔").format(n=f"{batch.count:,}")
    figures = [{"label": gettext("批次合计"), "value": yuan(batch.total_fen), "url": address, "note": whole}]
    if batch.status == "stopped":
        return [*figures, told(gettext("已停付"), ("stopped",))]
    return [
        *figures,
        told(gettext("银行处理中"), ("in_transit",)),
        told(gettext("已到账"), ("paid",)),
        told(
            gettext("付款失败或退回"), ("failed", "returned", "replaced", "voided"), gettext("更正账户后重付")
        ),
    ]


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


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a checked batch: a small one now, a large one in the background with its progress in view."""
    work = tasks.release_batch(pk, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))
    if work is not None:
        return redirect("bureau:returns:work", work.pk)
    messages.success(request, gettext("已发放，请下载银行文件送银行。"))
    return redirect("bureau:batches:detail", pk)


stop = act(
    claim_operations.stop_payment_batch, to=batch_address, done="已停付，请同时通知银行；付款回到待组批。"
)
dissolve = act(claim_operations.dissolve_payment_batch, to=batch_address, done="批次已解散，付款回到待组批。")
reject = act(claim_operations.reject_payment_batch, to=batch_address, done="已退回，付款回到待组批。")


@require_POST
def bank_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file the bank takes, or a copy in another layout; that it was taken is recorded."""
    filename, data = operations.bank_file(
        pk, by=request.actor, at=request.at, layout_code=request.POST.get("layout", "")
    )
    kinds = {"xml": "application/xml", "txt": "application/octet-stream"}
    kind = kinds.get(filename.rpartition(".")[2])
    return download(data, filename, kind) if kind else download(data, filename)


def terms(request: HttpRequest) -> HttpResponse:
    """In which layout and from which account each fund pays."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("付款设置"))
    told = []
    for fund in funds.funds(request.actor):
        said = funds.terms_in_force(fund, request.today)
        edition = funds.layout_for(said, request.today)
        told.append({"fund": fund, "terms": said, "layout": edition, "label": layout_label(edition)})
    context = {"told": told, "may_set": request.actor.may(P.SET_BUDGET)}
    return render(request, "bureau/payments/terms.html", context)


class SetTerms(FormPage):
    """Say how a fund pays from a day on."""

    title = _("设置付款方式")
    form_class = BatchTermsForm
    may = P.SET_BUDGET
    submit_label = _("保存")
    next_story = _("从启用日期起新组的批次按此付款；已组的批次不变。")
    done_story = _("付款设置已保存。")

    def start(self, request, pk):
        self.fund = funds.fund(pk, request.actor)
        self.terms = funds.terms_in_force(self.fund, request.today)
        self.subtitle = str(self.fund)
        self.cancel_url = reverse("bureau:batches:terms")

    def form_arguments(self, request):
        return {"layouts": layout_choices(request)}

    def initial(self, request):
        told = {
            "since": timezone.localdate(request.at),
            "layout_code": funds.layout_for(self.terms, request.today).code,
        }
        if self.terms is not None:
            told |= {name: getattr(self.terms, name) for name in ("payer", "payer_account", "payer_bank")}
            told |= self.terms.codes
        return told

    def act(self, request, form):
        operations.set_batch_terms(self.fund.pk, by=request.actor, at=request.at, **form.told())
        return reverse("bureau:batches:terms")
