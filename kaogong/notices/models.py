"""Notices, their rows and the objections to them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from .states import NOTICE, OBJECTION


class Notice(models.Model):
    """One list put before the public from ``opens_on`` through ``closes_on``, both days included."""

    lifecycle = NOTICE
    personal: dict[str, str] = {}

    KINDS = [("subsidy", _("补贴公示")), ("provider", _("机构公示")), ("catalogue", _("目录发布"))]

    number = models.CharField(_("公示编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=20, choices=KINDS)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"))
    columns = models.JSONField(_("栏目"))
    region_code = models.CharField(_("区域"), max_length=12)
    opens_on = models.DateField(_("公示开始"))
    working_days = models.PositiveSmallIntegerField(_("工作日数"))
    closes_on = models.DateField(_("公示结束"))
    complaint_phone = models.CharField(_("监督电话"), max_length=60, blank=True, default="")
    complaint_address = models.CharField(_("受理地址"), max_length=200, blank=True, default="")
    subject_reference = models.CharField(_("事由"), max_length=80, blank=True, default="")
    created_at = models.DateTimeField(_("拟发时间"))
    status = models.CharField(_("状态"), max_length=20, choices=NOTICE.choices, default=NOTICE.initial)

    class Meta:
        verbose_name = _("公示")
        triggers = [
            LifecycleGuard(NOTICE),
            frozen("number", "title", "body", "columns", "region_code", "opens_on", "closes_on"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="notice_stands_a_day"),
            models.CheckConstraint(
                condition=Q(kind__in=["subsidy", "provider", "catalogue"]), name="notice_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-opens_on"], name="notice_by_region"),
            models.Index(
                fields=["subject_reference"], name="notice_by_subject", condition=~Q(subject_reference="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class NoticeRow(models.Model):
    """One line of one notice, masked; ``subject_reference`` is what its publisher knows it by."""

    append_only = True
    personal = {"cells": "published"}

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="rows", verbose_name=_("公示"))
    sequence = models.PositiveIntegerField(_("序号"))
    subject_reference = models.CharField(_("对象"), max_length=80)
    cells = models.JSONField(_("内容"))

    class Meta:
        verbose_name = _("公示条目")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["notice", "sequence"], name="notice_row_sequence_once"),
            models.UniqueConstraint(fields=["notice", "subject_reference"], name="notice_row_subject_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}-{self.sequence}"


class Objection(models.Model):
    """What one member of the public says against a notice, or against one row of it."""

    lifecycle = OBJECTION
    personal = {"name": "name", "contact": "phone", "content": "free_text", "answer": "free_text"}

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections", verbose_name=_("公示"))
    row = models.ForeignKey(
        NoticeRow, models.PROTECT, related_name="objections", verbose_name=_("公示条目"), null=True
    )
    region_code = models.CharField(_("区域"), max_length=12)
    name = models.CharField(_("异议人"), max_length=60, blank=True, default="")
    contact = SealedTextField(_("联系方式"), purpose="notices.objection.contact")
    content = models.TextField(_("异议内容"))
    received_at = models.DateTimeField(_("收到时间"))
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=20, choices=OBJECTION.choices, default=OBJECTION.initial)

    class Meta:
        verbose_name = _("异议")
        triggers = [LifecycleGuard(OBJECTION), frozen("content", "received_at")]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="objection_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="objection_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="received") | Q(answered_at__isnull=False),
                name="objection_settled_is_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "received_at"], name="objection_open", condition=Q(status="received")
            )
        ]

    def __str__(self) -> str:
        return f"异议 {self.pk}"
