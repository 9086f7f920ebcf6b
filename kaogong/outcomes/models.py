"""What learners thought of a class, and whether they work some months later."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen
from kaogong.training.models import Enrolment, TrainingClass

from .states import FOLLOW_UP, SURVEY, SURVEY_ANSWER

ROUNDS = [("last_day", _("结业评价")), ("later", _("结业后回访"))]
WORK = [("employed", _("受雇就业")), ("own_business", _("自主创业")), ("flexible", _("灵活就业"))]


class Survey(models.Model):
    """One round of asking one class; ``questions`` are those in force on its first day."""

    lifecycle = SURVEY
    personal: dict[str, str] = {}

    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, related_name="surveys", verbose_name=_("班次")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    region_code = models.CharField(_("区域"), max_length=12)
    round_code = models.CharField(_("轮次"), max_length=20, choices=ROUNDS)
    opens_on = models.DateField(_("开始"))
    closes_on = models.DateField(_("截止"))
    questions = models.JSONField(_("题目"))
    invited = models.PositiveIntegerField(_("应评人数"))
    status = models.CharField(_("状态"), max_length=12, choices=SURVEY.choices, default=SURVEY.initial)

    class Meta:
        verbose_name = _("学员评价")
        triggers = [
            LifecycleGuard(SURVEY),
            frozen("training_class", "institution", "round_code", "questions", "opens_on"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["training_class", "round_code"], name="survey_round_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="survey_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(round_code__in=["last_day", "later"]), name="survey_round_known"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="survey_by_institution"),
            models.Index(fields=["region_code", "-id"], name="survey_by_region"),
            models.Index(fields=["closes_on"], name="survey_open", condition=Q(status="opened")),
        ]

    def __str__(self) -> str:
        return f"{self.training_class.number} {self.get_round_code_display()}"


class SurveyAnswer(models.Model):
    """One learner's answer to one survey, once; who it was is only a fingerprint, so no page can show it."""

    lifecycle = SURVEY_ANSWER
    personal = {"respondent": "fingerprint", "comment": "free_text", "device": "device", "address": "device"}

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers", verbose_name=_("学员评价"))
    respondent = models.BinaryField(max_length=16)
    scores = models.JSONField(_("评分"))
    comment = SealedTextField(_("意见"), purpose="outcomes.surveyanswer.comment", blank=True)
    answered_at = models.DateTimeField(_("评价时间"))
    device = models.BinaryField(max_length=16)
    address = models.BinaryField(max_length=16)
    set_aside_because = models.CharField(_("暂不计入的原因"), max_length=200, blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=12, choices=SURVEY_ANSWER.choices, default=SURVEY_ANSWER.initial
    )

    class Meta:
        verbose_name = _("一份评价")
        triggers = [
            LifecycleGuard(SURVEY_ANSWER),
            frozen("survey", "respondent", "scores", "comment", "answered_at", "device", "address"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["survey", "respondent"], name="survey_answered_once"),
            models.CheckConstraint(
                condition=~Q(status="set_aside") | ~Q(set_aside_because=""), name="survey_answer_says_why"
            ),
        ]
        indexes = [models.Index(fields=["survey", "status"], name="survey_answer_counted")]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.pk}"


class FollowUp(models.Model):
    """Whether one learner works so many months after the last day of one class, and how that is known."""

    lifecycle = FOLLOW_UP
    personal = {
        "employer": "employer",
        "document": "file",
        "document_name": "file",
        "note": "free_text",
    }

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="follow_ups", verbose_name=_("学员")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="follow_ups", verbose_name=_("学员"))
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, related_name="follow_ups", verbose_name=_("班次")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    region_code = models.CharField(_("区域"), max_length=12)
    occupation_code = models.CharField(_("职业"), max_length=20)
    months = models.PositiveSmallIntegerField(_("结业后月数"))
    due_on = models.DateField(_("回访日"))
    work = models.CharField(_("就业形式"), max_length=20, choices=WORK, blank=True, default="")
    employer = models.CharField(_("用人单位"), max_length=200, blank=True, default="")
    since_on = models.DateField(_("就业日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=60, blank=True, default="")
    as_of = models.DateField(_("数据截至"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    document = SealedTextField(purpose="outcomes.followup.document", blank=True)
    document_name = models.CharField(_("证明材料"), max_length=120, blank=True, default="")
    settled_on = models.DateField(_("核实日期"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=FOLLOW_UP.choices, default=FOLLOW_UP.initial)

    class Meta:
        verbose_name = _("就业回访")
        triggers = [
            LifecycleGuard(FOLLOW_UP),
            frozen("enrolment", "person", "training_class", "institution", "months", "due_on"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=~Q(status="employed") | (~Q(source="") & ~Q(work="") & Q(settled_on__isnull=False)),
                name="follow_up_employed_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(status="declared") | (~Q(document="") & ~Q(work="") & Q(since_on__isnull=False)),
                name="follow_up_declared_with_document",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-due_on", "-id"], name="follow_up_by_region"),
            models.Index(fields=["institution", "occupation_code", "months"], name="follow_up_rate"),
            models.Index(fields=["person", "-due_on"], name="follow_up_of_person"),
            models.Index(fields=["due_on"], name="follow_up_due", condition=Q(status="due")),
        ]

    def __str__(self) -> str:
        return f"{self.training_class.number} {self.months}"
