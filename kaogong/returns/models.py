"""Templates as bureaus keep them, returns drawn from them, and answers to deputies' proposals."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from .states import CATEGORIES, KINDS, LAYOUTS, PERIOD_RETURN, PROPOSAL, TEMPLATE_KINDS


def _kept_while(states: str, *fields: str, name: str) -> pgtrigger.Protect:
    """In these states the fields keep what they hold."""
    changed = " OR ".join(f"OLD.{field} IS DISTINCT FROM NEW.{field}" for field in fields)
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"OLD.status IN ({states}) AND ({changed})"),
    )


def _never_changed_once(state: str, name: str) -> pgtrigger.Protect:
    """A row that has come to this state is neither changed nor removed."""
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition(f"OLD.status = '{state}'"),
    )


class ReturnTemplate(models.Model):
    """One version of one template file as a clerk uploaded it, checked, in use from a day on."""

    append_only = True
    personal = {"uploaded_by": "name"}

    region_code = models.CharField(_("区域"), max_length=12)
    kind = models.CharField(_("种类"), max_length=12, choices=list(TEMPLATE_KINDS.items()))
    layout = models.CharField(_("格式"), max_length=8, choices=list(LAYOUTS.items()))
    number = models.PositiveSmallIntegerField(_("版次"))
    filename = models.CharField(_("文件名"), max_length=120)
    content = models.BinaryField()
    digest = models.CharField(_("文件指纹"), max_length=64)
    placeholders = models.JSONField(_("占位符"))
    starts_on = models.DateField(_("启用日期"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True, default="")
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.CharField(_("上传人"), max_length=100)

    class Meta:
        verbose_name = _("报表模板")
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "kind", "layout", "number"], name="return_template_version_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.layout} v{self.number}"


class PeriodReturn(models.Model):
    """One quarterly or yearly return of one region, or one restatement of it, with every cell it prints.

    Each of ``cells`` is one figure: its indicator, days, region, narrowing, value, and where it is printed.
    """

    lifecycle = PERIOD_RETURN
    personal = {"drafted_by": "name", "signed_by": "name", "frozen_by": "name"}

    region_code = models.CharField(_("区域"), max_length=12)
    kind = models.CharField(_("种类"), max_length=12, choices=list(KINDS.items()))
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))  # the last day included
    revision = models.PositiveSmallIntegerField(_("更正次数"), default=0)
    restates = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="restatements", verbose_name=_("更正的报表")
    )
    why = models.CharField(_("更正原因"), max_length=500, blank=True, default="")
    snapshot = models.PositiveIntegerField(_("统计数据编号"))
    snapshot_digest = models.CharField(_("快照摘要"), max_length=64)
    as_of = models.DateTimeField(_("数据截至"))
    templates = models.JSONField(_("所用模板"))
    cells = models.JSONField(_("数字"))
    rows = models.JSONField(_("展开的行"))
    checks = models.JSONField(_("审核结果"))
    narrative = models.JSONField(_("文字说明"))
    changes = models.JSONField(_("更正对照"), default=list)
    content_digest = models.CharField(_("内容摘要"), max_length=64)
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.CharField(_("制表人"), max_length=100)
    signed_at = models.DateTimeField(_("签字时间"), null=True)
    signed_by = models.CharField(_("签字人"), max_length=100, blank=True, default="")
    frozen_at = models.DateTimeField(_("冻结时间"), null=True)
    frozen_by = models.CharField(_("复核人"), max_length=100, blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=12, choices=PERIOD_RETURN.choices, default=PERIOD_RETURN.initial
    )

    class Meta:
        verbose_name = _("季报年报")
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "kind", "starts_on", "revision"],
                condition=~Q(status="discarded"),
                name="return_revision_once",
            ),
            models.UniqueConstraint(
                fields=["region_code", "kind", "starts_on"],
                condition=Q(status__in=["drafted", "signed"]),
                name="return_one_open",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="return_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(revision=0, restates=None, why="")
                | (Q(revision__gt=0, restates__isnull=False) & ~Q(why="")),
                name="restatement_says_of_what_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="frozen")
                | (Q(frozen_at__isnull=False, signed_at__isnull=False) & ~Q(frozen_by="") & ~Q(signed_by="")),
                name="frozen_return_has_two_signatures",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-starts_on", "-id"], name="return_by_region")]
        triggers = [
            LifecycleGuard(PERIOD_RETURN),
            frozen("region_code", "kind", "starts_on", "ends_on", "revision", "restates", "why"),
            _kept_while(
                "'signed'", "cells", "narrative", "checks", "changes", "content_digest", "snapshot",
                "templates", name="signed_content_stands",
            ),
            _never_changed_once("frozen", "frozen_return_never_changes"),
        ]  # fmt: skip

    def __str__(self) -> str:
        name = f"{self.region_code} {self.starts_on.year}"
        if self.kind == "quarterly":
            name += f"Q{(self.starts_on.month + 2) // 3}"
        return name + (f" R{self.revision}" if self.revision else "")


class Proposal(models.Model):
    """One deputies' proposal, and the answer to it with every figure it states."""

    lifecycle = PROPOSAL
    personal = {
        "deputies": "name", "contact": "name", "drafted_by": "name", "signed_by": "name", "issued_by": "name",
    }  # fmt: skip

    region_code = models.CharField(_("区域"), max_length=12)
    category = models.CharField(_("类别"), max_length=12, choices=list(CATEGORIES.items()))
    session = models.CharField(_("会议"), max_length=100)
    number = models.CharField(_("编号"), max_length=20)
    deputies = models.CharField(_("代表或委员"), max_length=300)
    subject = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("内容"), blank=True, default="")
    received_on = models.DateField(_("交办日期"))
    due_on = models.DateField(_("答复期限"))
    document_number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    contact = models.CharField(_("联系人及电话"), max_length=100, blank=True, default="")
    copies = models.CharField(_("抄送"), max_length=300, blank=True, default="")
    starts_on = models.DateField(_("数据起始日"), null=True)
    ends_on = models.DateField(_("数据截止日"), null=True)
    snapshot = models.PositiveIntegerField(_("统计数据编号"), null=True)
    snapshot_digest = models.CharField(_("快照摘要"), max_length=64, blank=True, default="")
    as_of = models.DateTimeField(_("数据截至"), null=True)
    cells = models.JSONField(_("数字"), default=list)
    body = models.JSONField(_("正文"), default=list)
    content_digest = models.CharField(_("内容摘要"), max_length=64, blank=True, default="")
    registered_at = models.DateTimeField(_("登记时间"))
    drafted_by = models.CharField(_("起草人"), max_length=100, blank=True, default="")
    signed_at = models.DateTimeField(_("签字时间"), null=True)
    signed_by = models.CharField(_("核稿人"), max_length=100, blank=True, default="")
    issued_at = models.DateTimeField(_("签发时间"), null=True)
    issued_by = models.CharField(_("签发人"), max_length=100, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=PROPOSAL.choices, default=PROPOSAL.initial)

    class Meta:
        verbose_name = _("建议提案")
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "category", "session", "number"], name="proposal_once"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="proposal_due_after"),
            models.CheckConstraint(
                condition=~Q(status="answered")
                | (Q(issued_at__isnull=False, signed_at__isnull=False) & ~Q(issued_by="") & ~Q(signed_by="")),
                name="answer_has_two_signatures",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-received_on", "-id"], name="proposal_by_region")]
        triggers = [
            LifecycleGuard(PROPOSAL),
            frozen("region_code", "category", "session", "number"),
            _kept_while(
                "'signed'", "cells", "body", "content_digest", "snapshot", name="signed_answer_stands"
            ),
            _never_changed_once("answered", "answer_never_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.number}"


class ReturnFile(models.Model):
    """One file of a frozen return or of an answer as it was signed, with its fingerprint."""

    append_only = True
    personal: dict[str, str] = {}

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, null=True, related_name="files")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="files")
    layout = models.CharField(_("格式"), max_length=8)
    filename = models.CharField(_("文件名"), max_length=160)
    content = models.BinaryField()
    digest = models.CharField(_("文件指纹"), max_length=64)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("成文文件")
        constraints = [
            models.UniqueConstraint(fields=["period_return", "layout"], name="return_file_once"),
            models.UniqueConstraint(fields=["proposal", "layout"], name="answer_file_once"),
            models.CheckConstraint(
                condition=Q(period_return__isnull=False, proposal__isnull=True)
                | Q(period_return__isnull=True, proposal__isnull=False),
                name="file_of_a_return_or_an_answer",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.filename
