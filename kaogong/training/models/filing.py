"""What a class is filed with: the answers of its form, the documents that prove them, apprentices' mentors."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.institutions.models import Institution, Trainer
from kaogong.kernel.errors import Refused
from kaogong.trail.guards import frozen

from .classes import TrainingClass
from .rosters import Enrolment

ARRANGEMENTS = [
    ("regular", _("普通班")),
    ("order_class", _("订单定向班")),
    ("student_class", _("在校学生“三个一”班")),
]
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class EvidenceChanged(Refused):
    """保存的材料“{filename}”与上传时不同，不能使用。请联系系统管理员，并重新上传。"""


class ClassFiling(models.Model):
    """The filing form of one class as answered: how it is held, an answer for each field, the day it was filed."""

    personal = {"answers": "free_text"}

    training_class = models.OneToOneField(
        TrainingClass, models.CASCADE, related_name="filing", verbose_name=_("培训班")
    )
    arrangement = models.CharField(_("办班形式"), max_length=20, choices=ARRANGEMENTS, default="regular")
    answers = models.JSONField(_("申报内容"), default=dict, blank=True)
    answered_at = models.DateTimeField(_("填写时间"))
    filed_on = models.DateField(_("申报日期"), null=True)

    class Meta:
        verbose_name = _("开班申报表")
        constraints = [
            models.CheckConstraint(
                condition=Q(arrangement__in=[code for code, _label in ARRANGEMENTS]),
                name="filing_arrangement_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.training_class_id} {self.arrangement}"


class EvidenceDocument(models.Model):
    """One document of one class as it came; a newer version replaces it, none is changed or removed."""

    personal = {"content": "file", "filename": "free_text", "added_by": "name"}

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="evidence")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=12)
    kind_code = models.CharField(_("材料种类"), max_length=40)
    filename = models.CharField(_("文件名"), max_length=200)
    format = models.CharField(_("格式"), max_length=8, choices=[(code, code) for code in CONTENT_TYPES])
    size = models.PositiveIntegerField(_("字节数"))
    digest = models.CharField(_("摘要"), max_length=64)
    content = SealedTextField(purpose="training.evidencedocument.content")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("替换")
    )
    added_at = models.DateTimeField(_("上传时间"))
    added_by = models.CharField(_("上传人"), max_length=100)

    class Meta:
        verbose_name = _("申报材料")
        indexes = [models.Index(fields=["training_class", "kind_code", "-id"], name="evidence_of_class")]
        constraints = [
            models.UniqueConstraint("training_class", "kind_code", "digest", name="evidence_same_file_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
        ]
        triggers = [
            frozen(
                "training_class", "institution", "region_code", "kind_code", "filename", "format", "size",
                "digest", "replaces", "added_at", "added_by",
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.filename

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    @property
    def data(self) -> bytes:
        """The file as it came; its digest, which never changes, says that it still is."""
        return kept_file(self.content, self.digest, EvidenceChanged(filename=self.filename))


class Apprenticeship(models.Model):
    """One apprentice of one class: the contract with the employer, and a mentor in the firm and one in the school."""

    personal = {"contract_number": "employer"}

    enrolment = models.OneToOneField(
        Enrolment, models.PROTECT, related_name="apprenticeship", verbose_name=_("学员")
    )
    contract_number = models.CharField(_("学徒培养合同号"), max_length=60, blank=True, default="")
    starts_on = models.DateField(_("合同起"))
    ends_on = models.DateField(_("合同止"))
    firm_mentor = models.ForeignKey(Trainer, models.PROTECT, related_name="+", verbose_name=_("企业导师"))
    school_mentor = models.ForeignKey(Trainer, models.PROTECT, related_name="+", verbose_name=_("学校导师"))

    class Meta:
        verbose_name = _("学徒培养")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="apprenticeship_lasts_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(firm_mentor=F("school_mentor")), name="apprenticeship_two_mentors"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="mentors_are_two_people",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF (SELECT count(DISTINCT id_number_index) FROM institutions_trainer
                         WHERE id IN (NEW.firm_mentor_id, NEW.school_mentor_id)) < 2 THEN
                        RAISE EXCEPTION 'apprenticeship: both mentors are one person'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.firm_mentor_id}/{self.school_mentor_id}"
