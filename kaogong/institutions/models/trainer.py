"""Who teaches for a body."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES

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
