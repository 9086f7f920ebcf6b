"""One body and how it is paid."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.trail.guards import frozen

BANK_ACCOUNT = "institutions.institution.bank_account"


class Institution(models.Model):
    """One body with one unified social credit code: a school, an enterprise, an assessment body."""

    personal = {"contact_name": "name", "phone": "phone"}

    KINDS = [
        ("training_school", _("民办职业培训学校")),
        ("technician_college", _("技师学院")),
        ("senior_technical_school", _("高级技工学校")),
        ("technical_school", _("技工学校")),
        ("vocational_school", _("职业院校")),
        ("enterprise", _("企业")),
        ("enterprise_centre", _("企业职工培训中心")),
        ("public_base", _("公共实训基地")),
        ("public_body", _("事业单位")),
        ("social_body", _("社会组织")),
        ("other", _("其他")),
    ]

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("机构名称"), max_length=120)
    # The four forces of training of C6; a kind in none of them is counted under its own name only.
    FORCES = [
        ("enterprise", _("企业"), ("enterprise", "enterprise_centre")),
        (
            "school",
            _("职业院校"),
            ("technician_college", "senior_technical_school", "technical_school", "vocational_school"),
        ),
        ("private", _("民办职业培训机构"), ("training_school", "social_body")),
        ("public", _("公共职业技能培训力量"), ("public_body", "public_base")),
    ]

    OWNERSHIPS = [("public", _("公办")), ("private", _("民办"))]

    kind = models.CharField(_("机构类型"), max_length=30, choices=KINDS)
    ownership = models.CharField(_("举办性质"), max_length=10, choices=OWNERSHIPS, blank=True, default="")
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
    closed_on = models.DateField(_("停办日期"), null=True)

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
