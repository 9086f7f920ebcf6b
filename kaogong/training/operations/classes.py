"""Drafting classes and changing drafts."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Contract, Site, Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.trail.operations import begin, next_serial, record, require_may
from kaogong.training import queries
from kaogong.training.models import ClassNumberSeries, ClassTrainer, TrainingClass

EDITABLE = ("drafted", "returned")


class ClassClosed(Refused):
    """班级{number}现在是“{state}”，不能修改。只有草稿和退回修改的班级可以修改。"""


class ClassDatesWrong(Refused):
    """结业日期{ends_on}早于开班日期{starts_on}。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClass:
    """What a class is to be: the words of the 开班审核表."""

    title: str
    contract_id: int
    scheme_code: str
    occupation_code: str
    level_code: str
    certificate_kind: str
    hours_theory: int
    hours_practice: int
    starts_on: date
    ends_on: date
    head_count: int
    site_id: int | None = None
    employer_name: str = ""


@transaction.atomic
def draft_class(
    institution_id: int,
    new: NewClass,
    *,
    by: Actor,
    at: datetime,
    trainer_ids: Iterable[int] = (),
) -> TrainingClass:
    """Draft a class of one provider and give it its number for life."""
    require_may(by, Permission.DRAFT_CLASS, "起草开班申报")
    contract = _own_contract(institution_id, new, by=by)
    year = localtime(at).year
    training_class = TrainingClass.objects.create(
        number=f"KB-{year}-{next_serial(ClassNumberSeries, year):06d}",
        institution_id=institution_id,
        region_code=contract.region_code,
        synthetic=contract.institution.synthetic,
        created_at=at,
        **asdict(new),
    )
    _name_trainers(training_class, trainer_ids)
    begin(training_class, "drafted", by=by, at=at)
    return training_class


@transaction.atomic
def edit_class(
    class_id: int, new: NewClass, *, by: Actor, at: datetime, trainer_ids: Iterable[int] | None = None
) -> TrainingClass:
    """Change a draft (or a returned class); the trail tells what changed from what."""
    require_may(by, Permission.DRAFT_CLASS, "修改开班申报")
    training_class = editable_class(class_id, by=by)
    contract = _own_contract(training_class.institution_id, new, by=by)
    changed = {}
    for name, value in asdict(new).items():
        before = getattr(training_class, name)
        if before != value:
            changed[name] = [str(before), str(value)]
            setattr(training_class, name, value)
    training_class.region_code = contract.region_code
    training_class.save()
    if trainer_ids is not None:
        _name_trainers(training_class, trainer_ids)
    if changed or trainer_ids is not None:
        record("class.edited", training_class, by=by, at=at, changed=changed)
    return training_class


@transaction.atomic
def copy_class(
    class_id: int, *, starts_on: date, ends_on: date, by: Actor, at: datetime, title: str = ""
) -> TrainingClass:
    """Draft a new class like an earlier one on other days: same plan and trainers, nobody enrolled."""
    earlier = queries.training_class(class_id, by=by)
    names = [name for name in NewClass.__dataclass_fields__ if name not in ("starts_on", "ends_on", "title")]
    new = NewClass(
        title=title or earlier.title,
        starts_on=starts_on,
        ends_on=ends_on,
        **{name: getattr(earlier, name) for name in names},
    )
    trainers = earlier.class_trainers.order_by("id").values_list("trainer_id", flat=True)
    return draft_class(earlier.institution_id, new, trainer_ids=list(trainers), by=by, at=at)


@transaction.atomic
def name_trainers(class_id: int, trainer_ids: Iterable[int], *, by: Actor, at: datetime) -> TrainingClass:
    """Say who teaches a drafted class, in the place of those named before."""
    require_may(by, Permission.DRAFT_CLASS, "修改开班申报")
    training_class = editable_class(class_id, by=by)
    trainer_ids = list(trainer_ids)
    _name_trainers(training_class, trainer_ids)
    record("class.edited", training_class, by=by, at=at, trainers=trainer_ids)
    return training_class


def editable_class(class_id: int, *, by: Actor) -> TrainingClass:
    """A locked class that may still be changed, or ClassClosed."""
    training_class = queries.training_class_for_update(class_id, by=by)
    if training_class.status not in EDITABLE:
        raise ClassClosed(number=training_class.number, state=training_class.get_status_display())
    return training_class


def _own_contract(institution_id: int, new: NewClass, *, by: Actor) -> Contract:
    if new.ends_on < new.starts_on:
        raise ClassDatesWrong(starts_on=new.starts_on, ends_on=new.ends_on)
    if by.organisation_id is not None and by.organisation_id != institution_id:
        raise NotFound()
    contracts = Contract.objects.select_related("institution").filter(institution_id=institution_id)
    contract = contracts.filter(pk=new.contract_id).first()
    if contract is None:
        raise NotFound()
    if new.site_id and not Site.objects.filter(pk=new.site_id, institution_id=institution_id).exists():
        raise NotFound()
    return contract


def _name_trainers(training_class: TrainingClass, trainer_ids: Iterable[int]) -> None:
    wanted = list(dict.fromkeys(trainer_ids))
    own = Trainer.objects.filter(pk__in=wanted, institution_id=training_class.institution_id)
    if own.count() != len(wanted):
        raise NotFound()
    ClassTrainer.objects.filter(training_class=training_class).exclude(trainer_id__in=wanted).delete()
    ClassTrainer.objects.bulk_create(
        [ClassTrainer(training_class=training_class, trainer_id=pk) for pk in wanted], ignore_conflicts=True
    )
