"""Issues of training vouchers, and each voucher."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, frozen

from .states import VOUCHER, VOUCHER_ISSUE

KINDS = [("general", _("普惠券")), ("targeted", _("定向券"))]
WORTHS = [("face", _("按面值")), ("offset", _("抵扣培训费"))]


class VoucherNumberSeries(models.Model):
    """The last number given to an issue of vouchers in one year."""

    personal: dict[str, str] = {}

    year = models.PositiveSmallIntegerField(_("年度"), primary_key=True)
    last_serial = models.PositiveIntegerField(_("末号"), default=0)

    class Meta:
        verbose_name = _("培训券发放流水号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last_serial}"


class VoucherIssue(models.Model):
    """One lot of vouchers for one list of people: for which training, worth how much, good until when."""

    lifecycle = VOUCHER_ISSUE
    personal = {"problems": "free_text"}

    number = models.CharField(_("发放编号"), max_length=20, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    kind = models.CharField(_("券种"), max_length=10, choices=KINDS)
    occupation_codes = models.JSONField(_("限定职业"), default=list, blank=True)
    group_code = models.CharField(_("限定人员类别"), max_length=40, blank=True, default="")
    worth = models.CharField(_("计价方式"), max_length=10, choices=WORTHS)
    face_fen = models.BigIntegerField(_("每张面值"))
    starts_on = models.DateField(_("有效期起"))
    expires_on = models.DateField(_("有效期止"))
    year = models.PositiveSmallIntegerField(_("资金年度"))
    filename = models.CharField(_("名单文件"), max_length=200, blank=True, default="")
    rows_total = models.PositiveIntegerField(_("行数"))
    problems = models.JSONField(_("问题行"), default=list, blank=True)
    drafted_at = models.DateTimeField(_("编制时间"))
    issued_at = models.DateTimeField(_("发放时间"), null=True, blank=True)
    synthetic = models.BooleanField(_("演示数据"), default=False)
    status = models.CharField(
        _("状态"), max_length=12, choices=VOUCHER_ISSUE.choices, default=VOUCHER_ISSUE.initial
    )

    class Meta:
        verbose_name = _("培训券发放")
        indexes = [models.Index(fields=["region_code", "-id"], name="voucher_issue_by_region")]
        constraints = [
            models.CheckConstraint(condition=Q(face_fen__gt=0), name="voucher_face_is_a_sum"),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("starts_on")), name="voucher_expires_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(kind="targeted") | Q(occupation_codes=[], group_code=""),
                name="only_targeted_vouchers_name_targets",
            ),
            models.CheckConstraint(
                condition=~Q(status="issued") | Q(issued_at__isnull=False),
                name="issued_vouchers_have_their_instant",
            ),
        ]
        triggers = [
            LifecycleGuard(VOUCHER_ISSUE),
            frozen(
                "number", "region_code", "scheme_code", "kind", "occupation_codes", "group_code", "worth",
                "face_fen", "starts_on", "expires_on", "year",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class VoucherListed(models.Model):
    """One person of the list an issue was drafted for."""

    personal: dict[str, str] = {}

    issue = models.ForeignKey(VoucherIssue, models.CASCADE, related_name="listed")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("发放名单")
        constraints = [models.UniqueConstraint("issue", "person", name="voucher_listed_once")]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.person_id}"


class Voucher(models.Model):
    """One person's right to training of a stated worth; used once, or not at all."""

    lifecycle = VOUCHER
    personal: dict[str, str] = {}

    number = models.CharField(_("券号"), max_length=16, unique=True)
    issue = models.ForeignKey(VoucherIssue, models.PROTECT, related_name="vouchers", verbose_name=_("发放"))
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="vouchers", verbose_name=_("学员")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    face_fen = models.BigIntegerField(_("面值"))
    expires_on = models.DateField(_("有效期止"))
    enrolment = models.ForeignKey(
        "training.Enrolment", models.PROTECT, null=True, blank=True, related_name="vouchers"
    )
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, null=True, blank=True, related_name="vouchers",
        verbose_name=_("培训机构"),
    )  # fmt: skip
    bound_at = models.DateTimeField(_("绑定时间"), null=True, blank=True)
    redeemed_fen = models.BigIntegerField(_("兑付金额"), null=True, blank=True)
    claim_reference = models.CharField(_("申领明细"), max_length=30, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=VOUCHER.choices, default=VOUCHER.initial)

    class Meta:
        verbose_name = _("培训券")
        indexes = [
            models.Index(fields=["region_code", "-id"], name="voucher_by_region"),
            models.Index(fields=["status", "expires_on"], name="voucher_by_expiry"),
            models.Index(fields=["person", "-id"], name="voucher_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issue", "person"], name="one_voucher_of_an_issue"),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(status__in=("bound", "redeemed")),
                name="one_voucher_of_an_enrolment",
            ),
            models.UniqueConstraint(
                fields=["claim_reference"], condition=~Q(claim_reference=""), name="one_voucher_of_a_line"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("bound", "redeemed"))
                | Q(enrolment__isnull=False, institution__isnull=False, bound_at__isnull=False),
                name="bound_voucher_names_its_class",
            ),
            models.CheckConstraint(
                condition=~Q(status="redeemed") | (Q(redeemed_fen__isnull=False) & ~Q(claim_reference="")),
                name="redeemed_voucher_names_its_line",
            ),
            models.CheckConstraint(
                condition=Q(redeemed_fen__isnull=True)
                | Q(redeemed_fen__gt=0, redeemed_fen__lte=F("face_fen")),
                name="voucher_pays_no_more_than_its_face",
            ),
        ]
        triggers = [
            LifecycleGuard(VOUCHER),
            frozen("number", "issue", "person", "region_code", "face_fen", "expires_on"),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number
