"""Photographs learners took of their own face: whether one is asked for, and what came of those taken."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.presence.models import CheckIn, FacePhoto
from kaogong.training.models import Session

from .sessions import own_enrolment, session, settings_for
from .settings import Settings


@dataclass(frozen=True, slots=True)
class FaceStep:
    """Where one learner stands with the photograph of the latest check-in at one session."""

    session: Session
    settings: Settings
    check_in: CheckIn | None  # the latest by their own phone at which a photograph is asked for
    taken: tuple[FacePhoto, ...]  # in order, without the pictures
    until: datetime | None

    @property
    def latest(self) -> FacePhoto | None:
        return self.taken[-1] if self.taken else None

    @property
    def tries_left(self) -> int:
        return max(0, self.settings.face_tries - len(self.taken))

    @property
    def is_matched(self) -> bool:
        return any(
            one.likeness is not None and one.likeness >= self.settings.face_likeness for one in self.taken
        )

    def is_open(self, at: datetime) -> bool:
        """Whether a photograph may be handed in now."""
        waiting = self.latest is not None and self.latest.said == FacePhoto.WAITING
        in_time = self.until is not None and at < self.until
        return in_time and self.tries_left > 0 and not self.is_matched and not waiting


def face_step(session_id: int, by: Actor) -> FaceStep:
    """The learner's own step at a session of their class, or NotFound."""
    found = session(session_id, by=by)
    if by.person_id is None:
        raise NotFound()
    enrolment = own_enrolment(found, by.person_ids)
    settings = settings_for(found)
    scans = CheckIn.objects.filter(session=found, enrolment=enrolment, source="phone").order_by("-id")
    asked = next((scan for scan in scans if settings.asks_face(scan.phase)), None)
    taken = FacePhoto.objects.defer("photo").filter(check_in=asked).order_by("number") if asked else ()
    until = asked.received_at + settings.face_open if asked else None
    return FaceStep(found, settings, asked, tuple(taken), until)


def faces_of(session_id: int) -> dict[int, list[FacePhoto]]:
    """Enrolment → the photographs of a session, without the pictures."""
    found = defaultdict(list)
    rows = FacePhoto.objects.defer("photo").filter(check_in__session_id=session_id)
    for row in rows.select_related("check_in").order_by("check_in_id", "number"):
        found[row.check_in.enrolment_id].append(row)
    return dict(found)


def faces_to_compare(at: datetime, *, since: timedelta, most: int) -> list[FacePhoto]:
    """Photographs not compared yet, with their people and regions: those never asked about first."""
    rows = FacePhoto.objects.filter(said__in=("waiting", "unavailable"), received_at__gt=at - since)
    rows = rows.select_related("check_in__person", "check_in__session__training_class")
    return list(rows.order_by(F("compared_at").asc(nulls_first=True), "id")[:most])
