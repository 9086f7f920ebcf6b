"""Exams and their results."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.trail.guards import LifecycleGuard
from kaogong.training.models import Enrolment, TrainingClass

from .states import EXAM

FULL_MARKS = 10_000


class Exam(models.Model):
    """One assessment of one class by one assessing body on one day, with the marks needed to pass it."""

    lifecycle = EXAM
    personal: dict[str, str] = {}

    training_class = models.OneToOneField(
        TrainingClass, models.PROTECT, related_name="exam", verbose_name=_("培训班")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="exams", verbose_name=_("考评机构")
    )
    region_code = models.CharField(_("所属区域"), max_length=12)
    assessed_on = models.DateField(_("考核日期"))
    pass_theory = models.PositiveIntegerField(_("理论合格线（百分之一分）"))
    pass_practice = models.PositiveIntegerField(_("实操合格线（百分之一分）"))
    created_at = models.DateTimeField(_("安排时间"))
    status = models.CharField(_("状态"), max_length=12, choices=EXAM.choices, default=EXAM.initial)

    class Meta:
        verbose_name = _("考核")
        indexes = [
            models.Index(fields=["institution", "-id"], name="exam_by_institution"),
            models.Index(fields=["region_code", "-id"], name="exam_by_region"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_theory__lte=FULL_MARKS, pass_practice__lte=FULL_MARKS),
                name="exam_pass_marks_at_most_100",
            )
        ]
        triggers = [LifecycleGuard(EXAM)]

    def __str__(self) -> str:
        return f"{self.training_class} 考核 {self.assessed_on}"


class ExamResult(models.Model):
    """One learner's ticket and marks in one exam; marks are null until they are entered."""

    personal: dict[str, str] = {}

    exam = models.ForeignKey(Exam, models.CASCADE, related_name="results")
    enrolment = models.OneToOneField(
        Enrolment, models.PROTECT, related_name="exam_result", verbose_name=_("学员")
    )
    ticket_number = models.CharField(_("准考证号"), max_length=30)
    theory = models.PositiveIntegerField(_("理论成绩（百分之一分）"), null=True, blank=True)
    practice = models.PositiveIntegerField(_("实操成绩（百分之一分）"), null=True, blank=True)
    passed = models.BooleanField(_("合格"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("考核成绩")
        constraints = [
            models.UniqueConstraint("ticket_number", name="exam_ticket_once"),
            models.CheckConstraint(
                condition=Q(theory__isnull=True) | Q(theory__lte=FULL_MARKS), name="exam_theory_at_most_100"
            ),
            models.CheckConstraint(
                condition=Q(practice__isnull=True) | Q(practice__lte=FULL_MARKS),
                name="exam_practice_at_most_100",
            ),
            models.CheckConstraint(
                condition=Q(passed__isnull=True)
                | Q(passed=False)
                | Q(theory__isnull=False, practice__isnull=False),
                name="exam_pass_needs_both_marks",
            ),
        ]
        ordering = [F("ticket_number").asc()]

    def __str__(self) -> str:
        return self.ticket_number
