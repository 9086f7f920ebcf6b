"""What is known about one person's subsidy on the day. None means unknown, never "no"."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kaogong.rules import vocabulary
from kaogong.rules.errors import FactsMalformed

_HOURS = re.compile(r"^\d{1,6}(\.\d{1,2})?$")
_REGION = re.compile(r"^\d{6}$")


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier subsidy of the same person, in any region or scheme; all but money and notes must be known.

    ``event_on`` is the day it is counted on (the certificate's date), ``paid_on`` the day money left,
    ``component`` the kind of entitlement it uses up; ``occupation_code`` is "" where none applies.
    """

    occupation_code: str
    level: int
    event_on: date
    status: str
    reference: str
    amount_fen: int = 0
    paid_on: date | None = None
    component: str = "training"
    region_code: str = ""
    scheme: str = ""

    def __post_init__(self) -> None:
        _put(self, "level", _level("history.level", self.level))
        _put(self, "event_on", _day("history.event_on", self.event_on))
        _put(self, "status", _one_of("history.status", self.status, vocabulary.SUBSIDY_STATUSES))
        _put(self, "reference", _text("history.reference", self.reference))
        _put(self, "amount_fen", _count("history.amount_fen", self.amount_fen))
        _put(self, "component", _text("history.component", self.component))
        for name in (
            "occupation_code",
            "level",
            "event_on",
            "status",
            "reference",
            "amount_fen",
            "component",
        ):
            if getattr(self, name) is None:
                raise FactsMalformed(field=f"history.{name}", problem="以往补贴的这一项必须填写")
        _put(self, "paid_on", _day("history.paid_on", self.paid_on))
        for name in ("occupation_code", "region_code", "scheme"):
            if not isinstance(getattr(self, name), str):
                raise FactsMalformed(field=f"history.{name}", problem="应为文字")

    @property
    def is_live(self) -> bool:
        """Whether it uses up an entitlement: claimed, approved or paid, not refused nor recovered."""
        return self.status in vocabulary.COUNTING_STATUSES

    @property
    def counts(self) -> bool:
        """Whether it uses up an entitlement to training."""
        return self.is_live and self.component == "training"

    def to_dict(self) -> dict[str, Any]:
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Earlier:
        return _from_mapping(cls, data, "history")


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a subsidy rule may ask about; frozen with the decision and enough to replay it.

    Hours and days are decimal strings ("79.5", at most two places); whole numbers are refused so that
    nobody mistakes hours for hundredths. ``groups`` are the codes held on the first day of training.
    """

    # the person
    age_on_event: int | None = None
    birth_on: date | None = None
    sex: str | None = None
    identity_verified: bool | None = None
    receives_pension: bool | None = None
    groups: tuple[str, ...] | None = None
    insured: bool | None = None
    insured_months: int | None = None
    # places (A9): household, residence, where work is sought; and the region asked to pay
    household_region_code: str | None = None
    residence_region_code: str | None = None
    job_region_code: str | None = None
    serving_region_code: str | None = None
    # the certificate; kind "none" = known to hold none
    certificate_kind: str | None = None
    certificate_number: str | None = None
    certificate_occupation_code: str | None = None
    certificate_level: int | None = None
    certificate_issued_on: date | None = None
    certificate_verified: bool | None = None
    certificate_revoked: bool | None = None
    occupation_name: str | None = None
    # the class
    class_occupation_code: str | None = None
    class_level: int | None = None
    class_certificate_kind: str | None = None
    class_started_on: date | None = None
    class_ended_on: date | None = None
    class_approved: bool | None = None
    provider_recognised_on_day: bool | None = None
    occupation_in_scope: bool | None = None
    hours_planned: str | None = None
    hours_attended: str | None = None
    days_attended: str | None = None
    # what of it counts by the place's rules of attendance and evidence; unknown where only marks are known
    hours_counted: str | None = None
    hours_unproven: str | None = None
    short_days: int | None = None
    lowest_day_on: date | None = None
    lowest_day_percent: int | None = None
    attendance_rule: str | None = None
    # the money: who paid the fee first, how much, and whether the payee's account is on file
    paid_first_by: str | None = None
    paid_first_fen: int | None = None
    bank_account_present: bool | None = None
    # the person's work and employer
    willing_to_train: bool | None = None
    unemployed: bool | None = None
    discharged_on: date | None = None
    graduated_on: date | None = None
    hired_on: date | None = None
    employed_on: date | None = None
    works_in_occupation: bool | None = None
    employer_insured: bool | None = None
    employer_insured_months: int | None = None
    employer_in_hardship: bool | None = None
    employer_received_fen: int | None = None
    class_received_fen: int | None = None
    earlier_stages_fen: int | None = None
    heads: int | None = None
    months: int | None = None
    # the contract between person and employer, between mentor and pupil, or with the team
    contract_signed: bool | None = None
    contract_started_on: date | None = None
    contract_ended_on: date | None = None
    full_time: bool | None = None
    annual_pay_fen: int | None = None
    # what was recognised, filed, scored or approved, and at which tier
    tier: str | None = None
    upper_grant_fen: int | None = None
    filed_beforehand: bool | None = None
    approved: bool | None = None
    approved_fen: int | None = None
    cost_fen: int | None = None
    score: int | None = None
    stage: str | None = None
    on_award_list: bool | None = None
    hours_online: str | None = None
    occupation_subsidised: bool | None = None
    occupation_in_shortage: bool | None = None
    # earlier subsidies, including those in other live claims; () = known to have had none
    history: tuple[Earlier, ...] | None = None

    def __post_init__(self) -> None:
        for name, check in CHECKS.items():
            value = getattr(self, name)
            if value is not None:
                _put(self, name, check(name, value))

    def to_dict(self) -> dict[str, Any]:
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    def to_json(self) -> str:
        """The canonical text: same facts, same bytes."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Facts:
        """Facts from JSON words; an unknown name or a wrong type is refused by name."""
        return _from_mapping(cls, data, "facts")


def hundredths(text: str | None) -> int | None:
    """A decimal string as a whole number of hundredths: "79.5" -> 7950."""
    return None if text is None else int(Decimal(text) * 100)


def _from_mapping(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise FactsMalformed(field=where, problem="应为“名称: 值”的一组")
    known = {field.name: field for field in dataclasses.fields(kind)}
    strangers = sorted(str(key) for key in data if key not in known)
    if strangers:
        raise FactsMalformed(field=strangers[0], problem="没有这一项事实")
    for name, field in known.items():
        if field.default is dataclasses.MISSING and name not in data:
            raise FactsMalformed(field=f"{where}.{name}", problem="必须填写")
    return kind(**data)


def _put(target: object, name: str, value: object) -> None:
    object.__setattr__(target, name, value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [item.to_dict() if isinstance(item, Earlier) else item for item in value]
    return value


def _text(name: str, value: Any) -> Any:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise FactsMalformed(field=name, problem="应为文字")
    return value


def _yes_or_no(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FactsMalformed(field=name, problem="应为是或否（true/false），不知道时留空")
    return value


def _count(name: str, value: Any) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise FactsMalformed(field=name, problem="应为不小于 0 的整数")
    return value


def _day(name: str, value: Any) -> date | None:
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise FactsMalformed(field=name, problem="应为日期，如 2026-11-22") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FactsMalformed(field=name, problem="应为日期，如 2026-11-22")
    return value


def _level(name: str, value: Any) -> int:
    number = vocabulary.level(value)
    if number is None:
        raise FactsMalformed(field=name, problem="应为等级 5、4、3、2、1，或 0（不分等级）")
    return number


def _kind(name: str, value: Any) -> str:
    code = vocabulary.certificate_kind(value)
    if code is None:
        raise FactsMalformed(field=name, problem="应为证书种类：" + "、".join(vocabulary.CERTIFICATE_KINDS))
    return code


def _hours(name: str, value: Any) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else value
    if not isinstance(text, str) or not _HOURS.match(text):
        raise FactsMalformed(field=name, problem="应为小数文字，最多两位小数，如 “79.5”")
    return str(Decimal(text).quantize(Decimal("0.01")))


def _region(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _REGION.match(value):
        raise FactsMalformed(field=name, problem="应为六位区划代码")
    return value


def _one_of(name: str, value: Any, words: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or value not in words:
        raise FactsMalformed(field=name, problem="应为其中之一：" + "、".join(words))
    return value


def _groups(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple | set | frozenset) or not all(isinstance(x, str) for x in value):
        raise FactsMalformed(field=name, problem="应为人员类别代码的列表")
    return tuple(sorted(set(value)))


def _history(name: str, value: Any) -> tuple[Earlier, ...]:
    if not isinstance(value, list | tuple):
        raise FactsMalformed(field=name, problem="应为以往补贴的列表")
    entries = [item if isinstance(item, Earlier) else Earlier.from_dict(item) for item in value]
    return tuple(
        sorted(entries, key=lambda e: (e.event_on, e.reference, e.occupation_code, e.level, e.status))
    )


def _payee(name: str, value: Any) -> str:
    return _one_of(name, value, vocabulary.PAYEES)


def _sex(name: str, value: Any) -> str:
    return _one_of(name, value, {"male": 0, "female": 0})


def _tier(name: str, value: Any) -> str:
    return _labelled(name, value, vocabulary.TIERS)


def _stage(name: str, value: Any) -> str:
    return _labelled(name, value, vocabulary.STAGES)


def _labelled(name: str, value: Any, words: dict[str, vocabulary.Word]) -> str:
    code = vocabulary.code_of(value, words)
    if code is None:
        raise FactsMalformed(
            field=name, problem="应为其中之一：" + "、".join(w.label for w in words.values())
        )
    return code


_KINDS = {
    _count: (
        "age_on_event", "insured_months", "paid_first_fen", "employer_insured_months",
        "employer_received_fen", "class_received_fen", "earlier_stages_fen", "heads", "months", "annual_pay_fen",
        "upper_grant_fen", "approved_fen", "cost_fen", "score", "short_days", "lowest_day_percent",
    ),
    _day: (
        "birth_on", "certificate_issued_on", "class_started_on", "class_ended_on", "discharged_on",
        "graduated_on", "hired_on", "employed_on", "contract_started_on", "contract_ended_on",
        "lowest_day_on",
    ),
    _yes_or_no: (
        "identity_verified", "receives_pension", "insured", "certificate_verified", "certificate_revoked",
        "class_approved", "provider_recognised_on_day", "occupation_in_scope", "bank_account_present",
        "willing_to_train", "unemployed", "works_in_occupation", "employer_insured", "employer_in_hardship",
        "contract_signed", "full_time", "filed_beforehand", "approved", "on_award_list",
        "occupation_subsidised", "occupation_in_shortage",
    ),
    _text: (
        "certificate_number", "certificate_occupation_code", "class_occupation_code", "occupation_name",
        "attendance_rule",
    ),
    _level: ("certificate_level", "class_level"),
    _kind: ("certificate_kind", "class_certificate_kind"),
    _hours: (
        "hours_planned", "hours_attended", "days_attended", "hours_online", "hours_counted",
        "hours_unproven",
    ),
    _region: (
        "household_region_code", "residence_region_code", "job_region_code", "serving_region_code",
    ),
    _groups: ("groups",),
    _history: ("history",),
    _payee: ("paid_first_by",),
    _sex: ("sex",),
    _tier: ("tier",),
    _stage: ("stage",),
}  # fmt: skip
CHECKS = {name: check for check, names in _KINDS.items() for name in names}
NUMBERS, DAYS, FLAGS, GRADES, HOURS = (
    frozenset(_KINDS[check]) for check in (_count, _day, _yes_or_no, _level, _hours)
)
WORDS = frozenset(CHECKS) - NUMBERS - DAYS - FLAGS - GRADES - HOURS - {"groups", "history"}
