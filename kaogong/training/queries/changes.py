"""Reading changes of classes, and what they change in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_

from kaogong.access.queries import in_reach
from kaogong.institutions.models import Room, Site, Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.training.models import CHANGE_KINDS, ClassChange, Session

_LABELS = {
    "trainer_id": N_("教师"),
    "site_id": N_("地点"),
    "room_id": N_("教室"),
    "on": N_("日期"),
    "starts_at": N_("开始"),
    "ends_at": N_("结束"),
    "topic": N_("授课内容"),
    "kind": N_("类别"),
    "hours_hundredths": N_("课时"),
    "hours_theory": N_("理论课时"),
    "hours_practice": N_("实训课时"),
    "starts_on": N_("开班日期"),
    "ends_on": N_("结业日期"),
    "sessions": N_("课程表"),
    "cancelled": N_("是否取消"),
}
IN_FORCE = ("approved", "logged")
KINDS = CHANGE_KINDS


@dataclass(frozen=True, slots=True)
class Altered:
    """One thing of a change in words: what it was and what it is to be."""

    label: str
    before: str
    after: str


def class_changes(by: Actor, class_id: int | None = None, status: str = "") -> QuerySet[ClassChange]:
    """Changes in reach, latest first."""
    rows = ClassChange.objects.select_related("training_class__institution", "session")
    rows = in_reach(rows, by).order_by("-id")
    if class_id is not None:
        rows = rows.filter(training_class_id=class_id)
    return rows.filter(status=status) if status else rows


def class_change(change_id: int, *, by: Actor) -> ClassChange:
    """One change in reach, or NotFound."""
    return class_changes(by).filter(pk=change_id).first() or _nothing()


def class_change_for_update(change_id: int, *, by: Actor) -> ClassChange:
    """The same, locked until the transaction ends."""
    rows = in_reach(ClassChange.objects.select_related("session"), by).select_for_update(of=("self",))
    return rows.filter(pk=change_id).first() or _nothing()


def changes_awaiting_approval(by: Actor) -> QuerySet[ClassChange]:
    """Changes in reach nobody has decided on, the oldest first."""
    return class_changes(by, status="proposed").order_by("proposed_at", "id")


def changes_in_force(class_id: int) -> QuerySet[ClassChange]:
    """What has changed for the learners of a class, latest first."""
    rows = ClassChange.objects.select_related("session").filter(
        training_class_id=class_id, status__in=IN_FORCE
    )
    return rows.order_by("-id")


def session_for_update(class_id: int, session_id: int) -> Session:
    """One session of a class, cancelled ones too, locked; or NotFound."""
    rows = Session.objects.select_for_update(of=("self",)).filter(training_class_id=class_id)
    return rows.filter(pk=session_id).first() or _nothing()


def cancelled_sessions(class_id: int) -> QuerySet[Session]:
    """The cancelled sessions of a class in order, with what makes them up."""
    rows = Session.objects.filter(training_class_id=class_id, cancelled=True)
    return (
        rows.select_related("trainer", "site", "room")
        .prefetch_related("made_up_by")
        .order_by("on", "starts_at")
    )


def alterations(changes: Iterable[ClassChange]) -> dict[int, list[Altered]]:
    """Change → what it changes in words; names looked up once for all."""
    changes = list(changes)
    names = _names(changes)
    return {
        change.pk: [
            Altered(
                gettext(_LABELS[name]),
                "" if change.kind == "make_up" else _shown(name, change.before.get(name), names),
                _shown(name, after, names),
            )
            for name in _LABELS
            if (after := change.after.get(name)) is not None or name in change.after
            if (after is not None if change.kind == "make_up" else change.before.get(name) != after)
        ]
        for change in changes
    }


def _names(changes: list[ClassChange]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {"trainer_id": set(), "site_id": set(), "room_id": set()}
    for change in changes:
        for said in (change.before, change.after):
            for name, ids in wanted.items():
                if said.get(name):
                    ids.add(said[name])
    models = {"trainer_id": Trainer, "site_id": Site, "room_id": Room}
    return {
        (name, pk): label
        for name, ids in wanted.items()
        if ids
        for pk, label in models[name].objects.filter(pk__in=ids).values_list("pk", "name")
    }


def _shown(name: str, value, names: dict[tuple[str, int], str]) -> str:
    if value is None or value == "":
        return "—"
    if name.endswith("_id"):
        return names.get((name, value), "—")
    if name in ("starts_at", "ends_at"):
        return value[:5]
    match name:
        case "cancelled":
            return gettext("已取消") if value else gettext("照常")
        case "sessions":
            return gettext("{n}次课").format(n=len(value))
        case "hours_hundredths":
            return f"{value / 100:g}"
        case "kind":
            return gettext("理论") if value == "theory" else gettext("实训")
        case _:
            return str(value)


def _nothing():
    raise NotFound()
