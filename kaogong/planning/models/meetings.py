"""Joint meetings of the departments and what they decide."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.planning.states import JOINT_MEETING, MEETING_ITEM
from kaogong.trail.guards import LifecycleGuard, frozen

from .duties import DutyItem


class JointMeeting(models.Model):
    """One sitting of a joint meeting (联席会议): when, where, who came."""

    lifecycle = JOINT_MEETING
    personal = {"chair": "name", "attendees": "free_text"}

    region_code = models.CharField(_("区域"), max_length=12)
    number = models.CharField(_("会议编号"), max_length=20, unique=True)
    title = models.CharField(_("会议"), max_length=200)
    held_on = models.DateField(_("召开日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    chair = models.CharField(_("主持人"), max_length=60, blank=True, default="")
    units = models.JSONField(_("成员单位"), default=list)
    attendees = models.TextField(_("出席人员"), blank=True, default="")
    called_at = models.DateTimeField(_("通知时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=JOINT_MEETING.choices, default=JOINT_MEETING.initial
    )

    class Meta:
        verbose_name = _("联席会议")
        triggers = [LifecycleGuard(JOINT_MEETING), frozen("region_code", "number")]
        indexes = [models.Index(fields=["region_code", "-held_on"], name="meeting_by_region")]

    def __str__(self) -> str:
        return self.title


class MeetingItem(models.Model):
    """One matter before a joint meeting: what was decided, who does it by when, what came of it."""

    lifecycle = MEETING_ITEM
    personal: dict[str, str] = {}

    meeting = models.ForeignKey(
        JointMeeting, models.PROTECT, related_name="items", verbose_name=_("联席会议")
    )
    duty = models.ForeignKey(
        DutyItem, models.PROTECT, related_name="items", verbose_name=_("责任事项"), null=True, blank=True
    )
    region_code = models.CharField(_("区域"), max_length=12)
    sequence = models.PositiveSmallIntegerField(_("序号"))
    subject = models.CharField(_("议题"), max_length=200)
    raised_by = models.CharField(_("提出单位"), max_length=120, blank=True, default="")
    decision = models.TextField(_("决定"), blank=True, default="")
    owner = models.CharField(_("负责单位"), max_length=120, blank=True, default="")
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    result = models.TextField(_("落实情况"), blank=True, default="")
    reported_on = models.DateField(_("报告日期"), null=True, blank=True)
    finished_on = models.DateField(_("落实日期"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=MEETING_ITEM.choices, default=MEETING_ITEM.initial
    )

    class Meta:
        verbose_name = _("会议议题")
        triggers = [LifecycleGuard(MEETING_ITEM), frozen("meeting", "sequence", "subject")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "sequence"], name="meeting_item_sequence_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "reported", "done"])
                | (~Q(decision="") & ~Q(owner="") & Q(due_on__isnull=False)),
                name="meeting_decision_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | (~Q(result="") & Q(finished_on__isnull=False)),
                name="meeting_result_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="reported") | (~Q(result="") & Q(reported_on__isnull=False)),
                name="meeting_report_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "due_on"], name="meeting_item_due", condition=Q(status="decided")
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def is_overdue(self, today) -> bool:
        """Whether what was decided should have been done before today, or before its unit said it was."""
        waits = self.status in ("decided", "reported") and self.due_on is not None
        return waits and self.due_on < (self.reported_on or today)
