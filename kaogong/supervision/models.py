"""Inspectors, draws, inspections and what they found."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import TrainingClass

from .states import DRAW, FINDING, INSPECTION

OBJECT_KINDS = [("class", _("在训班次")), ("provider", _("认定机构"))]


class Inspector(models.Model):
    """One person who may be sent to inspect, from the day of enlisting until leaving."""

    personal = {"name": "name", "employer": "employer"}

    KINDS = [("bureau", _("本局人员")), ("expert", _("特邀专家"))]

    number = models.CharField(_("检查员编号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    kind = models.CharField(_("来源"), max_length=10, choices=KINDS)
    account_id = models.BigIntegerField(_("账号"), null=True, unique=True)
    employer = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="+", verbose_name=_("所在单位")
    )
    region_code = models.CharField(_("所属区域"), max_length=12)
    enlisted_at = models.DateTimeField(_("入库时间"))
    left_on = models.DateField(_("出库日期"), null=True)

    class Meta:
        verbose_name = _("检查员")
        triggers = [frozen("number")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["bureau", "expert"]), name="inspector_kind_known")
        ]
        indexes = [models.Index(fields=["region_code"], name="inspector_by_region")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Interest(models.Model):
    """One institution that one inspector may not inspect, and why."""

    append_only = True
    personal = {"reason": "free_text"}

    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="interests", verbose_name=_("检查员")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    reason = models.CharField(_("回避事由"), max_length=200)
    declared_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("回避关系")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["inspector", "institution"], name="interest_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="interest_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.inspector_id}-{self.institution_id}"


class Affiliation(models.Model):
    """One institution that belongs to another, as a source says."""

    append_only = True
    personal: dict[str, str] = {}

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    parent = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("上级机构"))
    source = models.CharField(_("依据"), max_length=200)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("隶属关系")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["institution", "parent"], name="affiliation_once"),
            models.CheckConstraint(condition=~Q(institution=F("parent")), name="affiliation_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} → {self.parent_id}"


class Draw(models.Model):
    """One random draw of objects and inspectors of one region, made once or made void."""

    lifecycle = DRAW
    personal: dict[str, str] = {}

    number = models.CharField(_("抽查编号"), max_length=20, unique=True)
    purpose = models.CharField(_("抽查事项"), max_length=200)
    region_code = models.CharField(_("区域"), max_length=12)
    objects_kind = models.CharField(_("抽查对象"), max_length=10, choices=OBJECT_KINDS)
    stratify_by = models.CharField(_("分层"), max_length=20, blank=True, default="")
    quotas = models.JSONField(_("各层抽取数"))
    inspectors_per_object = models.PositiveSmallIntegerField(_("每个对象的检查员数"))
    roster_digest = models.CharField(_("名册摘要"), max_length=64)
    prepared_by_account_id = models.BigIntegerField(_("准备人"), null=True)
    prepared_at = models.DateTimeField(_("准备时间"))
    committed_at = models.DateTimeField(_("公布时间"), null=True)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True)
    seed = models.CharField(_("合成种子"), max_length=64, blank=True, default="")
    result_digest = models.CharField(_("结果摘要"), max_length=64, blank=True, default="")
    published_at = models.DateTimeField(_("公开时间"), null=True)
    void_reason = models.TextField(_("作废理由"), blank=True, default="")
    status = models.CharField(_("状态"), max_length=20, choices=DRAW.choices, default=DRAW.initial)

    class Meta:
        verbose_name = _("随机抽查")
        triggers = [
            LifecycleGuard(DRAW),
            frozen("number", "purpose", "quotas", "inspectors_per_object", "roster_digest", "objects_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(inspectors_per_object__gte=2), name="draw_sends_two"),
            models.CheckConstraint(
                condition=Q(objects_kind__in=["class", "provider"]), name="draw_objects_known"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, seed="", result_digest="")
                | (Q(drawn_at__isnull=False) & ~Q(seed="") & ~Q(result_digest="")),
                name="draw_result_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["drawn", "published"]) | Q(drawn_at__isnull=False),
                name="draw_drawn_has_result",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["committed", "drawn", "published"]) | Q(committed_at__isnull=False),
                name="draw_committed_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="void") | ~Q(void_reason=""), name="draw_void_says_why"
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="draw_by_region")]

    def __str__(self) -> str:
        return f"{self.number} {self.purpose}"


class DrawObject(models.Model):
    """One class or provider on the frozen roster of one draw; ``excluded_because`` takes it out of the drawing."""

    append_only = True
    personal: dict[str, str] = {}

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="objects_frozen", verbose_name=_("随机抽查"))
    reference = models.CharField(_("编号"), max_length=40)
    title = models.CharField(_("名称"), max_length=200)
    stratum = models.CharField(_("分层"), max_length=80)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="+", verbose_name=_("班次")
    )
    excluded_because = models.CharField(_("排除理由"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("抽查名册对象")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["draw", "reference"], name="draw_object_once")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class DrawInspector(models.Model):
    """One inspector on the frozen roster of one draw, with the credit codes they may not be sent to."""

    append_only = True
    personal = {"masked_name": "published"}

    draw = models.ForeignKey(
        Draw, models.PROTECT, related_name="inspectors_frozen", verbose_name=_("随机抽查")
    )
    inspector = models.ForeignKey(Inspector, models.PROTECT, related_name="+", verbose_name=_("检查员"))
    masked_name = models.CharField(_("姓名"), max_length=60)
    conflicts = models.JSONField(_("回避机构"))

    class Meta:
        verbose_name = _("抽查名册检查员")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["draw", "inspector"], name="draw_inspector_once")]

    def __str__(self) -> str:
        return f"{self.draw_id}-{self.inspector_id}"


class SeedParty(models.Model):
    """One party's sealed seed to one draw: the commitment first, seed and salt when revealed."""

    personal = {"name": "name"}

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="parties", verbose_name=_("随机抽查"))
    account_id = models.BigIntegerField(_("账号"))
    name = models.CharField(_("种子方"), max_length=80)
    commitment = models.CharField(_("承诺"), max_length=64)
    committed_at = models.DateTimeField(_("承诺时间"))
    seed = models.CharField(_("种子"), max_length=64, blank=True, default="")
    salt = models.CharField(_("盐"), max_length=64, blank=True, default="")
    revealed_at = models.DateTimeField(_("公开时间"), null=True)

    class Meta:
        verbose_name = _("种子方")
        triggers = [frozen("draw", "account_id", "commitment", "committed_at")]
        constraints = [
            models.UniqueConstraint(fields=["draw", "account_id"], name="seed_party_once"),
            models.UniqueConstraint(fields=["draw", "commitment"], name="seed_commitment_once"),
            models.CheckConstraint(
                condition=Q(seed="", salt="", revealed_at__isnull=True)
                | (~Q(seed="") & ~Q(salt="") & Q(revealed_at__isnull=False)),
                name="seed_revealed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}-{self.name}"


class Inspection(models.Model):
    """One visit to one drawn class or provider, by the inspectors drawn for it."""

    lifecycle = INSPECTION
    personal = {"notes": "free_text"}

    draw_object = models.OneToOneField(
        DrawObject, models.PROTECT, related_name="inspection", verbose_name=_("抽中对象")
    )
    number = models.CharField(_("检查编号"), max_length=30, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="inspections", verbose_name=_("机构")
    )
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="inspections", verbose_name=_("班次")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    assigned_at = models.DateTimeField(_("派出时间"))
    sheet = models.CharField(_("检查表"), max_length=40, blank=True, default="")
    inspected_on = models.DateField(_("检查日期"), null=True)
    expected = models.PositiveIntegerField(_("应到人数"), null=True)
    present = models.PositiveIntegerField(_("实到人数"), null=True)
    answers = models.JSONField(_("检查项"), default=dict)
    notes = models.TextField(_("检查记录"), blank=True, default="")
    recorded_at = models.DateTimeField(_("填写时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=20, choices=INSPECTION.choices, default=INSPECTION.initial
    )

    class Meta:
        verbose_name = _("检查")
        triggers = [LifecycleGuard(INSPECTION), frozen("number", "institution", "draw_object")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["assigned", "cancelled"])
                | (Q(inspected_on__isnull=False, recorded_at__isnull=False) & ~Q(sheet="")),
                name="inspection_done_has_form",
            ),
            models.CheckConstraint(
                condition=Q(expected__isnull=True, present__isnull=True)
                | Q(expected__isnull=False, present__isnull=False),
                name="inspection_counts_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="inspection_by_region"),
            models.Index(fields=["institution", "-id"], name="inspection_by_institution"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.draw_object.title}"


class Assignment(models.Model):
    """One inspector sent to one inspection, and afterwards whether they were there."""

    personal: dict[str, str] = {}

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="assignments", verbose_name=_("检查")
    )
    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="assignments", verbose_name=_("检查员")
    )
    attended = models.BooleanField(_("到场"), null=True)

    class Meta:
        verbose_name = _("检查派员")
        triggers = [frozen("inspection", "inspector")]
        constraints = [models.UniqueConstraint(fields=["inspection", "inspector"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id}-{self.inspector_id}"


class Photo(models.Model):
    """One photograph taken at one inspection; its digest stands in the published result."""

    append_only = True
    personal = {"content": "photo", "filename": "free_text"}

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos", verbose_name=_("检查"))
    filename = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=20)
    content = models.BinaryField()
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("检查照片")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["inspection", "digest"], name="photo_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id}-{self.digest[:8]}"


class Finding(models.Model):
    """One thing found wrong at one inspection, to be put right by a working day."""

    lifecycle = FINDING
    personal = {"content": "free_text", "answer": "free_text"}

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="findings", verbose_name=_("检查")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    region_code = models.CharField(_("区域"), max_length=12)
    sequence = models.PositiveSmallIntegerField(_("序号"))
    item = models.CharField(_("检查项"), max_length=40, blank=True, default="")
    content = models.TextField(_("发现的问题"))
    working_days = models.PositiveSmallIntegerField(_("整改工作日数"))
    due_on = models.DateField(_("整改期限"))
    answer = models.TextField(_("整改答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=20, choices=FINDING.choices, default=FINDING.initial)

    class Meta:
        verbose_name = _("检查问题")
        triggers = [LifecycleGuard(FINDING), frozen("inspection", "content", "sequence")]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "sequence"], name="finding_sequence_once"),
            models.CheckConstraint(condition=~Q(content=""), name="finding_says_something"),
            models.CheckConstraint(condition=Q(working_days__gt=0), name="finding_has_days"),
            models.CheckConstraint(
                condition=Q(status="opened") | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="finding_answered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "due_on"], name="finding_open", condition=Q(status="opened"))
        ]

    def __str__(self) -> str:
        return f"{self.inspection.number}-{self.sequence}"
