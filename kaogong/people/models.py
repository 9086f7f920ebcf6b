"""Who the people are, what held of them when, and their lifelong files."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.gateways.registers import KINDS, KNOWN, NOT_FOUND
from kaogong.trail.guards import LifecycleGuard, append_only, frozen, kept_but_sealed_anew

from .states import PERSON_MERGE

ID_NUMBER = "people.person.id_number"
PHONE = "people.person.phone"
BANK_ACCOUNT = "people.person.bank_account"
REGISTER_FACTS = "people.registeranswer.facts"


def _days() -> Func:
    return Func("start_on", "end_on", function="DATERANGE", output_field=DateRangeField())


class Person(models.Model):
    """One human being, once, by real name and identity number (A4)."""

    personal = {
        "name": "name",
        "id_number": "id_number",
        "id_number_index": "id_number",
        "id_number_masked": "id_number",
        "sex": "sex",
        "born_on": "birth_date",
        "phone": "phone",
        "phone_masked": "phone",
        "ethnic_code": "ethnic_group",
        "education_code": "education",
        "household_region_code": "address",
        "household_kind": "address",
        "household_place": "address",
        "residence_region_code": "address",
        "job_region_code": "address",
        "bank_name": "bank_account",
        "bank_account": "bank_account",
        "bank_account_index": "bank_account",
        "bank_account_masked": "bank_account",
        "bank_account_holder": "name",
    }

    name = models.CharField(_("姓名"), max_length=60)
    id_number = SealedTextField(_("身份证号码"), purpose=ID_NUMBER)
    id_number_index = models.BinaryField(max_length=16, unique=True)
    id_number_masked = models.CharField(_("身份证号码"), max_length=18)
    sex = models.CharField(_("性别"), max_length=1, choices=[("1", _("男")), ("2", _("女"))])
    born_on = models.DateField(_("出生日期"))
    phone = SealedTextField(_("联系电话"), purpose=PHONE)
    phone_masked = models.CharField(_("联系电话"), max_length=20, blank=True, default="")
    ethnic_code = models.CharField(_("民族"), max_length=2, blank=True, default="")
    education_code = models.CharField(_("学历"), max_length=2, blank=True, default="")
    household_region_code = models.CharField(_("户籍地"), max_length=12, blank=True, default="")
    household_kind = models.CharField(_("户口性质"), max_length=20, blank=True, default="")
    household_place = models.CharField(_("户口所在地"), max_length=120, blank=True, default="")
    residence_region_code = models.CharField(_("常住地"), max_length=12, blank=True, default="")
    job_region_code = models.CharField(_("求职就业地"), max_length=12, blank=True, default="")
    bank_name = models.CharField(_("开户银行"), max_length=80, blank=True, default="")
    bank_account = SealedTextField(_("银行账号"), purpose=BANK_ACCOUNT)
    bank_account_index = models.BinaryField(max_length=16, null=True)
    bank_account_masked = models.CharField(_("银行账号"), max_length=40, blank=True, default="")
    bank_account_holder = models.CharField(_("户名"), max_length=60, blank=True, default="")
    region_code = models.CharField(_("建档区域"), max_length=12)
    synthetic = models.BooleanField(_("虚构"), default=False)
    created_at = models.DateTimeField(_("建档时间"))

    class Meta:
        verbose_name = _("人员")
        triggers = [frozen("id_number_index")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(condition=Q(sex__in=["1", "2"]), name="person_sex_known"),
            models.CheckConstraint(
                condition=Q(bank_account_index__isnull=True, bank_account_masked="")
                | (Q(bank_account_index__isnull=False) & ~Q(bank_account_masked="")),
                name="person_bank_account_whole",
            ),
        ]
        indexes = [
            GinIndex(fields=["name"], name="person_by_name", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["region_code", "-id"], name="person_by_region"),
            models.Index(
                fields=["bank_account_index"],
                name="person_by_bank_account",
                condition=Q(bank_account_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id_number_masked}"


class GroupMembership(models.Model):
    """One person's membership of one group of the papers on the days of [start_on, end_on) (A5, A6)."""

    personal = {"evidence": "group"}

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("人员"))
    group_code = models.CharField(_("人员类别"), max_length=40)
    start_on = models.DateField(_("起"))
    end_on = models.DateField(_("止"), null=True)
    source = models.CharField(_("来源"), max_length=60)
    evidence = models.CharField(_("凭证"), max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("人员类别")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")), name="membership_lasts_a_day"
            ),
            ExclusionConstraint(
                name="one_membership_of_a_group_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("group_code", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group_code} {self.start_on}"


class Standing(models.Model):
    """Whether something held of one person on the days of [start_on, end_on), as one source says."""

    personal = {"employer": "employer"}

    KINDS = [
        ("insured", _("参加失业保险")),
        ("pension", _("按月领取养老金")),
        ("at_school", _("在校")),
        ("deceased", _("死亡")),
    ]

    person = models.ForeignKey(Person, models.PROTECT, related_name="standings", verbose_name=_("人员"))
    kind = models.CharField(_("事项"), max_length=20, choices=KINDS)
    holds = models.BooleanField(_("是否成立"))
    start_on = models.DateField(_("起"))
    end_on = models.DateField(_("止"), null=True)
    source = models.CharField(_("来源"), max_length=60)
    employer = models.CharField(_("单位"), max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("人员状况")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["insured", "pension", "at_school", "deceased"]),
                name="standing_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")), name="standing_lasts_a_day"
            ),
            ExclusionConstraint(
                name="one_standing_of_a_kind_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.holds} {self.start_on}"


class FileEntry(models.Model):
    """One line of one person's lifelong training file (A2); never changed, never removed."""

    append_only = True
    personal = {"title": "training_record", "detail": "training_record"}

    KINDS = [
        ("training", _("培训")),
        ("hours", _("学时")),
        ("certificate", _("证书")),
        ("subsidy", _("补贴")),
        ("group", _("人员类别")),
        ("other", _("其他")),
    ]

    person = models.ForeignKey(Person, models.PROTECT, related_name="file_entries", verbose_name=_("人员"))
    kind = models.CharField(_("类别"), max_length=20, choices=KINDS)
    on = models.DateField(_("日期"))
    title = models.CharField(_("内容"), max_length=200)
    detail = models.JSONField(_("详情"), default=dict, blank=True)
    reference = models.CharField(_("依据"), max_length=80)
    at = models.DateTimeField(_("记入时间"))

    class Meta:
        verbose_name = _("档案记录")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "reference"], name="file_entry_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["training", "hours", "certificate", "subsidy", "group", "other"]),
                name="file_entry_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.title}"


class PersonMerge(models.Model):
    """That two rows are one human being: ``merged`` is read as ``kept`` while approved; neither is changed."""

    lifecycle = PERSON_MERGE
    personal = {"evidence": "free_text"}

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges_kept", verbose_name=_("保留的档案"))
    merged = models.ForeignKey(
        Person, models.PROTECT, related_name="merges_gone", verbose_name=_("并入的档案")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    evidence = models.CharField(_("依据"), max_length=300)
    proposed_at = models.DateTimeField(_("提请时间"))
    decided_at = models.DateTimeField(_("核定时间"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=PERSON_MERGE.choices, default=PERSON_MERGE.initial
    )

    class Meta:
        verbose_name = _("档案合并")
        triggers = [
            LifecycleGuard(PERSON_MERGE),
            *kept_but_sealed_anew("kept", "merged", "region_code", "evidence", "proposed_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="person_merge_of_two"),
            models.CheckConstraint(condition=~Q(evidence=""), name="person_merge_says_why"),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(status__in=["proposed", "approved"]),
                name="person_merged_once",
            ),
        ]
        indexes = [
            models.Index(fields=["kept"], name="person_merge_standing", condition=Q(status="approved")),
            models.Index(fields=["region_code", "-id"], name="person_merge_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"


class RegisterAsking(models.Model):
    """One time somebody asked one outside register about people: why, of how many, and how it went."""

    append_only = True
    personal = {"asked_by": "name"}

    kind = models.CharField(_("登记"), max_length=20, choices=list(KINDS.items()))
    source = models.CharField(_("来源"), max_length=60, blank=True, default="")
    reason = models.CharField(_("用途"), max_length=200)
    asked_at = models.DateTimeField(_("查询时间"))
    asked_by = models.CharField(_("查询人"), max_length=100)
    region_code = models.CharField(_("区域"), max_length=12, blank=True, default="")
    asked = models.PositiveIntegerField(_("查询条数"))
    known = models.PositiveIntegerField(_("查到"), default=0)
    not_found = models.PositiveIntegerField(_("查无记录"), default=0)
    unavailable = models.PositiveIntegerField(_("未能核对"), default=0)

    class Meta:
        verbose_name = _("外部登记查询")
        triggers = append_only()
        indexes = [models.Index(fields=["kind", "-id"], name="register_asking_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked=F("known") + F("not_found") + F("unavailable")),
                name="register_asking_adds_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%F} {self.asked}"


class RegisterAnswer(models.Model):
    """What one outside register said of one identity number on one day; ``facts`` as they came, sealed."""

    personal = {"id_number_index": "id_number", "facts": "register_facts", "question": "register_facts"}

    asking = models.ForeignKey(RegisterAsking, models.PROTECT, related_name="answers", verbose_name=_("查询"))
    kind = models.CharField(_("登记"), max_length=20, choices=list(KINDS.items()))
    id_number_index = models.BinaryField(max_length=16)
    question = models.BinaryField(_("问题指纹"), max_length=16)
    status = models.CharField(
        _("结果"), max_length=12, choices=[(KNOWN, _("已查到")), (NOT_FOUND, _("查无记录"))]
    )
    source = models.CharField(_("来源"), max_length=60)
    as_of = models.DateField(_("数据截至"))
    asked_on = models.DateField(_("查询日期"))
    facts = SealedTextField(purpose=REGISTER_FACTS, blank=True)

    class Meta:
        verbose_name = _("外部登记答复")
        triggers = kept_but_sealed_anew(
            "asking", "kind", "id_number_index", "question", "status", "source", "as_of", "asked_on"
        )
        indexes = [models.Index(fields=["id_number_index", "kind", "-id"], name="register_answer_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[KNOWN, NOT_FOUND]), name="register_answer_says_something"
            ),
            models.UniqueConstraint(fields=["asking", "question"], name="register_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status} {self.asked_on}"
