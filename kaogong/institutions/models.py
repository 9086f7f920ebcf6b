"""Institutions, their contracts, sites and trainers."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import LifecycleGuard, frozen

from .states import CONTRACT

BANK_ACCOUNT = "institutions.institution.bank_account"
TRAINER_ID_NUMBER = "institutions.trainer.id_number"


class Institution(models.Model):
    """One body with one unified social credit code: a school, an enterprise, an assessment body."""

    personal = {"contact_name": "name", "phone": "phone"}

    KINDS = [
        ("training_school", _("民办职业培训学校")),
        ("technical_school", _("技工院校")),
        ("enterprise", _("企业")),
        ("public_body", _("事业单位")),
        ("social_body", _("社会组织")),
        ("other", _("其他")),
    ]

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("机构名称"), max_length=120)
    kind = models.CharField(_("机构类型"), max_length=20, choices=KINDS)
    is_provider = models.BooleanField(_("培训机构"), default=False)
    is_assessor = models.BooleanField(_("评价机构"), default=False)
    region_code = models.CharField(_("所在区域"), max_length=12)
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True, default="")
    phone = models.CharField(_("联系电话"), max_length=30, blank=True, default="")
    bank_name = models.CharField(_("开户银行"), max_length=80, blank=True, default="")
    bank_account = SealedTextField(_("银行账号"), purpose=BANK_ACCOUNT)
    bank_account_index = models.BinaryField(max_length=16, null=True)
    bank_account_masked = models.CharField(_("银行账号"), max_length=40, blank=True, default="")
    bank_account_holder = models.CharField(_("户名"), max_length=120, blank=True, default="")
    certificate_body_code = models.CharField(
        _("证书编号机构代码"),
        max_length=13,
        blank=True,
        default="",
        help_text=_("证书编号前13位：Y或S、评价机构4位、省2位、机构序号6位"),
    )
    synthetic = models.BooleanField(_("虚构"), default=False)
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("机构")
        triggers = [frozen("credit_code")]
        constraints = [
            models.CheckConstraint(
                condition=Q(certificate_body_code="") | Q(certificate_body_code__regex=r"^[YS][0-9]{12}$"),
                name="institution_body_code_shape",
            ),
            models.UniqueConstraint(
                fields=["certificate_body_code"],
                condition=~Q(certificate_body_code=""),
                name="institution_body_code_once",
            ),
            models.CheckConstraint(
                condition=Q(bank_account_index__isnull=True, bank_account_masked="")
                | (Q(bank_account_index__isnull=False) & ~Q(bank_account_masked="")),
                name="institution_bank_account_whole",
            ),
        ]
        indexes = [
            GinIndex(fields=["name"], name="institution_by_name", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["region_code"], name="institution_by_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """One agreement to train at public expense on the days of [starts_on, ends_on) (C3)."""

    lifecycle = CONTRACT
    personal: dict[str, str] = {}

    number = models.CharField(_("协议编号"), max_length=40, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="contracts", verbose_name=_("机构")
    )
    region_code = models.CharField(_("签约区域"), max_length=12)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    head_count = models.PositiveIntegerField(_("培训人数"))
    area = models.CharField(_("培训地域"), max_length=120, blank=True, default="")
    basis = models.CharField(_("招标或备案文号"), max_length=120, blank=True, default="")
    recognised_at = models.DateTimeField(_("认定时间"), null=True)
    ended_on = models.DateField(_("终止日期"), null=True)
    created_at = models.DateTimeField(_("登记时间"))
    status = models.CharField(_("状态"), max_length=20, choices=CONTRACT.choices, default=CONTRACT.initial)

    class Meta:
        verbose_name = _("协议")
        triggers = [LifecycleGuard(CONTRACT), frozen("number")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="contract_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(status="drafted") | Q(recognised_at__isnull=False),
                name="contract_recognised_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended") | Q(ended_on__isnull=False), name="contract_ended_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ContractScope(models.Model):
    """One occupation at one level a contract covers; the level "" is training without a level."""

    personal: dict[str, str] = {}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="scopes", verbose_name=_("协议"))
    occupation_code = models.CharField(_("职业"), max_length=12)
    level_code = models.CharField(_("等级"), max_length=2, choices=LEVEL_CHOICES, blank=True, default="")

    class Meta:
        verbose_name = _("协议范围")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "occupation_code", "level_code"], name="scope_once_per_contract"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.occupation_code} {self.level_code}"


class Suspension(models.Model):
    """The days of [start_on, end_on) on which one contract gave no right to train."""

    personal: dict[str, str] = {}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="suspensions", verbose_name=_("协议"))
    start_on = models.DateField(_("起"))
    end_on = models.DateField(_("止"), null=True)
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("暂停")
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(end_on__isnull=True), name="one_open_suspension"
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="suspension_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.start_on}"


class Site(models.Model):
    """One place where an institution teaches or assesses."""

    personal: dict[str, str] = {}

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="sites", verbose_name=_("机构"))
    name = models.CharField(_("名称"), max_length=80)
    address = models.CharField(_("地址"), max_length=200)
    region_code = models.CharField(_("所在区域"), max_length=12)
    capacity = models.PositiveIntegerField(_("容纳人数"))
    latitude = models.DecimalField(_("纬度"), max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("培训场地")
        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="site_name_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="site_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Trainer(models.Model):
    """One person who teaches for one institution."""

    personal = {
        "name": "name",
        "id_number": "id_number",
        "id_number_index": "id_number",
        "id_number_masked": "id_number",
        "qualification": "qualification",
    }

    EMPLOYMENTS = [("full", _("专职")), ("part", _("兼职")), ("expert", _("外聘专家"))]

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="trainers", verbose_name=_("机构")
    )
    name = models.CharField(_("姓名"), max_length=60)
    id_number = SealedTextField(_("身份证号码"), purpose=TRAINER_ID_NUMBER)
    id_number_index = models.BinaryField(max_length=16)
    id_number_masked = models.CharField(_("身份证号码"), max_length=18)
    employment = models.CharField(_("用工形式"), max_length=10, choices=EMPLOYMENTS)
    qualification = models.CharField(_("资格或职称"), max_length=120, blank=True, default="")
    level_code = models.CharField(_("等级"), max_length=2, choices=LEVEL_CHOICES, blank=True, default="")

    class Meta:
        verbose_name = _("教师")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "id_number_index"], name="trainer_once_per_institution"
            ),
            models.CheckConstraint(
                condition=Q(employment__in=["full", "part", "expert"]), name="trainer_employment_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
