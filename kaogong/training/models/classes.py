"""Classes and who is named to teach them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Contract, Institution, Site, Trainer
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import LifecycleGuard, frozen
from kaogong.training.states import TRAINING_CLASS

from .two_places import ClassGuard


class TrainingClass(models.Model):
    """One class of one provider: one occupation and level, one group of learners, one stretch of days."""

    lifecycle = TRAINING_CLASS
    personal = {"employer_name": "employer"}

    number = models.CharField(_("班期编号"), max_length=20, unique=True)
    title = models.CharField(_("班期名称"), max_length=120)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="classes", verbose_name=_("培训机构")
    )
    region_code = models.CharField(_("所属区域"), max_length=12)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="classes", verbose_name=_("培训协议"))
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    certificate_kind = models.CharField(
        "证书种类", max_length=30, choices=[(str(kind), kind.label) for kind in CertificateKind]
    )
    hours_theory = models.PositiveIntegerField(_("理论课时"))
    hours_practice = models.PositiveIntegerField(_("实训课时"))
    starts_on = models.DateField(_("开班日期"))
    ends_on = models.DateField(_("结业日期"))
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("培训地点")
    )
    head_count = models.PositiveIntegerField(_("计划人数"))
    employer_name = models.CharField(_("用人单位"), max_length=200, blank=True, default="")
    synthetic = models.BooleanField(_("虚构数据"), default=False)
    created_at = models.DateTimeField(_("建立时间"))
    status = models.CharField(
        "状态", max_length=12, choices=TRAINING_CLASS.choices, default=TRAINING_CLASS.initial
    )

    class Meta:
        verbose_name = _("培训班")
        indexes = [
            models.Index(fields=["region_code", "-id"], name="class_by_region"),
            models.Index(fields=["institution", "-id"], name="class_by_institution"),
            models.Index("status", "starts_on", name="class_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="class_ends_after_start"),
            models.CheckConstraint(condition=Q(head_count__gt=0), name="class_has_places"),
            models.CheckConstraint(
                condition=Q(hours_theory__gt=0) | Q(hours_practice__gt=0), name="class_has_hours"
            ),
        ]
        triggers = [LifecycleGuard(TRAINING_CLASS), frozen("number", "institution"), ClassGuard()]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ClassNumberSeries(models.Model):
    """The last serial given to a class in one year."""

    personal: dict[str, str] = {}

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("班期流水号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last_serial}"


class ClassTrainer(models.Model):
    """One trainer named for one class."""

    personal: dict[str, str] = {}

    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="class_trainers")
    trainer = models.ForeignKey(Trainer, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("班级教师")
        constraints = [models.UniqueConstraint("training_class", "trainer", name="class_trainer_once")]

    def __str__(self) -> str:
        return f"{self.training_class_id}: {self.trainer_id}"
