"""Trainers of a body."""

from datetime import datetime

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
from ..models import TRAINER_ID_NUMBER, Trainer
from .reach import day_of, require_any


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
    reason: str = "",
) -> Trainer:
    """Add a person who teaches for the institution: ``employment`` is full, part or expert."""
    require_any(by, "登记教师", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    institution = queries.institution(institution_id, by=by)
    number = IdNumber.parse(id_number, on=day_of(at))
    if level_code:
        level_of(level_code)
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
        },
    )
    if not is_new:
        raise TrainerTaken(name=trainer.name, id_number=trainer.id_number_masked)
    record("trainer.added", trainer, by=by, at=at, reason=reason)
    return trainer
