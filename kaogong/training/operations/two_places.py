"""What the database refuses to have in two places at once, told by name."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from kaogong.institutions.models import Room, Site, Trainer
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import mask_name
from kaogong.people.models import Person
from kaogong.training.models import Session, TrainingClass
from kaogong.training.models.two_places import LEARNER, ROOM, TRAINER
from kaogong.training.queries.clashes import Clash, clashes


class TrainerTaken(Refused):
    """教师{name}在{on} {starts_at}至{ends_at}已有{number}班的课。"""


class SiteTaken(Refused):
    """场地“{name}”在{on} {starts_at}至{ends_at}已有{number}班的课。"""


class SessionsOverlap(Refused):
    """本班{on}的两次课时间重叠：{starts_at}至{ends_at}。"""


class LearnerTaken(Refused):
    """学员{name}（{id_number}）在{on} {starts_at}至{ends_at}已有{number}班的课，不能同时在两个班。"""


class RoomElsewhere(Refused):
    """教室“{name}”不在所选的地点。"""


@contextmanager
def told_by_name(plan: Sequence[Session] = (), training_class: TrainingClass | None = None) -> Iterator[None]:
    """Turn the database's refusal of two places at once into a sentence saying who, which class and when."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        diagnosis = getattr(refusal.__cause__, "diag", None)
        name = (diagnosis and diagnosis.constraint_name) or ""
        if name in (LEARNER, TRAINER, ROOM):
            raise _told(name, json.loads(diagnosis.message_detail)) from refusal
        if not name.endswith("_once_at_a_time"):
            raise
        except_id = training_class.pk if training_class else None
        own = [session.pk for session in plan if session.pk]
        found = clashes(plan, except_class_id=except_id, except_ids=own)
        if not found and training_class is not None:
            found = clashes(plan, except_ids=own)
        if not found:
            raise
        raise refusal_of(found[0], plan, training_class) from refusal


def refusal_of(clash: Clash, plan: Sequence[Session], training_class: TrainingClass | None) -> Refused:
    """One clash as the refusal that tells it."""
    session = plan[clash.place]
    own = training_class.pk if training_class else None
    if clash.kind == "class" or clash.class_id == own:
        return SessionsOverlap(**_when(clash.on, clash.starts_at, clash.ends_at))
    when = _when(clash.on, clash.starts_at, clash.ends_at) | {"number": _number(clash.class_id)}
    if clash.kind == "trainer":
        return TrainerTaken(name=Trainer.objects.get(pk=session.trainer_id).name, **when)
    rooms = Room.objects.select_related("site").filter(pk=session.room_id) if session.room_id else ()
    room = next((f"{room.site.name} {room.name}" for room in rooms), None)
    return SiteTaken(name=room or Site.objects.get(pk=session.site_id).name, **when)


def _told(name: str, facts: dict) -> Refused:
    when = _when(facts["on"], facts["starts_at"], facts["ends_at"])
    if name == ROOM:
        return RoomElsewhere(name=Room.objects.get(pk=facts["room"]).name)
    if name == TRAINER:
        trainer = Trainer.objects.defer("id_number").get(pk=facts["trainer"])
        return TrainerTaken(name=trainer.name, number=_number(facts["other"]), **when)
    person = Person.objects.only("name", "id_number_masked").get(pk=facts["person"])
    return LearnerTaken(
        name=mask_name(person.name), id_number=person.id_number_masked, number=_number(facts["other"]), **when
    )


def _number(class_id: int | None) -> str:
    return TrainingClass.objects.values_list("number", flat=True).get(pk=class_id)


def _when(on, starts_at, ends_at) -> dict[str, str]:
    return {"on": str(on), "starts_at": str(starts_at)[:5], "ends_at": str(ends_at)[:5]}
