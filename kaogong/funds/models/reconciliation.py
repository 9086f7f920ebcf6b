"""What the bank booked on a fund's account, and which of the books' own movements it answers."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen, kept_but_sealed_anew

from ..states import EXPLANATIONS, MATCH_RULES, RECONCILIATION, STATEMENT_LINE, STATEMENT_MATCH
from .budget import Fund
from .budget_paper import Transfer
from .payment import Payment


class FundAccount(models.Model):
    """One bank account a fund lives in, followed from one day on with what its books said stood there."""

    append_only = True
    personal: dict[str, str] = {}

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("资金"))
    number = models.CharField(_("账号"), max_length=40, unique=True)
    bank = models.CharField(_("开户银行"), max_length=200)
    begins_on = models.DateField(_("启用核对日期"))
    opening_fen = models.BigIntegerField(_("账面期初余额"))
    region_code = models.CharField(_("区域"), max_length=12)
    opened_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("资金账户")
        constraints = [models.CheckConstraint(condition=~Q(number=""), name="fund_account_numbered")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"


class BankStatement(models.Model):
    """One statement the bank gave for one account: its days, its balances, the file it was read from."""

    append_only = True
    personal: dict[str, str] = {}

    account = models.ForeignKey(
        FundAccount, on_delete=models.PROTECT, related_name="statements", verbose_name=_("资金账户")
    )
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))
    opening_fen = models.BigIntegerField(_("期初余额"))
    closing_fen = models.BigIntegerField(_("期末余额"))
    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    layout_code = models.CharField(_("文件格式"), max_length=40, blank=True, default="")
    region_code = models.CharField(_("区域"), max_length=12)
    read_at = models.DateTimeField(_("读取时间"))
    line_count = models.PositiveIntegerField(_("新读入笔数"))
    known_count = models.PositiveIntegerField(_("此前已有笔数"), default=0)
    repeated_count = models.PositiveIntegerField(_("文件内重复行数"), default=0)

    class Meta:
        verbose_name = _("银行对账单")
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="statement_file_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="statement_has_days"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.starts_on:%F} — {self.ends_on:%F}"


class StatementLine(models.Model):
    """One movement the bank booked: positive came in, negative went out."""

    lifecycle = STATEMENT_LINE
    personal = {
        "counter_name": "name",
        "counter_account_index": "bank_account",
        "counter_account_masked": "bank_account",
        "remark": "free_text",
    }

    account = models.ForeignKey(
        FundAccount, on_delete=models.PROTECT, related_name="lines", verbose_name=_("资金账户")
    )
    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, related_name="lines", verbose_name=_("对账单")
    )
    row_number = models.PositiveIntegerField(_("行号"))
    booked_on = models.DateField(_("交易日期"))
    amount_fen = models.BigIntegerField(_("金额"))
    serial = models.CharField(_("银行流水号"), max_length=60, blank=True, default="")
    counter_name = models.CharField(_("对方户名"), max_length=200, blank=True, default="")
    counter_account_index = models.BinaryField(max_length=16, default=bytes)
    counter_account_masked = models.CharField(_("对方账号"), max_length=60, blank=True, default="")
    remark = models.CharField(_("交易摘要"), max_length=400, blank=True, default="")
    identity = models.CharField(_("内容摘要"), max_length=64)
    nth = models.PositiveSmallIntegerField(_("同样内容的第几笔"), default=1)
    region_code = models.CharField(_("区域"), max_length=12)
    explained_as = models.CharField(
        _("说明类别"), max_length=12, choices=EXPLANATIONS, blank=True, default=""
    )
    explanation = models.CharField(_("说明"), max_length=300, blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=10, choices=STATEMENT_LINE.choices, default=STATEMENT_LINE.initial
    )

    class Meta:
        verbose_name = _("对账单明细")
        constraints = [
            models.UniqueConstraint(fields=["account", "identity", "nth"], name="statement_line_once"),
            models.UniqueConstraint(
                fields=["account", "serial"], condition=~Q(serial=""), name="statement_serial_once"
            ),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="statement_line_moves_money"),
            models.CheckConstraint(
                condition=(Q(explained_as="", explanation="") & ~Q(status="explained"))
                | (~Q(explained_as="") & ~Q(explanation="") & ~Q(status="matched")),
                name="statement_line_explained_in_words",
            ),
        ]
        indexes = [models.Index(fields=["account", "status", "booked_on"], name="statement_line_waiting")]
        triggers = [
            LifecycleGuard(STATEMENT_LINE),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
            frozen(
                "account_id", "statement_id", "row_number", "booked_on", "amount_fen", "serial", "identity",
                "nth", "remark", "counter_name",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.booked_on:%F} {self.serial}"


class StatementMatch(models.Model):
    """Bank lines and book movements held to be the same money; both sides add up to the same."""

    lifecycle = STATEMENT_MATCH
    personal = {"reason": "free_text"}

    account = models.ForeignKey(
        FundAccount, on_delete=models.PROTECT, related_name="matches", verbose_name=_("资金账户")
    )
    rule_code = models.CharField(_("依据"), max_length=12, choices=MATCH_RULES)
    amount_fen = models.BigIntegerField(_("金额"))
    reason = models.CharField(_("理由"), max_length=300, blank=True, default="")
    matched_at = models.DateTimeField(_("核对时间"))
    region_code = models.CharField(_("区域"), max_length=12)
    status = models.CharField(
        _("状态"), max_length=10, choices=STATEMENT_MATCH.choices, default=STATEMENT_MATCH.initial
    )

    class Meta:
        verbose_name = _("银行核对")
        constraints = [
            models.CheckConstraint(
                condition=~Q(rule_code="by_hand") | ~Q(reason=""), name="match_by_hand_has_a_reason"
            ),
        ]
        triggers = [
            LifecycleGuard(STATEMENT_MATCH),
            *kept_but_sealed_anew("account_id", "rule_code", "amount_fen", "reason", "matched_at"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.pk}"


class MatchPart(models.Model):
    """One bank line or one book movement within a match; ``standing`` ends when the match is undone."""

    personal: dict[str, str] = {}

    match = models.ForeignKey(
        StatementMatch, on_delete=models.PROTECT, related_name="parts", verbose_name=_("核对")
    )
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True, related_name="parts")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="bank_parts")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, related_name="bank_parts")
    entry_id = models.BigIntegerField(_("专账分录"), null=True)
    kind = models.CharField(_("类别"), max_length=10, blank=True, default="")
    amount_fen = models.BigIntegerField(_("金额"))
    on = models.DateField(_("日期"))
    standing = models.BooleanField(_("有效"), default=True)

    class Meta:
        verbose_name = _("核对明细")
        constraints = [
            models.CheckConstraint(
                condition=Q(line__isnull=False, payment=None, transfer=None, entry_id=None, kind="")
                | Q(line=None, payment__isnull=False, transfer=None, entry_id=None, kind__in=["out", "back"])
                | Q(line=None, payment=None, transfer__isnull=False, entry_id=None, kind="transfer")
                | Q(line=None, payment=None, transfer=None, entry_id__isnull=False, kind="recovery"),
                name="match_part_is_one_thing",
            ),
            models.UniqueConstraint(fields=["line"], condition=Q(standing=True), name="line_matched_once"),
            models.UniqueConstraint(
                fields=["payment", "kind"], condition=Q(standing=True), name="payment_matched_once"
            ),
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(standing=True), name="transfer_matched_once"
            ),
            models.UniqueConstraint(
                fields=["entry_id"], condition=Q(standing=True), name="entry_matched_once"
            ),
        ]
        triggers = kept_but_sealed_anew(
            "match_id", "line_id", "payment_id", "transfer_id", "entry_id", "kind", "amount_fen", "on"
        )

    def __str__(self) -> str:
        return f"{self.match_id}:{self.pk}"


class Reconciliation(models.Model):
    """One span of one account reconciled: the sheet as it stood when made, and who closed it."""

    lifecycle = RECONCILIATION
    personal = {"sheet": "name"}

    account = models.ForeignKey(
        FundAccount, on_delete=models.PROTECT, related_name="reconciliations", verbose_name=_("资金账户")
    )
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))
    sheet = models.JSONField(_("余额调节表"))
    digest = models.CharField(_("摘要"), max_length=64)
    region_code = models.CharField(_("区域"), max_length=12)
    prepared_at = models.DateTimeField(_("编制时间"))
    status = models.CharField(
        _("状态"), max_length=10, choices=RECONCILIATION.choices, default=RECONCILIATION.initial
    )

    class Meta:
        verbose_name = _("银行存款余额调节表")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "ends_on"], condition=~Q(status="returned"), name="reconciliation_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="reconciliation_has_days"
            ),
        ]
        triggers = [
            LifecycleGuard(RECONCILIATION),
            *kept_but_sealed_anew("account_id", "starts_on", "ends_on", "sheet", "digest", "prepared_at"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%F} — {self.ends_on:%F}"
