"""The yearly check of an apprenticeship, on which its subsidy rests."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only


class ApprenticeYear(models.Model):
    """One year of one apprentice, checked when it was over: how many hours each of the two mentors gave."""

    append_only = True
    personal = {"checked_by": "name"}

    enrolment = models.ForeignKey(
        "training.Enrolment", models.PROTECT, related_name="apprentice_years", verbose_name=_("学员")
    )
    year = models.PositiveSmallIntegerField(_("第几年"))
    firm_hours_hundredths = models.PositiveIntegerField(_("企业导师课时"))
    school_hours_hundredths = models.PositiveIntegerField(_("学校导师课时"))
    checked_at = models.DateTimeField(_("检查时间"))
    checked_by = models.CharField(_("检查人"), max_length=100)

    class Meta:
        verbose_name = _("学徒年度检查")
        constraints = [
            models.UniqueConstraint("enrolment", "year", name="apprentice_year_checked_once"),
            models.CheckConstraint(condition=Q(year__gte=1, year__lte=6), name="apprentice_year_known"),
            models.CheckConstraint(
                condition=Q(firm_hours_hundredths__gt=0, school_hours_hundredths__gt=0),
                name="apprentice_year_taught_by_both",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.year}"
