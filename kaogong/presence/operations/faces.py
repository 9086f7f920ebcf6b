"""The photograph of one's own face after checking in: kept at once, compared a little later, never a refusal."""

import hashlib
from base64 import b64decode, b64encode
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from kaogong.access.permissions import Permission
from kaogong.gateways import registers
from kaogong.kernel.actor import Actor
from kaogong.papers.pictures import picture
from kaogong.people import operations as people
from kaogong.presence import queries
from kaogong.presence.models import FacePhoto
from kaogong.trail.operations import require_may

from .refusals import FaceClosed, FaceNotAsked, FacePhotoUnreadable, FaceTriesUsed

LARGEST_PHOTO = 12 * 2**20
LONGEST_SIDE = 480
ASKED_AGAIN_FOR = timedelta(hours=24)
AT_ONCE = 20
MOST_IN_A_RUN = 400
REASON = "签到照片与本人登记照片比对"


@transaction.atomic
def photograph_face(session_id: int, *, photo: bytes, by: Actor, at: datetime) -> FacePhoto:
    """Keep a learner's photograph of the own face at the latest check-in, small, sealed and without its notes.

    It is compared by ``compare_faces``; whatever comes of it, the check-in stands. The same file handed in
    before, by anybody, is taken and told.
    """
    require_may(by, Permission.CHECK_IN, "签到照片")
    step = queries.face_step(session_id, by=by)
    if not step.settings.faces_at or step.check_in is None:
        raise FaceNotAsked()
    _take_turns(step.check_in.pk)  # two pages at once
    step = queries.face_step(session_id, by=by)
    if not step.tries_left:
        raise FaceTriesUsed(tries=step.settings.face_tries)
    if not step.is_open(at):
        raise FaceClosed(minutes=int(step.settings.face_open.total_seconds() // 60))
    read = picture(photo, longest=LONGEST_SIDE) if len(photo) <= LARGEST_PHOTO else None
    if read is None:
        raise FacePhotoUnreadable()
    digest = hashlib.sha256(photo).hexdigest()
    return FacePhoto.objects.create(
        check_in=step.check_in,
        number=len(step.taken) + 1,
        received_at=at,
        photo=b64encode(read.content).decode(),
        digest=digest,
        look=read.look,
        is_used_before=FacePhoto.objects.filter(digest=digest).exists(),
    )


def _take_turns(check_in_id: int) -> None:
    """Wait for another page at the same check-in; its row is append-only and is not the product's to lock."""
    with connection.cursor() as cursor:
        words = "SELECT pg_advisory_xact_lock(hashtextextended('kaogong.presence.face:' || %s, 0))"
        cursor.execute(words, [str(check_in_id)])


def compare_faces(*, by: Actor, at: datetime) -> int:
    """Ask the register of faces about the photographs not compared yet: how many it answered.

    One that does not answer is asked again for a day; until then, and after, the photograph says only that
    it could not be compared.
    """
    if by.role != "system":
        require_may(by, Permission.WEIGH_SESSION, "人脸比对")
    waiting = queries.faces_to_compare(at, since=ASKED_AGAIN_FOR, most=MOST_IN_A_RUN)
    by_region: dict[str, list[FacePhoto]] = defaultdict(list)
    for face in waiting:
        by_region[face.check_in.session.training_class.region_code].append(face)
    answered = 0
    for region, faces in by_region.items():
        for start in range(0, len(faces), AT_ONCE):
            answered += _compare(faces[start : start + AT_ONCE], region, by=by, at=at)
    return answered


@transaction.atomic
def _compare(faces: list[FacePhoto], region: str, *, by: Actor, at: datetime) -> int:
    questions = [
        registers.of_face(str(face.pk), b64decode(face.photo), face.check_in.person.id_number)
        for face in faces
    ]
    told = people.ask_register("face", questions, by=by, at=at, reason=REASON, region_code=region)
    for face in faces:
        answer = told[str(face.pk)]
        face.said, face.source, face.compared_at = answer.status, answer.source[:60], at
        face.likeness = answer.facts.percent if answer.is_known else None
        face.save(update_fields=["said", "source", "compared_at", "likeness"])
    return sum(face.likeness is not None for face in faces)
