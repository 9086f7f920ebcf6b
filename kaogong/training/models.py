"""Classes, timetables, rosters and attendance."""

import base64
import hashlib

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.institutions.models import Contract, Institution, Site, Trainer
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.errors import Refused
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen

from .states import ENROLMENT, ROSTER, TRAINING_CLASS

KIND_CHOICES = [("theory", _("理论")), ("practice", _("实训"))]
PAYER_CHOICES = [("learner", _("学员本人")), ("provider", _("培训机构")), ("employer", _("用人单位"))]
MARKS = {"P": _("到"), "A": _("不到"), "L": _("告假"), "T": _("迟到"), "E": _("早退"), "S": _("病假")}
MARK_SIGNS = {"P": "到", "A": "○", "L": "×", "T": "¢", "E": "△", "S": "病假"}


class WallClockSpan(Func):
    """The range from one time to another on one day, without a zone: immutable, as an index must be."""

    output_field = DateTimeRangeField()

    def as_sql(self, compiler, connection, **extra):
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        (day, a), (begins, b), (ends, c) = parts
        return f"tsrange({day} + {begins}, {day} + {ends})", [*a, *b, *a, *c]


class TrainingClass(models.Model):
    """One class of one provider: one occupation and level, one group of learners, one stretch of days."""

    lifecycle = TRAINING_CLASS
    personal = {"employer_name": "employer"}

    number = models.CharField(_("班期编号"), max_length=20, unique=True)
    title = models.CharField(_("班期名称"), max_length=120)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="classes", verbose_name=_("培训机构")
    )
    region_code = models.CharField(_("所属区域"), max_length=12)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="classes", verbose_name=_("培训协议"))
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    certificate_kind = models.CharField(
        "证书种类", max_length=30, choices=[(str(kind), kind.label) for kind in CertificateKind]
    )
    hours_theory = models.PositiveIntegerField(_("理论课时"))
    hours_practice = models.PositiveIntegerField(_("实训课时"))
    starts_on = models.DateField(_("开班日期"))
    ends_on = models.DateField(_("结业日期"))
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("培训地点")
    )
    head_count = models.PositiveIntegerField(_("计划人数"))
    employer_name = models.CharField(_("用人单位"), max_length=200, blank=True, default="")
    synthetic = models.BooleanField(_("虚构数据"), default=False)
    created_at = models.DateTimeField(_("建立时间"))
    status = models.CharField(
        "状态", max_length=12, choices=TRAINING_CLASS.choices, default=TRAINING_CLASS.initial
    )

    class Meta:
        verbose_name = _("培训班")
        indexes = [
            models.Index(fields=["region_code", "-id"], name="class_by_region"),
            models.Index(fields=["institution", "-id"], name="class_by_institution"),
            models.Index("status", "starts_on", name="class_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="class_ends_after_start"),
            models.CheckConstraint(condition=Q(head_count__gt=0), name="class_has_places"),
            models.CheckConstraint(
                condition=Q(hours_theory__gt=0) | Q(hours_practice__gt=0), name="class_has_hours"
            ),
        ]
        triggers = [LifecycleGuard(TRAINING_CLASS), frozen("number", "institution")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ClassNumberSeries(models.Model):
    """The last serial given to a class in one year."""

    personal: dict[str, str] = {}

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("班期流水号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last_serial}"


class ClassTrainer(models.Model):
    """One trainer named for one class."""

    personal: dict[str, str] = {}

    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="class_trainers")
    trainer = models.ForeignKey(Trainer, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("班级教师")
        constraints = [models.UniqueConstraint("training_class", "trainer", name="class_trainer_once")]

    def __str__(self) -> str:
        return f"{self.training_class_id}: {self.trainer_id}"


class Session(models.Model):
    """One stretch of teaching on one day; ``cancelled`` ones free their trainer and site."""

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
    cancelled = models.BooleanField(_("已取消"), default=False)

    class Meta:
        verbose_name = _("课次")
        indexes = [models.Index("training_class", "on", "starts_at", name="session_of_class")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
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
        data = base64.b64decode(self.original)
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise RosterFileChanged(filename=self.filename)
        return data


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
        triggers = [LifecycleGuard(ENROLMENT)]

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
