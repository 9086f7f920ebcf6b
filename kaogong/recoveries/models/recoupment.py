"""Money asked back from one debtor, the payments it rests on, and what they say against it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.funds.models import Payment
from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import CAUSES, OBJECTION, OVERDUE, RECOUPMENT

_WITHIN_THE_PAYMENT = """
    PERFORM 1 FROM funds_payment p WHERE p.id = NEW.payment_id FOR UPDATE;
    IF (
        SELECT sum(x.amount_fen) FROM recoveries_recoupmentpart x
        JOIN recoveries_recoupment r ON r.id = x.recoupment_id
        WHERE x.payment_id = NEW.payment_id AND r.status <> 'dropped'
    ) > (SELECT p.amount_fen FROM funds_payment p WHERE p.id = NEW.payment_id AND p.status = 'paid')
       OR NOT EXISTS (SELECT 1 FROM funds_payment p WHERE p.id = NEW.payment_id AND p.status = 'paid')
    THEN
        RAISE EXCEPTION 'payment %: more asked back than was paid', NEW.payment_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


class Recoupment(models.Model):
    """One sum of the earmarked fund asked back from one debtor, until it is back, written off or dropped."""

    lifecycle = RECOUPMENT
    personal = {"debtor_name": "name", "facts": "free_text"}

    number = models.CharField(_("追回编号"), max_length=20, unique=True)
    cause = models.CharField(_("追回原因"), max_length=12, choices=list(CAUSES.items()))
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="recoupments", verbose_name=_("退款机构")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="recoupments", verbose_name=_("退款人")
    )
    debtor_name = models.CharField(_("退款方"), max_length=200)
    region_code = models.CharField(_("区划"), max_length=12)
    amount_fen = models.BigIntegerField(_("应退金额"))
    clause = models.CharField(_("依据"), max_length=300)
    facts = models.TextField(_("事实"))
    opened_at = models.DateTimeField(_("立项时间"))
    served_on = models.DateField(_("送达日期"), null=True)
    served_how = models.CharField(_("送达方式"), max_length=120, blank=True, default="")
    due_on = models.DateField(_("退款期限"), null=True)
    objection_until = models.DateField(_("异议期限"), null=True)
    ended_at = models.DateTimeField(_("了结时间"), null=True)
    write_off_document = models.CharField(_("核销文件"), max_length=200, blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=12, choices=RECOUPMENT.choices, default=RECOUPMENT.initial
    )

    class Meta:
        verbose_name = _("追回")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recoupment_of_something"),
            models.CheckConstraint(
                condition=Q(institution__isnull=False, person__isnull=True)
                | Q(institution__isnull=True, person__isnull=False),
                name="recoupment_has_one_debtor",
            ),
            models.CheckConstraint(condition=~Q(clause="") & ~Q(facts=""), name="recoupment_says_why"),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True, served_how="")
                | (Q(served_on__isnull=False) & ~Q(served_how="")),
                name="recoupment_serving_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["opened", "approved", "dropped"]) | Q(served_on__isnull=False),
                name="recoupment_paid_after_its_notice",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["proposed", "written_off"]) | ~Q(write_off_document=""),
                name="write_off_names_its_document",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "due_on"], name="recoupment_queue"),
            models.Index(fields=["institution", "-id"], name="recoupment_of_institution"),
            models.Index(fields=["person", "-id"], name="recoupment_of_person"),
        ]
        triggers = [
            LifecycleGuard(RECOUPMENT),
            frozen("number", "cause", "institution_id", "person_id", "amount_fen", "clause", "facts"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def left_fen(self) -> int:
        """Principal still owed, where ``back_fen`` was asked for; what was given up or dropped is not."""
        return 0 if self.status in ("written_off", "dropped") else self.amount_fen - self.back_fen

    def is_overdue(self, on) -> bool:
        """Whether its day is over and it is neither back nor given up."""
        return self.status in OVERDUE and self.due_on is not None and self.due_on < on


class RecoupmentPart(models.Model):
    """How much of one payment is asked back, of which source each part was."""

    append_only = True
    personal: dict[str, str] = {}

    recoupment = models.ForeignKey(Recoupment, models.PROTECT, related_name="parts")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+", verbose_name=_("原付款"))
    line_reference = models.CharField(_("申领明细"), max_length=60, blank=True, default="")
    amount_fen = models.BigIntegerField(_("应退金额"))
    shares = models.JSONField(_("各级分担"))

    class Meta:
        verbose_name = _("追回明细")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recoupment_part_of_something"),
            models.UniqueConstraint(
                fields=["recoupment", "payment", "line_reference"], name="recoupment_part_once"
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="within_the_payment",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=_WITHIN_THE_PAYMENT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recoupment_id} {self.payment_id}"


class PlannedInstalment(models.Model):
    """One sum of the plan agreed for paying back, and the day it is due; a newer plan replaces an older."""

    append_only = True
    personal: dict[str, str] = {}

    recoupment = models.ForeignKey(Recoupment, models.PROTECT, related_name="instalments")
    version = models.PositiveSmallIntegerField(_("第几次约定"))
    due_on = models.DateField(_("应退日期"))
    amount_fen = models.BigIntegerField(_("应退金额"))

    class Meta:
        verbose_name = _("分期退款")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="planned_instalment_of_something"),
            models.UniqueConstraint(
                fields=["recoupment", "version", "due_on"], name="one_planned_instalment_a_day"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.recoupment_id} {self.due_on}"


class RecoupmentObjection(models.Model):
    """What a debtor says against being asked, and the answer."""

    lifecycle = OBJECTION
    personal = {"content": "free_text", "answer": "free_text"}

    recoupment = models.ForeignKey(Recoupment, models.PROTECT, related_name="objections")
    region_code = models.CharField(_("区划"), max_length=12)
    content = models.TextField(_("异议"))
    raised_at = models.DateTimeField(_("提出时间"))
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=12, choices=OBJECTION.choices, default=OBJECTION.initial)

    class Meta:
        verbose_name = _("追回异议")
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="recoupment_objection_says_what"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="recoupment_answer_whole",
            ),
            models.UniqueConstraint(
                fields=["recoupment"], condition=Q(status="raised"), name="one_open_recoupment_objection"
            ),
        ]
        triggers = [LifecycleGuard(OBJECTION), frozen("recoupment_id", "content", "raised_at")]

    def __str__(self) -> str:
        return f"{self.recoupment_id}-{self.pk}"
