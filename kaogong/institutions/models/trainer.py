"""Who teaches for a body."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import append_only

from .institution import Institution

TRAINER_ID_NUMBER = "institutions.trainer.id_number"


class Trainer(models.Model):
    """One person who teaches for one institution."""

    personal = {
        "name": "name",
        "id_number": "id_number",
        "id_number_index": "id_number",
        "id_number_masked": "id_number",
        "qualification": "qualification",
        "education": "qualification",
        "born_on": "birth_date",
    }

    EMPLOYMENTS = [("full", _("专职")), ("part", _("兼职")), ("expert", _("企业专家"))]

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
    is_manager = models.BooleanField(_("专职管理人员"), default=False)
    education = models.CharField(_("学历"), max_length=40, blank=True, default="")
    major = models.CharField(_("所学专业"), max_length=80, blank=True, default="")
    title = models.CharField(_("职称"), max_length=60, blank=True, default="")
    courses = models.CharField(_("担任培训课程"), max_length=200, blank=True, default="")
    born_on = models.DateField(_("出生日期"), null=True)
    left_on = models.DateField(_("离岗日期"), null=True)

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


class TrainerQualification(models.Model):
    """One certificate of one trainer, and until when it holds."""

    personal = {"number": "qualification", "name": "qualification"}

    trainer = models.ForeignKey(
        Trainer, models.PROTECT, related_name="qualifications", verbose_name=_("教师")
    )
    name = models.CharField(_("职业资格名称"), max_length=120)
    number = models.CharField(_("证书编号"), max_length=60)
    level_code = models.CharField(_("资格等级"), max_length=2, choices=LEVEL_CHOICES, blank=True, default="")
    issued_on = models.DateField(_("发证日期"), null=True)
    valid_until = models.DateField(_("有效期至"), null=True)

    class Meta:
        verbose_name = _("教师资格")
        constraints = [
            models.UniqueConstraint(fields=["trainer", "number"], name="qualification_number_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(valid_until__gt=F("issued_on")),
                name="qualification_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class TrainerDevelopment(models.Model):
    """One course, visit or programme one trainer took to teach better (C9)."""

    append_only = True
    personal: dict[str, str] = {}

    FORMS = [
        ("in_district", _("在区培训")),
        ("elsewhere", _("异地培训")),
        ("abroad", _("赴外访学")),
        ("programme", _("教师素质提升计划")),
        ("enterprise", _("企业实践")),
    ]

    trainer = models.ForeignKey(Trainer, models.PROTECT, related_name="developments", verbose_name=_("教师"))
    form = models.CharField(_("方式"), max_length=20, choices=FORMS)
    topic = models.CharField(_("内容"), max_length=120)
    organiser = models.CharField(_("组织单位"), max_length=120)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    hours = models.PositiveIntegerField(_("学时"))
    result = models.CharField(_("结果"), max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("教师素质提升")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="development_runs_forward"),
            models.UniqueConstraint(
                fields=["trainer", "form", "topic", "starts_on"], name="development_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainer_id} {self.topic}"
