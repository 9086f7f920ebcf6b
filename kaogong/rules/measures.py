"""From facts to the flat figures conditions compare: one name, its labels, and who can give it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from kaogong.rules.facts import Earlier, Facts, hundredths


class Measure(NamedTuple):
    """What one figure is called, and who can say what it is when it is unknown."""

    label: str
    label_en: str
    source: str
    source_en: str


_ASK = {
    "police": ("公安部门的户籍信息，或本人身份证件", "the household register, or the person's identity card"),
    "insurance": ("社会保险经办机构", "the social insurance agency"),
    "employment": ("公共就业服务机构（人员类别认定部门）", "the public employment service"),
    "assessor": ("发证的评价机构", "the body that issued the certificate"),
    "provider": ("培训机构", "the training provider"),
    "bureau": ("人力资源社会保障部门", "the human resources bureau"),
    "person": ("本人", "the person"),
}


def _measure(label: str, label_en: str, ask: str) -> Measure:
    return Measure(label, label_en, *_ASK[ask])


MEASURES = {
    "age": _measure("年龄（周岁）", "age in full years", "police"),
    "identity_verified": _measure("实名核验", "identity verified", "police"),
    "receives_pension": _measure("是否按月领取养老金", "draws a monthly pension", "insurance"),
    "insured": _measure("是否参保", "insured", "insurance"),
    "insured_months": _measure("累计参保月数", "months insured", "insurance"),
    "groups": _measure("人员类别", "groups", "employment"),
    "household_here": _measure("户籍地在本区", "household here", "police"),
    "residence_here": _measure("常住地在本区", "residence here", "person"),
    "job_here": _measure("求职就业地在本区", "works or seeks work here", "person"),
    "certificate_kind": _measure("证书种类", "certificate kind", "assessor"),
    "certificate_verified": _measure("证书是否核验", "certificate verified", "assessor"),
    "certificate_revoked": _measure("证书是否撤销", "certificate revoked", "assessor"),
    "certificate_occupation_code": _measure("证书职业（工种）", "certificate occupation", "assessor"),
    "certificate_level": _measure("证书等级", "certificate level", "assessor"),
    "certificate_issued_on": _measure("发证日期", "certificate date", "assessor"),
    "class_occupation_code": _measure("培训职业（工种）", "class occupation", "provider"),
    "class_level": _measure("培训等级", "class level", "provider"),
    "class_started_on": _measure("开班日期", "class start", "provider"),
    "class_ended_on": _measure("结班日期", "class end", "provider"),
    "class_approved": _measure("开班是否核准", "class approved", "bureau"),
    "provider_recognised": _measure("培训机构当日是否认定", "provider recognised on the day", "bureau"),
    "occupation_in_scope": _measure("职业等级是否在协议范围", "occupation within the contract", "bureau"),
    "hours_planned": _measure("计划学时", "hours planned", "provider"),
    "hours_attended": _measure("实到学时", "hours attended", "provider"),
    "days_attended": _measure("实到天数", "days attended", "provider"),
    "paid_first_by": _measure("谁先垫付培训费", "who paid the fee first", "provider"),
    "used_this_year": _measure("本年度已享受次数", "subsidies already this year", "bureau"),
    "same_level_before": _measure("同职业同等级已享受次数", "earlier at this level", "bureau"),
    "higher_level_before": _measure("同职业更高等级已享受次数", "earlier at a higher level", "bureau"),
    "earlier_this_year": _measure("本年度以往补贴", "earlier this year", "bureau"),
    "earlier_same_level": _measure("同职业同等级以往补贴", "earlier at this level", "bureau"),
    "earlier_higher_level": _measure("同职业更高等级以往补贴", "earlier at a higher level", "bureau"),
}


def measure(facts: Facts, on: date) -> dict[str, Any]:
    """Every figure the conditions may read, for an event on ``on``; None where it is unknown."""
    figures: dict[str, Any] = {
        name: getattr(facts, name) for name in MEASURES if name in Facts.__dataclass_fields__
    }
    figures["age"] = facts.age_on_event if facts.age_on_event is not None else full_years(facts.birth_on, on)
    figures["provider_recognised"] = facts.provider_recognised_on_day
    for name in ("hours_planned", "hours_attended", "days_attended"):
        figures[name] = hundredths(getattr(facts, name))
    for place in ("household", "residence", "job"):
        figures[f"{place}_here"] = _within(getattr(facts, f"{place}_region_code"), facts.serving_region_code)
    return figures | _of_history(facts, on)


def full_years(birth_on: date | None, on: date) -> int | None:
    """Completed years of age; someone born on 29 February completes a year on 1 March in common years."""
    if birth_on is None:
        return None
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _within(place: str | None, serving: str | None) -> bool | None:
    """Whether a place lies in the serving region: 370211 lies in 370200 and in 370000."""
    if place is None or serving is None:
        return None
    significant = serving
    while significant.endswith("00"):
        significant = significant[:-2]
    return place.startswith(significant)


def is_higher(one: int, other: int) -> bool:
    """Whether level ``one`` outranks ``other``; what has no level has no order."""
    return one != 0 and other != 0 and one < other


def _of_history(facts: Facts, on: date) -> dict[str, Any]:
    names = ("this_year", "same_level", "higher_level")
    if facts.history is None:
        return {key: None for name in names for key in (_count_name(name), f"earlier_{name}")}
    live = [earlier for earlier in facts.history if earlier.counts]
    occupation, level = facts.certificate_occupation_code, facts.certificate_level
    chosen: dict[str, list[Earlier] | None] = {
        "this_year": [earlier for earlier in live if earlier.event_on.year == on.year],
    }
    akin = [earlier for earlier in live if occupation is None or earlier.occupation_code == occupation]
    if akin and (occupation is None or level is None):
        chosen["same_level"] = chosen["higher_level"] = None
    else:
        chosen["same_level"] = [earlier for earlier in akin if earlier.level == level]
        chosen["higher_level"] = [earlier for earlier in akin if is_higher(earlier.level, level)]
    figures: dict[str, Any] = {}
    for name in names:
        found = chosen[name]
        figures[_count_name(name)] = None if found is None else len(found)
        figures[f"earlier_{name}"] = None if found is None else list(found)
    return figures


def _count_name(name: str) -> str:
    return "used_this_year" if name == "this_year" else f"{name}_before"
