"""Claims and their lines: who asks for what, and what each line was given last."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import CLAIM, CLAIM_LINE, COUNTED, STANDING, UNDECIDED

VERDICTS = [("payable", _("应予补贴")), ("refused", _("不予补贴")), ("needs_evidence", _("需补充材料"))]

_COUNTED_LIST = ", ".join(f"'{status}'" for status in COUNTED)
_LINES_ADD_UP = f"""
    IF EXISTS (
        SELECT 1 FROM claims_claim c
        WHERE c.id = {{claim}}
          AND c.amount_fen <> (
              SELECT coalesce(sum(l.amount_fen + l.allowance_fen), 0) FROM claims_claimline l
              WHERE l.claim_id = c.id AND l.status IN ({_COUNTED_LIST})
          )
    ) THEN
        RAISE EXCEPTION 'claim %: its amount is not the sum of its lines', {{claim}}
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM claims_claim c WHERE c.id = {{claim}} AND (c.status = 'lapsed' AND c.amount_fen <> 0
            OR c.status IN ('approved', 'published', 'cleared', 'paid') AND c.amount_fen = 0)
    ) THEN
        RAISE EXCEPTION 'claim %: its amount does not fit its status', {{claim}}
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""  # noqa: S608  (statuses are this module's own)


def _lines_add_up(claim: str, operation: pgtrigger.core.Operation) -> pgtrigger.Trigger:
    """At commit a claim's amount is the sum of its counted lines and fits its status, whoever wrote them."""
    return pgtrigger.Trigger(
        name="lines_add_up",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=_LINES_ADD_UP.format(claim=claim),
    )


class ClaimNumberSeries(models.Model):
    """The last number given to a claim in one year."""

    personal: dict[str, str] = {}

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    last_serial = models.PositiveIntegerField(_("末号"), default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last_serial}"


class Claim(models.Model):
    """One institution's claim: for the subsidies of one class (or one instalment of them), or for one month's heads."""

    lifecycle = CLAIM
    personal: dict[str, str] = {}

    number = models.CharField(_("申领编号"), max_length=20, unique=True)
    training_class = models.ForeignKey(
        "training.TrainingClass",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("班级"),
    )
    # A claim rests on a class or on a month of employment (docs/decisions/0010-claims-of-every-kind.md).
    month = models.DateField(_("用工月份"), null=True, blank=True)
    instalment = models.CharField(_("分期"), max_length=20, blank=True, default="")
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="claims", verbose_name=_("申领机构")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    event_on = models.DateField(_("认定日期"))
    year = models.PositiveSmallIntegerField(_("资金年度"))
    payer_mode = models.CharField(
        _("补贴付给"),
        max_length=10,
        choices=[("provider", _("培训机构")), ("person", _("学员本人")), ("employer", _("用人单位"))],
    )
    employer = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims_as_employer",
        verbose_name=_("用人单位"),
    )
    fund_code = models.CharField(_("专账"), max_length=60, blank=True, default="")
    submitted_at = models.DateTimeField(_("提交时间"))
    amount_fen = models.BigIntegerField(_("金额"), default=0)
    published_notice_id = models.BigIntegerField(_("公示"), null=True, blank=True)
    illustrative = models.BooleanField(_("示例标准"), default=False)
    synthetic = models.BooleanField(_("演示数据"), default=False)
    status = models.CharField(_("状态"), max_length=12, choices=CLAIM.choices, default=CLAIM.initial)

    class Meta:
        verbose_name = _("补贴申领")
        constraints = [
            models.UniqueConstraint(
                fields=["training_class"],
                condition=Q(status__in=UNDECIDED),
                name="one_undecided_claim_of_a_class",
            ),
            models.UniqueConstraint(
                fields=["institution", "scheme_code", "month"],
                condition=Q(status__in=UNDECIDED, month__isnull=False),
                name="one_undecided_claim_of_a_month",
            ),
            models.CheckConstraint(
                condition=Q(training_class__isnull=False, month__isnull=True)
                | Q(training_class__isnull=True, month__isnull=False, instalment=""),
                name="claim_rests_on_class_or_month",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1), name="claim_month_is_its_first_day"
            ),
            models.CheckConstraint(
                condition=~Q(payer_mode="employer") | Q(employer__isnull=False),
                name="employer_paid_is_named",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="claim_amount_not_negative"),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "cleared", "paid"])
                | Q(published_notice_id__isnull=False),
                name="published_claim_names_its_notice",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published", "cleared", "paid"]) | ~Q(fund_code=""),
                name="approved_claim_names_its_fund",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "submitted_at"], name="claim_queue"),
            models.Index(fields=["-submitted_at", "-id"], name="claim_newest_first"),
            models.Index(fields=["institution", "-submitted_at"], name="claim_of_institution"),
            models.Index(fields=["published_notice_id"], name="claim_of_notice"),
        ]
        triggers = [
            LifecycleGuard(CLAIM),
            frozen(
                "number", "training_class", "month", "instalment", "institution", "region_code", "scheme_code"
            ),
            _lines_add_up("NEW.id", pgtrigger.Insert | pgtrigger.UpdateOf("amount_fen", "status")),
        ]

    @property
    def subject(self) -> str:
        """What is claimed for, in a few words: the class, or the month."""
        if self.training_class_id is None:
            return gettext("{year}年{month}月 用工").format(year=self.month.year, month=self.month.month)
        return self.training_class.title

    @property
    def payee_institution(self):
        """Who gets the training subsidies of the claim in one sum: the employer, else whoever claims."""
        return self.employer if self.payer_mode == "employer" else self.institution

    def __str__(self) -> str:
        return self.number


class ClaimLine(models.Model):
    """One person's part in a claim, with what the latest decision gives."""

    lifecycle = CLAIM_LINE
    personal: dict[str, str] = {}

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines", verbose_name=_("申领"))
    enrolment = models.ForeignKey(
        "training.Enrolment", models.PROTECT, null=True, blank=True, related_name="claim_lines"
    )
    month = models.DateField(_("用工月份"), null=True, blank=True)
    instalment = models.CharField(_("分期"), max_length=20, blank=True, default="")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="claim_lines", verbose_name=_("学员")
    )
    certificate = models.ForeignKey(
        "certificates.Certificate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claim_lines",
        verbose_name=_("证书"),
    )
    sequence = models.PositiveIntegerField(_("序号"))
    event_on = models.DateField(_("认定日期"))
    occupation_code = models.CharField(_("职业"), max_length=20)
    level = models.PositiveSmallIntegerField(_("等级"))
    verdict = models.CharField(_("测算结论"), max_length=20, choices=VERDICTS, blank=True, default="")
    amount_fen = models.BigIntegerField(_("培训补贴"), default=0)
    allowance_fen = models.BigIntegerField(_("生活费补贴"), default=0)
    reference = models.CharField(_("明细编号"), max_length=30, unique=True)
    training_payment = models.CharField(_("培训补贴付款"), max_length=60, blank=True, default="")
    allowance_payment = models.CharField(_("生活费补贴付款"), max_length=60, blank=True, default="")
    paid_on = models.DateField(_("拨付日期"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=CLAIM_LINE.choices, default=CLAIM_LINE.initial
    )

    class Meta:
        verbose_name = _("申领明细")
        constraints = [
            models.UniqueConstraint(fields=["claim", "sequence"], name="line_sequence_in_claim"),
            models.UniqueConstraint(fields=["claim", "enrolment"], name="line_enrolment_in_claim"),
            models.UniqueConstraint(
                fields=["enrolment", "instalment"],
                condition=Q(status__in=STANDING),
                name="one_standing_line_of_an_enrolment",
            ),
            models.UniqueConstraint(
                fields=["person", "month"],
                condition=Q(status__in=STANDING, month__isnull=False),
                name="one_standing_line_of_a_persons_month",
            ),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, month__isnull=True)
                | Q(enrolment__isnull=True, month__isnull=False, instalment=""),
                name="line_rests_on_enrolment_or_month",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(status__in=STANDING),
                name="one_standing_line_of_a_certificate",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, allowance_fen__gte=0), name="line_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(verdict="payable") | Q(amount_fen=0, allowance_fen=0),
                name="only_payable_lines_hold_money",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "held", "cleared", "paid"]) | Q(verdict="payable"),
                name="approved_lines_are_payable",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_on__isnull=False), name="paid_line_has_its_day"
            ),
            models.CheckConstraint(condition=Q(level__lte=5), name="line_level_known"),
            models.CheckConstraint(
                condition=Q(status__in=["cleared", "paid"]) | Q(training_payment="", allowance_payment=""),
                name="only_cleared_lines_name_payments",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "occupation_code"], name="line_of_person"),
            models.Index(fields=["status", "claim"], name="line_by_status"),
        ]
        triggers = [
            LifecycleGuard(CLAIM_LINE),
            frozen("reference", "claim", "enrolment", "month", "instalment", "person"),
            _lines_add_up(
                "NEW.claim_id", pgtrigger.Insert | pgtrigger.UpdateOf("amount_fen", "allowance_fen", "status")
            ),
        ]

    @property
    def total_fen(self) -> int:
        return self.amount_fen + self.allowance_fen

    def __str__(self) -> str:
        return self.reference
