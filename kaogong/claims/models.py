"""Claims, their lines, and everything kept about how each line was judged."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from .states import CLAIM, CLAIM_LINE, CONFLICT, COUNTED, STANDING, UNDECIDED

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
    """One institution's claim for the subsidies of one class."""

    lifecycle = CLAIM
    personal: dict[str, str] = {}

    number = models.CharField(_("申领编号"), max_length=20, unique=True)
    training_class = models.ForeignKey(
        "training.TrainingClass", models.PROTECT, related_name="claims", verbose_name=_("班级")
    )
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="claims", verbose_name=_("申领机构")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    event_on = models.DateField(_("认定日期"))
    year = models.PositiveSmallIntegerField(_("资金年度"))
    payer_mode = models.CharField(
        _("补贴付给"), max_length=10, choices=[("provider", _("培训机构")), ("person", _("学员本人"))]
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
            frozen("number", "training_class", "institution", "region_code", "scheme_code"),
            _lines_add_up("NEW.id", pgtrigger.Insert | pgtrigger.UpdateOf("amount_fen", "status")),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimLine(models.Model):
    """One person's part in a claim, with what the latest decision gives."""

    lifecycle = CLAIM_LINE
    personal: dict[str, str] = {}

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines", verbose_name=_("申领"))
    enrolment = models.ForeignKey("training.Enrolment", models.PROTECT, related_name="claim_lines")
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
                fields=["enrolment"],
                condition=Q(status__in=STANDING),
                name="one_standing_line_of_an_enrolment",
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
            frozen("reference", "claim", "enrolment", "person"),
            _lines_add_up(
                "NEW.claim_id", pgtrigger.Insert | pgtrigger.UpdateOf("amount_fen", "allowance_fen", "status")
            ),
        ]

    @property
    def total_fen(self) -> int:
        return self.amount_fen + self.allowance_fen

    def __str__(self) -> str:
        return self.reference


class Decision(models.Model):
    """One judgement of one line: the frozen facts, every finding, and the rulebook it was made under."""

    append_only = True
    personal = {"facts": "birth_date"}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="decisions", verbose_name=_("明细"))
    version = models.PositiveIntegerField(_("第几次测算"))
    cause = models.CharField(
        _("起因"),
        max_length=12,
        choices=[
            ("submitted", _("提交")),
            ("rejudged", _("重新测算")),
            ("evidence", _("补充材料")),
            ("waiver", _("例外批准")),
        ],
    )
    decided_at = models.DateTimeField(_("测算时间"))
    on = models.DateField(_("按哪一天的政策"))
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    facts = models.JSONField(_("事实"))
    waived = models.JSONField(_("例外批准的规则"), default=list)
    decision = models.JSONField(_("逐条结论"))
    verdict = models.CharField(_("结论"), max_length=20, choices=VERDICTS)
    amount_fen = models.BigIntegerField(_("培训补贴"))
    allowance_fen = models.BigIntegerField(_("生活费补贴"))
    rulebook_digest = models.CharField(_("规则库指纹"), max_length=64)

    class Meta:
        verbose_name = _("测算结论")
        constraints = [
            models.UniqueConstraint(fields=["line", "version"], name="decision_version_of_line"),
            models.CheckConstraint(
                condition=Q(verdict="payable", amount_fen__gte=0, allowance_fen__gte=0)
                | Q(amount_fen=0, allowance_fen=0),
                name="only_payable_decisions_give_money",
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], name="decision_by_time")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line} v{self.version} {self.verdict}"


class RulebookEdition(models.Model):
    """The rulebook as it read when it was first used, so that old decisions can be made again."""

    append_only = True
    personal: dict[str, str] = {}

    digest = models.CharField(_("规则库指纹"), max_length=64, unique=True)
    first_used_at = models.DateTimeField(_("首次使用"))
    content = models.JSONField(_("内容"))

    class Meta:
        verbose_name = _("规则库版本")
        triggers = append_only()

    def __str__(self) -> str:
        return self.digest[:12]


class Evidence(models.Model):
    """One fact of one line supplied from outside, with where it comes from."""

    append_only = True
    personal = {"value": "birth_date", "by_name": "name"}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="evidence", verbose_name=_("明细"))
    fact = models.CharField(_("事实"), max_length=40)
    value = models.JSONField(_("值"))
    source = models.CharField(_("来源"), max_length=200)
    reason = models.TextField(_("说明"))
    at = models.DateTimeField(_("时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("提供人"), max_length=100)

    class Meta:
        verbose_name = _("补充材料")
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="evidence_names_its_source")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line} {self.fact}"


class Waiver(models.Model):
    """One rule set aside for one line by name, with the reason."""

    append_only = True
    personal = {"by_name": "name"}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="waivers", verbose_name=_("明细"))
    rule_id = models.CharField(_("规则"), max_length=60)
    reason = models.TextField(_("理由"))
    at = models.DateTimeField(_("时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("批准人"), max_length=100)

    class Meta:
        verbose_name = _("例外批准")
        constraints = [
            models.UniqueConstraint(fields=["line", "rule_id"], name="waiver_of_line_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_gives_its_reason"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line} {self.rule_id}"


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
