"""Marks at sessions, and the hours they count."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rosters import Enrolment
from .sessions import Session

MARKS = {"P": _("到"), "A": _("不到"), "L": _("告假"), "T": _("迟到"), "E": _("早退"), "S": _("病假")}
MARK_SIGNS = {"P": "到", "A": "○", "L": "×", "T": "¢", "E": "△", "S": "病假"}


class Attendance(models.Model):
    """One learner's mark at one session, and the hours it counts."""

    personal: dict[str, str] = {}

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances")
    mark = models.CharField(_("标记"), max_length=1, choices=list(MARKS.items()))
    hours_hundredths = models.PositiveIntegerField(_("计入课时（百分之一）"))
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("考勤")
        constraints = [
            models.UniqueConstraint("session", "enrolment", name="attendance_once"),
            models.CheckConstraint(condition=Q(mark__in=list(MARKS)), name="attendance_mark_known"),
            models.CheckConstraint(
                condition=~Q(mark__in=["A", "L", "S"]) | Q(hours_hundredths=0),
                name="attendance_absent_no_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.mark}"
