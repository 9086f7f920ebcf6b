"""Columns of the bureau's lists about claims and money."""

from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.ledger.states import KINDS, SOURCE_LEVELS, STATES
from kaogong.rules import LEVELS
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag, verdict

from .judged import is_english, programme_label
from .tables import opens
from .tables_books import FundColumn

_NOWRAP = {"td": {"class": "nowrap"}}
_WHO = {"td": {"class": "who"}}


class InstantColumn(tables.Column):
    """An instant, told as its day; the sheet keeps the minute."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d}"

    def value(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


def days_left(days: int):
    """Working days left as a badge; past the day it asks for a person."""
    if days < 0:
        return tag("ask", gettext("已到期"))
    if days == 0:
        return tag("ask", gettext("今日截止"))
    return tag("now", gettext("剩 {n} 个工作日").format(n=days))


class ClaimTable(ListTable):
    number = OpenColumn(to=opens("claims"), verbose_name=_("申领编号"), attrs=_NOWRAP)
    title = tables.Column(accessor="subject", verbose_name=_("班次"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("培训机构"))
    scheme = tables.Column(accessor="scheme_label", verbose_name=_("补贴项目"))
    submitted_at = InstantColumn(verbose_name=_("提交"), orderable=True)
    waiting = tables.Column(empty_values=(), verbose_name=_("等候与期限"))
    people = NumberColumn(empty_values=(), verbose_name=_("人数"))
    problems = tables.Column(empty_values=(), verbose_name=_("需要留意"))
    amount_fen = MoneyColumn(verbose_name=_("金额"), orderable=True)
    status = StatusColumn(verbose_name=_("状态"))

    def value_waiting(self, record):
        if record.days_left is not None:
            return gettext("公示至 {on}").format(on=record.closes_on)
        return "" if record.waited is None else gettext("已等 {n} 个工作日").format(n=record.waited)

    def render_waiting(self, record):
        if record.days_left is not None:
            return format_html(
                "{} <span class='sub nowrap'>{}</span>",
                days_left(record.days_left),
                f"{record.closes_on:%m-%d}",
            )
        if record.waited is None:
            return "—"
        words = gettext("已等 {n} 个工作日").format(n=record.waited)
        return tag("ask", words) if record.waited >= 5 else words

    def render_people(self, record):
        return sum(record.verdicts.values())

    value_people = render_people

    def value_problems(self, record):
        told = [
            (record.verdicts.get("refused", 0), gettext("不符合")),
            (record.verdicts.get("needs_evidence", 0), gettext("需补证据")),
        ]
        return " · ".join(f"{label} {count}" for count, label in told if count)

    def render_problems(self, record):
        return self.value_problems(record) or gettext("无")


class LineTable(ListTable):
    sequence = NumberColumn(verbose_name=_("序号"))
    name = OpenColumn(
        accessor="person__name",
        to=lambda line: reverse("bureau:claims:detail", args=[line.claim_id]) + f"?line={line.pk}#decision",
        verbose_name=_("姓名"),
        attrs=_WHO,
    )
    id_number = tables.Column(accessor="person__id_number_masked", verbose_name=_("证件号码"))
    certificate = tables.Column(accessor="certificate__number", verbose_name=_("证书编号"))
    level = tables.Column(verbose_name=_("等级"))
    verdict = tables.Column(verbose_name=_("裁定"))
    why = tables.Column(accessor="why", verbose_name=_("原因"))
    amount_fen = MoneyColumn(verbose_name=_("培训补贴"))
    allowance_fen = MoneyColumn(verbose_name=_("生活费补贴"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_level(self, value):
        return LEVELS[value][is_english()]

    value_level = render_level

    def render_verdict(self, record):
        return verdict(record.verdict)

    def value_verdict(self, record):
        words = {
            "payable": gettext("符合"),
            "refused": gettext("不符合"),
            "needs_evidence": gettext("需补证据"),
        }
        return words.get(record.verdict, "")


class ConflictTable(ListTable):
    line = OpenColumn(
        accessor="line__reference", to=opens("conflicts"), verbose_name=_("已拨明细"), attrs=_NOWRAP
    )
    name = tables.Column(accessor="line__person__name", verbose_name=_("姓名"), attrs=_WHO)
    institution = tables.Column(accessor="institution__name", verbose_name=_("培训机构"))
    message = tables.Column(verbose_name=_("说明"))
    amount = MoneyColumn(accessor="line__total_fen", verbose_name=_("已拨金额"))
    found_at = InstantColumn(verbose_name=_("发现"))
    status = StatusColumn(verbose_name=_("状态"))


class NoticeTable(ListTable):
    number = OpenColumn(to=opens("notices"), verbose_name=_("公示编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("标题"))
    opens_on = DateColumn(verbose_name=_("开始"), orderable=True)
    closes_on = DateColumn(verbose_name=_("结束"), orderable=True)
    left = tables.Column(empty_values=(), verbose_name=_("期限"))
    objections_open = NumberColumn(verbose_name=_("待答复异议"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_left(self, record):
        return days_left(record.days_left) if record.days_left is not None else "—"

    def value_left(self, record):
        return record.days_left


class PaymentTable(ListTable):
    reference = OpenColumn(to=opens("payments"), verbose_name=_("流水号"), attrs=_NOWRAP)
    payee_name = tables.Column(verbose_name=_("收款人"), attrs=_WHO)
    account = tables.Column(
        accessor="bank_account_masked", verbose_name=_("银行账号"), attrs={"td": {"class": "mask"}}
    )
    purpose = tables.Column(verbose_name=_("用途"), attrs={"td": {"class": "roomy"}})
    queued_at = InstantColumn(verbose_name=_("生成"))
    batch = tables.Column(accessor="batch__number", verbose_name=_("批次"), attrs=_NOWRAP)
    amount_fen = MoneyColumn(verbose_name=_("金额"), orderable=True)
    status = StatusColumn(verbose_name=_("状态"))
    failure_reason = tables.Column(verbose_name=_("失败原因"))

    def on_page(self, records):
        if not any(record.failure_reason for record in records):
            self.columns.hide("failure_reason")

    def render_purpose(self, value):
        """The number at its end stays on one line."""
        words, _space, number = value.rpartition(" ")
        return format_html('{} <span class="nowrap">{}</span>', words, number) if number.isascii() else value


class BatchPaymentTable(PaymentTable):
    """A batch's payments, on its own page."""

    class Meta:
        exclude = ("batch",)


class QueueTable(ListTable):
    reference = OpenColumn(to=opens("payments"), verbose_name=_("流水号"), attrs=_NOWRAP)
    payee_name = tables.Column(verbose_name=_("收款人"), attrs=_WHO)
    holder = tables.Column(accessor="bank_account_holder", verbose_name=_("户名"))
    account = tables.Column(
        accessor="bank_account_masked", verbose_name=_("银行账号"), attrs={"td": {"class": "mask"}}
    )
    fund = tables.Column(verbose_name=_("资金"))
    queued_at = InstantColumn(verbose_name=_("生成"))
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    held = tables.Column(empty_values=(), verbose_name=_("暂缓"))

    def render_payee_name(self, record):
        if not record.is_owing:
            return record.payee_name
        address = (
            f"{reverse('bureau:recoveries:list')}?{urlencode({'q': record.payee_name, 'overdue': 'yes'})}"
        )
        said = tag("no", gettext("有逾期未退"))
        return format_html('{} <a href="{}">{}</a>', record.payee_name, address, said)

    def value_payee_name(self, record):
        return record.payee_name

    def render_held(self, record):
        if not record.held_by and record.changing:
            address = reverse("bureau:account_changes:detail", args=[record.changing.pk])
            return format_html('<a href="{}">{}</a>', address, tag("ask", gettext("账户变更中")))
        if not record.held_by:
            return ""
        address = reverse("bureau:holds:detail", args=[record.held_by[0].pk])
        return format_html(
            '{} <a href="{}">{}</a>', tag("ask", gettext("暂缓")), address, record.held_by[0].reason
        )

    def value_held(self, record):
        if not record.held_by and record.changing:
            return gettext("账户变更中")
        return record.held_by[0].reason if record.held_by else ""

    def render_holder(self, record):
        if record.bank_account_holder == record.payee_name:
            return record.bank_account_holder
        return format_html("{} {}", record.bank_account_holder, tag("ask", gettext("与收款人不同")))

    def value_holder(self, record):
        return record.bank_account_holder


class BatchTable(ListTable):
    number = OpenColumn(to=opens("batches"), verbose_name=_("批次号"), attrs=_NOWRAP)
    fund = tables.Column(verbose_name=_("资金"))
    layout = tables.Column(accessor="layout", verbose_name=_("银行文件格式"))
    prepared_at = InstantColumn(verbose_name=_("组批"))
    waited = tables.Column(empty_values=(), verbose_name=_("已等"), attrs=_NOWRAP)
    count = NumberColumn(verbose_name=_("笔数"))
    total_fen = MoneyColumn(verbose_name=_("总金额"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_waited(self, record):
        return "—" if record.waited is None else gettext("{n} 个工作日").format(n=record.waited)

    def value_waited(self, record):
        return record.waited


class ReturnTable(ListTable):
    filename = OpenColumn(to=opens("returns"), verbose_name=_("文件名"))
    reading = NumberColumn(verbose_name=_("第几次读取"))
    batch = tables.Column(accessor="batch__number", verbose_name=_("批次"), attrs=_NOWRAP)
    received_at = InstantColumn(verbose_name=_("读取"))
    paid_count = NumberColumn(verbose_name=_("成功"))
    failed_count = NumberColumn(verbose_name=_("失败"))
    returned_count = NumberColumn(verbose_name=_("退汇"))
    repeated_count = NumberColumn(verbose_name=_("重复"))
    problem_count = NumberColumn(verbose_name=_("问题行"))


class ReturnLineTable(ListTable):
    row_number = NumberColumn(verbose_name=_("行号"))
    reference = tables.Column(verbose_name=_("流水号"), attrs=_NOWRAP)
    payment = tables.Column(accessor="payment__payee_name", verbose_name=_("收款人"))
    account_masked = tables.Column(verbose_name=_("收款账号"), attrs={"td": {"class": "mask"}})
    amount_fen = MoneyColumn(verbose_name=_("金额"))
    outcome = tables.Column(verbose_name=_("结果"))
    said = tables.Column(empty_values=(), verbose_name=_("失败原因或问题"))

    def render_payment(self, value, record):
        return format_html(
            '<a href="{}">{}</a>', reverse("bureau:payments:detail", args=[record.payment_id]), value
        )

    def value_payment(self, value):
        return value

    def render_outcome(self, record):
        tones = {"paid": "ok", "failed": "no", "returned": "no", "repeated": "now"}
        return tag(tones.get(record.outcome, "ask"), record.get_outcome_display())

    def value_outcome(self, record):
        return record.get_outcome_display()

    def render_said(self, record):
        said = record.problem or record.reason or "—"
        advice = getattr(record, "advice", "")
        return format_html('{}<br><span class="hint">→ {}</span>', said, advice) if advice else said

    def value_said(self, record):
        return record.problem or record.reason


class JournalTable(ListTable):
    id = OpenColumn(
        to=lambda entry: reverse("bureau:ledger:entry", args=[entry.pk]),
        verbose_name=_("分录号"),
        attrs=_NOWRAP,
    )
    at = InstantColumn(verbose_name=_("日期"))
    kind = LabelColumn(labels=KINDS, verbose_name=_("业务"))
    reference = tables.Column(verbose_name=_("业务编号"), attrs=_NOWRAP)
    programme = tables.Column(accessor="programme_label", verbose_name=_("项目"))
    total = MoneyColumn(accessor="total_fen", verbose_name=_("金额"))
    by_name = tables.Column(verbose_name=_("经办人"))
    note = tables.Column(verbose_name=_("说明"))


class TrialTable(ListTable):
    fund_code = FundColumn(verbose_name=_("资金"))
    year = NumberColumn(verbose_name=_("年度"))
    programme = tables.Column(verbose_name=_("项目"), attrs={"td": {"class": "fund"}})
    source_level = LabelColumn(labels=SOURCE_LEVELS, verbose_name=_("资金来源"))
    budgeted_fen = MoneyColumn(verbose_name=STATES["budgeted"])
    available_fen = MoneyColumn(verbose_name=STATES["available"])
    reserved_fen = MoneyColumn(verbose_name=STATES["reserved"])
    payable_fen = MoneyColumn(verbose_name=STATES["payable"])
    in_transit_fen = MoneyColumn(verbose_name=STATES["in_transit"])
    paid_fen = MoneyColumn(verbose_name=STATES["paid"])
    returned_fen = MoneyColumn(verbose_name=STATES["returned"])
    frozen_fen = MoneyColumn(verbose_name=STATES["frozen"])
    carried_fen = MoneyColumn(verbose_name=STATES["carried"])
    recovering_fen = MoneyColumn(verbose_name=STATES["recovering"])
    recovered_fen = MoneyColumn(verbose_name=STATES["recovered"])
    written_off_fen = MoneyColumn(verbose_name=STATES["written_off"])
    difference_fen = MoneyColumn(verbose_name=_("差额"))

    look = "dense"

    def on_page(self, records):
        """Year and source stand under the names; states nothing is in, and differences of nothing, are left out."""
        for name in ("year", "source_level"):
            self.columns.hide(name)
        for name in ("returned", "frozen", "carried", "recovering", "recovered", "written_off", "difference"):
            if not any(getattr(record, f"{name}_fen") for record in records):
                self.columns.hide(f"{name}_fen")

    def render_fund_code(self, value, record):
        name = self.columns["fund_code"].column.render(value)
        return format_html('{} <span class="hint nowrap">{}</span>', name, record.year)

    def value_programme(self, value):
        return programme_label(value)

    def render_programme(self, value, record):
        source = gettext(str(SOURCE_LEVELS[record.source_level]))
        return format_html('{} <span class="hint nowrap">{}</span>', programme_label(value), source)

    def render_year(self, value):
        return str(value)
