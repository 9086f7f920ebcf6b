"""Everything kept about how each line was judged."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

from .claim import VERDICTS, ClaimLine

# Only what did not pass, so that the index stays small: most findings of most decisions pass.
CLAUSES_AGAINST = (
    "jsonb_path_query_array(%(expressions)s, '$.findings[*] ? (@.outcome != \"passed\").clause')"
)


class Decision(models.Model):
    """One judgement of one line: the frozen facts, every finding, and the rulebook it was made under."""

    append_only = True
    personal = {"facts": "birth_date"}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="decisions", verbose_name=_("明细"))
    version = models.PositiveIntegerField(_("第几次测算"))
    cause = models.CharField(
        _("起因"),
        max_length=12,
        choices=[
            ("submitted", _("提交")),
            ("rejudged", _("重新测算")),
            ("evidence", _("补充材料")),
            ("waiver", _("例外批准")),
            ("appeal", _("申诉成立")),
        ],
    )
    decided_at = models.DateTimeField(_("测算时间"))
    on = models.DateField(_("按哪一天的政策"))
    region_code = models.CharField(_("区划"), max_length=12)
    scheme_code = models.CharField(_("补贴项目"), max_length=60)
    facts = models.JSONField(_("事实"))
    waived = models.JSONField(_("例外批准的规则"), default=list)
    decision = models.JSONField(_("逐条结论"))
    verdict = models.CharField(_("结论"), max_length=20, choices=VERDICTS)
    amount_fen = models.BigIntegerField(_("培训补贴"))
    allowance_fen = models.BigIntegerField(_("生活费补贴"))
    rulebook_digest = models.CharField(_("规则库指纹"), max_length=64)

    class Meta:
        verbose_name = _("测算结论")
        constraints = [
            models.UniqueConstraint(fields=["line", "version"], name="decision_version_of_line"),
            models.CheckConstraint(
                condition=Q(verdict="payable", amount_fen__gte=0, allowance_fen__gte=0)
                | Q(amount_fen=0, allowance_fen=0),
                name="only_payable_decisions_give_money",
            ),
        ]
        indexes = [
            models.Index(fields=["decided_at"], name="decision_by_time"),
            GinIndex(Func(F("decision"), template=CLAUSES_AGAINST), name="decision_by_clause"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line} v{self.version} {self.verdict}"


class RulebookEdition(models.Model):
    """The rulebook as it read when it was first used, so that old decisions can be made again."""

    append_only = True
    personal: dict[str, str] = {}

    digest = models.CharField(_("规则库指纹"), max_length=64, unique=True)
    first_used_at = models.DateTimeField(_("首次使用"))
    content = models.JSONField(_("内容"))

    class Meta:
        verbose_name = _("规则库版本")
        triggers = append_only()

    def __str__(self) -> str:
        return self.digest[:12]


class Evidence(models.Model):
    """One fact of one line supplied from outside, with where it comes from."""

    append_only = True
    personal = {"value": "birth_date", "by_name": "name"}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="evidence", verbose_name=_("明细"))
    fact = models.CharField(_("事实"), max_length=40)
    value = models.JSONField(_("值"))
    source = models.CharField(_("来源"), max_length=200)
    reason = models.TextField(_("说明"))
    at = models.DateTimeField(_("时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("提供人"), max_length=100)

    class Meta:
        verbose_name = _("补充材料")
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="evidence_names_its_source")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line} {self.fact}"


class Waiver(models.Model):
    """One rule set aside for one line by name, with the reason."""

    append_only = True
    personal = {"by_name": "name"}

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="waivers", verbose_name=_("明细"))
    rule_id = models.CharField(_("规则"), max_length=60)
    reason = models.TextField(_("理由"))
    at = models.DateTimeField(_("时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("批准人"), max_length=100)

    class Meta:
        verbose_name = _("例外批准")
        constraints = [
            models.UniqueConstraint(fields=["line", "rule_id"], name="waiver_of_line_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_gives_its_reason"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line} {self.rule_id}"
