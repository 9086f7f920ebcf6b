"""What turns up later: subsidies had elsewhere, conflicts after payment, differences after a change of rules."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import ADJUSTMENT, CONFLICT
from .claim import ClaimLine
from .judged import Decision


class OutsideSubsidy(models.Model):
    """One subsidy a person received elsewhere, as another bureau's record shows it."""

    append_only = True
    personal: dict[str, str] = {}

    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="outside_subsidies", verbose_name=_("学员")
    )
    region_code = models.CharField(_("发放地区划"), max_length=12)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level = models.PositiveSmallIntegerField(_("等级"))
    event_on = models.DateField(_("认定日期"))
    paid_on = models.DateField(_("拨付日期"), null=True, blank=True)
    amount_fen = models.BigIntegerField(_("金额"))
    source = models.CharField(_("来源"), max_length=200)
    reference = models.CharField(_("原编号"), max_length=60, unique=True)
    registered_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("异地补贴记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, level__lte=5), name="outside_subsidy_figures_possible"
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(paid_on__gte=F("event_on")),
                name="outside_paid_after_event",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.reference


class Conflict(models.Model):
    """One paid line that something found later rules out; a person decides what follows."""

    lifecycle = CONFLICT
    personal: dict[str, str] = {}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="conflicts", verbose_name=_("已拨明细"))
    rule_id = models.CharField(_("规则"), max_length=60)
    because_of = models.CharField(_("与何冲突"), max_length=80)
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, null=True, blank=True)
    message = models.TextField(_("说明"))
    found_at = models.DateTimeField(_("发现时间"))
    answer = models.TextField(_("处理意见"), blank=True, default="")
    answered_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    region_code = models.CharField(_("区划"), max_length=12)
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    status = models.CharField(_("状态"), max_length=10, choices=CONFLICT.choices, default=CONFLICT.initial)

    class Meta:
        verbose_name = _("拨付后冲突")
        constraints = [
            models.UniqueConstraint(fields=["line", "rule_id", "because_of"], name="conflict_found_once"),
            models.CheckConstraint(
                condition=~Q(status="answered") | ~Q(answer=""), name="answered_conflict_says_how"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="conflict_answer_has_its_instant",
            ),
        ]
        triggers = [LifecycleGuard(CONFLICT), frozen("line", "rule_id", "because_of", "found_at")]

    def __str__(self) -> str:
        return f"{self.line} {self.rule_id}"


class Adjustment(models.Model):
    """One line whose amount comes out otherwise under a rulebook that reaches back; nothing moves by itself."""

    lifecycle = ADJUSTMENT
    personal: dict[str, str] = {}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="adjustments", verbose_name=_("明细"))
    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="adjustments", verbose_name=_("原结论")
    )
    kind = models.CharField(
        _("种类"), max_length=10, choices=[("top_up", _("补发")), ("recovery", _("追回"))]
    )
    old_fen = models.BigIntegerField(_("原应付"))
    new_fen = models.BigIntegerField(_("现应付"))
    parts = models.JSONField(_("逐项差额"), default=list)
    again = models.JSONField(_("现结论"))
    causes = models.JSONField(_("原因"), default=list)
    old_digest = models.CharField(_("原规则库指纹"), max_length=64)
    new_digest = models.CharField(_("现规则库指纹"), max_length=64)
    found_at = models.DateTimeField(_("发现时间"))
    reason = models.TextField(_("处理理由"), blank=True, default="")
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    region_code = models.CharField(_("区划"), max_length=12)
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    status = models.CharField(
        _("状态"), max_length=12, choices=ADJUSTMENT.choices, default=ADJUSTMENT.initial
    )

    class Meta:
        verbose_name = _("补差追回")
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(status="found"), name="one_open_adjustment_of_a_line"
            ),
            models.UniqueConstraint(
                fields=["decision", "new_digest", "old_fen"],
                condition=~Q(status="superseded"),
                name="adjustment_found_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="top_up", new_fen__gt=F("old_fen"))
                | Q(kind="recovery", new_fen__lt=F("old_fen")),
                name="adjustment_kind_fits_its_sums",
            ),
            models.CheckConstraint(
                condition=Q(old_fen__gte=0, new_fen__gte=0), name="adjustment_sums_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "dismissed"]) | ~Q(reason=""),
                name="decided_adjustment_says_why",
            ),
            models.CheckConstraint(
                condition=Q(reason="", decided_at__isnull=True)
                | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="adjustment_reason_has_its_instant",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "status", "-found_at"], name="adjustment_queue")]
        triggers = [
            LifecycleGuard(ADJUSTMENT),
            frozen("line", "decision", "kind", "old_fen", "new_fen", "again", "new_digest", "found_at"),
        ]

    @property
    def difference_fen(self) -> int:
        return self.new_fen - self.old_fen

    def __str__(self) -> str:
        return f"{self.line} {self.kind}"
