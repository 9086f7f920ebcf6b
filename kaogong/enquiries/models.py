"""What people ask online, what is answered, and what of it is published for everybody."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen, kept_but_sealed_anew

from .states import CHANNELS, COMMON_QUESTION, ENQUIRY


class Enquiry(models.Model):
    """One question of one asker; numbers of people typed into it stand masked, the original sealed."""

    lifecycle = ENQUIRY
    personal = {
        "asker_name": "name", "contact": "phone", "subject": "free_text", "content": "free_text",
        "withheld": "free_text", "why_dismissed": "free_text",
    }  # fmt: skip

    number = models.CharField(_("咨询编号"), max_length=20, unique=True)
    channel = models.CharField(_("来源"), max_length=10, choices=list(CHANNELS.items()))
    category = models.CharField(_("类别"), max_length=20)
    region_code = models.CharField(_("区域"), max_length=12)
    asker_name = SealedTextField(_("咨询人"), purpose="enquiries.enquiry.asker_name")
    contact = SealedTextField(_("联系方式"), purpose="enquiries.enquiry.contact")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="enquiries", verbose_name=_("学员")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="enquiries", verbose_name=_("机构")
    )
    secret_digest = models.CharField(_("查询码摘要"), max_length=64, blank=True, default="")
    subject = models.CharField(_("标题"), max_length=60)
    content = models.TextField(_("内容"))
    withheld = SealedTextField(_("遮盖前的原文"), purpose="enquiries.enquiry.withheld")
    received_at = models.DateTimeField(_("收到时间"))
    answer_due_on = models.DateField(_("答复期限"), null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="enquiries",
        verbose_name=_("承办人"),
    )
    department_code = models.CharField(_("承办部门"), max_length=40, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="duplicates", verbose_name=_("合并到")
    )
    why_dismissed = models.CharField(_("不予答复的理由"), max_length=500, blank=True, default="")
    first_answered_at = models.DateTimeField(_("首次答复时间"), null=True)
    answered_at = models.DateTimeField(_("最近答复时间"), null=True)
    days_taken = models.PositiveSmallIntegerField(_("首次答复用时（个工作日）"), null=True)
    is_in_time = models.BooleanField(_("首次答复是否按期"), null=True)
    is_helped = models.BooleanField(_("是否解决问题"), null=True)
    status = models.CharField(_("状态"), max_length=15, choices=ENQUIRY.choices, default=ENQUIRY.initial)

    class Meta:
        verbose_name = _("网上咨询")
        triggers = [
            LifecycleGuard(ENQUIRY),
            frozen(
                "number", "channel", "secret_digest", "subject", "content", "received_at", "person",
                "institution",
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=~Q(content="") & ~Q(subject=""), name="enquiry_asks_something"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(institution__isnull=True), name="enquiry_of_one_asker"
            ),
            models.CheckConstraint(
                condition=~Q(channel="portal") | ~Q(secret_digest=""), name="enquiry_of_portal_has_code"
            ),
            models.CheckConstraint(
                condition=~Q(status="merged") | Q(merged_into__isnull=False),
                name="enquiry_merged_says_into_what",
            ),
            models.CheckConstraint(
                condition=~Q(status="forwarded") | ~Q(department_code=""), name="enquiry_forwarded_says_where"
            ),
            models.CheckConstraint(
                condition=Q(first_answered_at__isnull=True, answered_at__isnull=True, days_taken__isnull=True)
                | Q(first_answered_at__isnull=False, answered_at__isnull=False, days_taken__isnull=False),
                name="enquiry_answered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "closed"]) | Q(answered_at__isnull=False),
                name="enquiry_answered_when",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="enquiry_by_region"),
            models.Index(fields=["status", "region_code", "answer_due_on"], name="enquiry_by_status"),
            models.Index(fields=["department_code", "-id"], name="enquiry_by_department"),
        ]

    def __str__(self) -> str:
        return self.number


class EnquiryAddition(models.Model):
    """What one asker asked further after one answer, its numbers masked as in the first question."""

    personal = {"content": "free_text", "withheld": "free_text"}

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="additions", verbose_name=_("网上咨询"))
    content = models.TextField(_("追问"))
    withheld = SealedTextField(_("遮盖前的原文"), purpose="enquiries.addition.withheld")
    added_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("追问")
        triggers = kept_but_sealed_anew("enquiry", "content", "added_at")
        constraints = [models.CheckConstraint(condition=~Q(content=""), name="addition_asks_something")]

    def __str__(self) -> str:
        return f"{self.enquiry_id}-{self.pk}"


class Reply(models.Model):
    """One answer to one enquiry: its paragraphs, and the cell behind each figure; once issued it stands.

    Each of ``cells`` is one figure: its indicator, days, region and value, counted from ``snapshot``.
    """

    personal = {"drafted_by": "name", "submitted_by": "name", "issued_by": "name"}

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="replies", verbose_name=_("网上咨询"))
    sequence = models.PositiveSmallIntegerField(_("第几次答复"))
    starts_on = models.DateField(_("数据起始日"), null=True)
    ends_on = models.DateField(_("数据截止日"), null=True)
    snapshot = models.PositiveIntegerField(_("统计数据编号"), null=True)
    as_of = models.DateTimeField(_("数据截至"), null=True)
    cells = models.JSONField(_("数字"), default=list)
    body = models.JSONField(_("正文"), default=list)
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.CharField(_("起草人"), max_length=100)
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_by = models.CharField(_("送复核人"), max_length=100, blank=True, default="")
    issued_at = models.DateTimeField(_("发出时间"), null=True)
    issued_by = models.CharField(_("发出人"), max_length=100, blank=True, default="")
    is_helped = models.BooleanField(_("是否解决问题"), null=True)
    told_at = models.DateTimeField(_("评价时间"), null=True)

    class Meta:
        verbose_name = _("咨询答复")
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "sequence"], name="reply_once"),
            models.UniqueConstraint(
                fields=["enquiry"], condition=Q(issued_at__isnull=True), name="reply_one_open"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by="") | (Q(issued_at__isnull=False) & ~Q(issued_by="")),
                name="reply_issued_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_helped__isnull=True, told_at__isnull=True)
                | Q(is_helped__isnull=False, told_at__isnull=False, issued_at__isnull=False),
                name="reply_judged_once_issued",
            ),
            models.CheckConstraint(
                condition=Q(cells=[]) | Q(snapshot__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                name="reply_figures_name_their_snapshot",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="issued_reply_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.issued_at IS NOT NULL AND (OLD.body IS DISTINCT FROM NEW.body"
                    " OR OLD.cells IS DISTINCT FROM NEW.cells OR OLD.issued_at IS DISTINCT FROM NEW.issued_at"
                    " OR OLD.issued_by IS DISTINCT FROM NEW.issued_by OR OLD.snapshot IS DISTINCT FROM NEW.snapshot"
                    " OR (OLD.is_helped IS NOT NULL AND OLD.is_helped IS DISTINCT FROM NEW.is_helped))"
                ),
            ),
            pgtrigger.Protect(
                name="issued_reply_never_removed",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.issued_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id}-{self.sequence}"


class CommonQuestion(models.Model):
    """One question and answer published for everybody, without who asked, from a day on until withdrawn.

    ``policy_mark`` is the fingerprint of the subsidy scheme it rests on as it stood when a person checked it.
    """

    lifecycle = COMMON_QUESTION
    personal = {"published_by": "name"}

    number = models.CharField(_("编号"), max_length=20, unique=True)
    region_code = models.CharField(_("区域"), max_length=12)
    category = models.CharField(_("类别"), max_length=20)
    question = models.CharField(_("问题"), max_length=200)
    answer = models.TextField(_("答复"))
    enquiry = models.ForeignKey(
        Enquiry, models.PROTECT, null=True, related_name="published", verbose_name=_("来自咨询")
    )
    scheme_code = models.CharField(_("所依据的补贴项目"), max_length=60, blank=True, default="")
    policy_mark = models.CharField(_("政策指纹"), max_length=64, blank=True, default="")
    holds_from = models.DateField(_("适用起始日"))
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.CharField(_("发布人"), max_length=100)
    withdrawn_on = models.DateField(_("撤下日期"), null=True)
    why_withdrawn = models.CharField(_("撤下理由"), max_length=500, blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=12, choices=COMMON_QUESTION.choices, default=COMMON_QUESTION.initial
    )

    class Meta:
        verbose_name = _("常见问题")
        triggers = [
            LifecycleGuard(COMMON_QUESTION),
            frozen(
                "number",
                "region_code",
                "category",
                "question",
                "answer",
                "enquiry",
                "holds_from",
                "published_at",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(answer=""), name="common_question_is_whole"
            ),
            models.CheckConstraint(
                condition=(Q(status="withdrawn", withdrawn_on__isnull=False) & ~Q(why_withdrawn=""))
                | Q(status="published"),
                name="common_question_withdrawn_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "category", "-holds_from"], name="common_question_by_region")
        ]

    def __str__(self) -> str:
        return self.number
