"""A payee's wish to be paid on another account, what proves it, and what was decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import ACCOUNT_CHANGE, CHANGING

CHANGED_ACCOUNT = "claims.accountchange.bank_account"


class AccountChange(models.Model):
    """One time a person or body asked to be paid on another account: from which, to which, and how it ended."""

    lifecycle = ACCOUNT_CHANGE
    personal = {
        "bank_name": "bank_account",
        "bank_account": "bank_account",
        "bank_account_index": "bank_account",
        "bank_account_masked": "bank_account",
        "bank_account_holder": "name",
        "replaces_bank": "bank_account",
        "replaces_masked": "bank_account",
        "asked_by": "name",
        "decided_by": "name",
        "answer": "free_text",
    }

    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="account_changes", verbose_name=_("收款人")
    )
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        null=True,
        related_name="account_changes",
        verbose_name=_("收款单位"),
    )
    region_code = models.CharField(_("区划"), max_length=12)
    bank_name = models.CharField(_("开户银行"), max_length=80)
    bank_account = SealedTextField(_("银行账号"), purpose=CHANGED_ACCOUNT)
    bank_account_index = models.BinaryField(max_length=16)
    bank_account_masked = models.CharField(_("银行账号"), max_length=40)
    bank_account_holder = models.CharField(_("户名"), max_length=120)
    replaces_bank = models.CharField(_("原开户银行"), max_length=80)
    replaces_masked = models.CharField(_("原银行账号"), max_length=40)
    returned_payment = models.CharField(_("银行退回的付款"), max_length=120, blank=True, default="")
    asked_at = models.DateTimeField(_("申请时间"))
    asked_by = models.CharField(_("申请人"), max_length=100)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decided_by = models.CharField(_("决定人"), max_length=100, blank=True, default="")
    answer = models.CharField(_("答复"), max_length=300, blank=True, default="")
    cooling_days = models.PositiveSmallIntegerField(_("冷静期天数"), null=True)
    pays_from = models.DateField(_("最早改付日期"), null=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=ACCOUNT_CHANGE.choices, default=ACCOUNT_CHANGE.initial
    )

    class Meta:
        verbose_name = _("收款账户变更")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, institution__isnull=True)
                | Q(person__isnull=True, institution__isnull=False),
                name="account_change_has_one_payee",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(status__in=CHANGING), name="one_account_change_of_a_person"
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(status__in=CHANGING),
                name="one_account_change_of_an_institution",
            ),
            models.CheckConstraint(
                condition=~Q(bank_account_masked="") & ~Q(bank_account_holder="") & ~Q(bank_name=""),
                name="account_change_names_the_account",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["cooling", "in_force"])
                | (Q(pays_from__isnull=False, decided_at__isnull=False) & ~Q(decided_by="")),
                name="account_change_decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "status", "asked_at"], name="account_change_queue")]
        triggers = [
            LifecycleGuard(ACCOUNT_CHANGE),
            frozen(
                "person", "institution", "region_code", "bank_name", "bank_account_index",
                "bank_account_masked", "bank_account_holder", "replaces_bank", "replaces_masked",
                "returned_payment", "asked_at", "asked_by",
            ),
        ]  # fmt: skip

    @property
    def payee_kind(self) -> str:
        """person or institution, as a payment says it."""
        return "person" if self.person_id is not None else "institution"

    @property
    def payee_id(self) -> int:
        """The id of the person or institution paid."""
        return self.person_id or self.institution_id

    @property
    def payee_name(self) -> str:
        """Who is paid."""
        return self.person.name if self.person_id is not None else self.institution.name

    def __str__(self) -> str:
        return f"{self.replaces_masked} → {self.bank_account_masked}"
