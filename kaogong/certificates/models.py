"""Certificates and the series their numbers come from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen

from .states import CERTIFICATE

KIND_CHOICES = [(str(kind), kind.label) for kind in CertificateKind]
SOURCE_CHOICES = [("issued", _("本系统发放")), ("registered", _("外部登记"))]
PRINTED = (
    "number",
    "kind",
    "person",
    "holder_name",
    "holder_id_masked",
    "occupation_code",
    "level_code",
    "issued_on",
    "issuer_name",
    "theory_score",
    "practice_score",
    "verification_code",
    "reference",
)


class Certificate(models.Model):
    """One certificate of one person: what is printed on it never changes, only whether it stands."""

    lifecycle = CERTIFICATE
    personal = {"holder_name": "name", "holder_id_masked": "id_number", "issuer_name": "institution"}

    number = models.CharField(_("证书编号"), max_length=40, unique=True)
    kind = models.CharField(_("证书种类"), max_length=30, choices=KIND_CHOICES)
    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates", verbose_name=_("持证人"))
    holder_name = models.CharField(_("姓名"), max_length=100)
    holder_id_masked = models.CharField(_("证件号码"), max_length=30)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    issued_on = models.DateField(_("发证日期"))
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("发证机构"),
    )
    issuer_name = models.CharField(_("发证机构名称"), max_length=200)
    theory_score = models.PositiveIntegerField(_("理论成绩（百分之一分）"), null=True, blank=True)
    practice_score = models.PositiveIntegerField(_("实操成绩（百分之一分）"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=12, choices=SOURCE_CHOICES)
    reference = models.CharField(_("依据"), max_length=80, null=True, blank=True, unique=True)
    verification_code = models.CharField(_("查验码"), max_length=20, unique=True)
    region_code = models.CharField(_("所属区域"), max_length=12)
    synthetic = models.BooleanField(_("虚构数据"), default=False)
    created_at = models.DateTimeField(_("登记时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=CERTIFICATE.choices, default=CERTIFICATE.initial
    )

    class Meta:
        verbose_name = _("证书")
        indexes = [
            models.Index("person", "issued_on", name="certificate_by_person"),
            models.Index(fields=["region_code", "-id"], name="certificate_by_region"),
            models.Index(fields=["institution", "-id"], name="certificate_by_institution"),
            models.Index(fields=["-issued_on", "-id"], name="certificate_latest"),
            models.Index(fields=["kind", "-issued_on", "-id"], name="certificate_by_kind"),
            models.Index(fields=["occupation_code", "-issued_on"], name="certificate_by_occupation"),
            models.Index(fields=["holder_name"], name="certificate_by_holder"),
            models.Index(
                fields=["status", "-issued_on"],
                name="certificate_not_standing",
                condition=~Q(status="issued"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(theory_score__isnull=True) | Q(theory_score__lte=10000),
                name="certificate_theory_at_most_100",
            ),
            models.CheckConstraint(
                condition=Q(practice_score__isnull=True) | Q(practice_score__lte=10000),
                name="certificate_practice_at_most_100",
            ),
            models.CheckConstraint(
                condition=Q(source="registered")
                | (Q(institution__isnull=False) & Q(reference__isnull=False)),
                name="certificate_issued_here_names_issuer_and_grounds",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["qualification", "skill_level"]) | ~Q(level_code=""),
                name="certificate_of_a_level_names_it",
            ),
        ]
        triggers = [LifecycleGuard(CERTIFICATE), frozen(*PRINTED)]

    def __str__(self) -> str:
        return self.number


class NumberSeries(models.Model):
    """The last serial given out by one body in one year for one kind and level of certificate."""

    personal: dict[str, str] = {}

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=30, choices=KIND_CHOICES)
    level_code = models.CharField(max_length=2, blank=True, default="")
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("证书流水号")
        constraints = [
            models.UniqueConstraint("institution", "year", "kind", "level_code", name="number_series_once"),
            models.CheckConstraint(condition=Q(last_serial__lte=999_999), name="number_series_six_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.year} {self.kind} {self.level_code}: {self.last_serial}"
