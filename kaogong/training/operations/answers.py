"""Answering the filing form of a class: each answer of its kind, or refused beside its field."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record, require_may
from kaogong.training.models import ARRANGEMENTS, ClassFiling, TrainingClass
from kaogong.training.queries.filing_forms import Asked, filing_form

from .classes import editable_class

LONGEST = 200
LARGEST_NUMBER = 1_000_000


class ArrangementUnknown(Refused):
    """没有“{arrangement}”这种办班形式。"""


class AnswerUnclear(Refused):
    """“{field}”填写不正确：{problem}。"""

    def __init__(self, *, form_field: str = "", **facts: object) -> None:
        self.form_field = form_field
        super().__init__(**facts)


@transaction.atomic
def answer_filing(
    class_id: int, answers: Mapping[str, Any], *, by: Actor, at: datetime, arrangement: str = "regular"
) -> ClassFiling:
    """Keep what is answered so far of a drafted class's form; an answer that is none of its kind is refused.

    ``answers``: code → what was typed; ``module_<code>`` → hours of a required module. What the form of this
    arrangement does not ask is left out; what is blank is kept as unanswered, until the class is filed.
    """
    require_may(by, Permission.DRAFT_CLASS, "填写开班申报表")
    training_class = editable_class(class_id, by=by)
    if arrangement not in dict(ARRANGEMENTS):
        raise ArrangementUnknown(arrangement=arrangement)
    form = filing_form(
        training_class.region_code, training_class.scheme_code, arrangement, timezone.localdate(at)
    )
    kept: dict[str, Any] = {}
    for asked in form.fields:
        value = understood(asked, answers.get(asked.code), training_class)
        if value is not None:
            kept[asked.code] = value
    modules = {
        asked.code: hours
        for asked in form.modules
        if (hours := _hours(asked, answers.get(f"module_{asked.code}"), training_class))
    }
    if modules:
        kept["modules"] = modules
    filing, _is_new = ClassFiling.objects.update_or_create(
        training_class=training_class,
        defaults={"arrangement": arrangement, "answers": kept, "answered_at": at},
    )
    training_class.filing = filing
    record("class.answered", training_class, by=by, at=at, arrangement=arrangement, answered=len(kept))
    return filing


def understood(asked: Asked, typed: Any, training_class: TrainingClass) -> Any:
    """An answer as it is kept (JSON), None when blank. Raises AnswerUnclear."""
    text = tidy(str(typed)) if typed is not None else ""
    if not text:
        return None

    def unclear(problem: str) -> AnswerUnclear:
        return AnswerUnclear(field=asked.label, problem=problem, form_field=asked.code)

    match asked.kind:
        case "number":
            if not text.isascii() or not text.isdigit() or int(text) > LARGEST_NUMBER:
                raise unclear("应是整数")
            if asked.least is not None and int(text) < asked.least:
                raise unclear(f"不应小于{asked.least}")
            return int(text)
        case "date" | "month":
            try:
                day = date.fromisoformat(text[:10])
            except ValueError:
                raise unclear("应是日期，如2026-03-01") from None
            return (day.replace(day=1) if asked.kind == "month" else day).isoformat()
        case "choice":
            if text not in {code for code, *_words in asked.choices}:
                raise unclear("不是可选的项")
            return text
        case "credit_code":
            try:
                return CreditCode.parse(text).value
            except Refused as refusal:
                raise unclear(refusal.message.rstrip("。")) from None
        case "trainer":
            own = Trainer.objects.filter(institution_id=training_class.institution_id)
            if not (text.isascii() and text.isdigit()) or not own.filter(pk=int(text)).exists():
                raise unclear("不是本机构登记的教师")
            return int(text)
        case _:
            if len(text) > LONGEST:
                raise unclear(f"不应超过{LONGEST}字")
            return text


def _hours(asked: Asked, typed: Any, training_class: TrainingClass) -> int:
    """Hundredths of hours of a required module; 0 when blank."""
    text = tidy(str(typed)) if typed is not None else ""
    if not text:
        return 0
    declared = (training_class.hours_theory + training_class.hours_practice) * 100
    try:
        hours = Decimal(text) * 100
    except InvalidOperation:
        hours = Decimal(-1)
    if not hours.is_finite() or not 0 <= hours <= declared or hours != hours.to_integral_value():
        raise AnswerUnclear(
            field=asked.label, problem="课时应是不超过本班总课时的数", form_field=f"module_{asked.code}"
        )
    return int(hours)
