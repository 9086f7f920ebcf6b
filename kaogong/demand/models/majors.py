"""What schools teach, tagged to the chains of industry it serves."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution


class SchoolMajor(models.Model):
    """One major a school offers on the days of [starts_on, ends_on), and the industry chain it serves (N3).

    ``senior_students``: how many of its students are trained to senior worker or above (N6).
    """

    personal: dict[str, str] = {}

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="majors", verbose_name=_("学校")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    code = models.CharField(_("专业代码"), max_length=12)
    name = models.CharField(_("专业名称"), max_length=60)
    chain_code = models.CharField(_("产业链"), max_length=40, blank=True, default="")
    students = models.PositiveIntegerField(_("在校生"), null=True)
    senior_students = models.PositiveIntegerField(_("高级工及以上在校生"), null=True)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True)
    source = models.CharField(_("来源"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("学校专业")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code"],
                condition=Q(ends_on__isnull=True),
                name="major_once_a_school",
            ),
            models.CheckConstraint(
                condition=Q(senior_students__isnull=True)
                | Q(students__isnull=False, senior_students__lte=F("students")),
                name="major_senior_within_students",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="major_lasts_a_day"
            ),
        ]
        indexes = [models.Index(fields=["region_code", "name"], name="major_by_region")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.name}"
