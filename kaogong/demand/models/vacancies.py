"""Vacancies as lists bring them, and what learners wish to learn."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.demand.states import VACANCY_LIST
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen


class VacancyList(models.Model):
    """One list of vacancies as it was brought: from where, as of which day, and what could not be taken."""

    lifecycle = VACANCY_LIST
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    source = models.CharField(_("来源"), max_length=60)
    filename = models.CharField(_("文件名"), max_length=200)
    as_of = models.DateField(_("数据截至"))
    problems = models.JSONField(_("问题"), default=dict, blank=True)
    taken_at = models.DateTimeField(_("导入时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=VACANCY_LIST.choices, default=VACANCY_LIST.initial
    )

    class Meta:
        verbose_name = _("招聘清单")
        triggers = [LifecycleGuard(VACANCY_LIST), frozen("region_code", "source", "as_of", "problems")]
        indexes = [models.Index(fields=["region_code", "-id"], name="vacancy_list_by_region")]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of}"


class Vacancy(models.Model):
    """One line of one list; a line told before stands with what it repeats, and is not counted."""

    append_only = True
    personal = {"credit_code": "institution", "employer": "employer"}

    vacancy_list = models.ForeignKey(
        VacancyList, models.PROTECT, related_name="vacancies", verbose_name=_("招聘清单")
    )
    row_number = models.PositiveIntegerField(_("行"))
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    employer = models.CharField(_("用人单位"), max_length=120)
    post = models.CharField(_("岗位"), max_length=60, blank=True, default="")
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    head_count = models.PositiveIntegerField(_("招聘人数"))
    wage_low_fen = models.BigIntegerField(_("月工资下限"), null=True)
    wage_high_fen = models.BigIntegerField(_("月工资上限"), null=True)
    region_code = models.CharField(_("工作地"), max_length=12)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("重复于")
    )

    class Meta:
        verbose_name = _("招聘岗位")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["vacancy_list", "row_number"], name="vacancy_row_once"),
            models.CheckConstraint(condition=Q(head_count__gt=0), name="vacancy_seeks_somebody"),
        ]
        indexes = [
            models.Index(fields=["region_code", "occupation_code"], name="vacancy_by_occupation"),
            models.Index(fields=["employer", "occupation_code"], name="vacancy_by_employer"),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.occupation_code}"


class TrainingWish(models.Model):
    """What one person said on one day of learning something; the latest statement stands (6.8 of the forms)."""

    append_only = True
    personal = {"wished_place": "address"}

    SOURCES = [("self", _("本人填写")), ("sheet", _("劳动力登记导入"))]

    person = models.ForeignKey(Person, models.PROTECT, related_name="training_wishes", verbose_name=_("人员"))
    region_code = models.CharField(_("区域"), max_length=12)
    is_willing = models.BooleanField(_("培训意愿"))
    wished_on = models.DateField(_("意愿培训日期"), null=True)
    wished_place = models.CharField(_("意愿培训地点"), max_length=120, blank=True, default="")
    occupation_codes = ArrayField(
        models.CharField(max_length=20), size=3, default=list, blank=True, verbose_name=_("意愿培训工种")
    )
    level_code = models.CharField(
        _("意愿工种等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES
    )
    source = models.CharField(_("来源"), max_length=10, choices=SOURCES)
    stated_at = models.DateTimeField(_("填写时间"))

    class Meta:
        verbose_name = _("培训意愿")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=Q(is_willing=True) | Q(occupation_codes=[]), name="wish_unwilling_names_nothing"
            ),
            models.CheckConstraint(condition=Q(source__in=["self", "sheet"]), name="wish_source_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-stated_at", "-id"], name="wish_of_person"),
            models.Index(fields=["region_code"], name="wish_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.stated_at:%Y-%m-%d}"
