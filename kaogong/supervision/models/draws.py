"""Random draws: the frozen roster, the sealed seeds, the result."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import TrainingClass

from ..states import DRAW
from .inspectors import Inspector

OBJECT_KINDS = [("class", _("在训班次")), ("provider", _("认定机构"))]


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
