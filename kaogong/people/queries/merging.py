"""Which rows are one human being, and what was decided about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import PersonMerge

_SEALED = tuple(
    f"{way}__{name}" for way in ("kept", "merged") for name in ("id_number", "phone", "bank_account")
)
_MANY = 2_000  # beyond so many people the few merges there are cost less read whole


def standing_person_ids(person_ids: Iterable[int]) -> dict[int, int]:
    """Person id → the id that stands for the human being today: its own, or the one it was merged into."""
    ids = set(person_ids)
    edges = _edges_upwards(ids)
    return {pk: _root(pk, edges) for pk in ids}


def same_person_ids(person_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Person id → every id of the human being, the one that stands first."""
    ids = set(person_ids)
    edges = _edges_around(ids)
    groups: dict[int, list[int]] = {}
    for pk in sorted({*edges, *edges.values()}):
        groups.setdefault(_root(pk, edges), []).append(pk)
    found = {}
    for pk in ids:
        root = _root(pk, edges)
        found[pk] = (root, *(one for one in groups.get(root, ()) if one != root))
    return found


def all_ids_of(person_ids: Iterable[int]) -> set[int]:
    """Every id of every one of these human beings."""
    return {pk for group in same_person_ids(person_ids).values() for pk in group}


def rows_of(same: Mapping[int, tuple[int, ...]]) -> dict[int, list[int]]:
    """Row id → those asked about (see ``same_person_ids``) whose human being it is of."""
    found: dict[int, list[int]] = {}
    for asked, group in same.items():
        for pk in group:
            found.setdefault(pk, []).append(asked)
    return found


def days_covered(stretches: Iterable[tuple[date, date | None]], until: date) -> int:
    """Days before ``until`` within any of the stretches [first, end); a day told under both rows counts once."""
    days, reached = 0, date.min
    for first, end in sorted(stretches, key=lambda stretch: stretch[0]):
        first, last = max(first, reached), min(end or until, until)
        days += max((last - first).days, 0)
        reached = max(reached, last)
    return days


def whole(actor: Actor) -> Actor:
    """The same actor as the human being they are: under the id that stands, with every other row of theirs."""
    if actor.person_id is None:
        return actor
    stands, *others = same_person_ids([actor.person_id])[actor.person_id]
    return replace(actor, person_id=stands, also_person_ids=tuple(others))


def people_merged_since(since: datetime) -> set[int]:
    """Every id of those whose rows were merged, or parted again, from then on."""
    rows = PersonMerge.objects.filter(decided_at__gte=since, status__in=("approved", "undone"))
    touched = {pk for pair in rows.values_list("kept_id", "merged_id") for pk in pair}
    return touched | all_ids_of(touched)


def merges(by: Actor) -> QuerySet[PersonMerge]:
    """Merges in reach, those to decide first, then the latest."""
    rows = PersonMerge.objects.select_related("kept", "merged").defer(*_SEALED)
    return in_reach(rows, by, organisation=None).order_by("-id")


def merges_to_decide(by: Actor) -> QuerySet[PersonMerge]:
    """Those nobody has decided on, the oldest first."""
    return merges(by).filter(status="proposed").order_by("id")


def merge(merge_id: int, *, by: Actor) -> PersonMerge:
    """One in reach, or NotFound."""
    found = merges(by).filter(pk=merge_id).first()
    if found is None:
        raise NotFound()
    return found


def merges_about(person_ids: Sequence[int]) -> list[PersonMerge]:
    """Every merge, of whatever state, that touches one of these rows."""
    rows = PersonMerge.objects.filter(Q(kept_id__in=person_ids) | Q(merged_id__in=person_ids))
    return list(rows.select_related("kept", "merged").defer(*_SEALED).order_by("-id"))


def _approved() -> QuerySet:
    return PersonMerge.objects.filter(status="approved").order_by().values_list("merged_id", "kept_id")


def _edges_upwards(ids: set[int]) -> dict[int, int]:
    """Merged id → kept id, from these people up to those that stand."""
    if len(ids) > _MANY:
        return dict(_approved())
    edges: dict[int, int] = {}
    ahead = ids
    while ahead:
        found = dict(_approved().filter(merged_id__in=ahead))
        edges |= found
        ahead = set(found.values()) - set(edges)
    return edges


def _edges_around(ids: set[int]) -> dict[int, int]:
    """Merged id → kept id of everything these people are part of."""
    if len(ids) > _MANY:
        return dict(_approved())
    edges: dict[int, int] = {}
    seen, ahead = set(ids), ids
    while ahead:
        found = dict(_approved().filter(Q(merged_id__in=ahead) | Q(kept_id__in=ahead)))
        edges |= found
        ahead = {*found, *found.values()} - seen
        seen |= ahead
    return edges


def _root(pk: int, edges: dict[int, int]) -> int:
    while pk in edges:
        pk = edges[pk]
    return pk
