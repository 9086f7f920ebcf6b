"""Complaints and reports, their photographs, and what the accused provider is asked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import TrainingClass

from ..states import COMPLAINT

CHANNELS = [
    ("portal", _("门户")),
    ("learner", _("学员")),
    ("provider", _("机构")),
    ("phone", _("电话")),
    ("visit", _("来访")),
    ("letter", _("来信")),
]
OUTCOMES = [
    ("upheld", _("属实")),
    ("partly", _("部分属实")),
    ("dismissed", _("不属实")),
    ("unclear", _("无法查实")),
]


class Complaint(models.Model):
    """One complaint or report, named or not; who made it stands sealed, and of an anonymous one nowhere."""

    lifecycle = COMPLAINT
    personal = {
        "reporter_name": "name",
        "reporter_contact": "phone",
        "reporter_index": "account",
        "about": "free_text",
        "content": "free_text",
        "answer": "free_text",
        "forwarded_to": "free_text",
    }

    number = models.CharField(_("受理编号"), max_length=20, unique=True)
    channel = models.CharField(_("来源"), max_length=10, choices=CHANNELS)
    is_named = models.BooleanField(_("实名"))
    reporter_name = SealedTextField(_("举报人"), purpose="supervision.complaint.reporter_name")
    reporter_contact = SealedTextField(_("联系方式"), purpose="supervision.complaint.reporter_contact")
    reporter_index = models.BinaryField(max_length=16, null=True)
    secret_digest = models.CharField(_("查询码摘要"), max_length=64)
    region_code = models.CharField(_("区域"), max_length=12)
    about = models.CharField(_("反映对象"), max_length=200, blank=True, default="")
    content = models.TextField(_("反映内容"))
    # Not “institution”: an entry in the trail would then count as one of the accused provider's own.
    accused = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="complaints", verbose_name=_("被反映机构")
    )
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="complaints", verbose_name=_("班次")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="complaints", verbose_name=_("涉及人员")
    )
    received_at = models.DateTimeField(_("收到时间"))
    accept_due_on = models.DateField(_("受理期限"), null=True)
    answer_due_on = models.DateField(_("答复期限"), null=True)
    forwarded_to = models.CharField(_("转送单位"), max_length=120, blank=True, default="")
    outcome = models.CharField(_("查实情况"), max_length=10, choices=OUTCOMES, blank=True, default="")
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=15, choices=COMPLAINT.choices, default=COMPLAINT.initial)

    class Meta:
        verbose_name = _("投诉举报")
        triggers = [
            LifecycleGuard(COMPLAINT),
            frozen("number", "channel", "is_named", "secret_digest", "content", "about", "received_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="complaint_says_something"),
            models.CheckConstraint(
                condition=Q(is_named=True)
                | Q(is_named=False, reporter_index__isnull=True, reporter_name=b"", reporter_contact=b""),
                name="complaint_anonymous_keeps_nobody",
            ),
            models.CheckConstraint(
                condition=Q(answer="", outcome="", answered_at__isnull=True)
                | (~Q(answer="") & ~Q(outcome="") & Q(answered_at__isnull=False)),
                name="complaint_answer_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "closed"]) | Q(answered_at__isnull=False),
                name="complaint_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(status="forwarded") | ~Q(forwarded_to=""), name="complaint_forwarded_says_where"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="complaint_by_region"),
            models.Index(fields=["accused", "-id"], name="complaint_by_accused"),
            models.Index(
                fields=["reporter_index"],
                name="complaint_by_reporter",
                condition=Q(reporter_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintPhoto(models.Model):
    """One photograph sent with one complaint, without the place, time and phone it once held."""

    append_only = True
    personal = {"content": "photo"}

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="photos", verbose_name=_("投诉举报")
    )
    content_type = models.CharField(_("类型"), max_length=20)
    content = models.BinaryField()
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("举报照片")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["complaint", "digest"], name="complaint_photo_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id}-{self.digest[:8]}"


class Inquiry(models.Model):
    """One question a provider is asked about one complaint, in the bureau's own words, and its answer."""

    personal = {"question": "free_text", "answer": "free_text"}

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="inquiries", verbose_name=_("投诉举报")
    )
    number = models.CharField(_("函询编号"), max_length=20, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="inquiries", verbose_name=_("机构")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    question = models.TextField(_("请说明的情况"))
    asked_at = models.DateTimeField(_("发出时间"))
    due_on = models.DateField(_("答复期限"), null=True)
    answer = models.TextField(_("情况说明"), blank=True, default="")
    answered_at = models.DateTimeField(_("说明时间"), null=True)

    class Meta:
        verbose_name = _("情况函询")
        triggers = [frozen("complaint", "number", "institution", "question", "asked_at")]
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="inquiry_asks_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="inquiry_answer_whole",
            ),
        ]
        indexes = [models.Index(fields=["institution", "-id"], name="inquiry_by_institution")]

    def __str__(self) -> str:
        return self.number
