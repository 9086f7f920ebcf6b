"""What is on now, for the bureau's board."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.presence.models import CheckIn, PresenceEvidence, RefusedCheckIn
from kaogong.training.models import Enrolment, Session

from .evidence import tier_of
from .rooms import Hours
from .sessions import hours_for, sessions_in_reach, settings_for

TIERS = ("strong", "fair", "weak", "none")
_WIDEST = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One session that is on: where, how many should be there, how many are, and what is odd."""

    session: Session  # with training_class, institution, site, trainer
    hours: Hours
    latitude: Decimal | None
    longitude: Decimal | None
    expected: int
    present: int
    evidence: dict[str, int]  # tier -> people, as weighed so far
    last_check_in_at: datetime | None
    alarms: tuple[str, ...]  # nobody | shared_phones | outside | implausible | forged | many_assisted

    @property
    def share(self) -> int:
        """Present of expected, in hundredths."""
        return 100 * self.present // self.expected if self.expected else 0


def sessions_on_now(by: Actor, at: datetime) -> list[LiveSession]:
    """Every session in reach between its doors' opening and closing; six queries whatever their number."""
    today = timezone.localdate(at)
    clock = timezone.localtime(at)
    early, late = (clock - _WIDEST), (clock + _WIDEST)
    near = Q(
        ends_at__gte=early.time() if early.date() == today else clock.time().min,
        starts_at__lte=late.time() if late.date() == today else clock.time().max,
    )
    rows = sessions_in_reach(by).filter(near, on=today, cancelled=False, training_class__status="running")
    if by.person_id is not None:
        rows = rows.distinct()
    on_now = [
        (row, hours) for row in rows.order_by("starts_at", "id") if (hours := hours_for(row)).is_open(at)
    ]
    ids = [row.pk for row, _ in on_now]
    expected = dict(
        Enrolment.objects.filter(
            training_class_id__in={row.training_class_id for row, _ in on_now}, status="enrolled"
        )
        .order_by()
        .values_list("training_class_id")
        .annotate(n=Count("pk"))
    )
    seen = {row["session_id"]: row for row in _seen(ids)}
    shared = Counter(
        row["session_id"]
        for row in CheckIn.objects.filter(session_id__in=ids, device_index__isnull=False)
        .order_by()
        .values("session_id", "device_index")
        .annotate(n=Count("person_id", distinct=True))
        .filter(n__gt=1)
    )
    refused = {
        row["session_id"]: row
        for row in RefusedCheckIn.objects.filter(session_id__in=ids)
        .order_by()
        .values("session_id")
        .annotate(
            forged=Count("pk", filter=Q(why__in=["forged", "replayed"])),
            old=Count("person_id", filter=Q(why="photographed"), distinct=True),
        )
    }
    scores: dict[int, list[int]] = {}
    for session_id, score in PresenceEvidence.objects.filter(session_id__in=ids).values_list(
        "session_id", "score"
    ):
        scores.setdefault(session_id, []).append(score)
    return [
        _live(
            row,
            hours,
            expected.get(row.training_class_id, 0),
            seen.get(row.pk, {}),
            shared[row.pk],
            refused.get(row.pk, {}),
            scores.get(row.pk, []),
            at,
        )
        for row, hours in on_now
    ]


def _seen(ids: list[int]):
    return (
        CheckIn.objects.filter(session_id__in=ids)
        .order_by()
        .values("session_id")
        .annotate(
            people=Count("enrolment_id", distinct=True),
            last=Max("received_at"),
            outside=Count("enrolment_id", filter=Q(place="outside"), distinct=True),
            flat=Count("enrolment_id", filter=Q(place="flat"), distinct=True),
            assisted=Count("enrolment_id", filter=Q(source="assisted"), distinct=True),
        )
    )


def _live(row, hours, expected, seen, shared, refused, scores, at) -> LiveSession:
    settings = settings_for(row)
    present = seen.get("people", 0)
    alarms = []
    if not present and at >= hours.starts_at + settings.alarm_after:
        alarms.append("nobody")
    if shared:
        alarms.append("shared_phones")
    if 2 * seen.get("outside", 0) > present:
        alarms.append("outside")
    if seen.get("flat", 0) >= settings.flat_people:
        alarms.append("implausible")
    if refused.get("forged", 0):
        alarms.append("forged")
    if refused.get("old", 0):
        alarms.append("photographed")
    if 2 * seen.get("assisted", 0) > max(present, 1):
        alarms.append("many_assisted")
    tiers = Counter(tier_of(score, settings) for score in scores)
    return LiveSession(
        session=row,
        hours=hours,
        latitude=row.site.latitude,
        longitude=row.site.longitude,
        expected=expected,
        present=present,
        evidence={tier: tiers[tier] for tier in TIERS},
        last_check_in_at=seen.get("last"),
        alarms=tuple(alarms),
    )
