"""What was said of who was there, what was refused, how far it carries, and who objects."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import MARKS, Enrolment, Session

from ..states import DISPUTE

SOURCES = [
    ("phone", _("手机扫码")),
    ("assisted", _("老师代签")),
    ("card_reader", _("读卡器")),
    ("paper", _("纸质签到表")),
    ("offline_device", _("离线设备")),
]
PLACES = [
    ("inside", _("在范围内")),
    ("outside", _("在范围外")),
    ("absent", _("没有定位")),
    ("unclear", _("定位太粗，不能判断")),
    ("flat", _("精度为0，待比对")),
]
SCAN_WAYS = [("scanned", _("扫码")), ("typed", _("输入")), ("none", _("无码"))]
RECALL = "recall-"


class Scan(models.Model):
    """What a check-in, accepted or refused, holds of where it came from; the position is kept to about 11 m.

    ``position_index`` is a fingerprint of the exact digits: equal positions are found, none can be read.
    ``device_index`` likewise stands for the phone's own key.
    """

    personal = {
        "device_index": "device",
        "latitude": "position",
        "longitude": "position",
        "accuracy_metres": "position",
        "position_index": "position",
        "distance_metres": "position",
        "taken_at": "device",
    }

    client_key = models.UUIDField(_("手机记录号"))
    phase = models.CharField(_("环节"), max_length=12)
    way = models.CharField(_("方式"), max_length=8, choices=SCAN_WAYS, default="scanned")
    stands_for = models.DateTimeField(_("证明的时间"))
    received_at = models.DateTimeField(_("收到时间"))
    taken_at = models.DateTimeField(_("手机时间"), null=True)
    skew_seconds = models.IntegerField(_("手机时钟误差"), null=True)
    is_queued = models.BooleanField(_("断网补传"), default=False)
    queue_gap_seconds = models.IntegerField(_("断网时长出入"), null=True)
    device_index = models.BinaryField(max_length=16, null=True)
    place = models.CharField(_("定位"), max_length=10, choices=PLACES, default="absent")
    latitude = models.DecimalField(_("纬度"), max_digits=8, decimal_places=4, null=True)
    longitude = models.DecimalField(_("经度"), max_digits=8, decimal_places=4, null=True)
    accuracy_metres = models.PositiveIntegerField(_("定位精度"), null=True)
    distance_metres = models.PositiveIntegerField(_("离培训地点"), null=True)
    position_index = models.BinaryField(max_length=16, null=True)

    class Meta:
        abstract = True


class CheckIn(Scan):
    """One thing that says one learner was at one session: once for each phase and source."""

    append_only = True
    personal = Scan.personal | {"note": "attendance"}

    session = models.ForeignKey(Session, models.PROTECT, related_name="check_ins", verbose_name=_("课次"))
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="check_ins", verbose_name=_("学员"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("人员"))
    source = models.CharField(_("来源"), max_length=14, choices=SOURCES)
    is_first_use = models.BooleanField(_("首次使用这部手机"), default=False)
    is_signed = models.BooleanField(_("有本人签名表"), default=False)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    account_id = models.BigIntegerField(_("经手账号"), null=True)

    class Meta:
        verbose_name = _("签到")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint("client_key", name="check_in_arrives_once"),
            models.UniqueConstraint(
                "session", "enrolment", "phase", "source", name="check_in_once_in_a_phase"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["in", "out"]) | Q(phase__startswith=RECALL),
                name="check_in_phase_known",
            ),
            models.CheckConstraint(
                condition=Q(source__in=[code for code, _label in SOURCES]), name="check_in_source_known"
            ),
            models.CheckConstraint(
                condition=~Q(source="phone") | Q(device_index__isnull=False),
                name="check_in_by_a_phone_names_it",
            ),
        ]
        indexes = [
            models.Index(
                "position_index",
                name="check_in_at_one_position",
                condition=Q(position_index__isnull=False, place="flat"),
            ),
            models.Index(fields=["person", "-id"], name="check_in_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.phase} {self.source}"


class RefusedCheckIn(Scan):
    """One attempt to check in that was refused, and why; or one more scan of a phase already checked in."""

    append_only = True

    WHY = [
        ("forged", _("码不是本系统签发的")),
        ("expired", _("码已过期")),
        ("photographed", _("课上使用早已换掉的码，可能是照片转发")),
        ("too_late", _("补传超过时限")),
        ("not_of_class", _("不在本班名单")),
        ("not_open", _("不在签到时间")),
        ("replayed", _("别人或别的手机已用过的记录")),
        ("other_phone", _("本人已用另一部手机签到")),
        ("again", _("重复扫码")),
        ("recall_closed", _("点名已结束")),
    ]

    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="+", verbose_name=_("课次"))
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("人员"))
    why = models.CharField(_("原因"), max_length=14, choices=WHY)

    class Meta:
        verbose_name = _("拒收的签到")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint("client_key", "person", "why", name="refused_check_in_kept_once"),
        ]
        indexes = [
            models.Index(fields=["session", "person"], name="refused_check_in_of_session"),
            models.Index(fields=["person", "-received_at"], name="refused_check_in_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.person_id} {self.why}"


class DeviceBinding(models.Model):
    """One phone used by one person, until it is released. A phone may serve several people, and is told so."""

    personal = {"device_index": "device", "released_by": "name", "release_reason": "device"}

    device_index = models.BinaryField(max_length=16)
    person = models.ForeignKey(Person, models.PROTECT, related_name="devices", verbose_name=_("人员"))
    bound_at = models.DateTimeField(_("绑定时间"))
    released_at = models.DateTimeField(_("解绑时间"), null=True)
    released_by = models.CharField(_("解绑人"), max_length=100, blank=True, default="")
    release_reason = models.CharField(_("解绑理由"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("手机绑定")
        triggers = [frozen("device_index", "person", "bound_at")]
        constraints = [
            models.UniqueConstraint(
                "person", "device_index", condition=Q(released_at__isnull=True), name="device_bound_once"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by="", release_reason="")
                | (Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(release_reason="")),
                name="device_release_whole",
            ),
        ]
        indexes = [models.Index(fields=["device_index"], name="device_by_index")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.bound_at:%F}"


class RecallPlan(models.Model):
    """When one session's room is to be called over: a secret whose digest is shown before and itself after."""

    personal: dict[str, str] = {}

    session = models.OneToOneField(Session, models.PROTECT, related_name="recall_plan")
    count = models.PositiveSmallIntegerField(_("次数"))
    first_at = models.DateTimeField(_("最早"))
    last_at = models.DateTimeField(_("最晚"))
    commitment = models.CharField(_("承诺"), max_length=64)
    seed = SealedTextField(purpose="presence.recallplan.seed")
    planned_at = models.DateTimeField(_("安排时间"))

    class Meta:
        verbose_name = _("随机点名安排")
        triggers = [frozen("session", "count", "first_at", "last_at", "commitment", "planned_at")]
        constraints = [
            models.CheckConstraint(condition=Q(last_at__gte=F("first_at")), name="recall_plan_runs_forward")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.count}"


class Recall(models.Model):
    """One call over of one room in the middle of a session: who is there answers until it closes."""

    append_only = True
    personal = {"called_by": "name"}

    session = models.ForeignKey(Session, models.PROTECT, related_name="recalls", verbose_name=_("课次"))
    number = models.PositiveSmallIntegerField(_("第几次"))
    called_at = models.DateTimeField(_("点名时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    called_by = models.CharField(_("点名人"), max_length=100)
    is_random = models.BooleanField(_("系统随机"))

    class Meta:
        verbose_name = _("点名")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint("session", "number", name="recall_numbered_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("called_at")), name="recall_stays_open"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} 第{self.number}次"

    @property
    def phase(self) -> str:
        return f"{RECALL}{self.number}"


class PresenceEvidence(models.Model):
    """How far it is proven that one learner was at one session: the weakest of its four links."""

    personal = {"links": "attendance"}

    session = models.ForeignKey(Session, models.PROTECT, related_name="evidence", verbose_name=_("课次"))
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="evidence", verbose_name=_("学员"))
    score = models.PositiveSmallIntegerField(_("依据强弱"))
    weakest = models.CharField(_("最弱一环"), max_length=12)
    links = models.JSONField(_("四环"), default=dict)  # link -> {"points": n, "reasons": [code, …]}
    proposed_mark = models.CharField(_("建议标记"), max_length=1, choices=list(MARKS.items()))
    written_mark = models.CharField(_("写入的标记"), max_length=1, blank=True, default="")
    weighed_at = models.DateTimeField(_("核算时间"))

    class Meta:
        verbose_name = _("到课依据")
        triggers = [frozen("session", "enrolment")]
        constraints = [
            models.UniqueConstraint("session", "enrolment", name="evidence_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="evidence_out_of_a_hundred"),
            models.CheckConstraint(condition=Q(proposed_mark__in=list(MARKS)), name="evidence_mark_known"),
        ]
        indexes = [models.Index(fields=["enrolment"], name="evidence_of_enrolment")]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id} {self.score}"


class Dispute(models.Model):
    """One learner's objection to one mark, and the answer."""

    lifecycle = DISPUTE
    personal = {"says": "attendance", "answer": "attendance", "answered_by": "name"}

    session = models.ForeignKey(Session, models.PROTECT, related_name="disputes", verbose_name=_("课次"))
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="disputes", verbose_name=_("学员"))
    institution_id = models.BigIntegerField()
    region_code = models.CharField(max_length=12)
    mark = models.CharField(_("当时的标记"), max_length=1, blank=True, default="")
    wanted_mark = models.CharField(_("认为应是"), max_length=1, choices=list(MARKS.items()))
    says = models.TextField(_("理由"))
    received_at = models.DateTimeField(_("收到时间"))
    due_on = models.DateField(_("答复期限"))
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_by = models.CharField(_("答复人"), max_length=100, blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=12, choices=DISPUTE.choices, default=DISPUTE.initial)

    class Meta:
        verbose_name = _("考勤异议")
        triggers = [
            LifecycleGuard(DISPUTE),
            frozen("session", "enrolment", "mark", "wanted_mark", "says", "received_at", "due_on"),
        ]
        constraints = [
            models.UniqueConstraint(
                "session", "enrolment", condition=Q(status="received"), name="dispute_open_once"
            ),
            models.CheckConstraint(condition=~Q(says=""), name="dispute_says_why"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", answered_by="")
                | (Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(answered_by="")),
                name="dispute_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="received") | Q(answered_at__isnull=False),
                name="dispute_settled_is_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "due_on"], name="dispute_by_region", condition=Q(status="received")
            ),
            models.Index(fields=["institution_id", "-id"], name="dispute_by_institution"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.enrolment_id}"


class CheckInImport(models.Model):
    """One file of check-ins as it was read: its digest, what was taken and what was not, row by row."""

    append_only = True
    personal = {"imported_by": "name"}

    training_class = models.ForeignKey(
        "training.TrainingClass", models.PROTECT, related_name="+", verbose_name=_("培训班")
    )
    source = models.CharField(_("来源"), max_length=14, choices=SOURCES)
    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(max_length=64)
    rows_total = models.PositiveIntegerField(_("总行数"))
    rows_taken = models.PositiveIntegerField(_("新增签到"))
    rows_known = models.PositiveIntegerField(_("已有签到"))
    problems = models.JSONField(_("问题行"), default=list)  # [row, what], without names
    imported_by = models.CharField(_("导入人"), max_length=100)
    imported_at = models.DateTimeField(_("导入时间"))

    class Meta:
        verbose_name = _("签到导入")
        triggers = append_only()
        indexes = [models.Index(fields=["training_class", "-id"], name="check_in_import_of_class")]

    def __str__(self) -> str:
        return self.filename
