"""How a grant was judged, and the sums it is paid in."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import INSTALMENT
from .grant import VERDICTS, Grant, instalments_add_up


class GrantDecision(models.Model):
    """One judgement of one grant on one day: frozen facts, every finding, the rulebook it was made under."""

    append_only = True
    personal = {"facts": "birth_date"}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="decisions", verbose_name=_("奖补申请"))
    version = models.PositiveIntegerField(_("第几次测算"))
    cause = models.CharField(
        _("起因"),
        max_length=12,
        choices=[
            ("submitted", _("提交")),
            ("determined", _("经办认定")),
            ("rejudged", _("重新测算")),
            ("due", _("分期到期")),
        ],
    )
    decided_at = models.DateTimeField(_("测算时间"))
    on = models.DateField(_("按哪一天的政策"))
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("项目"), max_length=60)
    facts = models.JSONField(_("事实"))
    waived = models.JSONField(_("例外批准的规则"), default=list)
    decision = models.JSONField(_("逐条结论"))
    verdict = models.CharField(_("结论"), max_length=20, choices=VERDICTS)
    amount_fen = models.BigIntegerField(_("金额"))
    rulebook_digest = models.CharField(_("规则库指纹"), max_length=64)

    class Meta:
        verbose_name = _("奖补测算结论")
        constraints = [
            models.UniqueConstraint(fields=["grant", "version"], name="decision_version_of_grant"),
            models.CheckConstraint(
                condition=Q(verdict="payable", amount_fen__gte=0) | Q(amount_fen=0),
                name="only_payable_grant_decisions_give_money",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.grant_id} v{self.version} {self.verdict}"


class Instalment(models.Model):
    """One sum of one grant for one stretch of its term, due on one day; never paid without a decision."""

    lifecycle = INSTALMENT
    personal: dict[str, str] = {}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="instalments", verbose_name=_("奖补申请"))
    sequence = models.PositiveIntegerField(_("期次"))
    reference = models.CharField(_("分期编号"), max_length=30, unique=True)
    starts_on = models.DateField(_("本期起"))
    ends_on = models.DateField(_("本期止"), null=True)
    due_on = models.DateField(_("到期日"))
    decision = models.ForeignKey(
        GrantDecision, models.PROTECT, null=True, related_name="instalments", verbose_name=_("测算结论")
    )
    amount_fen = models.BigIntegerField(_("金额"), default=0)
    fund_code = models.CharField(_("专账"), max_length=60, blank=True, default="")
    payment = models.CharField(_("付款"), max_length=60, blank=True, default="")
    waits_for = models.CharField(_("还没有办理的原因"), max_length=300, blank=True, default="")
    paid_on = models.DateField(_("拨付日期"), null=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=INSTALMENT.choices, default=INSTALMENT.initial
    )

    class Meta:
        verbose_name = _("奖补分期")
        constraints = [
            models.UniqueConstraint(fields=["grant", "sequence"], name="instalment_sequence_in_grant"),
            models.CheckConstraint(
                condition=~Q(status__in=["reserved", "queued", "paid"])
                | Q(decision__isnull=False, amount_fen__gt=0) & ~Q(fund_code=""),
                name="instalment_money_rests_on_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["queued", "paid"]) | ~Q(payment=""), name="queued_names_its_payment"
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_on__isnull=False), name="paid_instalment_has_its_day"
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="instalment_due")]
        triggers = [
            LifecycleGuard(INSTALMENT),
            frozen("grant", "sequence", "reference", "due_on"),
            instalments_add_up("NEW.grant_id", pgtrigger.Insert | pgtrigger.UpdateOf("amount_fen", "status")),
        ]

    @property
    def region_code(self) -> str:
        """The grant's: what the system does with a part is told where the grant is."""
        return self.grant.region_code

    def __str__(self) -> str:
        return self.reference
