"""Timetables: what is taught when, where and by whom; nobody and nothing in two places at once."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Room, Site, Trainer

from .classes import TrainingClass
from .two_places import SessionsGuard

KIND_CHOICES = [("theory", _("理论")), ("practice", _("实训"))]


class WallClockSpan(Func):
    """The range from one time to another on one day, without a zone: immutable, as an index must be."""

    output_field = DateTimeRangeField()

    def as_sql(self, compiler, connection, **extra):
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        (day, a), (begins, b), (ends, c) = parts
        return f"tsrange({day} + {begins}, {day} + {ends})", [*a, *b, *a, *c]


class RoomSpan(Func):
    """The one room taken, or every room of the site where none is named: what overlaps cannot be shared."""

    output_field = BigIntegerRangeField()

    def as_sql(self, compiler, connection, **extra):
        (room, given), *_ = [compiler.compile(part) for part in self.get_source_expressions()]
        return f"int8range({room}, {room}, '[]')", [*given, *given]  # without a room: unbounded on both sides


class Session(models.Model):
    """One stretch of teaching on one day; ``cancelled`` ones free their trainer and room.

    Without a room the whole site is taken. ``makes_up`` names the cancelled session this one stands in for.
    """

    personal: dict[str, str] = {}

    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="sessions")
    on = models.DateField(_("日期"))
    starts_at = models.TimeField(_("开始"))
    ends_at = models.TimeField(_("结束"))
    hours_hundredths = models.PositiveIntegerField(_("课时（百分之一）"))
    kind = models.CharField(_("类别"), max_length=10, choices=KIND_CHOICES)
    topic = models.CharField(_("授课内容"), max_length=200)
    trainer = models.ForeignKey(Trainer, models.PROTECT, related_name="+", verbose_name=_("授课教师"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("授课地点"))
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("教室")
    )
    cancelled = models.BooleanField(_("已取消"), default=False)
    makes_up = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="made_up_by", verbose_name=_("补哪次课")
    )

    class Meta:
        verbose_name = _("课次")
        indexes = [models.Index("training_class", "on", "starts_at", name="session_of_class")]
        triggers = [SessionsGuard("insert"), SessionsGuard("update")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(condition=~Q(makes_up=F("id")), name="session_makes_up_another"),
            models.CheckConstraint(
                condition=Q(hours_hundredths__gt=0, hours_hundredths__lte=2400),
                name="session_hours_fit_a_day",
            ),
            ExclusionConstraint(
                name="session_trainer_once_at_a_time",
                expressions=[
                    (F("trainer"), RangeOperators.EQUAL),
                    (WallClockSpan("on", "starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled=False),
            ),
            ExclusionConstraint(
                name="session_site_once_at_a_time",
                expressions=[
                    (F("site"), RangeOperators.EQUAL),
                    (RoomSpan("room"), RangeOperators.OVERLAPS),
                    (WallClockSpan("on", "starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled=False),
            ),
            ExclusionConstraint(
                name="session_class_once_at_a_time",
                expressions=[
                    (F("training_class"), RangeOperators.EQUAL),
                    (WallClockSpan("on", "starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.starts_at:%H:%M}–{self.ends_at:%H:%M} {self.topic}"
