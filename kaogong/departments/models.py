"""What other departments sent: lists as they came, the person-times in them, and what was told twice."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.indicators import impossible
from kaogong.kernel.errors import Refused
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import Enrolment

from .states import DEPARTMENT_FILE, DEPARTMENT_TOKEN, RECORD_DUPLICATE, SUM_SHEET

WORD_KINDS = [("programme", _("培训项目")), ("occupation", _("职业（工种）"))]


class DepartmentFileChanged(Refused):
    """保存的文件“{filename}”与收到时不同，不能使用。请联系系统管理员，并请部门重新报送。"""


class DepartmentFile(models.Model):
    """One list of one department about one region and period, as it came, and what its check found."""

    lifecycle = DEPARTMENT_FILE
    personal = {"original": "file", "problems": "file", "sent_by": "name"}

    department_code = models.CharField(_("部门"), max_length=40)
    region_code = models.CharField(_("区域"), max_length=12)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    due_on = models.DateField(_("应报送日期"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("更正")
    )
    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("文件摘要"), max_length=64)
    original = SealedTextField(purpose="departments.departmentfile.original")
    mapping = models.JSONField(_("列对应"), default=dict, blank=True)
    columns = models.JSONField(_("识别的列"), default=list, blank=True)
    unsure = models.BooleanField(_("列待确认"), default=False)
    problems = SealedTextField(purpose="departments.departmentfile.problems", blank=True)
    stated_rows = models.PositiveIntegerField(_("声明的人次"), null=True, blank=True)
    stated_fen = models.PositiveBigIntegerField(_("声明的补贴金额"), null=True, blank=True)
    counted_fen = models.PositiveBigIntegerField(_("各行补贴合计"), default=0)
    totals_explained = models.CharField(_("合计不符的说明"), max_length=500, blank=True, default="")
    rows_total = models.PositiveIntegerField(_("总行数"), default=0)
    rows_good = models.PositiveIntegerField(_("合格行数"), default=0)
    rows_problem = models.PositiveIntegerField(_("问题行数"), default=0)
    rows_unmatched = models.PositiveIntegerField(_("无法对应到人的行数"), default=0)
    sent_at = models.DateTimeField(_("报送时间"))
    sent_by = models.CharField(_("报送人"), max_length=100)
    status = models.CharField(
        _("状态"), max_length=12, choices=DEPARTMENT_FILE.choices, default=DEPARTMENT_FILE.initial
    )

    class Meta:
        verbose_name = _("部门数据文件")
        triggers = [
            LifecycleGuard(DEPARTMENT_FILE),
            frozen("department_code", "region_code", "from_on", "to_on", "digest", "replaces"),
        ]
        constraints = [
            models.UniqueConstraint(
                "department_code",
                "region_code",
                "from_on",
                "to_on",
                "digest",
                condition=~Q(status="withdrawn"),
                name="department_file_once",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="department_file_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(rows_total=F("rows_good") + F("rows_problem")) | Q(status="received"),
                name="department_file_rows_add_up",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="department_file_by_region")]

    def __str__(self) -> str:
        return self.filename

    @property
    def content(self) -> bytes:
        """The file as it came; its digest, which never changes, says that it still is."""
        return kept_file(self.original, self.digest, DepartmentFileChanged(filename=self.filename))

    @property
    def totals_differ(self) -> bool:
        """Whether the totals the sender states are not those of the rows, as the checker of all tables says."""
        return bool(self.contradictions)

    @property
    def contradictions(self) -> dict[str, impossible.Impossible]:
        """By what was stated ("rows", "fen"): the total that is not that of the rows; money in fen."""
        stated = {
            "rows": (self.stated_rows, self.rows_total),
            "fen": (self.stated_fen, self.counted_fen),
        }
        return {
            name: found
            for name, (total, counted) in stated.items()
            if total is not None
            for found in impossible.parts(total, {"": counted})
        }

    @property
    def is_on_time(self) -> bool | None:
        """Whether it came by its day; None where no paper sets one."""
        return None if self.due_on is None else localdate(self.sent_at) <= self.due_on


class SumSheet(models.Model):
    """One sheet of sums of one department about one region and period, as it came; no people behind it.

    ``counted_from`` and ``counted_until``: between when it stood beside the figures.
    """

    lifecycle = SUM_SHEET
    personal = {"original": "file", "problems": "free_text", "sent_by": "name"}

    department_code = models.CharField(_("部门"), max_length=40)
    region_code = models.CharField(_("区域"), max_length=12)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("更正")
    )
    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("文件摘要"), max_length=64)
    original = SealedTextField(purpose="departments.sumsheet.original")
    problems = models.JSONField(_("问题"), default=list, blank=True)
    rows_total = models.PositiveIntegerField(_("总行数"))
    rows_problem = models.PositiveIntegerField(_("问题行数"))
    times_total = models.PositiveIntegerField(_("各行人次合计"))
    stated_times = models.PositiveIntegerField(_("声明的人次"), null=True, blank=True)
    sent_at = models.DateTimeField(_("报送时间"))
    sent_by = models.CharField(_("报送人"), max_length=100)
    counted_from = models.DateTimeField(_("列出自"), null=True, blank=True)
    counted_until = models.DateTimeField(_("列出至"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=SUM_SHEET.choices, default=SUM_SHEET.initial)

    class Meta:
        verbose_name = _("部门合计表")
        triggers = [
            LifecycleGuard(SUM_SHEET),
            frozen("department_code", "region_code", "from_on", "to_on", "digest", "replaces", "problems",
                   "rows_total", "rows_problem", "times_total", "stated_times"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                "department_code", "region_code", "from_on", "to_on", "digest",
                condition=~Q(status="withdrawn"), name="sum_sheet_once",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="sum_sheet_lasts_a_day"),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(counted_from__isnull=False, counted_until__isnull=True),
                name="sum_sheet_accepted_is_counted",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["region_code", "-id"], name="sum_sheet_by_region")]

    def __str__(self) -> str:
        return self.filename

    @property
    def contradictions(self) -> list[impossible.Impossible]:
        """Whether its 合计 row is the sum of its rows."""
        if self.stated_times is None:
            return []
        return impossible.parts(self.stated_times, {"各行": self.times_total})


class DepartmentSum(models.Model):
    """So many person-times of one district and programme as one row of a sheet of sums states them."""

    personal = {"programme_name": "free_text"}

    sheet = models.ForeignKey(SumSheet, models.PROTECT, related_name="sums", verbose_name=_("合计表"))
    row_number = models.PositiveIntegerField(_("行"))
    region_code = models.CharField(_("区域"), max_length=12)
    programme_name = models.CharField(_("培训项目"), max_length=120)
    programme_code = models.CharField(_("对应项目"), max_length=40, blank=True, default="")
    times = models.PositiveIntegerField(_("人次"))
    people = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    subsidy_fen = models.PositiveBigIntegerField(_("补贴金额"), null=True, blank=True)

    class Meta:
        verbose_name = _("部门合计数")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["sheet", "row_number"], name="department_sum_once")]
        indexes = [models.Index(fields=["region_code"], name="department_sum_by_region")]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.row_number}"


class DepartmentRecord(models.Model):
    """One person-time of another department's training, as one row of an accepted file says it."""

    personal = {
        "name": "name",
        "id_number": "id_number",
        "id_number_index": "id_number",
        "id_number_masked": "id_number",
        "certificate_number": "certificate",
        "born_on": "birth_date",
        "sex": "sex",
    }

    file = models.ForeignKey(DepartmentFile, models.PROTECT, related_name="records", verbose_name=_("文件"))
    row_number = models.PositiveIntegerField(_("行"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("人员")
    )
    department_code = models.CharField(_("部门"), max_length=40)
    region_code = models.CharField(_("区域"), max_length=12)
    name = models.CharField(_("姓名"), max_length=60)
    id_number = SealedTextField(purpose="departments.departmentrecord.id_number", blank=True)
    id_number_index = models.BinaryField(max_length=16, null=True)
    id_number_masked = models.CharField(_("身份证号码"), max_length=18, blank=True, default="")
    sex = models.CharField(_("性别"), max_length=1, blank=True, default="")
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    programme_name = models.CharField(_("培训项目"), max_length=120, blank=True, default="")
    programme_code = models.CharField(_("对应项目"), max_length=40, blank=True, default="")
    occupation_name = models.CharField(_("培训工种"), max_length=120, blank=True, default="")
    occupation_code = models.CharField(_("对应职业"), max_length=20, blank=True, default="")
    level_code = models.CharField(_("等级"), max_length=1, blank=True, default="")
    group_code = models.CharField(_("人员类别"), max_length=40, blank=True, default="")
    starts_on = models.DateField(_("培训起始日期"))
    ends_on = models.DateField(_("培训终止日期"))
    hours = models.PositiveIntegerField(_("课时（百分之一）"), default=0)
    passed = models.BooleanField(_("考核合格"), null=True, blank=True)
    certificate_number = models.CharField(_("证书编号"), max_length=60, blank=True, default="")
    subsidy_fen = models.PositiveBigIntegerField(_("补贴金额"), default=0)
    provider_name = models.CharField(_("培训单位"), max_length=200, blank=True, default="")
    place = models.CharField(_("培训地址"), max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(_("变更时间"))

    class Meta:
        verbose_name = _("部门培训记录")
        triggers = [frozen("file", "row_number", "starts_on", "ends_on", "subsidy_fen", "passed")]
        constraints = [
            models.UniqueConstraint(fields=["file", "row_number"], name="department_record_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="department_record_lasts_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="department_record_by_region"),
            models.Index(fields=["person", "starts_on"], name="department_record_of_person"),
            models.Index(fields=["changed_at"], name="department_record_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.row_number}"


class DepartmentWord(models.Model):
    """One word of one department for a programme or an occupation, and the code it stands for here."""

    personal: dict[str, str] = {"decided_by": "name"}

    department_code = models.CharField(_("部门"), max_length=40)
    region_code = models.CharField(_("区域"), max_length=12)
    kind = models.CharField(_("种类"), max_length=12, choices=WORD_KINDS)
    word = models.CharField(_("部门用语"), max_length=120)
    code = models.CharField(_("对应代码"), max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(_("确定时间"))
    decided_by = models.CharField(_("确定人"), max_length=100)

    class Meta:
        verbose_name = _("部门用语对照")
        constraints = [
            models.UniqueConstraint(
                fields=["department_code", "region_code", "kind", "word"], name="department_word_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["programme", "occupation"]), name="department_word_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} = {self.code}"


class DepartmentToken(models.Model):
    """What one system of one department proves itself with when it sends lists; only its digest is kept."""

    lifecycle = DEPARTMENT_TOKEN
    personal: dict[str, str] = {"issued_by": "name"}

    department_code = models.CharField(_("部门"), max_length=40)
    region_code = models.CharField(_("区域"), max_length=12)
    system_name = models.CharField(_("系统名称"), max_length=80)
    digest = models.CharField(_("令牌摘要"), max_length=64, unique=True)
    issued_at = models.DateTimeField(_("发放时间"))
    issued_by = models.CharField(_("发放人"), max_length=100)
    last_on = models.DateField(_("有效至"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=DEPARTMENT_TOKEN.choices, default=DEPARTMENT_TOKEN.initial
    )

    class Meta:
        verbose_name = _("报送令牌")
        triggers = [
            LifecycleGuard(DEPARTMENT_TOKEN),
            frozen("department_code", "region_code", "system_name", "digest", "issued_at", "last_on"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(system_name=""), name="department_token_names_its_system"),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="department_token_by_region")]

    def __str__(self) -> str:
        return self.system_name


class RecordDuplicate(models.Model):
    """One person-time of a department that seems told already: by another record, or by our own enrolment."""

    lifecycle = RECORD_DUPLICATE
    personal: dict[str, str] = {}

    record = models.ForeignKey(
        DepartmentRecord, models.PROTECT, related_name="duplicates", verbose_name=_("记录")
    )
    other = models.ForeignKey(
        DepartmentRecord, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("已有记录")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("本系统培训")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    department_code = models.CharField(_("部门"), max_length=40)
    found_at = models.DateTimeField(_("发现时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=RECORD_DUPLICATE.choices, default=RECORD_DUPLICATE.initial
    )

    class Meta:
        verbose_name = _("重复记录")
        triggers = [LifecycleGuard(RECORD_DUPLICATE), frozen("record", "other", "enrolment")]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "other", "enrolment"], name="record_duplicate_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=True) ^ Q(enrolment__isnull=True),
                name="record_duplicate_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="record_duplicate_by_region")]

    def __str__(self) -> str:
        return f"{self.record_id} = {self.other_id or self.enrolment_id}"
