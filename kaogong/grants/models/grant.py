"""Grants: who asks for what, what they declared, the papers they handed in, and an appeal."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.kernel.errors import Refused
from kaogong.trail.guards import LifecycleGuard, append_only, frozen, kept_but_sealed_anew

from ..states import APPEAL, ENTITLED, GRANT, LET_GO, PAPER_KINDS, RHYTHMS

VERDICTS = [("payable", _("符合")), ("refused", _("不符合")), ("needs_evidence", _("需补充材料"))]

_ENTITLED_LIST = ", ".join(f"'{status}'" for status in ENTITLED)
_INSTALMENTS_ADD_UP = f"""
    IF EXISTS (
        SELECT 1 FROM grants_grant g
        WHERE g.id = {{grant}}
          AND g.amount_fen <> (
              SELECT coalesce(sum(i.amount_fen), 0) FROM grants_instalment i
              WHERE i.grant_id = g.id AND i.status IN ({_ENTITLED_LIST})
          )
    ) THEN
        RAISE EXCEPTION 'grant %: its amount is not the sum of its instalments', {{grant}}
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""  # noqa: S608  (statuses are this module's own)


class GrantFileChanged(Refused):
    """保存的文件“{filename}”与上传时不同，不能使用。请联系系统管理员，并重新上传。"""


def as_it_came(kept: "GrantList | GrantPaper") -> bytes:
    """The file of a row as it came; its digest, which never changes, says that it still is."""
    return kept_file(kept.content, kept.digest, GrantFileChanged(filename=kept.filename))


def instalments_add_up(grant: str, operation: pgtrigger.core.Operation) -> pgtrigger.Trigger:
    """At commit a grant's amount is the sum of its instalments with money, whoever wrote them."""
    return pgtrigger.Trigger(
        name="instalments_add_up",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=_INSTALMENTS_ADD_UP.format(grant=grant),
    )


class GrantNumberSeries(models.Model):
    """The last number given to a grant in one year."""

    personal: dict[str, str] = {}

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    last_serial = models.PositiveIntegerField(_("末号"), default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last_serial}"


class GrantList(models.Model):
    """One sheet of people a body asked for: awards, or one month's allowances of a class; what was taken of it."""

    personal = {
        "filename": "free_text", "refused": "free_text", "content": "file", "class_name": "free_text",
    }  # fmt: skip

    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="grant_lists", verbose_name=_("申请单位")
    )
    scheme_code = models.CharField(_("项目"), max_length=60)
    region_code = models.CharField(_("区划"), max_length=12)
    # With a month it asks for that month alone: of a class known here, or of one it only names.
    month = models.DateField(_("月份"), null=True)
    training_class = models.ForeignKey(
        "training.TrainingClass",
        models.PROTECT,
        null=True,
        related_name="grant_lists",
        verbose_name=_("班级"),
    )
    class_name = models.CharField(_("班级名称"), max_length=120, blank=True, default="")
    filename = models.CharField(_("文件名"), max_length=120)
    content = SealedTextField(purpose="grants.grantlist.content")
    digest = models.CharField(_("摘要"), max_length=64)
    taken = models.PositiveIntegerField(_("列入"))
    refused = models.JSONField(_("没有列入的行"), default=list)
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("奖补名单")
        constraints = [
            models.CheckConstraint(
                condition=Q(month__isnull=True, training_class__isnull=True, class_name="")
                | Q(month__day=1, training_class__isnull=False, class_name="")
                | Q(month__day=1, training_class__isnull=True) & ~Q(class_name=""),
                name="month_list_names_its_class",
            )
        ]
        triggers = kept_but_sealed_anew(
            "institution", "scheme_code", "region_code", "month", "training_class", "class_name", "filename",
            "digest", "taken", "refused", "received_at",
        )  # fmt: skip

    @property
    def data(self) -> bytes:
        """The sheet as it came."""
        return as_it_came(self)

    def __str__(self) -> str:
        return self.filename


class Grant(models.Model):
    """One application of a person or a body for one award, allowance or project grant, and what became of it."""

    lifecycle = GRANT
    personal: dict[str, str] = {}

    number = models.CharField(_("申请编号"), max_length=20, unique=True)
    # With an institution it is the applicant and is paid; a person beside it is whom the grant is about.
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        null=True,
        related_name="grants",
        verbose_name=_("申请单位"),
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="grants", verbose_name=_("人员")
    )
    grant_list = models.ForeignKey(
        GrantList, models.PROTECT, null=True, related_name="grants", verbose_name=_("奖补名单")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("项目"), max_length=60)
    month = models.DateField(_("月份"), null=True)
    counts_as = models.CharField(_("享受口径"), max_length=60)
    rhythm = models.CharField(_("发放方式"), max_length=10, choices=list(RHYTHMS.items()))
    event_on = models.DateField(_("认定日期"))
    drafted_at = models.DateTimeField(_("起草时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    decided_on = models.DateField(_("决定日期"), null=True)
    verdict = models.CharField(_("测算结论"), max_length=20, choices=VERDICTS, blank=True, default="")
    judged_fen = models.BigIntegerField(_("测算金额"), default=0)
    amount_fen = models.BigIntegerField(_("已列资金"), default=0)
    illustrative = models.BooleanField(_("示例标准"), default=False)
    synthetic = models.BooleanField(_("演示数据"), default=False)
    published_notice_id = models.BigIntegerField(_("公示"), null=True)
    status = models.CharField(_("状态"), max_length=12, choices=GRANT.choices, default=GRANT.initial)

    class Meta:
        verbose_name = _("奖补申请")
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False) | Q(person__isnull=False),
                name="grant_has_an_applicant",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["drafted", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="submitted_grant_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published", "cleared", "paid"]) | Q(verdict="payable"),
                name="approved_grant_is_payable",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "cleared", "paid"])
                | Q(published_notice_id__isnull=False),
                name="published_grant_names_its_notice",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, judged_fen__gte=0), name="grant_amounts_not_negative"
            ),
            models.UniqueConstraint(
                fields=["person", "counts_as", "month"],
                condition=Q(month__isnull=False) & ~Q(status__in=LET_GO),
                name="one_grant_of_a_persons_month",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1, grant_list__isnull=False, rhythm="once"),
                name="month_grant_is_of_a_list",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "submitted_at"], name="grant_queue"),
            models.Index(fields=["institution", "-id"], name="grant_of_institution"),
            models.Index(fields=["person", "scheme_code"], name="grant_of_person"),
            models.Index(fields=["published_notice_id"], name="grant_of_notice"),
        ]
        triggers = [
            LifecycleGuard(GRANT),
            frozen("number", "institution", "person", "region_code", "scheme_code", "month"),
            instalments_add_up("NEW.id", pgtrigger.Insert | pgtrigger.UpdateOf("amount_fen", "status")),
        ]

    @property
    def applicant(self) -> str:
        """Who asked and is paid."""
        return self.institution.name if self.institution_id else self.person.name

    @property
    def is_of_list(self) -> bool:
        """One person of a month's list: paid to the person, but asked for and put right by who filed the list."""
        return self.institution_id is None and self.grant_list_id is not None

    def __str__(self) -> str:
        return self.number


class GrantFact(models.Model):
    """One fact of one grant: declared by its applicant, or determined by the bureau with its source."""

    append_only = True
    personal = {"value": "free_text", "source": "free_text", "by_name": "name"}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="told_facts", verbose_name=_("奖补申请"))
    fact = models.CharField(_("事实"), max_length=40)
    value = models.JSONField(_("值"))
    is_determined = models.BooleanField(_("由经办认定"), default=False)
    source = models.CharField(_("依据"), max_length=200, blank=True, default="")
    at = models.DateTimeField(_("时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("填写人"), max_length=100)

    class Meta:
        verbose_name = _("申请事实")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_determined=False) | ~Q(source=""), name="determined_fact_names_its_source"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.grant_id} {self.fact}"


class GrantPaper(models.Model):
    """One file handed in with a grant as proof."""

    personal = {"content": "file", "filename": "free_text"}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="papers", verbose_name=_("奖补申请"))
    kind = models.CharField(_("材料种类"), max_length=20, choices=list(PAPER_KINDS.items()))
    filename = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=40)
    content = SealedTextField(purpose="grants.grantpaper.content")
    digest = models.CharField(_("摘要"), max_length=64)
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("申请材料")
        triggers = kept_but_sealed_anew("grant", "kind", "filename", "content_type", "digest", "received_at")
        constraints = [models.UniqueConstraint(fields=["grant", "kind", "digest"], name="grant_paper_once")]

    @property
    def data(self) -> bytes:
        """The file as it came."""
        return as_it_came(self)

    def __str__(self) -> str:
        return f"{self.grant_id} {self.filename}"


class GrantAppeal(models.Model):
    """One appeal of an applicant against the refusal of a grant, and its answer."""

    lifecycle = APPEAL
    personal = {"text": "free_text", "answer": "free_text"}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="appeals", verbose_name=_("奖补申请"))
    region_code = models.CharField(_("区划"), max_length=12)
    text = models.TextField(_("申诉理由"))
    filed_at = models.DateTimeField(_("提出时间"))
    answer_by = models.DateField(_("答复期限"), null=True)
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=10, choices=APPEAL.choices, default=APPEAL.initial)

    class Meta:
        verbose_name = _("奖补申诉")
        constraints = [
            models.UniqueConstraint(
                fields=["grant"], condition=Q(status="filed"), name="one_open_appeal_of_a_grant"
            ),
            models.CheckConstraint(
                condition=Q(status="filed", answered_at__isnull=True, answer="")
                | Q(status__in=["filed", "upheld", "dismissed"], answered_at__isnull=False) & ~Q(answer=""),
                name="grant_appeal_answered_whole",
            ),
        ]
        triggers = [LifecycleGuard(APPEAL), frozen("grant", "text", "filed_at")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.filed_at:%Y-%m-%d}"
