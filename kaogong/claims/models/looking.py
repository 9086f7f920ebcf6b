"""What is looked for and tried out: a change of policy on real claims, and who has not asked for their due."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only, frozen

from .claim import VERDICTS


class Simulation(models.Model):
    """One proposed change tried on the claims of one period: sums and counts, nobody's name."""

    personal = {"by_name": "name"}

    title = models.CharField(_("改动"), max_length=200)
    change = models.TextField(_("改动全文"))
    since = models.DateField(_("自"))
    until = models.DateField(_("至（不含）"))
    region_code = models.CharField(_("区划"), max_length=12)
    asked_at = models.DateTimeField(_("提交时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("试算人"), max_length=100)
    total = models.PositiveIntegerField(_("应测算"), default=0)
    done = models.PositiveIntegerField(_("已测算"), default=0)
    refusal = models.TextField(_("未能完成的原因"), blank=True, default="")
    result = models.JSONField(_("结果"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("政策试算")
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, result__isnull=True, refusal="")
                | Q(finished_at__isnull=False, result__isnull=False, refusal="")
                | (Q(finished_at__isnull=False, result__isnull=True) & ~Q(refusal="")),
                name="finished_simulation_has_its_result",
            ),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="simulation_period"),
        ]
        indexes = [models.Index(fields=["region_code", "-asked_at"], name="simulation_newest")]
        triggers = [frozen("change", "since", "until", "region_code", "asked_at")]

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def __str__(self) -> str:
        return self.title


class Entitlement(models.Model):
    """One scheme one person on file is entitled to and has not claimed, as it stood when last looked."""

    personal: dict[str, str] = {}

    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="entitlements", verbose_name=_("人员")
    )
    certificate = models.ForeignKey(
        "certificates.Certificate",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="entitlements",
        verbose_name=_("证书"),
    )
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    on = models.DateField(_("按哪一天"))
    occupation_code = models.CharField(_("职业"), max_length=20, blank=True, default="")
    verdict = models.CharField(_("结论"), max_length=20, choices=VERDICTS)
    amount_fen = models.BigIntegerField(_("金额"))
    missing = models.JSONField(_("还缺"), default=list)
    groups = models.JSONField(_("人员类别"), default=list)
    rulebook_digest = models.CharField(_("规则库指纹"), max_length=64)
    found_at = models.DateTimeField(_("查找时间"))

    class Meta:
        verbose_name = _("应享未享")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "scheme_code", "certificate"],
                nulls_distinct=False,
                name="entitlement_once",
            ),
            models.CheckConstraint(
                condition=Q(verdict="payable", missing=[]) | (Q(verdict="needs_evidence") & ~Q(missing=[])),
                name="entitlement_says_what_is_missing",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "verdict", "-amount_fen", "id"], name="entitlement_list"),
            models.Index(fields=["region_code", "-amount_fen", "id"], name="entitlement_dearest"),
            models.Index(fields=["region_code", "scheme_code", "id"], name="entitlement_scheme"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.scheme_code}"


class Told(models.Model):
    """One person told of one subsidy they have not claimed: who told them, when and how."""

    append_only = True
    personal = {"by_name": "name"}

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("人员"))
    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, null=True, blank=True, related_name="+"
    )
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    region_code = models.CharField(_("区划"), max_length=12)
    how = models.CharField(
        _("方式"),
        max_length=10,
        choices=[
            ("phone", _("电话")),
            ("message", _("短信")),
            ("visit", _("上门")),
            ("window", _("窗口")),
            ("other", _("其他")),
        ],
    )
    told_at = models.DateTimeField(_("告知时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("告知人"), max_length=100)

    class Meta:
        verbose_name = _("已告知")
        indexes = [models.Index(fields=["person", "scheme_code", "-told_at"], name="told_of_person")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.person_id} {self.scheme_code} {self.how}"
