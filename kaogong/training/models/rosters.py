"""Rosters as they came, and the learners they named."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.institutions.models import Institution
from kaogong.kernel.errors import Refused
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen
from kaogong.training.states import ENROLMENT, ROSTER

from .classes import TrainingClass
from .two_places import EnrolmentsGuard

PAYER_CHOICES = [("learner", _("学员本人")), ("provider", _("培训机构")), ("employer", _("用人单位"))]


class RosterFileChanged(Refused):
    """保存的花名册“{filename}”与上传时不同，不能使用。请联系系统管理员，并重新上传。"""


class RosterUpload(models.Model):
    """One roster file as it came, what its check found, and whether its good rows were taken."""

    lifecycle = ROSTER
    personal = {"original": "file", "rows": "file", "problems": "file", "uploaded_by": "name"}

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="roster_uploads")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=12)
    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(_("列对应"), default=dict, blank=True)
    original = SealedTextField(purpose="training.rosterupload.original")
    rows = SealedTextField(purpose="training.rosterupload.rows", blank=True)
    columns = models.JSONField(_("识别的列"), default=list, blank=True)
    unsure = models.BooleanField(_("列待确认"), default=False)
    problems = SealedTextField(purpose="training.rosterupload.problems", blank=True)
    rows_total = models.PositiveIntegerField(_("总行数"), default=0)
    rows_good = models.PositiveIntegerField(_("合格行数"), default=0)
    rows_problem = models.PositiveIntegerField(_("问题行数"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("未变行数"), default=0)
    rows_done = models.PositiveIntegerField(_("已处理行数"), default=0)
    rows_added = models.PositiveIntegerField(_("新增人数"), null=True, blank=True)
    rows_changed = models.PositiveIntegerField(_("更新人数"), null=True, blank=True)
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.CharField(_("上传人"), max_length=100)
    status = models.CharField(_("状态"), max_length=12, choices=ROSTER.choices, default=ROSTER.initial)

    class Meta:
        verbose_name = _("花名册")
        indexes = [models.Index(fields=["training_class", "-id"], name="roster_upload_of_class")]
        constraints = [
            models.UniqueConstraint(
                "training_class",
                "digest",
                condition=~Q(status="discarded"),
                name="roster_upload_same_file_once",
            ),
            models.CheckConstraint(
                condition=Q(rows_added__isnull=False, rows_changed__isnull=False)
                | (Q(rows_added__isnull=True, rows_changed__isnull=True) & ~Q(status="taken")),
                name="roster_upload_taken_says_how_many",
            ),
        ]
        triggers = [LifecycleGuard(ROSTER), frozen("digest", "training_class")]

    def __str__(self) -> str:
        return self.filename

    @property
    def content(self) -> bytes:
        """The file as it came; its digest, which never changes, says that it still is."""
        return kept_file(self.original, self.digest, RosterFileChanged(filename=self.filename))


class Enrolment(models.Model):
    """One person in one class; ``sequence`` is the place on the roster."""

    lifecycle = ENROLMENT
    personal: dict[str, str] = {"job_promise": "employer"}

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments", verbose_name=_("学员"))
    upload = models.ForeignKey(RosterUpload, models.PROTECT, null=True, blank=True, related_name="enrolments")
    sequence = models.PositiveIntegerField(_("序号"))
    group_code = models.CharField(_("人员类别"), max_length=40, blank=True, default="")
    job_promise = models.CharField(_("就业安排承诺单位"), max_length=200, blank=True, default="")
    row_digest = models.BinaryField(_("花名册行指纹"), max_length=16, default=b"", editable=False)
    status = models.CharField(_("状态"), max_length=12, choices=ENROLMENT.choices, default=ENROLMENT.initial)

    class Meta:
        verbose_name = _("学员名单")
        ordering = ["training_class", "sequence"]
        constraints = [
            models.UniqueConstraint("training_class", "person", name="enrolment_once"),
            models.UniqueConstraint("training_class", "sequence", name="enrolment_sequence_once"),
        ]
        triggers = [LifecycleGuard(ENROLMENT), EnrolmentsGuard("insert"), EnrolmentsGuard("update")]

    def __str__(self) -> str:
        return f"{self.training_class_id}-{self.sequence}"


class FeePayment(models.Model):
    """Who paid the training fee first: of one learner or, where none is named, of all others of the class.

    The sum is that of each learner. What a roster left out is null or blank: known in part, proven in none.
    """

    personal: dict[str, str] = {}

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="fees")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="fees")
    paid_by = models.CharField(_("培训费垫付方"), max_length=10, choices=PAYER_CHOICES)
    amount_fen = models.PositiveBigIntegerField(_("每人垫付金额"), null=True, blank=True)
    paid_on = models.DateField(_("垫付日期"), null=True, blank=True)
    receipt_number = models.CharField(_("票据号"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("培训费垫付")
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "enrolment"], name="fee_told_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="fee_is_a_sum"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training_class_id}/{self.enrolment_id or '*'} {self.paid_by}"
