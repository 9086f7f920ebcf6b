"""Numbered papers told to payees, and every time one was given again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, kept_but_sealed_anew

from .states import ISSUED_PAPER, KINDS


class IssuedPaper(models.Model):
    """One numbered paper: whose, over which days, and all it says, sealed by its digest."""

    lifecycle = ISSUED_PAPER
    personal = {"payee_name": "name", "facts": "name"}

    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("种类"), max_length=10, choices=KINDS)
    year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("序号"))
    institution_id = models.BigIntegerField(_("机构"), null=True)
    person_id = models.BigIntegerField(_("个人"), null=True)
    payee_name = models.CharField(_("收款人"), max_length=200)
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))
    payment = models.ForeignKey(
        "funds.Payment", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("付款")
    )
    facts = models.JSONField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    verification_code = models.CharField(_("查验码"), max_length=16)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("替代的旧件")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    issued_at = models.DateTimeField(_("开具时间"))
    status = models.CharField(
        _("状态"), max_length=10, choices=ISSUED_PAPER.choices, default=ISSUED_PAPER.initial
    )

    class Meta:
        verbose_name = _("对账凭据")
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "serial"], name="paper_serial_once"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(kind="receipt", status="issued"),
                name="payment_has_one_receipt",
            ),
            models.CheckConstraint(
                condition=Q(institution_id__isnull=False, person_id__isnull=True)
                | Q(institution_id__isnull=True, person_id__isnull=False),
                name="paper_has_one_payee",
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", payment__isnull=False)
                | (~Q(kind="receipt") & Q(payment__isnull=True)),
                name="receipt_names_its_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["institution_id", "-id"], name="paper_by_institution"),
            models.Index(fields=["person_id", "-id"], name="paper_by_person"),
        ]
        triggers = [
            LifecycleGuard(ISSUED_PAPER),
            *kept_but_sealed_anew(
                "number", "kind", "year", "serial", "institution_id", "person_id", "payee_name", "starts_on",
                "ends_on", "payment_id", "facts", "digest", "verification_code", "replaces_id", "issued_at",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class PaperReissue(models.Model):
    """One time a paper was given again, under its own number, with why."""

    append_only = True
    personal = {"by_name": "name", "reason": "free_text"}

    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="reissues")
    nth = models.PositiveSmallIntegerField(_("第几次"))
    reason = models.CharField(_("原因"), max_length=300)
    by_name = models.CharField(_("补发人"), max_length=100)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("凭据补发")
        constraints = [
            models.UniqueConstraint(fields=["paper", "nth"], name="reissue_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="reissue_has_a_reason"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.paper_id}:{self.nth}"
