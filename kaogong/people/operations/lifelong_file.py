"""Adding to the lifelong training file (A2). Nothing here changes or removes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import record

from ..models import FileEntry


class FileEntryDiffers(Refused):
    """档案里已有依据为“{reference}”的记录，内容与这一条不同。档案只增不改，请另记一条更正。"""


@dataclass(frozen=True, slots=True)
class NewFileEntry:
    """One line to add; ``reference`` makes it once for ever within its kind."""

    person_id: int
    kind: str
    on: date
    title: str
    reference: str
    detail: dict = field(default_factory=dict)


@transaction.atomic
def append_to_file(
    person_id: int,
    *,
    kind: str,
    on: date,
    title: str,
    reference: str,
    by: Actor,
    at: datetime,
    detail: dict | None = None,
    reason: str = "",
) -> FileEntry:
    """Add one line; the same line again is no change, another under its reference is FileEntryDiffers."""
    append_many_to_file(
        [NewFileEntry(person_id, kind, on, title, reference, detail or {})], by=by, at=at, reason=reason
    )
    return FileEntry.objects.get(person_id=person_id, kind=kind, reference=reference)


@transaction.atomic
def append_many_to_file(entries: list[NewFileEntry], *, by: Actor, at: datetime, reason: str = "") -> int:
    """Add many lines at once; lines already there are passed over. Returns how many are new."""
    if not entries:
        return 0
    wanted = {(e.person_id, e.kind, e.reference): e for e in entries}
    ordered = [wanted[key] for key in sorted(wanted)]
    present = _present(ordered)
    rows = [
        FileEntry(
            person_id=e.person_id,
            kind=e.kind,
            on=e.on,
            title=e.title,
            detail=e.detail,
            reference=e.reference,
            at=at,
        )
        for e in ordered
        if (e.person_id, e.kind, e.reference) not in present
    ]
    FileEntry.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    for key, (on, title, detail) in _present(ordered).items():
        entry = wanted[key]
        if (entry.on, entry.title, entry.detail) != (on, title, detail):
            raise FileEntryDiffers(reference=entry.reference)
    if rows:
        record(
            "people.file_appended",
            by=by,
            at=at,
            reason=reason,
            label=f"{len(rows)}条",
            kinds=sorted({row.kind for row in rows}),
            people=sorted({row.person_id for row in rows})[:1000],
            entries=len(rows),
        )
    return len(rows)


def _present(entries: list[NewFileEntry]) -> dict[tuple[int, str, str], tuple[date, str, dict]]:
    rows = FileEntry.objects.filter(
        person_id__in={e.person_id for e in entries}, reference__in={e.reference for e in entries}
    ).values_list("person_id", "kind", "reference", "on", "title", "detail")
    wanted = {(e.person_id, e.kind, e.reference) for e in entries}
    return {row[:3]: row[3:] for row in rows if row[:3] in wanted}
