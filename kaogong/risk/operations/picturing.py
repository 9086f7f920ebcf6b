"""Reading the pictures of the records once, so that a look compares numbers and opens none."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from kaogong.access.sealing import SealBroken
from kaogong.papers.pictures import look_of
from kaogong.supervision.models import Photo
from kaogong.training.models import EvidenceDocument

from ..models import SeenPicture

AT_ONCE = 50
_NEW = {
    "evidence": """
        SELECT d.id FROM training_evidencedocument d
        WHERE d.training_class_id = ANY(%s) AND d.format IN ('jpeg', 'png')
          AND NOT EXISTS (SELECT 1 FROM risk_seenpicture p WHERE p.source = 'evidence' AND p.source_id = d.id)
        ORDER BY d.id
    """,
    "inspection": """
        SELECT d.id FROM supervision_photo d JOIN supervision_inspection i ON i.id = d.inspection_id
        WHERE i.training_class_id = ANY(%s)
          AND NOT EXISTS (SELECT 1 FROM risk_seenpicture p WHERE p.source = 'inspection' AND p.source_id = d.id)
        ORDER BY d.id
    """,
}


def see_pictures(class_ids: Sequence[int], *, at: datetime) -> int:
    """Read every picture of these classes not read before and keep its look: how many there were."""
    read = 0
    for source, sql in _NEW.items():
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(class_ids)])
            new = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(new), AT_ONCE):
            seen = [
                SeenPicture(source=source, source_id=pk, look=look_of(content), seen_at=at)
                for pk, content in _contents(source, new[start : start + AT_ONCE])
            ]
            SeenPicture.objects.bulk_create(seen, ignore_conflicts=True)
            read += len(seen)
    return read


def _contents(source: str, ids: list[int]) -> Iterator[tuple[int, bytes]]:
    """Each record with its picture, one at a time; what cannot be opened is empty, and then no picture."""
    if source == "inspection":
        for photo in Photo.objects.filter(pk__in=ids).order_by("pk").iterator(chunk_size=10):
            yield photo.pk, bytes(photo.content)
        return
    for pk in ids:
        try:
            yield pk, base64.b64decode(EvidenceDocument.objects.get(pk=pk).content)
        except SealBroken:
            yield pk, b""
