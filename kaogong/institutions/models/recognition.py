"""An application for recognition, its conditions, papers and site visit."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.notices.models import Notice
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import APPLICATION, OPEN_APPLICATION
from .contract import Contract
from .institution import Institution
from .registers import Tender

VERDICTS = [("ok", _("符合")), ("no", _("不符合")), ("ask", _("待核实"))]


class RecognitionApplication(models.Model):
    """One body asking to train at public expense: for the first time, again, or for more (C1–C3)."""

    lifecycle = APPLICATION
    personal = {"supervisor_name": "name", "statement": "free_text", "decision": "free_text"}

    PURPOSES = [("first", _("首次认定")), ("renewal", _("续签")), ("scope", _("变更范围"))]
    ROUTES = [("application", _("申报签约")), ("tender", _("招标采购"))]

    number = models.CharField(_("申请编号"), max_length=20, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="applications", verbose_name=_("机构")
    )
    region_code = models.CharField(_("受理区域"), max_length=12)
    purpose = models.CharField(_("事项"), max_length=10, choices=PURPOSES)
    route = models.CharField(_("途径"), max_length=12, choices=ROUTES)
    tender = models.ForeignKey(
        Tender, models.PROTECT, null=True, related_name="applications", verbose_name=_("招标结果")
    )
    earlier = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="+", verbose_name=_("原协议")
    )
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    head_count = models.PositiveIntegerField(_("培训人数"))
    area = models.CharField(_("培训地域"), max_length=120, blank=True, default="")
    audience = models.CharField(_("培训对象"), max_length=20, choices=Contract.AUDIENCES, default="anyone")
    statement = models.TextField(_("申请说明"), blank=True, default="")
    created_at = models.DateTimeField(_("填写时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    accept_by_on = models.DateField(_("受理期限"), null=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True)
    decide_by_on = models.DateField(_("决定期限"), null=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decision = models.TextField(_("决定理由"), blank=True, default="")
    supervisor_account_id = models.BigIntegerField(_("监管责任人账号"), null=True)
    supervisor_name = models.CharField(_("监管责任人"), max_length=60, blank=True, default="")
    filing_number = models.CharField(_("备案号"), max_length=40, blank=True, default="")
    contract = models.OneToOneField(
        Contract, models.PROTECT, null=True, related_name="application", verbose_name=_("协议")
    )
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("公示"))
    status = models.CharField(
        _("状态"), max_length=20, choices=APPLICATION.choices, default=APPLICATION.initial
    )

    class Meta:
        verbose_name = _("认定申请")
        triggers = [LifecycleGuard(APPLICATION), frozen("number", "institution_id")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="application_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(route="application") | Q(tender__isnull=False),
                name="application_names_its_tender",
            ),
            models.CheckConstraint(
                condition=Q(purpose="first") | Q(earlier__isnull=False),
                name="application_names_what_it_renews",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | ~Q(decision=""), name="application_decided_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "contracted", "published", "in_force"])
                | ~Q(supervisor_name="") & ~Q(filing_number=""),
                name="application_approved_names_its_supervisor",
            ),
            models.UniqueConstraint(
                fields=["filing_number"],
                condition=~Q(filing_number=""),
                name="application_filing_number_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "purpose"],
                condition=Q(status__in=OPEN_APPLICATION),
                name="application_one_open_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "status", "submitted_at"], name="application_by_region_status"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ApplicationScope(models.Model):
    """One occupation at one level an application asks for."""

    personal: dict[str, str] = {}

    application = models.ForeignKey(
        RecognitionApplication, models.CASCADE, related_name="scopes", verbose_name=_("认定申请")
    )
    occupation_code = models.CharField(_("职业"), max_length=12)
    level_code = models.CharField(_("等级"), max_length=2, choices=LEVEL_CHOICES, blank=True, default="")

    class Meta:
        verbose_name = _("申请范围")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "occupation_code", "level_code"], name="scope_once_per_application"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.occupation_code} {self.level_code}"


class ApplicationCondition(models.Model):
    """One condition of recognition as judged for one application, by figures or by a person (C2)."""

    personal = {"judged_by": "name", "remark": "free_text"}

    application = models.ForeignKey(
        RecognitionApplication, models.PROTECT, related_name="conditions", verbose_name=_("认定申请")
    )
    sequence = models.PositiveSmallIntegerField(_("序号"))
    code = models.CharField(_("条件代码"), max_length=40)
    label = models.CharField(_("条件"), max_length=200)
    label_en = models.CharField(_("条件英文"), max_length=200, blank=True, default="")
    source = models.CharField(_("依据"), max_length=300, blank=True, default="")
    figure = models.IntegerField(_("现有"), null=True)
    required = models.IntegerField(_("要求"), null=True)
    found = models.CharField(_("按数字判断"), max_length=3, choices=VERDICTS)
    verdict = models.CharField(_("结论"), max_length=3, choices=VERDICTS)
    remark = models.TextField(_("说明"), blank=True, default="")
    judged_by = models.CharField(_("判断人"), max_length=60, blank=True, default="")
    judged_at = models.DateTimeField(_("判断时间"), null=True)

    class Meta:
        verbose_name = _("认定条件")
        constraints = [
            models.UniqueConstraint(fields=["application", "code"], name="condition_once_per_application"),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, judged_by="")
                | (Q(judged_at__isnull=False) & ~Q(judged_by="")),
                name="condition_judged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(found=F("verdict")) | (Q(judged_at__isnull=False) & ~Q(remark="")),
                name="condition_against_figures_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"


class ApplicationPaper(models.Model):
    """One file handed in with an application for one condition, or brought back from its site visit."""

    append_only = True
    personal = {"content": "photo", "filename": "free_text"}

    application = models.ForeignKey(
        RecognitionApplication, models.PROTECT, related_name="papers", verbose_name=_("认定申请")
    )
    condition_code = models.CharField(_("条件代码"), max_length=40)
    filename = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=40)
    content = models.BinaryField()
    digest = models.CharField(_("摘要"), max_length=64)
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("申请材料")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "condition_code", "digest"], name="application_paper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.filename}"


class SiteVisit(models.Model):
    """One look at the place of one application, by two people at least."""

    append_only = True
    personal = {"visitor_names": "name", "notes": "free_text", "findings": "free_text"}

    application = models.ForeignKey(
        RecognitionApplication, models.PROTECT, related_name="visits", verbose_name=_("认定申请")
    )
    visited_on = models.DateField(_("核查日期"))
    visitor_names = models.JSONField(_("核查人"))
    answers = models.JSONField(_("核查表"))
    findings = models.TextField(_("发现的问题"), blank=True, default="")
    notes = models.TextField(_("核查记录"), blank=True, default="")
    recorded_at = models.DateTimeField(_("填表时间"))

    class Meta:
        verbose_name = _("现场核查")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.application_id} {self.visited_on}"
