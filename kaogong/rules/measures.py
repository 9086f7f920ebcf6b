"""From facts to the flat figures conditions compare: one name, its labels, and who can give it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from kaogong.rules.facts import Facts, hundredths
from kaogong.rules.registry import Reader
from kaogong.rules.tallies import TALLIES
from kaogong.rules.truth import Maybe


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
    "employer": ("用人单位", "the employer"),
    "applicant": ("申报单位", "the applicant body"),
    "veterans": ("退役军人事务部门", "the veterans' department"),
    "school": ("毕业学校", "the school of graduation"),
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
    "class_certificate_kind": _measure("培训所取证书种类", "certificate the class leads to", "provider"),
    "class_started_on": _measure("开班日期", "class start", "provider"),
    "class_ended_on": _measure("结班日期", "class end", "provider"),
    "class_approved": _measure("开班是否核准", "class approved", "bureau"),
    "provider_recognised": _measure("培训机构当日是否认定", "provider recognised on the day", "bureau"),
    "occupation_in_scope": _measure("职业等级是否在协议范围", "occupation within the contract", "bureau"),
    "hours_planned": _measure("计划学时", "hours planned", "provider"),
    "hours_attended": _measure("实到学时", "hours attended", "provider"),
    "days_attended": _measure("实到天数", "days attended", "provider"),
    "hours_counted": _measure("计入学时", "hours that count", "provider"),
    "hours_unproven": _measure("依据不足的学时", "hours poorly proven", "provider"),
    "short_days": _measure("全班出勤率不够的天数", "days the class fell short", "provider"),
    "lowest_day_on": _measure("全班出勤最低的一天", "day of the lowest attendance", "provider"),
    "lowest_day_percent": _measure("全班最低出勤率（%）", "lowest attendance of the class (%)", "provider"),
    "attendance_rule": _measure("出勤的规定", "rule of attendance", "bureau"),
    "paid_first_by": _measure("谁先垫付培训费", "who paid the fee first", "provider"),
    "willing_to_train": _measure("是否有培训意愿", "willing to train", "person"),
    "unemployed": _measure("是否处于失业状态", "unemployed", "employment"),
    "works_in_occupation": _measure("是否在本职业（工种）上岗", "works in the occupation", "employer"),
    "employer_insured": _measure("用人单位是否参保", "employer pays insurance", "insurance"),
    "employer_insured_months": _measure(
        "用人单位累计参保月数", "months the employer has insured", "insurance"
    ),
    "employer_in_hardship": _measure("是否困难企业", "employer in hardship", "bureau"),
    "employer_received_fen": _measure("用人单位已享受金额", "already paid to the employer", "bureau"),
    "class_received_fen": _measure("本班已享受金额", "already paid for the class", "bureau"),
    "earlier_stages_fen": _measure("本班前几段已列金额", "given for the earlier stages", "bureau"),
    "heads": _measure("人数", "heads", "employer"),
    "months": _measure("月数", "months", "employer"),
    "contract_signed": _measure("是否签订合同（协议）", "contract signed", "employer"),
    "contract_months": _measure("合同（协议）月数", "months of the contract", "employer"),
    "within_contract": _measure("是否在合同期内", "within the contract's term", "employer"),
    "full_time": _measure("是否全职", "full time", "employer"),
    "annual_pay_fen": _measure("协议年度薪酬", "pay agreed for the year", "employer"),
    "tier": _measure("级别", "tier", "applicant"),
    "upper_grant_fen": _measure("上级补助金额", "grant of the upper level", "applicant"),
    "filed_beforehand": _measure("是否事先备案", "filed beforehand", "bureau"),
    "approved": _measure("是否批准（认定）", "approved", "bureau"),
    "approved_fen": _measure("核定金额", "approved sum", "bureau"),
    "cost_fen": _measure("实际支出", "actual cost", "applicant"),
    "score": _measure("评价得分", "score of the evaluation", "bureau"),
    "stage": _measure("阶段", "stage", "bureau"),
    "on_award_list": _measure("职业（专业）是否在奖补目录", "on the award list", "bureau"),
    "hours_online": _measure("线上学时", "hours online", "provider"),
    "hours_in_person": _measure("线下学时", "hours in person", "provider"),
    "occupation_subsidised": _measure("职业（工种）是否在补贴目录", "occupation is subsidised", "bureau"),
    "occupation_in_shortage": _measure("职业（工种）是否紧缺", "occupation is in shortage", "bureau"),
    "sex": _measure("性别", "sex", "police"),
    "months_since_hired": _measure("录用至今月数", "months since hired", "employer"),
    "months_since_discharged": _measure("退役至今月数", "months since discharge", "veterans"),
    "months_since_graduated": _measure("毕业至今月数", "months since graduation", "school"),
    "months_to_employment": _measure("结业至就业月数", "months from class end to work", "employment"),
}


MEASURES |= {
    name: _measure(found.label, found.label_en, "bureau")
    for tally in TALLIES.values()
    for name, found in ((tally.name, tally), (tally.shown, tally))
}
# What somebody has to recognise, file or score first: no prospect of a person's own until then.
RECOGNITIONS = frozenset(
    {
        "approved",
        "approved_fen",
        "filed_beforehand",
        "on_award_list",
        "score",
        "stage",
        "tier",
        "upper_grant_fen",
    }
)
_HOURS = (
    "hours_planned",
    "hours_attended",
    "days_attended",
    "hours_online",
    "hours_counted",
    "hours_unproven",
)


def measure(facts: Facts, on: date) -> dict[str, Any]:
    """Every figure but those of the history, for an event on ``on``; None where it is unknown."""
    figures: dict[str, Any] = {
        name: getattr(facts, name) for name in MEASURES if name in Facts.__dataclass_fields__
    }
    figures["age"] = facts.age_on_event if facts.age_on_event is not None else full_years(facts.birth_on, on)
    figures["provider_recognised"] = facts.provider_recognised_on_day
    for name in _HOURS:
        figures[name] = hundredths(getattr(facts, name))
    for place in ("household", "residence", "job"):
        figures[f"{place}_here"] = _within(getattr(facts, f"{place}_region_code"), facts.serving_region_code)
    online, attended = figures["hours_online"], figures["hours_attended"]
    figures["hours_in_person"] = None if online is None or attended is None else max(attended - online, 0)
    # Where nobody weighed evidence nor applied a rule of the place, marks are all there is, and they count.
    if attended is not None:
        for name, by_marks in (("hours_counted", attended), ("hours_unproven", 0), ("short_days", 0)):
            figures[name] = by_marks if figures[name] is None else figures[name]
    starts, ends = facts.contract_started_on, facts.contract_ended_on
    figures["contract_months"] = full_months(starts, ends)
    figures["within_contract"] = None if starts is None or ends is None else starts <= on < ends
    figures["months_since_hired"] = full_months(facts.hired_on, on)
    figures["months_since_discharged"] = full_months(facts.discharged_on, on)
    figures["months_since_graduated"] = full_months(facts.graduated_on, on)
    figures["months_to_employment"] = full_months(facts.class_ended_on, facts.employed_on)
    return figures


def full_months(start: date | None, end: date | None) -> int | None:
    """Completed months from a day to a later one; negative when the later one comes first."""
    if start is None or end is None:
        return None
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


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


class Moment:
    """A claim, or an earlier subsidy, as tallies compare them."""

    __slots__ = ("level", "occupation_code", "scheme", "serial", "year")

    def __init__(self, occupation_code: str | None, level: int | None, on: date, scheme: str) -> None:
        self.occupation_code = Maybe(occupation_code)
        self.level = Maybe(level)
        self.year = Maybe(on.year)
        self.serial = Maybe(serial(on))
        self.scheme = Maybe(scheme)


def serial(on: date) -> int:
    """A day on a scale on which N months are exactly N × 32."""
    return (on.year * 12 + on.month) * 32 + on.day


def tallied(
    names: tuple[str, ...], facts: Facts, on: date, scheme: str, counts_as: str, values: dict[str, Any]
) -> dict[str, Any]:
    """The figures of the history a rule asks for; None where the history or a match is unknown."""
    if not names:
        return {}
    if facts.history is None:
        return {figure: None for name in names for figure in (name, TALLIES[name].shown)}
    this = Moment(facts.certificate_occupation_code, facts.certificate_level, on, scheme)
    figures: dict[str, Any] = {}
    for name in names:
        tally = TALLIES[name]
        live = [e for e in facts.history if e.is_live and (tally.every_kind or e.component == counts_as)]
        read = Reader(values)
        truths = [
            tally.matches(this, Moment(e.occupation_code, e.level, e.event_on, e.scheme), read).value
            for e in live
        ]
        if None in truths:
            figures |= {name: None, tally.shown: None}
            continue
        found = [earlier for earlier, matches in zip(live, truths, strict=True) if matches]
        figures[name] = sum(earlier.amount_fen for earlier in found) if tally.sums else len(found)
        figures[tally.shown] = found
    return figures
