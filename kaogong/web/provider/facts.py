"""Facts of a judgement in plain words, and the fields to supply one that is unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from kaogong.catalog import queries as catalog
from kaogong.kernel.money import yuan
from kaogong.rules import Decision, Facts, vocabulary
from kaogong.web.parts.forms import DateField

LABELS: dict[str, str] = {
    "age_on_event": _("认定时年龄"),
    "birth_on": _("出生日期"),
    "sex": _("性别"),
    "identity_verified": _("身份核验"),
    "receives_pension": _("领取养老金"),
    "groups": _("人员类别"),
    "insured": _("参加失业保险"),
    "insured_months": _("参保月数"),
    "household_region_code": _("户籍地"),
    "residence_region_code": _("居住地"),
    "job_region_code": _("求职就业地"),
    "serving_region_code": _("受理地"),
    "certificate_kind": _("证书种类"),
    "certificate_number": _("证书编号"),
    "certificate_occupation_code": _("证书职业"),
    "certificate_level": _("证书等级"),
    "certificate_issued_on": _("发证日期"),
    "certificate_verified": _("证书已核验"),
    "certificate_revoked": _("证书已撤销"),
    "occupation_name": _("职业名称"),
    "class_occupation_code": _("班级职业"),
    "class_level": _("班级等级"),
    "class_started_on": _("开班日期"),
    "class_ended_on": _("结业日期"),
    "class_approved": _("开班已同意"),
    "provider_recognised_on_day": _("开班日机构在认定期内"),
    "occupation_in_scope": _("职业在协议范围内"),
    "hours_planned": _("计划课时"),
    "hours_attended": _("实到课时"),
    "days_attended": _("实到天数"),
    "hours_counted": _("计入课时"),
    "hours_unproven": _("依据不足的课时"),
    "short_days": _("全班出勤率不够的天数"),
    "lowest_day_on": _("全班出勤最低的一天"),
    "lowest_day_percent": _("全班最低出勤率（%）"),
    "attendance_rule": _("出勤的规定"),
    "paid_first_by": _("培训费垫付方"),
    "paid_first_fen": _("垫付金额"),
    "bank_account_present": _("收款账户已登记"),
    "employer_insured": _("用人单位为其参保"),
    "hired_on": _("录用日期"),
    "months": _("月数"),
    "stage": _("阶段"),
    "approved": _("已批准（认定）"),
    "approved_fen": _("核定金额"),
    "contract_started_on": _("合同起"),
    "contract_ended_on": _("合同止"),
    "history": _("以往补贴"),
}
_CODED = {"certificate_kind": vocabulary.CERTIFICATE_KINDS, "paid_first_by": vocabulary.PAYEES}
_TYPES = {field.name: str(field.type).split(" |")[0] for field in fields(Facts)}


def label(name: str) -> str:
    return gettext(LABELS.get(name, name))


def can_supply(name: str) -> bool:
    """Whether this page has a field for the fact."""
    return name in _TYPES and name != "history"


def shown(name: str, value: Any) -> str:
    """One value as people read it."""
    if value is None:
        return gettext("不明")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if name in _CODED and value in _CODED[name]:
        return gettext(_CODED[name][value].label)
    if name in ("certificate_level", "class_level") and value in vocabulary.LEVELS:
        return gettext(vocabulary.LEVELS[value].label)
    if name.endswith("_region_code"):
        return catalog.region_name(str(value))
    if name.endswith("occupation_code"):
        return catalog.occupation_name(str(value))
    if name.startswith(("hours_", "days_")) and isinstance(value, int):
        return f"{value / 100:g}"  # findings keep hundredths
    if name == "stage" and value in vocabulary.STAGES:
        return gettext(vocabulary.STAGES[value].label)
    if name in ("paid_first_fen", "approved_fen"):
        return yuan(int(value))
    if name == "sex":
        return {"male": gettext("男"), "female": gettext("女")}.get(value, str(value))
    if name == "groups":
        known = catalog.code_labels("group")
        return gettext("、").join(gettext(known.get(code, code)) for code in value) or gettext("无")
    if isinstance(value, list | tuple):
        return gettext("{count} 项").format(count=len(value))
    return str(value)


def told(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts a finding was judged on; figures worked out by the rules that have no name here stay out."""
    return [(label(name), shown(name, value)) for name, value in facts.items() if name in LABELS]


def cards(decision: Decision) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Findings to show with their facts, what is against first.

    A part's own finding (the living allowance) that failed only means that the part is not due: left out.
    """
    weight = {"failed": 0, "unknown": 1, "waived": 2, "passed": 3}
    kept = [f for f in decision.findings if not (f.component and f.outcome == "failed")]
    return [(finding, told(finding.facts)) for finding in sorted(kept, key=lambda f: weight[f.outcome])]


def parts_not_due(decision: Decision) -> list[Any]:
    """Findings that only say a part of the payment is not due."""
    return [f for f in decision.findings if f.component and f.outcome == "failed"]


def missing(decision: Decision) -> list[str]:
    """Facts that unknown findings ask for and that can be supplied here, each once."""
    names: Iterable[str] = (name for f in decision.findings_that("unknown") for name in f.missing)
    return [name for name in dict.fromkeys(names) if can_supply(name)]


class EvidenceForm(forms.Form):
    """One fact with where it comes from."""

    source = forms.CharField(
        label=gettext_lazy("材料来源"),
        max_length=200,
        help_text=gettext_lazy("写明材料名称、文号或出具单位，如“失业登记证 3702990001”"),
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, fact: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"] = _field(fact)
        self.order_fields(["value", "source", "reason"])

    def clean_value(self):
        value = self.cleaned_data["value"]
        if value in ("yes", "no"):
            return value == "yes"
        return value.isoformat() if hasattr(value, "isoformat") else value


def _field(fact: str) -> forms.Field:
    title = label(fact)
    if fact == "groups":
        return forms.MultipleChoiceField(
            label=title,
            choices=list(catalog.code_labels("group").items()),
            widget=forms.CheckboxSelectMultiple,
        )
    if fact in _CODED:
        choices = [(code, gettext(word.label)) for code, word in _CODED[fact].items()]
        return forms.ChoiceField(label=title, choices=choices)
    if fact in ("certificate_level", "class_level"):
        choices = [(code, gettext(word.label)) for code, word in vocabulary.LEVELS.items()]
        return forms.TypedChoiceField(label=title, choices=choices, coerce=int)
    if fact == "sex":
        return forms.ChoiceField(label=title, choices=[("male", gettext("男")), ("female", gettext("女"))])
    match _TYPES[fact]:
        case "bool":
            return forms.ChoiceField(
                label=title, choices=[("yes", gettext("是")), ("no", gettext("否"))], widget=forms.RadioSelect
            )
        case "date":
            return DateField(label=title)
        case "int":
            return forms.IntegerField(label=title, min_value=0)
        case _:
            return forms.CharField(label=title, max_length=60)
