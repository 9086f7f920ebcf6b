"""A sponsor's agreement, the closed list of uses it names, and each sum spent on one of them or given back (H7)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.trail.guards import LifecycleGuard, append_only, frozen, kept_but_sealed_anew

from ..states import SPENDING, SPENDING_KINDS, SPONSORSHIP
from .grant import as_it_came

_USES_ADD_UP = """
    IF EXISTS (
        SELECT 1 FROM grants_sponsorship s
        WHERE s.id = NEW.id
          AND s.agreed_fen <> (SELECT coalesce(sum(u.most_fen), 0) FROM grants_sponsoreduse u
                               WHERE u.sponsorship_id = s.id)
    ) THEN
        RAISE EXCEPTION 'sponsorship %: its uses do not add up to what was agreed', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_LISTED_BEFORE_CONFIRMED = """
    IF (SELECT s.status FROM grants_sponsorship s WHERE s.id = NEW.sponsorship_id) <> 'registered' THEN
        RAISE EXCEPTION 'sponsorship %: its list of uses is closed', NEW.sponsorship_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Sponsorship(models.Model):
    """One agreement of a sponsor: who, for which event, how much, since when, with its paper sealed."""

    lifecycle = SPONSORSHIP
    personal = {"content": "file", "filename": "free_text"}

    number = models.CharField(_("协议编号"), max_length=20, unique=True)
    sponsor = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="sponsorships", verbose_name=_("赞助方")
    )
    event = models.CharField(_("赞助事项"), max_length=80)
    region_code = models.CharField(_("区划"), max_length=12)
    document = models.CharField(_("赞助协议"), max_length=200)
    agreed_on = models.DateField(_("签订日期"))
    agreed_fen = models.BigIntegerField(_("协议金额"))
    fund = models.OneToOneField(
        "funds.Fund", models.PROTECT, null=True, related_name="sponsorship", verbose_name=_("资金")
    )
    filename = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=40)
    content = SealedTextField(purpose="grants.sponsorship.content")
    digest = models.CharField(_("摘要"), max_length=64)
    synthetic = models.BooleanField(_("演示数据"), default=False)
    registered_at = models.DateTimeField(_("登记时间"))
    closed_on = models.DateField(_("结清日期"), null=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=SPONSORSHIP.choices, default=SPONSORSHIP.initial
    )

    class Meta:
        verbose_name = _("赞助协议")
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_fen__gt=0) & ~Q(event="") & ~Q(document="") & ~Q(digest=""),
                name="sponsorship_is_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "closed"]) | Q(fund__isnull=False),
                name="confirmed_sponsorship_has_its_fund",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_on__isnull=False),
                name="closed_sponsorship_says_when",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-agreed_on"], name="sponsorship_by_region")]
        triggers = [
            LifecycleGuard(SPONSORSHIP),
            *kept_but_sealed_anew(
                "number", "sponsor", "event", "region_code", "document", "agreed_on", "agreed_fen", "filename",
                "content_type", "digest", "registered_at",
            ),
            pgtrigger.Trigger(
                name="uses_add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_USES_ADD_UP,
            ),
            pgtrigger.Protect(
                name="fund_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.fund_id IS NOT NULL AND OLD.fund_id IS DISTINCT FROM NEW.fund_id"
                ),
            ),
        ]  # fmt: skip

    @property
    def data(self) -> bytes:
        """The agreement's paper as it came."""
        return as_it_came(self)

    def __str__(self) -> str:
        return f"{self.number} {self.event}"


class SponsoredUse(models.Model):
    """One thing an agreement lets its money be used for, in its own words, and up to how much."""

    append_only = True
    personal: dict[str, str] = {}

    sponsorship = models.ForeignKey(
        Sponsorship, models.PROTECT, related_name="uses", verbose_name=_("赞助协议")
    )
    name = models.CharField(_("用途"), max_length=40)
    most_fen = models.BigIntegerField(_("协议金额"))

    class Meta:
        verbose_name = _("赞助用途")
        constraints = [
            models.UniqueConstraint(fields=["sponsorship", "name"], name="sponsored_use_once"),
            models.CheckConstraint(condition=Q(most_fen__gt=0) & ~Q(name=""), name="sponsored_use_is_named"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="listed_before_confirmed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_LISTED_BEFORE_CONFIRMED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SponsoredSpending(models.Model):
    """One sum of a sponsor's money asked for, for one use: paid to who did it, or given back to the sponsor."""

    lifecycle = SPENDING
    personal: dict[str, str] = {}

    reference = models.CharField(_("支出编号"), max_length=24, unique=True)
    sponsorship = models.ForeignKey(
        Sponsorship, models.PROTECT, related_name="spendings", verbose_name=_("赞助协议")
    )
    use = models.ForeignKey(SponsoredUse, models.PROTECT, related_name="spendings", verbose_name=_("用途"))
    kind = models.CharField(_("类别"), max_length=10, choices=list(SPENDING_KINDS.items()))
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, null=True, related_name="+", verbose_name=_("付给单位")
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("付给个人")
    )
    amount_fen = models.BigIntegerField(_("金额"))
    what = models.CharField(_("事由"), max_length=80)
    document = models.CharField(_("凭证"), max_length=200)
    asked_at = models.DateTimeField(_("申请时间"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    payment = models.CharField(_("付款流水号"), max_length=120, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=SPENDING.choices, default=SPENDING.initial)

    class Meta:
        verbose_name = _("赞助资金支出")
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False, person__isnull=True)
                | Q(institution__isnull=True, person__isnull=False),
                name="spending_has_one_payee",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & ~Q(what="") & ~Q(document=""), name="spending_says_what_for"
            ),
            models.CheckConstraint(
                condition=Q(kind="give_back", person__isnull=True) | Q(kind="spend"),
                name="given_back_to_the_sponsor",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "dropped"])
                | (~Q(payment="") & Q(decided_at__isnull=False)),
                name="approved_spending_has_its_payment",
            ),
        ]
        indexes = [models.Index(fields=["sponsorship", "id"], name="spending_of_sponsorship")]
        triggers = [
            LifecycleGuard(SPENDING),
            frozen(
                "reference", "sponsorship", "use", "kind", "institution", "person", "amount_fen", "what",
                "document", "asked_at",
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]  # fmt: skip

    @property
    def region_code(self) -> str:
        """Where it stands: with its agreement."""
        return self.sponsorship.region_code

    @property
    def payee_name(self) -> str:
        """Whom the sum goes to."""
        return self.institution.name if self.institution_id else self.person.name

    def __str__(self) -> str:
        return self.reference
