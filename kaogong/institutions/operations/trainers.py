"""Trainers of a body."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.id_number import IdNumber
from kaogong.kernel.levels import level_of
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.trail.operations import record

from .. import queries
from ..models import TRAINER_ID_NUMBER, Trainer, TrainerDevelopment, TrainerQualification
from .reach import day_of, require_any


class QualificationTaken(Refused):
    """证书“{number}”已经登记在这位教师名下。"""


class QualificationIncomplete(Refused):
    """请填写职业资格名称和证书编号；有效期应晚于发证日期。"""


class DevelopmentIncomplete(Refused):
    """请填写内容、组织单位和先后不乱的日期，学时应大于0。"""


class DevelopmentTaken(Refused):
    """这次培训已经登记。"""


@dataclass(frozen=True, slots=True)
class Qualification:
    """One certificate as a form or sheet says it."""

    name: str
    number: str
    level_code: str = ""
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Development:
    """One course, visit or programme as a form says it."""

    form: str
    topic: str
    organiser: str
    starts_on: date
    ends_on: date
    hours: int
    result: str = ""


class TrainerNameMissing(Refused):
    """请填写教师姓名。"""


class TrainerTaken(Refused):
    """{name}（{id_number}）已经登记为这家机构的教师。"""


@transaction.atomic
def add_trainer(
    institution_id: int,
    *,
    name: str,
    id_number: str,
    employment: str,
    by: Actor,
    at: datetime,
    qualification: str = "",
    level_code: str = "",
    is_manager: bool = False,
    education: str = "",
    major: str = "",
    title: str = "",
    courses: str = "",
    reason: str = "",
) -> Trainer:
    """Add a person who teaches for the institution: ``employment`` is full, part or expert."""
    require_any(by, "登记教师", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    institution = queries.institution(institution_id, by=by)
    number = IdNumber.parse(id_number, on=day_of(at))
    if level_code:
        level_of(level_code)
    if not tidy_name(name):
        raise TrainerNameMissing()
    trainer, is_new = Trainer.objects.get_or_create(
        institution=institution,
        id_number_index=blind_index(number.value, TRAINER_ID_NUMBER),
        defaults={
            "name": tidy_name(name),
            "id_number": number.value,
            "id_number_masked": number.masked,
            "employment": employment,
            "qualification": tidy(qualification),
            "level_code": level_code,
            "is_manager": is_manager,
            "education": tidy(education),
            "major": tidy(major),
            "title": tidy(title),
            "courses": tidy(courses),
            "born_on": number.born_on,
        },
    )
    if not is_new:
        raise TrainerTaken(name=trainer.name, id_number=trainer.id_number_masked)
    record("trainer.added", trainer, by=by, at=at, reason=reason)
    return trainer


@transaction.atomic
def add_qualification(
    trainer_id: int, qualification: Qualification, *, by: Actor, at: datetime
) -> TrainerQualification:
    """Add a certificate of a trainer with its number, level and term."""
    require_any(by, "登记教师资格", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    trainer = queries.trainer(trainer_id, by=by)
    given = qualification
    backwards = given.issued_on and given.valid_until and given.valid_until <= given.issued_on
    if not tidy(given.name) or not tidy(given.number) or backwards:
        raise QualificationIncomplete()
    if given.level_code:
        level_of(given.level_code)
    kept, is_new = TrainerQualification.objects.get_or_create(
        trainer=trainer,
        number=tidy(given.number),
        defaults={
            "name": tidy(given.name),
            "level_code": given.level_code,
            "issued_on": given.issued_on,
            "valid_until": given.valid_until,
        },
    )
    if not is_new:
        raise QualificationTaken(number=kept.number)
    record("trainer.qualified", trainer, by=by, at=at)
    return kept


@transaction.atomic
def record_development(
    trainer_id: int, development: Development, *, by: Actor, at: datetime
) -> TrainerDevelopment:
    """Keep what a trainer did to teach better: here, elsewhere, abroad, in a programme or at a firm (C9)."""
    require_any(by, "登记教师素质提升", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    trainer = queries.trainer(trainer_id, by=by)
    given = development
    named = tidy(given.topic) and tidy(given.organiser) and given.form in dict(TrainerDevelopment.FORMS)
    if not named or given.ends_on < given.starts_on or given.hours < 1:
        raise DevelopmentIncomplete()
    kept, is_new = TrainerDevelopment.objects.get_or_create(
        trainer=trainer,
        form=given.form,
        topic=tidy(given.topic),
        starts_on=given.starts_on,
        defaults={
            "organiser": tidy(given.organiser),
            "ends_on": given.ends_on,
            "hours": given.hours,
            "result": tidy(given.result),
            "recorded_at": at,
        },
    )
    if not is_new:
        raise DevelopmentTaken()
    record("trainer.developed", trainer, by=by, at=at, form=kept.form, hours=kept.hours)
    return kept


@transaction.atomic
def remove_trainer(trainer_id: int, *, by: Actor, at: datetime, reason: str = "") -> Trainer:
    """Say that a trainer no longer works for the institution, from today; the record stays."""
    require_any(by, "教师离岗", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    trainer = queries.trainer(trainer_id, by=by)
    trainer.left_on = day_of(at)
    trainer.save(update_fields=["left_on"])
    record("trainer.left", trainer, by=by, at=at, reason=reason)
    return trainer
