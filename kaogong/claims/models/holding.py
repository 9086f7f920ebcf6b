"""Payments held back while something is looked into: whose money, why, until when, and how it ended."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import PAYMENT_HOLD
from .claim import ClaimLine

HELD_KINDS = [
    ("class", _("班次")),
    ("institution", _("机构")),
    ("line", _("申领明细")),
    ("person", _("学员")),
]


class PaymentHold(models.Model):
    """One reason for which the money of one class, institution, claim line or person waits."""

    lifecycle = PAYMENT_HOLD
    personal = {
        "reason": "free_text",
        "placed_by_name": "name",
        "lifted_by_name": "name",
        "lifted_reason": "free_text",
    }

    held = models.CharField(_("暂缓对象"), max_length=12, choices=HELD_KINDS)
    training_class = models.ForeignKey(
        "training.TrainingClass",
        models.PROTECT,
        null=True,
        related_name="payment_holds",
        verbose_name=_("班次"),
    )
    line = models.ForeignKey(
        ClaimLine, models.PROTECT, null=True, related_name="payment_holds", verbose_name=_("申领明细")
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="payment_holds", verbose_name=_("学员")
    )
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        null=True,
        related_name="payment_holds",
        verbose_name=_("机构"),
    )
    region_code = models.CharField(_("区划"), max_length=12)
    reason = models.CharField(_("暂缓原因"), max_length=300)
    answer_by = models.CharField(_("可以这样答复"), max_length=300)
    cause = models.CharField(_("由何而来"), max_length=80)
    placed_at = models.DateTimeField(_("暂缓时间"))
    placed_by_account_id = models.BigIntegerField(_("暂缓人"), null=True)
    placed_by_name = models.CharField(_("暂缓人"), max_length=100)
    due_on = models.DateField(_("应处理日期"))
    gone = models.JSONField(_("暂缓前已送银行的付款"), default=list, blank=True)
    lifted_at = models.DateTimeField(_("解除时间"), null=True)
    lifted_by_account_id = models.BigIntegerField(_("解除人"), null=True)
    lifted_by_name = models.CharField(_("解除人"), max_length=100, blank=True, default="")
    lifted_reason = models.TextField(_("解除理由"), blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=10, choices=PAYMENT_HOLD.choices, default=PAYMENT_HOLD.initial
    )

    class Meta:
        verbose_name = _("暂缓支付")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    held="class",
                    training_class__isnull=False,
                    institution__isnull=False,
                    line__isnull=True,
                    person__isnull=True,
                )
                | Q(
                    held="institution",
                    institution__isnull=False,
                    training_class__isnull=True,
                    line__isnull=True,
                    person__isnull=True,
                )
                | Q(
                    held="line",
                    line__isnull=False,
                    institution__isnull=False,
                    training_class__isnull=True,
                    person__isnull=True,
                )
                | Q(
                    held="person",
                    person__isnull=False,
                    institution__isnull=True,
                    training_class__isnull=True,
                    line__isnull=True,
                ),
                name="hold_holds_one_thing",
            ),
            models.UniqueConstraint(
                fields=["held", "training_class", "line", "person", "institution", "cause"],
                condition=Q(status="placed"),
                nulls_distinct=False,
                name="one_standing_hold_of_a_cause",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(answer_by=""), name="hold_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by_name="", lifted_reason="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by_name="") & ~Q(lifted_reason="")),
                name="hold_lifting_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="lifted") | Q(lifted_at__isnull=False), name="lifted_hold_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "due_on"], name="hold_queue"),
            models.Index(
                fields=["training_class"], name="hold_of_class", condition=Q(status="placed", held="class")
            ),
            models.Index(
                fields=["institution"],
                name="hold_of_institution",
                condition=Q(status="placed", held="institution"),
            ),
            models.Index(fields=["cause"], name="hold_of_cause"),
        ]
        triggers = [
            LifecycleGuard(PAYMENT_HOLD),
            frozen(
                "held", "training_class", "line", "person", "institution", "region_code", "reason", "cause",
                "placed_at", "placed_by_account_id", "due_on",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_held_display()} {self.subject}"

    @property
    def subject(self) -> str:
        """What is held, as a person names it."""
        if self.held == "class":
            return str(self.training_class)
        if self.held == "line":
            return self.line.reference
        if self.held == "person":
            return self.person.id_number_masked
        return self.institution.name

    def is_overdue(self, on: date) -> bool:
        """Whether the day by which somebody should have decided is past."""
        return self.status == "placed" and self.due_on < on
